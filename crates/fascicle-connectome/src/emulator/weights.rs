//! The weights of an emulator, and its dynamics on the host.

use super::Hmm;
use crate::network::{NetworkError, turned, uniform};
use fascicle_core::seed::Seeds;

/// How large an emulator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmulatorSize {
    /// Hidden units |h|.
    pub hidden: usize,
    /// Dimension d of the noise that drives it.
    pub noise: usize,
    /// Outputs to choose from.
    pub outputs: usize,
}

impl EmulatorSize {
    /// As large as Torre et al. 2025 make it for `hmm`: 150 units, 100 noise inputs.
    #[must_use]
    pub fn published(hmm: &Hmm) -> Self {
        Self { hidden: 150, noise: 100, outputs: hmm.outputs() }
    }

    fn check(self) -> Result<(), NetworkError> {
        NetworkError::unless(self.hidden > 0, "the number of hidden units", self.hidden, "at least 1")?;
        NetworkError::unless(self.noise > 0, "the dimension of the noise", self.noise, "at least 1")?;
        let outputs = (1..=256).contains(&self.outputs);
        NetworkError::unless(outputs, "the number of outputs", self.outputs, "1 to 256")
    }
}

/// The three matrices of h' = ReLU(W h + U x), logits A h: no biases.
///
/// Without biases the network is positively homogeneous: noise of twice the size gives states of twice the size, and the
/// arg-max of the logits does not change.
#[derive(Clone, Debug, PartialEq)]
pub struct EmulatorWeights {
    size: EmulatorSize,
    recurrent: Vec<f64>,
    input: Vec<f64>,
    readout: Vec<f64>,
    /// The first two by columns: what one unit, and one input, adds to all units.
    columns: (Vec<f64>, Vec<f64>),
}

impl EmulatorWeights {
    /// Weights row-major, [to, from]: `recurrent` [hidden, hidden], `input` [hidden, noise], `readout` [outputs, hidden].
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for a size of 0 and a weight that is not finite, [`NetworkError::Shape`] for
    /// matrices that do not fit the size.
    pub fn new(
        size: EmulatorSize,
        recurrent: Vec<f64>,
        input: Vec<f64>,
        readout: Vec<f64>,
    ) -> Result<Self, NetworkError> {
        size.check()?;
        NetworkError::count("the recurrent matrix", recurrent.len(), size.hidden * size.hidden)?;
        NetworkError::count("the input matrix", input.len(), size.hidden * size.noise)?;
        NetworkError::count("the readout matrix", readout.len(), size.outputs * size.hidden)?;
        if let Some(bad) = recurrent.iter().chain(&input).chain(&readout).find(|weight| !weight.is_finite()) {
            return Err(NetworkError::argument("a weight", bad, "a finite number"));
        }
        let columns = (turned(&recurrent, size.hidden), turned(&input, size.noise));
        Ok(Self { size, recurrent, input, readout, columns })
    }

    /// The same from one list: the three matrices one after another, as [`flat`](Self::flat) gives them.
    pub(super) fn of_flat(size: EmulatorSize, flat: &[f64]) -> Result<Self, NetworkError> {
        let EmulatorSize { hidden, noise, .. } = size;
        let (recurrent, rest) = flat.split_at(hidden * hidden);
        let (input, readout) = rest.split_at(hidden * noise);
        Self::new(size, recurrent.to_vec(), input.to_vec(), readout.to_vec())
    }

    /// W, U and A one after another.
    pub(super) fn flat(&self) -> Vec<f64> {
        [self.recurrent(), self.input(), self.readout()].concat()
    }

    /// Before training: uniform between ±1/√|h|, as PyTorch makes its recurrent and linear layers.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for a size of 0.
    pub fn untrained(size: EmulatorSize, seed: u64) -> Result<Self, NetworkError> {
        size.check()?;
        let (seeds, reach) = (Seeds::new(seed), 1.0 / (size.hidden as f64).sqrt());
        Self::new(
            size,
            uniform(size.hidden * size.hidden, reach, seeds.named("recurrent")),
            uniform(size.hidden * size.noise, reach, seeds.named("input")),
            uniform(size.outputs * size.hidden, reach, seeds.named("readout")),
        )
    }

    /// How large it is.
    #[must_use]
    pub fn size(&self) -> EmulatorSize {
        self.size
    }

    /// W, row-major [to, from].
    #[must_use]
    pub fn recurrent(&self) -> &[f64] {
        &self.recurrent
    }

    /// U, row-major [unit, noise input].
    #[must_use]
    pub fn input(&self) -> &[f64] {
        &self.input
    }

    /// A, row-major [output, unit].
    #[must_use]
    pub fn readout(&self) -> &[f64] {
        &self.readout
    }

    /// h' = ReLU(W h + U x), written into `next`; no noise for an empty `noise`. O(|h| · active units).
    pub(super) fn step(&self, state: &[f64], noise: &[f64], next: &mut [f64]) {
        next.fill(0.0);
        let add = |next: &mut [f64], columns: &[f64], values: &[f64]| {
            for (column, value) in columns.chunks_exact(next.len()).zip(values) {
                // half of the units of a ReLU network are silent
                if *value != 0.0 {
                    next.iter_mut().zip(column).for_each(|(sum, weight)| *sum += weight * value);
                }
            }
        };
        add(next, &self.columns.0, state);
        add(next, &self.columns.1, noise);
        next.iter_mut().for_each(|value| *value = value.max(0.0));
    }

    /// A h, written into `logits`.
    pub(super) fn logits(&self, state: &[f64], logits: &mut [f64]) {
        for (logit, row) in logits.iter_mut().zip(self.readout.chunks_exact(self.size.hidden)) {
            *logit = row.iter().zip(state).map(|(weight, value)| weight * value).sum();
        }
    }
}
