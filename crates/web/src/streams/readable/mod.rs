//! Readable streams: <https://streams.spec.whatwg.org/#rs>.

mod async_iterator;
mod byte_source;
mod byte_stream_operations;
mod byte_stream_tee;
mod consume;
mod default_tee;
mod from_iterable;
mod generic_reader;
mod native_source;
mod operations;
mod pipe_to;
mod pull_into;
mod pulling;
mod read_request;
mod readable_byte_stream_controller;
mod readable_stream;
mod readable_stream_byob_reader;
mod readable_stream_byob_request;
mod readable_stream_default_controller;
mod readable_stream_default_reader;
mod source;
mod tee;

pub use byte_source::{BufferedSource, ByteSource, SourceError};
pub use consume::{into_byte_source, read_all};
pub use readable_byte_stream_controller::ReadableByteStreamController;
pub use readable_stream::ReadableStream;
pub use readable_stream_byob_reader::ReadableStreamBYOBReader;
pub use readable_stream_byob_request::ReadableStreamBYOBRequest;
pub use readable_stream_default_controller::ReadableStreamDefaultController;
pub use readable_stream_default_reader::ReadableStreamDefaultReader;

pub(super) use operations::create_readable_stream;
pub(super) use pulling::PullController;
pub(super) use readable_stream::underlying_object;
pub(super) use source::Source;
