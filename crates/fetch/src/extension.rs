//! The crate as an extension of `boa_runtime`.

use boa_engine::{Context, JsResult, realm::Realm};
use boa_runtime::RuntimeExtension;
use taipan_webidl::in_realm;

use crate::FetchOptions;

/// `fetch` and its kin as an extension of [`boa_runtime`], see [`register`](crate::register). With the feature
/// `boa_runtime`.
///
/// It stands on [`taipan_web::WebExtension`], which has to come before it, and has `WebAssembly` compile responses if
/// [`taipan_wasm::WebAssemblyExtension`] does, too.
///
/// ```
/// use boa_engine::{Context, Source};
/// use taipan_fetch::FetchExtension;
/// use taipan_wasm::WebAssemblyExtension;
/// use taipan_web::WebExtension;
///
/// let extensions = (
///     WebExtension::default(),
///     WebAssemblyExtension::default(),
///     FetchExtension::default(),
/// );
/// let mut context = Context::default();
/// boa_runtime::register(extensions, None, &mut context)?;
/// let status = context.eval(Source::from_bytes("new Response('text', { status: 201 }).status"))?;
/// assert_eq!(status.as_number(), Some(201.0));
/// # Ok::<(), boa_engine::JsError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct FetchExtension {
    /// Who makes the requests.
    pub options: FetchOptions,
}

impl RuntimeExtension for FetchExtension {
    fn register(self, realm: Option<Realm>, context: &mut Context) -> JsResult<()> {
        in_realm(realm, context, |context| {
            crate::register(context, self.options)
        })
    }
}
