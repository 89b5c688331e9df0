//! Who may use the control API: programs and pages of this machine, not a web page of somewhere else that a browser here has open.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};

use super::routes::Problem;

/// Refuses a request whose Host or Origin names another machine.
pub(super) async fn door(request: Request, next: Next) -> Response {
    // HTTP/2 names the host in the request line.
    let stranger = [header::HOST, header::ORIGIN].into_iter().find(|name| !is_local(request.headers(), name));
    let stranger = stranger.or_else(|| {
        let host = request.uri().host()?;
        (!is_loopback(host.trim_matches(['[', ']']))).then_some(header::HOST)
    });
    match stranger {
        None => next.run(request).await,
        Some(name) => Problem::new(
            StatusCode::FORBIDDEN,
            format!("the {name} header names another host"),
            "call the control API by a loopback address, such as http://127.0.0.1:4400",
        )
        .into(),
    }
}

fn is_local(headers: &HeaderMap, name: &header::HeaderName) -> bool {
    let Some(value) = headers.get(name) else { return true };
    let Ok(value) = value.to_str() else { return false };
    let host = value.split_once("://").map_or(value, |(_, rest)| rest);
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    is_loopback(name)
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_local;
    use http::{HeaderMap, header};

    #[track_caller]
    fn check(value: &str, expect: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, value.parse().unwrap());
        assert_eq!(is_local(&headers, &header::ORIGIN), expect, "{value}");
    }

    #[test]
    fn only_loopback_names_are_let_in() {
        check("http://127.0.0.1:4400", true);
        check("localhost:4400", true);
        check("http://[::1]:4400", true);
        check("https://evil.test", false);
        check("http://127.0.0.1.evil.test", false);
        check("null", false);
    }
}
