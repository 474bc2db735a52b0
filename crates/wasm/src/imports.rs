//! Reading the imports, and checking their types.
//!
//! <https://webassembly.github.io/spec/js-api/#read-the-imports>

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue};
use boa_gc::{Gc, WeakGc};
use taipan_compile::{ExternType, GlobalType, ImportInfo, ModuleInfo, Provided, ValType};
use wasmi::{Extern, Func, Nullable, Val};

use crate::{
    agent::{Agent, AgentRef},
    cell::Cell,
    errors::{self, Class},
    exported_function::ExportedFunction,
    global::{self, Global, GlobalInner},
    host_function, js_string,
    memory::{Memory, MemoryInner},
    suspending::Suspending,
    table::{Table, TableInner},
    tag::{Tag, TagInner},
    trampoline::is_function,
    values,
};

/// Reads the imports of a module for the instance of `cell`, in the order of their declaration.
///
/// Types are checked by [`check`], later: what is thrown here are errors of reading.
///
/// # Errors
/// Whatever getting the properties throws, a `TypeError` if there is no object to get them of, and
/// a `LinkError` for a value of the wrong kind. `what` is the API for the message.
pub(crate) fn read(
    agent: &Agent,
    info: &ModuleInfo,
    import_object: &JsValue,
    cell: &Gc<Cell>,
    what: &str,
    context: &mut Context,
) -> JsResult<Vec<Imported>> {
    if info.imports.is_empty() {
        return Ok(Vec::new());
    }
    let Some(import_object) = import_object.as_object() else {
        return Err(JsNativeError::typ()
            .with_message(format!(
                "{what}: the module has imports, so the second argument must be an object"
            ))
            .into());
    };
    let weak_cell = WeakGc::new(cell);
    let mut imports = Vec::with_capacity(info.imports.len());
    let mut functions = 0;
    for (number, import) in info.imports.iter().enumerate() {
        let reader = Reader {
            agent,
            cell,
            weak_cell: &weak_cell,
            import,
            number,
            what,
        };
        if let Some(provided) = import.provided {
            imports.push(reader.provide(provided, functions)?);
            if matches!(import.ty, ExternType::Func(_)) {
                functions += 1;
            }
            continue;
        }
        let module = import_object.get(JsString::from(import.module.as_str()), context)?;
        let Some(module) = module.as_object() else {
            return Err(JsNativeError::typ()
                .with_message(format!(
                    "{what}: import #{number} \"{}\": the module must be an object",
                    import.module
                ))
                .into());
        };
        let value = module.get(JsString::from(import.name.as_str()), context)?;
        imports.push(reader.read(&value, functions, context)?);
        if matches!(import.ty, ExternType::Func(_)) {
            functions += 1;
        }
    }
    Ok(imports)
}

/// An import value. What it is made of is kept alive by this until the instance is linked to it.
pub(crate) enum Imported {
    /// A function made of a callable: it has the type that is asked for.
    Callable(Func),
    /// A function of WebAssembly.
    Function(Gc<ExportedFunction>),
    Memory(Gc<MemoryInner>),
    /// A shared memory, which no module can have.
    SharedMemory,
    Table(Gc<TableInner>),
    Global(Gc<GlobalInner>),
    Tag(Gc<TagInner>),
}

impl Imported {
    /// The value for the engine, for the instance of `cell`.
    ///
    /// There is none for a tag: its address is a constant of the lowered module.
    pub(crate) fn value(&self, agent: &Agent, cell: &Gc<Cell>) -> Option<Extern> {
        Some(match self {
            Self::Callable(func) => Extern::Func(*func),
            Self::Function(function) => {
                Extern::Func(agent.guarded(function.func, &function.cell.linkage, &cell.linkage))
            }
            Self::Memory(memory) => Extern::Memory(memory.memory),
            Self::Table(table) => Extern::Table(table.table),
            Self::Global(global) => Extern::Global(global::importable(agent, global)),
            Self::Tag(_) | Self::SharedMemory => return None,
        })
    }

    /// Whether code that has it may call functions that return with an exception pending.
    pub(crate) fn brings_exceptions(&self) -> bool {
        match self {
            Self::Function(function) => function.cell.is_aware(),
            Self::Table(table) => is_function(table.ty.element) && table.linkage.is_aware(),
            Self::Global(global) => holds_functions(global) && global.linkage.is_aware(),
            Self::Callable(_) | Self::Memory(_) | Self::SharedMemory | Self::Tag(_) => false,
        }
    }

    /// Notes that the instance of `cell`, of this module, uses it: whether exceptions pass through
    /// it.
    pub(crate) fn use_by(&self, cell: &Gc<Cell>, info: &ModuleInfo) {
        let linkage = match self {
            Self::Table(table) if is_function(table.ty.element) => {
                if cell.is_aware() {
                    cell.keep_function_table(table);
                }
                &table.linkage
            }
            Self::Global(global) if holds_functions(global) => &global.linkage,
            _ => return,
        };
        if cell.is_aware() {
            linkage.set_aware();
        } else {
            linkage.set_unaware(info);
        }
    }

    /// Has the instance of `cell` and the import keep each other, as far as code of one may get
    /// hold of what belongs to the other.
    pub(crate) fn link(&self, cell: &Gc<Cell>) {
        match self {
            Self::Callable(_) | Self::SharedMemory => {}
            Self::Function(function) => function.link_importer(cell),
            Self::Memory(memory) => cell.keep_memory(memory),
            Self::Tag(tag) => cell.keep_tag(tag),
            Self::Table(table) => {
                cell.link(&table.cell);
                table.cell.hold(cell);
            }
            Self::Global(global) => {
                if global.ty.content.is_ref() {
                    cell.link(&global.cell);
                    // A function in an immutable global can be called with references.
                    if global.ty.mutable || !global.ty.content.is_extern() {
                        global.cell.hold(cell);
                    }
                }
            }
        }
    }
}

fn holds_functions(global: &GlobalInner) -> bool {
    matches!(global.ty.content, ValType::Ref(ty) if is_function(ty))
}

struct Reader<'a> {
    agent: &'a Agent,
    cell: &'a Gc<Cell>,
    weak_cell: &'a WeakGc<Cell>,
    import: &'a ImportInfo,
    number: usize,
    what: &'a str,
}

impl Reader<'_> {
    fn link_error(&self, reason: &str, context: &mut Context) -> JsError {
        errors::new(
            Class::Link,
            format!(
                "{}: import #{} \"{}\" \"{}\": {reason}",
                self.what, self.number, self.import.module, self.import.name
            ),
            context,
        )
    }

    /// What is provided instead of being imported.
    fn provide(&self, provided: Provided, functions: u32) -> JsResult<Imported> {
        match (provided, &self.import.ty) {
            (Provided::JsString(builtin), ExternType::Func(ty)) => {
                js_string::create(self.agent, self.weak_cell, builtin, ty, functions)
                    .map(Imported::Callable)
            }
            (Provided::StringConstant, ExternType::Global(ty)) => {
                let value = JsString::from(self.import.name.as_str()).into();
                let reference = (self.agent.store)
                    .with(|store| self.agent.insert_value(&value, self.cell, store));
                Ok(self.global(Val::ExternRef(Nullable::Val(reference)), ty.content))
            }
            // The compiler has checked the kinds.
            _ => Err(JsNativeError::error()
                .with_message(format!("{}: an import that nobody provides", self.what))
                .into()),
        }
    }

    fn read(&self, value: &JsValue, functions: u32, context: &mut Context) -> JsResult<Imported> {
        match &self.import.ty {
            ExternType::Func(ty) => {
                let suspending = Suspending::function(value);
                let suspends = suspending.is_some();
                let Some(callable) = suspending.or_else(|| value.as_callable()) else {
                    return Err(self.link_error("a function import must be callable", context));
                };
                if let Some(function) = self.agent.exported_function(value, context)? {
                    return Ok(Imported::Function(function));
                }
                let func = host_function::create(
                    self.agent,
                    self.cell,
                    self.weak_cell,
                    callable,
                    ty,
                    functions,
                    suspends,
                )?;
                Ok(Imported::Callable(func))
            }
            ExternType::Global(ty) => self.read_global(value, *ty, context),
            ExternType::Memory(_) => match downcast::<Memory>(value) {
                Some(memory) => {
                    let memory = memory.borrow().data().clone();
                    match &memory {
                        Memory::Unshared(inner) => {
                            self.same_agent(&inner.agent)?;
                            Ok(Imported::Memory(inner.clone()))
                        }
                        Memory::Shared(_) => Ok(Imported::SharedMemory),
                    }
                }
                None => Err(self.link_error(
                    "a memory import must be a WebAssembly.Memory object",
                    context,
                )),
            },
            ExternType::Table(_) => {
                match downcast::<Table>(value) {
                    Some(table) => {
                        let inner = table.borrow().data().0.clone();
                        self.same_agent(&inner.agent)?;
                        Ok(Imported::Table(inner))
                    }
                    None => Err(self
                        .link_error("a table import must be a WebAssembly.Table object", context)),
                }
            }
            ExternType::Tag(_) => match downcast::<Tag>(value) {
                Some(tag) => {
                    let inner = tag.borrow().data().0.clone();
                    self.same_agent(&inner.agent)?;
                    Ok(Imported::Tag(inner))
                }
                None => {
                    Err(self.link_error("a tag import must be a WebAssembly.Tag object", context))
                }
            },
            _ => Err(self.link_error("imports of this kind are not supported", context)),
        }
    }

    fn read_global(
        &self,
        value: &JsValue,
        ty: GlobalType,
        context: &mut Context,
    ) -> JsResult<Imported> {
        if let Some(global) = downcast::<Global>(value) {
            let inner = global.borrow().data().0.clone();
            self.same_agent(&inner.agent)?;
            return Ok(Imported::Global(inner));
        }
        let reason = match ty.content {
            ValType::I64 if !value.is_bigint() => {
                Some("a global import of type i64 must be a BigInt")
            }
            ValType::I32 | ValType::F32 | ValType::F64 if !value.is_number() => {
                Some("a global import of this type must be a number")
            }
            ValType::V128 => {
                Some("a global import of type v128 must be a WebAssembly.Global object")
            }
            _ => None,
        };
        if let Some(reason) = reason {
            return Err(self.link_error(reason, context));
        }
        let value =
            match values::to_webassembly_value(self.agent, value, ty.content, self.cell, context) {
                Ok(value) => value,
                Err(error)
                    if error
                        .as_native()
                        .is_some_and(boa_engine::JsNativeError::is_type) =>
                {
                    return Err(self.link_error(
                        "the value cannot be converted to the type of the global",
                        context,
                    ));
                }
                Err(error) => return Err(error),
            };
        Ok(self.global(value, ty.content))
    }

    /// An import that was no `Global` object: it is one now. It is immutable, which [`check`] finds
    /// fault with where a mutable one is declared.
    fn global(&self, value: Val, content: ValType) -> Imported {
        let global = global::allocate(self.agent, value, false);
        if content.is_ref() {
            self.cell.add_global(global, content.is_extern());
        }
        let ty = GlobalType {
            content,
            mutable: false,
        };
        let cell = self.cell.clone();
        Imported::Global(GlobalInner::new(self.agent, global, ty, cell))
    }

    /// Refuses an object of another context: its address is one of another store.
    fn same_agent(&self, agent: &AgentRef) -> JsResult<()> {
        if agent.is(self.agent) {
            return Ok(());
        }
        Err(JsNativeError::typ()
            .with_message(format!(
                "{}: import #{} \"{}\" \"{}\" belongs to another context",
                self.what, self.number, self.import.module, self.import.name
            ))
            .into())
    }
}

fn downcast<T: boa_engine::object::NativeObject>(value: &JsValue) -> Option<JsObject<T>> {
    value.as_object()?.downcast::<T>().ok()
}

/// Checks that the imports have the types that the module declares.
///
/// <https://webassembly.github.io/spec/core/exec/modules.html#external-typing>
///
/// # Errors
/// A `LinkError` that says which import does not match.
pub(crate) fn check(
    agent: &Agent,
    info: &ModuleInfo,
    imports: &[Imported],
    what: &str,
    context: &mut Context,
) -> JsResult<()> {
    for (number, (import, imported)) in info.imports.iter().zip(imports).enumerate() {
        if let Some(reason) = mismatch(agent, &import.ty, imported) {
            return Err(errors::new(
                Class::Link,
                format!(
                    "{what}: import #{number} \"{}\" \"{}\": {reason}",
                    import.module, import.name
                ),
                context,
            ));
        }
    }
    Ok(())
}

/// Why a value does not match the declared type.
fn mismatch(agent: &Agent, declared: &ExternType, imported: &Imported) -> Option<String> {
    match (declared, imported) {
        (ExternType::Func(_), Imported::Callable(_)) => None,
        (ExternType::Func(declared), Imported::Function(function)) => {
            let actual = &function.ty;
            (!actual.matches(declared)).then(|| {
                format!("the imported function has type {actual}, but {declared} is declared")
            })
        }
        (ExternType::Memory(declared), Imported::Memory(memory)) => {
            let actual = &memory.ty;
            if declared.memory64 != actual.memory64 {
                return Some("the address type of the memory differs".into());
            }
            if declared.page_size_log2 != actual.page_size_log2 {
                return Some("the page size of the memory differs".into());
            }
            limits_mismatch(
                "memory",
                "pages",
                (memory.size(agent), actual.maximum),
                (declared.minimum, declared.maximum),
            )
        }
        (ExternType::Memory(_), Imported::SharedMemory) => Some(
            "the memory is shared, and an unshared one is declared (modules cannot have shared \
             memories: the threads proposal is not supported)"
                .into(),
        ),
        (ExternType::Table(declared), Imported::Table(table)) => {
            let actual = &table.ty;
            if declared.table64 != actual.table64 {
                return Some("the address type of the table differs".into());
            }
            if declared.element != actual.element {
                return Some(format!(
                    "the table has elements of type {}, but {} is declared",
                    actual.element, declared.element
                ));
            }
            limits_mismatch(
                "table",
                "elements",
                (table.size(agent), actual.maximum),
                (declared.minimum, declared.maximum),
            )
        }
        (ExternType::Global(declared), Imported::Global(global)) => {
            let actual = &global.ty;
            if declared.mutable != actual.mutable {
                return Some(
                    if declared.mutable {
                        "a mutable global is declared, but the global is immutable"
                    } else {
                        "an immutable global is declared, but the global is mutable"
                    }
                    .into(),
                );
            }
            let matches = if declared.mutable {
                declared.content == actual.content
            } else {
                actual.content.matches(declared.content)
            };
            (!matches).then(|| {
                format!(
                    "the global has type {}, but {} is declared",
                    actual.content, declared.content
                )
            })
        }
        (ExternType::Tag(declared), Imported::Tag(tag)) => {
            let actual = &tag.ty;
            (declared != actual)
                .then(|| format!("the imported tag has type {actual}, but {declared} is declared"))
        }
        _ => Some("the value is of another kind".into()),
    }
}

fn limits_mismatch(
    what: &str,
    unit: &str,
    actual: (u64, Option<u64>),
    declared: (u64, Option<u64>),
) -> Option<String> {
    if actual.0 < declared.0 {
        return Some(format!(
            "the {what} has {} {unit}, which is less than the declared minimum of {}",
            actual.0, declared.0
        ));
    }
    match (actual.1, declared.1) {
        (_, None) => None,
        (None, Some(_)) => Some(format!(
            "the {what} has no maximum, but one is declared"
        )),
        (Some(actual), Some(declared)) => (actual > declared).then(|| {
            format!(
                "the {what} has a maximum of {actual} {unit}, which is more than the declared {declared}"
            )
        }),
    }
}
