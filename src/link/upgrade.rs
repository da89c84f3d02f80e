//! The WebSocket upgrade: the request we send, and what a bad answer to it means.

#[cfg(feature = "tls")]
use std::io;

use tungstenite::error::{CapacityError, Error, ProtocolError};
use tungstenite::handshake::client::{Request, Response, generate_key};
use tungstenite::http::header::{HeaderName, HeaderValue};

use super::address::Endpoint;
use super::failure::Failure;
use crate::session::event::Reason;

/// Headers that the upgrade itself sets, that break it, or that name a web page we are not.
const RESERVED: [&str; 8] =
    ["host", "connection", "upgrade", "origin", "content-length", "transfer-encoding", "te", "trailer"];

/// Checks one extra header.
///
/// # Errors
/// Why it cannot be sent. The text never holds the value.
pub fn check_header(name: &str, value: &str) -> Result<(), String> {
    header(name, value).map(drop)
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        "a header's name holds characters that no header may have: write one `Name: value` a line".to_owned()
    })?;
    if RESERVED.contains(&parsed.as_str()) || parsed.as_str().starts_with("sec-") {
        return Err(format!("the header {parsed} is set by the library or must not be sent: remove it"));
    }
    // What is not ASCII is read by each server in its own way (RFC 9110, section 5.5).
    if !value.is_ascii() {
        return Err(format!("the value of the header {parsed} is not ASCII: percent-encode it, or send it as base64"));
    }
    let mut value = HeaderValue::from_str(value.trim())
        .map_err(|_| format!("the value of the header {parsed} holds control characters: remove them"))?;
    value.set_sensitive(true);
    Ok((parsed, value))
}

/// Checks a subprotocol: one token (RFC 6455, section 4.1).
///
/// # Errors
/// Why it cannot be offered.
pub fn check_subprotocol(subprotocol: &str) -> Result<(), String> {
    let legal = |byte: u8| byte.is_ascii_graphic() && !br#"()<>@,;:\"/[]?={}"#.contains(&byte);
    if subprotocol.is_empty() || !subprotocol.bytes().all(legal) {
        return Err("the subprotocol is not one token of letters, digits and - . _: correct it".into());
    }
    Ok(())
}

/// The request for an upgrade. No Origin is ever sent.
///
/// # Errors
/// A header or the path cannot be sent; the text never holds a value.
pub fn request(
    endpoint: &Endpoint,
    headers: &[(String, String)],
    subprotocol: Option<&str>,
) -> Result<Request, String> {
    let scheme = if endpoint.secure { "wss" } else { "ws" };
    let mut builder = Request::builder()
        .uri(format!("{scheme}://{endpoint}{}", endpoint.path))
        .header("Host", endpoint.host_header())
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", generate_key());
    if let Some(subprotocol) = subprotocol {
        check_subprotocol(subprotocol)?;
        builder = builder.header("Sec-WebSocket-Protocol", subprotocol);
    }
    for (name, value) in headers {
        let (name, value) = header(name, value)?;
        builder = builder.header(name, value);
    }
    builder.body(()).map_err(|_| "the url's path cannot be sent: percent-encode what is no plain character".into())
}

/// What is wrong with an answer that tungstenite accepts, if anything: it does not look at
/// extensions, and we offer none (RFC 6455, section 4.1, point 5).
pub fn answer_failure(endpoint: &Endpoint, response: &Response) -> Option<Failure> {
    response.headers().contains_key("Sec-WebSocket-Extensions").then(|| {
        let detail =
            format!("{endpoint} uses a WebSocket extension nobody asked for: turn compression off in the server");
        Failure::new(Reason::NotWebSocket, detail).with_code(101)
    })
}

/// What a failed upgrade means.
pub fn failure(endpoint: &Endpoint, error: &Error) -> Failure {
    let not_websocket = |what: String| {
        Failure::new(Reason::NotWebSocket, format!("{endpoint} {what}: check host, port and path of the url"))
    };
    match error {
        Error::Http(response) => status_failure(endpoint, response.status().as_u16()),
        // In TLS 1.3 a server that refuses this client says so only now.
        #[cfg(feature = "tls")]
        Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => super::tls::failure(endpoint, error),
        Error::Io(error) => {
            let detail = format!(
                "{endpoint} broke the connection instead of answering the upgrade ({error}): see the server's log"
            );
            Failure::new(Reason::ConnectionLost, detail).with_os(error)
        }
        Error::Protocol(ProtocolError::HandshakeIncomplete) => Failure::new(
            Reason::ConnectionLost,
            format!(
                "{endpoint} closed the connection without answering the upgrade: see the server's log, and whether it takes more connections"
            ),
        ),
        Error::Protocol(ProtocolError::SecWebSocketSubProtocolError(error)) => Failure::new(
            Reason::ProtocolMismatch,
            format!("{endpoint} and this side share no subprotocol ({error}): set the one the server speaks, or none"),
        ),
        Error::Protocol(ProtocolError::HttparseError(_)) => not_websocket("does not answer in HTTP".into()),
        Error::AttackAttempt | Error::Capacity(CapacityError::TooManyHeaders) => {
            not_websocket("answers the upgrade with too many headers, or a few bytes at a time".into())
        }
        Error::Protocol(error) => {
            not_websocket(format!("answers the upgrade, but not as a WebSocket server ({error})"))
        }
        other => not_websocket(format!("does not answer the upgrade as a WebSocket server ({other})")),
    }
}

fn status_failure(endpoint: &Endpoint, status: u16) -> Failure {
    let (reason, advice) = match status {
        300..=399 => (Reason::NotWebSocket, "it redirects, which is not followed: give the final url"),
        401 | 403 | 407 => (Reason::Authentication, "it refuses this client: check token and headers"),
        404 => (Reason::NotWebSocket, "it has nothing at this path: check the url's path"),
        500..=599 => (Reason::NotWebSocket, "the server failed: see its log"),
        _ => (Reason::NotWebSocket, "it is no WebSocket server at this path: check port and path of the url"),
    };
    let detail = format!("{endpoint} answers the upgrade with HTTP status {status}: {advice}");
    Failure::new(reason, detail).with_code(u32::from(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint() -> Endpoint {
        Endpoint::parse("ws://localhost:9500/x?token=abc").unwrap()
    }

    #[test]
    fn reserved_and_broken_headers_are_refused_without_their_values() {
        for name in ["Host", "ORIGIN", "Sec-WebSocket-Key", "sec-fetch-site", "Connection", "a b", "", "x\r\n"] {
            let refused = check_header(name, "hidden-value").unwrap_err();
            assert!(!refused.contains("hidden-value"), "{refused}");
        }
        let refused = check_header("X-Key", "hidden\r\nOrigin: http://evil").unwrap_err();
        assert!(!refused.contains("hidden"), "{refused}");
        assert_eq!(check_header("Authorization", "Bearer x"), Ok(()));
    }

    #[test]
    fn the_request_has_no_origin_and_keeps_repeated_headers() {
        let headers = [("X-A".to_owned(), "1".to_owned()), ("x-a".to_owned(), "2".to_owned())];
        let request = request(&endpoint(), &headers, Some("v1.rpc")).unwrap();
        assert!(!request.headers().contains_key("origin"));
        assert_eq!(request.headers().get_all("x-a").iter().count(), 2);
        assert_eq!(request.headers()["host"], "localhost:9500");
        assert_eq!(request.uri().path_and_query().unwrap(), "/x?token=abc");
    }

    #[test]
    fn a_subprotocol_is_one_token() {
        assert_eq!(check_subprotocol("v1.json-rpc"), Ok(()));
        for bad in ["", "a,b", "a b", "a/b", "ä"] {
            assert!(check_subprotocol(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_status_keeps_its_number_and_hides_the_query() {
        for (status, reason) in [
            (200, Reason::NotWebSocket),
            (302, Reason::NotWebSocket),
            (401, Reason::Authentication),
            (503, Reason::NotWebSocket),
        ] {
            let failure = status_failure(&endpoint(), status);
            assert_eq!((failure.reason, failure.code), (reason, u32::from(status)));
            assert!(!failure.detail.contains("abc"), "{}", failure.detail);
        }
    }
}
