//! A runtime in a program: values in, values out, errors.
//!
//!     cargo run -p taipan --example embed

use std::collections::BTreeMap;

use taipan::{Error, Function, Runtime};

fn main() -> Result<(), Error> {
    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("script: {text}"))
        .global(
            "limits",
            BTreeMap::from([("width".to_owned(), 640), ("height".to_owned(), 480)]),
        )
        .build()?;

    // A script, and its value as a type of Rust.
    let area: u32 = runtime.eval_as("limits.width * limits.height")?;
    println!("area: {area}");

    // Functions of script by name; promises are waited for.
    runtime.eval(
        "async function greet(names) {
             await new Promise(resolve => setTimeout(resolve, 10));
             console.log(`greeting ${names.length}`);
             return names.map(name => `hello ${name}`);
         }",
    )?;
    let greetings: Vec<String> = runtime.call("greet", (vec!["ada", "bob"],))?;
    println!("{greetings:?}");

    // A function as a value, called whenever it is wanted.
    let square: Function = runtime.eval_as("x => x * x")?;
    let squares = (1..=3).map(|n| runtime.call_function(&square, (n,)));
    println!("{:?}", squares.collect::<Result<Vec<u32>, _>>()?);

    // A module with a top-level await.
    let exports = runtime.eval_module("export const parsed = await JSON.parse('[1, 2]')", None)?;
    let parsed: (u8, u8) =
        runtime.with(|context| taipan::get_property(&exports, "parsed", context))?;
    println!("{parsed:?}");

    // What script throws has a class, a message, a stack and a cause.
    let error = runtime
        .eval("function risky() { throw new RangeError('too far', { cause: 'a cliff' }) }\nrisky()")
        .expect_err("it throws");
    if let Some(exception) = error.exception() {
        println!(
            "{exception}, because of {}",
            exception
                .cause
                .as_deref()
                .map_or_else(String::new, ToString::to_string)
        );
        println!(
            "in {}",
            if exception.stack.contains("risky") {
                "risky"
            } else {
                "nowhere"
            }
        );
    }
    // And values that do not fit are told with their place.
    let error = runtime
        .eval_as::<Vec<u8>>("[1, 2, 'three']")
        .expect_err("no number");
    println!("{error}");
    Ok(())
}
