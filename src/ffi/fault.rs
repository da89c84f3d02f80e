//! Panics on demand, for tests of the rail. Not in any normal build: only tests and the feature
//! `fault-injection` bring it to life, and it adds no export.
//!
//! A link named `panic:CALL` panics at each call of `framewire_CALL`: open, poll, get_state or close.

#[cfg(any(test, feature = "fault-injection"))]
mod armed {
    use parking_lot::Mutex;

    static ARMED: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());

    pub(in crate::ffi) fn arm(link: u64, name: &str) {
        if let Some(call) = name.strip_prefix("panic:") {
            ARMED.lock().push((link, call.to_owned()));
        }
    }

    pub(in crate::ffi) fn strike(link: u64, call: &str) {
        let armed = ARMED.lock().iter().any(|(at, name)| *at == link && name == call);
        assert!(!armed, "forced by the name of the link");
    }

    pub(in crate::ffi) fn strike_open(name: &str) {
        assert!(name != "panic:open", "forced by the name of the link");
    }
}

#[cfg(any(test, feature = "fault-injection"))]
pub(super) use armed::{arm, strike, strike_open};

#[cfg(not(any(test, feature = "fault-injection")))]
mod disarmed {
    #[inline(always)]
    pub(in crate::ffi) fn arm(_link: u64, _name: &str) {}
    #[inline(always)]
    pub(in crate::ffi) fn strike(_link: u64, _call: &str) {}
    #[inline(always)]
    pub(in crate::ffi) fn strike_open(_name: &str) {}
}

#[cfg(not(any(test, feature = "fault-injection")))]
pub(super) use disarmed::{arm, strike, strike_open};
