//! The rows about the link as a whole: round trips, throughput, quiet, memory, return, size.

use crate::plan::STREAMS;
use crate::targets::{Table, Target, Unit};

const MIB: f64 = 1024.0 * 1024.0;
/// Where the peer, the frame loop and the I/O thread each have a core of their own, a larger part is asked for.
const CORES_FOR_ALL: usize = 3;

/// `cores`: of the machine; the part asked for depends on them.
pub fn add(table: &mut Table, cores: usize) {
    round_trips(table);
    streams(table, if cores >= CORES_FOR_ALL { Some(0.9) } else { None });
    standing(table);
}

fn round_trips(table: &mut Table) {
    table.section = "round trip of 64 B, spinning frame loop (wall)";
    for (label, part, limit) in [("p50", "p50_ns", 1.25), ("p99", "p99_ns", 1.5)] {
        let name = |who: &str| format!("{who}.round_trip.{part}");
        let target = Target::RatioAtMost { limit, of: vec![name("bare")] };
        table.row(&format!("Framewire, {label}"), &name("frame"), Unit::Time).target(target);
        table.row(&format!("bare tungstenite, spinning, {label}"), &name("bare"), Unit::Time);
        table.row(
            &format!("bare tungstenite, blocking, {label}"),
            &format!("bare.round_trip_blocking.{part}"),
            Unit::Time,
        );
        table.row(&format!("libwebsockets, {label}"), &name("lws"), Unit::Time);
        table.row(&format!("plain TCP, spinning, {label}"), &name("floor"), Unit::Time);
        table.row(&format!("plain TCP, blocking, {label}"), &format!("floor.round_trip_blocking.{part}"), Unit::Time);
    }
}

fn streams(table: &mut Table, with_free_core: Option<f64>) {
    for (section, direction) in
        [("throughput in, sleeping frame loop", "receive"), ("throughput out, sleeping frame loop", "send")]
    {
        table.section = section;
        for (size, _) in STREAMS {
            let (unit, part, label) = match size {
                64 => (Unit::Messages, "messages_per_s", "64 B".to_owned()),
                4096 => (Unit::Messages, "messages_per_s", "4 KiB".to_owned()),
                _ => (Unit::Throughput, "bytes_per_s", format!("{} MiB", size >> 20)),
            };
            let name = |who: &str| format!("{who}.{direction}.{size}.{part}");
            let limit = with_free_core.unwrap_or(if size == 8 << 20 { 0.9 } else { 0.6 });
            let row = table.row(&format!("Framewire, {label}"), &name("frame"), unit);
            row.target(Target::RatioAtLeast { limit, of: vec![name("bare")] });
            row.target(Target::RatioAtLeast { limit: 1.0, of: vec![name("lws")] });
            let each = size == 64 && direction == "send";
            if each {
                row.target(Target::RatioAtLeast { limit: 10.0, of: vec![name("each")] });
            }
            table.row(&format!("bare tungstenite, {label}"), &name("bare"), unit);
            if each {
                table.row(&format!("bare tungstenite, flushing each, {label}"), &name("each"), unit);
            }
            table.row(&format!("libwebsockets, {label}"), &name("lws"), unit);
        }
    }
}

fn standing(table: &mut Table) {
    table.section = "idle link";
    table.row("wake-ups in 15 s between heartbeats", "frame.quiet.wakeups", Unit::Count).target(Target::Count(0.0));
    table.row("  context switches of the I/O thread", "frame.quiet.switches", Unit::Count).target(Target::Count(0.0));
    table
        .row("resident memory a link, messages <= 64 KiB", "frame.memory.bytes_per_link", Unit::Size)
        .target(Target::AtMost(256.0 * 1024.0));
    table.section = "reconnect after a server restart (wall)";
    table
        .row("acknowledged after the server listened, beyond the delay", "frame.reconnect.beyond_delay_ns", Unit::Time)
        .target(Target::AtMost(5e6));
    table
        .row("acknowledged after the scheduled dial", "frame.reconnect.over_ns", Unit::Time)
        .target(Target::AtMost(5e6));
    table.row("  the delay", "frame.reconnect.delay_ns", Unit::Time);
    table.section = "stripped library";
    table.row("without TLS", "size.without_tls.bytes", Unit::Size).target(Target::AtMost(MIB));
    table.row("with TLS (ring)", "size.with_tls.bytes", Unit::Size).target(Target::AtMost(2.25 * MIB));
}
