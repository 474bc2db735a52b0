//! The side of responses in `WebAssembly.compileStreaming` and `instantiateStreaming`.

use std::{cell::RefCell, rc::Rc};

use boa_engine::{
    Context, JsError, JsNativeError, JsResult, JsValue,
    job::{Job, NativeAsyncJob},
};
use taipan_wasm::{ModuleBody, ModuleSink, ResponseSource};

use crate::{body::network_error, environment, net::NativeBody, response::Response};

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
            .and_then(|object| object.downcast::<Response>().ok())
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
        Ok(Box::new(ResponseBody(response.body_mut().take()?)))
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

struct ResponseBody(NativeBody);

impl ModuleBody for ResponseBody {
    fn pipe_to(self: Box<Self>, mut sink: ModuleSink, context: &mut Context) {
        let body = match self.0.into_bytes() {
            Ok(bytes) => {
                // Nothing to wait for but the compiler.
                let push = async move |_: &RefCell<&mut Context>| {
                    if sink.push(bytes).await.is_ok() {
                        sink.finish();
                    }
                    Ok(JsValue::undefined())
                };
                let realm = context.realm().clone();
                let job = NativeAsyncJob::with_realm(push, realm);
                context.enqueue_job(Job::AsyncJob(job));
                return;
            }
            Err(body) => body,
        };
        let client = match environment::client(context) {
            Ok(client) => client,
            Err(error) => {
                let message = error.to_string();
                return sink.fail(move |_| type_error(message));
            }
        };
        // On the network thread: this thread never sees the bytes. If it could not be started there would be no
        // body; a sink that is dropped rejects the promise all the same.
        let _ = client.spawn(pump(body, sink));
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
            Err(error) => return sink.fail(move |_| network_error(&error)),
        }
    }
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
