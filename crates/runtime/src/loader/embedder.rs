//! Modules that come from the embedder.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    future::{Future, ready},
    pin::Pin,
    sync::Arc,
};

use boa_engine::{Context, JsNativeError, JsResult, Module};
use url::Url;

use super::{ImportMap, LoadError, Loaded};
use crate::{HostError, HostModule};

/// The future of a module's source; `None` if the loader does not know the URL.
pub type ModuleFuture = Pin<Box<dyn Future<Output = Result<Option<ModuleSource>, HostError>>>>;

/// The source text of a module.
#[derive(Debug, Clone)]
pub struct ModuleSource {
    text: String,
    mime: &'static str,
    url: Option<Url>,
}

impl ModuleSource {
    /// A module of JavaScript.
    pub fn javascript(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            mime: "text/javascript",
            url: None,
        }
    }

    /// A module of JSON, which is imported `with { type: "json" }`.
    pub fn json(text: impl Into<String>) -> Self {
        Self {
            mime: "application/json",
            ..Self::javascript(text)
        }
    }

    /// Says where the text comes from at last: what it imports is relative to that. It is the URL that was asked for
    /// otherwise.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.url = Some(url);
        self
    }
}

/// Where modules come from that scripts import: out of an archive, a database, another process.
///
/// Loaders are asked in the order in which they were [added](crate::RuntimeBuilder::module_loader), and the built-in
/// one last; that one knows files, the network and `data:` URLs, as far as permissions allow. A function of a URL is a
/// loader.
///
/// Every URL is asked for once. Futures run on the thread of the runtime, within tokio. Workers ask the same loaders, on
/// their own threads; for their own scripts too, unless those come from a server.
///
/// ```
/// use taipan::{HostError, ModuleFuture, ModuleLoader, ModuleSource, Runtime, Url};
///
/// /// Knows packages by their names.
/// struct Packages;
///
/// impl ModuleLoader for Packages {
///     fn resolve(&self, specifier: &str, _: Option<&Url>) -> Result<Option<Url>, HostError> {
///         if specifier.starts_with(['.', '/']) || specifier.contains(':') {
///             return Ok(None);
///         }
///         Ok(Some(Url::parse(&format!("package:{specifier}"))?))
///     }
///
///     fn load(&self, url: &Url) -> ModuleFuture {
///         let name = (url.scheme() == "package").then(|| url.path().to_owned());
///         Box::pin(async move {
///             Ok(name.map(|name| ModuleSource::javascript(format!("export default {name:?}"))))
///         })
///     }
/// }
///
/// let mut runtime = Runtime::builder().module_loader(Packages).build()?;
/// let name: String = runtime.eval_as("import('left-pad').then(module => module.default)")?;
/// assert_eq!(name, "left-pad");
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait ModuleLoader: Send + Sync + 'static {
    /// The URL that `specifier` stands for in a module or script at `referrer`; `None`, the default, for what it means
    /// in a browser.
    ///
    /// # Errors
    ///
    /// What it fails with is what the import fails with.
    fn resolve(&self, specifier: &str, referrer: Option<&Url>) -> Result<Option<Url>, HostError> {
        let _ = (specifier, referrer);
        Ok(None)
    }

    /// Loads what is at `url`; `None` if somebody else is to be asked.
    fn load(&self, url: &Url) -> ModuleFuture;
}

impl<F, R> ModuleLoader for F
where
    F: Fn(Url) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Option<ModuleSource>, HostError>> + 'static,
{
    fn load(&self, url: &Url) -> ModuleFuture {
        Box::pin(self(url.clone()))
    }
}

/// Modules that lie in memory, by URL.
///
/// ```
/// use taipan::{MemoryModules, Runtime};
///
/// let modules = MemoryModules::new()
///     .javascript("app:/main.js", "export { answer } from './lib/answer.js'")?
///     .javascript("app:/lib/answer.js", "import data from '../data.json' with { type: 'json' };
///         export const answer = data.answer")?
///     .json("app:/data.json", "{ \"answer\": 42 }")?;
/// let mut runtime = Runtime::builder().module_loader(modules).build()?;
/// let answer: u32 = runtime.eval_as("import('app:/main.js').then(main => main.answer)")?;
/// assert_eq!(answer, 42);
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryModules {
    sources: HashMap<Url, ModuleSource>,
}

impl MemoryModules {
    /// No modules yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a module of JavaScript.
    ///
    /// # Errors
    ///
    /// Fails when `url` is none.
    pub fn javascript(self, url: &str, text: impl Into<String>) -> Result<Self, url::ParseError> {
        self.add(url, ModuleSource::javascript(text))
    }

    /// Adds a module of JSON.
    ///
    /// # Errors
    ///
    /// Fails when `url` is none.
    pub fn json(self, url: &str, text: impl Into<String>) -> Result<Self, url::ParseError> {
        self.add(url, ModuleSource::json(text))
    }

    fn add(mut self, url: &str, source: ModuleSource) -> Result<Self, url::ParseError> {
        self.sources.insert(Url::parse(url)?, source);
        Ok(self)
    }
}

impl ModuleLoader for MemoryModules {
    fn load(&self, url: &Url) -> ModuleFuture {
        Box::pin(ready(Ok(self.sources.get(url).cloned())))
    }
}

/// Makes a host module, in each runtime that imports it.
type Factory = dyn Fn() -> HostModule + Send + Sync;

/// What workers have of it as well.
#[derive(Clone, Default)]
pub(crate) struct SharedModules {
    loaders: Vec<Arc<dyn ModuleLoader>>,
    factories: HashMap<String, Arc<Factory>>,
    /// The names of host modules that belong to another thread.
    elsewhere: HashSet<String>,
    import_map: ImportMap,
}

/// What the embedder has for imports.
#[derive(Default)]
pub(crate) struct Embedded {
    shared: SharedModules,
    /// Host modules that nobody has imported yet.
    modules: RefCell<HashMap<String, HostModule>>,
    /// The others.
    made: RefCell<HashMap<String, Module>>,
}

impl Embedded {
    pub(crate) fn add_loader(&mut self, loader: impl ModuleLoader) {
        self.shared.loaders.push(Arc::new(loader));
    }

    pub(crate) fn add_import_map(&mut self, map: ImportMap) {
        self.shared.import_map.merge(map, &HashSet::new());
    }

    pub(super) fn import_map(&self) -> &ImportMap {
        &self.shared.import_map
    }

    pub(crate) fn add_module(&mut self, specifier: &str, module: HostModule) {
        self.modules.get_mut().insert(specifier.to_owned(), module);
    }

    pub(crate) fn add_factory(
        &mut self,
        specifier: &str,
        factory: impl Fn() -> HostModule + Send + Sync + 'static,
    ) {
        let factories = &mut self.shared.factories;
        factories.insert(specifier.to_owned(), Arc::new(factory));
    }

    /// What workers take over.
    pub(crate) fn to_share(&self) -> SharedModules {
        let mut shared = self.shared.clone();
        shared
            .elsewhere
            .extend(self.modules.borrow().keys().cloned());
        shared
    }

    /// Takes over what the parent of a worker has.
    pub(crate) fn inherit(&mut self, shared: SharedModules) {
        self.shared = shared;
    }

    /// Whether there is a host module of that name.
    pub(super) fn has_module(&self, specifier: &str) -> bool {
        self.modules.borrow().contains_key(specifier)
            || self.made.borrow().contains_key(specifier)
            || self.shared.factories.contains_key(specifier)
    }

    /// The host module of that name, made when it is first imported.
    pub(super) fn module(
        &self,
        specifier: &str,
        context: &mut Context,
    ) -> JsResult<Option<Module>> {
        if let Some(module) = self.made.borrow().get(specifier) {
            return Ok(Some(module.clone()));
        }
        let own = self.modules.borrow_mut().remove(specifier);
        let module = own.or_else(|| {
            let factory = self.shared.factories.get(specifier)?;
            Some(factory())
        });
        let Some(module) = module else {
            if self.shared.elsewhere.contains(specifier) {
                return Err(JsNativeError::typ()
                    .with_message(format!(
                        "cannot import \"{specifier}\": the program has this module for its main \
                         script, not for workers"
                    ))
                    .into());
            }
            return Ok(None);
        };
        let module = module.into_module(specifier, context)?;
        self.made
            .borrow_mut()
            .insert(specifier.to_owned(), module.clone());
        Ok(Some(module))
    }

    /// What a loader makes of a specifier.
    pub(super) fn resolve(
        &self,
        specifier: &str,
        referrer: Option<&Url>,
    ) -> Result<Option<Url>, HostError> {
        for loader in &self.shared.loaders {
            if let Some(url) = loader.resolve(specifier, referrer)? {
                return Ok(Some(url));
            }
        }
        Ok(None)
    }

    /// What a loader has at `url`.
    pub(super) fn load(
        &self,
        url: &Url,
    ) -> impl Future<Output = Result<Option<Loaded>, LoadError>> + use<> {
        let loaders = self.shared.loaders.clone();
        let url = url.clone();
        async move {
            for loader in loaders {
                let source = loader.load(&url).await;
                let source = source.map_err(|error| LoadError::new(&url, error.to_string()))?;
                if let Some(source) = source {
                    let from = source.url.unwrap_or(url);
                    return Ok(Some(Loaded::new(source.text, from, source.mime)));
                }
            }
            Ok(None)
        }
    }
}
