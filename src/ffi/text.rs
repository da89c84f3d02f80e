//! Text across the ABI: views of the caller's bytes, and copies into fixed arrays.

use core::ffi::c_char;

use super::framewire_str;

/// Why a `framewire_str` could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadText {
    /// NULL with a length.
    NullWithLength,
    /// Longer than memory can be.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// A NUL inside.
    HasNul,
}

impl BadText {
    /// What is wrong and what to do, to follow the name of the field.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NullWithLength => "has a length but no pointer: use {NULL, 0} for absent",
            Self::TooLong => "has a length beyond any memory: set `len` to the bytes at `ptr`",
            Self::NotUtf8 => "is not UTF-8: convert it first",
            Self::HasNul => "holds a NUL: set `len` to the bytes before it",
        }
    }
}

/// The caller's bytes; `None` when absent.
///
/// # Safety
/// `view` describes readable memory that nobody writes to while the result is in use.
pub(super) unsafe fn bytes<'a>(view: framewire_str) -> Result<Option<&'a [u8]>, BadText> {
    if view.ptr.is_null() {
        return if view.len == 0 { Ok(None) } else { Err(BadText::NullWithLength) };
    }
    let len = usize::try_from(view.len).unwrap_or(usize::MAX);
    let longest = isize::MAX.unsigned_abs();
    if len > longest || view.ptr.addr().checked_add(len).is_none() {
        return Err(BadText::TooLong);
    }
    // SAFETY: not NULL, at most `isize::MAX` bytes, not wrapping; readable by this function's contract.
    Ok(Some(unsafe { core::slice::from_raw_parts(view.ptr.cast::<u8>(), len) }))
}

/// The caller's text, checked: UTF-8 without NUL; `None` when absent.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn text<'a>(view: framewire_str) -> Result<Option<&'a str>, BadText> {
    // SAFETY: this function has the same contract.
    let Some(bytes) = (unsafe { bytes(view)? }) else {
        return Ok(None);
    };
    let text = simdutf8::basic::from_utf8(bytes).map_err(|_| BadText::NotUtf8)?;
    if text.contains('\0') { Err(BadText::HasNul) } else { Ok(Some(text)) }
}

/// A view of `text`, absent when it is empty. The caller of this function sees to it that `text` outlives the view.
pub(super) fn view(text: &[u8]) -> framewire_str {
    if text.is_empty() {
        return ABSENT;
    }
    framewire_str { ptr: text.as_ptr().cast(), len: text.len() as u64 }
}

/// No text.
pub(super) const ABSENT: framewire_str = framewire_str { ptr: core::ptr::null(), len: 0 };

/// The longest beginning of `text` that has at most `bytes` bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// Copies `text` into `to`, cut at a character boundary and NUL-terminated; the length without the NUL.
pub(super) fn copy_into(to: &mut [c_char], text: &str) -> u32 {
    let text = cut(text, to.len().saturating_sub(1));
    to.fill(0);
    for (to, from) in to.iter_mut().zip(text.bytes()) {
        *to = from.cast_signed() as c_char;
    }
    text.len() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ptr: *const u8, len: u64) -> framewire_str {
        framewire_str { ptr: ptr.cast(), len }
    }

    #[test]
    fn absent_is_not_empty() {
        // SAFETY: no memory is read, or none beyond the literal.
        unsafe {
            assert_eq!(bytes(ABSENT), Ok(None));
            assert_eq!(bytes(of(b"x".as_ptr(), 0)), Ok(Some(&b""[..])));
            assert_eq!(text(of(b"xy".as_ptr(), 2)), Ok(Some("xy")));
        }
    }

    #[test]
    fn bad_texts_are_told_apart() {
        let rows: [(framewire_str, BadText); 7] = [
            (of(core::ptr::null(), 1), BadText::NullWithLength),
            (of(core::ptr::null(), u64::MAX), BadText::NullWithLength),
            (of(b"x".as_ptr(), u64::MAX), BadText::TooLong),
            (of(b"x".as_ptr(), 1 << 63), BadText::TooLong),
            (of(b"\xff".as_ptr(), 1), BadText::NotUtf8),
            (of(b"\xed\xa0\x80".as_ptr(), 3), BadText::NotUtf8),
            (of(b"a\0b".as_ptr(), 3), BadText::HasNul),
        ];
        for (view, fault) in rows {
            // SAFETY: lengths that do not fit the literals are refused before anything is read.
            assert_eq!(unsafe { text(view) }, Err(fault), "{view:?}");
        }
    }

    #[test]
    fn copies_end_at_a_character() {
        let mut to = [1 as c_char; 6];
        assert_eq!(copy_into(&mut to, "abcdé"), 4);
        assert_eq!(to, [97, 98, 99, 100, 0, 0]);
        assert_eq!(copy_into(&mut to, ""), 0);
        assert_eq!(to, [0; 6]);
        assert_eq!(copy_into(&mut [], "a"), 0);
    }
}
