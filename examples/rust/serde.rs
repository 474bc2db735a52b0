//! Types that derive serde's traits, as settings, arguments and results of script.
//!
//!     cargo run -p taipan --features serde --example serde

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use taipan::{Error, Runtime, Serde};

/// What a script decides on.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    path: String,
    query: BTreeMap<String, String>,
    content_length: Option<u64>,
}

/// What it decides.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Decision {
    Pass,
    Redirect(String),
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
    },
}

/// How a script sets itself up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    name: String,
    #[serde(default)]
    retries: u8,
}

fn main() -> Result<(), Error> {
    let mut runtime = Runtime::builder()
        .console(|_level, text: &str| println!("{text}"))
        // As an argument and a result of a function.
        .function("describe", |Serde(decision): Serde<Decision>| {
            format!("{decision:?}")
        })
        .build()?;

    runtime.eval(
        "function decide({ path, query, contentLength }) {
             if (contentLength > 2 ** 20) return { answer: { status: 413, headers: [['connection', 'close']] } };
             if (query.lang) return { redirect: `/${query.lang}${path}` };
             return 'pass';
         }",
    )?;
    for (query, content_length) in [(None, None), (Some("fr"), None), (None, Some(1 << 40))] {
        let request = Request {
            path: "/tea".to_owned(),
            query: query
                .map(|lang| ("lang".to_owned(), lang.to_owned()))
                .into_iter()
                .collect(),
            content_length,
        };
        let Serde(decision): Serde<Decision> = runtime.call("decide", (Serde(request),))?;
        println!("{decision:?}");
    }
    runtime.eval("console.log(describe({ answer: { status: 204, headers: [] } }))")?;

    // Values that are at hand already.
    let value = runtime.eval("({ name: 'menu', retries: 3 })")?;
    let settings: Settings = runtime.from_js(&value)?;
    println!("{} {}", settings.name, settings.retries);

    // What does not fit says where.
    for script in [
        "({ name: 'menu', retries: 300 })",
        "({ name: 'menu', retires: 3 })",
    ] {
        let value = runtime.eval(script)?;
        if let Err(error) = runtime.from_js::<Settings>(&value) {
            println!("{error}");
        }
    }
    if let Err(error) = runtime.eval("describe({ answer: { status: 200, headers: [['a', 1]] } })") {
        println!("{error}");
    }
    Ok(())
}
