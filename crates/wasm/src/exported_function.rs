//! Exported Functions.
//!
//! <https://webassembly.github.io/spec/js-api/#exported-function-exotic-objects>

use std::sync::Arc;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string,
    object::{FunctionObjectBuilder, builtins::JsArray},
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};
use smallvec::SmallVec;
use taipan_compile::{FuncType, ModuleInfo};
use wasmi::{Func, Val};

use crate::{
    agent::{Agent, AgentRef, FunctionOrigin},
    cell::Cell,
    typed_call::{self, TypedCall},
    values,
};

/// What an Exported Function object carries.
#[derive(Trace, Finalize)]
pub(crate) struct ExportedFunction {
    #[unsafe_ignore_trace]
    pub(crate) agent: AgentRef,
    /// The function address.
    #[unsafe_ignore_trace]
    pub(crate) func: Func,
    #[unsafe_ignore_trace]
    pub(crate) ty: Arc<FuncType>,
    /// The instance that the function belongs to.
    pub(crate) cell: Gc<Cell>,
    /// The function object, which holds this in turn: the collector sees the cycle.
    object: GcRefCell<Option<JsObject>>,
    #[unsafe_ignore_trace]
    typed: Option<Box<dyn TypedCall>>,
    /// Whether values of its type cannot pass between WebAssembly and JavaScript.
    #[unsafe_ignore_trace]
    pub(crate) is_impassable: bool,
}

impl ExportedFunction {
    /// Has `importer`, which imports the function, keep the function's instance.
    pub(crate) fn link_importer(&self, importer: &Gc<Cell>) {
        importer.link(&self.cell);
        self.link_caller(importer);
    }

    /// Has `holder`, which is handed a reference to the function, keep the function's instance.
    pub(crate) fn link_holder(&self, holder: &Gc<Cell>) {
        holder.hold(&self.cell);
        self.link_caller(holder);
    }

    /// Whoever has a function that takes or returns references can hand it its own, by an indirect
    /// call too: then the function's instance keeps the caller in turn.
    fn link_caller(&self, caller: &Gc<Cell>) {
        if values::has_references(&self.ty) {
            self.cell.hold(caller);
        }
    }
}

/// The Exported Function object of a function address: there is only one. It is shown in stacks by
/// `export`, the name it is exported by; without one, by that of the name section.
///
/// <https://webassembly.github.io/spec/js-api/#a-new-exported-function>
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn object(
    agent: &Agent,
    func: Func,
    export: Option<&str>,
    context: &mut Context,
) -> JsResult<JsObject> {
    let func = agent.trampoline_target(func);
    if let Some(known) = agent.cached_function(func)
        && let Some(object) = known.object.borrow().clone()
    {
        return Ok(object);
    }
    let origin = agent.origin(func).ok_or_else(|| {
        JsNativeError::error().with_message("a function of an instance that is gone")
    })?;
    let arity = origin.ty.params.len();
    let name = JsString::from(origin.index.to_string());
    let shown = JsString::from(shown_name(&origin, export));
    // Beside what metering costs the general way is no loss.
    let typed = match agent.meter {
        None => agent
            .store
            .with(|store| typed_call::of(func, &origin.ty, store)),
        Some(_) => None,
    };
    let function = Gc::new(ExportedFunction {
        agent: agent.reference(),
        func,
        typed,
        is_impassable: values::is_impassable(&origin.ty),
        ty: origin.ty,
        cell: origin.cell,
        object: GcRefCell::new(None),
    });
    let steps = NativeFunction::from_copy_closure_with_captures(
        |_, args, function: &Gc<ExportedFunction>, context| call(function, args, context),
        function.clone(),
    );
    let object: JsObject = FunctionObjectBuilder::new(context.realm(), steps)
        .name(shown)
        .length(arity)
        .constructor(false)
        .build()
        .into();
    object.insert_property(
        js_string!("name"),
        PropertyDescriptor::builder()
            .value(name)
            .writable(false)
            .enumerable(false)
            .configurable(true),
    );
    *function.object.borrow_mut() = Some(object.clone());
    function.cell.keep_function(&function);
    agent.cache_function(&function, &object, context)?;
    Ok(object)
}

/// What stands for a function in the stacks of errors: `module.function wasm-function[index]`, as
/// far as there are names.
fn shown_name(origin: &FunctionOrigin, export: Option<&str>) -> String {
    let index = origin.index;
    let name = |info: &ModuleInfo| {
        let function = export.or_else(|| info.function_name(index))?;
        Some(match info.module_name() {
            Some(module) => format!("{module}.{function} wasm-function[{index}]"),
            None => format!("{function} wasm-function[{index}]"),
        })
    };
    let info = origin.info.as_deref();
    info.and_then(name)
        .unwrap_or_else(|| format!("wasm-function[{index}]"))
}

/// Values of up to so many parameters and results stay on the native stack.
const INLINE: usize = 6;

/// <https://webassembly.github.io/spec/js-api/#call-an-exported-function>
fn call(function: &ExportedFunction, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let agent = function.agent.get()?;
    if let Some(typed) = &function.typed {
        return typed.call(&agent, args, context);
    }
    if function.is_impassable {
        return Err(values::impassable_error());
    }
    agent.passing(|| call_untyped(function, &agent, args, context))
}

/// The general way: any number of values of any type.
fn call_untyped(
    function: &ExportedFunction,
    agent: &Agent,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    let inputs = inputs(function, agent, args, context)?;
    let results = function.ty.results.iter();
    let mut outputs: SmallVec<[Val; INLINE]> = results.map(|_| Val::I32(0)).collect();
    agent.call(context, function.func, &inputs, &mut outputs)?;
    output(agent, &outputs, context)
}

/// The arguments for a function, coerced.
///
/// # Errors
/// Whatever the coercion throws.
pub(crate) fn inputs(
    function: &ExportedFunction,
    agent: &Agent,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<SmallVec<[Val; INLINE]>> {
    let ty = &*function.ty;
    let mut inputs: SmallVec<[Val; INLINE]> = SmallVec::with_capacity(ty.params.len());
    let undefined = JsValue::undefined();
    for (index, ty) in ty.params.iter().enumerate() {
        let arg = args.get(index).unwrap_or(&undefined);
        inputs.push(values::to_webassembly_value(
            agent,
            arg,
            *ty,
            &function.cell,
            context,
        )?);
    }
    Ok(inputs)
}

/// What a function returns to JavaScript.
///
/// # Errors
/// An error of the engine itself.
pub(crate) fn output(agent: &Agent, outputs: &[Val], context: &mut Context) -> JsResult<JsValue> {
    match outputs {
        [] => Ok(JsValue::undefined()),
        [value] => values::to_js_value(agent, value, context),
        many => {
            let mut elements = Vec::with_capacity(many.len());
            for value in many {
                elements.push(values::to_js_value(agent, value, context)?);
            }
            Ok(JsArray::from_iter(elements, context).into())
        }
    }
}
