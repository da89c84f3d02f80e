//! A godot_ai peer that a test leads step by step.

use std::sync::mpsc::{Receiver, Sender, channel};

use crate::support::peer::{PING, PONG, Peer, reset, serve};

/// A peer that does what the test tells it, step by step, and hands its connection back when it is done.
fn steps(mut peer: Peer, steps: &Receiver<Step>, done: &Sender<Vec<serde_json::Value>>) {
    for step in steps {
        let mut answers = Vec::new();
        match step {
            Step::Send(keys) => keys.iter().for_each(|key| assert!(peer.command(key))),
            Step::Text(text) => assert!(peer.text(&text)),
            // Nothing but the pong may come: whoever is away answers no command.
            Step::Ping => {
                assert!(peer.send(PING, b"alive?"));
                assert_eq!(peer.read().expect("the connection lives"), (PONG, b"alive?".to_vec()));
            }
            Step::Answers(count) => {
                while answers.len() < count {
                    let message = peer.json().expect("an answer");
                    // The others tell of the editor's readiness.
                    if message.get("request_id").is_some() {
                        answers.push(message);
                    }
                }
            }
            Step::Lose => return reset(peer.stream),
        }
        done.send(answers).expect("the test listens");
    }
    peer.close(1000, "");
}

pub enum Step {
    Send(Vec<String>),
    Text(String),
    Ping,
    Answers(usize),
    Lose,
}

/// The test's end of [`steps`].
pub struct Server {
    steps: Option<Sender<Step>>,
    done: Receiver<Vec<serde_json::Value>>,
    thread: std::thread::JoinHandle<()>,
    pub url: String,
}

impl Server {
    pub fn start() -> Self {
        let (give, steps_to_do) = channel();
        let (tell, done) = channel();
        let (url, thread) = serve(move |mut peer| {
            peer.greet();
            steps(peer, &steps_to_do, &tell);
        });
        Self { steps: Some(give), done, thread, url }
    }

    #[track_caller]
    pub fn step(&self, step: Step) -> Vec<serde_json::Value> {
        self.steps.as_ref().expect("not ended").send(step).expect("the peer lives");
        self.done.recv().expect("the peer did it")
    }

    pub fn send(&self, keys: &[&str]) {
        self.step(Step::Send(keys.iter().map(|key| (*key).to_owned()).collect()));
    }

    /// Waits for so many answers: their ids and data, by id.
    pub fn answers(&self, count: usize) -> Vec<(String, serde_json::Value)> {
        let told = |answer: &serde_json::Value| {
            let id = answer["request_id"].as_str().expect("an id").to_owned();
            (id, if answer["status"] == "ok" { answer["data"].clone() } else { answer["error"]["code"].clone() })
        };
        let mut answers: Vec<_> = self.step(Step::Answers(count)).iter().map(told).collect();
        answers.sort_by(|left, right| left.0.cmp(&right.0));
        answers
    }

    pub fn lose(&self) {
        self.steps.as_ref().expect("not ended").send(Step::Lose).expect("the peer lives");
    }

    pub fn end(mut self) {
        drop(self.steps.take());
        self.thread.join().expect("the peer saw what it should");
    }
}
