//! Each verdict, made as it comes about: text and exit code of `status` and `wait`.

use std::fs;

use framewire::readiness::Readiness;
use framewire::state_file::Record;

use crate::project::{Life, Project, failed_by_link, record};

/// What a person must find in the text, and the code that a script gets.
fn assert_status(project: &Project, code: i32, texts: &[&str]) {
    let status = project.run(&["status"]);
    assert_eq!((status.code, status.error.as_str()), (code, ""), "{status:?}");
    for text in texts {
        assert!(status.out.contains(text), "no `{text}` in:\n{}", status.out);
    }
    assert!(status.out.contains(project.path.to_str().expect("the path is text")), "{}", status.out);
}

fn assert_wait(project: &Project, arguments: &[&str], code: i32, texts: &[&str]) {
    let waited = project.run(&[&["wait"], arguments].concat());
    let place = if code == 0 { &waited.out } else { &waited.error };
    assert_eq!(waited.code, code, "{waited:?}");
    for text in texts {
        assert!(place.contains(text), "no `{text}` in:\n{place}");
    }
    // It says after how long; nothing here takes seconds, but where the machine is busy.
    if let Some((_, behind)) = place.split_once("after ") {
        let seconds: f64 = behind.split(' ').next().and_then(|word| word.parse().ok()).expect("seconds");
        assert!(seconds < 10.0, "not at once:\n{place}");
    }
}

#[test]
fn ready() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    assert_status(&project, 0, &["ready, last change ", "link     open, ws://127.0.0.1:9500, session game@1a2b"]);
    assert_wait(&project, &[], 0, &["ready, after "]);
}

#[test]
fn busy() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Compiling));
    assert_status(&project, 3, &["busy: compiling, last change ", "why      test", "next     `framewire wait`"]);
    let texts = ["timed out after", "waiting for ready", "busy: compiling", "process  "];
    assert_wait(&project, &["--timeout", "0.2"], 7, &texts);
}

#[test]
fn busy_with_a_silent_main_thread() {
    let project = Project::new();
    let _life = Life::begin(&project);
    let busy = record(Readiness::Importing);
    let silent_since = busy.updated_at_ns.map(|at| at - 42_000_000_000);
    project.publish(&Record { main_thread_silent_since_ns: silent_since, ..busy });
    assert_status(&project, 3, &["thread   silent for 4", "breakpoint"]);
}

#[test]
fn stopped() {
    let project = Project::new();
    project.publish(&record(Readiness::Stopped));
    assert_status(&project, 4, &["stopped, last change ", "next     the editor has stopped serving"]);
    assert_wait(&project, &[], 4, &["given up after ", "stopped, last change "]);
    assert_wait(&project, &["--for", "stopped"], 0, &["stopped, after "]);
}

#[test]
fn failed() {
    let project = Project::new();
    let _life = Life::begin(&project);
    let last_error = Some("the port is taken".to_owned());
    project.publish(&Record { last_error, ..record(Readiness::Failed) });
    assert_status(&project, 5, &["failed, last change ", "why      the port is taken", "next     look into"]);
    assert_wait(&project, &[], 5, &["given up after ", "the port is taken"]);
}

#[test]
fn failed_by_the_link() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&failed_by_link());
    assert_status(
        &project,
        5,
        &["failed: the link is not up", "nothing listens on 127.0.0.1:9500", "see whether the server runs"],
    );
    assert_wait(&project, &["--timeout", "0.2"], 7, &["timed out after", "nothing listens on 127.0.0.1:9500"]);
    assert_wait(&project, &["--fail-fast"], 5, &["given up after ", "nothing listens on 127.0.0.1:9500"]);
}

#[test]
fn stale() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    life.end();
    let pid = std::process::id().to_string();
    assert_status(
        &project,
        6,
        &["stale: the file says ready, but the editor is gone", &pid, "`framewire fix` removes"],
    );
    assert_wait(&project, &[], 6, &["given up after ", "stale: the file says ready"]);
    assert_wait(&project, &["--for", "stopped"], 0, &["stale: the file says ready"]);
}

#[test]
fn unreadable() {
    let project = Project::new();
    fs::write(&project.path, "{").expect("it is written");
    assert_status(&project, 8, &["unreadable: no state can be read from what lies there", "next     it is no JSON"]);
    assert_wait(&project, &[], 8, &["given up after", "unreadable"]);
    fs::remove_file(&project.path).expect("it is removed");
    fs::create_dir(&project.path).expect("it is made");
    assert_status(&project, 8, &["unreadable", "no regular file"]);
}

#[test]
fn missing() {
    let project = Project::new();
    assert_status(&project, 9, &["missing: there is no state file", "next     no editor publishes", "the plugin"]);
    assert_wait(&project, &["--timeout", "0.2"], 9, &["timed out after", "missing"]);
    assert_wait(&project, &["--for", "stopped"], 0, &["missing"]);
}

#[test]
fn another_programs_file() {
    let project = Project::new();
    fs::write(&project.path, r#"{"phase":"compiling","generationId":"1"}"#).expect("it is written");
    assert_status(&project, 3, &["busy: compiling", "process  unknown: another program wrote the file"]);
}
