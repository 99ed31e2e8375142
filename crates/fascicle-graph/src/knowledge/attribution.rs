//! Where each step of an answer comes from, and whether it helps.

use std::fmt;

use super::FactIndex;
use crate::GraphError;

/// Whether the graph knows a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// It is a fact of the graph.
    Kg,
    /// It is not: the model inferred it.
    Inferred,
}

/// Whether a step leads to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It lies on a way to an answer.
    Effective,
    /// It does not.
    Ineffective,
}

impl fmt::Display for Evidence {
    /// `<KG>` or `<INFERRED>`, as the paper writes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kg => "<KG>",
            Self::Inferred => "<INFERRED>",
        })
    }
}

impl fmt::Display for Effect {
    /// `<EFFECTIVE>` or `<INEFFECTIVE>`, as the paper writes them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Effective => "<EFFECTIVE>",
            Self::Ineffective => "<INEFFECTIVE>",
        })
    }
}

/// A step with its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TaggedStep {
    /// Whether the graph knows it.
    pub evidence: Evidence,
    /// Whether it leads to an answer.
    pub effect: Effect,
}

impl fmt::Display for TaggedStep {
    /// `<KG><EFFECTIVE>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.evidence, self.effect)
    }
}

impl TaggedStep {
    fn new(known: bool, helps: bool) -> Self {
        Self {
            evidence: if known { Evidence::Kg } else { Evidence::Inferred },
            effect: if helps { Effect::Effective } else { Effect::Ineffective },
        }
    }
}

impl FactIndex<'_> {
    /// Tags the steps of a predicted relation path. The paper tags the text of a language model; for relation paths
    /// this is a reconstruction of the same idea:
    ///
    /// a step is known if a fact of its relation goes on from where the steps before it lead, so that after an
    /// inferred step all are inferred; all steps are effective if the path leads to an answer, and none otherwise.
    /// Cost as [`FactIndex::levels`].
    ///
    /// # Errors
    /// As [`FactIndex::levels`].
    pub fn attribute(
        &self,
        from: usize,
        relations: &[u32],
        answers: &[usize],
    ) -> Result<Vec<TaggedStep>, GraphError> {
        let levels = self.levels(from, relations)?;
        let helps = levels.last().is_some_and(|ends| ends.iter().any(|end| answers.contains(end)));
        Ok(levels[1..].iter().map(|level| TaggedStep::new(!level.is_empty(), helps)).collect())
    }

    /// Tags the steps of a predicted chain of facts, by names, as a language model writes them: entities and
    /// relations that the graph does not have make a step inferred.
    ///
    /// A step is effective if its tail is an answer, or if the next step begins at its tail and is effective.
    /// O(steps · (log m + answers)).
    #[must_use]
    pub fn attribute_facts(&self, steps: &[[&str; 3]], answers: &[&str]) -> Vec<TaggedStep> {
        let known = |&[head, relation, tail]: &[&str; 3]| {
            let entity = |name| self.graph().get(name).map(crate::NodeIndex::index);
            let (head, tail) = (entity(head)?, entity(tail)?);
            let relation = self.graph().find_layer(relation).ok()?.index() as u32;
            Some(self.contains(head, relation, tail))
        };
        let mut next: Option<(&str, bool)> = None;
        let mut tagged: Vec<TaggedStep> = steps
            .iter()
            .rev()
            .map(|step| {
                let helps = answers.contains(&step[2]) || next == Some((step[2], true));
                next = Some((step[0], helps));
                TaggedStep::new(known(step).unwrap_or(false), helps)
            })
            .collect();
        tagged.reverse();
        tagged
    }
}
