//! GML's words: keys, numbers, quoted texts, brackets.

use std::borrow::Cow;

use crate::GraphError;
use crate::format::error::{line_of, malformed};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Key(&'a str),
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Open,
    Close,
}

pub(super) struct Tokens<'a> {
    text: &'a str,
    next: usize,
    /// Where the last token began.
    pub(super) at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, next: 0, at: 0 }
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> GraphError {
        malformed(line_of(self.text, self.at), problem)
    }

    /// The next token, or none at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, GraphError> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.next) {
                Some(byte) if byte.is_ascii_whitespace() => self.next += 1,
                Some(b'#') => self.next += self.until(self.next, |byte| byte == b'\n'),
                _ => break,
            }
        }
        self.at = self.next;
        let Some(&first) = bytes.get(self.at) else { return Ok(None) };
        match first {
            b'[' | b']' => {
                self.next += 1;
                Ok(Some(if first == b'[' { Token::Open } else { Token::Close }))
            }
            b'"' => {
                let length = self.until(self.at + 1, |byte| byte == b'"');
                let end = self.at + 1 + length;
                if end == self.text.len() {
                    return Err(self.error("a quoted text does not end"));
                }
                self.next = end + 1;
                Ok(Some(Token::Text(resolved(&self.text[self.at + 1..end]))))
            }
            _ => {
                let end = self.at
                    + self.until(self.at, |byte| {
                        byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'"')
                    });
                self.next = end;
                self.word(&self.text[self.at..end]).map(Some)
            }
        }
    }

    /// How many bytes there are before one that `stop`s, or before the end.
    fn until(&self, from: usize, stop: impl Fn(u8) -> bool) -> usize {
        let rest = &self.text.as_bytes()[from.min(self.text.len())..];
        rest.iter().position(|&byte| stop(byte)).unwrap_or(rest.len())
    }

    fn word(&self, word: &'a str) -> Result<Token<'a>, GraphError> {
        let first = word.as_bytes()[0];
        if first.is_ascii_alphabetic() || first == b'_' {
            return match word {
                // a text, as +INF is one: JSON has no such numbers
                "NAN" | "INF" => Ok(Token::Text(Cow::Borrowed(word))),
                _ => Ok(Token::Key(word)),
            };
        }
        if let Ok(integer) = word.parse::<i64>() {
            return Ok(Token::Integer(integer));
        }
        match word.parse::<f64>() {
            Ok(real) if real.is_finite() => Ok(Token::Real(real)),
            Ok(_) => Ok(Token::Text(Cow::Borrowed(word))),
            Err(_) => {
                let expected = "expected a key, a number, \"a text\", [ or ]";
                Err(self.error(format!("`{word}` is no word of GML; {expected}")))
            }
        }
    }
}

/// A text without its character references; what is none of them stays as it is.
fn resolved(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        rest = &rest[place..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        match end.and_then(|end| Some((end, character(&rest[1..end])?))) {
            Some((end, character)) => {
                out.push(character);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn character(name: &str) -> Option<char> {
    match name {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}
