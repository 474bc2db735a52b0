//! `WritableStream`: <https://streams.spec.whatwg.org/#ws-class>.

use boa_engine::JsData;
use boa_gc::{Finalize, Trace};
use taipan_webidl::{Interface, InterfaceBuilder};

/// The platform object.
#[derive(Trace, Finalize, JsData)]
pub struct WritableStream {}

impl Interface for WritableStream {
    const NAME: &'static str = "WritableStream";

    fn members(_: &mut InterfaceBuilder<'_>) {}
}
