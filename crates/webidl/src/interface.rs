//! Interface objects and interface prototype objects.
//!
//! <https://webidl.spec.whatwg.org/#es-interfaces>

use std::{any::TypeId, cell::RefCell, collections::HashMap};

use boa_engine::{
    Context, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue,
    NativeFunction,
    context::intrinsics::StandardConstructor,
    js_string,
    native_function::NativeFunctionPointer,
    object::{ConstructorBuilder, NativeObject, builtins::JsFunction},
    property::PropertyDescriptor,
    realm::Realm,
};
use boa_gc::{Finalize, Trace};

use crate::{InterfaceBuilder, gc_stress, hidden_descriptor, to_string_tag_descriptor};

/// A Web IDL interface whose platform objects carry a value of this type.
///
/// The value's type is the brand: an object implements the interface if and only if it was made by
/// [`wrap`] or by the interface's constructor.
pub trait Interface: NativeObject + Sized {
    /// The interface's identifier, and the `name` of its interface object.
    const NAME: &'static str;

    /// The qualified name for `@@toStringTag`, for interfaces with a `[LegacyNamespace]`.
    const TAG: &'static str = Self::NAME;

    /// The `length` of the interface object: the constructor's number of required arguments.
    const LENGTH: usize = 0;

    /// Adds the interface's members.
    fn members(interface: &mut InterfaceBuilder<'_>);

    /// The constructor steps, up to the value that the new object carries.
    ///
    /// # Errors
    /// An interface without a constructor throws a `TypeError`, and that is the default.
    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let _ = (args, context);
        Err(illegal_constructor())
    }

    /// The constructor steps of an interface whose objects carry no value of this type, but one of the interface that it
    /// inherits from: they make the object, for the given prototype. By default there are none, and
    /// [`construct`](Self::construct) is asked.
    ///
    /// # Errors
    /// Whatever they throw.
    fn construct_object(
        args: &[JsValue],
        prototype: impl FnOnce(&mut Context) -> JsResult<JsObject>,
        context: &mut Context,
    ) -> JsResult<Option<JsObject>> {
        let _ = (args, prototype, context);
        Ok(None)
    }

    /// What is to be done with a newly constructed object before the script sees it.
    ///
    /// # Errors
    /// Whatever it returns is thrown by the constructor.
    fn constructed(object: &JsObject<Self>, context: &mut Context) -> JsResult<()> {
        let _ = (object, context);
        Ok(())
    }

    /// The interface that this one inherits from, registered if it is not yet: what [`inherit`]
    /// returns.
    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        let _ = context;
        None
    }
}

/// An interface that inherits from the interface `B`.
///
/// Its platform objects are not of `B`'s type; each holds one that is, which no script ever sees:
/// the state that the members of `B` work on.
///
/// ```
/// # use boa_engine::{Context, JsData, JsObject, JsResult, JsValue, context::intrinsics::StandardConstructor};
/// # use boa_gc::{Finalize, Trace};
/// # use taipan_webidl::{Inherits, Interface, InterfaceBuilder, inherit, this_object, wrap};
/// #[derive(Trace, Finalize, JsData)]
/// struct Animal { legs: u8 }
/// impl Interface for Animal {
///     const NAME: &'static str = "Animal";
///     fn members(interface: &mut InterfaceBuilder<'_>) {
///         interface.getter("legs", |this, _, _| Ok(this_object::<Self>(this)?.borrow().data().legs.into()));
///     }
/// }
///
/// #[derive(Trace, Finalize, JsData)]
/// struct Bird { animal: JsObject<Animal> }
/// impl Inherits<Animal> for Bird {
///     fn base(&self) -> &JsObject<Animal> { &self.animal }
/// }
/// impl Interface for Bird {
///     const NAME: &'static str = "Bird";
///     fn members(_: &mut InterfaceBuilder<'_>) {}
///     fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
///         Ok(Bird { animal: wrap(Animal { legs: 2 }, context) })
///     }
///     fn parent(context: &mut Context) -> Option<StandardConstructor> {
///         inherit::<Self, Animal>(context)
///     }
/// }
/// # let mut context = Context::default();
/// # let global = context.global_object();
/// # taipan_webidl::expose::<Bird>(&global, &mut context);
/// # let legs = context.eval(boa_engine::Source::from_bytes("new Bird().legs"))?;
/// # assert_eq!(legs.as_number(), Some(2.0));
/// # Ok::<(), boa_engine::JsError>(())
/// ```
pub trait Inherits<B: Interface>: Interface {
    /// The object that carries what `B` needs.
    fn base(&self) -> &JsObject<B>;
}

/// Finds the base object in an object of one derived interface.
type Upcast = fn(&JsObject) -> Option<JsObject>;

thread_local! {
    /// By base interface, how to find the base object in objects of the interfaces that inherit
    /// from it. Functions only, which do not depend on a realm.
    static UPCASTS: RefCell<HashMap<TypeId, Vec<Upcast>>> = RefCell::default();
}

/// Makes `T` inherit from `B`; for [`Interface::parent`].
pub fn inherit<T: Inherits<B>, B: Interface>(context: &mut Context) -> Option<StandardConstructor> {
    fn upcast<T: Inherits<B>, B: Interface>(object: &JsObject) -> Option<JsObject> {
        let derived = object.downcast_ref::<T>()?;
        Some(derived.base().clone().upcast())
    }
    UPCASTS.with_borrow_mut(|upcasts| {
        let upcasts = upcasts.entry(TypeId::of::<B>()).or_default();
        let this: Upcast = upcast::<T, B>;
        if !upcasts
            .iter()
            .any(|known| std::ptr::fn_addr_eq(*known, this))
        {
            upcasts.push(this);
        }
    });
    Some(register::<B>(context))
}

/// The object that carries the `T` of a platform object: itself, or the one that an object of an
/// interface derived from `T` holds. `None` if the object does not implement `T`.
#[must_use]
pub fn implementation<T: Interface>(object: &JsObject) -> Option<JsObject<T>> {
    if let Ok(object) = object.clone().downcast::<T>() {
        return Some(object);
    }
    UPCASTS.with_borrow(|upcasts| {
        let upcasts = upcasts.get(&TypeId::of::<T>())?;
        let base = upcasts.iter().find_map(|upcast| upcast(object))?;
        base.downcast::<T>().ok()
    })
}

/// An interface as it is registered in a realm.
#[derive(Clone, Trace, Finalize)]
struct Registered {
    interface: StandardConstructor,
    /// The names and getters of its `[LegacyUnforgeable]` attributes, inherited ones included.
    unforgeable: Attributes,
    /// What [`describe`] tells of its objects.
    described: Described,
}

/// Names and getters of attributes.
pub(crate) type Attributes = Vec<(JsString, JsFunction)>;

/// Reads the pair at an index off an object of an interface that is iterable.
pub(crate) type PairAt = fn(&JsObject, usize, &mut Context) -> Option<(JsValue, JsValue)>;

/// What [`describe`] tells of the objects of an interface.
#[derive(Clone, Trace, Finalize)]
struct Described {
    #[unsafe_ignore_trace]
    name: &'static str,
    /// Whether an object implements the interface.
    #[unsafe_ignore_trace]
    implements: fn(&JsObject) -> bool,
    /// How many interfaces it inherits from, one by one.
    #[unsafe_ignore_trace]
    depth: usize,
    /// The names and getters of its attributes, inherited ones first.
    attributes: Attributes,
    #[unsafe_ignore_trace]
    pair: Option<PairAt>,
}

/// The interfaces registered in a realm.
#[derive(Trace, Finalize, JsData, Default)]
struct Registry {
    #[unsafe_ignore_trace]
    by_type: HashMap<TypeId, usize>,
    interfaces: Vec<Registered>,
}

/// An [`Interface`] as a value: what there is to do for all of them is compiled once.
struct Definition {
    id: fn() -> TypeId,
    name: &'static str,
    tag: &'static str,
    length: usize,
    parent: fn(&mut Context) -> Option<StandardConstructor>,
    members: fn(&mut InterfaceBuilder<'_>),
    constructor: NativeFunctionPointer,
    /// Whether an object implements the interface.
    implements: fn(&JsObject) -> bool,
}

impl Definition {
    const fn of<T: Interface>() -> &'static Self {
        const {
            &Self {
                id: TypeId::of::<T>,
                name: T::NAME,
                tag: T::TAG,
                length: T::LENGTH,
                parent: T::parent,
                members: T::members,
                constructor: constructor::<T>,
                implements: |object| implementation::<T>(object).is_some(),
            }
        }
    }

    /// What `f` makes of the registered interface, if it is there.
    fn registered<R>(&self, realm: &Realm, f: impl FnOnce(&Registered) -> R) -> Option<R> {
        let host_defined = realm.host_defined();
        let registry = host_defined.get::<Registry>()?;
        let index = registry.by_type.get(&(self.id)())?;
        registry.interfaces.get(*index).map(f)
    }

    /// See [`register`].
    fn register(&self, context: &mut Context) -> StandardConstructor {
        let registered =
            self.registered(context.realm(), |registered| registered.interface.clone());
        match registered {
            Some(interface) => interface,
            None => self.create(context),
        }
    }

    /// Registers the interface, which is not yet.
    #[cold]
    fn create(&self, context: &mut Context) -> StandardConstructor {
        let realm = context.realm().clone();
        let parent = (self.parent)(context);
        let mut builder =
            ConstructorBuilder::new(context, NativeFunction::from_fn_ptr(self.constructor));
        builder.name(self.name).length(self.length);
        if let Some(parent) = &parent {
            builder.inherit(parent.prototype());
            builder.custom_prototype(parent.constructor());
        }
        let interface = builder.build();
        let (unforgeable, depth, attributes, pair) = parent
            .and_then(|parent| inherited(&realm, &parent))
            .unwrap_or_default();
        let mut members = InterfaceBuilder {
            constructor: interface.constructor(),
            prototype: interface.prototype(),
            unforgeable,
            attributes,
            pair,
            context,
        };
        (self.members)(&mut members);
        let unforgeable = members.unforgeable;
        let described = Described {
            name: self.name,
            implements: self.implements,
            depth,
            attributes: members.attributes,
            pair: members.pair,
        };
        interface.prototype().insert_property(
            JsSymbol::to_string_tag(),
            to_string_tag_descriptor(js_string!(self.tag)),
        );
        let mut host_defined = realm.host_defined_mut();
        if host_defined.get::<Registry>().is_none() {
            host_defined.insert(Registry::default());
        }
        if let Some(registry) = host_defined.get_mut::<Registry>() {
            registry
                .by_type
                .insert((self.id)(), registry.interfaces.len());
            registry.interfaces.push(Registered {
                interface: interface.clone(),
                unforgeable,
                described,
            });
        }
        interface
    }

    /// See [`prototype_from_new_target`].
    fn prototype_from_new_target(
        &self,
        new_target: &JsValue,
        context: &mut Context,
    ) -> JsResult<JsObject> {
        let interface = self.register(context);
        if let Some(new_target) = new_target.as_object()
            && !JsObject::equals(&new_target, &interface.constructor())
            && let Some(prototype) = new_target
                .get(js_string!("prototype"), context)?
                .as_object()
        {
            return Ok(prototype);
        }
        Ok(interface.prototype())
    }

    /// Whether there are `[LegacyUnforgeable]` attributes.
    fn has_unforgeable(&self, context: &Context) -> bool {
        self.registered(context.realm(), |known| !known.unforgeable.is_empty())
            .unwrap_or(false)
    }

    /// Defines the `[LegacyUnforgeable]` attributes of a new object.
    #[cold]
    fn define_unforgeable(&self, object: &JsObject, context: &Context) {
        self.registered(context.realm(), |registered| {
            for (name, getter) in &registered.unforgeable {
                let descriptor = PropertyDescriptor::builder()
                    .get(getter.clone())
                    .enumerable(true)
                    .configurable(false);
                object.insert_property(name.clone(), descriptor);
            }
        });
    }

    /// The error of a member whose `this` value does not implement the interface.
    #[cold]
    fn illegal_invocation(&self) -> JsError {
        let message = format!("Illegal invocation: the receiver is not a {}", self.tag);
        JsNativeError::typ().with_message(message).into()
    }

    /// The error of an interface object that is called like a function.
    #[cold]
    fn not_constructed(&self) -> JsError {
        let message = format!("{} must be called with new", self.tag);
        JsNativeError::typ().with_message(message).into()
    }
}

/// The error of an interface without a constructor.
#[cold]
fn illegal_constructor() -> JsError {
    JsNativeError::typ()
        .with_message("Illegal constructor")
        .into()
}

/// The interface object and the interface prototype object of `T` in the current realm, created if
/// they are not there yet.
pub fn register<T: Interface>(context: &mut Context) -> StandardConstructor {
    Definition::of::<T>().register(context)
}

/// What an interface that inherits from a registered one takes over: the unforgeable attributes,
/// and for [`describe`] its depth, all attributes and the pairs.
fn inherited(
    realm: &Realm,
    parent: &StandardConstructor,
) -> Option<(Attributes, usize, Attributes, Option<PairAt>)> {
    let host_defined = realm.host_defined();
    let mut interfaces = host_defined.get::<Registry>()?.interfaces.iter();
    let known = interfaces.find(|known| known.interface.prototype() == parent.prototype())?;
    let described = &known.described;
    Some((
        known.unforgeable.clone(),
        described.depth + 1,
        described.attributes.clone(),
        described.pair,
    ))
}

/// What there is to show of a platform object.
#[derive(Debug, Clone)]
pub struct Description {
    /// The name of its interface.
    pub name: &'static str,
    /// Its attributes and their values, but for those that throw.
    pub attributes: Vec<(JsString, JsValue)>,
    /// The pairs that iterating over it gives, if it is iterable.
    pub pairs: Option<Vec<(JsValue, JsValue)>>,
}

/// What a console shows of a platform object; `None` for what is none. No script runs: the getters
/// are those that the interface was registered with.
pub fn describe(object: &JsObject, context: &mut Context) -> Option<Description> {
    let described = {
        let host_defined = context.realm().host_defined();
        let interfaces = &host_defined.get::<Registry>()?.interfaces;
        let implemented = interfaces
            .iter()
            .map(|known| &known.described)
            .filter(|described| (described.implements)(object));
        implemented
            .max_by_key(|described| described.depth)
            .cloned()?
    };
    let this = JsValue::from(object.clone());
    let mut attributes = Vec::with_capacity(described.attributes.len());
    for (name, getter) in &described.attributes {
        if let Ok(value) = getter.call(&this, &[], context) {
            attributes.push((name.clone(), value));
        }
    }
    let pairs = described.pair.map(|pair| {
        (0..)
            .map_while(|index| pair(object, index, context))
            .collect()
    });
    Some(Description {
        name: described.name,
        attributes,
        pairs,
    })
}

/// The interface object of `T` in the current realm, created if it is not there yet.
pub fn interface_object<T: Interface>(context: &mut Context) -> JsObject {
    register::<T>(context).constructor()
}

/// Registers `T` and defines its interface object as a property of `target` (the global object or
/// a namespace): writable, not enumerable, configurable.
pub fn expose<T: Interface>(target: &JsObject, context: &mut Context) -> StandardConstructor {
    let interface = register::<T>(context);
    target.insert_property(
        js_string!(T::NAME),
        hidden_descriptor(interface.constructor()),
    );
    interface
}

/// A new platform object of the current realm that implements `T`.
///
/// <https://webidl.spec.whatwg.org/#new>
pub fn wrap<T: Interface>(value: T, context: &mut Context) -> JsObject<T> {
    let prototype = register::<T>(context).prototype();
    create(value, prototype, context)
}

/// Steps of <https://webidl.spec.whatwg.org/#internally-create-a-new-object-implementing-the-interface>.
fn create<T: Interface>(value: T, prototype: JsObject, context: &mut Context) -> JsObject<T> {
    let object = JsObject::new(context.root_shape(), prototype, value);
    let definition = Definition::of::<T>();
    if definition.has_unforgeable(context) {
        definition.define_unforgeable(&object.clone().upcast(), context);
    }
    object
}

/// The prototype for an object that `new_target` constructs: its `prototype` property if that is
/// an object, or the interface prototype object of `T`.
///
/// # Errors
/// Whatever getting the property throws.
pub fn prototype_from_new_target<T: Interface>(
    new_target: &JsValue,
    context: &mut Context,
) -> JsResult<JsObject> {
    Definition::of::<T>().prototype_from_new_target(new_target, context)
}

/// Whether `value` is a platform object that implements `T`, or an interface derived from it.
#[must_use]
pub fn is<T: Interface>(value: &JsValue) -> bool {
    value
        .as_object()
        .is_some_and(|object| implementation::<T>(&object).is_some())
}

/// The brand check of an operation's or attribute's `this` value. For an object of a derived
/// interface it gives the one that carries the `T`, see [`Inherits`].
///
/// # Errors
/// A `TypeError` if `this` does not implement `T`.
pub fn this_object<T: Interface>(this: &JsValue) -> JsResult<JsObject<T>> {
    this.as_object()
        .and_then(|object| implementation::<T>(&object))
        .ok_or_else(|| Definition::of::<T>().illegal_invocation())
}

/// <https://webidl.spec.whatwg.org/#js-interface-call>
fn constructor<T: Interface>(
    new_target: &JsValue,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    if new_target.is_undefined() {
        return Err(Definition::of::<T>().not_constructed());
    }
    let prototype = |context: &mut Context| prototype_from_new_target::<T>(new_target, context);
    gc_stress::boundary();
    if let Some(object) = T::construct_object(args, prototype, context)? {
        return Ok(object.into());
    }
    let value = T::construct(args, context)?;
    let prototype = prototype_from_new_target::<T>(new_target, context)?;
    let object = create(value, prototype, context);
    T::constructed(&object, context)?;
    gc_stress::boundary();
    Ok(object.upcast().into())
}
