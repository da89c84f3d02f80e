//! Who may upgrade to a WebSocket: programs of this machine, and no web page of another site.
//!
//! A browser can reach loopback on behalf of any page. Its `Host`, `Origin` and `Sec-Fetch-Site` headers tell
//! (RFC 6455, section 10.2), and each that speaks of another site is answered 403.

use tungstenite::handshake::server::{Callback, ErrorResponse, Request, Response};
use tungstenite::http::{HeaderMap, StatusCode, Uri};

/// Decides about one upgrade request.
pub struct Admission {
    /// The only path that is served; `None` = any.
    pub path: Option<&'static str>,
}

impl Callback for Admission {
    fn on_request(self, request: &Request, response: Response) -> Result<Response, ErrorResponse> {
        let wrong_path = self
            .path
            .filter(|path| *path != request.uri().path())
            .map(|path| format!("only the path {path} is served here"));
        match objection(request.headers()).map(str::to_owned).or(wrong_path) {
            None => Ok(response),
            Some(reason) => {
                let mut refusal = ErrorResponse::new(Some(format!("{reason}\n")));
                *refusal.status_mut() = StatusCode::FORBIDDEN;
                Err(refusal)
            }
        }
    }
}

/// Why a request with these headers is refused, or `None`.
fn objection(headers: &HeaderMap) -> Option<&'static str> {
    let only = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next().map(|value| value.to_str().unwrap_or("?"));
        (first, values.next().is_some())
    };
    let (host, more_hosts) = only("host");
    let (origin, more_origins) = only("origin");
    let (site, _) = only("sec-fetch-site");

    if more_hosts || more_origins {
        Some("more than one Host or Origin header")
    } else if !host.is_some_and(|host| is_loopback_url(&format!("http://{host}"))) {
        Some("the Host header names no loopback address: use 127.0.0.1 or localhost")
    } else if origin.is_some_and(|origin| !is_loopback_url(origin)) {
        Some("the Origin header names another site")
    } else if matches!(site, Some("cross-site" | "same-site")) {
        Some("the request comes from a page of another site")
    } else {
        None
    }
}

fn is_loopback_url(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else {
        return false;
    };
    let host = uri.host().unwrap_or("").trim_end_matches('.');
    matches!(uri.scheme_str(), Some("http" | "https" | "ws" | "wss"))
        && (host == "127.0.0.1" || host == "[::1]" || host.eq_ignore_ascii_case("localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        objection(&map).is_some()
    }

    #[test]
    fn programs_of_this_machine_are_admitted() {
        assert!(!refused(&[("host", "127.0.0.1:9500")]));
        assert!(!refused(&[("host", "LOCALHOST.:9500")]));
        assert!(!refused(&[("host", "[::1]:9500")]));
        assert!(!refused(&[("host", "localhost"), ("origin", "http://localhost:3000")]));
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        assert!(refused(&[]));
        assert!(refused(&[("host", "rebound.example:9500")]));
        assert!(refused(&[("host", "localhost"), ("host", "localhost")]));
        assert!(refused(&[("host", "localhost"), ("origin", "null")]));
        assert!(refused(&[("host", "localhost"), ("origin", "https://example.com")]));
        assert!(refused(&[("host", "localhost"), ("origin", "http://localhost@example.com")]));
        assert!(refused(&[("host", "localhost"), ("sec-fetch-site", "cross-site")]));
    }
}
