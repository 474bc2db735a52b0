//! Loading modules: from files, over HTTP and out of `data:` URLs.
//!
//! A module's and a script's URL is its "path" as the engine knows it: the only thing a
//! referrer says about itself, and what stack traces show.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/webappapis.html#integration-with-the-javascript-module-system>

mod embedder;
mod import_map;
mod link_error;
mod observer;
mod packages;
mod resolve;
mod source;
mod source_phase;
mod wasm_module;

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    path::Path,
    rc::Rc,
};

use boa_engine::{
    Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, Module,
    NativeFunction, Script, Source, js_string,
    module::{ModuleLoader, ModuleRequest, Referrer},
    object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};
use futures_util::future::{FutureExt as _, LocalBoxFuture, Shared};
use taipan_fetch::net::{Client, Integrity};
use taipan_wasm::esm::{ImportableModule, ModuleCompiler};
use taipan_web::{base_url, blob::url_store, permissions::Permissions};
use taipan_webidl::ordered;
use url::Url;

pub(crate) use embedder::{Embedded, SharedModules};
pub use embedder::{MemoryModules, ModuleFuture, ModuleLoader as EmbedderLoader, ModuleSource};
use import_map::Resolved;
pub use import_map::{ImportMap, ImportMapError};
pub(crate) use observer::Observer;
pub use observer::SourceObserver;
pub(crate) use resolve::resolve;
use source::load_import;
pub(crate) use source::{
    Asker, LoadError, Loaded, decode, is_fetched, load, load_fetched, load_script,
};

use crate::{
    IntoJsError as _,
    limits::apart,
    nesting::{self, TooDeep},
    syntax::{Outline, SyntaxError, check_script},
    workarounds,
};

/// What a module is made from its source as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum ModuleType {
    /// JavaScript, or WebAssembly to be evaluated.
    Evaluated,
    Json,
    /// WebAssembly that is compiled only.
    Source,
}

impl ModuleType {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#module-type-from-module-request>
    fn of(request: &ModuleRequest) -> Result<Self, String> {
        for attribute in request.attributes() {
            let (key, value) = (attribute.key(), attribute.value());
            let known = *key == js_string!("type")
                || *key == js_string!(source_phase::ATTRIBUTE) && *value == js_string!("source");
            if !known {
                let key = key.to_std_string_lossy();
                return Err(format!("the import attribute \"{key}\" is not supported"));
            }
        }
        let is_source = request.get_attribute(source_phase::ATTRIBUTE).is_some();
        match request.get_attribute("type") {
            None if is_source => Ok(Self::Source),
            None => Ok(Self::Evaluated),
            Some(kind) if *kind == js_string!("json") => Ok(Self::Json),
            Some(kind) => {
                let kind = kind.to_std_string_lossy();
                Err(format!("the module type \"{kind}\" is not supported"))
            }
        }
    }
}

type Loading = Shared<LocalBoxFuture<'static, Result<Rc<Loaded>, LoadError>>>;

/// The module loader of a runtime.
pub(crate) struct Loader {
    client: Client,
    observer: Observer,
    embedded: Embedded,
    import_map: RefCell<ImportMap>,
    /// What was resolved: import maps that come later do not change it.
    resolved: RefCell<HashSet<Resolved>>,
    /// The module map: one module for each URL and type.
    modules: RefCell<HashMap<(Url, ModuleType), Module>>,
    /// What of it came in the run that is under way.
    fresh: RefCell<Vec<(Url, ModuleType)>>,
    /// What is being loaded, so that two importers share one request.
    loading: RefCell<HashMap<Url, Loading>>,
    /// The texts of modules that are not linked yet, to explain why they cannot be: those of
    /// the program that is being loaded, if one is.
    texts: RefCell<Option<link_error::Texts>>,
    /// What the source texts import that stand for WebAssembly modules, by their specifiers,
    /// until they have done so.
    instantiators: RefCell<HashMap<String, Module>>,
    /// Numbers them.
    instantiated: Cell<usize>,
}

impl Loader {
    /// A loader that uses `client` for what is not local, and reads what its permissions allow.
    pub(crate) fn new(client: Client, observer: Observer, embedded: Embedded) -> Self {
        Self {
            client,
            observer,
            import_map: RefCell::new(embedded.import_map().clone()),
            embedded,
            resolved: RefCell::default(),
            modules: RefCell::default(),
            fresh: RefCell::default(),
            loading: RefCell::default(),
            texts: RefCell::default(),
            instantiators: RefCell::default(),
            instantiated: Cell::default(),
        }
    }

    /// The client it uses.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Who is told of what is loaded.
    pub(crate) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// Makes a module of source text and puts it in the module map under its URL.
    pub(crate) fn add_module(
        &self,
        text: &str,
        url: &Url,
        context: &mut Context,
    ) -> JsResult<Module> {
        let module = parse_module(text, url, context)?;
        self.texts.replace(Some(link_error::Texts::new()));
        self.keep_text(url, text, url);
        self.add((url.clone(), ModuleType::Evaluated), &module);
        Ok(module)
    }

    /// Begins a run.
    pub(crate) fn begin_run(&self) {
        self.fresh.borrow_mut().clear();
    }

    /// Puts a module in the module map.
    fn add(&self, key: (Url, ModuleType), module: &Module) {
        self.fresh.borrow_mut().push(key.clone());
        self.modules.borrow_mut().insert(key, module.clone());
    }

    /// Forgets what is being loaded: nobody waits for it any more. So are the modules of the run that was stopped: they
    /// may be half evaluated.
    pub(crate) fn discard(&self) {
        let mut modules = self.modules.borrow_mut();
        for key in self.fresh.take() {
            modules.remove(&key);
        }
        drop(modules);
        let loading = self.loading.take();
        let texts = self.texts.take();
        drop((loading, texts));
    }

    fn keep_text(&self, asked: &Url, text: &str, url: &Url) {
        if let Some(texts) = &mut *self.texts.borrow_mut() {
            texts.insert(asked.clone(), (text.to_owned(), url.clone()));
        }
    }

    /// Links the module at `url` with all it imports, which were loaded.
    pub(crate) fn link(&self, module: &Module, context: &mut Context) -> JsResult<()> {
        let result = module.link(context);
        let texts = self.texts.take().unwrap_or_default();
        let url = module.path().and_then(Path::to_str);
        match (result, url.and_then(|url| Url::parse(url).ok())) {
            (Err(error), Some(url)) => Err(link_error::explain(
                error,
                &url,
                &texts,
                self.client.permissions(),
            )),
            (result, _) => result,
        }
    }

    /// The URL that `specifier` names in a script or module at `referrer`.
    fn resolve(
        &self,
        specifier: &str,
        referrer: Option<&Url>,
        permissions: &Permissions,
    ) -> Result<Url, String> {
        let mapped = self.import_map.borrow().resolve(specifier, referrer);
        let mapped = mapped.map_err(|error| resolve::failed(specifier, referrer, error))?;
        let url = match mapped {
            Some(url) => resolve::checked(url, specifier, referrer)?,
            None => resolve(specifier, referrer, permissions)?,
        };
        let resolved = Resolved::new(specifier, referrer);
        self.resolved.borrow_mut().insert(resolved);
        Ok(url)
    }

    /// Adds an import map. Gives what is to be said about it.
    pub(crate) fn add_import_map(&self, map: ImportMap) -> Vec<String> {
        (self.import_map.borrow_mut()).merge(map, &self.resolved.borrow())
    }

    /// Loads what `url` names; a request that is under way is shared.
    async fn load_shared(
        &self,
        url: &Url,
        integrity: Option<&Integrity>,
        compiler: ModuleCompiler,
    ) -> Result<Rc<Loaded>, LoadError> {
        let loading = self.loading.borrow().get(url).cloned();
        let loading = loading.unwrap_or_else(|| {
            let target = url.clone();
            let client = self.client.clone();
            let embedded = self.embedded.load(url);
            let map = self.import_map.borrow();
            let integrity = match integrity.filter(|integrity| !integrity.is_empty()) {
                Some(integrity) => integrity.clone(),
                None => map.integrity(url).map(Integrity::parse).unwrap_or_default(),
            };
            drop(map);
            let loading = async move {
                let loaded = match embedded.await? {
                    Some(loaded) => loaded,
                    None => load_import(&target, &client, &compiler, integrity).await?,
                };
                Ok(Rc::new(loaded))
            }
            .boxed_local()
            .shared();
            self.loading
                .borrow_mut()
                .insert(url.clone(), loading.clone());
            loading
        });
        let loaded = loading.await;
        self.loading.borrow_mut().remove(url);
        loaded
    }

    /// What the embedder's loaders have at `url`.
    pub(crate) fn load_embedded(
        &self,
        url: &Url,
    ) -> impl Future<Output = Result<Option<Loaded>, LoadError>> + use<> {
        self.embedded.load(url)
    }

    /// The JavaScript module at `url`, as the module map has it or from there; what it imports is not loaded.
    pub(crate) async fn load_javascript(
        &self,
        url: &Url,
        integrity: &Integrity,
        context: &RefCell<&mut Context>,
    ) -> JsResult<Module> {
        let integrity = Some(integrity);
        self.load_module(url, ModuleType::Evaluated, integrity, context)
            .await
    }

    async fn load_module(
        &self,
        url: &Url,
        kind: ModuleType,
        integrity: Option<&Integrity>,
        context: &RefCell<&mut Context>,
    ) -> JsResult<Module> {
        let key = (url.clone(), kind);
        let known = self.modules.borrow().get(&key).cloned();
        if let Some(module) = known {
            return Ok(module);
        }
        self.observer.loading(url);
        let compiler = ModuleCompiler::of(&context.borrow())?;
        let loaded = match url.scheme() {
            "blob" => {
                let blob = url_store::resolve(url.as_str(), &context.borrow());
                Loaded::of_blob(url, blob).map(Rc::new)
            }
            _ => {
                let loading = ordered::in_order(
                    self.load_shared(url, integrity, compiler),
                    &context.borrow(),
                );
                loading.await
            }
        };
        let loaded = loaded.map_err(|error| error.into_js(&mut context.borrow_mut()))?;
        // Another importer of the same request may have been first.
        let known = self.modules.borrow().get(&key).cloned();
        if let Some(module) = known {
            return Ok(module);
        }
        self.observer.loaded(&loaded.url, &loaded.text);
        let context = &mut context.borrow_mut();
        let module = match kind {
            ModuleType::Evaluated if loaded.wasm.is_some() => {
                self.stand_in(url, &loaded, context)?
            }
            ModuleType::Source => {
                let object = compiled(&loaded, context)?.into_object(context)?;
                Module::from_value_as_default(object.into(), context)
            }
            ModuleType::Evaluated => {
                let checked = loaded.check_javascript();
                checked.map_err(|error| error.into_js(context))?;
                let module = parse_module(&loaded.text, &loaded.url, context)?;
                self.keep_text(url, &loaded.text, &loaded.url);
                module
            }
            ModuleType::Json => {
                let checked = loaded.check_json();
                checked.map_err(|error| error.into_js(context))?;
                parse_json(&loaded, context)?
            }
        };
        self.add(key, &module);
        Ok(module)
    }
}

impl Loader {
    /// The source text module that stands for a WebAssembly module.
    fn stand_in(&self, url: &Url, loaded: &Loaded, context: &mut Context) -> JsResult<Module> {
        let wasm = compiled(loaded, context)?;
        wasm.check_names(context)?;
        let object = wasm.into_object(context)?;
        let number = self.instantiated.get() + 1;
        self.instantiated.set(number);
        let specifier = wasm_module::specifier(number);
        let text = wasm_module::text(&wasm, url, &specifier);
        let module = parse_module(&text, &loaded.url, context)?;
        self.keep_text(url, &text, &loaded.url);
        let instantiator = wasm_module::instantiator(object, context);
        self.instantiators
            .borrow_mut()
            .insert(specifier, instantiator);
        Ok(module)
    }
}

/// What a WebAssembly module was compiled to.
///
/// # Errors
/// A `CompileError` if it is not valid, a `TypeError` if it is none.
fn compiled(loaded: &Loaded, context: &mut Context) -> JsResult<ImportableModule> {
    let checked = loaded.check_wasm();
    checked.map_err(|error| error.into_js(context))?;
    match &loaded.wasm {
        Some(Ok(module)) => Ok(module.clone()),
        Some(Err(error)) => Err(error.clone().into_js(&short(&loaded.url), context)),
        None => Err(JsNativeError::typ()
            .with_message("it is no WebAssembly module")
            .into()),
    }
}

/// The URL of a script or module that refers to another.
fn url_of(referrer: &Referrer, context: &Context) -> Option<Url> {
    let path = referrer.path().and_then(Path::to_str);
    path.and_then(|path| Url::parse(path).ok())
        .or_else(|| base_url(context))
}

impl ModuleLoader for Loader {
    /// <https://html.spec.whatwg.org/multipage/webappapis.html#hostloadimportedmodule>
    async fn load_imported_module(
        self: Rc<Self>,
        referrer: Referrer,
        request: ModuleRequest,
        context: &RefCell<&mut Context>,
    ) -> JsResult<Module> {
        let referrer = url_of(&referrer, &context.borrow());
        let specifier = request.specifier().to_std_string_lossy();
        if wasm_module::is_own(&specifier)
            && let Some(module) = self.instantiators.borrow_mut().remove(&specifier)
        {
            return Ok(module);
        }
        if let Some(module) = self
            .embedded
            .module(&specifier, &mut context.borrow_mut())?
        {
            return Ok(module);
        }
        let kind = ModuleType::of(&request).map_err(|message| {
            JsNativeError::typ().with_message(format!("cannot import \"{specifier}\": {message}"))
        })?;
        let embedded = self.embedded.resolve(&specifier, referrer.as_ref());
        let embedded = embedded.map_err(|error| error.into_js_error(&mut context.borrow_mut()))?;
        let url = match embedded {
            Some(url) => url,
            None => self
                .resolve(&specifier, referrer.as_ref(), self.client.permissions())
                .map_err(|error| JsNativeError::typ().with_message(error))?,
        };
        let result = self.load_module(&url, kind, None, context).await;
        result.map_err(|error| named(error, &specifier, referrer.as_ref()))
    }

    /// <https://html.spec.whatwg.org/multipage/webappapis.html#hostgetimportmetaproperties>
    fn init_import_meta(
        self: Rc<Self>,
        import_meta: &JsObject,
        module: &Module,
        context: &mut Context,
    ) {
        let Some(url) = module.path().and_then(Path::to_str).map(JsString::from) else {
            return;
        };
        let resolve = FunctionObjectBuilder::new(
            context.realm(),
            NativeFunction::from_copy_closure_with_captures(import_meta_resolve, url.clone()),
        )
        .name(js_string!("resolve"))
        .length(1)
        .constructor(false)
        .build();
        let properties: [(JsString, JsValue); 2] = [
            (js_string!("url"), url.into()),
            (js_string!("resolve"), resolve.into()),
        ];
        for (key, value) in properties {
            // A new ordinary object takes any property.
            let _ = import_meta.define_property_or_throw(
                key,
                PropertyDescriptor::builder()
                    .value(value)
                    .writable(true)
                    .enumerable(true)
                    .configurable(true),
                context,
            );
        }
    }
}

/// `import.meta.resolve`.
fn import_meta_resolve(
    _: &JsValue,
    args: &[JsValue],
    url: &JsString,
    context: &mut Context,
) -> JsResult<JsValue> {
    let specifier = args.get_or_undefined(0).to_string(context)?;
    let text = specifier.to_std_string_lossy();
    let base = Url::parse(&url.to_std_string_lossy()).ok();
    if let Some(loader) = context.downcast_module_loader::<Loader>() {
        // Such a module has no URL: its specifier is what it is imported by from anywhere.
        if loader.embedded.has_module(&text) {
            return Ok(specifier.into());
        }
        match loader.embedded.resolve(&text, base.as_ref()) {
            Ok(Some(url)) => return Ok(JsString::from(url.as_str()).into()),
            Ok(None) => {}
            Err(error) => return Err(error.into_js_error(context)),
        }
    }
    let permissions = Permissions::of(context);
    let resolved = match context.downcast_module_loader::<Loader>() {
        Some(loader) => loader.resolve(&text, base.as_ref(), &permissions),
        None => resolve(&text, base.as_ref(), &permissions),
    };
    let resolved = resolved.map_err(|error| JsNativeError::typ().with_message(error))?;
    Ok(JsString::from(resolved.as_str()).into())
}

/// Adds to a loading error who asked for what. A syntax error names its place already.
fn named(error: JsError, specifier: &str, referrer: Option<&Url>) -> JsError {
    let Some(native) = error.as_native().filter(|native| native.is_type()) else {
        return error;
    };
    let from = referrer.map_or_else(String::new, |url| format!(" from {}", short(url)));
    JsNativeError::typ()
        .with_message(format!(
            "cannot import \"{specifier}\"{from}: {}",
            native.message()
        ))
        .into()
}

/// A URL as it stands in messages: a `data:` URL may be the whole module.
pub(crate) fn short(url: &Url) -> String {
    const LONGEST: usize = 100;
    let text = url.as_str();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) if url.scheme() == "data" => format!("{}…", &text[..end]),
        _ => text.to_owned(),
    }
}

/// Runs a classic script.
pub(crate) fn evaluate(text: &str, url: Option<&Url>, context: &mut Context) -> JsResult<JsValue> {
    let script = parse_script(text, url, context)?;
    apart::call(move |context| script.evaluate(context), context)
}

/// Parses a classic script.
pub(crate) fn parse_script(
    text: &str,
    url: Option<&Url>,
    context: &mut Context,
) -> JsResult<Script> {
    let mut parse = |text: &str| {
        let result = nesting::with_stack(text, || {
            let source = Source::from_bytes(text);
            match url {
                Some(url) => {
                    Script::parse(source.with_path(Path::new(url.as_str())), None, context)
                }
                None => Script::parse(source, None, context),
            }
        });
        result.unwrap_or_else(|error| Err(too_deep(error)))
    };
    let result = match workarounds::apply(text) {
        Cow::Borrowed(text) => parse(text),
        // Errors are to be those of the text as it was written.
        Cow::Owned(rewritten) => parse(&rewritten).or_else(|_| parse(text)),
    };
    result.map_err(|error| placed(error, url, || check_script(text).err()))
}

/// Parses a module.
pub(crate) fn parse_module(text: &str, url: &Url, context: &mut Context) -> JsResult<Module> {
    let text = &*source_phase::rewrite(text);
    let mut parse = |text: &str| {
        let result = nesting::with_stack(text, || {
            let source = Source::from_bytes(text).with_path(Path::new(url.as_str()));
            Module::parse(source, None, context)
        });
        result.unwrap_or_else(|error| Err(too_deep(error)))
    };
    let mut parse = |text: &str| match parse(text) {
        Err(error) if ends_early(&error) => parse(&continued(text)).map_err(|_| error),
        result => result,
    };
    let result = match workarounds::apply(text) {
        Cow::Borrowed(text) => parse(text),
        Cow::Owned(rewritten) => parse(&rewritten).or_else(|_| parse(text)),
    };
    result.map_err(|error| placed(error, Some(url), || Outline::of_module(text).err()))
}

/// Whether the parser wanted more text.
fn ends_early(error: &JsError) -> bool {
    error
        .as_native()
        .is_some_and(|native| native.message().starts_with("abrupt end"))
}

/// The text of a module with something behind it that changes nothing: the engine's parser wants
/// to see what follows `export { a }`. No statement that is not complete can go on with it.
pub(crate) fn continued(text: &str) -> String {
    format!("{text}\nexport {{}};")
}

fn too_deep(error: TooDeep) -> JsError {
    JsNativeError::syntax()
        .with_message(error.to_string())
        .into()
}

/// <https://html.spec.whatwg.org/multipage/webappapis.html#creating-a-json-module-script>
fn parse_json(loaded: &Loaded, context: &mut Context) -> JsResult<Module> {
    // The engine's JSON parser has a limit of its own.
    Module::parse_json(JsString::from(loaded.text.as_str()), context)
        .map_err(|error| placed(error, Some(&loaded.url), || None))
}

/// Adds the source's URL to a syntax error: the parser knows only line and column. Of the end of
/// the text it does not tell these either, and `again` finds them.
fn placed(
    error: JsError,
    url: Option<&Url>,
    again: impl FnOnce() -> Option<SyntaxError>,
) -> JsError {
    let (Some(url), Some(native)) = (url, error.as_native()) else {
        return error;
    };
    if !native.is_syntax() {
        return error;
    }
    let mut message = native.message().to_owned();
    if !message.contains(" at line ")
        && let Some(error) = again()
    {
        message = error.to_string();
    }
    JsNativeError::syntax()
        .with_message(format!("{message} ({})", short(url)))
        .into()
}
