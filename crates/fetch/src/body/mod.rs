//! Bodies as scripts see them: what they are made from and how they are read.

mod consume;
mod extract;
mod gathered;
mod mixin;
mod source;
mod unread;
mod upload;

use std::rc::Rc;

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsValue};
use boa_gc::{Finalize, Trace};
use bytes::Bytes;
use data_url::mime::Mime;
use taipan_web::streams::{ByteSource, ReadableStream};
use taipan_webidl::Interface;

use crate::{
    abort::Abort,
    net::{FetchError, NativeBody},
};

pub(crate) use extract::{Extracted, extract};
pub(crate) use mixin::members;
pub(crate) use unread::{Held, UnreadBodies};
pub(crate) use upload::upload;

use source::NativeSource;

/// A body, or the place where one was.
///
/// No stream is made before a script asks for it, and without one the bytes never come near JavaScript.
///
/// <https://fetch.spec.whatwg.org/#concept-body>
#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
pub(crate) struct Body {
    state: State,
    /// The bytes that it was made of: it can be sent a second time.
    #[unsafe_ignore_trace]
    source: Option<Bytes>,
    /// What may abort it while it arrives.
    #[unsafe_ignore_trace]
    abort: Option<Abort>,
}

#[derive(Debug, Trace, Finalize)]
#[boa_gc(unsafe_no_drop)]
enum State {
    /// There never was a body.
    Null,
    /// Nobody has asked for its stream, nor read from it.
    Native(#[unsafe_ignore_trace] Native),
    /// There is a stream.
    Stream {
        stream: JsObject<ReadableStream>,
        /// Whether the body went on to another object, although nobody has read from the stream so far.
        moved: bool,
    },
    /// It was read, or handed on, without its stream ever having been asked for.
    Used,
}

/// Bytes that come from Rust.
#[derive(Debug)]
pub(crate) struct Native {
    body: NativeBody,
    held: Option<Held>,
}

/// An interface with a body.
pub(crate) trait HasBody: Interface {
    fn body(&self) -> &Body;

    fn body_mut(&mut self) -> &mut Body;

    /// <https://fetch.spec.whatwg.org/#concept-body-mime-type>
    fn mime_type(&self) -> Option<Mime>;
}

/// A body that was taken.
pub(crate) enum Taken {
    Native(NativeBody),
    /// A stream that is neither locked nor disturbed.
    Stream(JsObject<ReadableStream>),
}

impl Body {
    /// None.
    pub(crate) fn null() -> Self {
        Self::new(State::Null)
    }

    fn new(state: State) -> Self {
        Self {
            state,
            source: None,
            abort: None,
        }
    }

    /// The body of a response that arrives. If it is still arriving it counts as one of `bodies`.
    pub(crate) fn arriving(
        body: NativeBody,
        abort: Option<Abort>,
        bodies: &Rc<UnreadBodies>,
    ) -> Self {
        let held = body.is_streaming().then(|| Held::new(Rc::clone(bodies)));
        Self {
            abort,
            ..Self::new(State::Native(Native { body, held }))
        }
    }

    /// A body of bytes that are there.
    pub(crate) fn from_bytes(bytes: Bytes) -> Self {
        Self {
            source: Some(bytes.clone()),
            ..Self::new(State::Native(Native {
                body: NativeBody::from_bytes(bytes),
                held: None,
            }))
        }
    }

    /// The body that a stream is.
    pub(crate) fn from_stream(stream: JsObject<ReadableStream>) -> Self {
        Self::new(State::Stream {
            stream,
            moved: false,
        })
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self.state, State::Null)
    }

    /// Whether it can be sent once only.
    pub(crate) fn is_stream(&self) -> bool {
        self.source.is_none() && !self.is_null()
    }

    /// <https://fetch.spec.whatwg.org/#dom-body-bodyused>
    pub(crate) fn is_used(&self) -> bool {
        match &self.state {
            State::Null | State::Native(_) => false,
            State::Stream { stream, moved } => *moved || ReadableStream::is_disturbed(stream),
            State::Used => true,
        }
    }

    /// <https://fetch.spec.whatwg.org/#body-unusable>
    pub(crate) fn is_unusable(&self) -> bool {
        match &self.state {
            State::Stream { stream, .. } => self.is_used() || ReadableStream::is_locked(stream),
            _ => self.is_used(),
        }
    }

    /// What may abort it.
    pub(crate) fn abort(&self) -> Option<&Abort> {
        self.abort.as_ref()
    }

    /// Why it was aborted, if it was before anybody had read from it.
    pub(crate) fn aborted(&self) -> Option<&Abort> {
        let abort = self.abort.as_ref().filter(|abort| abort.is_aborted())?;
        match &self.state {
            State::Native(native) => (!native.body.is_done()).then_some(abort),
            // A stream of which nothing was read: it breaks off with its first chunk.
            State::Stream { .. } => (!self.is_unusable()).then_some(abort),
            State::Null | State::Used => None,
        }
    }

    /// Takes the bytes; a null body has none and remains null.
    ///
    /// # Errors
    ///
    /// A `TypeError` if they were taken before.
    pub(crate) fn take(&mut self) -> JsResult<Taken> {
        if self.is_unusable() {
            return Err(already_used());
        }
        match std::mem::replace(&mut self.state, State::Used) {
            State::Null => {
                self.state = State::Null;
                Ok(Taken::Native(NativeBody::empty()))
            }
            State::Native(native) => Ok(Taken::Native(native.body)),
            State::Stream { stream, moved } => {
                self.state = State::Stream {
                    stream: stream.clone(),
                    moved,
                };
                Ok(Taken::Stream(stream))
            }
            State::Used => Err(already_used()),
        }
    }

    /// Takes the bytes of a body that was made of bytes, as [`take`](Self::take) would.
    fn take_source(&mut self) -> JsResult<Option<Bytes>> {
        if self.source.is_none() {
            return Ok(None);
        }
        if let Taken::Stream(stream) = self.take()? {
            // From now on the stream is being read, and nobody will ever see of what.
            let _ = ReadableStream::take_byte_source(&stream);
            if let State::Stream { moved, .. } = &mut self.state {
                *moved = true;
            }
        }
        Ok(self.source.clone())
    }
}

/// <https://fetch.spec.whatwg.org/#dom-body-body>
pub(crate) fn stream<T: HasBody>(
    this: &JsObject<T>,
    context: &mut Context,
) -> JsResult<Option<JsObject<ReadableStream>>> {
    let (native, abort) = {
        let mut this = this.borrow_mut();
        let body = this.data_mut().body_mut();
        let native = match &body.state {
            State::Null => return Ok(None),
            State::Stream { stream, .. } => return Ok(Some(stream.clone())),
            State::Native(_) | State::Used => {
                match std::mem::replace(&mut body.state, State::Used) {
                    State::Native(native) => Some(native),
                    _ => None,
                }
            }
        };
        (native, body.abort.clone())
    };
    let stream = match native {
        Some(native) => {
            let source = NativeSource::new(native, abort);
            ReadableStream::from_byte_source(Box::new(source), context)?
        }
        None => {
            // It has been read: the stream of such a body is locked and disturbed.
            let stream = ReadableStream::from_bytes(Bytes::new(), context)?;
            let _ = ReadableStream::take_byte_source(&stream);
            stream
        }
    };
    this.borrow_mut().data_mut().body_mut().state = State::Stream {
        stream: stream.clone(),
        moved: false,
    };
    Ok(Some(stream))
}

/// A second body of the same bytes.
///
/// <https://fetch.spec.whatwg.org/#concept-body-clone>
///
/// # Errors
///
/// A `TypeError` if the body was used.
pub(crate) fn clone<T: HasBody>(this: &JsObject<T>, context: &mut Context) -> JsResult<Body> {
    let stream = {
        let mut this = this.borrow_mut();
        let body = this.data_mut().body_mut();
        if body.is_unusable() {
            return Err(already_used());
        }
        match &mut body.state {
            State::Null => return Ok(Body::null()),
            State::Native(native) => {
                let whole = std::mem::replace(&mut native.body, NativeBody::empty());
                let (first, second) = whole.tee();
                native.body = first;
                let second = Native {
                    body: second,
                    held: native.held.clone(),
                };
                return Ok(Body {
                    state: State::Native(second),
                    source: body.source.clone(),
                    abort: body.abort.clone(),
                });
            }
            State::Stream { stream, .. } => stream.clone(),
            State::Used => return Err(already_used()),
        }
    };
    let (first, second) = ReadableStream::tee_cloning(&stream, context)?;
    let mut this = this.borrow_mut();
    let body = this.data_mut().body_mut();
    body.state = State::Stream {
        stream: first,
        moved: false,
    };
    Ok(Body {
        state: State::Stream {
            stream: second,
            moved: false,
        },
        source: body.source.clone(),
        abort: body.abort.clone(),
    })
}

/// Moves the body out of an object, which has a used one afterwards.
///
/// <https://fetch.spec.whatwg.org/#dom-request>, step 41: what the standard does with a transform stream.
///
/// # Errors
///
/// A `TypeError` if the body was used.
pub(crate) fn take_over<T: HasBody>(this: &JsObject<T>, context: &mut Context) -> JsResult<Body> {
    let taken = {
        let mut this = this.borrow_mut();
        let body = this.data_mut().body_mut();
        if body.is_null() {
            return Ok(Body::null());
        }
        if let Some(bytes) = body.take_source()? {
            return Ok(Body::from_bytes(bytes));
        }
        if matches!(body.state, State::Native(_)) {
            let moved = Body {
                state: State::Used,
                source: None,
                abort: body.abort.clone(),
            };
            return Ok(std::mem::replace(body, moved));
        }
        body.take()?
    };
    let stream = match taken {
        Taken::Native(body) => {
            let native = Native { body, held: None };
            return Ok(Body::new(State::Native(native)));
        }
        Taken::Stream(stream) => stream,
    };
    let source = byte_source(&stream, context)?;
    let copy = ReadableStream::from_byte_source(source, context)?;
    let mut this = this.borrow_mut();
    let body = this.data_mut().body_mut();
    if let State::Stream { moved, .. } = &mut body.state {
        *moved = true;
    }
    Ok(Body {
        abort: body.abort.clone(),
        ..Body::from_stream(copy)
    })
}

/// The bytes of any stream, natively if they come from Rust.
pub(crate) fn byte_source(
    stream: &JsObject<ReadableStream>,
    context: &mut Context,
) -> JsResult<Box<dyn ByteSource>> {
    match ReadableStream::take_byte_source(stream) {
        Some(source) => Ok(source),
        None => taipan_web::streams::into_byte_source(stream, context),
    }
}

pub(crate) fn already_used() -> JsError {
    JsNativeError::typ()
        .with_message("the body has already been used")
        .into()
}

/// The error that scripts get for one of the network.
pub(crate) fn network_error(error: &FetchError, context: &mut Context) -> JsError {
    if let Some(refusal) = error.refusal() {
        return refusal.clone().into_js(context);
    }
    JsNativeError::typ()
        .with_message(format!("fetch failed: {error}"))
        .into()
}

/// Cancels a body that will not be sent.
///
/// <https://fetch.spec.whatwg.org/#abort-fetch>, step 2
pub(crate) fn cancel<T: HasBody>(
    this: &JsObject<T>,
    reason: &JsValue,
    context: &mut Context,
) -> JsResult<()> {
    let taken = this.borrow_mut().data_mut().body_mut().take();
    match taken {
        Ok(Taken::Stream(stream)) => ReadableStream::cancel(&stream, reason.clone(), context),
        // Nobody is there to be told.
        Ok(Taken::Native(_)) | Err(_) => Ok(()),
    }
}
