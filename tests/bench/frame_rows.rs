//! The rows about the frame thread: what an idle poll, a request, an answer, a flood cost it.

use crate::targets::{Table, Target, Unit, names};

/// What Godot's own WebSocketPeer and JSON take of the main thread for an 8 MiB answer, ns.
const GODOT_8_MIB_ANSWER: f64 = 117e6;

pub fn add(table: &mut Table) {
    floors(table);
    idle(table);
    requests(table);
    large(table);
}

fn floors(table: &mut Table) {
    table.section = "floors of this machine";
    table.row("bare loop, no library: one turn", "frame.bare.turn_ns", Unit::Time).wall("frame.bare.turn_wall_ns");
    table.row("bare loop, no library: thread clock read twice", "frame.bare.clock.p50_ns", Unit::Time);
    table.row("  worst", "frame.bare.clock.worst_ns", Unit::Time);
    table.row("bare loop, no library: 0.1 ms sleep, p50 (wall)", "frame.bare.sleep.p50_ns", Unit::Time);
    table.row("  p99", "frame.bare.sleep.p99_ns", Unit::Time);
    table.row("atomic load", "floor.load.atomic_load_ns", Unit::Time);
    table.row("recv, nothing there", "floor.read.cpu_ns", Unit::Time);
    table.row("memcpy 8 MiB, memory in use", "floor.copy.warm_ns", Unit::Time);
    table.row("memcpy 8 MiB, fresh memory", "floor.copy.cold_ns", Unit::Time);
}

fn idle(table: &mut Table) {
    table.section = "idle poll, frame thread";
    let peers = names(&["lws.idle.cpu_ns", "curl.idle.cpu_ns", "bare.idle.cpu_ns"]);
    table
        .row("framewire_poll", "frame.idle.cpu_ns", Unit::Time)
        .wall("frame.idle.wall_ns")
        .target(Target::AtMost(20.0))
        .target(Target::RatioAtMost { limit: 0.1, of: peers });
    table
        .row("  system calls in 10 000 polls", "frame.idle_calls.system_calls", Unit::Count)
        .target(Target::Count(0.0));
    table.memory_calls("frame.idle");
    table.row("libwebsockets, lws_service without waiting", "lws.idle.cpu_ns", Unit::Time).wall("lws.idle.wall_ns");
    table.row("libcurl, curl_ws_recv", "curl.idle.cpu_ns", Unit::Time).wall("curl.idle.wall_ns");
    table.row("bare tungstenite, non-blocking read", "bare.idle.cpu_ns", Unit::Time).wall("bare.idle.wall_ns");
}

fn requests(table: &mut Table) {
    table.section = "1 KiB requests, frame thread";
    for (label, mode, limit) in [("alone", "alone", 250.0), ("each of a batch of 16", "batch", 100.0)] {
        let name = |figure: &str| format!("frame.requests.{mode}.{figure}");
        table
            .row(&format!("poll, read, release: {label}"), &name("cpu_ns"), Unit::Time)
            .wall(&name("wall_ns"))
            .target(Target::AtMost(limit));
        table.memory_calls(&format!("frame.requests.{mode}"));
    }
    table.row("  polls over their capacity", "frame.requests.over_capacity", Unit::Count).target(Target::Count(0.0));
    table
        .row("respond, I/O thread awake (wall, p50)", "frame.respond.awake.p50_ns", Unit::Time)
        .target(Target::AtMost(3_000.0));
    table.row("  thread CPU, mean of a burst of 16", "frame.respond.burst_cpu_ns", Unit::Time);
    table
        .row("respond, I/O thread asleep (wall, p50)", "frame.respond.asleep.p50_ns", Unit::Time)
        .target(Target::AtMost(30_000.0));
    table.row("  thread CPU, p50", "frame.respond.asleep_cpu.p50_ns", Unit::Time);
    table.memory_calls("frame.respond");
    table.row("  wakes sent in a burst of 16 (mean)", "frame.respond.wakes_a_burst", Unit::Count);
    table
        .row("  wakes sent to an I/O thread that was awake", "frame.respond.needless_wakes", Unit::Count)
        .target(Target::Count(0.0));
}

fn large(table: &mut Table) {
    table.section = "large messages and floods, frame thread";
    table
        .row("1 MiB inbound: poll and release, p50", "frame.inbound.cpu.p50_ns", Unit::Time)
        .wall("frame.inbound.wall.p50_ns")
        .target(Target::AtMost(1_000.0));
    table
        .row("  worst", "frame.inbound.cpu.worst_ns", Unit::Time)
        .wall("frame.inbound.wall.worst_ns")
        .target(Target::AtMost(5_000.0));
    table.row("  bare loop, no library: the same clocks after the same sleep", "frame.inbound.bare.p50_ns", Unit::Time);
    table.memory_calls("frame.inbound");
    table
        .row("8 MiB answer, warm", "frame.answer.warm_ns", Unit::Time)
        .wall("frame.answer.warm_wall_ns")
        .target(Target::RatioAtMost { limit: 1.5, of: names(&["frame.answer.copy_ns"]) })
        .target(Target::RatioToKnown { limit: 1.0 / 50.0, known: GODOT_8_MIB_ANSWER, what: "Godot's 117 ms" });
    table.row("  memcpy of the same bytes in its place", "frame.answer.copy_ns", Unit::Time);
    table.row("8 MiB answer, cold", "frame.answer.cold_ns", Unit::Time);
    attachment(table);
    for (label, mode) in [("64 B messages", "flood_messages"), ("1 KiB requests", "flood_requests")] {
        let name = |figure: &str| format!("frame.{mode}.{figure}");
        table
            .row(&format!("flood of {label}: worst poll of 64 events"), &name("cpu.worst_ns"), Unit::Time)
            .wall(&name("wall.worst_ns"))
            .target(Target::AtMost(100_000.0));
        table.row("  p50", &name("cpu.p50_ns"), Unit::Time).wall(&name("wall.p50_ns"));
        table.row("  polls over 64 events or the byte budget", &name("over"), Unit::Count).target(Target::Count(0.0));
        table.memory_calls(&format!("frame.{mode}"));
    }
}

/// An image in an answer, which goes as base64: encoded on the I/O thread, or by the caller before it answers.
fn attachment(table: &mut Table) {
    let copy = "frame.attachment.copy_ns";
    table
        .row("8 MiB attachment, warm", "frame.attachment.warm_ns", Unit::Time)
        .target(Target::RatioAtMost { limit: 1.5, of: names(&[copy]) });
    table.row("  memcpy of the same bytes in its place", copy, Unit::Time);
    table.row("  from the call until the system has all of it (wall)", "frame.attachment.sent_ns", Unit::Time);
    table.row("8 MiB attachment, cold", "frame.attachment.cold_ns", Unit::Time);
    table.row("the same encoded by the caller, then answered", "frame.attachment.by_caller_ns", Unit::Time);
    table.row(
        "  from its begin until the system has all of it (wall)",
        "frame.attachment.by_caller_sent_ns",
        Unit::Time,
    );
}
