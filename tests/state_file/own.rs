//! The process that publishes reads its own files too, and keeps its locks all the same.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use framewire::state_file::{Publisher, Record, TroubleKind, Verdict, lock_path, read};

use crate::support::scratch::Scratch;

/// The outsider's side of the next test: tells a verdict for each line it gets.
#[test]
fn an_outsider_to_be_asked() {
    let Ok(file) = std::env::var("FRAMEWIRE_TEST_ASKED") else { return };
    for _ in std::io::stdin().lines() {
        println!("\nverdict {}", read(file.as_ref()).verdict.name());
    }
}

/// The other side of [`a_lock_that_was_lost_to_another_process_stays_lost`]: publishes until its input ends.
#[test]
fn a_second_publisher_to_be_run() {
    let Ok(file) = std::env::var("FRAMEWIRE_TEST_SECOND") else { return };
    let mut publisher = Publisher::new(file.into());
    publisher.publish(Record { phase: "compiling".into(), ..Record::default() }).unwrap();
    println!("\nverdict {}", read(publisher.path()).verdict.name());
    for _ in std::io::stdin().lines() {}
}

/// Another process, which reads the file when it is asked, or publishes.
struct Outsider {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Outsider {
    fn new(scratch: &Scratch) -> Self {
        Self::run("own::an_outsider_to_be_asked", "FRAMEWIRE_TEST_ASKED", scratch)
    }

    fn run(test: &str, variable: &str, scratch: &Scratch) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env(variable, scratch.file())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    fn verdict(&mut self) -> String {
        self.process.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
        self.told()
    }

    fn told(&mut self) -> String {
        let told = self.lines.by_ref().map_while(Result::ok);
        let mut told = told.filter_map(|line| line.strip_prefix("verdict ").map(str::to_owned));
        told.next().expect("the outsider answers")
    }
}

impl Drop for Outsider {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn reading_never_costs_the_lock() {
    let scratch = Scratch::new();
    let mut outsider = Outsider::new(&scratch);
    let stop = Arc::new(AtomicBool::new(false));
    let mut files = vec![scratch.file()];
    #[cfg(unix)]
    {
        let alias = scratch.path().join("alias");
        std::os::unix::fs::symlink(scratch.path(), &alias).unwrap();
        files.push(alias.join("state.json"));
    }
    let start = |file: std::path::PathBuf| {
        let stop = Arc::clone(&stop);
        std::thread::spawn(move || {
            let mut looks = 0_u64;
            while !stop.load(Ordering::Acquire) {
                let verdict = read(&file).verdict;
                assert!(matches!(verdict, Verdict::Missing | Verdict::Ready | Verdict::Stale), "{verdict:?}");
                looks += 1;
            }
            looks
        })
    };
    let readers: Vec<_> = files.into_iter().map(start).collect();
    // Taken, held and let go, over and over.
    for _ in 0..300 {
        let mut publisher = Publisher::new(scratch.file());
        for number in 0..5 {
            let id = number.to_string();
            let record = Record { phase: "ready".into(), generation_id: id, ..Record::default() };
            publisher.publish(record).unwrap();
            assert_eq!(read(&scratch.file()).verdict, Verdict::Ready);
        }
        assert_eq!(outsider.verdict(), "ready");
        drop(publisher);
        assert_eq!(outsider.verdict(), "stale");
    }
    stop.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.join().unwrap() > 100);
    }
}

#[cfg(unix)]
#[test]
fn a_lock_that_was_lost_to_another_process_stays_lost() {
    let scratch = Scratch::new();
    let record = |phase: &str| Record { phase: phase.into(), ..Record::default() };
    let mut publisher = Publisher::new(scratch.file());
    publisher.publish(record("ready")).unwrap();
    // Any close of the file costs this process its locks: here as other code of a host might.
    drop(std::fs::File::open(lock_path(&scratch.file())).unwrap());
    let mut second = Outsider::run("own::a_second_publisher_to_be_run", "FRAMEWIRE_TEST_SECOND", &scratch);
    assert_eq!(second.told(), "busy");
    for _ in 0..3 {
        assert!(!publisher.is_in_place());
        assert_eq!(publisher.publish(record("ready")).unwrap_err().kind, TroubleKind::Taken);
        let reading = read(&scratch.file());
        assert_eq!((reading.verdict, reading.record.unwrap().phase.as_str()), (Verdict::Busy, "compiling"));
    }
    drop(second);
    publisher.publish(record("ready")).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Ready);
    // Lost with nobody to take it, it is taken again.
    drop(std::fs::File::open(lock_path(&scratch.file())).unwrap());
    assert!(publisher.is_in_place());
    assert_eq!(Outsider::new(&scratch).verdict(), "ready");
}
