//! `WebAssembly.Instance`.
//!
//! <https://webassembly.github.io/spec/js-api/#instances>

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, object::IntegrityLevel,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Gc, Trace};
use taipan_compile::{ExternType, LoweredImport, ModuleInfo, RefType, ValType};
use taipan_webidl::{Interface, InterfaceBuilder, convert, this_object};
use wasmi::{Extern, errors::ErrorKind};

use crate::{
    agent::Agent,
    cell::Cell,
    errors::{self, Class},
    esm::LiveBinding,
    exported_function,
    global::{self, GlobalInner},
    imports::{self, Imported},
    internal_references,
    memory::{self, MemoryInner},
    module::Module,
    table::{self, TableInner},
    tag::{self, TagInner},
};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Instance {
    /// What keeps the instance's imports and references alive.
    cell: Gc<Cell>,
    /// `[[Exports]]`: a frozen object.
    pub(crate) exports: JsObject,
    /// The bindings of a module that is imported by other modules.
    pub(crate) live: Vec<Gc<LiveBinding>>,
}

impl Interface for Instance {
    const NAME: &'static str = "Instance";
    const TAG: &'static str = "WebAssembly.Instance";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface.getter("exports", |this, _, _| {
            Ok(this_object::<Self>(this)?
                .borrow()
                .data()
                .exports
                .clone()
                .into())
        });
    }

    /// <https://webassembly.github.io/spec/js-api/#dom-instance-instance>
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        const WHAT: &str = "WebAssembly.Instance()";
        let module = Module::from_value(convert::required::<Self>(args, 0, 1)?, WHAT)?;
        let import_object = import_object(args.get(1), WHAT)?;
        Linking::read(&module, &import_object, WHAT, context)?.instantiate(context)
    }
}

/// An `optional object importObject` argument: an object or `undefined`.
///
/// # Errors
/// A `TypeError` for anything else.
pub(crate) fn import_object(value: Option<&JsValue>, what: &str) -> JsResult<JsValue> {
    match value {
        Some(value) if value.is_object() => Ok(value.clone()),
        Some(value) if !value.is_undefined() => Err(JsNativeError::typ()
            .with_message(format!("{what}: the import object must be an object"))
            .into()),
        _ => Ok(JsValue::undefined()),
    }
}

/// A module whose imports have been read: what is left is to instantiate it.
pub(crate) struct Linking {
    module: JsObject<Module>,
    imports: Vec<Imported>,
    cell: Gc<Cell>,
    what: &'static str,
}

impl Linking {
    /// Reads the imports.
    ///
    /// # Errors
    /// See [`imports::read`].
    pub(crate) fn read(
        module: &JsObject<Module>,
        import_object: &JsValue,
        what: &'static str,
        context: &mut Context,
    ) -> JsResult<Self> {
        let agent = Agent::of(context)?;
        module.borrow().data().check_agent(&agent, what)?;
        let info = module.borrow().data().compiled.info().clone();
        agent.tidy(memory::defined_bytes(&info));
        let cell = agent.new_cell();
        let imports = imports::read(&agent, &info, import_object, &cell, what, context)?;
        Ok(Self {
            module: module.clone(),
            imports,
            cell,
            what,
        })
    }

    /// <https://webassembly.github.io/spec/js-api/#instantiate-the-core-of-a-webassembly-module>
    ///
    /// # Errors
    /// A `LinkError` for an import of the wrong type, a `RuntimeError` for a segment that is out of
    /// bounds or a trap of the start function, what an import throws that the start function
    /// calls, and a `RangeError` if a memory or table cannot be allocated.
    pub(crate) fn instantiate(self, context: &mut Context) -> JsResult<Instance> {
        let Self {
            module,
            imports,
            cell,
            what,
        } = self;
        let _span = tracing::info_span!(target: "taipan::instantiate", "instantiate");
        let agent = Agent::of(context)?;
        let (compiled, translated) = {
            let module = module.borrow();
            let module = module.data();
            (module.compiled.clone(), module.translated.clone())
        };
        let info = compiled.info();
        imports::check(&agent, info, &imports, what, context)?;
        for import in &imports {
            import.link(&cell);
        }
        // A module without exceptions has to pass on those of functions that it gets hold of.
        let becomes_aware = imports.iter().any(Imported::brings_exceptions);
        let (compiled, translated) = if becomes_aware && !compiled.lowering().exceptions {
            module
                .borrow()
                .data()
                .aware_of_exceptions(&agent)
                .map_err(|error| errors::compile_error(what, &error, context))?
        } else {
            (compiled.clone(), translated)
        };
        let lowering = compiled.lowering();
        if lowering.exceptions {
            cell.linkage.set_aware();
        } else {
            cell.linkage.set_unaware(info);
        }
        for import in &imports {
            import.use_by(&cell, info);
        }
        for table in cell.function_tables() {
            agent.guard_table(&table);
        }
        let tags = tags(&agent, info, &imports, &cell);

        // In the engine's order: memories that the module defines are imports to it.
        let mut memories: Vec<Gc<MemoryInner>> = Vec::new();
        let mut externs: Vec<Extern> = Vec::with_capacity(lowering.imports.len());
        for import in &lowering.imports {
            externs.push(match import {
                LoweredImport::Declared(index) => imports
                    .get(*index)
                    .and_then(|import| import.value(&agent, &cell))
                    .ok_or_else(|| internal("an import is missing"))?,
                LoweredImport::Exception(import) => {
                    agent
                        .exception_import(*import, &cell, &tags)
                        .ok_or_else(|| internal("what exceptions need is missing"))?
                }
                LoweredImport::DefinedMemory { ty, .. } => {
                    let memory = MemoryInner::allocate(&agent, ty)?;
                    cell.keep_memory(&memory);
                    let value = Extern::Memory(memory.memory);
                    memories.push(memory);
                    value
                }
            });
        }

        let instance = agent
            .store
            .with(|store| wasmi::Instance::new(store, &translated, &externs))
            .map_err(|error| instantiation_error(&error, what, context))?;
        let export = |name: &str| {
            agent
                .store
                .with(|store| instance.get_export(&store, name))
                .ok_or_else(|| internal("a lowered export is missing"))
        };
        if let Some((_, name)) = &lowering.function_base
            && let Extern::Func(base) = export(name)?
        {
            agent.own_functions(base, &cell, info);
        }

        if let Some((_, name)) = &lowering.helpers
            && let Extern::Table(table) = export(name)?
        {
            for (index, helper) in (0..).zip(internal_references::helpers(&agent, &cell, info)) {
                let helper = wasmi::Ref::Func(wasmi::Nullable::Val(helper));
                (agent.store)
                    .with(|store| table.set(store, index, helper))
                    .map_err(|_| internal("a table is too small"))?;
            }
        }

        if let Some((_, name)) = &lowering.segments
            && let Extern::Table(table) = export(name)?
        {
            cell.add_table(table, true);
        }

        // Where references can be, besides tables and globals that are
        // imported and have cells of their own.
        for (index, name) in &lowering.ref_tables {
            if let Extern::Table(table) = export(name)? {
                cell.add_table(table, holds_values(info.tables[*index as usize].element));
            }
        }
        for (index, name) in &lowering.ref_globals {
            let content = info.globals[*index as usize].content;
            if let Extern::Global(global) = export(name)? {
                cell.add_global(
                    global,
                    matches!(content, ValType::Ref(ty) if holds_values(ty)),
                );
            }
        }

        // What the engine does not do itself, because it would do it in the wrong order or leave
        // references to a failed instance behind.
        for name in lowering.init.iter().chain(&lowering.start) {
            if let Extern::Func(func) = export(name)? {
                agent.call(context, func, &[], &mut [])?;
            }
        }

        let exports = JsObject::with_null_proto();
        for (number, descriptor) in info.exports.iter().enumerate() {
            if let ExternType::Tag(_) = &descriptor.ty {
                let tag = tags
                    .get(descriptor.index as usize)
                    .ok_or_else(|| internal("a tag is missing"))?;
                let value = tag::object(tag, context);
                define_export(&exports, &descriptor.name, value);
                continue;
            }
            let value: JsObject = match (&descriptor.ty, export(&lowering.export_name(number))?) {
                (ExternType::Func(_), Extern::Func(func)) => {
                    exported_function::object(&agent, func, Some(&descriptor.name), context)?
                }
                (ExternType::Memory(_), Extern::Memory(memory)) => {
                    let inner = agent
                        .cached_memory(memory)
                        .ok_or_else(|| internal("a memory is missing"))?;
                    memory::object(&inner, context)
                }
                (ExternType::Table(ty), Extern::Table(table)) => {
                    let inner = agent
                        .cached_table(table)
                        .unwrap_or_else(|| TableInner::new(&agent, table, *ty, cell.clone()));
                    table::object(&inner, context)
                }
                (ExternType::Global(ty), Extern::Global(global)) => {
                    let inner = agent
                        .cached_global(global)
                        .unwrap_or_else(|| GlobalInner::new(&agent, global, *ty, cell.clone()));
                    global::object(&inner, context)
                }
                _ => return Err(internal("an export of an unknown kind")),
            };
            define_export(&exports, &descriptor.name, value);
        }
        // Until here they kept alive what the exports are made of.
        drop((imports, memories));
        exports.set_integrity_level(IntegrityLevel::Frozen, context)?;
        Ok(Instance {
            cell,
            exports,
            live: Vec::new(),
        })
    }
}

fn define_export(exports: &JsObject, name: &str, value: JsObject) {
    exports.insert_property(
        JsString::from(name),
        PropertyDescriptor::builder()
            .value(value)
            .writable(true)
            .enumerable(true)
            .configurable(true),
    );
}

/// Whether references of this type are slots of host values.
fn holds_values(ty: RefType) -> bool {
    ValType::Ref(ty).is_extern() || ty.is_exception()
}

/// The tags of a new instance: imported ones, and those that it defines.
fn tags(
    agent: &Agent,
    info: &ModuleInfo,
    imports: &[Imported],
    cell: &Gc<Cell>,
) -> Vec<Gc<TagInner>> {
    let mut tags: Vec<_> = imports
        .iter()
        .filter_map(|import| match import {
            Imported::Tag(tag) => Some(tag.clone()),
            _ => None,
        })
        .collect();
    for &ty in &info.tags[info.imported_tags as usize..] {
        let tag = TagInner::allocate(agent, info.types[ty as usize].clone());
        cell.keep_tag(&tag);
        tags.push(tag);
    }
    tags
}

fn internal(what: &str) -> boa_engine::JsError {
    JsNativeError::error()
        .with_message(format!("WebAssembly: {what}"))
        .into()
}

/// The error for what the engine refuses when it instantiates, after the imports were checked.
fn instantiation_error(
    error: &wasmi::Error,
    what: &str,
    context: &mut Context,
) -> boa_engine::JsError {
    let (class, reason) = match error.kind() {
        ErrorKind::Instantiation(wasmi::errors::InstantiationError::ElementSegmentDoesNotFit {
            ..
        }) => (Class::Runtime, "out of bounds table access".to_owned()),
        ErrorKind::Instantiation(
            wasmi::errors::InstantiationError::FailedToInstantiateTable(_)
            | wasmi::errors::InstantiationError::FailedToInstantiateMemory(_),
        ) => {
            return JsNativeError::range()
                .with_message(format!("{what}: {error}"))
                .into();
        }
        ErrorKind::Instantiation(_) => (Class::Link, error.to_string()),
        _ => (Class::Runtime, errors::message(error)),
    };
    errors::new(class, format!("{what}: {reason}"), context)
}
