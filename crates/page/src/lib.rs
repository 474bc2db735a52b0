//! HTML pages for the [`taipan`] runtime.
//!
//! A page is parsed as HTML says; its scripts run in the order HTML says, and see a live DOM of the tree as far as it
//! was parsed. There are no style sheets, no layout and nobody who looks or clicks: what a page shows is what its
//! [text](Page::text) says and what it writes to the console.
//!
//! ```
//! use taipan_page::Page;
//!
//! let mut runtime = taipan::Runtime::new()?;
//! let html = "<p>Hello, <b id=who>nobody</b>!</p><script>who.textContent = 'you'</script>";
//! let page = Page::run_source(&mut runtime, html, &"https://example.org/".parse()?)?;
//! assert_eq!(page.text(), "Hello, you!");
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]

mod dom;
mod page;
mod script;
mod state;
mod tree;
mod window;

pub use page::{Page, is_page};
