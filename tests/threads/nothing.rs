//! The tests are those of the library; this crate only gathers them.
