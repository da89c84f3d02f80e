//! `framewire serve`: a reference tool server for any number of editors, in any of the profiles.
//!
//! One thread (`server`) decides and prints. Each editor has a thread that owns its connection (`editor`), one thread
//! takes connections, and one reads standard input. They talk to the server over one bounded channel, so that a flood
//! from an editor or from standard input is held back where it comes from.

mod commands;
mod connected;
mod editor;
mod ending;
mod flood;
mod godot_ai;
mod human;
mod identity;
mod incoming;
mod json_rpc;
mod keepalive;
mod ledger;
mod options;
mod profile;
mod report;
mod server;
mod socket;
mod talk;
mod unity_mcp;
mod upgrade;

use std::io::{self, BufRead};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread;
use std::time::{Duration, Instant};

pub use options::Options;

/// What reaches the server's thread.
enum Input {
    Line(String),
    /// Standard input has ended.
    End,
    Connected {
        connection: u64,
        peer: String,
    },
    Editor {
        connection: u64,
        at: Instant,
        news: editor::News,
    },
}

/// How much the server lets its threads send ahead.
const INPUT_AHEAD: usize = 1024;

/// Serves until `.quit` or the end of standard input.
///
/// # Errors
/// A text for the user: the port is taken, or the machine refuses what the server needs.
pub fn run(options: Options) -> Result<(), String> {
    let listener = listen(options.port())?;
    let address = listener.local_addr().map_err(|error| format!("the listening socket has no address: {error}"))?;
    let mut run = [0; 8];
    getrandom::fill(&mut run).map_err(|error| format!("the system gives no random numbers: {error}"))?;

    let (inputs, receiver) = mpsc::sync_channel(INPUT_AHEAD);
    let surroundings = editor::Surroundings {
        options: Arc::new(options),
        sessions: godot_ai::sessions::Sessions::default(),
        server: inputs.clone(),
    };
    let options = Arc::clone(&surroundings.options);
    spawn("accept", move || accept(&listener, &surroundings))?;
    spawn("stdin", move || read_lines(&inputs))?;
    server::Server::new(options, u64::from_ne_bytes(run)).run(address, &receiver).or_else(|error| {
        // Whoever read our output has left: so do we.
        if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(format!("output failed: {error}")) }
    })
}

fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {port} is taken by another program: name another with --port, or take any free one with --port 0"
        ),
        io::ErrorKind::PermissionDenied => {
            format!("port {port} is not for this user: name one above 1023 with --port")
        }
        _ => format!("cannot listen on 127.0.0.1:{port}: {error}"),
    })
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> Result<(), String> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(body);
    thread.map(drop).map_err(|error| format!("cannot start a thread: {error}"))
}

fn accept(listener: &TcpListener, surroundings: &editor::Surroundings) {
    let mut connection = 0;
    loop {
        let Ok((stream, peer)) = listener.accept() else {
            // Out of files or memory: another connection may end meanwhile.
            thread::sleep(Duration::from_millis(50));
            continue;
        };
        connection += 1;
        if surroundings.server.send(Input::Connected { connection, peer: peer.to_string() }).is_err() {
            return;
        }
        let of_editor = surroundings.clone();
        if let Err(why) = spawn("editor", move || {
            editor::serve(connection, stream, of_editor);
        }) {
            let news = editor::News::Gone(ending::Ending::without_close(why));
            let _ = surroundings.server.send(Input::Editor { connection, at: Instant::now(), news });
        }
    }
}

fn read_lines(inputs: &SyncSender<Input>) {
    for line in io::stdin().lock().split(b'\n') {
        let Ok(line) = line else { break };
        if inputs.send(Input::Line(String::from_utf8_lossy(&line).into_owned())).is_err() {
            return;
        }
    }
    let _ = inputs.send(Input::End);
}
