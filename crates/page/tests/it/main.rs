//! Pages as a program that embeds the runtime runs them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod collections;
mod elements;
mod events;
mod forms;
mod garbage;
mod inner_text;
mod nodes;
mod permissions;
mod scripts;
mod selectors;
mod support;
mod window;
mod xml_http_request;
