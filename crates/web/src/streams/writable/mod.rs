//! Writable streams: <https://streams.spec.whatwg.org/#ws>.

mod byte_sink;
mod operations;
mod sink;
mod writable_stream;
mod writable_stream_default_controller;
mod writable_stream_default_writer;

pub use byte_sink::ByteSink;
pub use writable_stream::WritableStream;
pub use writable_stream_default_controller::WritableStreamDefaultController;
pub use writable_stream_default_writer::WritableStreamDefaultWriter;

pub(super) use operations::{
    State as WritableState, abort, close_queued_or_in_flight, close_with_error_propagation,
    create_writable_stream, desired_size, state,
};
pub(super) use sink::Sink;
