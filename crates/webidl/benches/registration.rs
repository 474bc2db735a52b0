//! What registering interfaces adds to making a context.
//!
//! Seventy interfaces of ten members each: what the web platform comes to.

use std::time::{Duration, Instant};

use boa_engine::{Context, JsData, JsResult, JsValue, Source};
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder, expose};

/// One of the interfaces: the same members, a name of its own.
#[derive(Trace, Finalize, JsData)]
struct Numbered<const N: usize>;

/// `Interface00` and on, one after another.
const NAMES: &str = {
    const DIGITS: [u8; 10] = *b"0123456789";
    const BYTES: [u8; 1100] = {
        let mut bytes = [b' '; 1100];
        let mut n = 0;
        while n < 100 {
            let name = *b"Interface";
            let mut i = 0;
            while i < 9 {
                bytes[n * 11 + i] = name[i];
                i += 1;
            }
            bytes[n * 11 + 9] = DIGITS[n / 10];
            bytes[n * 11 + 10] = DIGITS[n % 10];
            n += 1;
        }
        bytes
    };
    match std::str::from_utf8(&BYTES) {
        Ok(names) => names,
        Err(_) => "",
    }
};

fn native(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    Ok(JsValue::undefined())
}

impl<const N: usize> Interface for Numbered<N> {
    const NAME: &'static str = NAMES.split_at(N * 11).1.split_at(11).0;

    fn members(interface: &mut InterfaceBuilder<'_>) {
        interface
            .getter("readOnly", native)
            .getter("another", native)
            .getter("third", native)
            .attribute("attribute", native, native)
            .method("operation", 1, native)
            .method("append", 2, native)
            .method("remove", 1, native)
            .method("contains", 1, native)
            .promise_method("resolveSoon", 0, native)
            .static_method("create", 0, native);
    }
}

macro_rules! expose_all {
    ($context:ident: $($tens:literal)*) => {{
        let global = $context.global_object();
        $(
            expose::<Numbered<{ $tens * 10 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 1 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 2 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 3 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 4 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 5 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 6 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 7 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 8 }>>(&global, &mut $context);
            expose::<Numbered<{ $tens * 10 + 9 }>>(&global, &mut $context);
        )*
    }};
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn main() {
    let (mut empty, mut exposed, mut used) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..200 {
        // A thread of its own: the heap of the collector is as it is in a new process.
        let (first, second, third) = std::thread::spawn(|| {
            let start = Instant::now();
            let mut context = Context::default();
            let first = start.elapsed();
            let start = Instant::now();
            expose_all!(context: 0 1 2 3 4 5 6);
            let second = start.elapsed();
            let start = Instant::now();
            let _ = context.eval(Source::from_bytes("Interface42.prototype.append"));
            (first, second, start.elapsed())
        })
        .join()
        .expect("the thread does not panic");
        empty.push(first);
        exposed.push(second);
        used.push(third);
    }
    println!("an empty context             {:>9.1?}", median(empty));
    println!("70 interfaces, 700 members   {:>9.1?}", median(exposed));
    println!("a script that uses one       {:>9.1?}", median(used));
}
