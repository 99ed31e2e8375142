//! Reading DOT.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::tokens::{Token, Tokens};
use crate::format::draft::Draft;
use crate::format::fields::{EdgeFields, PACKED};
use crate::{GraphError, PathwayGraph};

/// Subgraphs within subgraphs.
const DEEPEST: usize = 64;

/// A graph from the text of a DOT file.
///
/// # Errors
/// [`GraphError::Format`] with the line: what is no DOT, `--` in a digraph and `->` in a graph, texts and braces that do not
/// end, a second graph.
pub fn parse(text: &str) -> Result<PathwayGraph, GraphError> {
    let mut file = File {
        tokens: Tokens::new(text),
        draft: Draft::new(text),
        directed: false,
        strict: None,
        depth: 0,
        edges: 0,
        most_edges: (1 << 20) + text.len(),
    };
    let mut first = file.tokens.next()?;
    if first.as_ref().is_some_and(|token| token.is_keyword("strict")) {
        first = file.tokens.next()?;
        file.strict = Some(Strict::default());
    }
    match first {
        Some(token) if token.is_keyword("digraph") => file.directed = true,
        Some(token) if token.is_keyword("graph") => {}
        _ => return Err(file.tokens.error("`graph` or `digraph` is needed at the beginning")),
    }
    if file.tokens.peek()?.is_some_and(|token| token.id().is_some()) {
        file.tokens.next()?;
    }
    if !file.tokens.take('{')? {
        file.tokens.next()?;
        return Err(file.tokens.error("{ is needed here"));
    }
    file.body(&Defaults::default())?;
    if file.tokens.next()?.is_some() {
        return Err(file.tokens.error("there is something after the graph; one graph a file is read"));
    }
    if let Some(strict) = file.strict {
        for (from, to, fields, at) in strict.edges {
            file.draft.join(from, to, file.directed, fields, at);
        }
    }
    file.draft.finish()
}

/// Attributes by name, as they were written.
type Attributes = Vec<(String, Value)>;

/// What new nodes and edges of a (sub)graph have.
#[derive(Clone, Default)]
struct Defaults {
    node: Attributes,
    edge: Attributes,
}

struct File<'a> {
    tokens: Tokens<'a>,
    draft: Draft<'a>,
    directed: bool,
    strict: Option<Strict>,
    depth: usize,
    edges: usize,
    /// Sets in braces make products: a small text should not make a graph that fills the memory.
    most_edges: usize,
}

/// The edges of a strict graph, which has at most one between two nodes: what is said of it again is added to it.
#[derive(Default)]
struct Strict {
    edges: Vec<(usize, usize, EdgeFields, usize)>,
    places: HashMap<(usize, usize), usize>,
}

impl Strict {
    fn join(&mut self, from: usize, to: usize, directed: bool, fields: &EdgeFields, at: usize) {
        let ends = if directed { (from, to) } else { (from.min(to), from.max(to)) };
        match self.places.get(&ends) {
            Some(&place) => self.edges[place].2.update(fields),
            None => {
                self.places.insert(ends, self.edges.len());
                self.edges.push((from, to, fields.clone(), at));
            }
        }
    }
}

impl File<'_> {
    fn unexpected(&self, token: Option<&Token<'_>>) -> GraphError {
        match token {
            Some(token) => self.tokens.error(format!("`{}` is not expected here", token.shown())),
            None => self.tokens.error("the file ends inside { … }; it was cut off"),
        }
    }

    /// Statements up to the closing brace; the nodes named in them.
    fn body(&mut self, outer: &Defaults) -> Result<Vec<usize>, GraphError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.tokens.error(format!("subgraphs are nested more than {DEEPEST} deep")));
        }
        let mut defaults = outer.clone();
        let mut nodes = Vec::new();
        while !self.tokens.take('}')? {
            if self.tokens.take(';')? || self.tokens.take(',')? {
                continue;
            }
            self.statement(&mut defaults, &mut nodes)?;
        }
        self.depth -= 1;
        let mut seen = HashSet::new();
        nodes.retain(|&node| seen.insert(node));
        Ok(nodes)
    }

    fn statement(&mut self, defaults: &mut Defaults, nodes: &mut Vec<usize>) -> Result<(), GraphError> {
        let token = self.tokens.peek()?.cloned();
        let Some(token) = token else {
            self.tokens.next()?;
            return Err(self.unexpected(None));
        };
        for keyword in ["graph", "node", "edge"] {
            if token.is_keyword(keyword) {
                self.tokens.next()?;
                let attributes = self.attributes()?;
                match keyword {
                    "node" => defaults.node.extend(attributes),
                    "edge" => defaults.edge.extend(attributes),
                    _ => attributes.iter().for_each(|(name, value)| self.of_graph(name, value)),
                }
                return Ok(());
            }
        }
        let (mut ends, alone) = self.end(defaults)?;
        let at = self.tokens.at;
        if alone && self.tokens.take('=')? {
            // an attribute of the graph; the token before it was its name
            let value = self.tokens.next()?;
            let value =
                value.as_ref().and_then(Token::value).ok_or_else(|| self.unexpected(value.as_ref()))?;
            self.of_graph(token.id().unwrap_or_default(), &value);
            return Ok(());
        }
        let mut groups = Vec::new();
        if alone {
            ends = vec![self.node(token.id().unwrap_or_default(), defaults, at)?];
        }
        nodes.extend(&ends);
        groups.push(ends);
        while let Some(&Token::Edge(directed)) = self.tokens.peek()? {
            self.tokens.next()?;
            if directed != self.directed {
                let (is, needs) = if directed { ("graph", "--") } else { ("digraph", "->") };
                return Err(self.tokens.error(format!("edges of a {is} are written {needs}")));
            }
            let Some(token) = self.tokens.peek()?.cloned() else { return Err(self.unexpected(None)) };
            let (mut ends, alone) = self.end(defaults)?;
            if alone {
                ends = vec![self.node(token.id().unwrap_or_default(), defaults, self.tokens.at)?];
            }
            nodes.extend(&ends);
            groups.push(ends);
        }
        let attributes = self.attributes()?;
        if groups.len() == 1 {
            if alone {
                for (name, value) in attributes {
                    self.draft.attribute(groups[0][0], &name, value, at)?;
                }
            }
            return Ok(());
        }
        let mut fields = EdgeFields::default();
        for (name, value) in defaults.edge.iter().chain(&attributes) {
            self.draft.edge_attribute(&mut fields, name, value, at)?;
        }
        for pair in groups.windows(2) {
            self.edges = pair[0].len().saturating_mul(pair[1].len()).saturating_add(self.edges);
            if self.edges > self.most_edges {
                let problem = format!("the sets in braces make more than {} edges", self.most_edges);
                return Err(self.draft.error(at, problem));
            }
            for &from in &pair[0] {
                for &to in &pair[1] {
                    match &mut self.strict {
                        Some(strict) => strict.join(from, to, self.directed, &fields, at),
                        None => self.draft.join(from, to, self.directed, fields.clone(), at),
                    }
                }
            }
        }
        Ok(())
    }

    /// One end of an edge: the nodes of a subgraph, or (true) a node, of which only the name is taken.
    fn end(&mut self, defaults: &Defaults) -> Result<(Vec<usize>, bool), GraphError> {
        let token = self.tokens.next()?;
        match &token {
            Some(Token::Mark('{')) => Ok((self.body(defaults)?, false)),
            Some(token) if token.is_keyword("subgraph") => {
                if self.tokens.peek()?.is_some_and(|token| token.id().is_some()) {
                    self.tokens.next()?;
                }
                if self.tokens.take('{')? {
                    return Ok((self.body(defaults)?, false));
                }
                Err(self.tokens.error("{ is needed after `subgraph`"))
            }
            Some(token) if token.id().is_some() => {
                // a port and a compass point say where a line is drawn to
                while self.tokens.take(':')? {
                    let port = self.tokens.next()?;
                    if port.as_ref().and_then(Token::id).is_none() {
                        return Err(self.unexpected(port.as_ref()));
                    }
                }
                Ok((Vec::new(), true))
            }
            other => Err(self.unexpected(other.as_ref())),
        }
    }

    fn node(&mut self, id: &str, defaults: &Defaults, at: usize) -> Result<usize, GraphError> {
        let (node, new) = self.draft.mention(id);
        if new {
            for (name, value) in &defaults.node {
                self.draft.attribute(node, name, value.clone(), at)?;
            }
        }
        Ok(node)
    }

    fn of_graph(&mut self, name: &str, value: &Value) {
        if let (PACKED, Value::String(text)) = (name, value) {
            self.draft.header(text);
        }
    }

    /// `[a=1, b="x"][c=2]`, or nothing.
    fn attributes(&mut self) -> Result<Attributes, GraphError> {
        let mut attributes = Vec::new();
        while self.tokens.take('[')? {
            while !self.tokens.take(']')? {
                if self.tokens.take(';')? || self.tokens.take(',')? {
                    continue;
                }
                let name = self.tokens.next()?;
                let Some(id) = name.as_ref().and_then(Token::id) else {
                    return Err(self.unexpected(name.as_ref()));
                };
                // a name alone is true
                let mut value = Value::Bool(true);
                if self.tokens.take('=')? {
                    let token = self.tokens.next()?;
                    value = token
                        .as_ref()
                        .and_then(Token::value)
                        .ok_or_else(|| self.unexpected(token.as_ref()))?;
                }
                attributes.push((id.to_owned(), value));
            }
        }
        Ok(attributes)
    }
}
