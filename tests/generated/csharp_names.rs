//! What the items of the header are called in C#.

/// A group of constants that becomes an enumeration.
pub struct Group {
    pub prefix: &'static str,
    pub name: &'static str,
    pub is_flags: bool,
    pub summary: &'static str,
}

const fn group(prefix: &'static str, name: &'static str, is_flags: bool, summary: &'static str) -> Group {
    Group { prefix, name, is_flags, summary }
}

/// Longer prefixes stand before those that begin like them. What no prefix fits is a status.
pub const GROUPS: [Group; 18] = [
    group("PHASE_", "LinkPhase", false, "What a link is doing."),
    group("READINESS_", "Readiness", false, "What the editor can take."),
    group("PROFILE_", "LinkProfile", false, "What is spoken inside the WebSocket."),
    group("CONFIG_", "ConfigFlags", true, "What a link is allowed, and whether it dials at once."),
    group("RECONNECT_", "ReconnectPolicy", false, "Whether a link dials again by itself."),
    group("OVERFLOW_", "OverflowPolicy", false, "What a full inbox does to a raw link."),
    group("LOG_", "LinkLogLevel", false, "How severe a line for the log is; 0 = it is none."),
    group("JSON_FLAG_", "JsonFlags", true, "What is known of a JSON value besides its kind."),
    group("JSON_", "JsonKind", false, "Kinds of JSON value."),
    group("OUTSTANDING_", "OutstandingKind", false, "Kinds of open call."),
    group("VERDICT_", "Verdict", false, "What a state file says."),
    group("RECORD_FLAG_", "RecordFlags", true, "What is known of a state file besides its verdict."),
    group("WAIT_", "WaitFlags", true, "How a state file is waited for."),
    group("EVENT_FLAG_", "EventFlags", true, "What is known of an event besides its kind."),
    group("EVENT_", "EventKind", false, "Kinds of event; each says which fields of the event count for it."),
    group("REASON_", "EventReason", false, "Why something ended or failed."),
    STATUS,
    ALONE_GROUP,
];

const STATUS: Group = group(
    "STATUS",
    "LinkStatus",
    false,
    "What a call came to, by blame: below 16 done; 16-99 not now, try again; 100-199 the caller's doing; 200-299 time or the \
     peer was faster; 300 and up the library's.",
);

const ALONE_GROUP: Group = group("", "Native", false, "");

/// Statuses that begin like another group.
const STATUSES_BY_NAME: [&str; 1] = ["FRAMEWIRE_CONFIG_DIFFERS"];
/// Numbers that stand alone, and their names beside the functions.
const ALONE: [(&str, &str); 2] = [("FRAMEWIRE_ABI_VERSION", "ExpectedAbiVersion"), ("FRAMEWIRE_NEVER", "Never")];

/// Enumeration and member of a constant.
pub fn constant(name: &str) -> (&'static Group, String) {
    let bare = name.strip_prefix("FRAMEWIRE_").expect("the prefix of every constant");
    let status = &GROUPS[GROUPS.len() - 2];
    if let Some((_, member)) = ALONE.iter().find(|(alone, _)| *alone == name) {
        return (&GROUPS[GROUPS.len() - 1], (*member).to_owned());
    }
    if STATUSES_BY_NAME.contains(&name) {
        return (status, pascal(bare));
    }
    let by_prefix = |group: &&Group| !group.prefix.is_empty() && bare.starts_with(group.prefix);
    GROUPS
        .iter()
        .find(by_prefix)
        .map_or_else(|| (status, pascal(bare)), |group| (group, pascal(&bare[group.prefix.len()..])))
}

/// C# name of a struct, and whether users of the package see it.
pub fn structure(name: &str) -> (&'static str, bool) {
    match name {
        "framewire_str" => ("NativeText", false),
        "framewire_error" => ("NativeError", false),
        "framewire_config" => ("NativeConfig", false),
        "framewire_event" => ("NativeEvent", false),
        "framewire_json" => ("NativeJson", false),
        "framewire_state" => ("LinkState", true),
        "framewire_stats" => ("LinkStats", true),
        "framewire_close_report" => ("CloseReport", true),
        "framewire_open_call" => ("OpenCall", true),
        "framewire_record" => ("StateRecord", true),
        other => panic!("{other} needs a name in C#"),
    }
}

/// Enumeration of a field or argument that the header has as a plain number.
pub fn enumeration(of: &str, field: &str) -> Option<&'static str> {
    Some(match (of, field) {
        ("framewire_event", "kind") => "EventKind",
        ("framewire_event", "flags") => "EventFlags",
        ("framewire_event", "reason") => "EventReason",
        ("framewire_event", "level") | ("framewire_config", "log_level") => "LinkLogLevel",
        ("framewire_config", "profile") => "LinkProfile",
        ("framewire_config", "flags") => "ConfigFlags",
        ("framewire_config", "reconnect") => "ReconnectPolicy",
        ("framewire_config", "overflow") => "OverflowPolicy",
        ("framewire_json", "kind") => "JsonKind",
        ("framewire_json", "flags") => "JsonFlags",
        ("framewire_open_call", "kind") => "OutstandingKind",
        ("framewire_record", "verdict") => "Verdict",
        ("framewire_record", "flags") => "RecordFlags",
        ("framewire_record", "phase" | "editor_phase") => "Readiness",
        ("framewire_record", "link_phase") | ("framewire_state", "phase") => "LinkPhase",
        ("framewire_state_file_wait", "flags") => "WaitFlags",
        (_, "readiness" | "published_readiness") => "Readiness",
        _ => return None,
    })
}

/// `json_get` and `JSON_GET` as `JsonGet`.
pub fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + &rest.to_lowercase()
        })
        .collect()
}

/// `linger_ms` as `lingerMs`.
pub fn camel(name: &str) -> String {
    let name = pascal(name);
    let (first, rest) = name.split_at(1);
    first.to_lowercase() + rest
}

/// C# type of a type of the header, by itself.
pub fn kind(declared: &str) -> String {
    let plain = declared.replace("const ", "").replace("struct ", "");
    let (target, stars) = plain.split_once('*').map_or((plain.trim(), ""), |(target, _)| (target.trim(), "*"));
    let target = match target {
        "uint32_t" => "uint",
        "int32_t" => "int",
        "uint64_t" | "framewire_link" => "ulong",
        "int64_t" => "long",
        "double" => "double",
        "void" => "void",
        "char" => "byte",
        "framewire_status" => "LinkStatus",
        other => structure(other).0,
    };
    format!("{target}{stars}")
}
