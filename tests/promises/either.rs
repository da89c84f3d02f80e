//! P2: a request is handed out, or refused busy, or dropped unseen: one of them, and what was refused never runs.
//!
//! Two threads act by chance, on real sockets: a server that sends commands and now and then ends the connection, and
//! a host that polls or does not, lets requests wait until they are refused, lets others expire, dies, is reloaded,
//! disconnects. Afterwards both sides are counted.

use std::collections::{BTreeMap, HashMap};
use std::net::{Shutdown, TcpListener};

use framewire::ffi::*;

use crate::chance::Chance;
use crate::domain::{Domain, Settings, away};
use crate::support::peer::{CLOSE, Peer, TEXT, close_payload, listen};
use crate::support::until;

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
            // The host disconnected: what was open is told so, seen or not.
            Some("TRANSPORT_OUTCOME_UNKNOWN") => {
                assert!(of_host.is_none_or(|handed| handed.responded == 0), "answered before: {}", tell());
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
    assert!(busy <= stats.refused_busy, "seed {seed}: {busy} told, {} counted", stats.refused_busy);
    let told = (ok, busy, expired, unanswered);
    assert!(ok > 0 && busy > 0 && expired > 0, "seed {seed}: a way was never gone, which proves nothing: {told:?}");
    assert!(stats.held_too_long > 0 && stats.attaches > 0, "seed {seed}: {stats:?}");
}

/// Takes the connections one after the other; what became of each command.
fn serve(listener: &TcpListener, chance: &mut Chance) -> BTreeMap<String, Command> {
    let mut commands = BTreeMap::new();
    for connection in 0..CONNECTIONS {
        let mut peer = Peer::accept(listener);
        peer.greet();
        let mut writer = Peer { stream: peer.stream.try_clone().expect("a second handle") };
        let mut script = Chance(chance.draw());
        // The last one ends when all of it is answered, the others anyhow.
        let lasts = connection + 1 == CONNECTIONS;
        let writing = std::thread::spawn(move || {
            let mut sent = Vec::new();
            for _ in 0..BURSTS {
                for _ in 0..script.upto(6) {
                    let key = format!("c{connection}-{}", sent.len());
                    if !writer.command(&key) {
                        return sent;
                    }
                    sent.push(key);
                }
                away(script.upto(4));
            }
            match script.upto(3) {
                _ if lasts => {}
                0 => drop(writer.send(CLOSE, &close_payload(1001, b"server restarts"))),
                // In a way that no message gets through any more, in either direction.
                1 => drop(writer.stream.shutdown(Shutdown::Both)),
                2 => drop(writer.stream.shutdown(Shutdown::Write)),
                // The host may end it; if it does not, this does.
                _ => {
                    away(20);
                    writer.send(CLOSE, &close_payload(1000, b""));
                }
            }
            sent
        });
        let mut answers: Vec<(String, String)> = Vec::new();
        let mut writing = Some(writing);
        let mut sent = Vec::new();
        loop {
            if lasts && let Some(done) = writing.take_if(|writing| writing.is_finished()) {
                sent = done.join().expect("it only writes");
            }
            if lasts && writing.is_none() && answers.len() >= sent.len() {
                peer.send(CLOSE, &close_payload(1000, b"all is answered"));
            }
            match peer.read() {
                Some((TEXT, text)) => {
                    let message: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
                    if let Some(id) = message["request_id"].as_str() {
                        let is_ok = message["status"] == "ok";
                        let how = if is_ok { &message["status"] } else { &message["error"]["code"] };
                        answers.push((id.to_owned(), how.as_str().unwrap_or("none").to_owned()));
                    }
                }
                Some((CLOSE, payload)) => drop(peer.send(CLOSE, &payload)),
                Some(_) => {}
                None => break,
            }
        }
        // Ends the writer, if it still writes.
        let _ = peer.stream.shutdown(Shutdown::Both);
        if let Some(writing) = writing {
            sent = writing.join().expect("it only writes");
        }
        for key in sent {
            commands.insert(key, Command { must_be_answered: lasts, ..Command::default() });
        }
        for (key, how) in answers {
            commands.get_mut(&key).unwrap_or_else(|| panic!("an answer to nothing: {key}")).answers.push(how);
        }
    }
    commands
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
