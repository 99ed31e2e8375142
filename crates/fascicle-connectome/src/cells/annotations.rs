//! What cells release and what they have receptors for, from published tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fascicle_graph::PathwayGraph;
use serde_json::json;

use super::find;
use crate::ConnectomeError;
use crate::report::Report;
use crate::source::table::{Table, Value, column};
use crate::source::text;
use crate::source::workbook::Workbook;

choice! {
    /// A transmitter of small molecules.
    pub enum Transmitter as "transmitter" {
        /// Acetylcholine.
        Acetylcholine = "acetylcholine",
        /// γ-aminobutyric acid.
        Gaba = "gaba",
        /// Glutamate.
        Glutamate = "glutamate",
        /// Dopamine.
        Dopamine = "dopamine",
        /// Serotonin.
        Serotonin = "serotonin",
        /// Octopamine.
        Octopamine = "octopamine",
        /// Tyramine.
        Tyramine = "tyramine",
        /// Betaine.
        Betaine = "betaine",
    }
}

impl Transmitter {
    /// A transmitter by any of the names in use (ACh, Glu, GLUT, DA, 5-HT, SER, OCT, …); remarks in brackets and stars are
    /// overlooked.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let name = name.split('(').next().unwrap_or_default().trim().trim_matches('*').to_lowercase();
        Some(match name.as_str() {
            "ach" | "acetylcholine" => Self::Acetylcholine,
            "gaba" => Self::Gaba,
            "glu" | "glut" | "glutamate" => Self::Glutamate,
            "da" | "dopamine" => Self::Dopamine,
            "ser" | "5-ht" | "serotonin" => Self::Serotonin,
            "oct" | "octopamine" => Self::Octopamine,
            "tyr" | "tyramine" => Self::Tyramine,
            "betaine" => Self::Betaine,
            _ => return None,
        })
    }
}

/// What is known of cells beyond their names; keys are names in WormAtlas's spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// What each cell releases.
    pub transmitters: BTreeMap<String, BTreeSet<Transmitter>>,
    /// Receptors that each cell has, in upper case (GLR-1).
    pub receptors: BTreeMap<String, BTreeSet<String>>,
    /// Peptides that each cell releases, in upper case (FLP-8).
    pub peptides: BTreeMap<String, BTreeSet<String>>,
}

impl Annotations {
    /// OpenWorm's table of Entity1, Relationship, Entity2: transmitters, receptors and peptides.
    ///
    /// # Errors
    /// Any [`ConnectomeError`] about the file; an unknown transmitter is one.
    pub fn from_relations(file: &Path) -> Result<Self, ConnectomeError> {
        let mut report = Report::default();
        let table = text::read(file, "a table of Entity1, Relationship and Entity2", &mut report)?;
        let (header, rows) = table.with_header()?;
        let [cell, relation, what] =
            ["Entity1", "Relationship", "Entity2"].map(|name| column(&header, &[name], &table.place));
        let (cell, relation, what) = (cell?, relation?, what?);
        let mut all = Self::default();
        for (row, values) in rows {
            let at = |index: usize| {
                values.get(index).map(|value| value.shown().trim().to_owned()).unwrap_or_default()
            };
            let name = canonical(&at(cell));
            match at(relation).as_str() {
                "Neurotransmitter" => {
                    let transmitter =
                        Transmitter::of(&at(what)).ok_or_else(|| ConnectomeError::BadValue {
                            place: table.place.row(row).column("Entity2"),
                            value: at(what),
                            expected: "a transmitter".to_owned(),
                        })?;
                    all.transmitters.entry(name).or_default().insert(transmitter);
                }
                "Receptor" => {
                    all.receptors.entry(name).or_default().insert(at(what).to_uppercase());
                }
                "Neuropeptide" => {
                    all.peptides.entry(name).or_default().insert(at(what).to_uppercase());
                }
                _ => {}
            }
        }
        Ok(all)
    }

    /// Wang et al. 2024 (*A neurotransmitter atlas of C. elegans males and hermaphrodites*), supplementary file 2: the
    /// columns from `Neurotransmitter(s)` to `Comments`. What is no transmitter of [`Transmitter`] (an unknown monoamine)
    /// is left out.
    ///
    /// # Errors
    /// Any [`ConnectomeError`] about the file.
    pub fn from_wang2024(file: &Path) -> Result<Self, ConnectomeError> {
        let mut report = Report::default();
        let table = Workbook::open(file, &mut report)?.first(&mut report)?;
        let is = |value: &Value, name: &str| value.shown().trim() == name;
        let at = table.rows.iter().position(|row| row.iter().any(|value| is(value, "Neurotransmitter(s)")));
        let body = Table { rows: table.rows[at.unwrap_or(0)..].to_vec(), ..table };
        let (header, rows) = body.with_header()?;
        let find = |name: &'static str| column(&header, &[name], &body.place);
        let (neuron, first, comments) = (find("Neuron")?, find("Neurotransmitter(s)")?, find("Comments")?);
        let mut all = Self::default();
        for (_, values) in rows {
            let Some(name) = values.get(neuron).filter(|value| !value.is_blank()) else { continue };
            let found: BTreeSet<Transmitter> = values
                .get(first..comments)
                .unwrap_or_default()
                .iter()
                .filter_map(|value| Transmitter::of(&value.shown()))
                .collect();
            if !found.is_empty() {
                all.transmitters.entry(canonical(name.shown().trim())).or_default().extend(found);
            }
        }
        Ok(all)
    }

    /// What a cell of any spelling releases.
    pub fn transmitters_of(&self, name: &str) -> impl Iterator<Item = Transmitter> + '_ {
        self.transmitters.get(&canonical(name)).into_iter().flatten().copied()
    }

    /// Writes transmitters, receptors and peptides into the attributes of a graph's nodes; says how many nodes got any.
    pub fn annotate(&self, graph: &mut PathwayGraph) -> usize {
        let names: Vec<String> = graph.names().map(str::to_owned).collect();
        let mut annotated = 0;
        for name in names {
            let key = canonical(&name);
            let Some(node) = graph.get(&name) else { continue };
            let known = [
                ("transmitters", self.transmitters.get(&key).map(|all| json!(all))),
                ("receptors", self.receptors.get(&key).map(|all| json!(all))),
                ("peptides", self.peptides.get(&key).map(|all| json!(all))),
            ];
            annotated += usize::from(known.iter().any(|(_, value)| value.is_some()));
            for (attribute, value) in known {
                if let Some(value) = value {
                    graph.attributes_mut(node).insert(attribute.to_owned(), value);
                }
            }
        }
        annotated
    }
}

/// The name under which a cell is kept.
pub(super) fn canonical(name: &str) -> String {
    find(name).map_or_else(|| name.to_owned(), |cell| cell.name.clone())
}
