//! The library's own words that threads race over, over loom's atomics and locks in place of the real ones. The files are
//! those of `src`; only `sync`, the clock and the contents of a send are others.

pub mod sync;

#[path = "../../../src/readiness/mod.rs"]
pub mod readiness;

#[path = "../../../src/session"]
pub mod session {
    pub mod call_table;
    pub mod phase;
    pub mod slots;

    /// A send, of which the outbox knows its room only.
    pub mod input {
        #[derive(Debug)]
        pub struct Send {
            pub number: u64,
            pub generation: u64,
            pub reserved: u64,
        }
    }

    pub mod outgoing {
        #[derive(Clone, Copy, Debug, Default)]
        pub struct Released {
            pub reserved: u64,
            pub sends: u64,
            /// What the outbox does not look at.
            pub messages: u64,
        }
    }
}

#[path = "../../../src/link"]
pub mod link {
    pub mod gate;
    pub mod outbox;
    pub mod sleep_flag;
    pub mod stall;
    pub mod succession;
    pub mod waiters;

    /// Time stands still in a model.
    pub mod clock {
        pub const NEVER: u64 = u64::MAX;

        pub fn now_ns() -> u64 {
            0
        }
    }
}

#[path = "../../../src/ffi"]
pub mod ffi {
    pub mod entry;
}

pub mod scene;
