//! Requests through proxies.

use std::sync::{Arc, Mutex};

use taipan_fetch::net::{Client, ClientOptions, FetchErrorKind, Proxy, ProxyRules, Request};

use crate::common::{Server, response, within};

fn client(rules: ProxyRules) -> Client {
    Client::with_options(ClientOptions {
        proxy: Proxy::Rules(rules),
        ..ClientOptions::default()
    })
}

async fn get(client: &Client, url: &str) -> String {
    let request = Request::get(url.parse().unwrap());
    let response = within(client.fetch(request)).await.unwrap();
    let body = within(response.into_body().bytes()).await.unwrap();
    String::from_utf8(body.into()).unwrap()
}

#[tokio::test]
async fn plain_http_names_the_whole_url() {
    let proxy = Server::answering(|request| {
        let authorization = request.header("proxy-authorization").unwrap_or("none");
        response("200 OK", format!("{} {authorization}", request.target))
    })
    .await;
    let target = Server::answering(|request| response("200 OK", &request.target)).await;
    let client = client(ProxyRules {
        http: format!("http://user:pass@127.0.0.1:{}", proxy.port),
        except: "127.0.0.1, internal.test".to_owned(),
        ..ProxyRules::default()
    });
    // Twice, the second time over the same connection.
    for path in ["/1", "/2"] {
        assert_eq!(
            get(&client, &format!("http://nowhere.invalid{path}")).await,
            format!("http://nowhere.invalid{path} Basic dXNlcjpwYXNz")
        );
    }
    assert_eq!(proxy.connections(), 1);
    assert_eq!(get(&client, &target.url("/direct")).await, "/direct");
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let proxy = {
        let log = Arc::clone(&log);
        Server::new(move |mut connection| {
            let log = Arc::clone(&log);
            async move {
                let head = connection.head().await.unwrap();
                log.lock().unwrap().push(head);
                connection.write("HTTP/1.1 407 No\r\n\r\n").await;
            }
        })
        .await
    };
    let client = client(ProxyRules {
        https: format!("http://user:pass@127.0.0.1:{}", proxy.port),
        ..ProxyRules::default()
    });
    let request = Request::get("https://nowhere.invalid/path".parse().unwrap());
    let error = within(client.fetch(request)).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Connect, "{error}");
    let log = log.lock().unwrap();
    let head = log[0].to_ascii_lowercase();
    assert!(
        head.starts_with("connect nowhere.invalid:443 http/1.1\n"),
        "{head}"
    );
    assert!(
        head.contains("proxy-authorization: basic dxnlcjpwyxnz"),
        "{head}"
    );
    assert!(!head.contains("path"), "{head}");
}

#[tokio::test]
async fn a_proxy_that_is_not_there() {
    let client = client(ProxyRules {
        http: "http://127.0.0.1:1".to_owned(),
        ..ProxyRules::default()
    });
    let request = Request::get("http://nowhere.invalid/".parse().unwrap());
    let error = within(client.fetch(request)).await.unwrap_err();
    assert_eq!(error.kind(), FetchErrorKind::Connect, "{error}");
}
