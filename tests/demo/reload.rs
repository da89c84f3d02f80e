//! The act of the domain reload: the editor's scripts are gone for seconds, in the middle of traffic.

use std::time::{Duration, Instant};

use crate::acts::Stage;
use crate::table::time;
use crate::watch::{Watch, phase};

/// How long the scripting domain is away.
const AWAY: Duration = Duration::from_secs(5);
/// When the call that is open at the reload is due: while nobody is there to answer it.
const DUE_MS: u64 = 1500;
const COMMANDS: u64 = 500;
const IN_FLIGHT: u64 = 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether outside readers were told all of it. The recovery lasts a frame, and may go by between two looks.
fn is_told(phases: &[String]) -> bool {
    let phases: Vec<&str> = phases.iter().map(String::as_str).collect();
    matches!(phases[..], ["ready", "reloading", "ready"] | ["ready", "reloading", "recovering", "ready"])
}

impl Stage<'_> {
    /// A call is open when the domain goes, and hundreds arrive while it is away.
    pub fn reload(&mut self) -> Result<(), String> {
        self.table.begin("domain reload of 5 s");
        let gone = self.gone()?;
        self.until_phase("ready")?;
        self.server.say(&format!(r#"defer {{"ms": {DUE_MS}}}"#))?;
        let begun = Instant::now();
        // Only what the old domain had polled can be an orphan.
        loop {
            self.host.say("outstanding")?;
            if self.host.wait_for("outstanding", || self.table.tick())?.number("count") == 1 {
                break;
            }
            if begun.elapsed() > PATIENCE {
                return Err("the call that is to be open at the reload never came".to_owned());
            }
        }
        let watch = Watch::start(self.state_file.clone());
        self.host.say(&format!("reload {}", AWAY.as_millis()))?;
        self.host.wait_for("reloading", || self.table.tick())?;
        self.server.say(&format!(r#".flood {COMMANDS} {IN_FLIGHT} echo {{"sent": "during the reload"}}"#))?;

        let reloaded = self.host.wait_for("reloaded", || self.table.tick())?;
        let orphan = self.host.wait_for("request_orphaned", || self.table.tick())?;
        let answer = self.server.wait_for("answer", || self.table.tick())?;
        self.summary.add_answer(&answer);
        let flood = self.server.wait_for("flood", || self.table.tick())?;
        self.summary.add_flood(&flood);
        self.until_phase("ready")?;
        let phases = watch.end();
        self.frames(None)?;

        if reloaded.text("status") != "ATTACHED" || reloaded.text("session_id") != self.session {
            return Err(format!("the domain did not come back to its link: {}", reloaded.fields));
        }
        if self.gone()? > gone {
            return Err("the connection was lost".to_owned());
        }
        if orphan.number("count") != 2 || answer.fields["data"]["deferred_ms"] != DUE_MS {
            return Err(format!("the open call was not finished: {}", answer.fields));
        }
        if flood.number("ok") != COMMANDS {
            return Err(format!("only {} of {COMMANDS} commands were done", flood.number("ok")));
        }
        if !is_told(&phases) {
            return Err(format!("the state file said: {}", phases.join(", ")));
        }
        let age = Duration::from_secs_f64(orphan.fields["age_ms"].as_f64().unwrap_or_default().max(0.0) / 1e3);
        self.table.end(&format!(
            "same socket, same session; {COMMANDS} commands, 0 lost; 1 open call finished by the new domain after {}",
            time(age)
        ));
        self.table.note(&format!("state file: {}", phases.join(", ")));
        Ok(())
    }

    /// Waits until the state file says so.
    fn until_phase(&mut self, wanted: &str) -> Result<(), String> {
        let begun = Instant::now();
        while phase(&self.state_file) != wanted {
            if begun.elapsed() > PATIENCE {
                return Err(format!("the state file says `{}` instead of `{wanted}`", phase(&self.state_file)));
            }
            self.table.tick();
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}
