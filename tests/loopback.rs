//! A link against a WebSocket server in the same process: the whole way, both profiles.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use framewire::link::{Config, Inbox, Link, ProfileKind};
use framewire::readiness::Readiness;
use framewire::session::event::{Event, EventKind, Reason};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket, accept};

const PATIENCE: Duration = Duration::from_secs(20);

type Server = WebSocket<std::net::TcpStream>;

/// Starts a server thread for one connection; returns its url.
fn server(serve: impl FnOnce(Server) + Send + 'static) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    (url, std::thread::spawn(move || serve(accept(listener.accept().unwrap().0).unwrap())))
}

/// Polls until `until` says it has seen enough of the events.
fn poll_until(inbox: &mut Inbox, mut until: impl FnMut(&Event) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut done = false;
    while !done {
        assert!(Instant::now() < deadline, "the awaited event did not come");
        if inbox.poll(64, |_, event| done |= until(event)) > 0 {
            inbox.release();
        } else {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn raw_messages_go_both_ways_and_the_close_is_clean() {
    let (url, thread) = server(|mut socket| {
        loop {
            match socket.read() {
                Ok(message @ (Message::Text(_) | Message::Binary(_))) => socket.send(message).unwrap(),
                Ok(_) => {}
                Err(_) => break,
            }
        }
    });
    let (link, mut inbox) = Link::open(Config::new("raw-echo", url)).unwrap();
    poll_until(&mut inbox, |event| event.kind == EventKind::Opened);
    let large = vec![7_u8; 3 << 20];
    link.send_text("grüße".as_bytes()).unwrap();
    link.send_binary(&large).unwrap();
    link.send_text(b"last").unwrap();
    let mut texts = Vec::new();
    poll_until(&mut inbox, |event| {
        let data = &event.buffer[event.data.clone()];
        match event.kind {
            EventKind::Text => texts.push(String::from_utf8(data.to_vec()).unwrap()),
            EventKind::Binary => assert!(data == large),
            _ => {}
        }
        texts.len() == 2
    });
    assert_eq!(texts, ["grüße", "last"]);
    let report = link.close(Duration::from_secs(5)).unwrap();
    assert!(report.clean, "{report:?}");
    assert_eq!((report.code, report.unsent, report.unconfirmed), (1000, 0, 0));
    thread.join().unwrap();
}

#[test]
fn a_godot_ai_command_is_answered() {
    let (url, thread) = server(|mut socket| {
        let hello: serde_json::Value = serde_json::from_str(socket.read().unwrap().to_text().unwrap()).unwrap();
        assert_eq!(hello["type"], "handshake");
        assert_eq!(hello["readiness"], "ready");
        socket.send(Message::text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#)).unwrap();
        for number in 0..100 {
            let command = format!(r#"{{"request_id":"id-{number}","command":"add","params":{{"n":{number}}}}}"#);
            socket.send(Message::text(command)).unwrap();
        }
        for _ in 0..100 {
            let answer: serde_json::Value = serde_json::from_str(socket.read().unwrap().to_text().unwrap()).unwrap();
            assert_eq!(answer["status"], "ok");
            assert_eq!(answer["request_id"], format!("id-{}", answer["data"]["n"]));
        }
        let _ = socket.close(None);
        while socket.read().is_ok() {}
    });
    let mut config = Config::new("godot-add", url);
    config.profile = ProfileKind::GodotAi;
    config.protocol = 1;
    config.start_disconnected = true;
    let (link, mut inbox) = Link::open(config).unwrap();
    link.set_readiness(Readiness::Ready, "");
    link.connect().unwrap();
    let mut answered = 0;
    let answers = link.clone();
    poll_until(&mut inbox, |event| {
        if event.kind == EventKind::Request {
            assert_eq!(&event.buffer[event.name.clone()], b"add");
            answers.respond(event.id, &event.buffer[event.data.clone()]).unwrap();
            answered += 1;
        }
        event.kind == EventKind::Closed
    });
    assert_eq!(answered, 100);
    thread.join().unwrap();
    link.close(Duration::from_secs(5)).unwrap();
}

#[test]
fn a_server_never_talks_the_link_down_to_protocol_1() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut first_frames = Vec::new();
        // The first connection refuses the challenge as a 2.x server does; the second plays a friendly protocol 1.
        for refuses in [true, false] {
            let mut socket = accept(listener.accept().unwrap().0).unwrap();
            first_frames.push(socket.read().unwrap().to_text().unwrap().to_owned());
            if refuses {
                let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
                socket.close(Some(frame)).unwrap();
            } else {
                socket.send(Message::text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#)).unwrap();
            }
            while let Ok(message) = socket.read() {
                assert!(!message.is_text(), "nothing follows the first frame: {message}");
            }
        }
        first_frames
    });
    let mut config = Config::new("never-down", url);
    config.profile = ProfileKind::GodotAi;
    config.token = Some("5ec2e75ec2e79f31".repeat(4));
    let (link, mut inbox) = Link::open(config).unwrap();
    let mut details = Vec::new();
    for _ in 0..2 {
        poll_until(&mut inbox, |event| {
            assert_ne!(event.kind, EventKind::Acknowledged);
            if event.kind == EventKind::ConnectFailed {
                assert_eq!(event.reason, Reason::ProtocolMismatch);
                assert!(event.delay_ms >= 60_000, "the same words again would be refused again");
                details.push(String::from_utf8(event.buffer[event.detail.clone()].to_vec()).unwrap());
            }
            event.kind == EventKind::Closed
        });
        link.connect().unwrap();
    }
    assert!(details[0].contains("the configuration") && details[0].contains("protocol = 1"), "{details:?}");
    assert!(details.iter().all(|detail| !detail.contains("0123456789abcdef")), "{details:?}");
    link.close(Duration::from_secs(5)).unwrap();
    let first_frames = thread.join().unwrap();
    assert!(first_frames.iter().all(|frame| frame.contains("auth_hello")), "{first_frames:?}");
    assert!(first_frames.iter().all(|frame| !frame.contains("session") && !frame.contains("project")));
}
