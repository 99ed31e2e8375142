//! The circuit itself: from joint angles to joint torques.

use fascicle_graph::Sign;

use super::config::{Init, NcapConfig};
use super::connection::{Connection, Kind, Side};
use super::error::SwimmerError;
use super::policy::Policy;
use super::state::{Control, NcapState};

/// The swimming circuit of *C. elegans* as an architecture: a handful of signed weights between an oscillator, B-neurons and
/// muscles, dorsal and ventral, in every segment (Bhattasali et al. 2022, arXiv:2201.05242, section 3).
///
/// With d = max(q, 0), v = max(−q, 0) for the joint angles q in [−1, 1], g(x) = clip(x, 0, 1), and everything that the
/// configuration leaves out at 0, segment i does
///
/// ```text
/// dorsal B-neuron   b_d = g(prop · d[i−1] + speed · (1 − s) + turn · right + osc · o_d)
/// dorsal muscle     m_d = g(ipsi · b_d + contra · b_v)
/// joint torque            m_d − m_v
/// ```
///
/// and the same with sides exchanged. The oscillator is 1 on the dorsal side in the first half of its period, on the ventral
/// side in the second. Parameters keep the sign that anatomy gives them: one of the wrong sign acts as 0, at use, so that
/// training may cross zero and come back.
///
/// The circuit has no memory but the step counter of each episode, which [`NcapState`] holds.
#[derive(Clone, Debug)]
pub struct Ncap {
    config: NcapConfig,
    connections: Vec<Connection>,
    /// The parameter of each connection.
    shared: Vec<usize>,
    /// Name and anatomical sign of each parameter.
    named: Vec<(String, Sign)>,
    /// Whether each connection is there; lesions cut some.
    intact: Vec<bool>,
    parameters: Vec<f64>,
    weights: Weights,
}

/// The weight that acts, by kind, joint and side of the target; 0 where there is no connection.
type Weights = [Vec<[f64; 2]>; Kind::ALL.len()];

impl Ncap {
    /// A circuit whose parameters start as `init` says; `seed` serves the random ones.
    ///
    /// # Errors
    /// [`SwimmerError::BadSetting`] for no joints and for a period that is odd or below 2; [`SwimmerError::TurnJoints`].
    pub fn new(config: NcapConfig, init: Init, seed: u64) -> Result<Self, SwimmerError> {
        config.check()?;
        let connections = config.connections();
        let (shared, named) = config.parameters(&connections);
        let signs = named.iter().map(|(_, sign)| *sign);
        let parameters = init.draw(signs, config.sign_constraints, seed);
        let intact = vec![true; connections.len()];
        let weights = Weights::default();
        let mut ncap = Self { config, connections, shared, named, intact, parameters, weights };
        ncap.weigh();
        Ok(ncap)
    }

    /// What the circuit has.
    #[must_use]
    pub fn config(&self) -> &NcapConfig {
        &self.config
    }

    /// The names of the parameters, in their order: kinds when shared, single connections when not.
    pub fn parameter_names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.named.iter().map(|(name, _)| name.as_str())
    }

    /// The connections that are there, each with the weight that acts: after sign constraints and lesions.
    pub fn connections(&self) -> impl Iterator<Item = (Connection, f64)> {
        let kept = self.connections.iter().zip(&self.intact).filter(|(_, intact)| **intact);
        kept.map(|(connection, _)| (*connection, self.weight(connection)))
    }

    /// Cuts the connections that `cut` names, for good; with shared weights the others of their kind stay.
    pub fn lesion(&mut self, mut cut: impl FnMut(&Connection) -> bool) {
        for (connection, intact) in self.connections.iter().zip(&mut self.intact) {
            *intact &= !cut(connection);
        }
        self.weigh();
    }

    /// One step of every episode of a batch; each episode's step counter goes up by one.
    ///
    /// # Shapes
    /// `angles` and `torques` are episodes × joints, row-major; angles are normalised by the joint limit and clipped to
    /// [−1, 1], torques come out in [−1, 1]. `controls` has one entry an episode, and is given exactly when the circuit has
    /// a speed or turn input. O(episodes × joints).
    ///
    /// # Errors
    /// [`SwimmerError::Shape`] where the joints are not those of the circuit (or the batch has another size),
    /// [`SwimmerError::NotFinite`] for an observation that is no number, [`SwimmerError::Controls`]. Nothing is changed then.
    pub fn step(
        &self,
        state: &mut NcapState,
        angles: &[f64],
        controls: Option<&[Control]>,
        torques: &mut [f64],
    ) -> Result<(), SwimmerError> {
        let (rows, columns) = (state.steps().len(), self.config.joints);
        let axes = "episodes × joints of the circuit";
        for (what, found) in [("joint angles", angles.len()), ("joint torques", torques.len())] {
            if found != rows * columns {
                return Err(SwimmerError::Shape { what, found, rows, columns, axes });
            }
        }
        if let Some(at) = angles.iter().position(|angle| !angle.is_finite()) {
            let what = format!("the angle of joint {} in episode {}", at % columns, at / columns);
            return Err(SwimmerError::NotFinite { what, value: angles[at] });
        }
        self.check_controls(controls, rows)?;
        let episodes = angles.chunks_exact(columns).zip(torques.chunks_exact_mut(columns));
        for (episode, (angles, torques)) in episodes.enumerate() {
            let control = controls.map_or(Control::default(), |controls| controls[episode]);
            self.torques(state.steps()[episode], angles, control, torques);
        }
        state.advance();
        Ok(())
    }

    fn check_controls(&self, controls: Option<&[Control]>, rows: usize) -> Result<(), SwimmerError> {
        match (controls, self.config.speed_input || self.config.turn_input) {
            (None, false) => Ok(()),
            (None, true) => Err(SwimmerError::Controls {
                inputs: "speed or turn inputs",
                advice: "give a control for each episode",
            }),
            (Some(_), false) => Err(SwimmerError::Controls {
                inputs: "neither speed nor turn inputs",
                advice: "give no controls, or switch the inputs on in its configuration",
            }),
            (Some(controls), true) if controls.len() != rows => {
                let (found, axes) = (controls.len(), "episodes × control");
                Err(SwimmerError::Shape { what: "controls", found, rows, columns: 1, axes })
            }
            (Some(controls), true) => {
                controls.iter().enumerate().try_for_each(|(episode, control)| control.check(episode))
            }
        }
    }

    /// One step of one episode. Angles beyond the shorter of the slices are left out.
    fn torques(&self, step: u64, angles: &[f64], control: Control, torques: &mut [f64]) {
        let [prop, speed, turn, osc, ipsi, contra] = &self.weights;
        let dorsal_half = step % self.config.period < self.config.period / 2;
        let oscillator = if dorsal_half { [1.0, 0.0] } else { [0.0, 1.0] };
        let brake = 1.0 - graded(control.speed);
        let turning = [graded(control.right), graded(control.left)];
        let mut in_front = 0.0;
        for (i, (torque, &angle)) in torques.iter_mut().zip(angles).enumerate().take(prop.len()) {
            let bend = [graded(in_front), graded(-in_front)];
            let b = [0, 1].map(|s| {
                let input = prop[i][s] * bend[s] + speed[i][s] * brake;
                graded(input + turn[i][s] * turning[s] + osc[i][s] * oscillator[s])
            });
            let muscle = [0, 1].map(|s| graded(ipsi[i][s] * b[s] + contra[i][s] * b[1 - s]));
            *torque = muscle[0] - muscle[1];
            in_front = angle;
        }
    }

    fn weight(&self, connection: &Connection) -> f64 {
        self.weights[connection.kind as usize][connection.joint][connection.side as usize]
    }

    /// Works out the weights that act, from parameters, constraints and lesions.
    fn weigh(&mut self) {
        self.weights = Weights::default();
        for of_kind in &mut self.weights {
            of_kind.resize(self.config.joints, [0.0; 2]);
        }
        for ((connection, &at), &intact) in self.connections.iter().zip(&self.shared).zip(&self.intact) {
            let raw = self.parameters[at];
            let acting = match connection.kind.sign() {
                _ if !intact => 0.0,
                _ if !self.config.sign_constraints => raw,
                Sign::Positive => raw.max(0.0),
                Sign::Negative => raw.min(0.0),
            };
            let Connection { kind, joint, side } = *connection;
            self.weights[kind as usize][joint][side as usize] = acting;
        }
    }
}

/// A graded neuron: silent below 0, saturated at 1.
fn graded(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}

/// Swims at full speed, straight on.
impl Policy for Ncap {
    fn joints(&self) -> usize {
        self.config.joints
    }

    fn parameters(&self) -> &[f64] {
        &self.parameters
    }

    fn set_parameters(&mut self, parameters: &[f64]) -> Result<(), SwimmerError> {
        super::policy::check_parameters(parameters, self.named.len(), |index| self.named[index].0.clone())?;
        self.parameters.copy_from_slice(parameters);
        self.weigh();
        Ok(())
    }

    fn act(&self, step: u64, angles: &[f64], torques: &mut [f64]) {
        self.torques(step, angles, Control::default(), torques);
    }
}

// weights, bends and oscillator are indexed by side: [dorsal, ventral]
const _: () = assert!(Side::Dorsal as usize == 0 && Side::Ventral as usize == 1);
