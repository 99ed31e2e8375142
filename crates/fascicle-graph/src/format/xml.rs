//! What GraphML and GEXF share: elements one after the other, each with the place where it begins.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::Value;

use super::error::{WriteError, line_of, malformed};
use super::fields::{Scalar, Type};
use crate::GraphError;

/// A document, element by element. Entities other than XML's own five are errors, so nothing expands.
pub(super) struct Xml<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    /// Where the last event began.
    pub(super) at: usize,
}

/// An element's beginning.
pub(super) struct Element<'a> {
    pub(super) name: String,
    pub(super) at: usize,
    attributes: Vec<(String, String)>,
    start: BytesStart<'a>,
}

impl Element<'_> {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        Self { text, reader, at: 0 }
    }

    pub(super) fn error(&self, at: usize, problem: impl Into<String>) -> GraphError {
        malformed(line_of(self.text, at), problem)
    }

    /// An attribute that an element must have.
    pub(super) fn required<'e>(&self, element: &'e Element<'_>, name: &str) -> Result<&'e str, GraphError> {
        let missing = || self.error(element.at, format!("<{}> needs the attribute `{name}`", element.name));
        element.get(name).ok_or_else(missing)
    }

    fn bad_xml(&self, problem: impl std::fmt::Display) -> GraphError {
        self.error(self.at, format!("the XML is broken: {problem}"))
    }

    fn event(&mut self) -> Result<Event<'a>, GraphError> {
        self.at = self.reader.buffer_position() as usize;
        self.reader.read_event().map_err(|problem| self.bad_xml(problem))
    }

    fn element(&self, start: BytesStart<'a>) -> Result<Element<'a>, GraphError> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|problem| self.bad_xml(problem))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|problem| self.bad_xml(problem))?;
            attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
        }
        Ok(Element { name: start.local_name().as_ref().to_owned(), at: self.at, attributes, start })
    }

    /// The outermost element.
    pub(super) fn root(&mut self, expected: &str) -> Result<Element<'a>, GraphError> {
        loop {
            match self.event()? {
                Event::Start(start) => {
                    let element = self.element(start)?;
                    if element.name != expected {
                        let problem =
                            format!("the outermost element is <{}>, not <{expected}>", element.name);
                        return Err(self.error(element.at, problem));
                    }
                    return Ok(element);
                }
                Event::Eof => return Err(self.error(self.at, format!("there is no <{expected}> element"))),
                Event::Text(text) if !text.xml10_content().trim().is_empty() => {
                    return Err(self.error(self.at, format!("text before the <{expected}> element")));
                }
                _ => {}
            }
        }
    }

    /// The next child of the element, or none at its end.
    pub(super) fn child(&mut self, parent: &Element<'_>) -> Result<Option<Element<'a>>, GraphError> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.element(start).map(Some),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(self.cut_off(parent)),
                _ => {}
            }
        }
    }

    fn cut_off(&self, parent: &Element<'_>) -> GraphError {
        self.error(self.text.len(), format!("the file ends inside <{}>; it was cut off", parent.name))
    }

    /// Passes over the rest of an element.
    pub(super) fn skip(&mut self, element: &Element<'_>) -> Result<(), GraphError> {
        let end = element.start.to_end();
        self.reader.read_to_end(end.name()).map(|_| ()).map_err(|problem| self.bad_xml(problem))
    }

    /// The text of an element without children.
    pub(super) fn content(&mut self, element: &Element<'_>) -> Result<String, GraphError> {
        let mut content = String::new();
        loop {
            match self.event()? {
                Event::Text(text) => content.push_str(&text.xml10_content()),
                Event::CData(text) => content.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    let known = match reference.resolve_char_ref().map_err(|problem| self.bad_xml(problem))? {
                        Some(character) => Some(character),
                        None => entity(&name),
                    };
                    content.push(known.ok_or_else(|| self.bad_xml(format!("unknown entity `&{name};`")))?);
                }
                Event::End(_) => return Ok(content),
                Event::Eof => return Err(self.cut_off(element)),
                Event::Start(child) => {
                    let name = child.local_name().as_ref().to_owned();
                    let problem = format!("<{}> holds <{name}> where text is expected", element.name);
                    return Err(self.error(self.at, problem));
                }
                _ => {}
            }
        }
    }
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// The value that a text has as one of this type; numbers that are not finite stay texts.
pub(super) fn value(kind: Type, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    match kind {
        Type::Bool => match trimmed {
            "true" | "True" | "1" => Some(Value::Bool(true)),
            "false" | "False" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        Type::Integer => trimmed.parse::<i64>().ok().map(Value::from),
        Type::Real => real(trimmed),
        Type::Text => Some(Value::String(text.to_owned())),
    }
}

/// A number; one that is not finite stays a text, because JSON has none.
fn real(text: &str) -> Option<Value> {
    let number: f64 = text.parse().ok()?;
    Some(if number.is_finite() { Value::from(number) } else { Value::from(text) })
}

/// Text for an attribute or an element. Line ends and tabs are spelt out, because parsers change them.
///
/// # Errors
/// For characters that XML 1.0 has no spelling for.
pub(super) fn escaped<'t>(what: &'static str, text: &'t str) -> Result<Cow<'t, str>, GraphError> {
    let special = |c: char| matches!(c, '<' | '>' | '&' | '"' | '\'' | '\u{fffe}' | '\u{ffff}') || c < ' ';
    if !text.contains(special) {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            c if special(c) => {
                return Err(GraphError::argument(
                    what,
                    format!("{text:?}"),
                    "a text without control characters, which XML cannot hold",
                ));
            }
            c => out.push(c),
        }
    }
    Ok(Cow::Owned(out))
}

/// What both formats call a type.
pub(super) fn type_name(kind: Type) -> &'static str {
    match kind {
        Type::Bool => "boolean",
        Type::Integer => "long",
        Type::Real => "double",
        Type::Text => "string",
    }
}

/// Writes a value, escaped.
pub(super) fn write_scalar(out: &mut impl Write, value: Scalar<'_>) -> Result<(), WriteError> {
    match value {
        Scalar::Bool(truth) => write!(out, "{truth}")?,
        Scalar::Integer(integer) => write!(out, "{integer}")?,
        Scalar::Real(real) => write!(out, "{real:?}")?,
        Scalar::Text(text) => write!(out, "{}", escaped("an attribute's text", text)?)?,
    }
    Ok(())
}

/// The first line of a document.
pub(super) fn declaration(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)
}
