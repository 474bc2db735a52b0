//! The suites of a web-platform-tests checkout: which of its files make up which.

use std::fmt;

/// One suite of a checkout.
pub struct Entry {
    /// What it is called on the command line and in the name of its expectation file.
    pub name: &'static str,
    /// The directories (of which it takes the `.any.js` files) and files it consists of,
    /// relative to the checkout.
    pub roots: &'static [&'static str],
    /// What of these is no part of it: parts of paths.
    pub without: &'static [&'static str],
    /// Whether its files talk to the checkout's own server.
    pub served: bool,
    /// Whether its files are run in a worker, those that end in `.worker.js` as well.
    pub in_worker: bool,
    /// Whether scripts see types of WebAssembly, which they do not by default.
    pub type_reflection: bool,
    /// How many subtests are to pass, and of how many; nothing where nobody has said.
    pub target: Option<(usize, usize)>,
    /// Files that are run but were not counted when the target was set: parts of paths.
    pub uncounted: &'static [&'static str],
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// An entry of `.any.js` files that need no server.
const fn entry(
    name: &'static str,
    roots: &'static [&'static str],
    target: Option<(usize, usize)>,
) -> Entry {
    Entry {
        name,
        roots,
        without: &[],
        served: false,
        in_worker: false,
        type_reflection: false,
        target,
        uncounted: &[],
    }
}

impl Entry {
    const fn served(mut self) -> Self {
        self.served = true;
        self
    }

    /// Has the files run in a worker, which the checkout's server has to make of them.
    const fn in_worker(mut self) -> Self {
        self.served = true;
        self.in_worker = true;
        self
    }

    const fn type_reflection(mut self) -> Self {
        self.type_reflection = true;
        self
    }

    const fn without(mut self, without: &'static [&'static str]) -> Self {
        self.without = without;
        self
    }

    const fn uncounted(mut self, uncounted: &'static [&'static str]) -> Self {
        self.uncounted = uncounted;
        self
    }
}

/// Every suite, in the order of a full run.
pub const SUITES: &[Entry] = &[
    entry("fetch-headers", &["fetch/api/headers"], Some((120, 134)))
        .served()
        .uncounted(&["header-values-normalize"]),
    entry("fetch-request", &["fetch/api/request"], Some((255, 263)))
        .served()
        .uncounted(&["request-cache-", "request-headers.any.js"]),
    entry("fetch-response", &["fetch/api/response"], Some((222, 230))).served(),
    entry(
        "fetch-body",
        &["fetch/api/body", "fetch/api/body/cloned-any.js"],
        Some((168, 170)),
    )
    .served(),
    entry("fetch-basic", &["fetch/api/basic"], Some((380, 399)))
        .served()
        .uncounted(&["request-forbidden-headers"]),
    entry("fetch-abort", &["fetch/api/abort"], Some((71, 71))).served(),
    entry("fetch-redirect", &["fetch/api/redirect"], Some((113, 161)))
        .served()
        .uncounted(&["redirect-referrer", "redirect-origin"]),
    entry("xhr-formdata", &["xhr/formdata"], Some((39, 39))),
    entry("streams", &["streams"], Some((1390, 1400))),
    entry("encoding", &["encoding"], Some((11_300, 11_325))),
    entry("url", &["url"], Some((2120, 2175))),
    entry(
        "url-idna",
        &[
            "url/IdnaTestV2.window.js",
            "url/IdnaTestV2-removed.window.js",
        ],
        None,
    ),
    entry("dom-abort", &["dom/abort"], Some((35, 35))),
    entry("dom-events", &["dom/events"], Some((39, 41))),
    entry("timers", &["html/webappapis/timers"], None),
    entry("jspi", &["wasm/jsapi/jspi"], Some((21, 21))),
    entry(
        "wasm-exceptions",
        &["wasm/jsapi/exception", "wasm/jsapi/tag"],
        Some((28, 30)),
    )
    .without(&["type.tentative"]),
    entry(
        "wasm-type-reflection",
        &[
            "wasm/jsapi/function",
            "wasm/jsapi/global/type.tentative.any.js",
            "wasm/jsapi/memory/constructor-types.tentative.any.js",
            "wasm/jsapi/memory/type.tentative.any.js",
            "wasm/jsapi/table/constructor-types.tentative.any.js",
            "wasm/jsapi/table/type.tentative.any.js",
            "wasm/jsapi/tag/type.tentative.any.js",
        ],
        Some((48, 48)),
    )
    .type_reflection(),
    entry(
        "wasm-extras",
        &[
            "wasm/jsapi/idlharness.any.js",
            "wasm/jsapi/memory/constructor-shared.tentative.any.js",
            "wasm/jsapi/memory/to-fixed-length-buffer-shared.any.js",
            "wasm/jsapi/memory/to-fixed-length-buffer.any.js",
            "wasm/jsapi/memory/to-resizable-buffer-shared.any.js",
            "wasm/jsapi/memory/to-resizable-buffer.any.js",
            "wasm/jsapi/module/moduleSource.tentative.any.js",
        ],
        Some((86, 93)),
    ),
    entry(
        "microtask-queuing",
        &["html/webappapis/microtask-queuing"],
        None,
    ),
    entry("base64", &["html/webappapis/atob"], None),
    entry(
        "structured-clone",
        &[
            "html/webappapis/structured-clone",
            "html/infrastructure/safe-passing-of-structured-data",
        ],
        None,
    ),
    entry(
        "global-scope",
        &[
            "html/webappapis/scripting",
            "html/webappapis/system-state-and-capabilities",
        ],
        None,
    ),
    entry("console", &["console"], Some((51, 51))),
    entry("hr-time", &["hr-time"], Some((35, 36))),
    entry("user-timing", &["user-timing"], None),
    entry("performance-timeline", &["performance-timeline"], None),
    entry("fileapi", &["FileAPI"], Some((460, 480)))
        .served()
        .without(&["fileReader", "reading-data-section"]),
    entry(
        "filereader",
        &["FileAPI/fileReader.any.js", "FileAPI/reading-data-section"],
        Some((48, 48)),
    ),
    entry(
        "get-random-values",
        &["WebCryptoAPI/getRandomValues.any.js"],
        Some((158, 158)),
    ),
    entry("webcrypto", &["WebCryptoAPI"], None).without(&["getRandomValues"]),
    entry("compression", &["compression"], Some((329, 336))).served(),
    entry("webidl", &["webidl"], Some((137, 146))).uncounted(&["idlharness"]),
    entry("urlpattern", &["urlpattern"], Some((739, 815))),
    entry("eventsource", &["eventsource"], None).served(),
    entry("websockets", &["websockets"], None).served(),
    entry("webmessaging", &["webmessaging"], None),
    entry("workers", &["workers"], None)
        .in_worker()
        .without(&["SharedWorker", "sharedworker"]),
];

/// The suite called `name`.
#[must_use]
pub fn named(name: &str) -> Option<&'static Entry> {
    SUITES.iter().find(|entry| entry.name == name)
}

impl Entry {
    /// Whether what the file called `name` gives counts towards the target.
    #[must_use]
    pub fn counts(&self, name: &str) -> bool {
        !self.uncounted.iter().any(|part| name.contains(part))
    }

    /// Whether the file at `path`, relative to the checkout, is one of its test files.
    #[must_use]
    pub fn takes(&self, path: &str) -> bool {
        let belongs = self.roots.iter().any(|root| {
            path.strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let named = self.roots.contains(&path);
        belongs
            && (named
                || path.ends_with(".any.js")
                || self.in_worker && path.ends_with(".worker.js"))
            && !self.without.iter().any(|part| path.contains(part))
    }
}

#[cfg(test)]
mod tests {
    use super::{SUITES, named};
    use std::collections::BTreeSet;

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = SUITES.iter().map(|entry| entry.name).collect();
        assert_eq!(names.len(), SUITES.len());
    }

    #[test]
    fn a_file_belongs_to_the_suite_of_its_directory() {
        let url = named("url").unwrap();
        assert!(url.takes("url/a.any.js"));
        assert!(!url.takes("url/IdnaTestV2.window.js"));
        assert!(named("url-idna").unwrap().takes("url/IdnaTestV2.window.js"));
        assert!(!url.takes("urlpattern/a.any.js"));
        assert!(!url.takes("url/resources/a.js"));
        let idna = named("url-idna").unwrap();
        assert!(idna.takes("url/IdnaTestV2.window.js"));
        assert!(!idna.takes("url/a.any.js"));
    }
}
