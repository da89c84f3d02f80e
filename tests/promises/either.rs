//! P2: a request is handed out, or refused busy, or dropped unseen: one of them, and what was refused never runs.
//!
//! Two threads act by chance, on real sockets: a server that sends commands and now and then ends the connection, and
//! a host that polls or does not, lets requests wait until they are refused, lets others expire, dies, is reloaded,
//! disconnects. Afterwards both sides are counted.

use std::collections::{BTreeMap, HashMap};
use std::net::{Shutdown, TcpListener};
use std::time::Instant;

use framewire::ffi::*;

use crate::chance::Chance;
use crate::domain::{Domain, Settings, away};
use crate::support::peer::{CLOSE, PING, Peer, TEXT, close_payload, listen};
use crate::support::{PATIENCE, until};

/// How long a request waits for the frame loop: as short as the pauses of the host, so that both win now and then.
const HOLD_MS: u32 = 6;
const CONNECTIONS: u64 = 20;
const BURSTS: u64 = 30;

/// What the server knows of one command.
#[derive(Debug, Default)]
struct Command {
    /// `status` or error code of each answer.
    answers: Vec<String>,
    /// Its connection lasted until all of it was answered.
    must_be_answered: bool,
}

/// What the host knows of one command.
#[derive(Debug, Default)]
struct Handed {
    as_request: u32,
    as_orphan: u32,
    /// Responses that returned OK.
    responded: u32,
}

#[test]
fn p2_either_handed_out_or_refused_or_dropped() {
    for seed in [1, 2, 3, 0x5eed, u64::from(std::process::id())] {
        play(seed);
    }
}

fn play(seed: u64) {
    let (listener, url) = listen();
    let server = std::thread::spawn(move || serve(&listener, &mut Chance(seed)));
    let mut settings = Settings::new(&url);
    settings.hold_ms = HOLD_MS;
    let mut host = Host::new(settings, Chance(!seed));
    while !server.is_finished() {
        host.act();
    }
    let commands = server.join().unwrap_or_else(|_| panic!("seed {seed}: the server failed"));
    let (handed, stats) = host.end();
    judge(seed, &commands, &handed, &stats);
}

fn judge(seed: u64, commands: &BTreeMap<String, Command>, handed: &HashMap<String, Handed>, stats: &framewire_stats) {
    let (mut busy, mut ok, mut expired, mut unanswered) = (0, 0, 0, 0);
    for (key, command) in commands {
        let of_host = handed.get(key);
        let tell = || format!("seed {seed}, {key}: {command:?}, {of_host:?}");
        assert!(command.answers.len() <= 1, "answered twice: {}", tell());
        assert!(
            of_host.is_none_or(|handed| handed.as_request == 1),
            "handed out twice, or first as orphan: {}",
            tell()
        );
        assert!(of_host.is_none_or(|handed| handed.responded <= 1), "two answers were taken: {}", tell());
        match command.answers.first().map(String::as_str) {
            Some("ok") => {
                ok += 1;
                assert!(of_host.is_some_and(|handed| handed.responded == 1), "who answered it? {}", tell());
            }
            Some("EDITOR_NOT_READY") => {
                busy += 1;
                assert!(of_host.is_none(), "refused and run: {}", tell());
            }
            // The host disconnected: what it had is told that it may have run, what it had not seen is told busy.
            Some("TRANSPORT_OUTCOME_UNKNOWN") => {
                assert!(of_host.is_some_and(|handed| handed.responded == 0), "unseen, or answered: {}", tell());
            }
            Some("DEFERRED_TIMEOUT") => {
                expired += 1;
                assert!(of_host.is_some_and(|handed| handed.responded == 0), "expired unseen, or late: {}", tell());
            }
            Some(_) => panic!("no way for a request to go: {}", tell()),
            None => {
                unanswered += 1;
                assert!(!command.must_be_answered, "unanswered, and its connection lived: {}", tell());
            }
        }
    }
    let known = handed.keys().filter(|key| !commands.contains_key(*key)).count();
    assert_eq!(known, 0, "seed {seed}: handed out, but never sent");

    // The link's own counts: each request that arrived went one way.
    let ways = [handed.len() as u64, stats.refused_busy, stats.dropped_unseen];
    assert_eq!(stats.requests, ways.iter().sum::<u64>(), "seed {seed}: handed out, refused, dropped: {ways:?}");
    assert!(stats.requests <= commands.len() as u64, "seed {seed}");
    let counted = stats.refused_busy + stats.dropped_unseen;
    assert!(busy <= counted, "seed {seed}: {busy} told, {counted} counted");
    let told = (ok, busy, expired, unanswered);
    assert!(ok > 0 && busy > 0 && expired > 0, "seed {seed}: a way was never gone, which proves nothing: {told:?}");
    assert!(stats.held_too_long > 0 && stats.attaches > 0, "seed {seed}: {stats:?}");
}

/// What came over one connection.
#[derive(Default)]
struct Ended {
    sent: Vec<String>,
    answers: Vec<(String, String)>,
    /// It was ended when all was answered.
    lasted: bool,
}

/// Takes the connections one after the other, until the last one has lasted: what became of each command.
fn serve(listener: &TcpListener, chance: &mut Chance) -> BTreeMap<String, Command> {
    let mut commands = BTreeMap::new();
    for number in 0.. {
        let ended = take_connection(listener, number, Chance(chance.draw()));
        for key in ended.sent {
            commands.insert(key, Command { must_be_answered: ended.lasted, ..Command::default() });
        }
        for (key, how) in ended.answers {
            commands.get_mut(&key).unwrap_or_else(|| panic!("an answer to nothing: {key}")).answers.push(how);
        }
        if ended.lasted {
            break;
        }
    }
    commands
}

fn take_connection(listener: &TcpListener, number: u64, script: Chance) -> Ended {
    let mut peer = Peer::accept(listener);
    // The host may disconnect before it has said hello.
    if peer.json().is_none() {
        return Ended::default();
    }
    peer.text(r#"{"type":"handshake_ack","server_version":"2.4.2"}"#);
    let mut writer = Peer { stream: peer.stream.try_clone().expect("a second handle") };
    // From this one on they are to last until all is answered; the host may yet end them.
    let is_to_last = number + 1 >= CONNECTIONS;
    let mut writing = Some(std::thread::spawn(move || send_commands(&mut writer, number, script, is_to_last)));
    let mut ended = Ended::default();
    loop {
        if is_to_last && let Some(done) = writing.take_if(|writing| writing.is_finished()) {
            ended.sent = done.join().expect("it only writes");
        }
        if writing.is_none() && !ended.lasted && ended.answers.len() == ended.sent.len() {
            ended.lasted = peer.send(CLOSE, &close_payload(1000, b"all is answered"));
        }
        let begun = Instant::now();
        match peer.read() {
            Some((TEXT, text)) => ended.answers.extend(answer_in(&text)),
            Some((CLOSE, payload)) => drop(peer.send(CLOSE, &payload)),
            // A pong shows that the writer is at its end.
            Some(_) => {
                let has_ended = || writing.as_ref().is_none_or(std::thread::JoinHandle::is_finished);
                until("the writer ends", || !is_to_last || has_ended());
            }
            None => {
                let (sent, answered) = (ended.sent.len(), ended.answers.len());
                assert!(begun.elapsed() < PATIENCE / 2, "{answered} of {sent} are answered, and nothing more comes");
                break;
            }
        }
    }
    // Ends the writer, if it still writes.
    let _ = peer.stream.shutdown(Shutdown::Both);
    if let Some(writing) = writing {
        ended.sent = writing.join().expect("it only writes");
    }
    ended
}

/// The id in an answer, and `ok` or its error code.
fn answer_in(text: &[u8]) -> Option<(String, String)> {
    let message: serde_json::Value = serde_json::from_slice(text).expect("JSON");
    let id = message["request_id"].as_str()?;
    let how = if message["status"] == "ok" { &message["status"] } else { &message["error"]["code"] };
    Some((id.to_owned(), how.as_str().unwrap_or("none").to_owned()))
}

/// Sends commands in bursts, then ends the connection in one way or another: the keys of what was sent.
fn send_commands(peer: &mut Peer, number: u64, mut script: Chance, is_to_last: bool) -> Vec<String> {
    let mut sent = Vec::new();
    for _ in 0..BURSTS {
        for _ in 0..script.upto(6) {
            let key = format!("c{number}-{}", sent.len());
            if !peer.command(&key) {
                return sent;
            }
            sent.push(key);
        }
        away(script.upto(4));
    }
    match script.upto(3) {
        // Its pong wakes the reader.
        _ if is_to_last => drop(peer.send(PING, b"")),
        0 => drop(peer.send(CLOSE, &close_payload(1001, b"server restarts"))),
        // In a way that no message gets through any more, in either direction.
        1 => drop(peer.stream.shutdown(Shutdown::Both)),
        2 => drop(peer.stream.shutdown(Shutdown::Write)),
        // The host may end it; if it does not, this does.
        _ => {
            away(20);
            peer.send(CLOSE, &close_payload(1000, b""));
        }
    }
    sent
}

/// The host: one domain after the other, and what all of them saw.
struct Host {
    settings: Settings,
    chance: Chance,
    domain: Domain,
    handed: HashMap<String, Handed>,
    /// Polled and still to be answered.
    open: Vec<(u64, String)>,
}

impl Host {
    fn new(settings: Settings, chance: Chance) -> Self {
        let domain = Domain::first(&settings);
        Self { settings, chance, domain, handed: HashMap::new(), open: Vec::new() }
    }

    fn act(&mut self) {
        match self.chance.upto(99) {
            0..60 => self.frame(),
            60..75 => away(self.chance.upto(u64::from(2 * HOLD_MS))),
            75..90 => self.answer_some(),
            90..97 => self.reload(),
            97 => {
                assert_eq!(framewire_disconnect(self.domain.link), FRAMEWIRE_OK);
                away(self.chance.upto(3));
                assert_eq!(framewire_connect(self.domain.link), FRAMEWIRE_OK);
            }
            _ => {
                // Paused is handed out nothing, and refused all the same.
                assert_eq!(framewire_pause(self.domain.link), FRAMEWIRE_OK);
                assert!(self.domain.frame(8).is_empty());
                away(self.chance.upto(u64::from(2 * HOLD_MS)));
                assert_eq!(framewire_resume(self.domain.link), FRAMEWIRE_OK);
            }
        }
    }

    fn frame(&mut self) {
        let capacity = 1 + self.chance.upto(15) as usize;
        let fresh = self.domain.frame(capacity);
        self.domain.seen.clear();
        if fresh.is_empty() {
            framewire_wait(self.domain.link, 1);
        }
        for event in fresh {
            self.note(&event);
            if !matches!(event.kind, FRAMEWIRE_EVENT_REQUEST | FRAMEWIRE_EVENT_REQUEST_ORPHANED) {
                continue;
            }
            match self.chance.upto(9) {
                0..6 => self.answer(event.id, &event.key()),
                6 | 7 => self.open.push((event.id, event.key())),
                // Expires: the deadline is the library's to keep.
                _ => drop(self.domain.defer(event.id, 1 + self.chance.upto(15) as u32, "a note")),
            }
        }
    }

    fn note(&mut self, event: &crate::domain::Seen) {
        match event.kind {
            FRAMEWIRE_EVENT_REQUEST => self.handed.entry(event.key()).or_default().as_request += 1,
            FRAMEWIRE_EVENT_REQUEST_ORPHANED => self.handed.entry(event.key()).or_default().as_orphan += 1,
            _ => {}
        }
    }

    fn answer(&mut self, id: u64, key: &str) {
        match self.domain.respond(id, "{}") {
            FRAMEWIRE_OK => self.handed.entry(key.to_owned()).or_default().responded += 1,
            FRAMEWIRE_LOST | FRAMEWIRE_EXPIRED => {}
            // Kept for long: answered as an orphan by a later domain, or so old that its slot serves another.
            FRAMEWIRE_ALREADY_ANSWERED | FRAMEWIRE_UNKNOWN => {}
            other => panic!("{other}"),
        }
    }

    fn answer_some(&mut self) {
        for _ in 0..self.chance.upto(4) {
            if let Some((id, key)) = self.open.pop() {
                self.answer(id, &key);
            }
        }
    }

    fn reload(&mut self) {
        if self.chance.once_in(2) {
            assert_eq!(framewire_detach(self.domain.link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
        } else {
            // A death with events lent: handed out they were.
            let (_, fresh) = self.domain.poll(8);
            fresh.iter().for_each(|event| self.note(event));
        }
        away(self.chance.upto(u64::from(2 * HOLD_MS)));
        self.domain = Domain::next(&self.settings);
    }

    /// The last answers were read by the server: takes what is left and counts.
    fn end(mut self) -> (HashMap<String, Handed>, framewire_stats) {
        assert_eq!(framewire_disconnect(self.domain.link), FRAMEWIRE_OK);
        until("it rests", || self.domain.state().phase == FRAMEWIRE_PHASE_DISCONNECTED);
        loop {
            let fresh = self.domain.frame(64);
            if fresh.is_empty() {
                break;
            }
            fresh.iter().for_each(|event| self.note(event));
        }
        let stats = self.domain.stats();
        self.domain.close();
        (self.handed, stats)
    }
}
