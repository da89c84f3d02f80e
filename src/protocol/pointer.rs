//! Reads one value out of a JSON text by JSON Pointer (RFC 6901), without allocating.
//!
//! One pass over the text, which is checked to its end (RFC 8259): the answer for a malformed text never
//! depends on where the fault lies. Nesting is tracked with one bit a level, so depth costs no stack.
//! Of duplicate keys the last wins, as in most JSON readers.

mod keys;
mod scanner;
mod tokens;

use core::fmt;

use keys::same_key;
use scanner::{Nest, Scanner};
pub use tokens::{Token, Tokens};

/// Deepest nesting of arrays and objects that [`get`] reads.
pub const MAX_DEPTH: usize = 1024;

/// What a JSON value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A value where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// What it is.
    pub kind: Kind,
    /// Strings: between the quotes, escapes as they are. All else: the whole value.
    pub text: &'a str,
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The pointer is neither empty nor begins with `/`, or holds a `~` that is not `~0` or `~1`.
    Pointer,
    /// The text is not JSON from this byte on.
    Json(usize),
    /// The text nests deeper than [`MAX_DEPTH`] at this byte.
    Depth(usize),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pointer => f.write_str("not a JSON pointer: write it as /name/0, with ~ as ~0 and / as ~1"),
            Self::Json(at) => write!(f, "not JSON from byte {at} on"),
            Self::Depth(at) => write!(f, "JSON nested deeper than {MAX_DEPTH} levels at byte {at}"),
        }
    }
}

/// Whether `text` is a JSON pointer.
pub fn is_pointer(text: &str) -> bool {
    Path::new(text).is_ok()
}

/// The value that `pointer` leads to in `json`, or `None` if it leads nowhere.
///
/// The empty pointer is the whole text. Time is linear in both lengths.
pub fn get<'a>(json: &'a str, pointer: &str) -> Result<Option<Value<'a>>, Fault> {
    let mut path = Path::new(pointer)?;
    let mut scan = Scanner { json, at: 0 };
    let mut nest = Nest::default();
    let mut found = None;
    // The value sought, while its end is not yet known: where it starts, and how deep it lies.
    let mut pending: Option<(usize, usize, Kind)> = None;
    // Whether the value about to be read is the one the path goes through.
    let mut on_path = true;

    loop {
        scan.skip_space();
        let start = scan.at;
        let target = on_path && path.is_done();
        if let Some(container) = scan.open() {
            if target {
                pending = Some((start, nest.depth, container));
            } else if on_path {
                path.enter(nest.depth + 1);
            }
            nest.push(container == Kind::Object).ok_or(Fault::Depth(start))?;
            scan.skip_space();
            if scan.peek() != Some(closer(container)) {
                on_path = member(&mut scan, &nest, &mut path, false)?;
                if on_path {
                    found = None;
                }
                continue;
            }
        } else {
            let value = scan.scalar()?;
            if target {
                found = Some(value);
            }
        }

        // A value has ended, or an empty container is about to: go on to the next member.
        loop {
            path.leave_member(nest.depth);
            scan.skip_space();
            let Some(object) = nest.top() else {
                return if scan.at == json.len() { Ok(found) } else { Err(Fault::Json(scan.at)) };
            };
            if scan.take(closer(if object { Kind::Object } else { Kind::Array })) {
                path.leave_container(nest.depth);
                nest.pop();
                if let Some((start, depth, kind)) = pending
                    && depth == nest.depth
                {
                    pending = None;
                    found = Some(Value { kind, text: scan.slice(start, scan.at) });
                }
            } else if scan.take(b',') {
                scan.skip_space();
                on_path = member(&mut scan, &nest, &mut path, true)?;
                if on_path {
                    found = None;
                }
                break;
            } else {
                return Err(Fault::Json(scan.at));
            }
        }
    }
}

/// Reads up to the value of the next member; whether the path goes through it.
fn member(scan: &mut Scanner<'_>, nest: &Nest, path: &mut Path<'_>, later: bool) -> Result<bool, Fault> {
    let watched = nest.depth == path.level;
    if nest.top() != Some(true) {
        return Ok(watched && path.take_element(later));
    }
    let key = scan.string()?;
    scan.skip_space();
    if !scan.take(b':') {
        return Err(Fault::Json(scan.at));
    }
    Ok(watched && path.take_key(key))
}

fn closer(container: Kind) -> u8 {
    if container == Kind::Object { b'}' } else { b']' }
}

/// How far along the pointer the scan is. The containers on the path are the outermost `level` ones.
struct Path<'p> {
    pointer: &'p str,
    /// Where the token begins that members of the innermost container on the path are compared with.
    base: usize,
    /// `base`, or the end of its token while the member it names is being read.
    at: usize,
    level: usize,
    /// Element of the innermost container, if that is an array.
    index: u64,
    /// The token as an array index, if it is one.
    wanted: Option<u64>,
}

impl<'p> Path<'p> {
    fn new(pointer: &'p str) -> Result<Self, Fault> {
        let escapes_end = |part: &str| part.starts_with(['0', '1']);
        if !(pointer.is_empty() || pointer.starts_with('/')) || !pointer.split('~').skip(1).all(escapes_end) {
            return Err(Fault::Pointer);
        }
        Ok(Self { pointer, base: 0, at: 0, level: 0, index: 0, wanted: None })
    }

    fn is_done(&self) -> bool {
        self.at == self.pointer.len()
    }

    /// A container on the path opens at `depth`.
    fn enter(&mut self, depth: usize) {
        self.level = depth;
        self.base = self.at;
        self.index = 0;
        self.wanted = array_index(self.token());
    }

    /// A value directly inside the container at `depth` has ended.
    fn leave_member(&mut self, depth: usize) {
        if depth == self.level && self.at != self.base {
            self.at = self.base;
            // Elements of a nested array were counted meanwhile.
            self.index = self.wanted.unwrap_or_default();
        }
    }

    /// The container at `depth` ends.
    fn leave_container(&mut self, depth: usize) {
        if depth == self.level {
            self.level -= 1;
            self.at = self.base;
            let passed = self.pointer.get(..self.base).unwrap_or_default();
            self.base = passed.rfind('/').unwrap_or_default();
            self.wanted = array_index(self.token());
        }
    }

    fn take_key(&mut self, key: &str) -> bool {
        self.step(same_key(key, self.token()))
    }

    fn take_element(&mut self, later: bool) -> bool {
        self.index += u64::from(later);
        self.step(self.wanted == Some(self.index))
    }

    fn step(&mut self, taken: bool) -> bool {
        if taken {
            self.at = self.base + 1 + self.token().len();
        }
        taken
    }

    /// The token at `base`, escapes as they are.
    fn token(&self) -> &'p str {
        let rest = self.pointer.get(self.base + 1..).unwrap_or_default();
        rest.split('/').next().unwrap_or_default()
    }
}

/// Digits without a leading zero; `-` and all else name no element (RFC 6901 section 4).
fn array_index(token: &str) -> Option<u64> {
    let digits = token.len() <= 20 && token.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = token == "0" || !token.starts_with('0');
    if digits && canonical { token.parse().ok() } else { None }
}

#[cfg(test)]
#[path = "pointer_tests.rs"]
mod tests;
