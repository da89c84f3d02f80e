//! Disks that are full, read-only or gone, and what may lie in the file's place: told once, never fatal, and the link
//! goes on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use framewire::link::Config;
use framewire::readiness::Readiness;
use framewire::session::event::EventKind;
use framewire::state_file::{Verdict, read};

use crate::support::peer::{PING, PONG, Peer, serve};
use crate::support::scratch::Scratch;
use crate::support::skip::skip;
use crate::support::until;
use crate::support::{Host, raw};

/// A small disk of its own, unmounted with the test.
struct Disk {
    scratch: Scratch,
}

impl Disk {
    /// `None`, said on standard error, where this user may not mount one.
    fn new() -> Option<Self> {
        let scratch = Scratch::new();
        let is_mounted = run("mount", &["-t", "tmpfs", "-o", "size=64k", "tmpfs"], scratch.path());
        if is_mounted {
            return Some(Self { scratch });
        }
        let what = "no small disk can be mounted here (root is needed): full, read-only and lost disks are not tested";
        skip(what);
        None
    }

    fn file(&self) -> PathBuf {
        self.scratch.file()
    }

    fn filler(&self) -> PathBuf {
        self.scratch.path().join("filler")
    }

    /// Covers it with an empty disk that nobody may write to: no disk with a lock held on it can become read-only.
    fn cover(&self) {
        assert!(run("mount", &["-t", "tmpfs", "-o", "ro", "tmpfs"], self.scratch.path()));
    }

    fn uncover(&self) {
        assert!(run("umount", &["-l"], self.scratch.path()));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Twice where a test ended while it was covered.
        while run("umount", &["-l"], self.scratch.path()) {}
    }
}

fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    Command::new(program).args(arguments).arg(path).output().is_ok_and(|output| output.status.success())
}

/// A link that publishes `file`, and a peer that sends a ping at each call of the second function and awaits the pong.
fn linked(file: PathBuf) -> (Host, impl FnMut()) {
    let (ping, pings) = std::sync::mpsc::channel::<()>();
    let (pong, pongs) = std::sync::mpsc::channel();
    let (url, _peer) = serve(move |mut peer: Peer| {
        while pings.recv().is_ok() {
            peer.send(PING, b"alive?");
            pong.send(peer.read_of(PONG)).unwrap();
        }
        peer.close_code_answered();
    });
    let mut host = Host::open(Config { state_file: Some(file), ..raw(&url) });
    host.next(EventKind::Opened);
    let is_alive = move || {
        ping.send(()).unwrap();
        assert_eq!(pongs.recv().unwrap().as_deref(), Some(&b"alive?"[..]), "the link goes on");
    };
    (host, is_alive)
}

/// The words of the warnings so far.
fn warnings(host: &Host) -> Vec<&str> {
    host.all(EventKind::Log).filter(|seen| seen.level == 2).map(|seen| seen.detail.as_str()).collect()
}

fn awaited(host: &mut Host, file: &Path, verdict: Verdict) {
    host.until(&format!("{verdict:?}"), |_| read(file).verdict == verdict);
}

/// Trouble comes, is told once with words, and goes; the file is right again without a change of the editor's.
fn survives(file: PathBuf, words: &str, verdict: Verdict, begin: impl FnOnce(), end: impl FnOnce()) {
    let (mut host, mut is_alive) = linked(file.clone());
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &file, Verdict::Ready);
    begin();
    host.link.set_readiness(Readiness::Compiling, "");
    host.until("a warning", |host| !warnings(host).is_empty());
    awaited(&mut host, &file, verdict);
    is_alive();
    let failures = host.link.stats().state_failures;
    assert!(failures > 0);
    host.link.set_readiness(Readiness::Importing, "");
    host.until("another try", |host| host.link.stats().state_failures > failures);
    assert_eq!(warnings(&host).len(), 1, "the same trouble is told once: {:?}", warnings(&host));
    assert!(warnings(&host)[0].contains(words), "{}", warnings(&host)[0]);
    end();
    awaited(&mut host, &file, Verdict::Busy);
    is_alive();
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &file, Verdict::Ready);
    drop(is_alive);
    host.close();
    assert_eq!(read(&file).verdict, Verdict::Stopped);
}

#[test]
fn a_full_disk() {
    let Some(disk) = Disk::new() else { return };
    let fill = || {
        use std::io::Write;
        let mut filler = fs::File::create(disk.filler()).unwrap();
        while filler.write_all(&[0; 512]).is_ok() {}
    };
    // What was told before is not taken for true any more.
    survives(disk.file(), "make room", Verdict::Stale, fill, || fs::remove_file(disk.filler()).unwrap());
}

#[test]
fn a_read_only_disk() {
    let Some(disk) = Disk::new() else { return };
    survives(disk.file(), "let this user write there", Verdict::Missing, || disk.cover(), || disk.uncover());
}

#[test]
fn a_disk_that_is_gone_for_a_while() {
    let Some(disk) = Disk::new() else { return };
    let below = disk.scratch.path().join("volume").join("framewire").join("state.json");
    fs::create_dir(disk.scratch.path().join("volume")).unwrap();
    let (volume, away) = (disk.scratch.path().join("volume"), disk.scratch.path().join("away"));
    survives(
        below,
        "must be there",
        Verdict::Missing,
        || fs::rename(&volume, &away).unwrap(),
        || fs::rename(&away, &volume).unwrap(),
    );
}

#[test]
fn a_directory_in_its_place() {
    let scratch = Scratch::new();
    let file = scratch.file();
    let begin = || {
        // The writer may put its file back in between.
        until("a directory there", || {
            let _ = fs::remove_file(&file);
            fs::create_dir(&file).is_ok()
        });
    };
    survives(file.clone(), "a directory lies", Verdict::Unreadable, begin, || fs::remove_dir(&file).unwrap());
}

#[test]
fn a_link_in_its_place() {
    let scratch = Scratch::new();
    let (file, other) = (scratch.file(), scratch.path().join("other"));
    fs::write(&other, "kept").unwrap();
    let begin = || {
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(&other, &file).unwrap();
    };
    survives(file.clone(), "symbolic link", Verdict::Unreadable, begin, || fs::remove_file(&file).unwrap());
    assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
}

/// The directory is deleted under an editor that has nothing to say: the file comes back all the same.
#[test]
fn a_directory_that_is_deleted_comes_back() {
    let scratch = Scratch::new();
    let directory = scratch.path().join("framewire");
    let file = directory.join("state.json");
    let (mut host, is_alive) = linked(file.clone());
    host.link.set_readiness(Readiness::Ready, "");
    awaited(&mut host, &file, Verdict::Ready);
    fs::remove_dir_all(&directory).unwrap();
    awaited(&mut host, &file, Verdict::Ready);
    assert!(warnings(&host).is_empty());
    drop(is_alive);
    host.close();
}
