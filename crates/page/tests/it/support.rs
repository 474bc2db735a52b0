//! Running a page whose files are in memory.

use std::{cell::RefCell, rc::Rc};

use taipan::{
    Level, Permissions, Runtime,
    net::{FetchError, FetchErrorKind, NativeBody, NativeResponse, Request},
};
use taipan_page::Page;

/// What a page has left.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The lines on the console; errors and warnings begin with `error: ` and `warn: `.
    pub(crate) console: Vec<String>,
    pub(crate) text: String,
    pub(crate) html: String,
    /// How many errors nobody caught.
    pub(crate) uncaught: usize,
}

impl Shown {
    /// The lines on the console, of which none is an error.
    pub(crate) fn lines(&self) -> Vec<&str> {
        assert_eq!(self.uncaught, 0, "{self:?}");
        self.console.iter().map(String::as_str).collect()
    }
}

/// Runs a page that is at `http://page.test/dir/page.html`.
pub(crate) fn run(html: &str) -> Shown {
    run_with(html, &[])
}

/// The same with other files beside it: their names, types and contents. What is asked for with the method `POST` gives
/// the request's body back.
pub(crate) fn run_with(html: &str, files: &[(&str, &str, &str)]) -> Shown {
    let console = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&console);
    let files: Vec<(String, String, String)> = files
        .iter()
        .map(|(name, kind, text)| {
            (
                format!("/dir/{name}"),
                (*kind).to_owned(),
                (*text).to_owned(),
            )
        })
        .collect();
    let mut runtime = Runtime::builder()
        .permissions(Permissions::all())
        .console(move |level: Level, text: &str| {
            let text = match level {
                Level::Error => format!("error: {text}"),
                Level::Warn => format!("warn: {text}"),
                _ => text.to_owned(),
            };
            sink.borrow_mut().push(text);
        })
        .transport(move |request: Request| {
            let found = files
                .iter()
                .find(|file| file.0 == request.url.path())
                .cloned();
            answer(request, found)
        })
        .build()
        .unwrap();
    let url = "http://page.test/dir/page.html".parse().unwrap();
    let page = Page::run_source(&mut runtime, html, &url).unwrap();
    Shown {
        console: console.take(),
        text: page.text(),
        html: page.html(),
        uncaught: runtime.uncaught_errors(),
    }
}

async fn answer(
    request: Request,
    file: Option<(String, String, String)>,
) -> Result<NativeResponse, FetchError> {
    if request.url.path() == "/broken" {
        let error = FetchErrorKind::Connect;
        return Err(FetchError::new(error, &request.url, "nobody is there"));
    }
    if request.url.path() == "/never" {
        std::future::pending::<()>().await;
    }
    if request.method == "POST" {
        let kind = request.headers.get("content-type").cloned();
        let bytes = match request.body {
            Some(body) => body.into_native().bytes().await?,
            None => Default::default(),
        };
        let kind = kind.as_ref().and_then(|kind| kind.to_str().ok());
        return Ok(NativeResponse::new(200)
            .with_header("content-type", kind.unwrap_or("none/none"))
            .with_body(bytes));
    }
    Ok(match file {
        Some((_, kind, text)) => NativeResponse::new(200)
            .with_header("content-type", &kind)
            .with_header("x-own", "value")
            .with_body(NativeBody::from_bytes(text.into_bytes().into())),
        None => NativeResponse::new(404),
    })
}

/// Runs a script in an otherwise empty page and gives what it has written to the console.
pub(crate) fn log(script: &str) -> Vec<String> {
    let shown = run(&format!("<!doctype html><body><script>{script}</script>"));
    assert_eq!(shown.uncaught, 0, "{shown:?}");
    shown.console
}
