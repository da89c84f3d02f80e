//! A JSON text as a row of tokens, for whoever builds values of its own from it.
//!
//! The text is checked as it is read (RFC 8259); nothing is allocated, numbers and escapes are left as they stand.

use super::scanner::{Nest, Scanner};
use super::{Fault, Kind, Value, closer};

/// One step through a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// An object begins.
    OpenObject,
    /// An array begins.
    OpenArray,
    /// The innermost container ends.
    Close,
    /// The name of a member, whose value follows: between its quotes, escapes as they are.
    Key(&'a str),
    /// Neither object nor array.
    Scalar(Value<'a>),
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// A value.
    Value,
    /// The first member of an object, or its end.
    FirstMember,
    /// The first element of an array, or its end.
    FirstElement,
    /// A comma, the end of the container, or of the text.
    Rest,
    /// Nothing: the text has ended, or has a fault.
    Nothing,
}

/// The tokens of one text. After a fault, or the end, there are no more.
pub struct Tokens<'a> {
    scan: Scanner<'a>,
    nest: Nest,
    next: Next,
}

impl<'a> Tokens<'a> {
    /// The tokens of `json`.
    pub fn new(json: &'a str) -> Self {
        Self { scan: Scanner { json, at: 0 }, nest: Nest::default(), next: Next::Value }
    }

    fn advance(&mut self) -> Result<Option<Token<'a>>, Fault> {
        self.scan.skip_space();
        match self.next {
            Next::Value => self.value().map(Some),
            Next::FirstElement if self.scan.take(b']') => Ok(Some(self.close())),
            Next::FirstElement => self.value().map(Some),
            Next::FirstMember if self.scan.take(b'}') => Ok(Some(self.close())),
            Next::FirstMember => self.key().map(Some),
            Next::Rest => self.rest(),
            Next::Nothing => Ok(None),
        }
    }

    fn rest(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let Some(object) = self.nest.top() else {
            self.next = Next::Nothing;
            return if self.scan.peek().is_none() { Ok(None) } else { Err(Fault::Json(self.scan.at)) };
        };
        if self.scan.take(closer(if object { Kind::Object } else { Kind::Array })) {
            return Ok(Some(self.close()));
        }
        if !self.scan.take(b',') {
            return Err(Fault::Json(self.scan.at));
        }
        self.scan.skip_space();
        if object { self.key() } else { self.value() }.map(Some)
    }

    fn close(&mut self) -> Token<'a> {
        self.nest.pop();
        self.next = Next::Rest;
        Token::Close
    }

    fn key(&mut self) -> Result<Token<'a>, Fault> {
        let key = self.scan.string()?;
        self.scan.skip_space();
        if !self.scan.take(b':') {
            return Err(Fault::Json(self.scan.at));
        }
        self.next = Next::Value;
        Ok(Token::Key(key))
    }

    fn value(&mut self) -> Result<Token<'a>, Fault> {
        let start = self.scan.at;
        let Some(container) = self.scan.open() else {
            self.next = Next::Rest;
            return self.scan.scalar().map(Token::Scalar);
        };
        let object = container == Kind::Object;
        self.nest.push(object).ok_or(Fault::Depth(start))?;
        self.next = if object { Next::FirstMember } else { Next::FirstElement };
        Ok(if object { Token::OpenObject } else { Token::OpenArray })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.advance();
        if step.is_err() {
            self.next = Next::Nothing;
        }
        step.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::pointer::MAX_DEPTH;

    /// The text that the tokens stand for, without its spaces.
    fn rebuilt(json: &str) -> Result<String, Fault> {
        let (mut text, mut open) = (String::new(), Vec::new());
        for token in Tokens::new(json) {
            let token = token?;
            let follows = !text.is_empty() && !text.ends_with(['{', '[', ':']);
            if follows && token != Token::Close {
                text.push(',');
            }
            match token {
                Token::OpenObject => open.push('}'),
                Token::OpenArray => open.push(']'),
                _ => {}
            }
            match token {
                Token::OpenObject => text.push('{'),
                Token::OpenArray => text.push('['),
                Token::Close => text.push(open.pop().unwrap()),
                Token::Key(key) => text.push_str(&format!("\"{key}\":")),
                Token::Scalar(Value { kind: Kind::String, text: string }) => text.push_str(&format!("\"{string}\"")),
                Token::Scalar(value) => text.push_str(value.text),
            }
        }
        Ok(text)
    }

    #[test]
    fn tokens_rebuild_the_text() {
        for json in [
            "1",
            "null",
            "\"a\\n\\\"b\"",
            "[]",
            "{}",
            "[[],{}]",
            r#"{"a":{"b":[1,-2.5e3,true,"x"]},"c":"\ud800","":0}"#,
        ] {
            assert_eq!(rebuilt(json).as_deref(), Ok(json));
            let spaced = json.replace(',', " ,\n").replace('[', " [ ").replace('}', "\t}\r\n");
            assert_eq!(rebuilt(&spaced).as_deref(), Ok(json), "{spaced}");
        }
    }

    #[test]
    fn what_is_no_json_is_a_fault_and_the_last_token() {
        let bad = [
            "",
            " ",
            "[",
            "]",
            "{",
            "}",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{1:2}",
            "{,}",
            "1 2",
            "[]]",
            "{}x",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "tru",
            "nulls",
            "'a'",
            "\"a",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "[1}",
            "{\"a\":1]",
            "NaN",
            "Infinity",
            "/**/1",
        ];
        for json in bad {
            assert!(serde_json::from_str::<serde::de::IgnoredAny>(json).is_err(), "{json}");
            let mut tokens = Tokens::new(json);
            assert!(tokens.by_ref().any(|token| token.is_err()), "{json}");
            assert!(tokens.next().is_none(), "{json}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(Tokens::new(&nested(MAX_DEPTH)).filter(Result::is_ok).count(), 2 * MAX_DEPTH);
        let fault = Tokens::new(&nested(MAX_DEPTH + 1)).find_map(Result::err);
        assert_eq!(fault, Some(Fault::Depth(MAX_DEPTH)));
    }
}
