//! What a server answers, and how well it behaves while doing so.

use std::time::Duration;

use bytes::Bytes;

use super::encoding::Encoding;
use super::gate::Gate;

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`, and true.
    Length,
    /// `Content-Length` with this number, true or not.
    ClaimedLength(u64),
    /// `Transfer-Encoding: chunked`, one chunk for each piece.
    Chunked,
    /// By closing the connection.
    Close,
}

/// What happens when the body was sent as far as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The message ends as its framing says.
    Proper,
    /// The connection ends in the middle: a chunked body has no last chunk.
    Cut,
    /// A chunk whose size is not a number follows.
    BrokenChunk,
    /// The connection is reset in the middle.
    Reset,
}

/// How fast a body is sent.
#[derive(Debug, Clone)]
pub enum Pace {
    /// As fast as the client takes it.
    Fast,
    /// In pieces of so many bytes, each written on its own, the loop yielding in between.
    Pieces(usize),
    /// So many bytes in a second, spread evenly.
    Rate(u64),
    /// Everything up to this offset, then nothing until the gate is open.
    Gated(usize, Gate),
    /// Everything up to this offset, then nothing until the client has gone.
    Stalled(usize),
    /// Nothing at all, not even a status line, until the gate is open.
    GatedHead(Gate),
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) reason: String,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Bytes,
    pub(super) framing: Framing,
    pub(super) ending: Ending,
    pub(super) pace: Pace,
    pub(super) trailers: Vec<(String, String)>,
    pub(super) informational: Vec<u16>,
}

impl Reply {
    /// `body`, with status 200 and nothing wrong with it.
    #[must_use]
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self {
            status: 200,
            reason: "OK".to_owned(),
            headers: Vec::new(),
            body: body.into(),
            framing: Framing::Length,
            ending: Ending::Proper,
            pace: Pace::Fast,
            trailers: Vec::new(),
            informational: Vec::new(),
        }
    }

    /// `body` as `application/wasm`.
    #[must_use]
    pub fn wasm(body: impl Into<Bytes>) -> Self {
        Self::new(body).header("Content-Type", "application/wasm")
    }

    /// A redirect to `location`.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(Bytes::new())
            .status(status)
            .header("Location", location)
    }

    /// An empty answer with `status`.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self::new(Bytes::new()).status(status)
    }

    /// Changes the status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self.reason = http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Whatever")
            .to_owned();
        self
    }

    /// Changes the reason phrase.
    #[must_use]
    pub fn reason(mut self, reason: &str) -> Self {
        reason.clone_into(&mut self.reason);
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Puts a header in the place of all that have its name.
    #[must_use]
    pub fn set_header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .retain(|(existing, _)| !existing.eq_ignore_ascii_case(name));
        self.header(name, value)
    }

    /// Takes away every header with this name.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers
            .retain(|(existing, _)| !existing.eq_ignore_ascii_case(name));
        self
    }

    /// Changes how the end of the body is told.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Changes how the message ends.
    #[must_use]
    pub fn ending(mut self, ending: Ending) -> Self {
        self.ending = ending;
        self
    }

    /// Adds a header after the body, which is sent in chunks.
    #[must_use]
    pub fn trailer(mut self, name: &str, value: &str) -> Self {
        self.framing = Framing::Chunked;
        self.trailers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a status line of its own, such as 103, before the answer.
    #[must_use]
    pub fn informational(mut self, status: u16) -> Self {
        self.informational.push(status);
        self
    }

    /// Changes how fast the body is sent.
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Sends the first `length` bytes while claiming all, and then closes.
    #[must_use]
    pub fn truncated(mut self, length: usize) -> Self {
        let claimed = self.body.len() as u64;
        self.body.truncate(length);
        if self.framing == Framing::Length {
            self.framing = Framing::ClaimedLength(claimed);
        }
        self.ending = Ending::Cut;
        self
    }

    /// Compresses the body.
    pub fn encoded(mut self, encoding: Encoding) -> std::io::Result<Self> {
        self.body = encoding.encode(&self.body)?.into();
        Ok(self.header("Content-Encoding", encoding.token()))
    }

    /// The pieces the body is written in, and how long to wait before each.
    pub(super) fn pieces(&self) -> (usize, Option<Duration>) {
        match self.pace {
            Pace::Pieces(size) => (size.max(1), None),
            // Two hundred pieces a second look even and leave the timers little to do.
            Pace::Rate(rate) => {
                let piece = usize::try_from(rate / 200).unwrap_or(usize::MAX).max(1);
                (piece, Some(Duration::from_millis(5)))
            }
            Pace::Fast | Pace::Gated(..) | Pace::Stalled(_) | Pace::GatedHead(_) => {
                (64 << 10, None)
            }
        }
    }
}
