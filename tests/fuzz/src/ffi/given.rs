//! Arguments: texts and places as hosts give them, good and bad, as far as the contract lets them be read.

use arbitrary::Arbitrary;
use framewire::ffi::framewire_str;

use crate::views::Text;

const KNOWN: [&[u8]; 12] =
    [b"{}", b"{\"a\":[1,null]}", b"[1]", b"{", b"name", b"-32000", b"/a", b"/a/0", b"~", b"", b"a\0b", b"\xff\xfe"];

/// A text.
#[derive(Arbitrary, Debug)]
pub enum Given {
    Absent,
    /// NULL with a length: refused before anything is read.
    NullWithLength(u8),
    /// A length beyond any memory: the same.
    Endless(u8),
    Bytes(Vec<u8>),
    Known(u8),
    Long(u16),
}

impl Given {
    /// The text in memory of its own, and the view of it.
    pub fn place(&self) -> (Text, framewire_str) {
        let bytes = match self {
            Self::Absent | Self::NullWithLength(_) => None,
            Self::Endless(_) => Some(b"x".to_vec()),
            Self::Bytes(bytes) => Some(bytes.clone()),
            Self::Known(which) => Some(KNOWN[usize::from(*which) % KNOWN.len()].to_vec()),
            Self::Long(length) => Some(format!("{{\"a\":\"{}\"}}", "l".repeat(usize::from(*length))).into_bytes()),
        };
        let text = Text::of(bytes.as_deref());
        let mut view = text.view();
        match self {
            Self::NullWithLength(length) => view.len = u64::from(*length) + 1,
            Self::Endless(less) => view.len = u64::MAX - u64::from(*less),
            _ => {}
        }
        (text, view)
    }

    /// Whether no call may take it.
    pub fn is_wrong(&self) -> bool {
        matches!(self, Self::NullWithLength(_) | Self::Endless(_))
    }
}

/// A place to write to.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Good,
    Null,
    Misaligned,
}

impl Place {
    /// The pointer to `room` that this stands for.
    pub fn of<T>(self, room: *mut T) -> *mut T {
        match self {
            Self::Good => room,
            Self::Null => std::ptr::null_mut(),
            Self::Misaligned => room.wrapping_byte_add(1),
        }
    }
}

/// The size `right`, or another one that a header may or may not have.
pub fn size(right: usize, choice: u8) -> usize {
    match choice % 8 {
        0 => right - 8,
        1 => 8,
        2 => right + 8,
        3 => 4096,
        4 => right + 3,
        5 => 1 << 20,
        _ => right,
    }
}
