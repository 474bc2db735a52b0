//! The crate as an extension of `boa_runtime`.

use boa_engine::{Context, JsResult, realm::Realm};
use boa_runtime::RuntimeExtension;
use taipan_webidl::in_realm;

use crate::Options;

/// `WebAssembly` as an extension of [`boa_runtime`], see [`register`](crate::register). With the feature `boa_runtime`.
///
/// ```
/// use boa_engine::{Context, Source};
/// use taipan_wasm::WebAssemblyExtension;
///
/// let mut context = Context::default();
/// boa_runtime::register(WebAssemblyExtension::default(), None, &mut context)?;
/// let kind = context.eval(Source::from_bytes("typeof WebAssembly.instantiate"))?;
/// assert_eq!(kind.as_string(), Some("function".into()));
/// # Ok::<(), boa_engine::JsError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct WebAssemblyExtension {
    /// What there may be.
    pub options: Options,
}

impl RuntimeExtension for WebAssemblyExtension {
    fn register(self, realm: Option<Realm>, context: &mut Context) -> JsResult<()> {
        in_realm(realm, context, |context| {
            crate::register(context, &self.options)
        })
    }
}
