//! Paths in words.

use std::collections::HashMap;

use crate::path::{RelationPath, Relations};
use crate::{GraphError, NodeIndex, PathwayGraph};

/// How facts are said. A phrase has `{head}` and `{tail}` in it: `{head} is given against {tail}`.
///
/// K-Paths gives a language model its paths like this, the facts of a path joined by "and". A relation without a
/// phrase of its own is said by its name, with blanks for underscores. A step backwards says the fact as the graph
/// has it: the authors' texts name an inverse relation, which reads less well and says the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases {
    by_relation: HashMap<String, String>,
}

impl Phrases {
    /// No phrases of their own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How facts of this relation are said.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] for a phrase without `{head}` or `{tail}`.
    pub fn phrase(
        mut self,
        relation: impl Into<String>,
        phrase: impl Into<String>,
    ) -> Result<Self, GraphError> {
        let phrase = phrase.into();
        if !(phrase.contains("{head}") && phrase.contains("{tail}")) {
            let expected = "a text with {head} and {tail} in it";
            return Err(GraphError::argument("the phrase", format!("`{phrase}`"), expected));
        }
        self.by_relation.insert(relation.into(), phrase);
        Ok(self)
    }

    /// A fact in words.
    #[must_use]
    pub fn fact(&self, head: &str, relation: &str, tail: &str) -> String {
        let [head, tail] = [head, tail].map(plain);
        let Some(phrase) = self.by_relation.get(relation) else {
            return format!("{head} {} {tail}", plain(relation));
        };
        // In one pass, as a name may hold braces, too.
        let mut text = String::new();
        let mut rest = phrase.as_str();
        while let Some(at) = rest.find('{') {
            text.push_str(&rest[..at]);
            let after = &rest[at..];
            let (said, length) = if after.starts_with("{head}") {
                (head.as_str(), 6)
            } else if after.starts_with("{tail}") {
                (tail.as_str(), 6)
            } else {
                ("{", 1)
            };
            text.push_str(said);
            rest = &after[length..];
        }
        text + rest
    }

    /// A path in words: all its facts, in the order of its steps, joined by "and"; empty for a path without steps.
    ///
    /// # Panics
    /// For a path of another graph, and where relations are not layers ([`Relations::labelled`]).
    #[must_use]
    pub fn path(&self, relations: &Relations<'_>, path: &RelationPath) -> String {
        let graph: &PathwayGraph = relations.graph();
        let name = |node: NodeIndex| graph.name(node);
        let facts = relations.triples(&path.nodes).map(|triple| {
            self.fact(name(triple.from), &graph.layers()[triple.label as usize].name, name(triple.to))
        });
        facts.collect::<Vec<_>>().join(" and ")
    }
}

/// A name with blanks for underscores.
fn plain(name: &str) -> String {
    name.replace('_', " ")
}
