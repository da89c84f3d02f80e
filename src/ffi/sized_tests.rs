//! Structs of other headers' sizes, both ways.
use super::*;

/// A made-up struct whose first version ended after `old`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sample {
    old: u64,
    new: u64,
}

// SAFETY: two integers.
unsafe impl AbiStruct for Sample {
    const OLDEST: usize = 8;
}

const DEFAULT: Sample = Sample { old: 1, new: 2 };

fn take(words: &[u64], size: u64) -> Result<Sample, BadInput> {
    // SAFETY: the tests give no plausible size beyond `words`.
    unsafe { read(words.as_ptr().cast::<Sample>(), size, DEFAULT) }
}

#[test]
fn an_older_struct_gets_defaults_for_what_it_lacks() {
    assert_eq!(take(&[10, 20], 8), Ok(Sample { old: 10, new: 2 }));
    assert_eq!(take(&[10, 20], 16), Ok(Sample { old: 10, new: 20 }));
}

#[test]
fn a_newer_struct_must_not_use_what_is_new() {
    assert_eq!(take(&[10, 20, 0, 0], 32), Ok(Sample { old: 10, new: 20 }));
    assert_eq!(take(&[10, 20, 0, 1 << 56], 32), Err(BadInput::Newer));
    assert_eq!(take(&[10, 20, 1], 24), Err(BadInput::Newer));
}

#[test]
fn garbage_sizes_are_told_from_newer_ones() {
    let words = [0; 513];
    assert_eq!(take(&words, 4096), Ok(Sample { old: 0, new: 0 }));
    for size in [0, 1, 4, 7, 9, 15, 17, 4097, 4104, u64::from(u32::MAX), u64::MAX] {
        assert_eq!(take(&words, size), Err(BadInput::Invalid), "{size}");
    }
    // SAFETY: neither pointer is read.
    unsafe {
        assert_eq!(read(core::ptr::null::<Sample>(), 16, DEFAULT), Err(BadInput::Invalid));
        assert_eq!(read(core::ptr::without_provenance::<Sample>(12), 16, DEFAULT), Err(BadInput::Invalid));
    }
}

#[test]
fn each_stride_is_filled_and_not_overrun() {
    for (stride, expected) in [(8, [1, 1, 9, 9, 9, 9, 9]), (16, [1, 2, 1, 2, 9, 9, 9]), (24, [1, 2, 0, 1, 2, 0, 9])] {
        let mut words = [9_u64; 7];
        // SAFETY: two structs of 24 bytes fit.
        let row = unsafe { Output::row(words.as_mut_ptr().cast::<Sample>(), stride, 2) }.unwrap();
        for index in 0..3 {
            row.write(index, &DEFAULT);
        }
        assert_eq!(words, expected, "stride {stride}");
    }
}

#[test]
fn rows_that_cannot_be_are_refused() {
    let mut words = [9_u64; 4];
    let good = words.as_mut_ptr().cast::<Sample>();
    let odd = core::ptr::without_provenance_mut::<Sample>(12);
    for (to, stride, capacity) in [
        (core::ptr::null_mut(), 16, 1),
        (odd, 16, 1),
        (good, 16, 0),
        (good, 0, 1),
        (good, 12, 1),
        (good, 4104, 1),
        (good, u64::MAX, 1),
        (good, 16, u64::MAX),
        (good, 16, 1 << 60),
    ] {
        // SAFETY: nothing is written.
        let row = unsafe { Output::row(to, stride, capacity) };
        assert_eq!(row.err(), Some(FRAMEWIRE_INVALID), "{to:?} {stride} {capacity}");
    }
    assert_eq!(words, [9; 4]);
}

#[test]
fn places_are_null_good_or_misaligned() {
    let mut value = 5_u64;
    // SAFETY: NULL, a local, and a pointer that is refused before it is used.
    unsafe {
        assert!(place(core::ptr::null_mut::<u64>()).unwrap().is_none());
        place(&raw mut value).unwrap().unwrap().write(6);
        assert!(place(core::ptr::without_provenance_mut::<u64>(4)).is_err());
    }
    assert_eq!(value, 6);
}
