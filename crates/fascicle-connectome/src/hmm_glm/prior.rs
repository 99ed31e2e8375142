//! What is believed of the weights before any spike is seen.

use super::HmmGlmError;
use super::error::{all, shape};

/// A belief about weights: which of the paper's three models is fitted.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Prior {
    /// None: maximum likelihood, the paper's HMM-GLM.
    #[default]
    Flat,
    /// Weights of all states scatter around one mean: the paper's Gaussian HMM-GLM.
    Gaussian(Gaussian),
    /// Each weight is a sign times a strength, and signs share a distribution over states: the one-hot HMM-GLM.
    OneHot(OneHot),
}

/// W_s[n, m] ~ N(W_0[n, m], sd²) in every state s.
#[derive(Clone, Debug, PartialEq)]
pub struct Gaussian {
    /// Standard deviation; the paper's is 1/3.
    pub sd: f64,
    /// Where W_0 is from.
    pub mean: Mean,
}

/// The mean of the Gaussian prior.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Mean {
    /// The mean over states of the weights themselves, which is the most probable one; set anew at every step.
    #[default]
    OfStates,
    /// These, `[post][pre]`: a connectome's.
    Fixed(Vec<f64>),
}

impl Default for Gaussian {
    fn default() -> Self {
        Self { sd: 1.0 / 3.0, mean: Mean::OfStates }
    }
}

/// W_s = (A₊ − A₋) softplus(strength) with A_s = (A₋, A₀, A₊) near a corner of the simplex.
///
/// A_s given the connection's probabilities p, shared by states, has the density of the Gumbel-softmax (concrete)
/// distribution (Maddison et al. 2017) at `temperature`. Slopes are taken at weights drawn by the Gumbel-softmax at
/// `draw_temperature`, posteriors at expected ones, and the fitted model has the most probable sign alone.
#[derive(Clone, Debug, PartialEq)]
pub struct OneHot {
    /// τ of the density; the paper's is 0.2.
    pub temperature: f64,
    /// τ of the draws; 0.2 in the paper, 0.5 in its later code.
    pub draw_temperature: f64,
    /// Where p is from.
    pub adjacency: Adjacency,
}

/// Probabilities of a connection being inhibitory, absent or excitatory.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Adjacency {
    /// Found with the rest.
    #[default]
    Learned,
    /// These, `[post][pre][inhibitory, absent, excitatory]`: a connectome's. Those below e^−20 count as e^−20.
    Fixed(Vec<[f64; 3]>),
}

impl Default for OneHot {
    fn default() -> Self {
        Self { temperature: 0.2, draw_temperature: 0.2, adjacency: Adjacency::Learned }
    }
}

impl Prior {
    /// The Gaussian prior of the paper.
    #[must_use]
    pub fn gaussian() -> Self {
        Self::Gaussian(Gaussian::default())
    }

    /// The one-hot prior of the paper.
    #[must_use]
    pub fn one_hot() -> Self {
        Self::OneHot(OneHot::default())
    }

    pub(super) fn check(&self, neurons: usize) -> Result<(), HmmGlmError> {
        match self {
            Self::Flat => Ok(()),
            Self::Gaussian(Gaussian { sd, mean }) => {
                positive("the standard deviation of the prior", *sd)?;
                let Mean::Fixed(mean) = mean else { return Ok(()) };
                shape("prior means", mean.len(), &[neurons, neurons])?;
                all("prior means", mean, "a finite number", f64::is_finite)
            }
            Self::OneHot(OneHot { temperature, draw_temperature, adjacency }) => {
                positive("the temperature of the prior", *temperature)?;
                positive("the temperature of draws", *draw_temperature)?;
                let Adjacency::Fixed(adjacency) = adjacency else { return Ok(()) };
                shape("prior probabilities of connections", adjacency.len(), &[neurons, neurons])?;
                let what = "prior probabilities of connections (inhibitory, absent, excitatory)";
                all(what, adjacency.as_flattened(), "a number from 0 to 1", |p| (0.0..=1.0).contains(&p))?;
                let sums: Vec<f64> = adjacency.iter().map(|row| row.iter().sum()).collect();
                all("sums of prior probabilities", &sums, "1", |sum| (sum - 1.0).abs() < 1e-9)
            }
        }
    }
}

pub(super) fn positive(name: &'static str, value: f64) -> Result<(), HmmGlmError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(HmmGlmError::BadOption { name, value: value.to_string(), expected: "a finite number above 0" })
}
