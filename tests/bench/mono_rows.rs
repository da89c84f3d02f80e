//! The rows about C#: what a message costs a managed frame, and a reload its calls, beside a ClientWebSocket.

use crate::mono::MESSAGES;
use crate::targets::{Table, Target, Unit};

const NAMES: [(&str, &str); 2] = [("Framewire", "framewire"), ("ClientWebSocket", "managed")];

pub fn add(table: &mut Table) {
    table.section = "C# under Mono: a message received";
    for (size, _) in MESSAGES {
        let words = if size < 1 << 10 { format!("{size} B") } else { kibibytes(size) };
        for (name, way) in NAMES {
            let figure = |figure: &str| format!("mono.{way}.{size}.{figure}");
            table.row(&format!("{name}, {words}: frame thread, p50"), &figure("cpu.p50_ns"), Unit::Time);
            let is_ours = way == "framewire";
            let garbage = table.row("  garbage of all threads, bytes each", &figure("garbage_bytes"), Unit::Count);
            if is_ours {
                garbage.target(Target::Count(0.0));
            }
            let here = table.row("  of the frame thread alone, bytes each", &figure("garbage_here_bytes"), Unit::Count);
            if is_ours {
                here.target(Target::Count(0.0));
            }
        }
    }
    table.section = "C# under Mono: a reload of the domain, 20 calls around it";
    for (name, way) in NAMES {
        let lost = table.row(&format!("{name}: calls lost"), &format!("mono.{way}.reload.lost_a_reload"), Unit::Count);
        if way == "framewire" {
            lost.target(Target::Count(0.0));
        }
        let back = format!("mono.{way}.reload.back.p50_ns");
        table.row("  from the domain's first line to its first answer, p50 (wall)", &back, Unit::Time);
    }
}

fn kibibytes(size: usize) -> String {
    if size < 1 << 20 { format!("{} KiB", size >> 10) } else { format!("{} MiB", size >> 20) }
}
