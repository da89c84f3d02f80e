//! What `wait` waits through, and what ends it.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use framewire::readiness::Readiness;
use serde_json::{Value, json};

use crate::project::{Life, Project, failed_by_link, record};

/// A wait that goes on in another process.
fn start(project: &Project, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_framewire"))
        .arg("wait")
        .arg(&project.root)
        .arg("--json")
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the command runs")
}

fn end(child: Child) -> (Option<i32>, Value) {
    let output = child.wait_with_output().expect("the child is ours");
    (output.status.code(), serde_json::from_slice(&output.stdout).expect("it is JSON"))
}

/// Long enough for a wait that would end at once to have ended.
fn assert_waits_on(child: &mut Child) {
    thread::sleep(Duration::from_millis(400));
    assert!(child.try_wait().expect("the child is ours").is_none(), "it waits no longer");
}

#[test]
fn it_lasts_until_ready() {
    let project = Project::new();
    let _life = Life::begin(&project);
    let mut waiting = start(&project, &[]);
    for phase in [Readiness::Starting, Readiness::Reloading] {
        project.publish(&record(phase));
        assert_waits_on(&mut waiting);
    }
    project.publish(&record(Readiness::Ready));
    let (code, object) = end(waiting);
    assert_eq!((code, &object["verdict"], &object["timedOut"]), (Some(0), &json!("ready"), &json!(false)));
    assert!(object["waitedMs"].as_u64().is_some_and(|waited| waited >= 300), "{object}");
}

#[test]
fn a_failure_of_the_link_is_waited_through() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&failed_by_link());
    let mut waiting = start(&project, &[]);
    assert_waits_on(&mut waiting);
    project.publish(&record(Readiness::Ready));
    assert_eq!(end(waiting).0, Some(0));
}

#[test]
fn an_editor_that_dies_meanwhile_ends_it() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Compiling));
    let mut waiting = start(&project, &[]);
    assert_waits_on(&mut waiting);
    life.end();
    let (code, object) = end(waiting);
    assert_eq!((code, &object["verdict"], &object["alive"]), (Some(6), &json!("stale"), &json!(false)));
}

#[test]
fn the_end_of_an_editor_can_be_waited_for() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    let mut waiting = start(&project, &["--for", "stopped"]);
    assert_waits_on(&mut waiting);
    project.publish(&record(Readiness::Stopped));
    let (code, object) = end(waiting);
    assert_eq!((code, &object["verdict"]), (Some(0), &json!("stopped")));
}

#[test]
fn its_time_is_bounded() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    let started = Instant::now();
    let (code, object) = end(start(&project, &["--for", "stopped", "--timeout", "0.3"]));
    assert_eq!((code, &object["verdict"], &object["timedOut"]), (Some(7), &json!("ready"), &json!(true)));
    assert!(started.elapsed() >= Duration::from_millis(300));
    // One look takes no time to speak of.
    assert_eq!(end(start(&project, &["--timeout", "0"])).0, Some(0));
}
