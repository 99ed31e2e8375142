//! Reading GEXF.

use std::collections::HashMap;

use serde_json::Value;

use crate::format::draft::Draft;
use crate::format::fields::{EdgeFields, Type};
use crate::format::xml::{self, Element, Xml};
use crate::{GraphError, PathwayGraph};

/// A graph from the text of a GEXF file.
///
/// # Errors
/// [`GraphError::Format`] with the line: broken or truncated XML, an attribute that is not declared, a value that its type
/// does not allow, a node that is not there or there twice, dynamic and hierarchical graphs.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let mut file =
        File { xml: Xml::new(text), columns: HashMap::new(), draft: Draft::new(text), directed: false };
    let root = file.xml.root("gexf")?;
    let mut found = false;
    while let Some(child) = file.xml.child(&root)? {
        match child.name.as_str() {
            "meta" => file.meta(&child)?,
            "graph" if found => {
                return Err(file.xml.error(child.at, "the file has several graphs; expected one"));
            }
            "graph" => {
                found = true;
                file.graph(&child)?;
            }
            _ => file.xml.skip(&child)?,
        }
    }
    if !found {
        return Err(file.xml.error(text.len(), "the file has no <graph>"));
    }
    file.draft.finish()
}

struct File<'a> {
    xml: Xml<'a>,
    /// The attributes of `node` and `edge` by their ids.
    columns: HashMap<(bool, String), Column>,
    draft: Draft<'a>,
    directed: bool,
}

struct Column {
    title: String,
    kind: String,
    default: Option<Value>,
}

impl<'a> File<'a> {
    /// A pathway graph's own layers and provenance stand in the description.
    fn meta(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        while let Some(child) = self.xml.child(element)? {
            if child.name == "description" {
                let text = self.xml.content(&child)?;
                self.draft.header(&text);
            } else {
                self.xml.skip(&child)?;
            }
        }
        Ok(())
    }

    fn direction(&self, name: &str, at: usize) -> Result<bool, GraphError> {
        match name {
            "directed" => Ok(true),
            // Gephi: both directions at once
            "undirected" | "mutual" => Ok(false),
            other => {
                let problem = format!("an edge's type is `{other}`; expected directed, undirected or mutual");
                Err(self.xml.error(at, problem))
            }
        }
    }

    fn graph(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        if element.get("mode") == Some("dynamic") {
            return Err(self.xml.error(element.at, "the graph changes in time; only static graphs are read"));
        }
        self.directed = self.direction(element.get("defaultedgetype").unwrap_or("undirected"), element.at)?;
        while let Some(child) = self.xml.child(element)? {
            match child.name.as_str() {
                "attributes" => self.attributes(&child)?,
                "nodes" => {
                    while let Some(node) = self.xml.child(&child)? {
                        self.node(&node)?;
                    }
                }
                "edges" => {
                    while let Some(edge) = self.xml.child(&child)? {
                        self.edge(&edge)?;
                    }
                }
                _ => self.xml.skip(&child)?,
            }
        }
        Ok(())
    }

    fn attributes(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        let of_nodes = self.xml.required(element, "class")? == "node";
        while let Some(child) = self.xml.child(element)? {
            let id = self.xml.required(&child, "id")?.to_owned();
            let title = child.get("title").unwrap_or(&id).to_owned();
            let kind = child.get("type").unwrap_or("string").to_owned();
            let mut default = None;
            while let Some(inner) = self.xml.child(&child)? {
                if inner.name == "default" {
                    let text = self.xml.content(&inner)?;
                    default = Some(self.value(&title, &kind, &text, inner.at)?);
                } else {
                    self.xml.skip(&inner)?;
                }
            }
            let at = child.at;
            if self.columns.insert((of_nodes, id.clone()), Column { title, kind, default }).is_some() {
                return Err(self.xml.error(at, format!("two attributes have the id `{id}`")));
            }
        }
        Ok(())
    }

    /// The value of a text; lists stay texts.
    fn value(&self, title: &str, kind: &str, text: &str, at: usize) -> Result<Value, GraphError> {
        let expected = match kind {
            "boolean" => Type::Bool,
            "integer" | "long" | "short" | "byte" => Type::Integer,
            "float" | "double" => Type::Real,
            _ => Type::Text,
        };
        xml::value(expected, text).ok_or_else(|| {
            self.xml
                .error(at, format!("the attribute `{title}` is `{text}`; expected a value of type {kind}"))
        })
    }

    /// The values under a node or an edge; others than `attvalues` (drawing instructions) are passed over.
    fn values(&mut self, element: &Element<'a>, of_nodes: bool) -> Result<Vec<(String, Value)>, GraphError> {
        let columns = self.columns.iter().filter(|((nodes, _), _)| *nodes == of_nodes);
        let mut values: Vec<(String, Value)> =
            columns.filter_map(|(_, column)| Some((column.title.clone(), column.default.clone()?))).collect();
        while let Some(child) = self.xml.child(element)? {
            match child.name.as_str() {
                "attvalues" => {
                    while let Some(value) = self.xml.child(&child)? {
                        values.push(self.attvalue(&value, of_nodes)?);
                        self.xml.skip(&value)?;
                    }
                }
                "nodes" | "edges" => {
                    return Err(self
                        .xml
                        .error(child.at, "a node holds nodes; nested graphs are not supported"));
                }
                "spells" | "slices" => {
                    return Err(self
                        .xml
                        .error(child.at, "the graph changes in time; only static graphs are read"));
                }
                _ => self.xml.skip(&child)?,
            }
        }
        Ok(values)
    }

    fn attvalue(&self, element: &Element<'a>, of_nodes: bool) -> Result<(String, Value), GraphError> {
        // GEXF 1.0 wrote `id`
        let id = element.get("for").or_else(|| element.get("id"));
        let id = id.map_or_else(|| self.xml.required(element, "for"), Ok)?;
        let what = if of_nodes { "node" } else { "edge" };
        let Some(column) = self.columns.get(&(of_nodes, id.to_owned())) else {
            let problem = format!("the {what} attribute `{id}` is used but not declared in <attributes>");
            return Err(self.xml.error(element.at, problem));
        };
        let text = self.xml.required(element, "value")?;
        Ok((column.title.clone(), self.value(&column.title, &column.kind, text, element.at)?))
    }

    fn node(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        let node = self.draft.declare(self.xml.required(element, "id")?, element.at)?;
        if let Some(label) = element.get("label") {
            self.draft.label(node, label);
        }
        for (title, value) in self.values(element, true)? {
            self.draft.attribute(node, &title, value, element.at)?;
        }
        Ok(())
    }

    fn edge(&mut self, element: &Element<'a>) -> Result<(), GraphError> {
        let (from, to) = (self.xml.required(element, "source")?, self.xml.required(element, "target")?);
        let directed = match element.get("type") {
            Some(name) => self.direction(name, element.at)?,
            None => self.directed,
        };
        let mut fields = EdgeFields::default();
        if let Some(weight) = element.get("weight") {
            self.draft.edge_attribute(&mut fields, "weight", &Value::from(weight), element.at)?;
        }
        for (title, value) in self.values(element, false)? {
            self.draft.edge_attribute(&mut fields, &title, &value, element.at)?;
        }
        self.draft.edge(from, to, directed, fields, element.at);
        Ok(())
    }
}
