//! DOT's words.

use std::borrow::Cow;

use serde_json::Value;

use crate::GraphError;
use crate::format::error::{line_of, malformed};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// A bare word or numeral.
    Word(&'a str),
    /// A quoted or HTML text.
    Text(Cow<'a, str>),
    /// `->` or `--`: whether it has a direction.
    Edge(bool),
    /// `{ } [ ] ; , = :`
    Mark(char),
}

impl Token<'_> {
    /// The text of an id.
    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Text(text) => Some(text),
            Self::Edge(_) | Self::Mark(_) => None,
        }
    }

    /// The value of an attribute: bare numerals are numbers, bare `true` and `false` booleans.
    pub(super) fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Word("true") => Value::Bool(true),
            Self::Word("false") => Value::Bool(false),
            Self::Word(word) => match word.parse::<i64>() {
                Ok(integer) => Value::from(integer),
                // `inf` and `nan` are words
                Err(_) => match word.parse::<f64>() {
                    Ok(real) if real.is_finite() => Value::from(real),
                    _ => Value::from(*word),
                },
            },
            Self::Text(text) => Value::from(text.as_ref()),
            Self::Edge(_) | Self::Mark(_) => return None,
        })
    }

    pub(super) fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self, Self::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) => (*word).to_owned(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Edge(directed) => if *directed { "->" } else { "--" }.to_owned(),
            Self::Mark(mark) => mark.to_string(),
        }
    }
}

pub(super) struct Tokens<'a> {
    text: &'a str,
    next: usize,
    /// Where the last token began.
    pub(super) at: usize,
    peeked: Option<(Option<Token<'a>>, usize)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, next: 0, at: 0, peeked: None }
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> GraphError {
        malformed(line_of(self.text, self.at), problem)
    }

    /// The next token, left where it is.
    pub(super) fn peek(&mut self) -> Result<Option<&Token<'a>>, GraphError> {
        if self.peeked.is_none() {
            let before = self.at;
            let token = self.scan()?;
            self.peeked = Some((token, self.at));
            self.at = before;
        }
        Ok(self.peeked.as_ref().and_then(|(token, _)| token.as_ref()))
    }

    /// The next token, or none at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, GraphError> {
        match self.peeked.take() {
            Some((token, at)) => {
                self.at = at;
                Ok(token)
            }
            None => self.scan(),
        }
    }

    /// Takes the next token if it is this mark.
    pub(super) fn take(&mut self, mark: char) -> Result<bool, GraphError> {
        let there = self.peek()? == Some(&Token::Mark(mark));
        if there {
            self.next()?;
        }
        Ok(there)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.next..]
    }

    fn scan(&mut self) -> Result<Option<Token<'a>>, GraphError> {
        self.pass()?;
        self.at = self.next;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Ok(None) };
        let token = match first {
            '{' | '}' | '[' | ']' | ';' | ',' | '=' | ':' => {
                self.next += 1;
                Token::Mark(first)
            }
            '-' if rest.starts_with("->") || rest.starts_with("--") => {
                self.next += 2;
                Token::Edge(rest.starts_with("->"))
            }
            '"' => self.quoted()?,
            '<' => self.html()?,
            _ => {
                // an exponent is none of Graphviz's, but of those who write numbers without asking
                let numeral = first == '-' || first == '.' || first.is_ascii_digit();
                let length = rest
                    .char_indices()
                    .find(|&(place, c)| {
                        let within = c.is_alphanumeric() || c == '_' || (numeral && c == '.');
                        let sign = numeral && matches!(c, '-' | '+') && rest[..place].ends_with(['e', 'E']);
                        !(within || sign || (place == 0 && numeral))
                    })
                    .map_or(rest.len(), |(place, _)| place);
                if length == 0 {
                    return Err(
                        self.error(format!("`{first}` means nothing in DOT; names with it need quotes"))
                    );
                }
                self.next += length;
                Token::Word(&rest[..length])
            }
        };
        Ok(Some(token))
    }

    /// Passes over white space and comments.
    fn pass(&mut self) -> Result<(), GraphError> {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.next += blank;
            let rest = self.rest();
            let before = self.text[..self.next].trim_end_matches([' ', '\t']);
            let at_line_start = before.is_empty() || before.ends_with('\n');
            if rest.starts_with("//") || (rest.starts_with('#') && at_line_start) {
                self.next += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.at = self.next;
                let end = rest.find("*/").ok_or_else(|| self.error("a comment does not end"))?;
                self.next += end + 2;
            } else if blank == 0 {
                return Ok(());
            }
        }
    }

    /// Quoted texts, several of them joined by `+`.
    fn quoted(&mut self) -> Result<Token<'a>, GraphError> {
        let mut text = self.one_quoted()?;
        loop {
            let here = self.next;
            self.pass()?;
            if !self.rest().starts_with('+') {
                self.next = here;
                return Ok(Token::Text(text));
            }
            self.next += 1;
            self.pass()?;
            if !self.rest().starts_with('"') {
                return Err(self.error("a quoted text is needed after +"));
            }
            text.to_mut().push_str(&self.one_quoted()?);
        }
    }

    fn one_quoted(&mut self) -> Result<Cow<'a, str>, GraphError> {
        let rest = &self.text[self.next + 1..];
        let mut out: Option<String> = None;
        let mut characters = rest.char_indices();
        let mut kept = 0;
        while let Some((place, c)) = characters.next() {
            match c {
                '"' => {
                    self.next += place + 2;
                    return Ok(match out {
                        None => Cow::Borrowed(&rest[..place]),
                        Some(out) => Cow::Owned(out + &rest[kept..place]),
                    });
                }
                '\\' => {
                    if let Some((_, after)) = characters.next()
                        && matches!(after, '"' | '\\' | '\n')
                    {
                        let out = out.get_or_insert_default();
                        out.push_str(&rest[kept..place]);
                        // a line end after a backslash is none
                        kept = place + if after == '\n' { 2 } else { 1 };
                    }
                }
                _ => {}
            }
        }
        Err(self.error("a quoted text does not end"))
    }

    fn html(&mut self) -> Result<Token<'a>, GraphError> {
        let rest = self.rest();
        let mut depth = 0_usize;
        for (place, byte) in rest.bytes().enumerate() {
            match byte {
                b'<' => depth += 1,
                b'>' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                self.next += place + 1;
                return Ok(Token::Text(Cow::Borrowed(&rest[..=place])));
            }
        }
        Err(self.error("an HTML text does not end"))
    }
}
