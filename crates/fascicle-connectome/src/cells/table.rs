//! The list of cells. Classes are those of White et al. 1986 and WormAtlas; what kind of neuron a cell is follows the
//! sections of Cook et al. 2019, and in the pharynx and for the male WormAtlas.

use std::collections::HashMap;
use std::sync::LazyLock;

use fascicle_graph::PathwayGraph;

use crate::names;

/// The class of the 95 muscles of the body wall.
pub(crate) const BODY_WALL_MUSCLE: &str = "body_wall_muscle";

choice! {
    /// What a cell is.
    pub enum CellKind as "kind of cell" {
        /// Sensory neuron.
        Sensory = "sensory",
        /// Interneuron.
        Interneuron = "interneuron",
        /// Motor neuron.
        Motor = "motor",
        /// Neuron of the pharynx with several roles.
        Polymodal = "polymodal",
        /// One of the two canal-associated neurons, which the adjacency matrices count as end organs.
        Canal = "canal",
        /// Muscle.
        Muscle = "muscle",
        /// Marginal cell of the pharynx.
        Marginal = "marginal",
        /// Epithelium of the pharynx.
        Epithelium = "epithelium",
        /// Gland of the pharynx.
        Gland = "gland",
        /// Sheath, socket and other glia.
        Glia = "glia",
        /// Hypodermis, intestine, excretory cells.
        Other = "other",
    }
}

impl CellKind {
    /// Whether it is a neuron.
    #[must_use]
    pub fn is_neuron(self) -> bool {
        matches!(self, Self::Sensory | Self::Interneuron | Self::Motor | Self::Polymodal | Self::Canal)
    }
}

choice! {
    /// Who has a cell.
    pub enum Sex as "sex" {
        /// Both sexes.
        Both = "both",
        /// Hermaphrodites only.
        Hermaphrodite = "hermaphrodite",
        /// Males only.
        Male = "male",
    }
}

choice! {
    /// A side of the body.
    pub enum Side as "side" {
        /// Left.
        Left = "L",
        /// Right.
        Right = "R",
    }
}

/// A cell of *C. elegans*.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cell {
    /// Its name, in WormAtlas's spelling.
    pub name: String,
    /// Its class.
    pub class: String,
    /// What it is.
    pub kind: CellKind,
    /// Who has it.
    pub sex: Sex,
    /// Its side, if it is one of a left/right pair.
    pub side: Option<Side>,
}

impl Cell {
    /// Whether it belongs to the pharynx: its 20 neurons, its muscles, marginal cells, epithelium and glands.
    #[must_use]
    pub fn is_pharyngeal(&self) -> bool {
        const NEURONS: [&str; 14] =
            ["I1", "I2", "I3", "I4", "I5", "I6", "M1", "M2", "M3", "M4", "M5", "MC", "MI", "NSM"];
        match self.kind {
            CellKind::Marginal | CellKind::Epithelium | CellKind::Gland => true,
            CellKind::Muscle => self.class.starts_with("pm"),
            CellKind::Other => self.class == "bm",
            kind => kind.is_neuron() && NEURONS.contains(&self.class.as_str()),
        }
    }
}

struct Table {
    cells: Vec<Cell>,
    /// Every spelling, as it is and in lower case.
    spellings: HashMap<String, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut cells = Vec::new();
    for line in include_str!("cells.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        // invariant: `cells.csv` is part of this crate, and a test reads all of it.
        let [class, kind, sex, members] = fields[..] else { panic!("cells.csv: {line}") };
        // invariant: as above.
        let kind = kind.parse().expect("a kind of cell");
        // invariant: as above.
        let sex = sex.parse().expect("a sex");
        cells.extend(members.split(' ').map(|name| Cell {
            name: name.to_owned(),
            class: class.to_owned(),
            kind,
            sex,
            side: None,
        }));
    }
    let names: HashMap<String, usize> =
        cells.iter().enumerate().map(|(i, cell)| (cell.name.clone(), i)).collect();
    for cell in &mut cells {
        cell.side = mirrored(&cell.name).filter(|(_, other)| names.contains_key(other)).map(|(side, _)| side);
    }
    let mut spellings = names;
    for (i, cell) in cells.iter().enumerate() {
        for alias in names::aliases(cell) {
            spellings.entry(alias).or_insert(i);
        }
    }
    for (spelling, i) in spellings.clone() {
        spellings.entry(spelling.to_lowercase()).or_insert(i);
    }
    Table { cells, spellings }
});

/// The side that a name speaks of, and the name of the other side: the last L or R of the name, which only numbers may
/// follow (ADAL and ADAR, MDL05 and MDR05).
fn mirrored(name: &str) -> Option<(Side, String)> {
    let end = name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (side, other) = match name.as_bytes().get(end.checked_sub(1)?)? {
        b'L' => (Side::Left, 'R'),
        b'R' => (Side::Right, 'L'),
        _ => return None,
    };
    Some((side, format!("{}{other}{}", &name[..end - 1], &name[end..])))
}

/// Every cell of the list: first those of both sexes, neurons before muscles and other cells.
#[must_use]
pub fn all() -> &'static [Cell] {
    &TABLE.cells
}

/// The cell of this name, in any spelling that published files use (VB01, dBWML5, g1p, AWCOFF, mc2dl).
#[must_use]
pub fn find(name: &str) -> Option<&'static Cell> {
    let index = TABLE.spellings.get(name).or_else(|| TABLE.spellings.get(&name.to_lowercase()))?;
    Some(&TABLE.cells[*index])
}

/// The cell on the other side, if there is one.
#[must_use]
pub fn mirror(name: &str) -> Option<&'static Cell> {
    find(&mirrored(&find(name)?.name)?.1)
}

static CANONICAL: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut names: Vec<&str> = all()
        .iter()
        .filter(|cell| cell.kind.is_neuron() && cell.kind != CellKind::Canal && cell.sex != Sex::Male)
        .map(|cell| cell.name.as_str())
        .collect();
    names.sort_unstable();
    names
});

/// The canonical index of homogenised data: the 300 neurons of the hermaphrodite without CANL and CANR, in the order of
/// their ASCII codes (AS1, AS10, AS11, AS2, …), from ADAL = 0 to VD9 = 299.
#[must_use]
pub fn canonical() -> &'static [&'static str] {
    &CANONICAL
}

/// A neuron's place in the canonical index, by any spelling of its name.
#[must_use]
pub fn canonical_index(name: &str) -> Option<usize> {
    CANONICAL.binary_search(&find(name)?.name.as_str()).ok()
}

/// The graph without cells that are no neurons of the worm, as most comparisons of connectomes want it.
#[must_use]
pub fn neurons(graph: &PathwayGraph) -> PathwayGraph {
    graph.filtered(|_, node| find(&node.name).is_some_and(|cell| cell.kind.is_neuron()), |_, _, _| true)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_list_is_whole() {
        let names: BTreeSet<&str> = all().iter().map(|cell| cell.name.as_str()).collect();
        assert_eq!(names.len(), all().len(), "no name twice");
        let neurons = |sex: Sex| all().iter().filter(|c| c.kind.is_neuron() && c.sex == sex).count();
        assert_eq!(neurons(Sex::Both) + neurons(Sex::Hermaphrodite), 302);
        assert_eq!(neurons(Sex::Hermaphrodite), 8);
        let classes: BTreeSet<&str> = all()
            .iter()
            .filter(|c| c.kind.is_neuron() && c.sex != Sex::Male)
            .map(|c| c.class.as_str())
            .collect();
        assert_eq!(classes.len(), 118);
        assert_eq!(all().iter().filter(|c| c.class == BODY_WALL_MUSCLE).count(), 95);
        let lower: BTreeSet<String> = all().iter().map(|c| c.name.to_lowercase()).collect();
        assert_eq!(lower.len(), all().len(), "names differ by more than case");
    }

    #[test]
    fn the_canonical_index_is_in_ascii_order() {
        assert_eq!(canonical().len(), 300);
        assert_eq!((canonical()[0], canonical()[299]), ("ADAL", "VD9"));
        assert_eq!(canonical_index("AS10"), canonical_index("AS1").map(|i| i + 1));
        assert_eq!(canonical_index("VD09"), Some(299));
        assert_eq!([canonical_index("CANL"), canonical_index("CEMDL"), canonical_index("?")], [None; 3]);
    }

    #[test]
    fn sides_and_mirrors() {
        for (name, other) in [
            ("ADAL", Some("ADAR")),
            ("IL2R", Some("IL2L")),
            ("MDL05", Some("MDR05")),
            ("vBWMR3", Some("MVL03")),
            ("MVR24", None), // the one without a partner
            ("AQR", None),
            ("AVL", None),
            ("RIR", None),
            ("VB1", None),
        ] {
            assert_eq!(mirror(name).map(|cell| cell.name.as_str()), other, "{name}");
            assert_eq!(find(name).and_then(|cell| cell.side).is_some(), other.is_some(), "{name}");
        }
    }
}
