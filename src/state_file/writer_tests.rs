//! Tests of publishing: what lies on the disk afterwards, and what stands in its way.

use super::*;
use crate::state_file::scratch::Scratch;
use crate::state_file::trouble::TroubleKind;
use crate::state_file::{Verdict, default_path, lock_path, read};

fn said(phase: &str) -> Record {
    Record { phase: phase.into(), generation_id: "g".into(), ..Record::default() }
}

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().flatten().map(|e| e.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_record_is_published_replaced_and_read_by_its_own_process() {
    let scratch = Scratch::new();
    let directory = scratch.path().join("framewire");
    let mut publisher = Publisher::new(directory.join("state.json"));
    for (phase, verdict) in [("starting", Verdict::Busy), ("ready", Verdict::Ready), ("failed", Verdict::Failed)] {
        publisher.publish(said(phase)).unwrap();
        // Reading it here must not cost the lock, however often.
        for _ in 0..3 {
            assert_eq!(read(publisher.path()).verdict, verdict);
        }
        assert_eq!(names(&directory), ["state.json", "state.json.lock"]);
        assert!(publisher.is_in_place());
    }
    let record = read(publisher.path()).record.unwrap();
    assert_eq!(record.pid, Some(std::process::id()));
    assert!(record.lock_byte.is_some_and(|byte| byte > 0 && byte <= 1 << 53));
    assert!(record.process_start_time.is_some());
    let path = publisher.path().to_owned();
    drop(publisher);
    assert_eq!(read(&path).verdict, Verdict::Stale, "the process lives, and what it published is over");
}

#[cfg(unix)]
#[test]
fn what_is_made_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let directory = scratch.path().join("own");
    let mut publisher = Publisher::new(directory.join("state.json"));
    publisher.publish(said("ready")).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(publisher.path()), 0o600);
    assert_eq!(mode(&lock_path(publisher.path())), 0o600);
}

#[test]
fn what_another_writer_left_is_cleaned_up() {
    let scratch = Scratch::new();
    let beside = sidecars(&scratch.file());
    for path in [&beside.unfinished, &beside.complete, &beside.previous] {
        fs::write(path, "{\"phase\":\"ready\"}").unwrap();
    }
    let mut publisher = Publisher::new(scratch.file());
    publisher.publish(said("stopped")).unwrap();
    assert_eq!(names(scratch.path()), ["state.json", "state.json.lock"]);
}

#[test]
fn a_directory_deleted_under_us_is_made_again_and_locked_again() {
    let scratch = Scratch::new();
    let directory = scratch.path().join("framewire");
    let mut publisher = Publisher::new(directory.join("state.json"));
    publisher.publish(said("ready")).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    assert!(!publisher.is_in_place());
    assert_eq!(read(publisher.path()).verdict, Verdict::Missing);
    publisher.publish(said("ready")).unwrap();
    assert!(publisher.is_in_place());
    assert_eq!(read(publisher.path()).verdict, Verdict::Ready);
    // What is not ours is not made.
    fs::remove_dir_all(scratch.path()).unwrap();
    assert_eq!(publisher.publish(said("ready")).unwrap_err().kind, TroubleKind::Gone);
    fs::create_dir(scratch.path()).unwrap();
    publisher.publish(said("ready")).unwrap();
    assert_eq!(read(publisher.path()).verdict, Verdict::Ready);
}

#[test]
fn the_cache_of_a_project_is_made_where_the_project_is_and_nowhere_else() {
    let scratch = Scratch::new();
    let project = scratch.path().join("game");
    fs::create_dir(&project).unwrap();
    fs::write(project.join("project.godot"), "").unwrap();
    let mut publisher = Publisher::new(default_path(&project).unwrap());
    for _ in 0..2 {
        publisher.publish(said("ready")).unwrap();
        assert_eq!(read(&project).verdict, Verdict::Ready);
        fs::remove_dir_all(project.join(".godot")).unwrap();
    }
    fs::remove_dir_all(&project).unwrap();
    assert_eq!(publisher.publish(said("ready")).unwrap_err().kind, TroubleKind::Gone);
    assert!(!project.exists());
}

#[test]
fn what_lies_in_the_way_is_told_and_left_alone() {
    let scratch = Scratch::new();
    let mut publisher = Publisher::new(scratch.file());
    fs::create_dir(scratch.file()).unwrap();
    let trouble = publisher.publish(said("ready")).unwrap_err();
    assert_eq!(trouble.kind, TroubleKind::InTheWay);
    assert!(trouble.text.contains("a directory") && trouble.text.contains("state.json"), "{}", trouble.text);
    fs::remove_dir(scratch.file()).unwrap();
    #[cfg(unix)]
    {
        let other = scratch.path().join("other");
        fs::write(&other, "kept").unwrap();
        std::os::unix::fs::symlink(&other, scratch.file()).unwrap();
        let trouble = publisher.publish(said("ready")).unwrap_err();
        assert!(trouble.text.contains("symbolic link"), "{}", trouble.text);
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
        fs::remove_file(scratch.file()).unwrap();
        // A link under a sidecar's name is removed, not followed.
        std::os::unix::fs::symlink(&other, sidecars(&scratch.file()).unfinished).unwrap();
        publisher.publish(said("ready")).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "kept");
    }
    publisher.publish(said("ready")).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Ready);
}

#[test]
fn a_record_that_cannot_be_replaced_is_not_told_as_true() {
    let scratch = Scratch::new();
    let mut publisher = Publisher::new(scratch.file());
    publisher.publish(said("ready")).unwrap();
    // Something that cannot be removed as a file keeps the next one from being written.
    let unfinished = sidecars(&scratch.file()).unfinished;
    fs::create_dir(&unfinished).unwrap();
    assert!(publisher.publish(said("compiling")).is_err());
    let reading = read(&scratch.file());
    assert_eq!((reading.verdict, reading.record.unwrap().phase.as_str()), (Verdict::Stale, "ready"));
    fs::remove_dir(&unfinished).unwrap();
    publisher.publish(said("compiling")).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Busy);
}

#[test]
fn one_publisher_at_a_time() {
    let scratch = Scratch::new();
    let mut first = Publisher::new(scratch.file());
    first.publish(said("ready")).unwrap();
    let mut second = Publisher::new(scratch.file());
    assert_eq!(second.publish(said("failed")).unwrap_err().kind, TroubleKind::Taken);
    #[cfg(unix)]
    {
        // By another name it is the same file, and looking at it must not cost the lock.
        let alias = scratch.path().join("alias");
        std::os::unix::fs::symlink(scratch.path(), &alias).unwrap();
        let mut third = Publisher::new(alias.join("state.json"));
        assert_eq!(third.publish(said("failed")).unwrap_err().kind, TroubleKind::Taken);
        assert_eq!(read(&alias.join("state.json")).verdict, Verdict::Ready);
    }
    assert_eq!(read(&scratch.file()).verdict, Verdict::Ready);
    drop(first);
    second.publish(said("failed")).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Failed);
}

/// A successor that has the lock and has not written makes nobody believe its predecessor's record.
#[test]
fn a_lock_proves_the_life_of_one_record_only() {
    let scratch = Scratch::new();
    let mut first = Publisher::new(scratch.file());
    first.publish(said("ready")).unwrap();
    drop(first);
    let successor = Lock::take(&scratch.file()).unwrap();
    assert_eq!(read(&scratch.file()).verdict, Verdict::Stale);
    drop(successor);
}

#[test]
fn a_sidecar_that_cannot_be_removed_costs_nothing() {
    let scratch = Scratch::new();
    fs::create_dir(sidecars(&scratch.file()).complete).unwrap();
    let mut publisher = Publisher::new(scratch.file());
    publisher.publish(said("ready")).unwrap();
    assert_eq!(read(publisher.path()).verdict, Verdict::Ready);
}
