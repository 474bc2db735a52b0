//! Structs of Rust as classes of script.

use std::{cell::RefCell, fmt, future::Future, marker::PhantomData, rc::Rc};

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsValue, NativeFunction, js_string,
    property::PropertyDescriptor,
};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, implementation, this_object, wrap};

use crate::{
    ArgumentReader, AsyncHostFunction, FromArgument, FromJs, HostFunction, IntoJs, WithContext,
    convert::expected,
    host_function::{async_native, completion, native, promise_of, required, sync_native},
};

/// A struct of Rust that is a class of script: with a constructor, methods, accessors and static members.
///
/// Methods are closures whose first parameter is `&Self` or `&mut Self`; those run no script, so nobody can come
/// across the value meanwhile. A method that calls back takes `&Instance<Self>` and `&mut Context` first, and borrows
/// the value when it needs it.
///
/// What the value owns is not seen by the collector: values of script that belong to an object go into its
/// [slots](Instance::set_slot), not into the struct.
///
/// ```
/// use taipan::{ClassBuilder, Function, HostClass, Instance, Runtime, engine::{Context, JsResult}};
///
/// struct Counter { count: u32 }
///
/// impl HostClass for Counter {
///     const NAME: &'static str = "Counter";
///
///     fn define(class: &mut ClassBuilder<'_, '_, Self>) {
///         class
///             .constructor(|start: Option<u32>| Counter { count: start.unwrap_or(0) })
///             .method("increment", |this: &mut Counter, by: Option<u32>| {
///                 this.count += by.unwrap_or(1);
///                 this.count
///             })
///             .attribute(
///                 "count",
///                 |this: &Counter| this.count,
///                 |this: &mut Counter, count: u32| this.count = count,
///             )
///             .method(
///                 "tell",
///                 |this: &Instance<Counter>, context: &mut Context, f: Function| -> JsResult<()> {
///                     let count = this.with(|counter| counter.count)?;
///                     f.call((count,), context)
///                 },
///             )
///             .static_method("startingAt", |count: u32| Counter { count });
///     }
/// }
///
/// let mut runtime = Runtime::builder().class::<Counter>().build()?;
/// let told: Vec<u32> = runtime.eval_as(
///     "class Loud extends Counter {}
///      const counter = new Loud(3), told = [];
///      counter.increment();
///      counter.count *= 2;
///      counter.tell(n => told.push(n));
///      [...told, counter.increment(2), Counter.startingAt(5).count]",
/// )?;
/// assert_eq!(told, [8, 10, 5]);
/// let error = runtime.eval("Counter.prototype.increment.call({})").unwrap_err();
/// assert_eq!(error.to_string(), "TypeError: Illegal invocation: the receiver is not a Counter");
/// # Ok::<_, taipan::Error>(())
/// ```
pub trait HostClass: Sized + 'static {
    /// The name of the class.
    const NAME: &'static str;

    /// Defines constructor and members. Without a constructor, script cannot make objects of the class.
    fn define(class: &mut ClassBuilder<'_, '_, Self>);
}

/// What an object of a host class carries.
#[derive(Trace, Finalize, JsData)]
pub(crate) struct Host<T: 'static> {
    #[unsafe_ignore_trace]
    value: RefCell<T>,
    /// Values of script, by name.
    slots: Vec<Slot>,
}

#[derive(Trace, Finalize)]
struct Slot {
    #[unsafe_ignore_trace]
    name: &'static str,
    value: JsValue,
}

impl<T> Host<T> {
    fn new(value: T) -> Self {
        Self {
            value: RefCell::new(value),
            slots: Vec::new(),
        }
    }
}

type Construct<T> = dyn Fn(&[JsValue], &mut Context) -> JsResult<T>;

/// The constructor of a class in a realm.
#[derive(Trace, Finalize, JsData)]
struct Constructor<T: 'static>(#[unsafe_ignore_trace] Rc<Construct<T>>);

impl<T: HostClass> Interface for Host<T> {
    const NAME: &'static str = T::NAME;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        T::define(&mut ClassBuilder {
            interface,
            class: PhantomData,
        });
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let constructor = {
            let host_defined = context.realm().host_defined();
            let constructor = host_defined.get::<Constructor<T>>();
            constructor.map(|constructor| Rc::clone(&constructor.0))
        };
        match constructor {
            Some(construct) => construct(args, context).map(Self::new),
            None => Err(JsNativeError::typ()
                .with_message("Illegal constructor")
                .into()),
        }
    }
}

/// Defines the members of a [`HostClass`].
pub struct ClassBuilder<'a, 'ctx, T> {
    interface: &'a mut InterfaceBuilder<'ctx>,
    class: PhantomData<T>,
}

impl<T> fmt::Debug for ClassBuilder<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClassBuilder").finish_non_exhaustive()
    }
}

impl<T: HostClass> ClassBuilder<'_, '_, T> {
    /// What `new` does: a closure that returns the value, or a [`Result`] of it.
    pub fn constructor<S: 'static, F: HostConstructor<T, S>>(&mut self, f: F) -> &mut Self {
        let construct: Rc<Construct<T>> = Rc::new(move |args, context| {
            let this = JsValue::undefined();
            f.construct(
                ArgumentReader::new(T::NAME, &this, args, F::LENGTH),
                context,
            )
        });
        let length = PropertyDescriptor::builder()
            .value(F::LENGTH)
            .writable(false)
            .enumerable(false)
            .configurable(true)
            .build();
        let constructor = self.interface.constructor();
        constructor.insert_property(js_string!("length"), length);
        let realm = self.interface.context().realm().clone();
        realm.host_defined_mut().insert(Constructor(construct));
        self
    }

    /// A method.
    pub fn method<S: 'static, F: HostMethod<T, S>>(
        &mut self,
        name: &'static str,
        f: F,
    ) -> &mut Self {
        self.interface
            .native_method(name, F::LENGTH, method_native(name, f));
        self
    }

    /// A method that returns a promise: the closure takes an `Instance<T>` first, and returns a future.
    pub fn async_method<S: 'static, F: AsyncHostMethod<T, S>>(
        &mut self,
        name: &'static str,
        f: F,
    ) -> &mut Self {
        let native = native(name, move |name, this, arguments, context| {
            let future = Instance::from_js(this, context).and_then(|instance| {
                let arguments = ArgumentReader::new(name, this, arguments, F::LENGTH);
                f.call(instance, arguments, context)
            });
            Ok(promise_of(future, context)?.into())
        });
        self.interface.native_method(name, F::LENGTH, native);
        self
    }

    /// An attribute that can be read.
    pub fn getter<S: 'static>(
        &mut self,
        name: &'static str,
        get: impl HostMethod<T, S>,
    ) -> &mut Self {
        let get = method_native(name, get);
        self.interface.native_attribute(name, get, None);
        self
    }

    /// An attribute that can be read and set.
    pub fn attribute<G: 'static, S: 'static>(
        &mut self,
        name: &'static str,
        get: impl HostMethod<T, G>,
        set: impl HostMethod<T, S>,
    ) -> &mut Self {
        let (get, set) = (method_native(name, get), method_native(name, set));
        self.interface.native_attribute(name, get, Some(set));
        self
    }

    /// A function of the class itself.
    pub fn static_method<S: 'static, F: HostFunction<S>>(
        &mut self,
        name: &'static str,
        f: F,
    ) -> &mut Self {
        self.interface
            .native_static(name, F::LENGTH, sync_native(name, f));
        self
    }

    /// A function of the class itself that returns a promise.
    pub fn static_async_method<S: 'static, F: AsyncHostFunction<S>>(
        &mut self,
        name: &'static str,
        f: F,
    ) -> &mut Self {
        self.interface
            .native_static(name, F::LENGTH, async_native(name, f));
        self
    }

    /// A constant, of the class and of its objects.
    pub fn constant(&mut self, name: &'static str, value: impl Into<JsValue>) -> &mut Self {
        self.interface.constant(name, value);
        self
    }
}

/// The native function of a method.
fn method_native<T: HostClass, S: 'static, F: HostMethod<T, S>>(
    name: &'static str,
    f: F,
) -> NativeFunction {
    native(name, move |name, this, arguments, context| {
        let object = this_object::<Host<T>>(this)?;
        let arguments = ArgumentReader::new(name, this, arguments, F::LENGTH);
        f.call(&Instance { object }, arguments, context)
    })
}

/// An object of a host class.
///
/// It may be a parameter of host functions, and keeps the object alive.
pub struct Instance<T: HostClass> {
    object: JsObject<Host<T>>,
}

impl<T: HostClass> Clone for Instance<T> {
    fn clone(&self) -> Self {
        Self {
            object: self.object.clone(),
        }
    }
}

impl<T: HostClass> fmt::Debug for Instance<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Instance").field(&T::NAME).finish()
    }
}

fn in_use<T: HostClass>() -> boa_engine::JsError {
    JsNativeError::typ()
        .with_message(format!("the {} is in use", T::NAME))
        .into()
}

impl<T: HostClass> Instance<T> {
    /// A new object that carries `value`.
    pub fn new(value: T, context: &mut Context) -> Self {
        Self {
            object: wrap(Host::new(value), context),
        }
    }

    /// Lends the value to `f`.
    ///
    /// # Errors
    ///
    /// A `TypeError` if somebody is changing it just now.
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> JsResult<R> {
        let object = self.object.borrow();
        let value = object.data().value.try_borrow();
        Ok(f(&*value.map_err(|_| in_use::<T>())?))
    }

    /// Lends the value to `f` to be changed.
    ///
    /// # Errors
    ///
    /// A `TypeError` if somebody is using it just now.
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> JsResult<R> {
        let object = self.object.borrow();
        let value = object.data().value.try_borrow_mut();
        Ok(f(&mut *value.map_err(|_| in_use::<T>())?))
    }

    /// The value of script that was put into a slot; `undefined` if none was.
    #[must_use]
    pub fn slot(&self, name: &str) -> JsValue {
        let object = self.object.borrow();
        let slot = object.data().slots.iter().find(|slot| slot.name == name);
        slot.map(|slot| slot.value.clone()).unwrap_or_default()
    }

    /// Keeps a value of script with the object, where the collector finds it and no script does.
    ///
    /// # Errors
    ///
    /// A `TypeError` within [`with`](Self::with) and [`with_mut`](Self::with_mut).
    pub fn set_slot(&self, name: &'static str, value: impl Into<JsValue>) -> JsResult<()> {
        let value = value.into();
        let mut object = self.object.try_borrow_mut().map_err(|_| in_use::<T>())?;
        let slots = &mut object.data_mut().slots;
        match slots.iter_mut().find(|slot| slot.name == name) {
            Some(slot) => slot.value = value,
            None => slots.push(Slot { name, value }),
        }
        Ok(())
    }

    /// The object as one of the engine.
    #[must_use]
    pub fn object(&self) -> JsObject {
        self.object.clone().upcast()
    }
}

impl<T: HostClass> FromJs for Instance<T> {
    fn from_js(value: &JsValue, _: &mut Context) -> JsResult<Self> {
        let object = value.as_object();
        let object = object.and_then(|object| implementation::<Host<T>>(&object));
        match object {
            Some(object) => Ok(Self { object }),
            None => Err(expected(&format!("a {}", T::NAME), value)),
        }
    }
}

impl<T: HostClass> IntoJs for Instance<T> {
    fn into_js(self, _: &mut Context) -> JsResult<JsValue> {
        Ok(self.object().into())
    }
}

/// A value of a host class becomes a new object.
impl<T: HostClass> IntoJs for T {
    fn into_js(self, context: &mut Context) -> JsResult<JsValue> {
        Instance::new(self, context).into_js(context)
    }
}

/// Closures that make the value of a new object: they return it, or a [`Result`] of it.
pub trait HostConstructor<T, Signature>: 'static {
    /// How many arguments must be given.
    const LENGTH: usize;

    /// Calls the closure.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted, or when the closure does.
    fn construct(&self, arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<T>;
}

/// Closures that are methods of `T`: their first parameter is `&T`, `&mut T`, or `&Instance<T>` and then
/// `&mut Context`.
pub trait HostMethod<T: HostClass, Signature>: 'static {
    /// How many arguments must be given.
    const LENGTH: usize;

    /// Calls the closure.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted, or when the closure does.
    fn call(
        &self,
        this: &Instance<T>,
        arguments: ArgumentReader<'_>,
        context: &mut Context,
    ) -> JsResult<JsValue>;
}

/// Closures that are methods of `T` and return a future: their first parameter is `Instance<T>`.
pub trait AsyncHostMethod<T: HostClass, Signature>: 'static {
    /// How many arguments must be given.
    const LENGTH: usize;

    /// Calls the closure.
    ///
    /// # Errors
    ///
    /// Fails when an argument is missing or cannot be converted; the promise is rejected then.
    fn call(
        &self,
        this: Instance<T>,
        arguments: ArgumentReader<'_>,
        context: &mut Context,
    ) -> JsResult<crate::HostFuture>;
}

/// Marks the signature of methods that look at the value.
#[derive(Debug)]
pub struct Shared<Parameters>(PhantomData<Parameters>);

/// Marks the signature of methods that change the value.
#[derive(Debug)]
pub struct Exclusive<Parameters>(PhantomData<Parameters>);

/// Marks the signature of constructors that may fail.
#[derive(Debug)]
pub struct Fallible<Parameters>(PhantomData<Parameters>);

/// Implements the traits for closures with these parameters.
macro_rules! members {
    ($($parameter:ident)*) => {
        impl<T, F, $($parameter),*> HostConstructor<T, ($($parameter,)*)> for F
        where
            T: HostClass,
            F: Fn($($parameter),*) -> T + 'static,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn construct(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<T> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                Ok(self($($parameter),*))
            }
        }

        impl<T, F, X, $($parameter),*> HostConstructor<T, Fallible<(X, $($parameter,)*)>> for F
        where
            T: HostClass,
            F: Fn($($parameter),*) -> Result<T, X> + 'static,
            X: crate::IntoJsError,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn construct(&self, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<T> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                self($($parameter),*).map_err(|error| error.into_js_error(context))
            }
        }

        impl<T, F, R, $($parameter),*> HostMethod<T, Shared<($($parameter,)*)>> for F
        where
            T: HostClass,
            F: Fn(&T, $($parameter),*) -> R + 'static,
            R: IntoJs,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, this: &Instance<T>, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                this.with(|this| self(this, $($parameter),*))?.into_js(context)
            }
        }

        impl<T, F, R, $($parameter),*> HostMethod<T, Exclusive<($($parameter,)*)>> for F
        where
            T: HostClass,
            F: Fn(&mut T, $($parameter),*) -> R + 'static,
            R: IntoJs,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, this: &Instance<T>, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                this.with_mut(|this| self(this, $($parameter),*))?.into_js(context)
            }
        }

        impl<T, F, R, $($parameter),*> HostMethod<T, WithContext<($($parameter,)*)>> for F
        where
            T: HostClass,
            F: Fn(&Instance<T>, &mut Context, $($parameter),*) -> R + 'static,
            R: IntoJs,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, this: &Instance<T>, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<JsValue> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                self(this, context, $($parameter),*).into_js(context)
            }
        }

        impl<T, F, U, R, $($parameter),*> AsyncHostMethod<T, ($($parameter,)*)> for F
        where
            T: HostClass,
            F: Fn(Instance<T>, $($parameter),*) -> U + 'static,
            U: Future<Output = R> + 'static,
            R: IntoJs + 'static,
            $($parameter: FromArgument),*
        {
            const LENGTH: usize = required(&[$($parameter::REQUIRED),*]);

            #[allow(unused_mut, unused_variables, non_snake_case, reason = "there may be no parameter")]
            fn call(&self, this: Instance<T>, mut arguments: ArgumentReader<'_>, context: &mut Context) -> JsResult<crate::HostFuture> {
                $(let $parameter = $parameter::from_argument(&mut arguments, context)?;)*
                Ok(completion(self(this, $($parameter),*)))
            }
        }
    };
}

members!();
members!(A);
members!(A B);
members!(A B C);
members!(A B C D);
members!(A B C D E);
members!(A B C D E G);
