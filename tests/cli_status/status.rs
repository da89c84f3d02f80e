//! What `status` finds where, and its JSON object.

use std::fs;

use framewire::readiness::Readiness;
use serde_json::{Value, json};

use crate::project::{Life, Project, record, run};

const KEYS: [&str; 19] = [
    "advice",
    "alive",
    "editorPhase",
    "endpoint",
    "failedByLink",
    "foreign",
    "generationId",
    "lastError",
    "linkCause",
    "linkPhase",
    "mainThreadSilentSince",
    "name",
    "path",
    "phase",
    "pid",
    "reason",
    "sessionId",
    "updatedAt",
    "verdict",
];

/// The one object on the one line of that output.
fn object(out: &str) -> Value {
    assert_eq!(out.lines().count(), 1, "{out}");
    serde_json::from_str(out).expect("it is JSON")
}

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().expect("it is an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_json_object_has_its_documented_keys() {
    let project = Project::new();
    let missing = project.run(&["status", "--json"]);
    let found = object(&missing.out);
    assert_eq!((missing.code, keys(&found)), (9, KEYS.to_vec()));
    assert_eq!((&found["verdict"], &found["phase"], &found["alive"]), (&json!("missing"), &Value::Null, &Value::Null));

    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    let ready = project.run(&["status", "--json"]);
    let found = object(&ready.out);
    assert_eq!((ready.code, keys(&found)), (0, KEYS.to_vec()));
    for (key, value) in [
        ("verdict", json!("ready")),
        ("path", json!(project.path)),
        ("phase", json!("ready")),
        ("alive", json!(true)),
        ("foreign", json!(false)),
        ("failedByLink", json!(false)),
        ("endpoint", json!("ws://127.0.0.1:9500")),
        ("editorPhase", json!("ready")),
        ("linkPhase", json!("open")),
        ("sessionId", json!("game@1a2b")),
        ("pid", json!(std::process::id())),
        ("mainThreadSilentSince", Value::Null),
        ("advice", json!("")),
    ] {
        assert_eq!(found[key], value, "{key}");
    }
    assert!(found["updatedAt"].as_str().is_some_and(|at| at.ends_with('Z')), "{found}");
}

#[test]
fn the_project_is_found_from_within() {
    let project = Project::new();
    let _life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    let inside = project.root.join("scenes/levels");
    fs::create_dir_all(&inside).expect("it is made");
    for directory in [&project.root, &inside] {
        assert_eq!(run(&["status"], directory).code, 0, "{}", directory.display());
    }
    for named in [&project.root, &inside, &project.path] {
        let named = named.to_str().expect("the path is text");
        assert_eq!(run(&["status", named], "/".as_ref()).code, 0, "{named}");
    }
}

#[test]
fn a_unity_project_is_found_too() {
    let project = Project::new();
    let unity = project.root.join("unity");
    for directory in ["Assets/Scripts", "ProjectSettings", "Library/Framewire"] {
        fs::create_dir_all(unity.join(directory)).expect("it is made");
    }
    let path = unity.join("Library/Framewire/state.json");
    fs::write(&path, record(Readiness::Stopped).to_text()).expect("it is written");
    let status = run(&["status"], &unity.join("Assets/Scripts"));
    assert_eq!(status.code, 4, "{status:?}");
    assert!(status.out.contains(path.to_str().expect("the path is text")), "{}", status.out);
}

#[test]
fn outside_of_projects_one_must_be_named() {
    let status = run(&["status"], "/".as_ref());
    assert_eq!((status.code, status.out.as_str()), (1, ""), "{status:?}");
    assert!(status.error.contains("name a project"), "{}", status.error);
    // A path that is not there is a state file that is missing.
    assert_eq!(run(&["status", "/nowhere/state.json"], "/".as_ref()).code, 9);
}

#[test]
fn the_numbers_are_in_the_help() {
    for command in ["status", "wait", "fix"] {
        let help = run(&[command, "--help"], "/".as_ref());
        assert!(help.code == 0 && help.out.contains("Exit codes:"), "{help:?}");
    }
    assert_eq!(run(&["wait", "--timeout", "soon"], "/".as_ref()).code, 2);
}

#[test]
fn a_look_changes_nothing() {
    let project = Project::new();
    let life = Life::begin(&project);
    project.publish(&record(Readiness::Ready));
    let before = project.files();
    for _ in 0..3 {
        assert_eq!(project.run(&["status"]).code, 0, "a look does not take the editor's lock");
    }
    life.end();
    assert_eq!(project.run(&["status"]).code, 6);
    assert_eq!(project.files(), before);
}
