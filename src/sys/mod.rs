//! The few calls to the operating system, per platform.
