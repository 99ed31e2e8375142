//! Facts that would tell what is to be predicted.

use std::collections::HashSet;

use super::Fact;

/// What counts as telling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leak {
    /// A held-out fact itself.
    #[default]
    Fact,
    /// A held-out fact, or the same relation between the same two entities the other way round.
    EitherWay,
    /// Any fact between the two entities of a held-out one, either way round: K-Paths removes the known relations of
    /// the pairs that it is tested on.
    Pair,
}

/// The facts that do not tell any of the held-out ones, in their order. O(n + m).
pub fn without<'f>(facts: &'f [Fact], held_out: &[Fact], leak: Leak) -> Vec<&'f Fact> {
    let tells = Tells::new(held_out, leak);
    facts.iter().filter(|fact| !tells.it(fact)).collect()
}

/// How many facts tell a held-out one. O(n + m).
#[must_use]
pub fn leaks(facts: &[Fact], held_out: &[Fact], leak: Leak) -> usize {
    let tells = Tells::new(held_out, leak);
    facts.iter().filter(|fact| tells.it(fact)).count()
}

/// Held-out facts as they are compared: the relation only where it matters.
struct Tells<'f> {
    held_out: HashSet<(&'f str, &'f str, &'f str)>,
    leak: Leak,
}

impl<'f> Tells<'f> {
    fn new(held_out: &'f [Fact], leak: Leak) -> Self {
        Self { held_out: held_out.iter().map(|fact| key(fact, leak)).collect(), leak }
    }

    fn it(&self, fact: &Fact) -> bool {
        let (head, relation, tail) = key(fact, self.leak);
        self.held_out.contains(&(head, relation, tail))
            || (self.leak != Leak::Fact && self.held_out.contains(&(tail, relation, head)))
    }
}

fn key(fact: &Fact, leak: Leak) -> (&str, &str, &str) {
    (&fact.head, if leak == Leak::Pair { "" } else { &fact.relation }, &fact.tail)
}
