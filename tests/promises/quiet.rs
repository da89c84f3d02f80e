//! P8: nothing is written on standard output or error, and no secret is told.

use std::fs::File;
use std::io::Read;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::time::Duration;

use framewire::link::ProfileKind;
use framewire::session::event::EventKind;

use crate::support::peer::{CLOSE, FIN, Peer, TEXT, frame, listen};
use crate::support::{Host, raw};

/// Set in the process whose output is looked at.
const WATCHED: &str = "FRAMEWIRE_TEST_WATCHED";
const SECRETS: [&str; 4] = ["5ec2e75ec2e7-token", "5ec2e75ec2e7-header", "5ec2e75ec2e7-query", "5ec2e75ec2e7-hello"];

/// Everything that goes to descriptors 1 and 2 while `body` runs.
fn written_during(body: impl FnOnce()) -> String {
    let mut file = File::options().read(true).write(true).create_new(true).open(scratch()).expect("a scratch file");
    // SAFETY: these calls take descriptors that are open, and nothing else of this process.
    let kept = unsafe { [libc::dup(1), libc::dup(2)] };
    for standard in [1, 2] {
        // SAFETY: as above.
        unsafe { libc::dup2(file.as_raw_fd(), standard) };
    }
    body();
    for (standard, kept) in [1, 2].into_iter().zip(kept) {
        // SAFETY: as above.
        unsafe { libc::dup2(kept, standard) };
    }
    let mut written = String::new();
    std::io::Seek::rewind(&mut file).expect("it is a file");
    file.read_to_string(&mut written).expect("it is text");
    let _ = std::fs::remove_file(scratch());
    written
}

fn scratch() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("framewire-quiet-{}", std::process::id()))
}

/// Refusals, garbage, a whole conversation, a bad answer, a lost connection, a close.
fn whole_flow() -> Vec<String> {
    let [token, header, query, hello] = SECRETS;
    let (listener, url) = listen();
    let peer = std::thread::spawn(move || {
        let mut refusing = crate::support::peer::accept(&listener);
        crate::support::peer::request(&mut refusing);
        let answer = format!("HTTP/1.1 401 Unauthorized\r\nX: {token}\r\nContent-Length: 0\r\n\r\n");
        std::io::Write::write_all(&mut refusing, answer.as_bytes()).unwrap();
        drop(refusing);
        let mut peer = Peer::accept(&listener);
        let told = peer.greet().to_string();
        peer.text("{\"broken\":");
        peer.command("one");
        assert_eq!(peer.json().unwrap()["request_id"], "one");
        peer.command("two");
        assert_eq!(peer.json().unwrap()["request_id"], "two");
        peer.raw(&frame(FIN | TEXT | 0x40, b"reserved bit"));
        while peer.read().is_some() {}
        let mut peer = Peer::accept(&listener);
        peer.greet();
        peer.command("three");
        peer.read_of(CLOSE);
        told
    });
    let mut config = raw(&format!("{url}path?key={query}"));
    config.profile = ProfileKind::GodotAi;
    config.protocol = 1;
    config.headers = vec![("X-Key".into(), header.into())];
    config.token = Some(token.into());
    config.hello = Some(format!(r#"{{"project_path":"{hello}"}}"#));
    config.log_level = 5;
    let mut host = Host::open(config);
    host.next(EventKind::ConnectFailed);
    host.link.connect().unwrap();
    let one = host.next(EventKind::Request).id;
    host.link.respond(one, b"{}").unwrap();
    let two = host.next(EventKind::Request).id;
    host.link.respond(two, b"{broken").unwrap();
    host.next(EventKind::Closed);
    host.next(EventKind::Request);
    host.link.log(5, "a line of the host");
    host.next(EventKind::Log);
    host.link.close(Duration::from_secs(5)).unwrap();
    host.next(EventKind::Closed);
    assert!(peer.join().unwrap().contains(token), "the server did get the token");
    host.seen.iter().map(|seen| format!("{:?} {} {}", seen.kind, seen.name, seen.detail)).collect()
}

#[test]
fn p8_quiet_nothing_is_printed_and_no_secret_told() {
    if std::env::var_os(WATCHED).is_some() {
        let mut told = Vec::new();
        let written = written_during(|| told = whole_flow());
        assert_eq!(written, "");
        assert!(told.iter().any(|line| line.starts_with("Log")), "{told:?}");
        for (line, secret) in told.iter().flat_map(|line| SECRETS.map(|secret| (line, secret))) {
            assert!(!line.contains(secret), "{line} tells {secret}");
        }
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let name = "quiet::p8_quiet_nothing_is_printed_and_no_secret_told";
    let child =
        Command::new(program).args(["--exact", name, "--nocapture"]).env(WATCHED, "1").output().expect("it runs");
    let words = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && words.contains("1 passed"), "{words}");
}
