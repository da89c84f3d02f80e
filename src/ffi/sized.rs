//! Structs that cross the ABI with their size, so that both sides may grow.
//!
//! The caller's struct may be smaller than ours (an older header) or larger (a newer one). What it lacks
//! gets our defaults; what we do not know must be zero on the way in and is zeroed on the way out.

use core::mem::MaybeUninit;

use super::*;

/// Sizes beyond this are garbage, not a newer header.
pub(super) const LARGEST: usize = 4096;

/// A struct of the ABI.
///
/// # Safety
/// Every bit pattern is a value: only integers, floats and raw pointers, without padding.
pub(super) unsafe trait AbiStruct: Copy {
    /// Its size in the first ABI that had it.
    const OLDEST: usize;
}

macro_rules! sized {
    ($($name:ident: $oldest:literal),* $(,)?) => { $(
        // SAFETY: made of integers, floats, raw pointers and arrays of them; the sum of the fields is
        // held against the size by the golden list of the ABI.
        unsafe impl AbiStruct for $name {
            const OLDEST: usize = $oldest;
        }
        const _: () = assert!(size_of::<$name>() >= $oldest && size_of::<$name>() <= LARGEST);
    )* };
}

sized! {
    framewire_config: 304,
    framewire_event: 152,
    framewire_state: 344,
    framewire_stats: 160,
    framewire_close_report: 40,
    framewire_json: 40,
    framewire_open_call: 176,
    framewire_record: 1520,
}

/// Whether a caller's size is one that a header of ours may have, today or later.
fn plausible<T: AbiStruct>(size: u64) -> Option<usize> {
    let size = usize::try_from(size).ok()?;
    (size >= T::OLDEST && size <= LARGEST && size.is_multiple_of(align_of::<T>())).then_some(size)
}

/// Why a struct could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadInput {
    /// NULL or misaligned, or a size that no header has.
    Invalid,
    /// Something is set beyond what this library knows.
    Newer,
}

/// The caller's struct over our defaults.
///
/// # Safety
/// `from` is NULL, or points to `size` readable bytes if that size is plausible.
pub(super) unsafe fn read<T: AbiStruct>(from: *const T, size: u64, default: T) -> Result<T, BadInput> {
    let size = plausible::<T>(size).ok_or(BadInput::Invalid)?;
    if from.is_null() || !from.is_aligned() {
        return Err(BadInput::Invalid);
    }
    let known = size.min(size_of::<T>());
    // SAFETY: not NULL; the caller vouches for `size` bytes.
    let tail = unsafe { core::slice::from_raw_parts(from.cast::<u8>().add(known), size - known) };
    if tail.iter().any(|&byte| byte != 0) {
        return Err(BadInput::Newer);
    }
    let mut value = default;
    // SAFETY: `known` bytes are readable there and fit here; any bytes make a `T`.
    unsafe { core::ptr::copy_nonoverlapping(from.cast::<u8>(), (&raw mut value).cast::<u8>(), known) };
    Ok(value)
}

/// A row of the caller's structs to be written, checked beforehand.
#[derive(Debug)]
pub(super) struct Output<T> {
    to: *mut T,
    stride: usize,
    capacity: usize,
}

impl<T: AbiStruct> Output<T> {
    /// One struct of `size` bytes.
    ///
    /// # Safety
    /// As for [`Self::row`].
    #[inline]
    pub(super) unsafe fn one(to: *mut T, size: u64) -> Result<Self, framewire_status> {
        // SAFETY: this function has the same contract.
        unsafe { Self::row(to, size, 1) }
    }

    /// `capacity` structs, each `stride` bytes after the one before.
    ///
    /// # Safety
    /// `to` is NULL, or points to `stride * capacity` writable bytes while the result is in use, if the
    /// stride is plausible.
    #[inline]
    pub(super) unsafe fn row(to: *mut T, stride: u64, capacity: u64) -> Result<Self, framewire_status> {
        let stride = plausible::<T>(stride).ok_or(FRAMEWIRE_INVALID)?;
        let capacity = usize::try_from(capacity).map_err(|_| FRAMEWIRE_INVALID)?;
        let longest = isize::MAX.unsigned_abs() / LARGEST;
        if to.is_null() || !to.is_aligned() || capacity == 0 || capacity > longest {
            return Err(FRAMEWIRE_INVALID);
        }
        Ok(Self { to, stride, capacity })
    }

    pub(super) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Writes the struct at `index`; an index beyond the capacity is ignored.
    #[inline]
    pub(super) fn write(&self, index: usize, value: &T) {
        if index >= self.capacity {
            return;
        }
        let known = self.stride.min(size_of::<T>());
        // SAFETY: within the `stride * capacity` bytes that the caller vouched for; `T` has no padding.
        unsafe {
            let to = self.to.cast::<u8>().add(index * self.stride);
            core::ptr::copy_nonoverlapping(core::ptr::from_ref(value).cast::<u8>(), to, known);
            to.add(known).write_bytes(0, self.stride - known);
        }
    }
}

/// Checks a place for one plain value.
///
/// # Safety
/// `to` is NULL, or points to a writable `T`. (A misaligned pointer is found out.)
#[inline]
pub(super) unsafe fn place<'a, T>(to: *mut T) -> Result<Option<&'a mut MaybeUninit<T>>, framewire_status> {
    if !to.is_aligned() {
        return Err(FRAMEWIRE_INVALID);
    }
    // SAFETY: aligned, as was checked; NULL or writable by this function's contract.
    Ok(unsafe { to.cast::<MaybeUninit<T>>().as_mut() })
}

#[cfg(test)]
#[path = "sized_tests.rs"]
mod tests;
