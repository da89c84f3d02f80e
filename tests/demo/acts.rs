//! The acts of the demo, in order.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::Programs;
use crate::child::{Child, Event};
use crate::summary::Summary;
use crate::table::{Table, grouped, time};

/// Events one poll of the editor takes.
const CAPACITY: &str = "256";
/// Payload bytes after which a poll of the editor stops.
const BUDGET: &str = "1048576";
/// The largest message between the two, at both ends.
const MESSAGE_CAP: &str = "16777216";
const BIG_ANSWER: u64 = 8 << 20;
/// Room for unsent bytes in the editor: the big answer and as much again.
const OUTBOUND: &str = "33554432";
/// The server gives a silent editor up after this, long before the stall is over.
const PING_INTERVAL: &str = "0.5";
const PONG_TIMEOUT: &str = "2";
const STALL: Duration = Duration::from_secs(3);
/// How long a command waits for the frame loop before it is refused: longer than any of the acts keeps it away.
const HOLD_MS: &str = "30000";
/// How long the idle frames are measured.
const IDLE: Duration = Duration::from_secs(1);
const IDLE_POLLS: &str = "2000000";

/// The two programs, and where their doings are shown and counted.
pub struct Stage<'a> {
    programs: &'a Programs,
    pub table: &'a mut Table,
    pub summary: &'a mut Summary,
    pub server: Child,
    pub host: Child,
    port: u64,
    /// The editor's session id.
    pub session: String,
    /// Where the editor says what it is doing.
    pub state_file: PathBuf,
}

/// Plays all acts.
pub fn play(programs: &Programs, table: &mut Table, summary: &mut Summary) -> Result<(), String> {
    summary.capacity = CAPACITY.parse().unwrap_or_default();
    summary.budget = BUDGET.parse().unwrap_or_default();
    let mut stage = connect(programs, table, summary)?;
    stage.idle()?;
    stage.commands()?;
    stage.stall()?;
    stage.reload()?;
    stage.restart()?;
    stage.flood()?;
    stage.big_answer()?;
    stage.end()
}

fn start_server(programs: &Programs, port: u64, table: &mut Table) -> Result<(Child, Event), String> {
    let port = port.to_string();
    let arguments = [
        "serve",
        "--json",
        "--port",
        &port,
        "--max-message",
        MESSAGE_CAP,
        "--max-print",
        "1000",
        "--ping-interval",
        PING_INTERVAL,
        "--pong-timeout",
        PONG_TIMEOUT,
    ];
    let mut server = Child::start("server", &programs.serve, &arguments)?;
    let listening = server.wait_for("listening", || table.tick())?;
    Ok((server, listening))
}

fn connect<'a>(programs: &'a Programs, table: &'a mut Table, summary: &'a mut Summary) -> Result<Stage<'a>, String> {
    table.begin("connect and hello");
    let (mut server, listening) = start_server(programs, 0, table)?;
    // Beside the program, and so under target/.
    let state_file = programs.host.with_file_name("demo-state.json");
    let state_path = state_file.to_str().ok_or("the path of the programs is no UTF-8")?;
    let arguments = [
        "--url",
        listening.text("url"),
        "--profile",
        "godot_ai",
        "--protocol",
        "1",
        "--name",
        "demo",
        "--hz",
        "60",
        "--capacity",
        CAPACITY,
        "--budget",
        BUDGET,
        "--peer-max",
        MESSAGE_CAP,
        "--outbound",
        OUTBOUND,
        "--owner",
        "demo",
        "--hold-ms",
        HOLD_MS,
        "--state-file",
        state_path,
    ];
    let mut host = Child::start("editor", &programs.host, &arguments)?;
    host.wait_for("acknowledged", || table.tick())?;
    let hello = server.wait_for("acknowledged", || table.tick())?;
    let session = hello.text("session_id").to_owned();
    table.end(&format!("{session} is known to the server at {}", listening.text("url")));
    Ok(Stage { programs, table, summary, server, host, port: listening.number("port"), session, state_file })
}

impl Stage<'_> {
    /// Frames without traffic, and what an idle poll costs.
    fn idle(&mut self) -> Result<(), String> {
        self.table.begin("nothing to do");
        self.frames(None)?;
        thread::sleep(IDLE);
        self.frames(Some("idle"))?;
        self.host.say(&format!("poll-cost {IDLE_POLLS}"))?;
        let cost = self.host.wait_for("poll_cost", || self.table.tick())?;
        self.summary.idle_poll_ns = cost.fields["ns"].as_f64().unwrap_or_default();
        self.frames(None)?;
        self.table.end(&format!("an idle poll costs {:.1} ns", self.summary.idle_poll_ns));
        Ok(())
    }

    fn commands(&mut self) -> Result<(), String> {
        self.table.begin("500 commands");
        let flood = self.send_many(500, 50, r#"add {"a": 20, "b": 22}"#)?;
        self.frames(Some("500 commands"))?;
        self.table.end(&many_answered(&flood));
        Ok(())
    }

    fn stall(&mut self) -> Result<(), String> {
        self.table.begin("main thread blocked for 3 s");
        self.command(&format!(r#"stall {{"ms": {}}}"#, STALL.as_millis()))?;
        // Sent into the stall: they wait for the main thread, the link does not.
        let flood = self.send_many(10, 10, r#"echo {"sent": "during the stall"}"#)?;
        let lost = self.gone()?;
        self.frames(None)?;
        if lost > 0 {
            return Err("the connection was lost".to_owned());
        }
        let answered = flood.number("ok");
        self.table.end(&format!(
            "stayed connected, where {PONG_TIMEOUT} s without a pong are the end; \
             {answered} commands answered after it"
        ));
        Ok(())
    }

    fn restart(&mut self) -> Result<(), String> {
        self.table.begin("server killed and restarted");
        let before = self.host.count("acknowledged")?;
        self.take_stats()?;
        self.server.kill();
        self.host.wait_for("closed", || self.table.tick())?;
        let (server, listening) = start_server(self.programs, self.port, self.table)?;
        self.server = server;
        let back = self.host.wait_for("acknowledged", || self.table.tick())?;
        self.server.wait_for("acknowledged", || self.table.tick())?;
        self.summary.reconnects = self.host.count("acknowledged")? - before;
        self.summary.back_after = back.at.saturating_duration_since(listening.at);
        self.frames(None)?;
        self.table.end(&format!("acknowledged again {} after it listened", time(self.summary.back_after)));
        Ok(())
    }

    fn flood(&mut self) -> Result<(), String> {
        self.table.begin("20 000 commands, 1 000 in flight");
        let flood = self.send_many(20_000, 1_000, r#"echo {"node": "/root/Main/Player", "property": "position"}"#)?;
        self.frames(Some("flood of 20 000"))?;
        self.table.end(&many_answered(&flood));
        Ok(())
    }

    fn big_answer(&mut self) -> Result<(), String> {
        self.table.begin("8 MiB answer, caps raised to 16 MiB");
        let answer = self.command(&format!(r#"big {{"bytes": {BIG_ANSWER}}}"#))?;
        self.frames(Some("8 MiB answer"))?;
        let data = answer.number("data_omitted_bytes");
        if data != BIG_ANSWER {
            return Err(format!("the answer's data has {data} bytes instead of {BIG_ANSWER}"));
        }
        let elapsed = answer.fields["elapsed_ms"].as_f64().unwrap_or_default().max(0.0);
        self.table.end(&format!("{} bytes in {elapsed:.1} ms", grouped(data)));
        Ok(())
    }

    fn end(mut self) -> Result<(), String> {
        self.table.begin("close");
        self.take_stats()?;
        self.host.say("quit")?;
        let last = self.host.wait_for("summary", || self.table.tick())?;
        let gone = self.server.wait_for("gone", || self.table.tick())?;
        self.server.say(".quit")?;
        self.server.wait_for("stats", || self.table.tick())?;
        let how = if gone.fields["clean"] == Value::Bool(true) { "clean" } else { "unclean" };
        let frames = grouped(last.number("frames"));
        self.table.end(&format!("{how}, code {}; the editor ran {frames} frames", gone.number("code")));
        Ok(())
    }

    /// Sends one command and waits for its answer.
    fn command(&mut self, line: &str) -> Result<Event, String> {
        self.server.say(line)?;
        let answer = self.server.wait_for("answer", || self.table.tick())?;
        self.summary.add_answer(&answer);
        Ok(answer)
    }

    fn send_many(&mut self, count: u64, in_flight: u64, command: &str) -> Result<Event, String> {
        self.server.say(&format!(".flood {count} {in_flight} {command}"))?;
        let flood = self.server.wait_for("flood", || self.table.tick())?;
        self.summary.add_flood(&flood);
        let answered = flood.number("answered");
        if answered < count {
            return Err(format!("only {answered} of {count} commands were answered"));
        }
        Ok(flood)
    }

    /// Connections that ended so far, as either side saw it.
    pub fn gone(&mut self) -> Result<u64, String> {
        Ok(self.server.count("gone")? + self.host.count("closed")?)
    }

    /// Takes the server's count of commands; its next life begins at zero.
    fn take_stats(&mut self) -> Result<(), String> {
        self.server.say(".stats")?;
        let stats = self.server.wait_for("stats", || self.table.tick())?;
        self.summary.add_stats(&stats);
        Ok(())
    }

    /// Takes the frames since the last time; a label shows them in the summary.
    pub fn frames(&mut self, label: Option<&'static str>) -> Result<(), String> {
        self.host.say("frames")?;
        let frames = self.host.wait_for("frames", || self.table.tick())?;
        self.summary.add_frames(label, &frames);
        Ok(())
    }
}

fn many_answered(flood: &Event) -> String {
    let latency = |field: &str| {
        let microseconds = flood.fields["latency_us"][field].as_u64().unwrap_or_default();
        time(Duration::from_micros(microseconds))
    };
    format!(
        "{} answered, {} a second; round trip p50 {}, p99 {}",
        grouped(flood.number("answered")),
        grouped(flood.fields["per_second"].as_f64().unwrap_or_default() as u64),
        latency("p50"),
        latency("p99")
    )
}
