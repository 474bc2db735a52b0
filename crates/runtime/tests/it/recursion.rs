//! Endless recursion and deep nesting end in an error, never in the end of the process.

use taipan::{Error, Runtime, on_js_thread};

/// The error a script ends with, on a thread for JavaScript and on a small one.
fn errors(source: &str) -> [String; 2] {
    let run = || {
        let mut runtime = Runtime::new().expect("a runtime");
        let result: Result<_, Error> = runtime.eval(source).map(drop);
        let after = runtime.eval("1 + 1").expect("the runtime goes on");
        assert_eq!(after.as_number(), Some(2.0));
        result.expect_err(source).to_string()
    };
    let small = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn({
            let source = source.to_owned();
            move || {
                let mut runtime = Runtime::new().expect("a runtime");
                runtime.eval(&source).expect_err(&source).to_string()
            }
        })
        .expect("a thread");
    [
        on_js_thread(run).expect("a thread"),
        small.join().expect("the thread"),
    ]
}

#[test]
fn endless_recursion_is_a_range_error() {
    for source in [
        "(function f() { f() })()",
        "(function f() { [1].map(f) })()",
        "(function f() { [1, 2].sort(f) })()",
        "(function f() { 'a'.replace(/a/, f) })()",
        "(function f() { Reflect.apply(f, null, []) })()",
        "const o = { get x() { return this.x } }; o.x",
        "const p = new Proxy({}, { get(t, k, r) { return r[k] } }); p.x",
        "class A { constructor() { new A() } } new A()",
        "class A { field = new A() } new A()",
        "const o = { [Symbol.toPrimitive]() { return `${o}` } }; `${o}`",
        "const i = { [Symbol.iterator]() { return [...i] } }; [...i]",
        "function* g() { yield* g() } [...g()]",
        "function f() { eval('f()') } f()",
        "function f() { JSON.parse('[1]', f) } f()",
    ] {
        for error in errors(source) {
            assert_eq!(
                error, "RangeError: Maximum call stack size exceeded",
                "{source}"
            );
        }
    }
}

#[test]
fn a_deeply_nested_array_as_text_is_a_range_error() {
    for conversion in ["String(a)", "a.join()", "a.toLocaleString()", "`${a}`"] {
        let source = format!("let a = []; for (let i = 0; i < 200000; i++) a = [a]; {conversion}");
        for error in errors(&source) {
            assert_eq!(
                error, "RangeError: Maximum call stack size exceeded",
                "{source}"
            );
        }
    }
}

#[test]
fn a_js_thread_allows_deep_recursion() {
    let depth = on_js_thread(|| {
        let mut runtime = Runtime::new()?;
        let source = "const f = n => n === 0 ? 0 : 1 + f(n - 1); f(40000)";
        Ok::<_, Error>(runtime.eval(source)?.as_number())
    });
    assert_eq!(depth.expect("a thread").expect("a value"), Some(40_000.0));
}

#[test]
fn deep_nesting_is_a_syntax_error() {
    const N: usize = 200_000;
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("x={a:", "}"),
        ("{", "}"),
        ("`${", "}`"),
        ("f(", ")"),
        ("(function(){", "})()"),
        ("()=>{", "}"),
        ("class A{m(){", "}}"),
        ("if(a){", "}"),
        ("!", ""),
        ("-+", ""),
        ("typeof ", ""),
        ("a=", ""),
        ("a=>", ""),
        ("a?b:", ""),
        ("a?", ":b"),
        ("if(a)", ""),
        ("for(;;)", ""),
        ("while(a)", ""),
        ("if(a){}else ", ""),
        ("new ", ""),
        ("a**", ""),
    ] {
        let source = format!("{}1{}", open.repeat(N), close.repeat(N));
        for error in errors(&source) {
            assert!(
                error.starts_with("SyntaxError: the source text is nested too deeply"),
                "{open} {error}"
            );
        }
    }
}

#[test]
fn deep_nesting_in_eval_and_function_is_a_syntax_error() {
    for source in [
        "eval('('.repeat(200000))",
        "(0, eval)('['.repeat(200000))",
        "new Function('['.repeat(200000))",
        "new Function('a = ' + '['.repeat(200000), '')",
    ] {
        for error in errors(source) {
            assert!(
                error.starts_with("SyntaxError: the source text is nested too deeply"),
                "{error}"
            );
        }
    }
}

#[test]
fn ordinary_nesting_is_no_error_on_a_small_stack() {
    let source = format!("{}42{}", "(".repeat(60), ")".repeat(60));
    let value = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || {
            let mut runtime = Runtime::new().expect("a runtime");
            runtime.eval(&source).expect("a value").as_number()
        })
        .expect("a thread")
        .join()
        .expect("the thread");
    assert_eq!(value, Some(42.0));
}
