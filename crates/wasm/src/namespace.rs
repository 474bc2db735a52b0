//! The `WebAssembly` namespace.
//!
//! <https://webassembly.github.io/spec/js-api/#webassembly-namespace>

use std::rc::Rc;

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsValue, NativeFunction,
    builtins::promise::ResolvingFunctions,
    job::{GenericJob, Job},
    js_string,
    object::{ObjectInitializer, builtins::JsPromise},
    property::Attribute,
};
use boa_gc::{Finalize, Trace};
use taipan_compile::Builtins;
use taipan_webidl::{NamespaceBuilder, convert, promise, wrap};

use crate::{
    agent::Agent,
    errors, esm,
    exception::Exception,
    global::Global,
    instance::{self, Instance, Linking},
    memory::Memory,
    module::{self, ByteSource, Module},
    promising,
    streaming::{self, ResponseSource},
    suspending::Suspending,
    table::Table,
    tag::{self, Tag},
};

/// Defines the namespace object on the global object of the current realm.
pub(crate) fn define(context: &mut Context) -> JsObject {
    let mut namespace = NamespaceBuilder::new("WebAssembly", context);
    namespace
        .method("validate", 1, validate)
        .method("promising", 1, promising::promising)
        .method("namespaceInstance", 1, esm::namespace_instance)
        .promise_method("compile", 1, compile)
        .promise_method("instantiate", 1, instantiate)
        .promise_method("compileStreaming", 1, compile_streaming)
        .promise_method("instantiateStreaming", 1, instantiate_streaming)
        .interface::<Module>()
        .interface::<Instance>()
        .interface::<Memory>()
        .interface::<Table>()
        .interface::<Global>()
        .interface::<Tag>()
        .interface::<Exception>()
        .interface::<Suspending>()
        .getter("JSTag", tag::get_js_tag);
    let object = namespace.build();
    errors::define(&object, context);
    object
}

/// <https://webassembly.github.io/spec/js-api/#dom-webassembly-validate>
fn validate(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.validate()";
    let source = ByteSource::new(convert::required_by(args, 0, 1, WHAT)?, WHAT, context)?;
    let builtins = module::compile_options(args.get(1), context)?;
    let options = Agent::of(context)?.compile_options(builtins);
    let valid = match source {
        ByteSource::Unshared(source) => {
            source.with_bytes(|bytes| taipan_compile::compile(bytes, &options).map(drop))
        }
        ByteSource::Copied(bytes) => taipan_compile::compile(&bytes, &options).map(drop),
    };
    Ok(valid.is_ok().into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-webassembly-compile>
fn compile(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.compile()";
    let source = ByteSource::new(convert::required_by(args, 0, 1, WHAT)?, WHAT, context)?;
    let builtins = module::compile_options(args.get(1), context)?;
    let (promise, functions) = JsPromise::new_pending(context);
    streaming::compile_bytes(
        source.into_vec(),
        builtins,
        WHAT,
        move |result, context| {
            let result = result.map(|module| module.into_object(context).upcast().into());
            promise::settle(&functions, result, context)
        },
        context,
    )?;
    Ok(promise.into())
}

/// <https://webassembly.github.io/spec/js-api/#dom-webassembly-instantiate>
fn instantiate(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.instantiate()";
    let first = convert::required_by(args, 0, 1, WHAT)?;
    let (promise, functions) = JsPromise::new_pending(context);
    if let Ok(module) = Module::from_value(first, WHAT) {
        let import_object = instance::import_object(args.get(1), WHAT)?;
        instantiate_module(
            &module,
            &import_object,
            WHAT,
            Outcome::Instance,
            functions,
            context,
        )?;
        return Ok(promise.into());
    }
    let source = ByteSource::new(first, WHAT, context)?;
    let import_object = instance::import_object(args.get(1), WHAT)?;
    let builtins = module::compile_options(args.get(2), context)?;
    streaming::compile_bytes(
        source.into_vec(),
        builtins,
        WHAT,
        move |result, context| {
            instantiate_compiled(result, &import_object, WHAT, functions, context)
        },
        context,
    )?;
    Ok(promise.into())
}

/// What a promise of an instance is fulfilled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// The `Instance`.
    Instance,
    /// A `WebAssemblyInstantiatedSource`.
    Source,
}

/// Goes on with a module that was compiled to be instantiated.
fn instantiate_compiled(
    module: JsResult<Module>,
    import_object: &JsValue,
    what: &'static str,
    functions: ResolvingFunctions,
    context: &mut Context,
) -> JsResult<()> {
    match module {
        Ok(module) => {
            let module = module.into_object(context);
            instantiate_module(
                &module,
                import_object,
                what,
                Outcome::Source,
                functions,
                context,
            )
        }
        Err(error) => promise::reject(&functions, error, context),
    }
}

/// Reads the imports now and instantiates in a task of its own.
///
/// <https://webassembly.github.io/spec/js-api/#asynchronously-instantiate-a-webassembly-module>
fn instantiate_module(
    module: &JsObject<Module>,
    import_object: &JsValue,
    what: &'static str,
    outcome: Outcome,
    functions: ResolvingFunctions,
    context: &mut Context,
) -> JsResult<()> {
    let linking = match Linking::read(module, import_object, what, context) {
        Ok(linking) => linking,
        Err(error) => return promise::reject(&functions, error, context),
    };
    let module = module.clone();
    let realm = context.realm().clone();
    let job = GenericJob::new(
        move |context| {
            let result = linking.instantiate(context).map(|instance| {
                let instance = wrap(instance, context).upcast();
                match outcome {
                    Outcome::Instance => instance.into(),
                    Outcome::Source => instantiated_source(module.upcast(), instance, context),
                }
            });
            promise::settle(&functions, result, context)?;
            Ok(JsValue::undefined())
        },
        realm,
    );
    context.enqueue_job(Job::GenericJob(job));
    Ok(())
}

/// A `WebAssemblyInstantiatedSource`; its members in lexicographical order, as Web IDL has it.
fn instantiated_source(module: JsObject, instance: JsObject, context: &mut Context) -> JsValue {
    ObjectInitializer::new(context)
        .property(js_string!("instance"), instance, Attribute::all())
        .property(js_string!("module"), module, Attribute::all())
        .build()
        .into()
}

/// <https://webassembly.github.io/spec/web-api/#dom-webassembly-compilestreaming>
fn compile_streaming(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.compileStreaming()";
    let source = convert::required_by(args, 0, 1, WHAT)?.clone();
    let builtins = module::compile_options(args.get(1), context)?;
    compile_response(source, builtins, Goal::Module, WHAT, context)
}

/// <https://webassembly.github.io/spec/web-api/#dom-webassembly-instantiatestreaming>
fn instantiate_streaming(
    _: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    const WHAT: &str = "WebAssembly.instantiateStreaming()";
    let source = convert::required_by(args, 0, 1, WHAT)?.clone();
    let import_object = instance::import_object(args.get(1), WHAT)?;
    let builtins = module::compile_options(args.get(2), context)?;
    let goal = Goal::Instance(import_object);
    compile_response(source, builtins, goal, WHAT, context)
}

/// What a response is compiled for.
#[derive(Trace, Finalize, Clone)]
enum Goal {
    /// The module.
    Module,
    /// An instance with this import object.
    Instance(JsValue),
}

/// What the reactions to a promise of a response share. Everything in it is traced: the promise
/// may never settle.
#[derive(Trace, Finalize, Clone)]
struct Reaction {
    #[unsafe_ignore_trace]
    builtins: Builtins,
    goal: Goal,
    functions: ResolvingFunctions,
}

/// <https://webassembly.github.io/spec/web-api/#compile-a-potential-webassembly-response>
fn compile_response(
    source: JsValue,
    builtins: Builtins,
    goal: Goal,
    what: &'static str,
    context: &mut Context,
) -> JsResult<JsValue> {
    let (promise, functions) = JsPromise::new_pending(context);
    let reaction = Reaction {
        builtins,
        goal,
        functions,
    };
    let source = promise::resolved(source, context)?;
    let on_fulfilled = NativeFunction::from_copy_closure_with_captures(
        move |_, args, reaction: &Reaction, context| {
            let response = args.first().cloned().unwrap_or_default();
            let body =
                response_source(what, context).and_then(|source| source.body(&response, context));
            match body {
                Ok(body) => {
                    let agent = Agent::of(context)?;
                    let (sink, mut compilation) =
                        streaming::start(&agent, reaction.builtins.clone(), what);
                    compilation.explain = body.explain();
                    let goal = reaction.goal.clone();
                    let functions = reaction.functions.clone();
                    compilation.then(
                        move |result, context| match &goal {
                            Goal::Module => {
                                let result = result
                                    .map(|module| module.into_object(context).upcast().into());
                                promise::settle(&functions, result, context)
                            }
                            Goal::Instance(import_object) => instantiate_compiled(
                                result,
                                import_object,
                                what,
                                functions,
                                context,
                            ),
                        },
                        context,
                    );
                    body.pipe_to(sink, context);
                }
                Err(error) => promise::reject(&reaction.functions, error, context)?,
            }
            Ok(JsValue::undefined())
        },
        reaction.clone(),
    );
    let on_rejected = NativeFunction::from_copy_closure_with_captures(
        |_, args, reaction: &Reaction, context| {
            let reason = args.first().cloned().unwrap_or_default();
            promise::reject(
                &reaction.functions,
                boa_engine::JsError::from_opaque(reason),
                context,
            )?;
            Ok(JsValue::undefined())
        },
        reaction,
    );
    promise::react(&source, Some(on_fulfilled), Some(on_rejected), context)?;
    Ok(promise.into())
}

fn response_source(what: &str, context: &Context) -> JsResult<Rc<dyn ResponseSource>> {
    let agent = Agent::of(context)?;
    let source = agent.response_source.borrow().clone();
    source.ok_or_else(|| {
        JsNativeError::typ()
            .with_message(format!("{what}: there are no responses in this context"))
            .into()
    })
}
