//! Conversions by serde.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    marker::PhantomData,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use taipan::{Error, Runtime, Serde};

use crate::support::runtime;

/// A value becomes what `source` evaluates to, as far as script can tell, and that becomes the value again.
#[track_caller]
fn both_ways<T: Serialize + DeserializeOwned + Debug + PartialEq>(value: T, source: &str) {
    let (mut runtime, _) = runtime();
    let made = runtime.to_js(&value).expect("a value of script");
    runtime.set("made", made).expect("a variable");
    runtime
        .eval(&format!("globalThis.wanted = {source}"))
        .expect(source);
    let shown: (String, String) = runtime
        .eval_as(
            "(() => {
                 const show = value => typeof value === 'bigint' ? `${value}n`
                     : Object.is(value, -0) ? '-0'
                     : value instanceof Uint8Array ? `bytes ${value}`
                     : Array.isArray(value) ? `[${value.map(show)}]`
                     : value && typeof value === 'object'
                         ? `{${Object.entries(value).map(([key, value]) => `${key}:${show(value)}`)}}`
                     : typeof value === 'string' ? JSON.stringify(value) : String(value);
                 return [show(made), show(wanted)];
             })()",
        )
        .expect("two texts");
    assert_eq!(shown.0, shown.1, "{value:?}");
    for name in ["made", "wanted"] {
        let object = runtime.eval(name).expect(name);
        let back: T = runtime.from_js(&object).expect(source);
        assert_eq!(back, value, "{name} {source}");
    }
}

/// What converting the value of a script to a type fails with.
#[track_caller]
fn error<T: DeserializeOwned>(source: &str) -> String {
    let (mut runtime, _) = runtime();
    let value = runtime.eval(source).expect(source);
    match runtime.from_js::<T>(&value) {
        Ok(_) => panic!("{source} is converted"),
        Err(error) => error.to_string(),
    }
}

fn read<T: DeserializeOwned>(source: &str) -> T {
    let (mut runtime, _) = runtime();
    let value = runtime.eval(source).expect(source);
    runtime.from_js(&value).expect(source)
}

#[derive(Serialize, Deserialize, Debug, PartialEq, Clone)]
enum Shape {
    Dot,
    Circle(f64),
    Line(i32, i32),
    Box { width: u8, depth: Option<u8> },
}

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Unit;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Wrapped(Vec<u8>);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Pair(i8, String);

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Everything {
    unit: (),
    marker: PhantomData<u8>,
    nothing: Option<u8>,
    something: Option<Option<u8>>,
    shapes: Vec<Shape>,
    names: BTreeMap<String, Pair>,
}

/// Bytes that go as such.
#[derive(Debug, PartialEq)]
struct Blob(Vec<u8>);

impl Serialize for Blob {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Blob;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Blob, E> {
                Ok(Blob(bytes))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

#[test]
fn the_whole_data_model_goes_both_ways() {
    both_ways(true, "true");
    both_ways(-7_i8, "-7");
    both_ways(i16::MIN, "-32768");
    both_ways(i32::MIN, "-2147483648");
    both_ways(u8::MAX, "255");
    both_ways(u32::MAX, "4294967295");
    both_ways((1_i64 << 53) - 1, "9007199254740991");
    both_ways(1_i64 << 53, "9007199254740992n");
    both_ways(i64::MIN, "-(2n ** 63n)");
    both_ways(u64::MAX, "2n ** 64n - 1n");
    both_ways(5_u128, "5");
    both_ways(u128::MAX, "2n ** 128n - 1n");
    both_ways(i128::MIN, "-(2n ** 127n)");
    both_ways(1.5_f32, "1.5");
    both_ways(-0.0_f64, "-0");
    both_ways(f64::INFINITY, "Infinity");
    both_ways('é', "'é'");
    both_ways("a\u{1f30d}".to_owned(), "'a\u{1f30d}'");
    both_ways(Blob(vec![0, 255]), "new Uint8Array([0, 255])");
    both_ways(None::<u8>, "undefined");
    both_ways(Some(3_u8), "3");
    both_ways((), "null");
    both_ways(Unit, "null");
    both_ways(Wrapped(vec![1, 2]), "[1, 2]");
    both_ways(Pair(-1, "x".to_owned()), "[-1, 'x']");
    both_ways((1_u8, "x".to_owned(), [true]), "[1, 'x', [true]]");
    both_ways(vec![Some(1_u8), None], "[1, undefined]");
    both_ways(Shape::Dot, "'Dot'");
    both_ways(Shape::Circle(0.5), "({ Circle: 0.5 })");
    both_ways(Shape::Line(1, -2), "({ Line: [1, -2] })");
    both_ways(
        Shape::Box {
            width: 3,
            depth: Some(4),
        },
        "({ Box: { width: 3, depth: 4 } })",
    );
    both_ways(
        BTreeMap::from([("__proto__".to_owned(), 1), ("a".to_owned(), 2)]),
        "JSON.parse('{ \"__proto__\": 1, \"a\": 2 }')",
    );
    both_ways(
        BTreeMap::from([(-2_i64, 'a'), (7, 'b')]),
        "({ '7': 'b', '-2': 'a' })",
    );
    both_ways(BTreeMap::from([(true, 1)]), "({ true: 1 })");
    both_ways(
        HashMap::from([(1_u8, Some(1)), (2, None)]),
        "({ 1: 1, 2: undefined })",
    );
    both_ways(
        Everything {
            unit: (),
            marker: PhantomData,
            nothing: None,
            something: Some(Some(1)),
            shapes: vec![Shape::Dot, Shape::Circle(1.0)],
            names: BTreeMap::from([("one".to_owned(), Pair(1, "ONE".to_owned()))]),
        },
        "({ unit: null, marker: null, nothing: undefined, something: 1,
            shapes: ['Dot', { Circle: 1 }], names: { one: [1, 'ONE'] } })",
    );
}

#[test]
fn what_is_not_a_number_stays_so() {
    assert!(read::<f64>("NaN").is_nan());
    let (mut runtime, _) = runtime();
    let value = runtime.to_js(&f64::NAN).expect("a value");
    assert!(value.as_number().is_some_and(f64::is_nan));
}

#[test]
fn more_than_one_kind_of_value_is_taken() {
    assert_eq!(read::<Vec<u8>>("new Uint8Array([1, 2])"), [1, 2]);
    assert_eq!(read::<Vec<f32>>("new Float32Array([0.5])"), [0.5]);
    assert_eq!(read::<Vec<u8>>("new Set([1, 2])"), [1, 2]);
    assert_eq!(
        read::<Vec<u8>>("(function* () { yield 1; yield 2 })()"),
        [1, 2]
    );
    assert_eq!(
        read::<Blob>("new Uint8Array([1, 2, 3]).buffer"),
        Blob(vec![1, 2, 3])
    );
    assert_eq!(
        read::<Blob>("new DataView(new ArrayBuffer(2))"),
        Blob(vec![0, 0])
    );
    assert_eq!(read::<u64>("5n"), 5);
    assert_eq!(read::<Option<u8>>("null"), None);
    assert_eq!(read::<String>("new Date(0)"), "1970-01-01T00:00:00.000Z");
    let map = BTreeMap::from([(1_u8, "a".to_owned()), (2, "b".to_owned())]);
    assert_eq!(
        read::<BTreeMap<u8, String>>("new Map([[1, 'a'], ['2', 'b']])"),
        map
    );
    assert_eq!(
        read::<BTreeMap<(u8, u8), u8>>("new Map([[[1, 2], 3]])"),
        BTreeMap::from([((1, 2), 3)])
    );
    assert_eq!(
        read::<Shape>("new Map([['Circle', 2]])"),
        Shape::Circle(2.0)
    );
    assert_eq!(read::<Shape>("({ Dot: null })"), Shape::Dot);
    assert_eq!(
        read::<Shape>("({ Box: { get width() { return 6 * 7 } } })"),
        Shape::Box {
            width: 42,
            depth: None
        }
    );
}

#[test]
fn types_may_leave_the_choice_to_the_value() {
    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(untagged)]
    enum Any {
        Flag(bool),
        Whole(i64),
        Number(f64),
        Text(String),
        List(Vec<Any>),
        Map(BTreeMap<String, Any>),
    }
    let value: Any = read("({ a: [1, 1.5, 'x', true], b: { c: 2n ** 60n }, d: new Set([-1]) })");
    let list = vec![
        Any::Whole(1),
        Any::Number(1.5),
        Any::Text("x".to_owned()),
        Any::Flag(true),
    ];
    let map = BTreeMap::from([("c".to_owned(), Any::Whole(1 << 60))]);
    let wanted = BTreeMap::from([
        ("a".to_owned(), Any::List(list)),
        ("b".to_owned(), Any::Map(map)),
        ("d".to_owned(), Any::List(vec![Any::Whole(-1)])),
    ]);
    assert_eq!(value, Any::Map(wanted));

    #[derive(Deserialize, Serialize, Debug, PartialEq)]
    #[serde(tag = "type", rename_all = "camelCase")]
    enum Event {
        KeyDown { key: String },
        Resize(Size),
    }
    #[derive(Deserialize, Serialize, Debug, PartialEq)]
    struct Size {
        width: u32,
        #[serde(flatten)]
        rest: BTreeMap<String, u32>,
    }
    both_ways(
        Event::KeyDown {
            key: "a".to_owned(),
        },
        "({ type: 'keyDown', key: 'a' })",
    );
    both_ways(
        Event::Resize(Size {
            width: 1,
            rest: BTreeMap::from([("height".to_owned(), 2)]),
        }),
        "({ type: 'resize', width: 1, height: 2 })",
    );
    let value: serde_json::Value = read("({ a: [null, undefined, 1, 1.5, -0], b: 'x' })");
    assert_eq!(
        value,
        serde_json::json!({ "a": [null, null, 1, 1.5, -0.0], "b": "x" })
    );
}

#[test]
fn properties_that_are_undefined_are_missing() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Settings {
        #[serde(default)]
        depth: u8,
        name: Option<String>,
    }
    let settings = Settings {
        depth: 0,
        name: None,
    };
    assert_eq!(
        read::<Settings>("({ depth: undefined, name: undefined })"),
        settings
    );
    assert_eq!(
        error::<Pair>("[]"),
        "TypeError: invalid length 0, expected tuple struct Pair with 2 elements"
    );
}

#[test]
fn errors_say_where() {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        #[allow(dead_code)]
        shapes: Vec<Shape>,
        #[allow(dead_code)]
        #[serde(default)]
        names: BTreeMap<String, BTreeMap<String, u8>>,
    }
    for (source, wanted) in [
        (
            "({ shapes: ['Dot', { Circle: 'wide' }] })",
            "TypeError: shapes[1].Circle: invalid type: string \"wide\", expected f64",
        ),
        (
            "({ shapes: [{ Box: { width: 256 } }] })",
            "TypeError: shapes[0].Box.width: invalid value: integer `256`, expected u8",
        ),
        (
            "({ shapes: [{ Line: [1] }] })",
            "TypeError: shapes[0].Line: invalid length 1, expected tuple variant Shape::Line with 2 elements",
        ),
        (
            "({ shapes: [{ Line: [1, 2, 3] }] })",
            "TypeError: shapes[0].Line: invalid length 3, expected 2 elements",
        ),
        (
            "({ shapes: ['Square'] })",
            "TypeError: shapes[0]: unknown variant `Square`, expected one of `Dot`, `Circle`, `Line`, `Box`",
        ),
        (
            "({ shapes: [{ Dot: null, Circle: 1 }] })",
            "TypeError: shapes[0]: the object of a variant must have its name as the only property",
        ),
        (
            "({ shapes: [() => 1] })",
            "TypeError: shapes[0]: invalid type: a function, expected enum Shape",
        ),
        (
            "({ shapes: Symbol.iterator })",
            "TypeError: shapes: invalid type: a symbol, expected a sequence",
        ),
        (
            "({ shapes: [], names: { 'a b': { c: 1.5 } } })",
            "TypeError: names[\"a b\"].c: invalid type: floating point `1.5`, expected u8",
        ),
        (
            "({ shapes: [], more: 1 })",
            "TypeError: more: unknown field `more`, expected `shapes` or `names`",
        ),
        ("({})", "TypeError: missing field `shapes`"),
        (
            "null",
            "TypeError: invalid type: unit value, expected struct Settings",
        ),
    ] {
        assert_eq!(error::<Settings>(source), wanted, "{source}");
    }
    assert_eq!(
        error::<u128>("2n ** 128n"),
        "RangeError: a BigInt beyond 128 bits, expected u128"
    );
    assert_eq!(
        error::<f64>("5n"),
        "TypeError: invalid type: a BigInt, expected f64"
    );
    assert_eq!(
        error::<BTreeMap<u8, u8>>("({ a: 1 })"),
        "TypeError: a: invalid type: string \"a\", expected u8"
    );
    assert_eq!(
        error::<BTreeMap<String, u8>>("({ get a() { throw new SyntaxError('mine') } })"),
        "SyntaxError: mine"
    );

    let (mut runtime, _) = runtime();
    let value = BTreeMap::from([("a", vec![BTreeMap::from([(vec![1], 2)])])]);
    let error = runtime.to_js(&value).expect_err("a key that is no text");
    assert_eq!(
        error.to_string(),
        "TypeError: a[0]: a key of a map must be text, a number, a boolean, or a variant of an enum"
    );
}

#[test]
fn cycles_and_depth_are_bounded() {
    #[derive(Serialize, Deserialize, Debug, Default)]
    struct Node {
        next: Option<Box<Node>>,
    }
    assert_eq!(
        error::<Node>("const node = { next: {} }; node.next.next = node; node"),
        "RangeError: next.next: the value contains itself"
    );
    let chain = |length: usize| {
        format!("let node = {{}}; for (let i = 0; i < {length}; i++) node = {{ next: node }}; node")
    };
    let node: Node = read(&chain(100));
    let mut depth = 0;
    let mut last = &node;
    while let Some(next) = &last.next {
        depth += 1;
        last = next;
    }
    assert_eq!(depth, 100);
    assert!(error::<Node>(&chain(10_000)).ends_with("the value is nested more than 256 deep"));
    // What nobody looks at may contain itself.
    #[derive(Deserialize)]
    struct Nothing {}
    read::<Nothing>("const loop = { a: 1 }; loop.loop = loop; loop");

    let mut deep = Node::default();
    for _ in 0..1_000 {
        deep = Node {
            next: Some(Box::new(deep)),
        };
    }
    let (mut runtime, _) = runtime();
    let error = runtime.to_js(&deep).expect_err("too deep");
    assert!(error.to_string().starts_with("RangeError: next.next."));

    /// A type that is nothing but itself.
    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Endless(Box<Endless>);
    let value = runtime.eval("1").expect("a number");
    let error = runtime.from_js::<Endless>(&value).expect_err("too deep");
    assert_eq!(
        error.to_string(),
        "RangeError: the value is nested more than 256 deep"
    );
}

#[test]
fn functions_and_promises_take_and_give_such_values() {
    let mut runtime = Runtime::builder()
        .function("grow", |Serde(shape): Serde<Shape>, by: f64| match shape {
            Shape::Circle(radius) => Ok(Serde(Shape::Circle(radius * by))),
            other => Err(taipan::HostError::new(
                taipan::ErrorClass::Type,
                format!("{other:?} does not grow"),
            )),
        })
        .async_function("later", async |Serde(shapes): Serde<Vec<Shape>>| {
            tokio::task::yield_now().await;
            Serde(shapes.len())
        })
        .build()
        .expect("a runtime");
    let Serde(shape): Serde<Shape> = runtime.eval_as("grow({ Circle: 2 }, 3)").expect("a shape");
    assert_eq!(shape, Shape::Circle(6.0));
    let error = runtime.eval("grow('Square', 1)").expect_err("no shape");
    assert_eq!(
        error.to_string(),
        "TypeError: grow: argument 1: unknown variant `Square`, expected one of `Dot`, `Circle`, `Line`, `Box`"
    );
    let error = runtime.eval("grow('Dot', 1)").expect_err("an error");
    assert_eq!(error.to_string(), "TypeError: Dot does not grow");
    let Serde(count): Serde<usize> = runtime
        .eval_as("later(['Dot', { Line: [1, 2] }])")
        .expect("a count");
    assert_eq!(count, 2);
    runtime
        .eval("function first(shapes) { return shapes[0] }")
        .expect("a function");
    let shapes = vec![Shape::Line(1, 2), Shape::Dot];
    let Serde(first): Serde<Shape> = runtime.call("first", (Serde(&shapes),)).expect("the first");
    assert_eq!(first, shapes[0]);
    let error: Result<Serde<u8>, Error> = runtime.call("first", (Serde(shapes),));
    assert!(error.is_err());
}
