//! The crate as an extension of `boa_runtime`.

use std::{fmt, rc::Rc};

use boa_engine::{Context, JsResult, realm::Realm};
use boa_runtime::RuntimeExtension;
use taipan_webidl::in_realm;

use crate::console::{self, ConsoleSink};

/// Everything of this crate as an extension of [`boa_runtime`], see [`register`](crate::register). With the feature
/// `boa_runtime`.
///
/// What `boa_runtime` brings of the same (timers, `structuredClone`, encodings) is replaced if this comes after it.
///
/// ```
/// use std::{cell::RefCell, rc::Rc};
/// use boa_engine::{Context, Source};
/// use taipan_web::{WebExtension, console::Level};
///
/// let lines = Rc::new(RefCell::new(Vec::new()));
/// let sink = Rc::clone(&lines);
/// let extension = WebExtension::default()
///     .with_console(move |_: Level, text: &str| sink.borrow_mut().push(text.to_owned()));
/// let mut context = Context::default();
/// boa_runtime::register(extension, None, &mut context)?;
/// context.eval(Source::from_bytes("console.log(new URL('../b', 'http://a.example/c/d').href)"))?;
/// assert_eq!(*lines.borrow(), ["http://a.example/b"]);
/// # Ok::<(), boa_engine::JsError>(())
/// ```
#[derive(Clone, Default)]
pub struct WebExtension {
    console: Option<Rc<dyn ConsoleSink>>,
}

impl WebExtension {
    /// Has the extension define a `console`, too, that writes to `sink`.
    #[must_use]
    pub fn with_console(mut self, sink: impl ConsoleSink + 'static) -> Self {
        self.console = Some(Rc::new(sink));
        self
    }
}

impl fmt::Debug for WebExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebExtension")
            .field("console", &self.console.is_some())
            .finish()
    }
}

impl RuntimeExtension for WebExtension {
    fn register(self, realm: Option<Realm>, context: &mut Context) -> JsResult<()> {
        in_realm(realm, context, |context| {
            crate::register(context)?;
            match self.console {
                Some(sink) => console::register(sink, context),
                None => Ok(()),
            }
        })
    }
}
