//! Running a page.

use std::{cell::RefCell, path::Path, rc::Rc};

use boa_engine::{
    Context, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use taipan::{Error, Runtime, Url, scripts};

use crate::{
    dom, script,
    state::{PageState, ReadyState},
    tree::{self, Parser, Step},
    window,
};

/// A page that was run.
///
/// It may be asked what it shows as long as its runtime lives.
pub struct Page {
    state: Rc<PageState>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Page")
            .field("url", &*self.state.url.borrow())
            .finish_non_exhaustive()
    }
}

impl Page {
    /// Runs a page given as text, as if it had come from `url`, and everything that comes of it, until nothing is
    /// pending.
    ///
    /// The runtime should be a new one: a runtime has one page. What scripts of the page throw and nobody catches is
    /// reported, see [`RuntimeBuilder::on_uncaught`](taipan::RuntimeBuilder::on_uncaught), and is no error here, as a
    /// page goes on with its next script.
    ///
    /// # Errors
    ///
    /// Fails when the engine does, and when the runtime has a page already.
    ///
    /// ```
    /// let mut runtime = taipan::Runtime::new()?;
    /// let html = "<title>Page</title><script>document.title += '!'</script>";
    /// let page = taipan_page::Page::run_source(&mut runtime, html, &"about:blank".parse()?)?;
    /// assert_eq!(page.html(), "<html><head><title>Page!</title>\
    ///     <script>document.title += '!'</script></head><body></body></html>");
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// ```
    pub fn run_source(runtime: &mut Runtime, html: &str, url: &Url) -> Result<Self, Error> {
        let page = Self::open(runtime, html, url)?;
        runtime.run()?;
        Ok(page)
    }

    /// The same as a future.
    ///
    /// # Errors
    ///
    /// As [`run_source`](Self::run_source).
    pub async fn run_source_async(
        runtime: &mut Runtime,
        html: &str,
        url: &Url,
    ) -> Result<Self, Error> {
        let page = Self::open(runtime, html, url)?;
        runtime.run_async().await?;
        Ok(page)
    }

    /// Begins to load a page given as text; the event loop of the runtime does the rest when it is turned.
    ///
    /// # Errors
    ///
    /// As [`run_source`](Self::run_source).
    pub fn open(runtime: &mut Runtime, html: &str, url: &Url) -> Result<Self, Error> {
        let context = &mut runtime.context();
        let opened = open(html, url, context);
        match opened {
            Ok(state) => Ok(Self { state }),
            Err(error) => Err(Error::Engine(error.to_string())),
        }
    }

    /// The text of the body as it is rendered, as far as that can be told without style sheets.
    ///
    /// <https://html.spec.whatwg.org/multipage/dom.html#the-innertext-idl-attribute>
    #[must_use]
    pub fn text(&self) -> String {
        let body = dom::body(&self.state.document);
        body.map_or_else(String::new, |body| tree::inner_text(&body))
    }

    /// The HTML of the document as it is now.
    #[must_use]
    pub fn html(&self) -> String {
        tree::inner_html(&self.state.document)
    }

    /// The URL of the page as it is now.
    #[must_use]
    pub fn url(&self) -> Url {
        self.state.url.borrow().clone()
    }
}

/// Whether what a server calls `mime_type`, or else a file with this name, is a page.
///
/// ```
/// use taipan_page::is_page;
///
/// assert!(is_page(Some("text/html; charset=utf-8"), "/"));
/// assert!(!is_page(Some("text/javascript"), "/index.html"));
/// assert!(is_page(None, "docs/Index.HTM"));
/// assert!(!is_page(None, "page.js"));
/// ```
#[must_use]
pub fn is_page(mime_type: Option<&str>, path: &str) -> bool {
    match mime_type {
        Some(mime_type) => {
            let essence = mime_type.split(';').next().unwrap_or_default().trim();
            ["text/html", "application/xhtml+xml"]
                .iter()
                .any(|html| essence.eq_ignore_ascii_case(html))
        }
        None => Path::new(path).extension().is_some_and(|extension| {
            ["html", "htm", "xhtml"]
                .iter()
                .any(|html| extension.eq_ignore_ascii_case(html))
        }),
    }
}

/// What the page says that relative URLs in its scripts resolve against.
fn declared_base_url(context: &Context) -> Option<Url> {
    let state = PageState::of(context).ok()?;
    dom::declared_base_url(&state.document, context)
}

/// Sets a context up for a page and queues its loading.
fn open(html: &str, url: &Url, context: &mut Context) -> JsResult<Rc<PageState>> {
    if PageState::of(context).is_ok() {
        return Err(boa_engine::JsNativeError::error()
            .with_message("the runtime has a page already")
            .into());
    }
    if taipan_web::base_url(context).is_none() {
        taipan_web::set_base_url(context, url.clone());
    }
    scripts::found(url, html, context);
    let state = PageState::install(url.clone(), context);
    taipan_web::set_base_url_source(declared_base_url, context);
    dom::register(context)?;
    let parse_document = |text: &str, context: &mut Context| {
        let document = dom::parse_document(text);
        Ok(dom::object_of(&document, context).into())
    };
    let options = taipan_fetch::XmlHttpRequestOptions {
        parse_document: Some(parse_document),
        wait: None,
    };
    taipan_fetch::register_xml_http_request(options, context);
    window::register(context)?;
    let parser = Rc::new(Parser::new(&state.document, html));
    state.parser.replace(Some(Rc::clone(&parser)));
    let loading = Rc::clone(&state);
    let job = async move |context: &RefCell<&mut Context>| {
        load(&loading, &parser, context).await?;
        Ok(JsValue::undefined())
    };
    let job = NativeAsyncJob::with_realm(job, context.realm().clone());
    context.enqueue_job(Job::AsyncJob(job));
    Ok(state)
}

/// Parses the page, running its scripts, and fires the events of its life.
///
/// <https://html.spec.whatwg.org/multipage/parsing.html#the-end>
async fn load(
    state: &Rc<PageState>,
    parser: &Parser,
    context: &RefCell<&mut Context>,
) -> JsResult<()> {
    loop {
        let script = match parser.step() {
            Step::Script(script) => script,
            Step::Done => break,
        };
        state.is_quirky.set(parser.is_quirky());
        // <https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-incdata>
        scripts::checkpoint(&mut context.borrow_mut());
        dom::adopt_body(state, &mut context.borrow_mut());
        script::prepare(&script, &mut context.borrow_mut())?;
        while let Some(blocking) = state.scripts.take_blocking() {
            blocking.wait().await;
            blocking.run(&mut context.borrow_mut())?;
        }
    }
    parser.end();
    state.is_quirky.set(parser.is_quirky());
    state.parser.take();
    dom::adopt_body(state, &mut context.borrow_mut());
    set_ready_state(state, ReadyState::Interactive, &mut context.borrow_mut())?;
    while let Some(deferred) = state.scripts.take_deferred() {
        deferred.wait().await;
        deferred.run(&mut context.borrow_mut())?;
    }
    {
        let context = &mut context.borrow_mut();
        dom::fire_bubbling(&state.document, "DOMContentLoaded", context)?;
        scripts::checkpoint(context);
    }
    state.scripts.all_run().await;
    let context = &mut context.borrow_mut();
    set_ready_state(state, ReadyState::Complete, context)?;
    window::fire_load(context)?;
    Ok(())
}

/// <https://html.spec.whatwg.org/multipage/dom.html#update-the-current-document-readiness>
fn set_ready_state(
    state: &PageState,
    ready_state: ReadyState,
    context: &mut Context,
) -> JsResult<()> {
    state.ready_state.set(ready_state);
    dom::fire(&state.document, "readystatechange", context)?;
    scripts::checkpoint(context);
    Ok(())
}
