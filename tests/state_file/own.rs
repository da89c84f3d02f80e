//! The process that publishes reads its own files too, and keeps its locks all the same.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use framewire::state_file::{Publisher, Record, Verdict, lock_path, read};

use crate::support::scratch::Scratch;

/// Locks that the system says this process holds on `path`.
fn locks(path: &Path) -> usize {
    let inode = fs::metadata(path).unwrap().ino();
    let (pid, file) = (std::process::id().to_string(), format!(":{inode}"));
    let table = fs::read_to_string("/proc/locks").unwrap();
    let is_own = |line: &&str| {
        let fields: Vec<_> = line.split_ascii_whitespace().collect();
        fields.get(4) == Some(&pid.as_str()) && fields.get(5).is_some_and(|field| field.ends_with(&file))
    };
    table.lines().filter(is_own).count()
}

#[test]
fn reading_never_costs_the_lock() {
    let scratch = Scratch::new();
    let alias = scratch.path().join("alias");
    std::os::unix::fs::symlink(scratch.path(), &alias).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let readers = [scratch.file(), alias.join("state.json")].map(|file| {
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
    });
    // Taken, held and let go, over and over.
    for _ in 0..300 {
        let mut publisher = Publisher::new(scratch.file());
        for number in 0..5 {
            let id = number.to_string();
            let record = Record { phase: "ready".into(), generation_id: id, ..Record::default() };
            publisher.publish(record).unwrap();
            assert_eq!(locks(&lock_path(&scratch.file())), 2, "the right to publish, and the record's own");
            assert_eq!(read(&scratch.file()).verdict, Verdict::Ready);
        }
        drop(publisher);
        assert_eq!(locks(&lock_path(&scratch.file())), 0);
    }
    stop.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.join().unwrap() > 100);
    }
}
