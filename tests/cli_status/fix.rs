//! `fix`: what it removes, and what it never touches.

use std::fs;
use std::process::{Command, Stdio};

use framewire::readiness::Readiness;
use framewire::state_file::Record;
use serde_json::Value;

use crate::project::{Life, Project, record};

const LEFTOVERS: [&str; 3] = [".tmp", ".tmp.write", ".bak"];

fn leave_sidecars(project: &Project) {
    for ending in LEFTOVERS {
        fs::write(project.beside(ending), record(Readiness::Compiling).to_text()).expect("it is written");
    }
}

/// Runs it, and checks that a second run finds nothing to do.
fn fix(project: &Project) -> String {
    let first = project.run(&["fix"]);
    assert_eq!((first.code, first.error.as_str()), (0, ""), "{first:?}");
    let files = project.files();
    let second = project.run(&["fix"]);
    assert_eq!(second.code, 0, "{second:?}");
    assert!(second.out.starts_with("nothing to do: "), "{}", second.out);
    assert_eq!(project.files(), files);
    first.out
}

#[test]
fn a_living_editors_files_are_never_touched() {
    for phase in [Readiness::Ready, Readiness::Compiling, Readiness::Failed] {
        let project = Project::new();
        let _life = Life::begin(&project);
        project.publish(&record(phase));
        leave_sidecars(&project);
        let (files, bytes) = (project.files(), fs::read(&project.path).expect("it is there"));
        let said = fix(&project);
        assert!(said.contains("lives") && said.contains(phase.name()), "{said}");
        assert_eq!(project.files(), files);
        assert_eq!(fs::read(&project.path).expect("it is there"), bytes);
        // Its lock, too, is as it was.
        assert_ne!(project.run(&["status"]).code, 6);
    }
}

#[test]
fn a_stale_file_goes_with_all_that_belongs_to_it() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    leave_sidecars(&project);
    life.end();
    let said = fix(&project);
    assert_eq!(project.files(), [""; 0]);
    assert_eq!(said.lines().count(), 5, "{said}");
    let why = format!("it says ready, but the editor that wrote it (process {}) is gone", std::process::id());
    assert!(said.contains(&format!("removed {}: {why}", project.path.display())), "{said}");
    for ending in [".tmp: ", ".tmp.write: ", ".bak: ", ".lock: "] {
        assert!(said.contains(ending), "no `{ending}` in {said}");
    }
    assert_eq!(project.run(&["status"]).code, 9);
}

#[test]
fn a_stale_file_without_a_lock_file_goes_by_its_dead_process() {
    let project = Project::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_framewire"))
        .arg("--version")
        .stdout(Stdio::null())
        .spawn()
        .expect("the command runs");
    child.wait().expect("the child is ours");
    project.publish(&Record { pid: Some(child.id()), ..record(Readiness::Compiling) });
    assert!(fix(&project).contains("it says compiling"));
    assert_eq!(project.files(), [""; 0]);
}

#[test]
fn a_living_process_without_a_lock_file_keeps_its_record() {
    let project = Project::new();
    project.publish(&record(Readiness::Compiling));
    assert!(fix(&project).contains("lives"));
    assert_eq!(project.files(), ["state.json"]);
}

#[test]
fn an_editor_that_has_just_started_is_not_disturbed() {
    let project = Project::new();
    // It holds the publisher's lock and has not written yet: the record is that of its dead predecessor.
    let dead = Record { lock_byte: Some(1), ..record(Readiness::Ready) };
    project.publish(&dead);
    let _life = Life::begin(&project);
    assert_eq!(project.run(&["status"]).code, 6);
    assert!(fix(&project).contains("just started"));
    assert_eq!(project.files(), ["state.json", "state.json.lock"]);
}

#[test]
fn the_last_word_of_an_editor_that_stopped_stays() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Stopped));
    leave_sidecars(&project);
    life.end();
    let said = fix(&project);
    assert!(said.contains(&format!("left {}", project.path.display())) && said.contains("good order"), "{said}");
    assert_eq!(project.files(), ["state.json"]);
    assert_eq!(project.run(&["status"]).code, 4);
}

#[test]
fn leftovers_without_a_record_go_with_their_lock_file() {
    let project = Project::new();
    Life::begin(&project).end();
    fs::write(project.beside(".tmp.write"), "{").expect("it is written");
    let said = fix(&project);
    assert!(said.contains(".tmp.write: ") && said.contains(".lock: "), "{said}");
    assert_eq!(project.files(), [""; 0]);
}

#[test]
fn the_lock_file_of_a_living_editor_without_a_record_stays() {
    let project = Project::new();
    let _life = Life::begin(&project);
    fs::write(project.beside(".tmp.write"), "{").expect("it is written");
    fix(&project);
    assert_eq!(project.files(), ["state.json.lock", "state.json.tmp.write"]);
}

#[test]
fn missing_is_nothing_to_do() {
    let project = Project::new();
    assert!(fix(&project).contains("there is no state file"));
    assert_eq!(project.files(), [""; 0]);
}

#[test]
fn what_is_unreadable_stays_and_is_named() {
    let project = Project::new();
    fs::write(&project.path, "{").expect("it is written");
    let said = project.run(&["fix"]);
    assert_eq!(said.code, 8, "{said:?}");
    assert!(said.out.contains("left ") && said.out.contains("move it away"), "{}", said.out);
    assert_eq!(project.files(), ["state.json"]);
}

#[test]
fn another_programs_files_stay() {
    let project = Project::new();
    for phase in ["compiling", "stopped"] {
        let text = format!(r#"{{"phase":"{phase}","generationId":"1"}}"#);
        fs::write(&project.path, text).expect("it is written");
        leave_sidecars(&project);
        let said = project.run(&["fix"]);
        assert!(said.code == 0 && said.out.starts_with("nothing to do: "), "{said:?}");
        assert_eq!(project.files().len(), 4, "{phase}");
    }
    let status = project.run(&["status", "--json"]);
    assert!(serde_json::from_str::<Value>(&status.out).expect("it is JSON")["foreign"] == true);
}

#[test]
fn what_cannot_be_removed_is_named() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    life.end();
    // Not even a superuser removes a directory as a file.
    fs::create_dir(project.beside(".bak")).expect("it is ours");
    let said = project.run(&["fix"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.error.contains("cannot be removed") && said.error.contains("who owns it"), "{}", said.error);
    assert!(project.path.is_file());
}
