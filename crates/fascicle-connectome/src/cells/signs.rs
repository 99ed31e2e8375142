//! Whether a chemical synapse excites or inhibits, as far as transmitter and receptors tell.
//!
//! Acetylcholine mostly excites and GABA mostly inhibits. Glutamate opens both kinds of channels in worms, so there it says
//! nothing by itself; in flies it mostly inhibits (Liu & Wilson 2013). Monoamines act through slow, modulatory receptors
//! and give no sign. Where the receptors of the post-synaptic cell are known, they decide (Fenyves et al. 2020): only
//! cation channels for the transmitter excite, only anion channels inhibit, both together leave it open.
//!
//! These are predictions. Receptor tables are incomplete, and a cell's receptors need not be at the synapse in question.

use fascicle_graph::{PathwayGraph, Sign};

use super::annotations::canonical;
use super::{Annotations, Transmitter};
use crate::{ConnectomeError, Relation};

/// What each fast transmitter does where nothing is known of receptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignRule {
    /// Acetylcholine.
    pub acetylcholine: Option<Sign>,
    /// GABA.
    pub gaba: Option<Sign>,
    /// Glutamate.
    pub glutamate: Option<Sign>,
    /// Whether receptors, where known, overrule the above.
    pub receptors: bool,
}

impl SignRule {
    /// *C. elegans*: acetylcholine excites, GABA inhibits, glutamate depends on receptors.
    #[must_use]
    pub fn worm() -> Self {
        Self {
            acetylcholine: Some(Sign::Positive),
            gaba: Some(Sign::Negative),
            glutamate: None,
            receptors: true,
        }
    }

    /// *Drosophila*: acetylcholine excites, GABA and glutamate inhibit.
    #[must_use]
    pub fn fly() -> Self {
        Self { glutamate: Some(Sign::Negative), receptors: false, ..Self::worm() }
    }

    /// What a transmitter does where nothing is known of receptors.
    #[must_use]
    pub fn of(&self, transmitter: Transmitter) -> Option<Sign> {
        match transmitter {
            Transmitter::Acetylcholine => self.acetylcholine,
            Transmitter::Gaba => self.gaba,
            Transmitter::Glutamate => self.glutamate,
            _ => None,
        }
    }

    /// What one cell does to another: the sign on which its transmitters agree.
    fn between(&self, annotations: &Annotations, pre: &str, post: &str) -> Option<Sign> {
        let receptors = annotations.receptors.get(&canonical(post)).filter(|_| self.receptors);
        let mut agreed: Option<Sign> = None;
        for transmitter in annotations.transmitters_of(pre) {
            let known: Vec<Sign> =
                receptors.into_iter().flatten().filter_map(|name| channel(transmitter, name)).collect();
            let sign = match known.split_first() {
                None => self.of(transmitter),
                Some((first, rest)) if rest.iter().all(|other| other == first) => Some(*first),
                Some(_) => return None,
            };
            match (agreed, sign) {
                (Some(before), Some(now)) if before != now => return None,
                (_, Some(now)) => agreed = Some(now),
                (_, None) => {}
            }
        }
        agreed
    }
}

/// What an ion channel does when the transmitter opens it; `None` for receptors of other transmitters and those that are no
/// channels.
fn channel(transmitter: Transmitter, receptor: &str) -> Option<Sign> {
    use Sign::{Negative, Positive};
    use Transmitter::{Acetylcholine, Gaba, Glutamate};

    /// Families by their gene names (transmitter, what they do, prefixes).
    const FAMILIES: &[(Transmitter, Sign, &[&str])] = &[
        (Glutamate, Positive, &["GLR-", "NMR-"]),
        (Glutamate, Negative, &["AVR-14", "AVR-15", "GLC-"]),
        (
            Acetylcholine,
            Positive,
            &["ACR-", "UNC-29", "UNC-38", "UNC-63", "LEV-1", "LEV-8", "EAT-2", "DEG-3", "DES-2"],
        ),
        (Acetylcholine, Negative, &["ACC-", "LGC-46", "LGC-47", "LGC-48", "LGC-49"]),
        (Gaba, Positive, &["EXP-1", "LGC-35"]),
        (Gaba, Negative, &["UNC-49", "GAB-1", "LGC-36", "LGC-37", "LGC-38"]),
    ];
    FAMILIES
        .iter()
        .filter(|(of, _, _)| *of == transmitter)
        .find(|(_, _, prefixes)| {
            prefixes.iter().any(|prefix| match prefix.strip_suffix('-') {
                Some(_) => receptor.starts_with(prefix),
                None => receptor == *prefix,
            })
        })
        .map(|(_, sign, _)| *sign)
}

/// How many chemical edges were given which sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignCounts {
    /// Excitatory.
    pub positive: usize,
    /// Inhibitory.
    pub negative: usize,
    /// Those that have none.
    pub unknown: usize,
}

/// Gives the chemical edges of a worm the signs that follow from transmitters and receptors; those about which nothing is
/// known lose theirs. O(m log n).
///
/// # Errors
/// [`ConnectomeError::Graph`] when there is no chemical layer.
pub fn predict_signs(
    graph: &mut PathwayGraph,
    annotations: &Annotations,
    rule: &SignRule,
) -> Result<SignCounts, ConnectomeError> {
    let layer = graph.find_layer(Relation::Chemical.name())?;
    let signs: Vec<(usize, Option<Sign>)> = graph
        .edges()
        .enumerate()
        .filter(|(_, (_, _, edge))| edge.layer == layer)
        .map(|(index, (pre, post, _))| (index, rule.between(annotations, graph.name(pre), graph.name(post))))
        .collect();
    let mut counts = SignCounts::default();
    for (index, sign) in signs {
        match sign {
            Some(Sign::Positive) => counts.positive += 1,
            Some(Sign::Negative) => counts.negative += 1,
            None => counts.unknown += 1,
        }
        graph.edge_mut(fascicle_graph::EdgeIndex::new(index)).sign = sign;
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transmitters_and_receptors_decide() {
        use Sign::{Negative, Positive};
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let mut known = Annotations::default();
        for (cell, transmitters) in [
            ("AWAL", vec![Transmitter::Acetylcholine]),
            ("RIS", vec![Transmitter::Gaba]),
            ("AWCL", vec![Transmitter::Glutamate]),
            ("ADFL", vec![Transmitter::Acetylcholine, Transmitter::Serotonin]),
            ("VB1", vec![Transmitter::Acetylcholine, Transmitter::Gaba]),
        ] {
            known.transmitters.insert(cell.to_owned(), transmitters.into_iter().collect());
        }
        known.receptors.insert("AIBL".to_owned(), set(&["GLR-1", "MGL-1"]));
        known.receptors.insert("AIYL".to_owned(), set(&["GLC-3"]));
        known.receptors.insert("AVAL".to_owned(), set(&["GLR-1", "AVR-14", "ACC-1"]));
        let worm = SignRule::worm();
        for (pre, post, expected) in [
            ("AWAL", "ADAL", Some(Positive)),
            ("RIS", "ADAL", Some(Negative)),
            ("AWCL", "ADAL", None),
            ("AWCOFF", "AIBL", Some(Positive)),
            ("AWCL", "AIYL", Some(Negative)),
            ("AWCL", "AVAL", None),
            ("AWAL", "AVAL", Some(Negative)),
            ("ADFL", "ADAL", Some(Positive)),
            ("VB01", "ADAL", None),
            ("ADAL", "AWAL", None),
        ] {
            assert_eq!(worm.between(&known, pre, post), expected, "{pre} -> {post}");
        }
        assert_eq!(SignRule::fly().between(&known, "AWCL", "AIBL"), Some(Negative));
    }
}
