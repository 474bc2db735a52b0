//! Values from script to Rust and back.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    fmt::Debug,
    time::{Duration, UNIX_EPOCH},
};

use taipan::{
    Bytes, Coerced, FromJs, Function, IntoJs, Runtime, Url,
    engine::{JsObject, JsString, JsValue},
};

use crate::support::runtime;

/// A value goes to script as `source` and comes back the same.
fn both_ways<T: FromJs + IntoJs + Clone + Debug + PartialEq + 'static>(value: T, source: &str) {
    let (mut runtime, _) = runtime();
    let parsed: T = runtime.eval_as(source).expect(source);
    assert_eq!(parsed, value, "{source}");
    runtime.set("value", value.clone()).expect("a value");
    let same = format!(
        "console.assert, structuredClone, JSON.stringify([value, typeof value]) === JSON.stringify([{source}, typeof {source}])"
    );
    if !source.contains('n') {
        assert!(
            runtime.eval_as::<bool>(&same).expect("a boolean"),
            "{source}"
        );
    }
    assert_eq!(runtime.get::<T>("value").expect("a value"), value);
}

#[test]
fn values_come_and_go() {
    both_ways(true, "true");
    both_ways(-7_i8, "-7");
    both_ways(255_u8, "255");
    both_ways(-32768_i16, "-32768");
    both_ways(65535_u16, "65535");
    both_ways(i32::MIN, "-2147483648");
    both_ways(u32::MAX, "4294967295");
    both_ways(1.5_f64, "1.5");
    both_ways(0.25_f32, "0.25");
    both_ways('é', "'é'");
    both_ways("a\u{1f30d}".to_owned(), "'a\u{1f30d}'");
    both_ways(vec![1_u8, 2], "[1, 2]");
    both_ways([1_u8, 2], "[1, 2]");
    both_ways(VecDeque::from([vec!["a".to_owned()]]), "[['a']]");
    both_ways((1_i32, "x".to_owned(), [true]), "[1, 'x', [true]]");
    both_ways(
        BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]),
        "({ a: 1, b: 2 })",
    );
    both_ways(HashMap::from([("a".to_owned(), Some(1))]), "({ a: 1 })");
    both_ways(BTreeMap::from([("7".to_owned(), 1)]), "({ 7: 1 })");
    both_ways(BTreeSet::from([1, 2]), "new Set([2, 1])");
    both_ways(HashSet::from(["a".to_owned()]), "new Set(['a'])");
    both_ways(Some(3_u8), "3");
    both_ways(None::<u8>, "undefined");
    both_ways((), "undefined");
    both_ways(Bytes::from_static(b"\x00\xff"), "new Uint8Array([0, 255])");
    both_ways(UNIX_EPOCH + Duration::from_millis(1_500), "new Date(1500)");
    both_ways(UNIX_EPOCH - Duration::from_millis(1), "new Date(-1)");
    both_ways(
        Url::parse("http://a.example/").expect("a URL"),
        "'http://a.example/'",
    );
    both_ways(1_u64 << 53, "9007199254740992n");
    both_ways((1_i64 << 53) - 1, "9007199254740991");
    both_ways(i64::MIN, "-9223372036854775808n");
    both_ways(u64::MAX, "18446744073709551615n");
    both_ways(u128::MAX, "340282366920938463463374607431768211455n");
    both_ways(i128::MIN, "-170141183460469231731687303715884105728n");
    both_ways(5_i128, "5n");
}

#[test]
fn more_than_one_kind_of_value_is_taken() {
    let (mut runtime, _) = runtime();
    let vector: Vec<u8> = runtime.eval_as("new Set([1, 2])").expect("a list");
    assert_eq!(vector, [1, 2]);
    let vector: Vec<String> = runtime
        .eval_as("(function* () { yield 'a' })()")
        .expect("a list");
    assert_eq!(vector, ["a"]);
    let vector: Vec<u8> = runtime.eval_as("new Uint8Array(2)").expect("a list");
    assert_eq!(vector, [0, 0]);
    let map: HashMap<String, u8> = runtime.eval_as("new Map([['a', 1]])").expect("a map");
    assert_eq!(map["a"], 1);
    for source in [
        "new Uint16Array([0x201, 0x403]).subarray(1)",
        "new Uint8Array([3, 4]).buffer",
        "new DataView(new Uint8Array([0, 3, 4, 0]).buffer, 1, 2)",
        "const shared = new Uint8Array(new SharedArrayBuffer(2)); shared.set([3, 4]); shared",
    ] {
        assert_eq!(runtime.eval_as::<Bytes>(source).expect(source), [3, 4][..]);
    }
    assert_eq!(
        runtime.eval_as::<Option<u8>>("null").expect("nothing"),
        None
    );
    assert_eq!(runtime.eval_as::<u64>("5").expect("a number"), 5);
    assert_eq!(runtime.eval_as::<u128>("5").expect("a number"), 5);
    let url: Url = runtime
        .eval_as("new URL('/x', 'http://a.example')")
        .expect("a URL");
    assert_eq!(url.path(), "/x");
    assert_eq!(
        runtime.eval_as::<String>("'\\ud800!'").expect("a string"),
        "\u{fffd}!"
    );
    let text: JsString = runtime.eval_as("'\\ud800'").expect("a string");
    assert_eq!(text.iter().collect::<Vec<_>>(), [0xd800]);
    let Coerced(number) = runtime.eval_as::<Coerced<f64>>("'0x10'").expect("a number");
    assert_eq!(number, 16.0);
}

#[test]
fn what_does_not_fit_is_told_where_and_why() {
    fn error<T: FromJs + Debug>(runtime: &mut Runtime, source: &str) -> String {
        runtime.eval_as::<T>(source).expect_err(source).to_string()
    }
    let (mut runtime, _) = runtime();
    let runtime = &mut runtime;
    let range = "expected an integer between 0 and 255, got";
    for (message, expected) in [
        (error::<u8>(runtime, "256"), format!("{range} 256")),
        (error::<u8>(runtime, "0.5"), format!("{range} 0.5")),
        (error::<u8>(runtime, "NaN"), format!("{range} NaN")),
        (error::<u8>(runtime, "1n"), format!("{range} 1n")),
        (error::<u8>(runtime, "'1'"), format!("{range} \"1\"")),
        (
            error::<u64>(runtime, "-1n"),
            "expected an integer between 0 and 18446744073709551615, got -1n".to_owned(),
        ),
        (
            error::<i64>(runtime, "2n ** 63n"),
            "expected an integer between -9223372036854775808 and 9223372036854775807, got \
             9223372036854775808n"
                .to_owned(),
        ),
        (
            error::<i64>(runtime, "2 ** 53"),
            "expected an integer between -9223372036854775808 and 9223372036854775807, got \
             9007199254740992"
                .to_owned(),
        ),
        (
            error::<f64>(runtime, "'1'"),
            "expected a number, got \"1\"".to_owned(),
        ),
        (
            error::<bool>(runtime, "0"),
            "expected a boolean, got 0".to_owned(),
        ),
        (
            error::<String>(runtime, "undefined"),
            "expected a string, got undefined".to_owned(),
        ),
        (
            error::<char>(runtime, "'ab'"),
            "expected a string of one character, got \"ab\"".to_owned(),
        ),
        (
            error::<bool>(runtime, "'x'.repeat(33)"),
            "expected a boolean, got a string of 33 code units".to_owned(),
        ),
        (
            error::<Vec<u8>>(runtime, "'ab'"),
            "expected an array, got \"ab\"".to_owned(),
        ),
        (
            error::<Vec<u8>>(runtime, "({})"),
            "expected an array, got an object".to_owned(),
        ),
        (
            error::<Vec<Vec<u8>>>(runtime, "[[], [1, null]]"),
            format!("element 1: element 1: {range} null"),
        ),
        (
            error::<[u8; 2]>(runtime, "[1]"),
            "expected an array of 2 elements, got one of 1".to_owned(),
        ),
        (
            error::<(u8, String)>(runtime, "[1, 2]"),
            "element 1: expected a string, got 2".to_owned(),
        ),
        (
            error::<(u8, String)>(runtime, "[]"),
            "expected an array of 2 elements, got one of 0".to_owned(),
        ),
        (
            error::<HashMap<String, bool>>(runtime, "[]"),
            "expected an object, got an array".to_owned(),
        ),
        (
            error::<HashMap<String, bool>>(runtime, "new Map([[1, true]])"),
            "a key of the Map: expected a string, got 1".to_owned(),
        ),
        (
            error::<Function>(runtime, "({})"),
            "expected a function, got an object".to_owned(),
        ),
        (
            error::<JsObject>(runtime, "null"),
            "expected an object, got null".to_owned(),
        ),
        (
            error::<Bytes>(runtime, "(() => 1)"),
            "expected an ArrayBuffer or a view on one, got a function".to_owned(),
        ),
        (
            error::<Url>(runtime, "'/x'"),
            "expected a URL, got \"/x\": relative URL without a base".to_owned(),
        ),
    ] {
        assert_eq!(message, format!("TypeError: {expected}"));
    }
    assert_eq!(
        error::<std::time::SystemTime>(runtime, "new Date(NaN)"),
        "RangeError: expected a Date, got an invalid one"
    );
    // What script throws meanwhile comes through as it is.
    let source = "[{ get a() { throw new RangeError('getter') } }]";
    assert_eq!(
        error::<Vec<HashMap<String, u8>>>(runtime, source),
        "RangeError: getter"
    );
    let source = "({ [Symbol.iterator]() { throw 'iterator' } })";
    assert_eq!(error::<Vec<u8>>(runtime, source), "iterator");
}

#[test]
fn variables_and_paths() {
    let (mut runtime, _) = runtime();
    runtime
        .eval("let a = { b: { c: 1, m() { return this.c } } }; const fn = x => x; class K {}")
        .expect("a script");
    assert_eq!(runtime.get::<u8>("a.b.c").expect("a number"), 1);
    runtime.set("a.b.c", 2).expect("a property");
    assert_eq!(runtime.call::<u8>("a.b.m", ()).expect("a number"), 2);
    assert!(runtime.get::<Function>("K").is_ok());
    assert!(runtime.get::<JsValue>("globalThis").is_ok());
    for (path, message) in [
        ("nothing", "ReferenceError: nothing is not defined"),
        (
            "a.x.y",
            "TypeError: a.x.y: there is no object to have the property \"y\"",
        ),
        ("alert(1)", "ReferenceError: alert(1) is not defined"),
        ("", "ReferenceError:  is not defined"),
    ] {
        let error = runtime.get::<JsValue>(path).expect_err(path);
        assert_eq!(error.to_string(), message);
    }
    let error = runtime.call::<()>("a.b.c", ()).expect_err("no function");
    assert_eq!(error.to_string(), "TypeError: a.b.c is not a function");
    runtime.eval("Object.freeze(a)").expect("a script");
    assert!(
        runtime
            .set("a.b", 1)
            .expect_err("frozen")
            .to_string()
            .starts_with("TypeError")
    );
    let error = runtime
        .call::<u8>("fn", ("x",))
        .expect_err("no number")
        .to_string();
    assert_eq!(
        error,
        "TypeError: expected an integer between 0 and 255, got \"x\""
    );
}
