//! What a circuit has, and how its parameters start.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use fascicle_graph::Sign;

use super::connection::{Connection, Kind, Side};
use super::error::SwimmerError;

/// What a circuit has. The default is that of the swim task: proprioception and oscillator, shared weights, signs held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NcapConfig {
    /// Joints n that it moves; the body has n + 1 links.
    pub joints: usize,
    /// How many joints, from the head, the turn input reaches.
    pub turn_joints: usize,
    /// Steps P of one oscillation, even: the oscillator is dorsal for P/2 steps, then ventral.
    pub period: u64,
    /// Whether one parameter serves all connections of a kind.
    pub weight_sharing: bool,
    /// Whether a parameter of the wrong sign counts as 0. Without, the circuit is the paper's unconstrained ablation.
    pub sign_constraints: bool,
    /// Whether B-neurons sense the bend of the segment in front.
    pub proprioception: bool,
    /// Whether the head has an oscillator.
    pub oscillator: bool,
    /// Whether there is a speed input (a brake on every B-neuron).
    pub speed_input: bool,
    /// Whether there are turn inputs to the head.
    pub turn_input: bool,
}

impl NcapConfig {
    /// The circuit of the swim task for n joints.
    #[must_use]
    pub fn new(joints: usize) -> Self {
        Self {
            joints,
            turn_joints: 1,
            period: 60,
            weight_sharing: true,
            sign_constraints: true,
            proprioception: true,
            oscillator: true,
            speed_input: false,
            turn_input: false,
        }
    }

    pub(super) fn check(&self) -> Result<(), SwimmerError> {
        if self.joints == 0 {
            let expected = "at least one joint, because a rigid rod cannot swim";
            return Err(SwimmerError::setting("the number of joints", 0, expected));
        }
        if self.period < 2 || self.period % 2 == 1 {
            let expected = "an even number of at least 2, so that both half periods are equally long";
            return Err(SwimmerError::setting("the oscillator's period in steps", self.period, expected));
        }
        if self.turn_input && self.turn_joints > self.joints {
            return Err(SwimmerError::TurnJoints { turn: self.turn_joints, joints: self.joints });
        }
        Ok(())
    }

    /// Whether the circuit has connections of this kind.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Proprioceptive => self.proprioception,
            Kind::Speed => self.speed_input,
            Kind::Turn => self.turn_input,
            Kind::Oscillator => self.oscillator,
            Kind::Ipsilateral | Kind::Contralateral => true,
        }
    }

    /// Every connection, from head to tail.
    #[must_use]
    pub fn connections(&self) -> Vec<Connection> {
        let reaches = |kind: Kind, joint: usize| match kind {
            Kind::Proprioceptive => joint > 0,
            Kind::Oscillator => joint == 0,
            Kind::Turn => joint < self.turn_joints,
            Kind::Speed | Kind::Ipsilateral | Kind::Contralateral => true,
        };
        let mut all = Vec::new();
        for joint in 0..self.joints {
            for &kind in Kind::ALL.iter().filter(|&&kind| self.has(kind) && reaches(kind, joint)) {
                all.extend(Side::BOTH.map(|side| Connection { kind, joint, side }));
            }
        }
        all
    }

    /// For each connection the index of its parameter, and the name and sign of each parameter.
    pub(super) fn parameters(&self, connections: &[Connection]) -> (Vec<usize>, Vec<(String, Sign)>) {
        if !self.weight_sharing {
            let named = connections.iter().map(|c| (c.name(), c.kind.sign())).collect();
            return ((0..connections.len()).collect(), named);
        }
        // a body of one joint has no segment in front of any: no parameter without a connection
        let there = |kind: &Kind| connections.iter().any(|c| c.kind == *kind);
        let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(there).collect();
        let index = |c: &Connection| kinds.iter().take_while(|kind| **kind != c.kind).count();
        let named = kinds.iter().map(|kind| (kind.name().to_owned(), kind.sign())).collect();
        (connections.iter().map(index).collect(), named)
    }
}

/// How parameters start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Init {
    /// 1 for what excites, −1 for what inhibits; without sign constraints 1 or −1, each with probability ½.
    #[default]
    Constant,
    /// U(0, 1) for what excites, U(−1, 0) for what inhibits; without sign constraints U(−1, 1).
    Uniform,
}

impl Init {
    pub(super) fn draw(self, signs: impl Iterator<Item = Sign>, constrained: bool, seed: u64) -> Vec<f64> {
        let mut rng = StdRng::seed_from_u64(seed);
        let draw = |sign: Sign| {
            let sign = if constrained || rng.random_bool(0.5) { sign } else { flipped(sign) };
            let size = if self == Self::Constant { 1.0 } else { rng.random_range(0.0..1.0) };
            f64::from(sign.number()) * size
        };
        signs.map(draw).collect()
    }
}

fn flipped(sign: Sign) -> Sign {
    match sign {
        Sign::Positive => Sign::Negative,
        Sign::Negative => Sign::Positive,
    }
}
