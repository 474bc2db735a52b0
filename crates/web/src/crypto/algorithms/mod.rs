//! The algorithms, apart from JavaScript. They may take long, and may run on any thread.

pub(super) mod aes;
pub(super) mod derive;
pub(super) mod ec;
pub(super) mod gcm;
pub(super) mod hmac;
pub(super) mod okp;
pub(super) mod rsa;
