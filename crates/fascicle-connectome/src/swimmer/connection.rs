//! The connections of the circuit: which there are, where they run, and what sign the worm gives them.

use fascicle_graph::Sign;

choice! {
    /// What a connection does; the names are those of the layers of the circuit's graph.
    pub enum Kind as "kind of connection" {
        /// The bend of the segment in front, sensed by a B-neuron: carries the wave from head to tail.
        Proprioceptive = "proprioceptive",
        /// The brake: silences B-neurons when the swimmer is to be slow.
        Speed = "speed",
        /// A turn signal to the B-neurons of the head, on one side.
        Turn = "turn",
        /// The head's oscillator, dorsal in the first half of its period and ventral in the second.
        Oscillator = "oscillator",
        /// B-neuron to muscle, same side.
        Ipsilateral = "ipsilateral",
        /// B-neuron to muscle, across: stands for the D-neurons, which relax the muscle opposite.
        Contralateral = "contralateral",
    }
}

impl Kind {
    /// The sign that the worm's anatomy gives it (Bhattasali et al. 2022, section 3).
    #[must_use]
    pub fn sign(self) -> Sign {
        match self {
            Self::Speed | Self::Contralateral => Sign::Negative,
            _ => Sign::Positive,
        }
    }
}

/// A side of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The back: angles above 0.
    Dorsal,
    /// The belly: angles below 0.
    Ventral,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Dorsal, Self::Ventral];

    /// The name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dorsal => "dorsal",
            Self::Ventral => "ventral",
        }
    }

    /// The other one.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Dorsal => Self::Ventral,
            Self::Ventral => Self::Dorsal,
        }
    }
}

/// One connection of the circuit, by what it does and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Connection {
    /// What it does.
    pub kind: Kind,
    /// The segment of the neuron or muscle that it ends on; 0 is at the head.
    pub joint: usize,
    /// The side that it ends on.
    pub side: Side,
}

impl Connection {
    /// The node that it comes from. The bend of segment i − 1 is the doing of that segment's muscle, so a proprioceptive
    /// connection comes from there: through the body, not through a synapse.
    #[must_use]
    pub fn source(&self) -> String {
        let Self { joint, side, .. } = *self;
        match self.kind {
            Kind::Proprioceptive => node("muscle", side, joint.saturating_sub(1)),
            Kind::Speed => "speed".to_owned(),
            Kind::Turn => format!("turn_{}", side.name()),
            Kind::Oscillator => format!("oscillator_{}", side.name()),
            Kind::Ipsilateral => node("b", side, joint),
            Kind::Contralateral => node("b", side.opposite(), joint),
        }
    }

    /// The node that it ends on.
    #[must_use]
    pub fn target(&self) -> String {
        match self.kind {
            Kind::Ipsilateral | Kind::Contralateral => node("muscle", self.side, self.joint),
            _ => node("b", self.side, self.joint),
        }
    }

    /// Its name among parameters that are not shared: `contralateral dorsal 3`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {} {}", self.kind, self.side.name(), self.joint)
    }
}

pub(super) fn node(what: &str, side: Side, joint: usize) -> String {
    format!("{what}_{}_{joint}", side.name())
}
