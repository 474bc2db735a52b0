//! The bindings as a script sees them.

use boa_engine::{
    Context, JsData, JsNativeError, JsObject, JsResult, JsSymbol, JsValue, NativeFunction, Source,
    context::intrinsics::StandardConstructor, js_string, native_function::NativeFunctionPointer,
};
use boa_gc::{Finalize, GcRefCell, Trace};
use taipan_webidl::{
    BufferSource, Dictionary, DomException, Inherits, Interface, InterfaceBuilder,
    NamespaceBuilder,
    buffer_source::Allow,
    convert::{self, IntegerMode},
    expose, inherit, is,
    iterable::{PairIterable, pair_iterable},
    promise, this_object, wrap,
};

/// An interface with one member of each kind.
#[derive(Trace, Finalize, JsData)]
struct Pairs {
    entries: GcRefCell<Vec<(JsValue, JsValue)>>,
}

impl Interface for Pairs {
    const NAME: &'static str = "Pairs";
    const TAG: &'static str = "Test.Pairs";
    const LENGTH: usize = 1;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .method("add", 2, |this, args, _| {
                let this = this_object::<Self>(this)?;
                let key = convert::required_by(args, 0, 2, "Pairs.add")?.clone();
                this.borrow()
                    .data()
                    .entries
                    .borrow_mut()
                    .push((key, args[1].clone()));
                Ok(JsValue::undefined())
            })
            .promise_method("later", 0, |this, _, context| {
                this_object::<Self>(this)?;
                Ok(promise::resolved(7, context)?.into())
            })
            .attribute(
                "size",
                |this, _, _| {
                    let this = this_object::<Self>(this)?;
                    let length = this.borrow().data().entries.borrow().len();
                    Ok(JsValue::from(length))
                },
                |this, args, context| {
                    let this = this_object::<Self>(this)?;
                    let size = convert::unsigned_long(&args[0], context)?;
                    this.borrow()
                        .data()
                        .entries
                        .borrow_mut()
                        .truncate(size as usize);
                    Ok(JsValue::undefined())
                },
            )
            .getter("kind", |this, _, _| {
                this_object::<Self>(this)?;
                Ok(js_string!("pairs").into())
            })
            .static_method("make", 0, |_, _, _| Ok(JsValue::from(1)))
            .constant("LIMIT", 9);
        pair_iterable::<Self>(interface);
    }

    fn construct(args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let init = convert::required::<Self>(args, 0, 1)?;
        let entries = convert::record(
            init,
            "init",
            |key, context| key.to_string(context),
            |value, _| Ok(value.clone()),
            context,
        )?;
        Ok(Self {
            entries: GcRefCell::new(
                entries
                    .into_iter()
                    .map(|(key, value)| (key.into(), value))
                    .collect(),
            ),
        })
    }
}

impl PairIterable for Pairs {
    fn pair(object: &JsObject<Self>, index: usize, _: &mut Context) -> Option<(JsValue, JsValue)> {
        object.borrow().data().entries.borrow().get(index).cloned()
    }
}

/// An interface with what few interfaces have, and one that inherits from it.
#[derive(Trace, Finalize, JsData)]
struct Rare;

impl Interface for Rare {
    const NAME: &'static str = "Rare";
    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .unforgeable("sealed", |this, _, _| {
                this_object::<Self>(this)?;
                Ok(true.into())
            })
            .replaceable::<Self>("loose", |this, _, _| {
                this_object::<Self>(this)?;
                Ok(1.into())
            })
            .constant_getter::<Self>("mode", js_string!("plain"))
            .hidden_attribute(
                "trace",
                |_, _, _| Ok(2.into()),
                |_, _, _| Ok(JsValue::undefined()),
            )
            .symbol_method(
                JsSymbol::to_primitive(),
                "[Symbol.toPrimitive]",
                1,
                |_, _, _| Ok(42.into()),
            )
            .static_getter("supported", |_, _, _| Ok(3.into()));
    }
    fn construct(_: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Self)
    }
}

#[derive(Trace, Finalize, JsData)]
struct Rarer {
    base: JsObject<Rare>,
}

impl Inherits<Rare> for Rarer {
    fn base(&self) -> &JsObject<Rare> {
        &self.base
    }
}

impl Interface for Rarer {
    const NAME: &'static str = "Rarer";
    fn members(_: &mut InterfaceBuilder<'_>) {}
    fn construct(_: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            base: wrap(Rare, context),
        })
    }
    fn parent(context: &mut Context) -> Option<StandardConstructor> {
        inherit::<Self, Rare>(context)
    }
}

/// An interface without a constructor.
#[derive(Trace, Finalize, JsData)]
struct Hidden;

impl Interface for Hidden {
    const NAME: &'static str = "Hidden";
    fn members(_: &mut InterfaceBuilder<'_>) {}
}

fn context() -> Context {
    let mut context = Context::default();
    let global = context.global_object();
    expose::<Pairs>(&global, &mut context);
    expose::<Hidden>(&global, &mut context);
    expose::<Rarer>(&global, &mut context);
    expose::<Rare>(&global, &mut context);
    expose::<DomException>(&global, &mut context);
    context
}

fn eval(context: &mut Context, source: &str) -> String {
    match context.eval(Source::from_bytes(source)) {
        Ok(value) => value
            .to_string(context)
            .expect("a string")
            .to_std_string_lossy(),
        Err(error) => {
            let value = error.into_opaque(context).expect("a JavaScript error");
            let name = value
                .as_object()
                .and_then(|error| error.get(js_string!("name"), context).ok())
                .unwrap_or_default();
            format!("throws {}", name.display())
        }
    }
}

fn check(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        assert_eq!(eval(&mut context(), source), *expected, "{source}");
    }
}

#[test]
fn property_attributes() {
    let describe = "const d = (o, k) => { const p = Object.getOwnPropertyDescriptor(o, k); \
        return [p.writable, p.enumerable, p.configurable].join(); };";
    for (expression, expected) in [
        ("d(globalThis, 'Pairs')", "true,false,true"),
        ("d(Pairs, 'prototype')", "false,false,false"),
        ("d(Pairs, 'name') + Pairs.name", "false,false,truePairs"),
        ("d(Pairs, 'length') + Pairs.length", "false,false,true1"),
        ("d(Pairs, 'make')", "true,true,true"),
        ("d(Pairs, 'LIMIT') + Pairs.LIMIT", "false,true,false9"),
        ("d(Pairs.prototype, 'LIMIT')", "false,true,false"),
        (
            "d(Pairs.prototype, 'add') + Pairs.prototype.add.length",
            "true,true,true2",
        ),
        ("d(Pairs.prototype, 'kind')", ",true,true"),
        ("d(Pairs.prototype, 'constructor')", "true,false,true"),
        ("d(Pairs.prototype, Symbol.toStringTag)", "false,false,true"),
        ("d(Pairs.prototype, Symbol.iterator)", "true,false,true"),
        (
            "Pairs.prototype[Symbol.iterator] === Pairs.prototype.entries",
            "true",
        ),
        (
            "Object.prototype.toString.call(new Pairs({}))",
            "[object Test.Pairs]",
        ),
        (
            "Object.getOwnPropertyDescriptor(Pairs.prototype, 'size').get.name",
            "get size",
        ),
        (
            "Object.getOwnPropertyDescriptor(Pairs.prototype, 'size').set.length",
            "1",
        ),
        (
            "Object.getOwnPropertyDescriptor(Pairs.prototype, 'kind').set",
            "undefined",
        ),
    ] {
        let source = format!("(() => {{ {describe} return {expression}; }})()");
        assert_eq!(eval(&mut context(), &source), expected, "{expression}");
    }
}

#[test]
fn rare_members() {
    check(&[
        // An unforgeable attribute is an own property, of derived objects too, with one getter.
        (
            "const own = o => Object.getOwnPropertyDescriptor(o, 'sealed'); \
             const p = own(new Rarer()); \
             [p.enumerable, p.configurable, p.set, p.get.name, p.get === own(new Rare()).get, \
              'sealed' in Rare.prototype, new Rarer().sealed].join()",
            "true,false,,get sealed,true,false,true",
        ),
        ("delete new Rare().sealed", "false"),
        (
            "const r = new Rarer(); const before = r.loose; r.loose = 'new'; \
             const d = Object.getOwnPropertyDescriptor(r, 'loose'); \
             [before, r.loose, d.writable, d.enumerable, d.configurable, new Rare().loose].join()",
            "1,new,true,true,true,1",
        ),
        (
            "Object.getOwnPropertyDescriptor(Rare.prototype, 'loose').set.call({}, 1)",
            "throws \"TypeError\"",
        ),
        ("new Rare().mode", "plain"),
        ("Rare.prototype.mode", "throws \"TypeError\""),
        (
            "const h = Object.getOwnPropertyDescriptor(Rare.prototype, 'trace'); \
             [h.enumerable, h.configurable, h.get.name, h.set.name].join()",
            "false,true,get trace,set trace",
        ),
        (
            "const m = Object.getOwnPropertyDescriptor(Rare.prototype, Symbol.toPrimitive); \
             [m.enumerable, m.writable, m.configurable, m.value.name, m.value.length, +new Rare()].join()",
            "false,true,true,[Symbol.toPrimitive],1,42",
        ),
        (
            "const s = Object.getOwnPropertyDescriptor(Rare, 'supported'); \
             [Rare.supported, s.enumerable, s.configurable, s.get.name, s.set].join()",
            "3,true,true,get supported,",
        ),
    ]);
}

#[test]
fn dom_exceptions_have_a_stack() {
    check(&[
        (
            "function thrower() { return new DOMException('m', 'AbortError'); } \
             const e = thrower(); \
             [typeof e.stack, e.stack.includes('thrower'), Object.keys(e).length, \
              Object.hasOwn(e, 'stack')].join()",
            "string,true,0,false",
        ),
        (
            "const x = new DOMException(); x.stack = 'mine'; [x.stack, Object.hasOwn(x, 'stack')].join()",
            "mine,true",
        ),
        // It is the engine's own accessor that is asked.
        (
            "Object.defineProperty(Error.prototype, 'stack', { get() { throw 1; } }); \
             typeof new DOMException().stack",
            "string",
        ),
        ("DOMException.prototype.stack", "throws \"TypeError\""),
    ]);
}

#[test]
fn constructors_and_brands() {
    check(&[
        ("Pairs({})", "throws \"TypeError\""),
        ("new Pairs()", "throws \"TypeError\""),
        ("new Pairs(1)", "throws \"TypeError\""),
        ("new Hidden()", "throws \"TypeError\""),
        ("Hidden()", "throws \"TypeError\""),
        ("new Pairs({}).add(1)", "throws \"TypeError\""),
        ("Pairs.prototype.kind", "throws \"TypeError\""),
        ("Pairs.prototype.add.call({}, 1, 2)", "throws \"TypeError\""),
        ("new Pairs.prototype.add(1, 2)", "throws \"TypeError\""),
        (
            "class Sub extends Pairs { more() { return this.size; } } \
             const s = new Sub({ a: 1 }); [s.more(), s instanceof Sub, s instanceof Pairs].join()",
            "1,true,true",
        ),
        (
            "function F() {} F.prototype = 1; \
             Object.getPrototypeOf(Reflect.construct(Pairs, [{}], F)) === Pairs.prototype",
            "true",
        ),
    ]);
    assert!(!is::<Pairs>(&JsValue::from(1)));
}

#[test]
fn promise_operations_reject_instead_of_throwing() {
    let mut context = context();
    eval(
        &mut context,
        "var out = []; \
         Pairs.prototype.later.call({}).catch(e => out.push(e.name)); \
         new Pairs({}).later().then(v => out.push(v));",
    );
    context.run_jobs().expect("jobs run");
    assert_eq!(eval(&mut context, "out.join()"), "TypeError,7");
}

#[test]
fn pair_iterators() {
    check(&[
        (
            "JSON.stringify([...new Pairs({ b: 1, a: 2 })])",
            r#"[["b",1],["a",2]]"#,
        ),
        ("[...new Pairs({ b: 1, a: 2 }).keys()].join()", "b,a"),
        ("[...new Pairs({ b: 1, a: 2 }).values()].join()", "1,2"),
        (
            "const seen = []; const p = new Pairs({ x: 1 }); \
             p.forEach(function (v, k, o) { seen.push(k, v, o === p, this.t); }, { t: 5 }); seen.join()",
            "x,1,true,5",
        ),
        // Live: what is added while iterating is seen.
        (
            "const q = new Pairs({ x: 1 }); let n = 0; \
             for (const [k] of q) { if (n++ < 3) q.add(k + n, n); } n",
            "4",
        ),
        (
            "Object.prototype.toString.call(new Pairs({}).keys())",
            "[object Pairs Iterator]",
        ),
        ("new Pairs({}).keys().next.call({})", "throws \"TypeError\""),
        (
            "Object.getPrototypeOf(Object.getPrototypeOf(new Pairs({}).keys())) === \
             Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))",
            "true",
        ),
        ("new Pairs({}).forEach(1)", "throws \"TypeError\""),
    ]);
}

#[test]
fn records_take_enumerable_own_properties_and_replace_duplicates() {
    check(&[
        (
            "const o = Object.create({ inherited: 1 }, { hidden: { value: 1 }, seen: { value: 2, enumerable: true } }); \
             [...new Pairs(o).keys()].join()",
            "seen",
        ),
        ("new Pairs({ [Symbol()]: 1 })", "throws \"TypeError\""),
        (
            "new Pairs(new Proxy({}, { ownKeys() { throw new RangeError(); } }))",
            "throws \"RangeError\"",
        ),
    ]);
}

/// Runs `f` on the value of `source`.
fn with<R>(source: &str, f: impl FnOnce(&JsValue, &mut Context) -> R) -> R {
    let mut context = context();
    let value = context
        .eval(Source::from_bytes(source))
        .unwrap_or_else(|error| panic!("{source}: {error}"));
    f(&value, &mut context)
}

#[test]
fn integers() {
    let convert = |source: &str, bits, signed, mode| {
        with(source, |value, context| {
            convert::integer(value, bits, signed, mode, "x", context).ok()
        })
    };
    use IntegerMode::{Clamp, EnforceRange, Modulo};
    for (source, bits, signed, mode, expected) in [
        ("4294967296", 32, false, Modulo, Some(0)),
        ("-1", 32, false, Modulo, Some(4_294_967_295)),
        ("2147483648", 32, true, Modulo, Some(-2_147_483_648)),
        ("1e300", 32, false, Modulo, Some(0)),
        ("-1.9", 8, true, Modulo, Some(-1)),
        ("NaN", 32, true, Modulo, Some(0)),
        ("Infinity", 64, false, Modulo, Some(0)),
        ("18446744073709551615", 64, false, Modulo, Some(0)),
        ("-1", 64, false, Modulo, Some((1 << 64) - 1)),
        ("'0x10'", 32, false, Modulo, Some(16)),
        ("4294967295", 32, false, EnforceRange, Some(4_294_967_295)),
        ("4294967295.9", 32, false, EnforceRange, Some(4_294_967_295)),
        ("-0.9", 32, false, EnforceRange, Some(0)),
        ("4294967296", 32, false, EnforceRange, None),
        ("-1", 32, false, EnforceRange, None),
        ("NaN", 32, false, EnforceRange, None),
        ("Infinity", 64, false, EnforceRange, None),
        (
            "9007199254740991",
            64,
            false,
            EnforceRange,
            Some((1 << 53) - 1),
        ),
        ("9007199254740992", 64, false, EnforceRange, None),
        ("300", 8, false, Clamp, Some(255)),
        ("-7", 8, false, Clamp, Some(0)),
        ("2.5", 8, false, Clamp, Some(2)),
        ("3.5", 8, false, Clamp, Some(4)),
        ("NaN", 8, false, Clamp, Some(0)),
        ("10n", 32, false, Modulo, None),
    ] {
        assert_eq!(
            convert(source, bits, signed, mode),
            expected,
            "{source} as {bits} bits, signed: {signed}, {mode:?}"
        );
    }
}

#[test]
fn strings_and_enumerations() {
    with("'a\\ud800b'", |value, context| {
        assert_eq!(
            convert::usv_string(value, context).ok().as_deref(),
            Some("a\u{fffd}b")
        );
    });
    with("'\\u00ff'", |value, context| {
        assert_eq!(
            convert::byte_string(value, "x", context).ok(),
            Some(vec![255])
        );
    });
    with("'\\u0100'", |value, context| {
        assert!(convert::byte_string(value, "x", context).is_err());
    });
    assert_eq!(
        convert::byte_string_value(&[65, 255]),
        js_string!("A\u{ff}")
    );
    with("({ toString() { return 'b'; } })", |value, context| {
        assert_eq!(
            convert::enumeration(value, &["a", "b"], "x", context).ok(),
            Some("b")
        );
        assert!(convert::enumeration(value, &["a"], "x", context).is_err());
    });
}

#[test]
fn sequences_leave_the_iterator_open_on_an_error() {
    let mut context = context();
    let take: NativeFunctionPointer = |_, args, context| {
        let numbers = convert::sequence(
            &args[0],
            "numbers",
            |value, _| {
                value
                    .as_number()
                    .ok_or_else(|| JsNativeError::typ().with_message("not a number").into())
            },
            context,
        )?;
        Ok(JsValue::from(numbers.iter().sum::<f64>()))
    };
    context
        .register_global_callable(js_string!("sum"), 1, NativeFunction::from_fn_ptr(take))
        .expect("a global");
    for (source, expected) in [
        ("sum([1, 2, 3])", "6"),
        ("sum(new Set([4, 5]))", "9"),
        ("sum(1)", "throws \"TypeError\""),
        ("sum({})", "throws \"TypeError\""),
        ("sum({ [Symbol.iterator]: 1 })", "throws \"TypeError\""),
        (
            "var closed = 0; function* g() { try { yield 1; yield 'x'; } finally { closed++; } } \
             try { sum(g()); } catch {} closed",
            "0",
        ),
    ] {
        assert_eq!(eval(&mut context, source), expected, "{source}");
    }
}

#[test]
fn dictionaries() {
    with(
        "({ a: 1, get b() { return undefined; } })",
        |value, context| {
            let dictionary = Dictionary::new(value, "Options").expect("an object");
            assert_eq!(dictionary.get("a", context).ok(), Some(Some(1.into())));
            assert_eq!(dictionary.get("b", context).ok(), Some(None));
            assert!(dictionary.get_required("b", context).is_err());
        },
    );
    for (source, valid) in [
        ("undefined", true),
        ("null", true),
        ("1", false),
        ("'x'", false),
    ] {
        with(source, |value, _| {
            assert_eq!(Dictionary::new(value, "Options").is_ok(), valid, "{source}");
        });
    }
}

#[test]
fn buffer_sources() {
    let bytes = |source: &str| {
        with(source, |value, context| {
            BufferSource::new(value, "x", Allow::default(), context)
                .ok()
                .map(|source| source.to_vec())
        })
    };
    assert_eq!(
        bytes("new Uint8Array([1, 2, 3]).buffer"),
        Some(vec![1, 2, 3])
    );
    assert_eq!(
        bytes("new Uint8Array([1, 2, 3]).subarray(1)"),
        Some(vec![2, 3])
    );
    assert_eq!(
        bytes("new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2)"),
        Some(vec![2, 3])
    );
    assert_eq!(bytes("new Uint16Array([513])"), Some(vec![1, 2]));
    assert_eq!(bytes("new SharedArrayBuffer(2)"), None);
    assert_eq!(bytes("new Uint8Array(new SharedArrayBuffer(2))"), None);
    assert_eq!(bytes("[1, 2]"), None);
    assert_eq!(bytes("1"), None);
    let resizable = "new Uint8Array(new ArrayBuffer(2, { maxByteLength: 4 }))";
    assert_eq!(bytes(resizable), None);
    with(resizable, |value, context| {
        let source = BufferSource::new(value, "x", Allow { resizable: true }, context);
        assert_eq!(source.ok().map(|source| source.byte_length()), Some(2));
    });
    // A detached buffer has no bytes.
    with("new Uint8Array(4)", |value, context| {
        let source = BufferSource::new(value, "x", Allow::default(), context).expect("a source");
        source
            .buffer()
            .detach(&JsValue::undefined())
            .expect("detaches");
        assert_eq!(source.to_vec(), Vec::<u8>::new());
        let again = BufferSource::new(value, "x", Allow::default(), context).expect("a source");
        assert_eq!(again.byte_length(), 0);
    });
}

#[test]
fn dom_exceptions() {
    check(&[
        (
            "const e = new DOMException('m', 'AbortError'); \
             [e.name, e.message, e.code, e instanceof Error, DOMException.ABORT_ERR, e.DATA_CLONE_ERR, String(e)].join()",
            "AbortError,m,20,true,20,25,AbortError: m",
        ),
        (
            "const e = new DOMException(); [e.name, e.message, e.code].join()",
            "Error,,0",
        ),
        ("new DOMException('', 'Unknown').code", "0"),
        ("DOMException.prototype.name", "throws \"TypeError\""),
        (
            "Object.getPrototypeOf(DOMException) === Function.prototype",
            "true",
        ),
        ("DOMException.length", "0"),
    ]);
    let mut context = context();
    let error = DomException::new("DataCloneError", "no").into_error(&mut context);
    let value = error.into_opaque(&mut context).expect("a JavaScript error");
    assert!(is::<DomException>(&value));
}

#[test]
fn namespaces() {
    let mut context = context();
    let mut namespace = NamespaceBuilder::new("Space", &mut context);
    namespace
        .method("one", 1, |_, _, _| Ok(JsValue::from(1)))
        .promise_method("fail", 0, |_, _, _| {
            Err(JsNativeError::range().with_message("no").into())
        })
        .getter("two", |_, _, _| Ok(JsValue::from(2)))
        .interface::<Pairs>();
    namespace.build();
    for (source, expected) in [
        ("Object.prototype.toString.call(Space)", "[object Space]"),
        (
            "[Space.one(), Space.two, Space.Pairs === Pairs].join()",
            "1,2,true",
        ),
        ("Object.keys(Space).join()", "one,fail,two"),
        ("Space.fail() instanceof Promise", "true"),
    ] {
        assert_eq!(eval(&mut context, source), expected, "{source}");
    }
}
