//! Each profile with a real link at the other end.

use std::time::{Duration, Instant};

use framewire::link::{Config, Inbox, Link, ProfileKind};
use framewire::session::event::{Event, EventKind};
use serde_json::{Value, json};

use crate::harness::Server;

/// How long anything may take. Only failures take so long.
const PATIENCE: Duration = Duration::from_secs(30);

fn open(server: &Server, profile: ProfileKind, hello: Option<Value>) -> (Link, Inbox) {
    let mut config = Config::new(format!("serve-{}", server.port), server.url.clone());
    config.profile = profile;
    config.hello = hello.map(|hello| hello.to_string());
    Link::open(config).expect("the link opens")
}

/// Polls until an event is of that kind, and gives what `take` makes of it.
fn await_event<T>(inbox: &mut Inbox, kind: EventKind, mut take: impl FnMut(&Event) -> T) -> T {
    let deadline = Instant::now() + PATIENCE;
    let mut taken = None;
    while Instant::now() < deadline {
        inbox.poll(1, |_, event| {
            if event.kind == kind && taken.is_none() {
                taken = Some(take(event));
            }
        });
        inbox.release();
        if let Some(taken) = taken {
            return taken;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("no {kind:?} came");
}

fn text(event: &Event, range: std::ops::Range<usize>) -> String {
    String::from_utf8_lossy(event.buffer.get(range).unwrap_or_default()).into_owned()
}

/// Answers the next request with its parameters: its method.
fn echo(link: &Link, inbox: &mut Inbox) -> String {
    let (id, method, params) = await_event(inbox, EventKind::Request, |event| {
        (event.id, text(event, event.name.clone()), text(event, event.data.clone()))
    });
    link.respond(id, params.as_bytes()).expect("the answer is taken");
    method
}

#[test]
fn a_json_rpc_link_calls_and_is_called() {
    let mut server = Server::start(&["--profile", "json-rpc"]);
    let (link, mut inbox) = open(&server, ProfileKind::JsonRpc, None);
    server.next("acknowledged");

    server.line(r#"call editor/open {"n": 1.50}"#);
    assert_eq!(echo(&link, &mut inbox), "editor/open");
    let report = server.next("answer");
    assert_eq!((&report["status"], &report["data"]), (&json!("ok"), &json!({ "n": 1.5 })));

    let call = link.request("echo", br#"{"k":"v"}"#, 10_000).expect("the call is taken");
    let (id, result) =
        await_event(&mut inbox, EventKind::Response, |event| (event.id, text(event, event.data.clone())));
    assert_eq!((id, result.as_str()), (call, r#"{"k":"v"}"#));
    link.request("fly", b"{}", 10_000).expect("the call is taken");
    let code = await_event(&mut inbox, EventKind::Response, |event| event.error_code);
    assert_eq!(code, -32601);

    link.notify("scene/changed", br#"{"to":"a"}"#).expect("it is taken");
    assert_eq!(server.next("event")["name"], "scene/changed");
    server.line(r#".notify session/update {"n": 1}"#);
    let name = await_event(&mut inbox, EventKind::Notification, |event| text(event, event.name.clone()));
    assert_eq!(name, "session/update");

    // A wrong message costs the link nothing.
    server.line(".raw [not JSON");
    server.line("editor/close {}");
    assert_eq!(echo(&link, &mut inbox), "editor/close");
    link.close(Duration::from_secs(5)).expect("it is open");
    assert_eq!(server.next("gone")["clean"], true);
}

#[test]
fn a_unity_mcp_link_registers_executes_and_answers_pings() {
    let mut server =
        Server::start(&["--profile", "unity-mcp", "--json-ping-interval", "0.3", "--json-pong-timeout", "3"]);
    let hello = json!({
        "project_hash": "ab12", "project_name": "Mine", "unity_version": "6000.0.1f1",
        "tools": [{ "name": "manage_scene", "description": "scenes", "parameters": [] }],
    });
    let (link, mut inbox) = open(&server, ProfileKind::UnityMcp, Some(hello));
    assert_eq!(server.next("acknowledged")["project_hash"], "ab12");
    assert_eq!(server.next("tools")["names"], json!(["manage_scene"]));

    // Twice the time in which a mute session ends, without one poll.
    std::thread::sleep(Duration::from_secs(6));
    server.line(r#"@ab12 manage_scene {"action": "load"}"#);
    assert_eq!(echo(&link, &mut inbox), "manage_scene");
    let report = server.next("answer");
    assert_eq!(report["data"], json!({ "status": "success", "result": { "action": "load" } }));

    server.line("manage_scene {}");
    let id = await_event(&mut inbox, EventKind::Request, |event| event.id);
    link.respond_error(id, "no_scene", "open one", None).expect("the answer is taken");
    let error = &server.next("answer")["error"];
    assert_eq!((&error["code"], &error["message"]), (&json!("no_scene"), &json!("open one")));
    link.close(Duration::from_secs(5)).expect("it is open");
    assert_eq!(server.next("gone")["clean"], true);
}

#[test]
fn a_second_unity_mcp_link_of_a_project_takes_the_place_of_the_first() {
    let mut server = Server::start(&["--profile", "unity-mcp"]);
    let hello = || Some(json!({ "project_hash": "ab12" }));
    let mut config = Config::new("evicted", server.url.clone());
    config.profile = ProfileKind::UnityMcp;
    config.hello = hello().map(|hello| hello.to_string());
    // Else the two would take turns.
    config.reconnect = framewire::link::Reconnect::None;
    let (_first, mut first_inbox) = Link::open(config).expect("the link opens");
    server.next("acknowledged");
    let (second, mut second_inbox) = open(&server, ProfileKind::UnityMcp, hello());
    let code = await_event(&mut first_inbox, EventKind::Closed, |event| event.code);
    assert_eq!(code, 1001);
    server.next("acknowledged");
    server.line("ping {}");
    assert_eq!(echo(&second, &mut second_inbox), "ping");
}
