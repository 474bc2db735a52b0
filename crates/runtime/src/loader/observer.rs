//! Telling an embedder what is loaded.

use std::{fmt, rc::Rc};

use url::Url;

/// Is told of the source texts that a runtime loads: programs, scripts and modules. What script
/// fetches is none of them; see [`ClientOptions::url_filter`](crate::net::ClientOptions).
///
/// A tool shows lines of the source with it, or runs a program again when one of its files has
/// changed.
///
/// ```
/// use std::{cell::RefCell, rc::Rc};
/// use taipan::{SourceKind, SourceObserver, Url};
///
/// #[derive(Default, Clone)]
/// struct Loaded(Rc<RefCell<Vec<Url>>>);
///
/// impl SourceObserver for Loaded {
///     fn loaded(&self, url: &Url, _text: &str) {
///         self.0.borrow_mut().push(url.clone());
///     }
/// }
///
/// let loaded = Loaded::default();
/// let mut runtime = taipan::Runtime::builder().source_observer(loaded.clone()).build()?;
/// let program = "data:text/javascript,import 'data:text/javascript,1'".parse()?;
/// runtime.run_url(&program, SourceKind::Detect)?;
/// let imported = "data:text/javascript,1".parse()?;
/// assert_eq!(*loaded.0.borrow(), [program, imported]);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
pub trait SourceObserver {
    /// What `url` names is about to be read; whether it can be is not known yet.
    fn loading(&self, url: &Url) {
        let _ = url;
    }

    /// A text is about to be parsed. `url` is where it came from in the end, after redirects.
    fn loaded(&self, url: &Url, text: &str) {
        let _ = (url, text);
    }
}

/// The observer of a runtime, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Rc<dyn SourceObserver>>);

impl Observer {
    pub(crate) fn new(observer: impl SourceObserver + 'static) -> Self {
        Self(Some(Rc::new(observer)))
    }

    pub(crate) fn loading(&self, url: &Url) {
        if let Some(observer) = &self.0 {
            observer.loading(url);
        }
    }

    pub(crate) fn loaded(&self, url: &Url, text: &str) {
        if let Some(observer) = &self.0 {
            observer.loaded(url, text);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observer").field(&self.0.is_some()).finish()
    }
}
