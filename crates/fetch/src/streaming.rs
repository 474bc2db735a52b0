//! The side of responses in `WebAssembly.compileStreaming` and `instantiateStreaming`.

use std::{cell::RefCell, future::poll_fn, rc::Rc};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use taipan_wasm::{Explain, ModuleBody, ModuleSink, ResponseSource};
use taipan_web::streams::ByteSource;
use taipan_webidl::implementation;

use crate::{
    abort::Abort,
    body::{HasBody, Taken, byte_source, network_error},
    environment,
    net::NativeBody,
    response::Response,
};

/// The `Response` objects of this crate as sources of modules.
struct Responses;

/// Has the `WebAssembly` object of the context take responses, if there is one.
pub(crate) fn register(context: &mut Context) {
    // It fails only where `WebAssembly` was not registered: then nobody asks.
    let _ = taipan_wasm::set_response_source(Rc::new(Responses), context);
}

impl ResponseSource for Responses {
    fn body(&self, value: &JsValue, _: &mut Context) -> JsResult<Box<dyn ModuleBody>> {
        let response = value
            .as_object()
            .and_then(|object| implementation::<Response>(&object))
            .ok_or_else(|| type_error("expected a Response or a promise of one".to_owned()))?;
        let mut response = response.borrow_mut();
        let response = response.data_mut();
        // Steps 2 to 5 of the reaction to a fulfilled promise.
        let url = named(&response.url());
        // The type of an error page says little; its status may explain it.
        let status = if response.is_ok() {
            String::new()
        } else {
            format!(" (status {})", status_line(response))
        };
        match response.content_type() {
            None => {
                return Err(type_error(format!(
                    "the response{url} has no MIME type, expected \"application/wasm\"{status}"
                )));
            }
            Some(content_type) if !is_wasm(&content_type) => {
                return Err(type_error(format!(
                    "the response{url} has the MIME type \"{}\", expected \"application/wasm\"{status}",
                    content_type.escape_ascii()
                )));
            }
            Some(_) => {}
        }
        // Step 7.
        if !response.is_ok() {
            return Err(type_error(format!(
                "the response{url} has the status {}",
                response.status()
            )));
        }
        // Step 8.
        let body = response.body_mut();
        let abort = body.abort().cloned();
        if let Some(abort) = body.aborted() {
            return Err(abort.error());
        }
        Ok(Box::new(ResponseBody {
            body: body.take()?,
            abort,
            failure: Rc::default(),
        }))
    }
}

/// The URL of a response within a sentence; one that a script made has none.
fn named(url: &str) -> String {
    if url.is_empty() {
        String::new()
    } else {
        format!(" from {url}")
    }
}

/// A status and, where there is one, its reason phrase.
fn status_line(response: &Response) -> String {
    let text = response.status_text().escape_ascii().to_string();
    let status = response.status();
    if text.is_empty() {
        status.to_string()
    } else {
        format!("{status} {text}")
    }
}

fn type_error(message: String) -> JsError {
    JsNativeError::typ().with_message(message).into()
}

/// Whether a value of `Content-Type` is that of a module. Parameters are not allowed, not even no parameters after
/// a semicolon.
fn is_wasm(content_type: &[u8]) -> bool {
    let is_tab_or_space = |byte: &u8| matches!(byte, b'\t' | b' ');
    let mut trimmed = content_type;
    while let [first, rest @ ..] = trimmed
        && is_tab_or_space(first)
    {
        trimmed = rest;
    }
    while let [rest @ .., last] = trimmed
        && is_tab_or_space(last)
    {
        trimmed = rest;
    }
    trimmed.eq_ignore_ascii_case(b"application/wasm")
}

struct ResponseBody {
    body: Taken,
    abort: Option<Abort>,
    /// What went wrong with a stream of JavaScript.
    failure: Rc<RefCell<Option<JsError>>>,
}

impl ModuleBody for ResponseBody {
    fn explain(&self) -> Option<Explain> {
        let abort = self.abort.clone();
        let failure = Rc::clone(&self.failure);
        Some(Box::new(move |_| {
            failure.take().or_else(|| {
                let abort = abort.filter(Abort::is_aborted)?;
                Some(abort.error())
            })
        }))
    }

    fn pipe_to(self: Box<Self>, mut sink: ModuleSink, context: &mut Context) {
        let Self {
            body,
            abort,
            failure,
        } = *self;
        let body = match body {
            Taken::Native(body) => body,
            Taken::Stream(stream) => {
                match byte_source(&stream, context) {
                    Ok(source) => pump_source(source, sink, failure, context),
                    // The sink is dropped, and that asks for the reason.
                    Err(error) => *failure.borrow_mut() = Some(error),
                }
                return;
            }
        };
        let body = match body.into_bytes() {
            Ok(bytes) => {
                // Nothing to wait for but the compiler.
                let push = async move {
                    if sink.push(bytes).await.is_ok() {
                        sink.finish();
                    }
                };
                return environment::when_done(push, |(), _| Ok(()), context);
            }
            Err(body) => body,
        };
        let client = match environment::client(context) {
            Ok(client) => client,
            Err(error) => {
                *failure.borrow_mut() = Some(error);
                return;
            }
        };
        // On the network thread: this thread never sees the bytes. If it could not be started there would be no
        // body; a sink that is dropped rejects the promise all the same.
        let token = abort.map(|abort| abort.token());
        let _ = client.spawn(async move {
            match token {
                None => pump(body, sink).await,
                Some(token) => tokio::select! {
                    biased;
                    () = token.cancelled() => {}
                    () = pump(body, sink) => {}
                },
            }
        });
    }
}

/// Moves a body into the compiler, and drops it, and so its connection, when the compiler wants no more: at the
/// first bad byte, even though the sender may have stalled right after it.
async fn pump(mut body: NativeBody, mut sink: ModuleSink) {
    loop {
        let chunk = tokio::select! {
            biased;
            () = sink.closed() => return,
            chunk = body.chunk() => chunk,
        };
        match chunk {
            Ok(Some(bytes)) => {
                if sink.push(bytes).await.is_err() {
                    return;
                }
            }
            Ok(None) => return sink.finish(),
            Err(error) => return sink.fail(move |context| network_error(&error, context)),
        }
    }
}

/// Moves a stream that scripts know of into the compiler, likewise, and on this thread.
fn pump_source(
    mut source: Box<dyn ByteSource>,
    mut sink: ModuleSink,
    failure: Rc<RefCell<Option<JsError>>>,
    context: &mut Context,
) {
    let realm = context.realm().clone();
    let pump = async move |context: &RefCell<&mut Context>| {
        loop {
            let chunk = tokio::select! {
                biased;
                () = sink.closed() => {
                    source.cancel();
                    break;
                }
                chunk = poll_fn(|cx| source.poll_chunk(cx)) => chunk,
            };
            match chunk {
                Some(Ok(bytes)) => {
                    if sink.push(bytes).await.is_err() {
                        source.cancel();
                        break;
                    }
                }
                Some(Err(error)) => {
                    let error = error(&mut context.borrow_mut());
                    *failure.borrow_mut() = Some(error);
                    break;
                }
                None => {
                    sink.finish();
                    break;
                }
            }
        }
        Ok(JsValue::undefined())
    };
    context.enqueue_job(Job::AsyncJob(NativeAsyncJob::with_realm(pump, realm)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mime_types() {
        for good in [
            "application/wasm",
            "APPLICATION/wasm",
            "\tapplication/WASM ",
            " \t application/wasm\t\t",
        ] {
            assert!(is_wasm(good.as_bytes()), "{good:?}");
        }
        for bad in [
            "",
            " ",
            "application/wasm;",
            "application/wasm; charset=utf-8",
            "application/wasm, application/wasm",
            "application/javascript",
            "\"application/wasm\"",
            "\x0capplication/wasm\x0c",
            "\napplication/wasm",
            "application /wasm",
        ] {
            assert!(!is_wasm(bad.as_bytes()), "{bad:?}");
        }
    }
}
