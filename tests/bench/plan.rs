//! What is measured, in which order, how often.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;

use crate::c_clients::{Clients, Missing};
use crate::clients::{self, Flush};
use crate::floors;
use crate::godot_engine::{self, Engine};
use crate::host::{self, Core};
use crate::mono::Mono;
use crate::programs::{self, Folders, Outcome, Server};
use crate::reconnect;
use crate::samples::Figures;

/// Size of a message, and how many of them make one measurement.
pub const STREAMS: [(usize, u64); 4] = [(64, 1_000_000), (4 << 10, 60_000), (1 << 20, 400), (8 << 20, 50)];
/// A client that makes a system call a message gets fewer small ones.
const FEWER: u64 = 8;

/// Samples by figure name, and what could not be had by measurement name.
#[derive(Default)]
pub struct Results {
    pub samples: BTreeMap<String, Vec<f64>>,
    pub not_measured: BTreeMap<String, String>,
    pub left_out: BTreeMap<String, String>,
    pub failed: BTreeMap<String, String>,
    /// Load average of the machine before the first measurement.
    pub load: f64,
}

type Work<'a> = Box<dyn Fn() -> io::Result<Outcome> + 'a>;

/// One measurement; its figures are named `NAME.FIGURE`.
struct Step<'a> {
    name: String,
    once: bool,
    work: Work<'a>,
}

/// Compiles the C clients and runs all measurements whose names contain one of `words` (all, if there are none).
pub fn measure(folders: &Folders, library: &Path, repetitions: usize, words: &[String]) -> io::Result<Results> {
    let mut results = Results { load: host::load(), ..Results::default() };
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    let clients = Clients::compile(folders, library)?;
    let server = Server::start(0)?;
    let engine = Engine::new(folders);
    let mono = Mono::compile(folders, library)?;
    let mut steps = steps(folders, library, &clients, &server);
    steps.extend(mono.steps(&server).into_iter().map(|(name, work)| Step { name, once: false, work }));
    godot_engine::STEPS.iter().for_each(|step| {
        let work: Work<'_> = Box::new(|| engine.run(step, &server));
        steps.push(Step { name: step.name(), once: false, work });
    });
    steps.retain(|step| wanted(&step.name));

    // An idle link needs a long quiet look and nothing else: it sits beside the first repetition.
    let idle =
        wanted("frame.quiet").then(|| programs::start(&clients.frame, &clients.arguments("quiet", &server, &[])));
    for repetition in 0..repetitions {
        for step in steps.iter().filter(|step| repetition == 0 || !step.once) {
            progress(&format!("{}/{repetitions} {}", repetition + 1, step.name));
            results.take(&step.name, (step.work)());
        }
    }
    progress("");
    if let Some(idle) = idle {
        results.take("frame.quiet", idle.and_then(programs::finish));
    }
    Ok(results)
}

impl Results {
    fn take(&mut self, step: &str, outcome: io::Result<Outcome>) {
        match outcome {
            Ok(Outcome::Figures(figures)) => {
                for (name, value) in figures {
                    self.samples.entry(format!("{step}.{name}")).or_default().push(value);
                }
            }
            Ok(Outcome::NotMeasured(reason)) => drop(self.not_measured.insert(step.to_owned(), reason)),
            Ok(Outcome::LeftOut(reason)) => drop(self.left_out.insert(step.to_owned(), reason)),
            Err(error) => drop(self.failed.insert(step.to_owned(), error.to_string())),
        }
    }
}

fn steps<'a>(folders: &'a Folders, library: &'a Path, clients: &'a Clients, server: &'a Server) -> Vec<Step<'a>> {
    let mut steps = Vec::new();
    let mut add = |name: &str, once: bool, work: Work<'a>| steps.push(Step { name: name.to_owned(), once, work });
    let (port, tcp) = (server.web_socket_port, server.tcp_port);
    let ours = |mode: &'static str, more: Vec<u64>| -> Work<'a> {
        Box::new(move || programs::run(&clients.frame, &clients.arguments(mode, server, &more)))
    };
    let theirs = |program: &'a Result<PathBuf, Missing>, mode: &'static str, more: Vec<u64>| -> Work<'a> {
        Box::new(move || match program {
            Ok(program) => programs::run(program, &clients.arguments(mode, server, &more)),
            Err(missing) => Ok(missing.outcome()),
        })
    };

    add("floor.load", false, figures(|| Ok(floors::atomic_load())));
    add("floor.read", false, figures(move || floors::empty_read(tcp)));
    add("floor.copy", false, figures(floors::copy));
    add("floor.round_trip", false, figures(move || floors::round_trip(tcp, true)));
    add("floor.round_trip_blocking", false, figures(move || floors::round_trip(tcp, false)));
    add("frame.bare", false, ours("bare", vec![]));

    add("frame.idle", false, ours("idle", vec![]));
    add("frame.idle_calls", true, ours("idle_calls", vec![]));
    add("lws.idle", false, theirs(&clients.web_sockets, "idle", vec![]));
    add("curl.idle", false, theirs(&clients.curl, "idle", vec![]));
    add("bare.idle", false, figures(move || clients::idle_poll(port)));

    for mode in ["requests", "respond", "inbound", "answer", "attachment", "flood_messages", "flood_requests"] {
        add(&format!("frame.{mode}"), false, ours(mode, vec![]));
    }

    add("frame.round_trip", false, ours("round_trip", vec![]));
    add("bare.round_trip", false, figures(move || clients::round_trip(port, true)));
    add("bare.round_trip_blocking", false, figures(move || clients::round_trip(port, false)));
    add("lws.round_trip", false, theirs(&clients.web_sockets, "round_trip", vec![]));

    for (size, count) in STREAMS {
        let fewer = if size == STREAMS[0].0 { count / FEWER } else { count };
        let words = vec![size as u64, count];
        add(&format!("frame.receive.{size}"), false, ours("receive", words.clone()));
        add(&format!("bare.receive.{size}"), false, figures(move || clients::receive(port, size, count)));
        add(&format!("lws.receive.{size}"), false, theirs(&clients.web_sockets, "receive", words.clone()));
        add(&format!("frame.send.{size}"), false, ours("send", words));
        add(&format!("bare.send.{size}"), false, figures(move || clients::send(port, size, count, Flush::Together)));
        if size == STREAMS[0].0 {
            add(&format!("each.send.{size}"), false, figures(move || clients::send(port, size, fewer, Flush::Each)));
        }
        add(&format!("lws.send.{size}"), false, theirs(&clients.web_sockets, "send", vec![size as u64, fewer]));
    }

    add("frame.memory", true, ours("memory", vec![]));
    add("frame.reconnect", false, Box::new(|| reconnect::measure(&clients.frame)));
    add("size.with_tls", true, Box::new(|| size(library)));
    add("size.without_tls", true, Box::new(|| size(&folders.build_library_without_tls()?)));
    steps
}

/// Work of this program itself, on a thread of its own: its place on the first core is not for the processes started later.
fn figures<'a>(work: impl Fn() -> io::Result<Figures> + Send + Sync + 'a) -> Work<'a> {
    Box::new(move || {
        let measured = thread::scope(|scope| {
            let pinned = scope.spawn(|| {
                host::pin(Core::First);
                work()
            });
            pinned.join()
        });
        measured.unwrap_or_else(|_| Err(io::Error::other("the measurement panicked"))).map(Outcome::Figures)
    })
}

/// What is being done, on one line of a terminal that is written over.
fn progress(text: &str) {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K{text}");
    }
}

fn size(library: &Path) -> io::Result<Outcome> {
    Ok(Outcome::Figures(vec![("bytes".to_owned(), std::fs::metadata(library)?.len() as f64)]))
}
