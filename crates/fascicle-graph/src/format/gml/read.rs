//! Reading GML.

use serde_json::{Map, Value};

use super::tokens::{Token, Tokens};
use crate::format::draft::Draft;
use crate::format::fields::{EdgeFields, PACKED};
use crate::{GraphError, PathwayGraph};

/// Lists within lists, of a node's attributes; drawing instructions need two.
const DEEPEST: usize = 32;

/// A graph from the text of a GML file.
///
/// # Errors
/// [`GraphError::Format`] with the line: what is no GML, a list that does not end, a node without `id`, an id that is there
/// twice, an edge without `source` or `target` or to a node that is not there.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let mut file =
        File { tokens: Tokens::new(text), draft: Draft::new(text), directed: false, edges: Vec::new() };
    let mut found = false;
    while let Some(token) = file.tokens.next()? {
        let Token::Key(key) = token else { return Err(file.tokens.error("a key is needed here")) };
        if key.eq_ignore_ascii_case("graph") {
            if found {
                return Err(file.tokens.error("the file has several graphs; expected one"));
            }
            found = true;
            file.graph()?;
        } else {
            file.value(0)?;
        }
    }
    if !found {
        return Err(file.tokens.error("the file has no graph; expected `graph [ … ]`"));
    }
    // `directed` may stand after the edges
    for (from, to, fields, at) in file.edges {
        file.draft.edge(&from, &to, file.directed, fields, at);
    }
    file.draft.finish()
}

struct File<'a> {
    tokens: Tokens<'a>,
    draft: Draft<'a>,
    directed: bool,
    edges: Vec<(String, String, EdgeFields, usize)>,
}

impl<'a> File<'a> {
    /// The value after a key: a number, a text, or a list as an object.
    fn value(&mut self, depth: usize) -> Result<Value, GraphError> {
        match self.tokens.next()? {
            Some(Token::Integer(integer)) => Ok(Value::from(integer)),
            Some(Token::Real(real)) => Ok(Value::from(real)),
            Some(Token::Text(text)) => Ok(Value::String(text.into_owned())),
            Some(Token::Open) if depth == DEEPEST => {
                Err(self.tokens.error(format!("lists are nested more than {DEEPEST} deep")))
            }
            Some(Token::Open) => {
                let mut list = Map::new();
                while let Some(key) = self.key()? {
                    let value = self.value(depth + 1)?;
                    insert(&mut list, key, value);
                }
                Ok(Value::Object(list))
            }
            Some(Token::Key(_) | Token::Close) => Err(self.tokens.error("a value is needed here")),
            None => Err(self.cut_off()),
        }
    }

    /// The next key of a list, or none at its end.
    fn key(&mut self) -> Result<Option<&'a str>, GraphError> {
        match self.tokens.next()? {
            Some(Token::Key(key)) => Ok(Some(key)),
            Some(Token::Close) => Ok(None),
            Some(_) => Err(self.tokens.error("a key or ] is needed here")),
            None => Err(self.cut_off()),
        }
    }

    fn cut_off(&self) -> GraphError {
        self.tokens.error("the file ends inside a list; it was cut off")
    }

    fn open(&mut self, what: &str) -> Result<usize, GraphError> {
        match self.tokens.next()? {
            Some(Token::Open) => Ok(self.tokens.at),
            _ => Err(self.tokens.error(format!("[ is needed after `{what}`"))),
        }
    }

    fn graph(&mut self) -> Result<(), GraphError> {
        self.open("graph")?;
        while let Some(key) = self.key()? {
            match key {
                "node" => self.node()?,
                "edge" => self.edge()?,
                "directed" => self.directed = self.value(0)?.as_i64() == Some(1),
                PACKED => {
                    if let Value::String(text) = self.value(0)? {
                        self.draft.header(&text);
                    }
                }
                _ => {
                    self.value(0)?;
                }
            }
        }
        Ok(())
    }

    fn node(&mut self) -> Result<(), GraphError> {
        let at = self.open("node")?;
        let (mut id, mut label, mut name) = (None, None, None);
        let mut attributes = Map::new();
        while let Some(key) = self.key()? {
            let value = self.value(0)?;
            match key {
                "id" => id = Some(plain(&value)),
                "label" => label = Some(plain(&value)),
                "name" => name = Some(value),
                _ => insert(&mut attributes, key, value),
            }
        }
        let Some(id) = id else { return Err(self.draft.error(at, "a node has no `id`")) };
        let node = self.draft.declare(&id, at)?;
        match (label, name) {
            (None, Some(name)) => self.draft.label(node, plain(&name)),
            (Some(label), name) => {
                self.draft.label(node, label);
                if let Some(name) = name {
                    self.draft.attribute(node, "name", name, at)?;
                }
            }
            (None, None) => {}
        }
        for (key, value) in attributes {
            self.draft.attribute(node, &key, value, at)?;
        }
        Ok(())
    }

    fn edge(&mut self) -> Result<(), GraphError> {
        let at = self.open("edge")?;
        let (mut from, mut to) = (None, None);
        let mut fields = EdgeFields::default();
        while let Some(key) = self.key()? {
            let place = self.tokens.at;
            let value = self.value(0)?;
            match key {
                "source" => from = Some(plain(&value)),
                "target" => to = Some(plain(&value)),
                _ => self.draft.edge_attribute(&mut fields, key, &value, place)?,
            }
        }
        let (Some(from), Some(to)) = (from, to) else {
            return Err(self.draft.error(at, "an edge needs `source` and `target`"));
        };
        self.edges.push((from, to, fields, at));
        Ok(())
    }
}

/// A key that comes again makes a list of its values.
fn insert(list: &mut Map<String, Value>, key: &str, value: Value) {
    match list.get_mut(key) {
        None => {
            list.insert(key.to_owned(), value);
        }
        Some(Value::Array(values)) => values.push(value),
        Some(before) => *before = Value::Array(vec![before.take(), value]),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
