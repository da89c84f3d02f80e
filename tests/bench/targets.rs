//! The rows of the table: which figure is shown, in what unit, and what it should reach.

use crate::plan::STREAMS;

/// How a figure is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// ns in, ns to s out.
    Time,
    /// Messages a second.
    Messages,
    /// Bytes a second.
    Throughput,
    /// Bytes.
    Size,
    Count,
}

/// What a figure should reach. Only a `Count` decides whether the run passes.
#[derive(Clone, Debug)]
pub enum Target {
    AtMost(f64),
    /// At most this count; more fails the run.
    Count(f64),
    /// At most `limit` times the smallest of the figures `of`.
    RatioAtMost {
        limit: f64,
        of: Vec<String>,
    },
    /// At least `limit` times the largest of the figures `of`.
    RatioAtLeast {
        limit: f64,
        of: Vec<String>,
    },
    /// At most this part of a figure measured elsewhere, named in the text.
    RatioToKnown {
        limit: f64,
        known: f64,
        what: &'static str,
    },
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    pub section: &'static str,
    pub label: String,
    pub figure: String,
    pub unit: Unit,
    /// The same work in wall time.
    pub wall: Option<String>,
    pub targets: Vec<Target>,
}

/// What Godot's own WebSocketPeer and JSON take of the main thread for an 8 MiB answer, ns.
const GODOT_8_MIB_ANSWER: f64 = 117e6;
const MIB: f64 = 1024.0 * 1024.0;
/// Where the peer, the frame loop and the I/O thread each have a core of their own, a larger part is asked for.
const CORES_FOR_ALL: usize = 3;

pub fn rows(cores: usize) -> Vec<Row> {
    let mut table = Table::default();
    floors(&mut table);
    idle(&mut table);
    requests(&mut table);
    large(&mut table);
    round_trips(&mut table);
    streams(
        &mut table,
        if cores >= CORES_FOR_ALL {
            Some(0.9)
        } else {
            None
        },
    );
    standing(&mut table);
    table.rows
}

fn floors(table: &mut Table) {
    table.section = "floors of this machine";
    table
        .row(
            "bare loop, no library: one turn",
            "frame.bare.turn_ns",
            Unit::Time,
        )
        .wall("frame.bare.turn_wall_ns");
    table.row(
        "bare loop, no library: thread clock read twice",
        "frame.bare.clock.p50_ns",
        Unit::Time,
    );
    table.row("  worst", "frame.bare.clock.worst_ns", Unit::Time);
    table.row(
        "bare loop, no library: 0.1 ms sleep, p50 (wall)",
        "frame.bare.sleep.p50_ns",
        Unit::Time,
    );
    table.row("  p99", "frame.bare.sleep.p99_ns", Unit::Time);
    table.row("atomic load", "floor.load.atomic_load_ns", Unit::Time);
    table.row("recv, nothing there", "floor.read.cpu_ns", Unit::Time);
    table.row(
        "memcpy 8 MiB, memory in use",
        "floor.copy.warm_ns",
        Unit::Time,
    );
    table.row(
        "memcpy 8 MiB, fresh memory",
        "floor.copy.cold_ns",
        Unit::Time,
    );
}

fn idle(table: &mut Table) {
    table.section = "idle poll, frame thread";
    let peers = names(&["lws.idle.cpu_ns", "curl.idle.cpu_ns", "bare.idle.cpu_ns"]);
    table
        .row("framewire_poll", "frame.idle.cpu_ns", Unit::Time)
        .wall("frame.idle.wall_ns")
        .target(Target::AtMost(20.0))
        .target(Target::RatioAtMost {
            limit: 0.1,
            of: peers,
        });
    table
        .row(
            "  system calls in 10 000 polls",
            "frame.idle_calls.system_calls",
            Unit::Count,
        )
        .target(Target::Count(0.0));
    table.memory_calls("frame.idle");
    table
        .row(
            "libwebsockets, lws_service without waiting",
            "lws.idle.cpu_ns",
            Unit::Time,
        )
        .wall("lws.idle.wall_ns");
    table
        .row("libcurl, curl_ws_recv", "curl.idle.cpu_ns", Unit::Time)
        .wall("curl.idle.wall_ns");
    table
        .row(
            "bare tungstenite, non-blocking read",
            "bare.idle.cpu_ns",
            Unit::Time,
        )
        .wall("bare.idle.wall_ns");
}

fn requests(table: &mut Table) {
    table.section = "1 KiB requests, frame thread";
    for (label, mode, limit) in [
        ("alone", "alone", 250.0),
        ("each of a batch of 16", "batch", 100.0),
    ] {
        let name = |figure: &str| format!("frame.requests.{mode}.{figure}");
        table
            .row(
                &format!("poll, read, release: {label}"),
                &name("cpu_ns"),
                Unit::Time,
            )
            .wall(&name("wall_ns"))
            .target(Target::AtMost(limit));
        table.memory_calls(&format!("frame.requests.{mode}"));
    }
    table
        .row(
            "  polls over their capacity",
            "frame.requests.over_capacity",
            Unit::Count,
        )
        .target(Target::Count(0.0));
    table
        .row(
            "respond, I/O thread awake (wall, p50)",
            "frame.respond.awake.p50_ns",
            Unit::Time,
        )
        .target(Target::AtMost(3_000.0));
    table.row(
        "  thread CPU, mean of a burst of 64",
        "frame.respond.burst_cpu_ns",
        Unit::Time,
    );
    table
        .row(
            "respond, I/O thread asleep (wall, p50)",
            "frame.respond.asleep.p50_ns",
            Unit::Time,
        )
        .target(Target::AtMost(30_000.0));
    table.row(
        "  thread CPU, p50",
        "frame.respond.asleep_cpu.p50_ns",
        Unit::Time,
    );
    table.memory_calls("frame.respond");
    table.row(
        "  wakes sent in a burst of 64 (mean)",
        "frame.respond.wakes_a_burst",
        Unit::Count,
    );
    table
        .row(
            "  wakes sent to an I/O thread that was awake",
            "frame.respond.needless_wakes",
            Unit::Count,
        )
        .target(Target::Count(0.0));
}

fn large(table: &mut Table) {
    table.section = "large messages and floods, frame thread";
    table
        .row(
            "1 MiB inbound: poll and release, p50",
            "frame.inbound.cpu.p50_ns",
            Unit::Time,
        )
        .wall("frame.inbound.wall.p50_ns")
        .target(Target::AtMost(1_000.0));
    table
        .row("  worst", "frame.inbound.cpu.worst_ns", Unit::Time)
        .wall("frame.inbound.wall.worst_ns")
        .target(Target::AtMost(5_000.0));
    table.memory_calls("frame.inbound");
    table
        .row("8 MiB answer, warm", "frame.answer.warm_ns", Unit::Time)
        .wall("frame.answer.warm_wall_ns")
        .target(Target::RatioAtMost {
            limit: 1.5,
            of: names(&["frame.answer.copy_ns"]),
        })
        .target(Target::RatioToKnown {
            limit: 1.0 / 50.0,
            known: GODOT_8_MIB_ANSWER,
            what: "Godot's 117 ms",
        });
    table.row(
        "  memcpy of the same bytes in its place",
        "frame.answer.copy_ns",
        Unit::Time,
    );
    table.row("8 MiB answer, cold", "frame.answer.cold_ns", Unit::Time);
    for (label, mode) in [
        ("64 B messages", "flood_messages"),
        ("1 KiB requests", "flood_requests"),
    ] {
        let name = |figure: &str| format!("frame.{mode}.{figure}");
        table
            .row(
                &format!("flood of {label}: worst poll of 64 events"),
                &name("cpu.worst_ns"),
                Unit::Time,
            )
            .wall(&name("wall.worst_ns"))
            .target(Target::AtMost(100_000.0));
        table
            .row("  p50", &name("cpu.p50_ns"), Unit::Time)
            .wall(&name("wall.p50_ns"));
        table
            .row(
                "  polls over 64 events or the byte budget",
                &name("over"),
                Unit::Count,
            )
            .target(Target::Count(0.0));
        table.memory_calls(&format!("frame.{mode}"));
    }
}

fn round_trips(table: &mut Table) {
    table.section = "round trip of 64 B, spinning frame loop (wall)";
    for (label, part, limit) in [("p50", "p50_ns", 1.25), ("p99", "p99_ns", 1.5)] {
        let name = |who: &str| format!("{who}.round_trip.{part}");
        let target = Target::RatioAtMost {
            limit,
            of: vec![name("bare")],
        };
        table
            .row(&format!("Framewire, {label}"), &name("frame"), Unit::Time)
            .target(target);
        table.row(
            &format!("bare tungstenite, spinning, {label}"),
            &name("bare"),
            Unit::Time,
        );
        table.row(
            &format!("bare tungstenite, blocking, {label}"),
            &format!("bare.round_trip_blocking.{part}"),
            Unit::Time,
        );
        table.row(&format!("libwebsockets, {label}"), &name("lws"), Unit::Time);
        table.row(
            &format!("plain TCP, spinning, {label}"),
            &name("floor"),
            Unit::Time,
        );
        table.row(
            &format!("plain TCP, blocking, {label}"),
            &format!("floor.round_trip_blocking.{part}"),
            Unit::Time,
        );
    }
}

fn streams(table: &mut Table, with_free_core: Option<f64>) {
    for (section, direction) in [
        ("throughput in, sleeping frame loop", "receive"),
        ("throughput out, sleeping frame loop", "send"),
    ] {
        table.section = section;
        for (size, _) in STREAMS {
            let (unit, part, label) = match size {
                64 => (Unit::Messages, "messages_per_s", "64 B".to_owned()),
                4096 => (Unit::Messages, "messages_per_s", "4 KiB".to_owned()),
                _ => (
                    Unit::Throughput,
                    "bytes_per_s",
                    format!("{} MiB", size >> 20),
                ),
            };
            let name = |who: &str| format!("{who}.{direction}.{size}.{part}");
            let limit = with_free_core.unwrap_or(if size == 8 << 20 { 0.9 } else { 0.6 });
            let row = table.row(&format!("Framewire, {label}"), &name("frame"), unit);
            row.target(Target::RatioAtLeast {
                limit,
                of: vec![name("bare")],
            });
            row.target(Target::RatioAtLeast {
                limit: 1.0,
                of: vec![name("lws")],
            });
            let each = size == 64 && direction == "send";
            if each {
                row.target(Target::RatioAtLeast {
                    limit: 10.0,
                    of: vec![name("each")],
                });
            }
            table.row(&format!("bare tungstenite, {label}"), &name("bare"), unit);
            if each {
                table.row(
                    &format!("bare tungstenite, flushing each, {label}"),
                    &name("each"),
                    unit,
                );
            }
            table.row(&format!("libwebsockets, {label}"), &name("lws"), unit);
        }
    }
}

fn standing(table: &mut Table) {
    table.section = "idle link";
    table
        .row(
            "wake-ups in 15 s between heartbeats",
            "frame.quiet.wakeups",
            Unit::Count,
        )
        .target(Target::Count(0.0));
    table
        .row(
            "  context switches of the I/O thread",
            "frame.quiet.switches",
            Unit::Count,
        )
        .target(Target::Count(0.0));
    table
        .row(
            "resident memory a link, messages <= 64 KiB",
            "frame.memory.bytes_per_link",
            Unit::Size,
        )
        .target(Target::AtMost(256.0 * 1024.0));
    table.section = "reconnect after a server restart (wall)";
    table
        .row(
            "acknowledged after the server listened, beyond the delay",
            "frame.reconnect.beyond_delay_ns",
            Unit::Time,
        )
        .target(Target::AtMost(5e6));
    table
        .row(
            "acknowledged after the scheduled dial",
            "frame.reconnect.over_ns",
            Unit::Time,
        )
        .target(Target::AtMost(5e6));
    table.row("  the delay", "frame.reconnect.delay_ns", Unit::Time);
    table.section = "stripped library";
    table
        .row("without TLS", "size.without_tls.bytes", Unit::Size)
        .target(Target::AtMost(MIB));
    table
        .row("with TLS (ring)", "size.with_tls.bytes", Unit::Size)
        .target(Target::AtMost(2.25 * MIB));
}

fn names(figures: &[&str]) -> Vec<String> {
    figures.iter().map(|figure| (*figure).to_owned()).collect()
}

#[derive(Default)]
struct Table {
    section: &'static str,
    rows: Vec<Row>,
}

impl Table {
    fn row(&mut self, label: &str, figure: &str, unit: Unit) -> &mut Row {
        let index = self.rows.len();
        let row = Row {
            section: self.section,
            label: label.to_owned(),
            figure: figure.to_owned(),
            unit,
            wall: None,
            targets: vec![],
        };
        self.rows.push(row);
        &mut self.rows[index]
    }

    /// The allocations and frees of a measurement on the frame thread; neither may happen.
    fn memory_calls(&mut self, measurement: &str) {
        for what in ["allocations", "frees"] {
            self.row(
                &format!("  {what}"),
                &format!("{measurement}.{what}"),
                Unit::Count,
            )
            .target(Target::Count(0.0));
        }
    }
}

impl Row {
    fn wall(&mut self, figure: &str) -> &mut Self {
        self.wall = Some(figure.to_owned());
        self
    }

    fn target(&mut self, target: Target) -> &mut Self {
        self.targets.push(target);
        self
    }
}
