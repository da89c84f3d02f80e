//! Statuses: their names, and what a refusal of the link is called in C.

use super::*;
use crate::link::{ConfigErrorKind, Refusal, Sent};

/// Each status and its name.
#[rustfmt::skip]
const NAMES: &[(framewire_status, &core::ffi::CStr)] = &[
    (FRAMEWIRE_OK, c"OK"),
    (FRAMEWIRE_ATTACHED, c"ATTACHED"),
    (FRAMEWIRE_REPLACED, c"REPLACED"),
    (FRAMEWIRE_EMPTY, c"EMPTY"),
    (FRAMEWIRE_BUSY, c"BUSY"),
    (FRAMEWIRE_WOULD_BLOCK, c"WOULD_BLOCK"),
    (FRAMEWIRE_NOT_OPEN, c"NOT_OPEN"),
    (FRAMEWIRE_TIMED_OUT, c"TIMED_OUT"),
    (FRAMEWIRE_INVALID, c"INVALID"),
    (FRAMEWIRE_STALE, c"STALE"),
    (FRAMEWIRE_UNSUPPORTED, c"UNSUPPORTED"),
    (FRAMEWIRE_NAME_IN_USE, c"NAME_IN_USE"),
    (FRAMEWIRE_CONFIG_DIFFERS, c"CONFIG_DIFFERS"),
    (FRAMEWIRE_TOO_LARGE, c"TOO_LARGE"),
    (FRAMEWIRE_UNKNOWN, c"UNKNOWN"),
    (FRAMEWIRE_ALREADY_ANSWERED, c"ALREADY_ANSWERED"),
    (FRAMEWIRE_LIMIT, c"LIMIT"),
    (FRAMEWIRE_FORKED, c"FORKED"),
    (FRAMEWIRE_EXPIRED, c"EXPIRED"),
    (FRAMEWIRE_LOST, c"LOST"),
    (FRAMEWIRE_PANIC, c"PANIC"),
    (FRAMEWIRE_INTERNAL, c"INTERNAL"),
    (FRAMEWIRE_NO_RESOURCES, c"NO_RESOURCES"),
];

/// The name of `status` without its prefix; `?` for a number that is no status.
pub(super) fn name(status: framewire_status) -> &'static core::ffi::CStr {
    NAMES.iter().find(|(known, _)| *known == status).map_or(c"?", |(_, name)| name)
}

/// The status of a refusal.
pub(super) fn of_refusal(refusal: Refusal) -> framewire_status {
    match refusal {
        Refusal::WouldBlock => FRAMEWIRE_WOULD_BLOCK,
        Refusal::NotOpen => FRAMEWIRE_NOT_OPEN,
        Refusal::TooLarge => FRAMEWIRE_TOO_LARGE,
        Refusal::Unknown => FRAMEWIRE_UNKNOWN,
        Refusal::AlreadyAnswered => FRAMEWIRE_ALREADY_ANSWERED,
        Refusal::Expired => FRAMEWIRE_EXPIRED,
        Refusal::Lost => FRAMEWIRE_LOST,
        Refusal::Unsupported => FRAMEWIRE_UNSUPPORTED,
        Refusal::Invalid => FRAMEWIRE_INVALID,
        Refusal::Closed => FRAMEWIRE_STALE,
        Refusal::Internal => FRAMEWIRE_INTERNAL,
        Refusal::NoMemory => FRAMEWIRE_NO_RESOURCES,
    }
}

/// The status of a refused configuration.
pub(super) fn of_config(kind: ConfigErrorKind) -> framewire_status {
    match kind {
        ConfigErrorKind::Invalid => FRAMEWIRE_INVALID,
        ConfigErrorKind::Unsupported => FRAMEWIRE_UNSUPPORTED,
        ConfigErrorKind::NameInUse => FRAMEWIRE_NAME_IN_USE,
        ConfigErrorKind::ConfigDiffers => FRAMEWIRE_CONFIG_DIFFERS,
        ConfigErrorKind::Limit => FRAMEWIRE_LIMIT,
        ConfigErrorKind::NoResources => FRAMEWIRE_NO_RESOURCES,
        ConfigErrorKind::Stale => FRAMEWIRE_STALE,
    }
}

/// The status of a call that has nothing to return but success.
pub(super) fn of_unit(result: Result<(), Refusal>) -> Result<framewire_status, framewire_status> {
    result.map(|()| FRAMEWIRE_OK).map_err(of_refusal)
}

/// The status of an accepted send.
pub(super) fn of_sent(sent: Sent) -> framewire_status {
    if sent.replaced { FRAMEWIRE_REPLACED } else { FRAMEWIRE_OK }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The statuses stand in constants.rs above the phases; each must have its own name here.
    #[test]
    fn every_status_has_its_constants_name() {
        let source = include_str!("constants.rs");
        let (statuses, _) = source.split_once("# Phases of a link").unwrap();
        let mut count = 0;
        for line in statuses.lines().filter_map(|line| line.strip_prefix("pub const FRAMEWIRE_")) {
            let (constant, value) = line.split_once(": u32 = ").unwrap();
            if constant == "ABI_VERSION" {
                continue;
            }
            let value = value.trim_end_matches(';').parse().unwrap();
            assert_eq!(name(value).to_str(), Ok(constant));
            count += 1;
        }
        assert_eq!(count, NAMES.len());
        assert_eq!(name(9999), c"?");
    }
}
