//! State, totals and open calls as Dictionaries, under the names that they have in C.

use framewire::link::{Link, Open, OpenKind, State, Stats, now_ns};
use godot::prelude::*;

use crate::value::gstring;

/// Numbers that C has as unsigned; the largest one says "none" there, as -1 does here.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(-1)
}

/// See `framewire_state`.
pub fn state(state: &State) -> VarDictionary {
    vdict! {
        "phase" => i64::from(state.phase),
        "readiness" => i64::from(state.readiness as u32),
        "generation" => signed(state.generation),
        "attempt" => i64::from(state.attempt),
        "protocol" => i64::from(state.protocol),
        "poll_age_ns" => signed(state.poll_age_ns),
        "requests_open" => i64::from(state.requests_open),
        "requests_waiting" => i64::from(state.requests_waiting),
        "inbound_bytes" => signed(state.inbound_bytes),
        "outbound_bytes" => signed(state.outbound_bytes),
        "pause_depth" => i64::from(state.pause_depth),
        "session_id" => state.session_id.as_str(),
        "server_version" => &gstring(state.server_version.as_bytes()),
        "detached" => state.detached,
        "attaches" => i64::from(state.attaches),
        "requests_orphaned" => i64::from(state.requests_orphaned),
        "calls_open" => i64::from(state.calls_open),
        "published_readiness" => i64::from(state.published_readiness as u32),
        "stalled" => state.stalled,
    }
}

/// See `framewire_stats`.
pub fn stats(stats: &Stats) -> VarDictionary {
    let mut shown = VarDictionary::new();
    macro_rules! show {
        ($($field:ident)*) => {
            // A field that is missing here does not compile.
            let Stats { $($field,)* } = stats;
            $(shown.set(stringify!($field), signed(*$field));)*
        };
    }
    show! {
        polls events connections connect_failures messages_in bytes_in messages_out bytes_out requests answered expired
        lost dropped_unseen refused_busy dropped_full malformed send_dropped budget_stops wakeups wakes_sent attaches
        orphaned held_too_long calls late_replies state_writes state_failures
    }
    shown
}

/// See `framewire_open_call`. The I/O thread may be writing the list: it is asked again then, for it writes for moments.
pub fn outstanding(link: &Link) -> Array<VarDictionary> {
    const ATTEMPTS: usize = 64;
    for _ in 0..ATTEMPTS {
        let mut shown = Array::new();
        let now = now_ns();
        if link.outstanding(|open, kind| shown.push(&open_call(open, kind, now))) {
            return shown;
        }
        // It may have lost its processor meanwhile.
        std::thread::yield_now();
    }
    Array::new()
}

fn open_call(open: &Open, kind: OpenKind, now: u64) -> VarDictionary {
    let remaining = if open.deadline == u64::MAX { u64::MAX } else { open.deadline.saturating_sub(now) };
    vdict! {
        "id" => signed(open.id),
        "kind" => i64::from(kind as u32),
        "method" => &*open.method,
        "age_ns" => signed(now.saturating_sub(open.since)),
        "remaining_ns" => signed(remaining),
        "deliveries" => i64::from(open.deliveries),
        "note_len" => open.note_len as i64,
    }
}
