//! `WebAssembly.Module`.
//!
//! <https://webassembly.github.io/spec/js-api/#modules>

use std::{cell::OnceCell, sync::Arc};

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string,
    object::{
        ObjectInitializer,
        builtins::{JsArrayBuffer, JsDataView, JsSharedArrayBuffer, JsTypedArray},
    },
    property::Attribute,
};
use boa_gc::{Finalize, Trace};
use taipan_compile::{
    Builtins, CompileError, CompileOptions, CompiledModule, ExternType, ModuleInfo,
};
use taipan_webidl::{
    BufferSource, Dictionary, Interface, InterfaceBuilder,
    buffer_source::{Allow, external_memory},
    convert, wrap,
};

use crate::{agent::Agent, errors, type_reflection};

/// The platform object: a module that was compiled for the agent's engine.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Module {
    #[unsafe_ignore_trace]
    pub(crate) compiled: CompiledModule,
    /// Its translation, which belongs to the agent's engine.
    #[unsafe_ignore_trace]
    pub(crate) translated: wasmi::Module,
    /// The translation of the module as it is if exceptions have to pass through it, once there is
    /// an instance of that kind.
    #[unsafe_ignore_trace]
    aware: OnceCell<wasmi::Module>,
}

impl Module {
    /// The `Module` object that `value` is.
    ///
    /// # Errors
    /// A `TypeError` if it is none.
    pub(crate) fn from_value(value: &JsValue, what: &str) -> JsResult<JsObject<Self>> {
        value
            .as_object()
            .and_then(|object| object.downcast::<Self>().ok())
            .ok_or_else(|| {
                JsNativeError::typ()
                    .with_message(format!("{what}: the argument must be a WebAssembly.Module"))
                    .into()
            })
    }

    /// Compiles bytes on the calling thread.
    ///
    /// # Errors
    /// A `CompileError` that starts with `what`.
    pub(crate) fn compile(
        bytes: &[u8],
        builtins: Builtins,
        what: &str,
        context: &mut Context,
    ) -> JsResult<Self> {
        let agent = Agent::of(context)?;
        let options = agent.compile_options(builtins);
        let (compiled, translated) = agent
            .modules
            .compile(bytes, &options, &agent.engine)
            .map_err(|error| errors::compile_error(what, &error, context))?;
        Ok(Self::new(compiled, translated))
    }

    pub(crate) fn new(compiled: CompiledModule, translated: wasmi::Module) -> Self {
        external_memory(compiled.lowered_bytes().len());
        Self {
            compiled,
            translated,
            aware: OnceCell::new(),
        }
    }

    /// What is known of the module.
    pub(crate) fn info(&self) -> Arc<ModuleInfo> {
        self.compiled.info().clone()
    }

    /// The module as it is if exceptions have to pass through it.
    ///
    /// # Errors
    /// See [`CompiledModule::aware_of_exceptions`].
    pub(crate) fn aware_of_exceptions(
        &self,
        agent: &Agent,
    ) -> Result<(CompiledModule, wasmi::Module), CompileError> {
        let compiled = self.compiled.aware_of_exceptions()?;
        let translated = match self.aware.get() {
            Some(translated) => translated.clone(),
            None => {
                let translated = compiled.instantiate_module(&agent.engine)?;
                self.aware.get_or_init(|| translated).clone()
            }
        };
        Ok((compiled.clone(), translated))
    }

    /// Refuses a module of another context: its translation belongs to another engine.
    ///
    /// # Errors
    /// A `TypeError`.
    pub(crate) fn check_agent(&self, agent: &Agent, what: &str) -> JsResult<()> {
        if wasmi::Engine::same(self.translated.engine(), &agent.engine) {
            return Ok(());
        }
        Err(JsNativeError::typ()
            .with_message(format!("{what}: the module belongs to another context"))
            .into())
    }

    /// A new `Module` object.
    pub(crate) fn into_object(self, context: &mut Context) -> JsObject<Self> {
        wrap(self, context)
    }
}

/// What a `WebAssembly.Module` is without being an object: enough to make another one of.
///
/// It holds no JavaScript object, so it may be kept anywhere, in a queue of messages for one. The
/// code is shared, not copied.
#[derive(Clone)]
pub struct SerializedModule {
    compiled: CompiledModule,
    translated: wasmi::Module,
}

impl SerializedModule {
    pub(crate) fn from_parts(compiled: CompiledModule, translated: wasmi::Module) -> Self {
        Self {
            compiled,
            translated,
        }
    }

    /// What is known of the module.
    pub(crate) fn info(&self) -> &Arc<ModuleInfo> {
        self.compiled.info()
    }

    /// Serializes `object` if it is a `WebAssembly.Module`.
    ///
    /// <https://webassembly.github.io/spec/web-api/#serialization>
    #[must_use]
    pub fn new(object: &JsObject) -> Option<Self> {
        let module = object.downcast_ref::<Module>()?;
        Some(Self {
            compiled: module.compiled.clone(),
            translated: module.translated.clone(),
        })
    }

    /// A new `WebAssembly.Module` in the current realm.
    ///
    /// # Errors
    /// A `TypeError` if the module was made in another context.
    pub fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        let module = Module::new(self.compiled.clone(), self.translated.clone());
        module.check_agent(&*Agent::of(context)?, "structuredClone")?;
        Ok(module.into_object(context).upcast())
    }
}

impl SerializedModule {
    /// What may go to another thread: the validated code, which is shared, without its translation.
    #[must_use]
    pub fn to_portable(&self) -> PortableModule {
        PortableModule {
            compiled: self.compiled.clone(),
        }
    }
}

/// What a `WebAssembly.Module` is on its way to another context, on any thread.
#[derive(Clone)]
pub struct PortableModule {
    compiled: CompiledModule,
}

impl PortableModule {
    /// Compiles bytes on this thread, for any number of contexts; with the default options.
    ///
    /// ```
    /// let module = taipan_wasm::PortableModule::compile(b"\0asm\x01\0\0\0")?;
    /// std::thread::spawn(move || {
    ///     let mut context = boa_engine::Context::default();
    ///     taipan_wasm::register(&mut context, &taipan_wasm::Options::default()).unwrap();
    ///     assert!(module.deserialize(&mut context).is_ok());
    /// }).join().unwrap();
    /// # Ok::<_, taipan_compile::CompileError>(())
    /// ```
    ///
    /// # Errors
    /// Why the module is refused.
    pub fn compile(bytes: &[u8]) -> Result<Self, CompileError> {
        let compiled = taipan_compile::compile(bytes, &CompileOptions::default())?;
        Ok(Self { compiled })
    }

    /// What is known of the module.
    #[must_use]
    pub fn info(&self) -> &Arc<ModuleInfo> {
        self.compiled.info()
    }

    /// A new `WebAssembly.Module` in the current realm. The code is not validated again.
    ///
    /// # Errors
    /// A `CompileError` if the engine of this context cannot run what that of the other one can.
    pub fn deserialize(&self, context: &mut Context) -> JsResult<JsObject> {
        let agent = Agent::of(context)?;
        let translated = self
            .compiled
            .instantiate_module(&agent.engine)
            .map_err(|error| errors::compile_error("WebAssembly.Module", &error, context))?;
        let module = Module::new(self.compiled.clone(), translated);
        Ok(module.into_object(context).upcast())
    }
}

impl std::fmt::Debug for PortableModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortableModule").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SerializedModule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SerializedModule").finish_non_exhaustive()
    }
}

impl Interface for Module {
    const NAME: &'static str = "Module";
    const TAG: &'static str = "WebAssembly.Module";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .static_method("exports", 1, exports)
            .static_method("imports", 1, imports)
            .static_method("customSections", 2, custom_sections);
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-module-module>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        const WHAT: &str = "WebAssembly.Module()";
        let bytes = convert::required::<Self>(args, 0, 1)?;
        // The compiler runs no script, so it may look at the buffer itself instead of a copy.
        let source = ByteSource::new(bytes, WHAT, context)?;
        let builtins = compile_options(args.get(1), context)?;
        match source {
            ByteSource::Unshared(source) => {
                source.with_bytes(|bytes| Self::compile(bytes, builtins, WHAT, context))
            }
            ByteSource::Copied(bytes) => Self::compile(&bytes, builtins, WHAT, context),
        }
    }
}

/// Converts a `WebAssemblyCompileOptions` argument.
///
/// <https://webassembly.github.io/spec/js-api/#dictdef-webassemblycompileoptions>
///
/// # Errors
/// A `TypeError` if it is neither an object nor missing, and whatever converting its members
/// throws.
pub(crate) fn compile_options(
    value: Option<&JsValue>,
    context: &mut Context,
) -> JsResult<Builtins> {
    let options = Dictionary::new(
        value.unwrap_or(&JsValue::undefined()),
        "WebAssemblyCompileOptions",
    )?;
    let mut builtins = Builtins::default();
    if let Some(sets) = options.get("builtins", context)? {
        builtins.sets = convert::sequence(&sets, "builtins", convert::usv_string, context)?;
    }
    if let Some(constants) = options.get("importedStringConstants", context)?
        && !constants.is_null()
    {
        builtins.string_constants = Some(convert::usv_string(&constants, context)?);
    }
    Ok(builtins)
}

/// An `[AllowResizable] AllowSharedBufferSource` argument.
pub(crate) enum ByteSource {
    Unshared(BufferSource),
    Copied(Vec<u8>),
}

impl ByteSource {
    /// Converts `value`; `what` is the API for the message.
    ///
    /// # Errors
    /// A `TypeError` if it is neither a buffer nor a view on one.
    pub(crate) fn new(value: &JsValue, what: &str, context: &mut Context) -> JsResult<Self> {
        if let Some(bytes) = shared_bytes(value, context)? {
            return Ok(Self::Copied(bytes));
        }
        BufferSource::new(
            value,
            &format!("{what}: the argument"),
            Allow { resizable: true },
            context,
        )
        .map(Self::Unshared)
    }

    /// A stable copy of the bytes.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        match self {
            Self::Unshared(source) => source.to_vec(),
            Self::Copied(bytes) => bytes,
        }
    }
}

/// A copy of the bytes of a `SharedArrayBuffer`, or of a view on one.
fn shared_bytes(value: &JsValue, context: &mut Context) -> JsResult<Option<Vec<u8>>> {
    let Some(object) = value.as_object() else {
        return Ok(None);
    };
    if let Ok(buffer) = JsSharedArrayBuffer::from_object(object.clone()) {
        return Ok(Some(buffer.to_vec()));
    }
    let (buffer, offset, length) = if let Ok(array) = JsTypedArray::from_object(object.clone()) {
        (
            array.buffer(context)?,
            array.byte_offset(context)?,
            array.byte_length(context)?,
        )
    } else if let Ok(view) = JsDataView::from_object(object) {
        let buffer = view.buffer(context)?;
        let offset = view.byte_offset(context).unwrap_or(0) as usize;
        (
            buffer,
            offset,
            view.byte_length(context).unwrap_or(0) as usize,
        )
    } else {
        return Ok(None);
    };
    let Some(buffer) = buffer
        .as_object()
        .and_then(|buffer| JsSharedArrayBuffer::from_object(buffer).ok())
    else {
        return Ok(None);
    };
    let bytes = buffer.to_vec();
    Ok(Some(
        bytes
            .get(offset..offset.saturating_add(length))
            .unwrap_or_default()
            .to_vec(),
    ))
}

/// A `ModuleImportDescriptor` or `ModuleExportDescriptor`: what is to be told by name, the kind, and
/// with type reflection the type.
fn descriptor(
    names: &[(JsString, &str)],
    ty: &ExternType,
    agent: &Agent,
    context: &mut Context,
) -> JsResult<JsValue> {
    let ty_object = match agent.type_reflection {
        true => Some(type_reflection::extern_type(ty, context)?),
        false => None,
    };
    let mut object = ObjectInitializer::new(context);
    for (key, name) in names {
        object.property(key.clone(), JsString::from(*name), Attribute::all());
    }
    let kind = js_string!(ty.kind().as_str());
    object.property(js_string!("kind"), kind, Attribute::all());
    if let Some(ty) = ty_object {
        object.property(js_string!("type"), ty, Attribute::all());
    }
    Ok(object.build().into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-module-exports>
fn exports(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Module.exports()";
    let module = Module::from_value(convert::required_by(args, 0, 1, WHAT)?, WHAT)?;
    let info = module.borrow().data().compiled.info().clone();
    let agent = Agent::of(context)?;
    let descriptors: Vec<JsValue> = info
        .exports
        .iter()
        .map(|export| {
            let names = [(js_string!("name"), export.name.as_str())];
            descriptor(&names, &export.ty, &agent, context)
        })
        .collect::<JsResult<_>>()?;
    Ok(convert::array(descriptors, context).into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-module-imports>
fn imports(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Module.imports()";
    let module = Module::from_value(convert::required_by(args, 0, 1, WHAT)?, WHAT)?;
    let info = module.borrow().data().compiled.info().clone();
    let agent = Agent::of(context)?;
    let descriptors: Vec<JsValue> = info
        .imports
        .iter()
        .filter(|import| import.provided.is_none())
        .map(|import| {
            let names = [
                (js_string!("module"), import.module.as_str()),
                (js_string!("name"), import.name.as_str()),
            ];
            descriptor(&names, &import.ty, &agent, context)
        })
        .collect::<JsResult<_>>()?;
    Ok(convert::array(descriptors, context).into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-module-customsections>
fn custom_sections(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.Module.customSections()";
    let module = Module::from_value(convert::required_by(args, 0, 2, WHAT)?, WHAT)?;
    let name = convert::dom_string(convert::required_by(args, 1, 2, WHAT)?, context)?;
    let info = module.borrow().data().compiled.info().clone();
    let mut buffers = Vec::new();
    // A name with a lone surrogate is the name of no section.
    if let Ok(name) = name.to_std_string() {
        for section in info.custom_sections(&name) {
            let buffer = JsArrayBuffer::new(section.len(), context)?;
            if let Some(mut data) = buffer.data_mut() {
                data.copy_from_slice(section);
            }
            buffers.push(JsValue::from(buffer));
        }
    }
    Ok(convert::array(buffers, context).into())
}
