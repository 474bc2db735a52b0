//! The pages of github.com/mdn/webassembly-examples as they are, against what browsers show of them.
//!
//! The variable `MDN_WEBASSEMBLY_EXAMPLES` names a checkout; nothing of it is here:
//!
//!     git clone https://github.com/mdn/webassembly-examples /tmp/mdn
//!     MDN_WEBASSEMBLY_EXAMPLES=/tmp/mdn cargo test -p taipan-cli --test e2e mdn_pages -- --ignored

use std::path::PathBuf;

use taipan_testkit::{
    mounts::Mounts,
    server::{Server, files::Files},
};

use super::command::{Finished, run};

/// What a page shows.
struct Page {
    path: &'static str,
    /// What it writes to the console, and the text of its body.
    shows: &'static str,
    /// The error that nobody catches.
    uncaught: Option<&'static str>,
}

const fn shows(path: &'static str, shows: &'static str) -> Page {
    Page {
        path,
        shows,
        uncaught: None,
    }
}

const GLOBALS: &str = "Testing WebAssembly.Global exists: SUCCESS! Got: function
Testing getting initial value from wasm: SUCCESS! Got: 0
Testing getting JS-updated value from wasm: SUCCESS! Got: 42
Testing getting wasm-updated value from JS: SUCCESS! Got: 43
";

const MEMORIES: &str = "WASM multi-memory example

Log:

Memory 0 data (Default)
Memory 1 data\0\0\0\0\0\0\0
Memory 2 data
";

const BUILTINS: &str = "hello world!
Exported Wasm function concatenates two strings (via a JS String builtin) and logs the result to the JavaScript console.
";

const VALIDATED: &str = "wasm module valid: true
validate() function used to validate the fetched Wasm module (with builtins and imported string constants included). \
The result is logged to the console.
";

const PAGES: [Page; 30] = [
    shows("js-api-examples/compile-streaming.html", "42\n"),
    Page {
        path: "js-api-examples/fail.html",
        shows: "",
        uncaught: Some("Uncaught (in promise) RuntimeError: "),
    },
    shows("js-api-examples/global.html", GLOBALS),
    shows(
        "js-api-examples/imports.html",
        "{ module: 'my_namespace', name: 'imported_func', kind: 'function' }\n",
    ),
    shows(
        "js-api-examples/index-compile.html",
        "module received from main thread\n{ name: 'exported_func', kind: 'function' }\n42\n",
    ),
    shows("js-api-examples/index.html", "42\n"),
    shows("js-api-examples/index_concise.html", "42\n"),
    shows("js-api-examples/instantiate-streaming.html", "42\n"),
    shows("js-api-examples/memory.html", "45\n"),
    shows("js-api-examples/table.html", "2\n13\n42\n"),
    shows("js-api-examples/table2.html", "2\nnull\nnull\n2\n42\n83\n"),
    shows(
        "js-api-examples/validate.html",
        "The given bytes are a valid wasm module\n",
    ),
    shows("js-api-examples/xhr-wasm.html", "42\n"),
    shows("js-builtin-examples/compile-streaming/index.html", BUILTINS),
    shows("js-builtin-examples/compile/index.html", BUILTINS),
    shows(
        "js-builtin-examples/instantiate-streaming/index.html",
        BUILTINS,
    ),
    shows("js-builtin-examples/instantiate/index.html", BUILTINS),
    shows(
        "js-builtin-examples/module-constructor/index.html",
        BUILTINS,
    ),
    shows("js-builtin-examples/validate/index.html", VALIDATED),
    // Its module has no section of that name.
    shows("other-examples/custom-section.html", ""),
    shows("other-examples/table-set.html", "13\n42\n13\n42\n"),
    shows("template/template.html", ""),
    shows("understanding-text-format/add.html", "3\n"),
    shows("understanding-text-format/call.html", "43\n"),
    shows("understanding-text-format/logger.html", "13\n"),
    shows("understanding-text-format/logger2.html", "Hi\n"),
    shows("understanding-text-format/memory-export.html", "45\n"),
    shows("understanding-text-format/multi-memory.html", MEMORIES),
    shows(
        "understanding-text-format/shared-address-space.html",
        "42\n",
    ),
    Page {
        path: "understanding-text-format/wasm-table.html",
        shows: "42\n13\n",
        uncaught: Some("Uncaught (in promise) RuntimeError: "),
    },
];

fn checkout() -> PathBuf {
    std::env::var_os("MDN_WEBASSEMBLY_EXAMPLES")
        .map(PathBuf::from)
        .expect("MDN_WEBASSEMBLY_EXAMPLES names a checkout")
}

fn check(place: impl Fn(&str) -> String) {
    let mut failures = Vec::new();
    for page in &PAGES {
        let run: Finished = run(&["--print-text", &place(page.path)]);
        let is_told = match page.uncaught {
            Some(error) => run.err.starts_with(error),
            None => run.err.is_empty(),
        };
        let code = i32::from(page.uncaught.is_some());
        if run.out != page.shows || !is_told || run.status.code() != Some(code) {
            failures.push(format!(
                "{}: {run:#?}\ninstead of {:#?}",
                page.path, page.shows
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
#[ignore = "needs a checkout of MDN's pages"]
fn from_files() {
    let root = checkout();
    check(|path| root.join(path).to_str().unwrap().to_owned());
}

#[test]
#[ignore = "needs a checkout of MDN's pages"]
fn from_a_server() {
    let files = Files::new(Mounts::new().with("/", checkout()));
    let server = Server::start(move |request| files.answer(request)).unwrap();
    check(|path| server.url(&format!("/{path}")));
}
