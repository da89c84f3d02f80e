//! The rows about a Godot's main thread: the link beside the engine's own WebSocketPeer and JSON, in one process.
//!
//! A command alone is measured after a pause, as frames have them: by then other threads have had the caches, and the engine's
//! own price of a signal with an object (the second floor) is several times that of a busy loop. What the commands of a
//! flood take each, with warm caches, is mostly the first floor.

use crate::targets::{Table, Target, Unit, names};

/// What a poll may cost the main thread, however much waits.
const WORST_FRAME_NS: f64 = 100_000.0;
/// What an answer may cost it, in copies of the same bytes.
const MOST_COPIES: f64 = 1.5;

/// The name of a row, of the measurement, and how many times less the link must take.
const COMMANDS: [(&str, &str, Option<f64>); 5] = [
    ("64 B command to Dictionary", "godot.command.64", None),
    ("1 KiB command to Dictionary", "godot.command.1024", Some(20.0)),
    ("64 KiB command to Dictionary", "godot.command.65536", None),
    ("1 MiB command to Dictionary, one text", "godot.command.1048576", Some(100.0)),
    ("1 MiB command to Dictionary, objects of 3 keys", "godot.objects", Some(1000.0)),
];

pub fn add(table: &mut Table) {
    table.section = "Godot's main thread, until the last reference is gone";
    table.row("floor: thread clock read twice", "godot.floors.clock.p50_ns", Unit::Time);
    table.row("floor: a call of an empty method", "godot.floors.call_ns", Unit::Time);
    table.row("floor: object, signal, handler", "godot.floors.signal.p50_ns", Unit::Time);
    table.row("floor: the same after a pause", "godot.floors.signal_cold.p50_ns", Unit::Time);
    both(table, "idle poll", "godot.idle", "cpu_ns", None);
    for (label, measurement, times) in COMMANDS {
        both(table, label, measurement, "p50_ns", times);
        table.row("  worst", &format!("{measurement}.framewire.worst_ns"), Unit::Time);
    }
    both(table, "8 MiB answer", "godot.answer", "p50_ns", Some(50.0))
        .target(Target::RatioAtMost { limit: MOST_COPIES, of: names(&["godot.floors.copy.p50_ns"]) });
    table.row("  the first one", "godot.answer.framewire.cold_ns", Unit::Time);
    table.row("  floor: a copy of 8 MiB", "godot.floors.copy.p50_ns", Unit::Time);
    both(table, "flood of 1 KiB commands: worst frame", "godot.flood", "worst_ns", None)
        .target(Target::AtMost(WORST_FRAME_NS));
    table.row("  p50", "godot.flood.framewire.p50_ns", Unit::Time);
    both(table, "  each of these commands", "godot.flood", "each_ns", Some(20.0));
    table.row("  commands that never came", "godot.flood.framewire.missing", Unit::Count).target(Target::Count(0.0));

    table.section = "Godot: command, answer, next command (wall)";
    for (label, measurement) in [("spinning loop", "godot.round_trip"), ("60 frames a second", "godot.frames")] {
        both(table, &format!("{label}, p50"), measurement, "p50_ns", None);
        both(table, &format!("{label}, p99"), measurement, "p99_ns", None);
    }
}

/// A row for each side; the link's must be `times` less. The link's row is returned.
fn both<'a>(
    table: &'a mut Table,
    label: &str,
    measurement: &str,
    figure: &str,
    times: Option<f64>,
) -> &'a mut crate::targets::Row {
    let name = |side: &str| format!("{measurement}.{side}.{figure}");
    table.row(&format!("  WebSocketPeer: {label}"), &name("peer"), Unit::Time);
    let row = table.row(label, &name("framewire"), Unit::Time);
    if let Some(times) = times {
        row.target(Target::RatioAtMost { limit: 1.0 / times, of: names(&[&name("peer")]) });
    }
    row
}
