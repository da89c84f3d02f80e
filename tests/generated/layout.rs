//! The sizes and offsets of the structs, as the Rust compiler has them.
use std::fmt::Write as _;

use framewire::ffi::*;

pub struct Shape {
    pub name: &'static str,
    pub size: usize,
    pub align: usize,
    pub fields: Vec<Field>,
}

pub struct Field {
    pub name: &'static str,
    pub offset: usize,
    pub size: usize,
}

fn size_of_field<S, F>(_: impl FnOnce(&S) -> &F) -> usize {
    size_of::<F>()
}

macro_rules! shapes {
    ($($name:ident { $($field:ident)* })*) => {
        vec![$(Shape {
            name: stringify!($name),
            size: size_of::<$name>(),
            align: align_of::<$name>(),
            fields: vec![$(Field {
                name: stringify!($field),
                offset: core::mem::offset_of!($name, $field),
                size: size_of_field(|it: &$name| &it.$field),
            }),*],
        }),*]
    };
}

/// Every struct of the ABI. A test holds this list against the header.
pub fn shapes() -> Vec<Shape> {
    shapes! {
        framewire_str { ptr len }
        framewire_error { status field text }
        framewire_config {
            size abi_version name owner url headers subprotocol tls_ca_file hello token capability_file
            reconnect_delays_ms reconnect_delay_count profile protocol flags http_port reconnect
            reconnect_limit reconnect_jitter_percent overflow max_message peer_max_message inbound_bytes
            outbound_bytes inbound_count outbound_count request_slots max_depth budget_bytes
            resolve_timeout_ms connect_timeout_ms tls_timeout_ms upgrade_timeout_ms hello_timeout_ms
            request_timeout_ms close_timeout_ms heartbeat_interval_ms heartbeat_timeout_ms stable_ms
            log_level reserved state_file project keepalive_message ledger_bytes hold_ms orphan_ms stall_ms
            ready_timeout_ms reload_timeout_ms keepalive_interval_ms quiet_timeout_ms max_calls
        }
        framewire_event {
            kind level generation time_ns id first last count settled unconfirmed skipped code reason
            os_error flags attempt delay_ms name data detail note age_ns error_code
        }
        framewire_state {
            phase readiness generation attempt protocol poll_age_ns requests_open requests_waiting
            inbound_bytes outbound_bytes pause_depth session_id_len server_version_len reserved session_id
            server_version detached attaches requests_orphaned calls_open published_readiness stalled
        }
        framewire_stats {
            polls events connections connect_failures messages_in bytes_in messages_out bytes_out requests
            answered expired lost dropped_unseen refused_busy dropped_full malformed send_dropped
            budget_stops wakeups wakes_sent attaches orphaned held_too_long calls late_replies state_writes
            state_failures
        }
        framewire_close_report { unsent unconfirmed unanswered undelivered code clean }
        framewire_open_call { id age_ns remaining_ns note_len kind deliveries method_len reserved method }
        framewire_record {
            verdict phase editor_phase link_phase flags pid updated_at_ms silent_since_ms generation_id reason
            endpoint last_error session_id advice
        }
        framewire_json { kind flags integer number text }
    }
}

/// The same as checks for the C compiler: sizes always, offsets on request.
pub fn c_checks() -> String {
    let mut text = String::from(
        "/*\n * The layout, checked by the compiler that includes this header: a packed or 32-bit build fails here.\n \
         * Define FRAMEWIRE_CHECK_LAYOUT to have every offset checked too.\n */\n\
         #if defined(__cplusplus)\n\
         #define FRAMEWIRE_ASSERT_(name, condition) static_assert(condition, #name)\n\
         #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n\
         #define FRAMEWIRE_ASSERT_(name, condition) _Static_assert(condition, #name)\n\
         #else\n\
         #define FRAMEWIRE_ASSERT_(name, condition) typedef char framewire_assert_##name[(condition) ? 1 : -1]\n\
         #endif\n\n",
    );
    for Shape { name, size, .. } in shapes() {
        writeln!(text, "FRAMEWIRE_ASSERT_(sizeof_{name}, sizeof(struct {name}) == {size});").unwrap();
    }
    text += "\n#ifdef FRAMEWIRE_CHECK_LAYOUT\n";
    for Shape { name, fields, .. } in shapes() {
        for Field { name: field, offset, .. } in fields {
            let condition = format!("offsetof(struct {name}, {field}) == {offset}");
            writeln!(text, "FRAMEWIRE_ASSERT_({name}_{field}, {condition});").unwrap();
        }
    }
    text + "#endif\n"
}
