//! Reading GraphML.

use std::collections::HashMap;

use serde_json::Value;

use crate::format::draft::Draft;
use crate::format::fields::{EdgeFields, PACKED, Type};
use crate::format::xml::{self, Element, Xml};
use crate::{GraphError, PathwayGraph};

/// A graph from the text of a GraphML file.
///
/// # Errors
/// [`GraphError::Format`] with the line: broken or truncated XML, a key that is not declared, a value that its key's type
/// does not allow, a node that is not there or there twice, and what a pathway graph has no place for: hyperedges, ports,
/// graphs within nodes, several graphs.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let mut file = File { xml: Xml::new(text), keys: HashMap::new(), draft: Draft::new(text) };
    let root = file.xml.root("graphml")?;
    let mut graphs = 0;
    while let Some(child) = file.xml.child(&root)? {
        match child.name.as_str() {
            "key" => file.key(&child)?,
            "graph" if graphs == 1 => {
                return Err(file.xml.error(child.at, "the file has several graphs; expected one"));
            }
            "graph" => {
                graphs += 1;
                file.graph(&child)?;
            }
            _ => file.xml.skip(&child)?,
        }
    }
    if graphs == 0 {
        return Err(file.xml.error(text.len(), "the file has no <graph>"));
    }
    file.draft.finish()
}

struct File<'a> {
    xml: Xml<'a>,
    keys: HashMap<String, Key>,
    draft: Draft<'a>,
}

struct Key {
    /// None for yEd's drawing instructions.
    name: Option<String>,
    kind: Type,
    of: String,
    default: Option<Value>,
}

impl Key {
    fn serves(&self, what: &str) -> bool {
        self.of == "all" || self.of == what
    }
}

fn type_of(name: &str) -> Option<Type> {
    Some(match name {
        "boolean" => Type::Bool,
        "int" | "integer" | "long" => Type::Integer,
        "float" | "double" | "real" => Type::Real,
        "string" => Type::Text,
        _ => return None,
    })
}

impl<'a> File<'a> {
    fn key(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        let id = self.xml.required(element, "id")?.to_owned();
        let name = element.get("attr.name").map(str::to_owned);
        let kind = element.get("attr.type").unwrap_or("string");
        let kind = type_of(kind).ok_or_else(|| {
            let expected = "expected boolean, int, long, float, double or string";
            self.xml.error(element.at, format!("key `{id}` has type `{kind}`; {expected}"))
        })?;
        let of = element.get("for").unwrap_or("all").to_owned();
        let mut default = None;
        while let Some(child) = self.xml.child(element)? {
            if child.name == "default" && name.is_some() {
                let text = self.xml.content(&child)?;
                default = Some(self.value(&id, kind, &text, child.at)?);
            } else {
                self.xml.skip(&child)?;
            }
        }
        let at = element.at;
        if self.keys.insert(id.clone(), Key { name, kind, of, default }).is_some() {
            return Err(self.xml.error(at, format!("two keys have the id `{id}`")));
        }
        Ok(())
    }

    fn value(&self, key: &str, kind: Type, text: &str, at: usize) -> Result<Value, GraphError> {
        xml::value(kind, text).ok_or_else(|| {
            let expected = match kind {
                Type::Bool => "true or false",
                Type::Integer => "an integer",
                Type::Real => "a number",
                Type::Text => "a text",
            };
            self.xml.error(at, format!("the data for key `{key}` is `{text}`; expected {expected}"))
        })
    }

    /// A `<data>` element as name and value; none for drawing instructions.
    fn data(&mut self, element: &Element<'a>) -> Result<Option<(String, Value)>, GraphError> {
        let id = self.xml.required(element, "key")?;
        let Some(key) = self.keys.get(id) else {
            let problem = format!("key `{id}` is used but not declared; a <key id=\"{id}\" …> is missing");
            return Err(self.xml.error(element.at, problem));
        };
        let (Some(name), kind) = (key.name.clone(), key.kind) else {
            self.xml.skip(element)?;
            return Ok(None);
        };
        let text = self.xml.content(element)?;
        Ok(Some((name, self.value(id, kind, &text, element.at)?)))
    }

    /// What every node, edge or graph has that says nothing else.
    fn defaults(&self, what: &str) -> Vec<(String, Value)> {
        let keys = self.keys.values().filter(|key| key.serves(what));
        keys.filter_map(|key| Some((key.name.clone()?, key.default.clone()?))).collect()
    }

    fn graph(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        let directed = match self.xml.required(element, "edgedefault")? {
            "directed" => true,
            "undirected" => false,
            other => {
                let problem = format!("edgedefault is `{other}`; expected directed or undirected");
                return Err(self.xml.error(element.at, problem));
            }
        };
        let (of_nodes, of_edges) = (self.defaults("node"), self.defaults("edge"));
        while let Some(child) = self.xml.child(element)? {
            match child.name.as_str() {
                "node" => self.node(&child, &of_nodes)?,
                "edge" => self.edge(&child, directed, &of_edges)?,
                "data" => {
                    if let Some((name, Value::String(text))) = self.data(&child)?
                        && name == PACKED
                    {
                        self.draft.header(&text);
                    }
                }
                "hyperedge" => {
                    return Err(self
                        .xml
                        .error(child.at, "hyperedges are not supported; edges join two nodes"));
                }
                _ => self.xml.skip(&child)?,
            }
        }
        Ok(())
    }

    fn node(&mut self, element: &Element<'a>, defaults: &[(String, Value)]) -> Result<(), GraphError> {
        let id = self.xml.required(element, "id")?;
        let node = self.draft.declare(id, element.at)?;
        for (name, value) in defaults {
            self.node_data(node, name, value.clone(), element.at)?;
        }
        while let Some(child) = self.xml.child(element)? {
            match child.name.as_str() {
                "data" => {
                    if let Some((name, value)) = self.data(&child)? {
                        self.node_data(node, &name, value, child.at)?;
                    }
                }
                "graph" => {
                    let problem = format!("node `{id}` holds a graph; nested graphs are not supported");
                    return Err(self.xml.error(child.at, problem));
                }
                "port" => {
                    let problem = format!("node `{id}` has a port; ports are not supported");
                    return Err(self.xml.error(child.at, problem));
                }
                _ => self.xml.skip(&child)?,
            }
        }
        Ok(())
    }

    fn node_data(&mut self, node: usize, name: &str, value: Value, at: usize) -> Result<(), GraphError> {
        match (name, value) {
            ("name", Value::String(label)) => self.draft.label(node, label),
            (_, value) => self.draft.attribute(node, name, value, at)?,
        }
        Ok(())
    }

    fn edge(
        &mut self,
        element: &Element<'a>,
        directed: bool,
        defaults: &[(String, Value)],
    ) -> Result<(), GraphError> {
        for port in ["sourceport", "targetport"] {
            if element.get(port).is_some() {
                let problem = format!("the edge has a {port}; ports are not supported");
                return Err(self.xml.error(element.at, problem));
            }
        }
        let (from, to) = (self.xml.required(element, "source")?, self.xml.required(element, "target")?);
        let directed = match element.get("directed") {
            None => directed,
            Some("true") => true,
            Some("false") => false,
            Some(other) => {
                let problem = format!("the edge's `directed` is `{other}`; expected true or false");
                return Err(self.xml.error(element.at, problem));
            }
        };
        let mut fields = EdgeFields::default();
        for (name, value) in defaults {
            self.draft.edge_attribute(&mut fields, name, value, element.at)?;
        }
        while let Some(child) = self.xml.child(element)? {
            match child.name.as_str() {
                "data" => {
                    if let Some((name, value)) = self.data(&child)? {
                        self.draft.edge_attribute(&mut fields, &name, &value, child.at)?;
                    }
                }
                "graph" => {
                    let problem = "the edge holds a graph; nested graphs are not supported";
                    return Err(self.xml.error(child.at, problem));
                }
                _ => self.xml.skip(&child)?,
            }
        }
        self.draft.edge(from, to, directed, fields, element.at);
        Ok(())
    }
}
