//! Structs of Rust as classes, modules of Rust, loaders.

use std::{cell::Cell, rc::Rc};

use taipan::{
    ClassBuilder, ErrorClass, Function, HostClass, HostError, HostModule, Instance, MemoryModules,
    ModuleSource, Runtime, Url,
    engine::{Context, JsResult, JsValue},
};

use crate::support::logged;

struct Point {
    x: f64,
    y: f64,
}

impl HostClass for Point {
    const NAME: &'static str = "Point";

    fn define(class: &mut ClassBuilder<'_, '_, Self>) {
        class
            .constructor(|x: f64, y: f64| match x.is_nan() || y.is_nan() {
                false => Ok(Self { x, y }),
                true => Err(HostError::new(ErrorClass::Range, "not a number")),
            })
            .attribute(
                "x",
                |this: &Self| this.x,
                |this: &mut Self, x: f64| this.x = x,
            )
            .getter("norm", |this: &Self| this.x.hypot(this.y))
            .method(
                "add",
                |this: &Instance<Self>, _: &mut Context, other: Instance<Self>| {
                    let (x, y) = other.with(|other| (other.x, other.y))?;
                    this.with_mut(|this| {
                        this.x += x;
                        this.y += y;
                    })
                },
            )
            .method(
                "keep",
                |this: &Instance<Self>, _: &mut Context, value: JsValue| {
                    this.set_slot("kept", value)
                },
            )
            .method("kept", |this: &Instance<Self>, _: &mut Context| {
                this.slot("kept")
            })
            .async_method("later", |this: Instance<Self>, factor: f64| async move {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                this.with(|this| Point {
                    x: this.x * factor,
                    y: this.y * factor,
                })
            })
            .method(
                "call",
                |this: &Instance<Self>, context: &mut Context, f: Function| -> JsResult<f64> {
                    f.call::<()>((this.clone(),), context)?;
                    this.with(|this| this.x)
                },
            )
            .static_method("origin", || Point { x: 0.0, y: 0.0 })
            .constant("AXES", 2);
    }
}

#[test]
fn a_struct_is_a_class_of_script() {
    let mut runtime = Runtime::builder()
        .class::<Point>()
        .function("norm", |point: Instance<Point>| {
            point.with(|point| point.x.hypot(point.y))
        })
        .build()
        .expect("a runtime");
    for (source, expected) in [
        ("new Point(3, 4).norm", "5"),
        (
            "const p = new Point(1, 2); p.x = 4; p.add(p); p.x + ' ' + p.norm",
            "8 8.94427190999916",
        ),
        (
            "class Q extends Point { get double() { return this.norm * 2 } } new Q(3, 4).double",
            "10",
        ),
        ("new Q(3, 4) instanceof Point && norm(new Q(6, 8))", "10"),
        (
            "const o = {}; p.keep(o); [p.kept() === o, new Point(1, 1).kept()].join()",
            "true,",
        ),
        ("p.call(q => { q.x = 1; q.call(() => {}) })", "1"),
        (
            "Point.origin().norm + Point.AXES + Point.length + Point.name",
            "4Point",
        ),
        ("Object.prototype.toString.call(p)", "[object Point]"),
    ] {
        let value = runtime.eval(source).expect(source);
        let text = value
            .to_string(&mut runtime.context())
            .expect("a string")
            .to_std_string_lossy();
        assert_eq!(text, expected, "{source}");
    }
    let x: f64 = runtime
        .eval_as("p.later(3).then(p => p.x)")
        .expect("a number");
    assert_eq!(x, 3.0);
    for (source, expected) in [
        ("Point(1, 2)", "TypeError: Point must be called with new"),
        (
            "new Point(1)",
            "TypeError: Point: 2 arguments required, but only 1 present",
        ),
        (
            "new Point(1, 'x')",
            "TypeError: Point: argument 2: expected a number, got \"x\"",
        ),
        ("new Point(1, NaN)", "RangeError: not a number"),
        (
            "p.x = 'x'",
            "TypeError: x: argument 1: expected a number, got \"x\"",
        ),
        (
            "p.add({})",
            "TypeError: add: argument 1: expected a Point, got an object",
        ),
        (
            "Point.prototype.norm",
            "TypeError: Illegal invocation: the receiver is not a Point",
        ),
        (
            "norm(Object.create(p))",
            "TypeError: norm: argument 1: expected a Point, got an object",
        ),
    ] {
        assert_eq!(
            runtime.eval(source).expect_err(source).to_string(),
            expected
        );
    }
}

/// Counts how many of it there are.
struct Counted(Rc<Cell<i32>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl HostClass for Counted {
    const NAME: &'static str = "Counted";

    fn define(class: &mut ClassBuilder<'_, '_, Self>) {
        class.method(
            "keep",
            |this: &Instance<Self>, _: &mut Context, value: JsValue| this.set_slot("value", value),
        );
    }
}

#[test]
fn objects_are_collected_with_what_their_slots_hold() {
    let count = Rc::new(Cell::new(0));
    let counter = Rc::clone(&count);
    let mut runtime = Runtime::builder()
        .class::<Counted>()
        .function("make", move || {
            counter.set(counter.get() + 1);
            Counted(Rc::clone(&counter))
        })
        .build()
        .expect("a runtime");
    assert!(
        runtime
            .eval("new Counted()")
            .expect_err("no constructor")
            .to_string()
            .contains("Illegal constructor")
    );
    // Rings through slots.
    runtime
        .eval("for (let i = 0; i < 100; i++) { const a = make(), b = { a }; a.keep(b) } var last = make()")
        .expect("a script");
    taipan::engine::gc::force_collect();
    assert!(count.get() <= 2, "{}", count.get());
    assert!(count.get() >= 1);
}

#[test]
fn modules_of_rust_are_imported_by_any_name() {
    let (builder, log) = logged();
    let made = Rc::new(Cell::new(0));
    let counter = Rc::clone(&made);
    let mut runtime = builder
        .module(
            "app:thing",
            HostModule::new()
                .function("f", |n: u32| n + 1)
                .class::<Point>()
                .value("list", vec![1, 2])
                .default_export("the thing")
                .export("made", move |_| {
                    counter.set(counter.get() + 1);
                    Ok(JsValue::from(counter.get()))
                }),
        )
        .module(
            "bare",
            HostModule::new().async_function("g", |n: u32| async move { n }),
        )
        .module(
            "broken",
            HostModule::new().export("x", |_| {
                Err(taipan::engine::JsNativeError::range()
                    .with_message("broken")
                    .into())
            }),
        )
        .build()
        .expect("a runtime");
    runtime
        .eval_module(
            "import thing, { f, list, made, Point } from 'app:thing';
             import { g } from 'bare';
             import * as again from 'app:thing';
             console.log(thing, f(1), list.join(), made, again.made, await g(5), again.f === f);
             console.log(new Point(3, 4).norm, typeof globalThis.Point);
             await import('broken').catch(error => console.log(String(error)));
             await import('app:other').catch(error => console.log(error.name));",
            None,
        )
        .expect("a module");
    assert_eq!(
        log.take(),
        [
            "the thing 2 1,2 1 1 5 true",
            "5 undefined",
            "RangeError: broken",
            "TypeError",
        ]
    );
    let error = runtime
        .eval_module("import { nothing } from 'bare'", None)
        .expect_err("no export");
    assert!(error.to_string().starts_with("SyntaxError"), "{error}");
}

#[test]
fn loaders_are_asked_in_order_and_once() {
    let (builder, log) = logged();
    let asked = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&asked);
    let memory = MemoryModules::new()
        .javascript(
            "app:/a.js",
            "import './b.js'; import './b.js?1'; console.log(import.meta.url)",
        )
        .and_then(|memory| memory.json("app:/c.json", "[1]"))
        .expect("URLs");
    let mut runtime = builder
        .module_loader(memory)
        .module_loader(move |url: Url| {
            counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async move {
                match url.path() {
                    "/b.js" => Ok(Some(
                        ModuleSource::javascript("console.log(import.meta.url)")
                            .with_url(url.join("/moved/b.js")?),
                    )),
                    "/fail.js" => Err(HostError::new(ErrorClass::Error, "out of order")),
                    _ => Ok(None),
                }
            }
        })
        .build()
        .expect("a runtime");
    runtime
        .eval_module(
            "import 'app:/a.js';
             import list from 'app:/c.json' with { type: 'json' };
             console.log(list);
             import('app:/a.js');
             for (const name of ['app:/fail.js', 'app:/none.js', 'app:/c.json'])
                 await import(name).catch(error => console.log(error.message));",
            None,
        )
        .expect("a module");
    let logged = log.take();
    assert_eq!(
        logged[..4],
        ["app:/moved/b.js", "app:/moved/b.js", "app:/a.js", "[ 1 ]"],
        "{logged:?}"
    );
    assert!(
        logged[4].ends_with("cannot load app:/fail.js: out of order"),
        "{logged:?}"
    );
    assert!(
        logged[5].contains("the scheme \"app:\" is not supported"),
        "{logged:?}"
    );
    assert!(logged[6].contains("not that of JavaScript"), "{logged:?}");
    // b.js, b.js?1, fail.js and none.js.
    assert_eq!(asked.load(std::sync::atomic::Ordering::SeqCst), 4);
}
