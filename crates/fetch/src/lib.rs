//! `fetch`, `Headers` and `Response` for [Boa](boa_engine), over hyper.
//!
//! The crate has two layers:
//!
//! - [`net`] is native: a [`net::Client`] turns a [`net::Request`] into a
//!   [`net::NativeResponse`] whose body is a stream of [`bytes::Bytes`]. There is no
//!   JavaScript in it, and its input and output run on a thread of its own.
//! - Everything else puts the standard JavaScript interfaces on top of it.
#![forbid(unsafe_code)]

pub mod net;
