//! One attack of a server on a link: what it cost, and that the link came out of it.
//!
//! Heap and processor time are those of the process, so attacks run in a process of their own: this program, started again.

use std::io::Write;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

use framewire::link::{Config, Overflow, Reconnect};
use framewire::session::event::{EventKind, Reason};

use crate::figures;
use crate::heap;
use crate::support::peer::{Peer, listen};
use crate::support::{Host, raw};

pub const MIB: usize = 1 << 20;
/// How long an attack may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(120);
/// More than any attack may cost, by far: what is quadratic in its bytes goes beyond it on every machine.
const MOST_CPU_MS: u64 = 60_000;
/// Set in the process that runs attacks.
const ATTACKED: &str = "FRAMEWIRE_TEST_ATTACKED";

/// What the link must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It answers the next request as if nothing had been, and the peer closes.
    Alive,
    /// The connection ends, for this reason.
    Closed(Reason),
    /// There never is a connection, for this reason.
    Failed(Reason),
}

/// One attack. The script gets the bytes, so that making them is no part of the measurement.
pub struct Attack {
    pub name: &'static str,
    pub configure: fn(&mut Config),
    pub bytes: Vec<u8>,
    pub script: fn(&TcpListener, &[u8]),
    pub end: End,
}

fn cpu_ms() -> u64 {
    // SAFETY: a timespec is made of integers, for which zero is a value; the clock is one of this system's, and fills it.
    let time = unsafe {
        let mut time: libc::timespec = std::mem::zeroed();
        libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time);
        time
    };
    time.tv_sec as u64 * 1000 + time.tv_nsec as u64 / 1_000_000
}

/// Runs `attacks` in a process of its own; `test` is the name of the caller.
pub fn alone(test: &str, attacks: impl FnOnce() -> Vec<Attack>) {
    if std::env::var_os(ATTACKED).is_some() {
        return attacks().into_iter().for_each(measure);
    }
    let program = std::env::current_exe().expect("this program");
    let child = Command::new(program).args(["--exact", test, "--nocapture"]).env(ATTACKED, "1").output();
    let child = child.expect("it runs");
    let words = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && words.contains("1 passed"), "{words}");
    let _ = std::io::stdout().write_all(words.as_bytes());
}

/// How deep JSON is nested, as far as its brackets tell.
fn depth(json: &[u8]) -> usize {
    let mut depth: usize = 0;
    let depths = json.iter().map(|byte| {
        depth = match byte {
            b'[' | b'{' => depth + 1,
            b']' | b'}' => depth.saturating_sub(1),
            _ => depth,
        };
        depth
    });
    depths.max().unwrap_or_default()
}

fn measure(attack: Attack) {
    let Attack { name, configure, bytes, script, end } = attack;
    let sent = bytes.len();
    let (listener, url) = listen();
    let mut config = raw(&url);
    config.max_message = 4 * MIB;
    config.inbound_bytes = 4 * MIB;
    config.outbound_bytes = Some(4 * MIB);
    config.overflow = Overflow::DropNewest;
    config.reconnect = Reconnect::None;
    configure(&mut config);
    // P7, without payloads of open requests.
    let allowed = config.inbound_bytes + 4 * MIB + 2 * config.max_message + MIB;
    let (begun, cpu) = (Instant::now(), cpu_ms());
    let before = heap::begin();
    let peer = std::thread::spawn(move || script(&listener, &bytes));
    let mut host = Host::open(config);
    let deadline = Instant::now() + PATIENCE;
    while host.count(EventKind::Closed) + host.count(EventKind::ConnectFailed) == 0 {
        assert!(Instant::now() < deadline, "{name}: no end");
        let fresh = host.frame();
        for seen in fresh.iter().filter(|seen| seen.kind == EventKind::Request) {
            assert!(depth(&seen.data) <= 128, "{name}: a request is handed out that is nested too deep");
            host.link.respond(seen.id, b"{}").expect("it is open");
        }
        // What is kept here is not the link's.
        host.seen.retain(|seen| !matches!(seen.kind, EventKind::Text | EventKind::Binary | EventKind::Request));
        if fresh.is_empty() {
            host.link.wait(Duration::from_millis(20));
        }
    }
    let (peak, cpu, wall) = (heap::peak() - before, cpu_ms() - cpu, begun.elapsed().as_millis());
    peer.join().unwrap_or_else(|_| panic!("{name}: the peer saw another end"));
    let failed = host.all(EventKind::ConnectFailed).next().map(|seen| End::Failed(seen.reason));
    let closed = host.all(EventKind::Closed).next().map(|seen| match (seen.reason, seen.code) {
        (Reason::ClosedByPeer, 1000) => End::Alive,
        (reason, _) => End::Closed(reason),
    });
    assert_eq!(failed.or(closed), Some(end), "{name}");
    assert!(peak < allowed, "{name}: {peak} bytes live of {allowed} allowed");
    assert!(cpu < MOST_CPU_MS, "{name}: {cpu} ms of processor time for {sent} bytes");
    let longest = host.seen.iter().map(|seen| seen.detail.len()).max().unwrap_or_default();
    assert!(longest < 512, "{name}: words of {longest} bytes");
    host.close();
    figures::tell(&serde_json::json!({
        "kind": "attack", "name": name, "bytes": sent, "peak": peak, "allowed": allowed, "cpu_ms": cpu, "wall_ms": wall,
    }));
}

/// Sends the bytes, then a command of godot_ai, which must be answered.
pub fn then_command(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    peer.greet();
    peer.raw(bytes);
    peer.command("after");
    answered(&mut peer, "request_id");
}

/// Sends the bytes, then a request of JSON-RPC, which must be answered.
pub fn then_request(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    peer.raw(bytes);
    peer.text(r#"{"jsonrpc":"2.0","id":"after","method":"work"}"#);
    answered(&mut peer, "id");
}

/// Says welcome as an MCP server for Unity does, sends the bytes, then a command, which must be answered.
pub fn then_execute(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    peer.text(r#"{"type":"welcome","serverTimeout":30,"keepAliveInterval":15}"#);
    assert_eq!(peer.json().expect("a registration")["type"], "register");
    peer.text(r#"{"type":"registered","session_id":"8c6f9d0e"}"#);
    peer.raw(bytes);
    peer.text(r#"{"type":"execute","id":"after","name":"work","params":{},"timeout":30}"#);
    answered(&mut peer, "id");
}

fn answered(peer: &mut Peer, key: &str) {
    while peer.json().expect("the link lives")[key] != "after" {}
    peer.close(1000, "");
}

/// Sends the bytes and says goodbye.
pub fn then_close(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    peer.raw(bytes);
    peer.close(1000, "");
}

/// Sends the bytes and reads until the link has gone.
pub fn until_gone(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    peer.raw(bytes);
    while peer.read().is_some() {}
}

/// Sends the bytes again and again until the link has gone, and reads nothing.
pub fn for_ever(listener: &TcpListener, bytes: &[u8]) {
    let mut peer = Peer::accept(listener);
    while peer.raw(bytes) {}
}
