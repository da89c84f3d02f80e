//! A real link in this process, as the command in another one sees it.

use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use framewire::link::{Config, Inbox, Link};
use framewire::readiness::Readiness;

use crate::project::{Outcome, Project};

/// How long anything may take. Only failures take so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// An editor's link to a server that reads and says nothing.
struct Editor {
    link: Link,
    inbox: Inbox,
}

impl Editor {
    fn open(project: &Project, url: &str) -> Self {
        let mut config = Config::new(project.root.to_string_lossy(), url);
        config.project = Some(project.root.clone());
        config.stall_ms = 500;
        let (link, inbox) = Link::open(config).expect("the link opens");
        Self { link, inbox }
    }

    fn frame(&mut self) {
        self.inbox.poll(64, |_, _| {});
        self.inbox.release();
    }

    /// Runs frames until the command says what is awaited.
    fn until(&mut self, project: &Project, arguments: &[&str], is_it: impl Fn(&Outcome) -> bool) -> Outcome {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.frame();
            let outcome = project.run(arguments);
            if is_it(&outcome) {
                return outcome;
            }
            assert!(Instant::now() < deadline, "it does not come to that: {outcome:?}");
        }
    }
}

/// A WebSocket server that takes any number of connections, for the rest of the test.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("ws://{}", listener.local_addr().expect("it has an address"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || {
                let Ok(mut socket) = tungstenite::accept(stream) else { return };
                while socket.read().is_ok() {}
            });
        }
    });
    url
}

#[test]
fn a_links_life_is_told_from_its_start_to_its_end() {
    let project = Project::new();
    let url = server();
    let mut editor = Editor::open(&project, &url);
    let starting = editor.until(&project, &["status"], |status| status.code != 9);
    assert_eq!(starting.code, 3, "{starting:?}");
    assert!(starting.out.starts_with("busy: starting"), "{}", starting.out);

    editor.link.set_readiness(Readiness::Ready, "plugin loaded");
    let ready = editor.until(&project, &["status"], |status| status.code == 0);
    for text in ["ready, last change ", &url, &format!("process  {}", std::process::id())] {
        assert!(ready.out.contains(text), "no `{text}` in:\n{}", ready.out);
    }
    assert_eq!(project.run(&["wait"]).code, 0);

    editor.link.set_readiness(Readiness::Compiling, "player scripts");
    let compiling = editor.until(&project, &["status"], |status| status.code == 3);
    assert!(compiling.out.contains("busy: compiling") && compiling.out.contains("player scripts"), "{compiling:?}");

    // No frames from here on: the silence is told, and the editor is no less alive.
    let deadline = Instant::now() + PATIENCE;
    let silent = loop {
        let status = project.run(&["status"]);
        if status.out.contains("thread ") {
            break status;
        }
        assert!(Instant::now() < deadline, "the silence is not told: {status:?}");
    };
    assert!(silent.code == 3 && silent.out.contains("silent for") && silent.out.contains("breakpoint"), "{silent:?}");

    let fixed = project.run(&["fix"]);
    assert!(fixed.code == 0 && fixed.out.contains("lives"), "{fixed:?}");

    editor.link.close(Duration::from_secs(5)).expect("it is open");
    let stopped = editor.until(&project, &["status"], |status| status.code != 3);
    assert_eq!(stopped.code, 4, "{stopped:?}");
    assert!(stopped.out.starts_with("stopped, last change "), "{}", stopped.out);
}

#[test]
fn fix_never_touches_the_files_of_a_link_whatever_its_state() {
    let project = Project::new();
    let mut editor = Editor::open(&project, &server());
    for readiness in [Readiness::Ready, Readiness::Importing, Readiness::Failed] {
        editor.link.set_readiness(readiness, "");
        let name = readiness.name();
        editor.until(&project, &["status"], |status| status.out.contains(name));
        for _ in 0..5 {
            editor.frame();
            let fixed = project.run(&["fix"]);
            assert!(fixed.code == 0 && fixed.out.starts_with("nothing to do: the editor (process "), "{fixed:?}");
        }
        let mut files = project.files();
        // The link may be writing just now.
        files.retain(|name| name != "state.json.tmp.write");
        assert_eq!(files, ["state.json", "state.json.lock"]);
        editor.until(&project, &["status"], |status| status.out.contains(name));
    }
}

#[test]
fn a_link_without_a_server_is_failed_by_it() {
    let project = Project::new();
    // A port that was free a moment ago.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    drop(listener);
    let mut config = Config::new(project.root.to_string_lossy(), format!("ws://{address}"));
    config.project = Some(project.root.clone());
    config.ready_timeout_ms = 300;
    let (link, inbox) = Link::open(config).expect("the link opens");
    let mut editor = Editor { link, inbox };
    editor.link.set_readiness(Readiness::Ready, "");
    let failed = editor.until(&project, &["status"], |status| status.code == 5);
    assert!(failed.out.contains("failed: the link is not up"), "{}", failed.out);
    assert!(
        failed.out.contains(&address.to_string()) && failed.out.contains("see whether the server runs"),
        "{}",
        failed.out
    );
    assert_eq!(project.run(&["wait", "--timeout", "0.3"]).code, 7);
    assert_eq!(project.run(&["wait", "--fail-fast"]).code, 5);
}
