//! What somebody may put where a state file, its lock or its sidecars go: nothing but these is ever written, and nothing
//! makes a publisher or a reader wait.

use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};

use std::path::{Path, PathBuf};
use std::process::Command;

use framewire::state_file::{Publisher, Record, TroubleKind, Verdict, lock_path, read, sidecars};

use crate::figures;
use crate::support::scratch::Scratch;

/// A user that is nobody.
const STRANGER: u32 = 65_534;

pub fn said(phase: &str) -> Record {
    Record { phase: phase.into(), generation_id: "g".into(), ..Record::default() }
}

/// A file that must stay as it is, in a directory of its own.
pub struct Victim {
    scratch: Scratch,
    before: (u64, u64, u32, i64, i64, String),
}

impl Victim {
    pub fn new() -> Self {
        let scratch = Scratch::new();
        fs::write(scratch.path().join("victim"), "kept").expect("a file");
        fs::set_permissions(scratch.path().join("victim"), Permissions::from_mode(0o640)).expect("a mode");
        let before = Self::looks(&scratch.path().join("victim"));
        Self { scratch, before }
    }

    pub fn path(&self) -> PathBuf {
        self.scratch.path().join("victim")
    }

    fn looks(path: &Path) -> (u64, u64, u32, i64, i64, String) {
        let metadata = fs::symlink_metadata(path).expect("it is there");
        let content = fs::read_to_string(path).expect("it is text");
        (metadata.ino(), metadata.dev(), metadata.mode(), metadata.mtime(), metadata.mtime_nsec(), content)
    }

    #[track_caller]
    pub fn is_whole(&self, what: &str) {
        assert_eq!(Self::looks(&self.path()), self.before, "{what}");
        let names = fs::read_dir(self.scratch.path()).expect("a directory").count();
        assert_eq!(names, 1, "{what}: nothing was made beside it");
    }
}

/// What is put in a place, and whether a publisher can go on all the same.
type Thing = (&'static str, fn(&Path, &Victim));

fn things() -> Vec<Thing> {
    let mut things: Vec<Thing> = vec![
        ("a symbolic link", |place, victim| symlink(victim.path(), place).unwrap()),
        ("a dangling link", |place, victim| symlink(victim.path().with_file_name("new"), place).unwrap()),
        ("a link to itself", |place, _| symlink(place, place).unwrap()),
        ("a link to a device", |place, _| symlink("/dev/full", place).unwrap()),
        ("a hard link", |place, victim| fs::hard_link(victim.path(), place).unwrap()),
        ("a pipe", |place, _| assert!(Command::new("mkfifo").arg(place).status().unwrap().success())),
        ("a directory", |place, _| fs::create_dir(place).unwrap()),
        ("a socket", |place, _| make_socket(place)),
        ("a file nobody may write", |place, _| {
            fs::write(place, "other").unwrap();
            fs::set_permissions(place, Permissions::from_mode(0o0)).unwrap();
        }),
        ("a file that anybody may write", |place, _| {
            fs::write(place, "other").unwrap();
            fs::set_permissions(place, Permissions::from_mode(0o666)).unwrap();
        }),
    ];
    if is_root() {
        things.push(("a device", |place, _| {
            assert!(Command::new("mknod").arg(place).args(["c", "1", "7"]).status().unwrap().success());
        }));
        things.push(("a stranger's file", |place, _| {
            fs::write(place, "other").unwrap();
            std::os::unix::fs::chown(place, Some(STRANGER), None).unwrap();
        }));
        things.push(("a stranger's link", |place, victim| {
            symlink(victim.path(), place).unwrap();
            std::os::unix::fs::lchown(place, Some(STRANGER), None).unwrap();
        }));
    }
    things
}

/// Not by binding one, whose path must be short.
fn make_socket(place: &Path) {
    let path = std::ffi::CString::new(place.as_os_str().as_bytes()).expect("a path without NUL");
    // SAFETY: the path is a C string that outlives the call.
    assert_eq!(unsafe { libc::mknod(path.as_ptr(), libc::S_IFSOCK | 0o600, 0) }, 0, "a socket can be made");
}

pub fn is_root() -> bool {
    // SAFETY: geteuid has no precondition and cannot fail.
    unsafe { libc::geteuid() == 0 }
}

/// The record that lies there is a file of its own, for this user alone.
#[track_caller]
fn is_ours(path: &Path, what: &str) {
    let metadata = fs::symlink_metadata(path).expect("it is there");
    assert!(metadata.file_type().is_file(), "{what}");
    assert_eq!((metadata.mode() & 0o7777, metadata.nlink()), (0o600, 1), "{what}");
}

#[test]
fn whatever_lies_in_the_way_nothing_else_is_written() {
    type Place = fn(&Path) -> PathBuf;
    let places: [(&str, Place); 5] = [
        ("file", |file| file.to_owned()),
        ("lock", lock_path),
        ("unfinished", |file| sidecars(file).unfinished),
        ("complete", |file| sidecars(file).complete),
        ("previous", |file| sidecars(file).previous),
    ];
    let (mut published, mut refused) = (0, 0);
    for (name, place) in places {
        for (thing, put) in things() {
            let what = format!("{thing} as {name}");
            let (scratch, victim) = (Scratch::new(), Victim::new());
            put(&place(&scratch.file()), &victim);
            let mut publisher = Publisher::new(scratch.file());
            match publisher.publish(said("ready")) {
                Ok(()) => {
                    is_ours(&scratch.file(), &what);
                    assert_eq!(read(&scratch.file()).verdict, Verdict::Ready, "{what}");
                    published += 1;
                }
                Err(trouble) => {
                    let advice = ["move it away", "let this user write", "choose another"];
                    assert!(advice.iter().any(|advice| trouble.text.contains(advice)), "{what}: {}", trouble.text);
                    assert!(trouble.text.contains("state.json"), "{what}: {}", trouble.text);
                    if name == "lock" && !thing.contains("file") {
                        assert_eq!(trouble.kind, TroubleKind::InTheWay, "{what}: {}", trouble.text);
                    }
                    refused += 1;
                }
            }
            victim.is_whole(&what);
            // Whatever a reader says of it, it comes back, and changes nothing.
            let _ = read(&scratch.file());
            victim.is_whole(&what);
        }
    }
    assert!(published > 20 && refused > 10, "{published} published, {refused} refused");
    figures::held("things in the way of a state file", published + refused);
}

/// A second name for the lock is no lock of ours.
#[test]
fn a_lock_with_two_names_is_refused_before_it_is_opened() {
    let (scratch, victim) = (Scratch::new(), Victim::new());
    fs::hard_link(victim.path(), lock_path(&scratch.file())).expect("a link");
    let trouble = Publisher::new(scratch.file()).publish(said("ready")).expect_err("it is not ours");
    assert!(trouble.text.contains("other names") && trouble.text.contains("move it away"), "{}", trouble.text);
    fs::remove_file(lock_path(&scratch.file())).expect("it is there");
    Publisher::new(scratch.file()).publish(said("ready")).expect("the way is free");
}

/// A directory that is somebody else's link is used as the user set it up; what is made in it is for this user alone.
#[test]
fn a_directory_that_anybody_may_write_gets_private_files() {
    let scratch = Scratch::new();
    let open = scratch.path().join("open");
    fs::create_dir(&open).expect("a directory");
    fs::set_permissions(&open, Permissions::from_mode(0o777)).expect("a mode");
    let linked = scratch.path().join("linked");
    symlink(&open, &linked).expect("a link");
    for directory in [&open, &linked] {
        let file = directory.join("state.json");
        let mut publisher = Publisher::new(file.clone());
        publisher.publish(said("ready")).expect("it can be written");
        is_ours(&file, "a record");
        is_ours(&lock_path(&file), "a lock");
        drop(publisher);
    }
    // What is there before is left as it is.
    assert_eq!(fs::metadata(&open).expect("it is there").mode() & 0o7777, 0o777);
}

/// Names the place in the process that publishes there.
const PLACE: &str = "FRAMEWIRE_TEST_PLACE";

/// With the loosest mask, what is made is private from its first moment.
#[test]
fn no_mask_makes_a_file_of_others() {
    if let Some(place) = std::env::var_os(PLACE) {
        return Publisher::new(place.into()).publish(said("stopped")).expect("it can be written");
    }
    let scratch = Scratch::new();
    let file = scratch.path().join("own").join("state.json");
    let script = "umask 0; exec \"$0\" --exact files::no_mask_makes_a_file_of_others --nocapture";
    let program = std::env::current_exe().expect("this program");
    let done = Command::new("sh").arg("-c").arg(script).arg(program).env(PLACE, &file).output().expect("it runs");
    let words = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && words.contains("1 passed"), "{words}");
    is_ours(&file, "a record");
    is_ours(&lock_path(&file), "a lock");
    assert_eq!(fs::metadata(file.parent().expect("it has one")).expect("it is there").mode() & 0o7777, 0o700);
}

#[test]
fn a_reader_follows_nothing_into_a_wait() {
    for (thing, put) in things() {
        let (scratch, victim) = (Scratch::new(), Victim::new());
        put(&scratch.file(), &victim);
        let is_odd = fs::metadata(scratch.file()).is_ok_and(|metadata| {
            let kind = metadata.file_type();
            kind.is_fifo() || kind.is_socket() || kind.is_char_device() || kind.is_dir()
        });
        let reading = read(&scratch.file());
        assert!(!is_odd || reading.verdict == Verdict::Unreadable, "{thing}: {reading:?}");
        assert!(!reading.advice.contains("kept"), "{thing}: what is there is not shown: {}", reading.advice);
    }
}
