//! Compares a key of the text with a token of the pointer, both still escaped.

/// Whether a key of the text and a token of the pointer spell the same name.
pub(super) fn same_key(key: &str, token: &str) -> bool {
    if !key.contains('\\') && !token.contains('~') {
        return key == token;
    }
    let mut rest = token.chars();
    let token = core::iter::from_fn(|| match rest.next() {
        Some('~') if rest.next() == Some('0') => Some('~' as u32),
        // The pointer was checked: nothing but 0 or 1 follows.
        Some('~') => Some('/' as u32),
        other => other.map(u32::from),
    });
    CodePoints { rest: key }.eq(token)
}

/// The code points of a checked JSON string; a lone surrogate comes as itself and so equals no character.
struct CodePoints<'a> {
    rest: &'a str,
}

impl CodePoints<'_> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// The unit of a `\uXXXX` that comes next.
    fn unit(&self) -> Option<u32> {
        let digits = self.rest.strip_prefix("\\u")?.get(..4)?;
        u32::from_str_radix(digits, 16).ok()
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if let Some(high) = self.unit() {
            self.skip(6);
            return Some(match self.unit() {
                Some(low @ 0xDC00..=0xDFFF) if (0xD800..=0xDBFF).contains(&high) => {
                    self.skip(6);
                    0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)
                }
                _ => high,
            });
        }
        let mut chars = self.rest.chars();
        let mut next = chars.next()?;
        if next == '\\' {
            next = match chars.next()? {
                'b' => '\u{8}',
                'f' => '\u{c}',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            };
        }
        self.rest = chars.as_str();
        Some(next.into())
    }
}
