//! Tests of the system calls.
