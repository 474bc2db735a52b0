//! Names that must not lead to addresses that are denied.

use std::{
    net::SocketAddr,
    task::{Context, Poll, ready},
    vec,
};

use http::Uri;
use hyper_util::client::legacy::connect::{
    HttpConnector,
    dns::{GaiResolver, Name},
};
use taipan_web::permissions::Permissions;
use tower_service::Service;

use super::connect::{BoxError, BoxFuture};

/// Resolves names for a connection to a port. If one of the addresses is denied the name is refused: which of them is
/// taken is left to chance, and whoever has set a trap would try again.
#[derive(Clone)]
pub(super) struct Resolver {
    inner: GaiResolver,
    port: u16,
    permissions: Permissions,
}

impl Resolver {
    fn new(uri: &Uri, permissions: &Permissions) -> Self {
        let is_secure = uri.scheme() == Some(&http::uri::Scheme::HTTPS);
        let default = if is_secure { 443 } else { 80 };
        Self {
            inner: GaiResolver::new(),
            port: uri.port_u16().unwrap_or(default),
            permissions: permissions.clone(),
        }
    }

    /// What makes a connection for `uri`.
    pub(super) fn connector(uri: &Uri, permissions: &Permissions) -> HttpConnector<Self> {
        let mut tcp = HttpConnector::new_with_resolver(Self::new(uri, permissions));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp
    }
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<Self::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(ready!(self.inner.poll_ready(cx))?))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let resolving = self.inner.call(name);
        let Self {
            port, permissions, ..
        } = self.clone();
        Box::pin(async move {
            let mut addresses: Vec<SocketAddr> = resolving.await?.collect();
            for address in &mut addresses {
                address.set_port(port);
                permissions.check_resolved(*address)?;
            }
            Ok(addresses.into_iter())
        })
    }
}
