//! Layers of a network wired as a connectome is: masks, signs and initial weights.
//!
//! Sets of cells become layers of units ([`NodeSet`]: `sensory`, `interneuron`, `motor`; `class:AVA`; `neurons`), and each
//! edge from a cell of one set to a cell of the next an entry of the mask between them. One set alone makes a recurrent
//! layer. [`Masks::write`] gives a `.safetensors` file (`sensory-interneuron.mask`, `.sign`, `.weight`) and a JSON file
//! beside it that names the cells and says where all of it comes from.
//!
//! Graphs are stored `[pre][post]`; PyTorch's linear layers hold `[out][in]`. [`Orientation`] says which of the two a mask
//! has, and the file repeats it.
//!
//! ```
//! use fascicle_connectome::masks::{InitialWeights, MaskOptions, Masks, NodeSet};
//! use fascicle_graph::PathwayGraph;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut worm = PathwayGraph::new();
//! let chemical = worm.layer("chemical", true)?;
//! for (from, to, synapses) in [("ASHL", "AVAL", 4.0), ("ASHR", "AVAL", 2.0)] {
//!     let ends = [(from, "sensory"), (to, "interneuron")].map(|(name, kind)| {
//!         let node = worm.node(name);
//!         worm.set_kind(node, kind);
//!         node
//!     });
//!     worm.connect(ends[0], ends[1], chemical, synapses)?;
//! }
//! let sets = NodeSet::parse_list("sensory,inter")?;
//! let options = MaskOptions { weights: InitialWeights::Count, ..MaskOptions::default() };
//! let masks = Masks::of(&worm, &sets, &options)?;
//! assert_eq!(masks.layers[0].name, "sensory-interneuron");
//! assert_eq!(masks.layers[0].weight.as_deref(), Some(&[4.0, 2.0][..]));
//! let folder = tempfile::tempdir()?;
//! let file = folder.path().join("masks.safetensors");
//! masks.write(&file)?;
//! assert_eq!(Masks::read(&file)?, masks);
//! # Ok(())
//! # }
//! ```

mod build;
mod file;
mod select;
#[cfg(test)]
mod tests;

use fascicle_graph::Attributes;

pub use select::{NodeSet, Pick};

choice! {
    /// Which index of a matrix comes first.
    #[derive(Default)]
    pub enum Orientation as "orientation" {
        /// `[out][in]`, post-synaptic cells in the rows, as PyTorch's linear layers have it.
        #[default]
        OutIn = "out-in",
        /// `[in][out]`, pre-synaptic cells in the rows, as the graph itself and burn's linear layers have it.
        InOut = "in-out",
    }
}

choice! {
    /// The weights that a network begins with.
    #[derive(Default)]
    pub enum InitialWeights as "choice of initial weights" {
        /// None: the trainer draws them.
        #[default]
        None = "none",
        /// The edges' magnitudes: counts of synapses.
        Count = "count",
        /// ln(1 + magnitude), which makes the few strong edges less strong.
        Log = "log",
        /// Magnitudes divided by the Euclidean length of what enters their target, so that inputs of variance 1 give sums of
        /// variance 1.
        UnitInput = "unit-input",
    }
}

/// What becomes of the edges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MaskOptions {
    /// Which index of a matrix comes first.
    pub orientation: Orientation,
    /// Only these layers of the graph (`chemical`); all, if `None`.
    pub relations: Option<Vec<String>>,
    /// Only pairs of cells whose edges together have at least this magnitude.
    pub at_least: f64,
    /// Also a layer from each set to itself.
    pub lateral: bool,
    /// Also layers that skip sets: from each to every later one.
    pub skips: bool,
    /// Whether to give signs: 1 where all edges of a pair excite, −1 where all inhibit, 0 where that is not known or they
    /// differ. In a layer of the graph with negative weights, these are the signs of edges that have none.
    pub signs: bool,
    /// The weights to begin with; they carry the sign where there is one, and are positive elsewhere.
    pub weights: InitialWeights,
}

/// The connections from one set of cells to another.
#[derive(Clone, Debug, PartialEq)]
pub struct MaskLayer {
    /// `FROM-TO`, by the names of the sets.
    pub name: String,
    /// The cells that its inputs are.
    pub inputs: Vec<String>,
    /// The cells that its outputs are.
    pub outputs: Vec<String>,
    /// Whether there is a connection; row after row, as [`Masks::orientation`] says.
    pub mask: Vec<bool>,
    /// 1, −1, or 0 where the sign is not known; 0 where there is no connection.
    pub sign: Option<Vec<i8>>,
    /// Initial weights; 0 where there is no connection.
    pub weight: Option<Vec<f32>>,
}

impl MaskLayer {
    /// Rows and columns.
    #[must_use]
    pub fn shape(&self, orientation: Orientation) -> [usize; 2] {
        let (inputs, outputs) = (self.inputs.len(), self.outputs.len());
        match orientation {
            Orientation::OutIn => [outputs, inputs],
            Orientation::InOut => [inputs, outputs],
        }
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.mask.iter().filter(|there| **there).count()
    }

    /// How many inputs and outputs have no connection in this layer.
    #[must_use]
    pub fn idle(&self, orientation: Orientation) -> (usize, usize) {
        let [rows, columns] = self.shape(orientation);
        let row = |row: usize| self.mask[row * columns..(row + 1) * columns].iter().any(|there| *there);
        let column = |column: usize| (0..rows).any(|row| self.mask[row * columns + column]);
        let idle_rows = (0..rows).filter(|&at| !row(at)).count();
        let idle_columns = (0..columns).filter(|&at| !column(at)).count();
        match orientation {
            Orientation::OutIn => (idle_columns, idle_rows),
            Orientation::InOut => (idle_rows, idle_columns),
        }
    }
}

/// The layers of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Masks {
    /// How the matrices lie.
    pub orientation: Orientation,
    /// The layers, in the order of the sets.
    pub layers: Vec<MaskLayer>,
    /// Where they come from: the graph's provenance, the sets, the options.
    pub provenance: Attributes,
}
