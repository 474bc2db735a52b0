//! Content codings: `gzip`, `deflate`, `br` and `zstd`.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use async_compression::{
    tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder},
    zstd::DParameter,
};
use http::{HeaderMap, header::CONTENT_ENCODING};
use tokio::io::{AsyncBufRead, AsyncRead, BufReader, ReadBuf};

/// What the client asks servers for.
pub(super) const ACCEPT_ENCODING: &str = "gzip, deflate, br, zstd";

/// More codings than anybody has a use for are an attack.
const MAX_CODINGS: usize = 5;

/// The largest window of a zstd body, 8 MiB: what RFC 9659 lets a server rely on.
const ZSTD_WINDOW_LOG: u32 = 23;

/// A content coding the client can undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
        }
    }
}

/// Reads `Content-Encoding`: the codings in the order in which they were applied.
///
/// As the Fetch standard has it, a body with a coding nobody knows is passed on as it is, so the list is
/// empty then.
///
/// # Errors
///
/// If there are too many.
pub(super) fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, &'static str> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        for name in value.as_bytes().split(|&byte| byte == b',') {
            let name = name.trim_ascii().to_ascii_lowercase();
            codings.push(match name.as_slice() {
                b"gzip" | b"x-gzip" => Coding::Gzip,
                b"deflate" => Coding::Deflate,
                b"br" => Coding::Brotli,
                b"zstd" => Coding::Zstd,
                b"" | b"identity" => continue,
                _ => return Ok(Vec::new()),
            });
        }
    }
    if codings.len() > MAX_CODINGS {
        return Err("the response has too many content codings");
    }
    Ok(codings)
}

/// Something encoded.
type Input = Pin<Box<dyn AsyncBufRead + Send>>;

/// Undoes `codings`, the last one first.
pub(super) fn decode(
    input: impl AsyncBufRead + Send + 'static,
    codings: &[Coding],
) -> Pin<Box<dyn AsyncRead + Send>> {
    let mut input: Input = Box::pin(input);
    let mut rest = codings;
    loop {
        match rest {
            [] => return input,
            [coding] => return Box::pin(Decoder::Start(*coding, input)),
            [outer @ .., coding] => {
                input = Box::pin(BufReader::new(Decoder::Start(*coding, input)));
                rest = outer;
            }
        }
    }
}

/// What a gzip member begins with.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// An input of which the first byte of [`GZIP_MAGIC`] may have been read ahead.
struct Replay {
    input: Input,
    /// What was read ahead and comes before the input.
    ahead: &'static [u8],
}

impl Replay {
    fn new(input: Input) -> Self {
        Self { input, ahead: &[] }
    }

    /// Whether another gzip member begins here. What is none is padding: browsers and curl ignore it.
    fn poll_is_member(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        loop {
            let next = ready!(self.input.as_mut().poll_fill_buf(cx))?.first();
            let next = next.copied();
            if !self.ahead.is_empty() {
                // A single byte of the two at the end is a member that was cut off: the decoder will say so.
                return Poll::Ready(Ok(next.is_none_or(|next| next == GZIP_MAGIC[1])));
            }
            if next != Some(GZIP_MAGIC[0]) {
                return Poll::Ready(Ok(false));
            }
            // The buffer may end here.
            self.input.as_mut().consume(1);
            self.ahead = &GZIP_MAGIC[..1];
        }
    }
}

impl AsyncRead for Replay {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let available = ready!(self.as_mut().poll_fill_buf(cx))?;
        let length = available.len().min(buf.remaining());
        buf.put_slice(&available[..length]);
        self.consume(length);
        Poll::Ready(Ok(()))
    }
}

impl AsyncBufRead for Replay {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let this = self.get_mut();
        if this.ahead.is_empty() {
            this.input.as_mut().poll_fill_buf(cx)
        } else {
            Poll::Ready(Ok(this.ahead))
        }
    }

    fn consume(mut self: Pin<&mut Self>, amount: usize) {
        if self.ahead.is_empty() {
            self.input.as_mut().consume(amount);
        } else {
            self.ahead = &self.ahead[amount..];
        }
    }
}

/// One coding being undone.
enum Decoder {
    /// Nothing was read yet.
    Start(Coding, Input),
    Gzip(GzipDecoder<Replay>),
    /// A gzip member is complete: what follows is another one, the end, or padding.
    GzipNext(Replay),
    Zlib(ZlibDecoder<Input>),
    Deflate(DeflateDecoder<Input>),
    Brotli(BrotliDecoder<Input>),
    Zstd(ZstdDecoder<Input>),
    /// The coded data is complete; what follows is read and ignored, because the body's own framing may yet
    /// turn out to be broken, and because only a body read to its end gives its connection back.
    Drain(Input),
}

impl Decoder {
    /// Chooses the decoder by what the first byte of the data is.
    fn start(coding: Coding, first: u8, input: Input) -> Self {
        match coding {
            // Not with the decoder's `multiple_members`: it takes padding for a broken member.
            Coding::Gzip => Self::Gzip(GzipDecoder::new(Replay::new(input))),
            // "deflate" means zlib, yet some servers send it without the zlib header, and everybody copes.
            // The low four bits of that header's first byte are the method, 8. In raw deflate these bits would
            // mean a stored block with garbage in its padding.
            Coding::Deflate if first & 0x0f == 8 => Self::Zlib(ZlibDecoder::new(input)),
            Coding::Deflate => Self::Deflate(DeflateDecoder::new(input)),
            Coding::Brotli => Self::Brotli(BrotliDecoder::new(input)),
            Coding::Zstd => {
                let window = DParameter::window_log_max(ZSTD_WINDOW_LOG);
                let mut decoder = ZstdDecoder::with_params(input, &[window]);
                // RFC 8878: data is a series of frames.
                decoder.multiple_members(true);
                Self::Zstd(decoder)
            }
        }
    }

    /// Takes the input back.
    fn into_input(self) -> Input {
        match self {
            Self::Start(_, input) | Self::Drain(input) => input,
            Self::Gzip(decoder) => decoder.into_inner().input,
            Self::GzipNext(replay) => replay.input,
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Deflate(decoder) => decoder.into_inner(),
            Self::Brotli(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.into_inner(),
        }
    }

    /// Replaces the state by what `next` makes of it.
    fn advance(&mut self, next: impl FnOnce(Self) -> Self) {
        let nothing: Input = Box::pin(tokio::io::empty());
        let state = std::mem::replace(self, Self::Drain(nothing));
        *self = next(state);
    }
}

impl AsyncRead for Decoder {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            let before = buf.filled().len();
            match &mut *self {
                Self::Start(coding, input) => {
                    let coding = *coding;
                    // A response to HEAD, or a 304, has the header without the body: no data is fine.
                    let Some(&first) = ready!(input.as_mut().poll_fill_buf(cx))?.first() else {
                        return Poll::Ready(Ok(()));
                    };
                    self.advance(|state| Self::start(coding, first, state.into_input()));
                    continue;
                }
                Self::Drain(input) => {
                    let rest = ready!(input.as_mut().poll_fill_buf(cx))?.len();
                    if rest == 0 {
                        return Poll::Ready(Ok(()));
                    }
                    input.as_mut().consume(rest);
                    continue;
                }
                Self::GzipNext(replay) => {
                    let next = ready!(replay.poll_is_member(cx))?;
                    self.advance(|state| match state {
                        Self::GzipNext(replay) if next => Self::Gzip(GzipDecoder::new(replay)),
                        state => Self::Drain(state.into_input()),
                    });
                    continue;
                }
                Self::Gzip(decoder) => ready!(Pin::new(decoder).poll_read(cx, buf))?,
                Self::Zlib(decoder) => ready!(Pin::new(decoder).poll_read(cx, buf))?,
                Self::Deflate(decoder) => ready!(Pin::new(decoder).poll_read(cx, buf))?,
                Self::Brotli(decoder) => ready!(Pin::new(decoder).poll_read(cx, buf))?,
                Self::Zstd(decoder) => ready!(Pin::new(decoder).poll_read(cx, buf))?,
            }
            if buf.filled().len() > before || buf.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            self.advance(|state| match state {
                Self::Gzip(decoder) => Self::GzipNext(decoder.into_inner()),
                state => Self::Drain(state.into_input()),
            });
        }
    }
}
