//! Content codings.

use std::io;

use async_compression::tokio::bufread::{
    BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
};
use tokio::io::AsyncReadExt;

/// A content coding a server can apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `gzip`.
    Gzip,
    /// `br`.
    Brotli,
    /// `zstd`.
    Zstd,
    /// `deflate` as the standard has it: with a zlib header.
    Deflate,
    /// `deflate` as some servers send it: without one.
    RawDeflate,
}

impl Encoding {
    /// Every coding.
    pub const ALL: [Self; 5] = [
        Self::Gzip,
        Self::Brotli,
        Self::Zstd,
        Self::Deflate,
        Self::RawDeflate,
    ];

    /// Its name in `Content-Encoding`.
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Deflate | Self::RawDeflate => "deflate",
        }
    }

    /// The coding called `name`; `raw-deflate` is the one without a name of its own.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "raw-deflate" => Some(Self::RawDeflate),
            name => Self::ALL.into_iter().find(|coding| coding.token() == name),
        }
    }

    /// `bytes` in this coding.
    pub fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let work = async {
            match self {
                Self::Gzip => GzipEncoder::new(bytes).read_to_end(&mut out).await,
                Self::Brotli => BrotliEncoder::new(bytes).read_to_end(&mut out).await,
                Self::Zstd => ZstdEncoder::new(bytes).read_to_end(&mut out).await,
                Self::Deflate => ZlibEncoder::new(bytes).read_to_end(&mut out).await,
                Self::RawDeflate => DeflateEncoder::new(bytes).read_to_end(&mut out).await,
            }
        };
        // Reading from memory never waits.
        futures_util::future::FutureExt::now_or_never(work)
            .ok_or_else(|| io::Error::other("an encoder waited for nothing"))??;
        Ok(out)
    }
}
