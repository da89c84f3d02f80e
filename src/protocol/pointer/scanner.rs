//! Walks a JSON text token by token, checking it as RFC 8259 has it.

use super::{Fault, Kind, MAX_DEPTH, Value};

/// Which of the open containers are objects: one bit a level.
pub(super) struct Nest {
    pub(super) depth: usize,
    objects: [u64; MAX_DEPTH / 64],
}

impl Default for Nest {
    fn default() -> Self {
        Self { depth: 0, objects: [0; MAX_DEPTH / 64] }
    }
}

impl Nest {
    pub(super) fn push(&mut self, object: bool) -> Option<()> {
        let word = self.objects.get_mut(self.depth / 64)?;
        let bit = 1 << (self.depth % 64);
        *word = if object { *word | bit } else { *word & !bit };
        self.depth += 1;
        Some(())
    }

    pub(super) fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Whether the innermost container is an object; `None` outside of all.
    pub(super) fn top(&self) -> Option<bool> {
        let level = self.depth.checked_sub(1)?;
        Some(self.objects.get(level / 64)? >> (level % 64) & 1 == 1)
    }
}

/// Walks the text token by token.
pub(super) struct Scanner<'a> {
    pub(super) json: &'a str,
    pub(super) at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.json.as_bytes().get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'a str {
        self.json.get(start..end).unwrap_or_default()
    }

    pub(super) fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        let count = rest.iter().position(|&byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += count;
        count
    }

    pub(super) fn skip_space(&mut self) {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    pub(super) fn open(&mut self) -> Option<Kind> {
        let container = match self.peek()? {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            _ => return None,
        };
        self.at += 1;
        Some(container)
    }

    pub(super) fn scalar(&mut self) -> Result<Value<'a>, Fault> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => {
                return Ok(Value { kind: Kind::String, text: self.string()? });
            }
            Some(b'-' | b'0'..=b'9') => {
                self.number()?;
                Kind::Number
            }
            _ => self.literal()?,
        };
        Ok(Value { kind, text: self.slice(start, self.at) })
    }

    fn literal(&mut self) -> Result<Kind, Fault> {
        let words: [(&[u8], Kind); 3] = [(b"null", Kind::Null), (b"true", Kind::Boolean), (b"false", Kind::Boolean)];
        let (word, kind) =
            words.into_iter().find(|(word, _)| self.rest().starts_with(word)).ok_or(Fault::Json(self.at))?;
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<(), Fault> {
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        if self.skip_while(|byte| byte.is_ascii_digit()) == 0 { Err(Fault::Json(self.at)) } else { Ok(()) }
    }

    /// A string; what stands between its quotes.
    pub(super) fn string(&mut self) -> Result<&'a str, Fault> {
        if !self.take(b'"') {
            return Err(Fault::Json(self.at));
        }
        let start = self.at;
        loop {
            self.skip_while(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20);
            let end = self.at;
            if self.take(b'"') {
                return Ok(self.slice(start, end));
            }
            if !self.take(b'\\') || !self.escape() {
                return Err(Fault::Json(self.at));
            }
        }
    }

    /// The rest of an escape; whether it is one.
    fn escape(&mut self) -> bool {
        if self.take(b'u') {
            let digits = self.rest().get(..4).is_some_and(|four| four.iter().all(u8::is_ascii_hexdigit));
            self.at += if digits { 4 } else { 0 };
            return digits;
        }
        let known = self.peek().is_some_and(|byte| b"\"\\/bfnrt".contains(&byte));
        self.at += usize::from(known);
        known
    }
}
