//! The two columns, what connects them, and what can be cut.

use burn::module::{Module, Param};
use burn::tensor::activation::sigmoid;
use burn::tensor::{DType, Device, Tensor};
use fascicle_core::seed::Seeds;

use crate::network::{NetworkError, read, tensor, uniform};

/// Inputs: target, position and velocity, two numbers each.
pub(super) const INPUTS: usize = 6;
/// Outputs: activations of two pairs of antagonists.
pub(super) const OUTPUTS: usize = 4;

/// How large a network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BilateralSize {
    /// Units of one layer of one column, an even number.
    pub units: usize,
    /// Layers of a column. The callosum joins the columns from the second on.
    pub layers: usize,
}

/// A side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Trained for quick, straight movement.
    Left,
    /// Trained for a limb that stays.
    Right,
}

/// Which columns a network has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sides {
    /// One alone, without callosum.
    One(Side),
    /// Both, with callosum.
    Both,
}

impl Sides {
    fn has(self, side: Side) -> bool {
        self == Self::Both || self == Self::One(side)
    }
}

/// What is cut or silenced in a trained network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lesion {
    /// Nothing.
    None,
    /// One column's input is 0: it goes on by its biases and what comes over the callosum.
    Input(Side),
    /// One column's last layer is 0: it does not reach the output, but still the other side.
    Last(Side),
    /// No callosum.
    Callosum,
}

/// Two columns of dense tanh layers on the same input; output sigmoid(W (w₁ x_L + w₂ x_R) + b), w₁ and w₂ starting at ½ and kept
/// from falling below 0.
///
/// From the second layer on, each column gets the other's layer: the greater of each pair of neighbours, behind as many
/// zeros as make up its length. Both directions at once, from the layers before the exchange.
#[derive(Module, Debug)]
pub struct Bilateral {
    pub(super) left: Vec<Dense>,
    pub(super) right: Vec<Dense>,
    /// (w₁, w₂).
    pub(super) mix: Param<Tensor<1>>,
    pub(super) output: Dense,
    #[module(skip)]
    sides: Sides,
}

/// A dense layer.
#[derive(Module, Debug)]
pub(super) struct Dense {
    /// [in, out].
    pub(super) weight: Param<Tensor<2>>,
    /// [1, out].
    pub(super) bias: Param<Tensor<2>>,
}

impl Dense {
    /// Glorot's uniform weights, biases 0.
    fn untrained(inputs: usize, outputs: usize, seed: u64, device: &Device, dtype: DType) -> Self {
        let reach = (6.0 / (inputs + outputs) as f64).sqrt();
        let weight = tensor(&uniform(inputs * outputs, reach, seed), [inputs, outputs], device, dtype);
        let bias = tensor(&vec![0.0; outputs], [1, outputs], device, dtype);
        Self { weight: Param::from_tensor(weight), bias: Param::from_tensor(bias) }
    }

    /// Weight and bias, or copies through which no gradient flows.
    fn tensors(&self, constant: bool) -> (Tensor<2>, Tensor<2>) {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        if constant { (weight.detach(), bias.detach()) } else { (weight, bias) }
    }
}

/// A network's tensors for one forward pass, those of one column perhaps constant.
pub(super) struct Pass<'a> {
    columns: [Vec<(Tensor<2>, Tensor<2>)>; 2],
    mix: [Tensor<2>; 2],
    output: (Tensor<2>, Tensor<2>),
    sides: Sides,
    lesion: Lesion,
    device: &'a Device,
}

/// What a network answers to one input.
pub(super) struct Answer {
    /// [batch, 4], each from 0 to 1.
    pub(super) activation: Tensor<2>,
    /// Last layer of each column that there is, [batch, units], as it meets the output.
    pub(super) hidden: Vec<Tensor<2>>,
}

impl Bilateral {
    /// Before training.
    ///
    /// # Errors
    /// [`NetworkError::BadArgument`] for an odd number of units, or none, and for no layer.
    pub fn untrained(
        size: BilateralSize,
        sides: Sides,
        seed: u64,
        device: &Device,
        dtype: DType,
    ) -> Result<Self, NetworkError> {
        let even = size.units > 0 && size.units.is_multiple_of(2);
        NetworkError::unless(even, "the number of units", size.units, "an even number, at least 2")?;
        NetworkError::unless(size.layers > 0, "the number of layers", size.layers, "at least 1")?;
        let seeds = Seeds::new(seed);
        let column = |name: &str| -> Vec<Dense> {
            let layer = |layer: usize| {
                let inputs = if layer == 0 { INPUTS } else { size.units };
                Dense::untrained(inputs, size.units, seeds.numbered(name, layer as u64), device, dtype)
            };
            (0..size.layers).map(layer).collect()
        };
        Ok(Self {
            left: column("left"),
            right: column("right"),
            mix: Param::from_tensor(tensor(&[0.5, 0.5], [2], device, dtype)),
            output: Dense::untrained(size.units, OUTPUTS, seeds.named("output"), device, dtype),
            sides,
        })
    }

    /// Which columns it has.
    #[must_use]
    pub fn sides(&self) -> Sides {
        self.sides
    }

    pub(super) fn device(&self) -> Device {
        self.mix.val().device()
    }

    pub(super) fn dtype(&self) -> DType {
        self.mix.val().dtype()
    }

    /// How much of the left and of the right column reaches the output: w₁ and w₂.
    ///
    /// # Errors
    /// [`NetworkError::Read`] when the device does not give them.
    pub fn mix(&self) -> Result<[f64; 2], NetworkError> {
        let mix = read(self.mix.val(), "w₁ and w₂")?;
        Ok([mix[0], mix[1]])
    }

    /// w₁ and w₂ that fell below 0 put back to 0, as parameters that are still trained.
    pub(super) fn with_mix_from_zero(mut self) -> Self {
        self.mix = self.mix.map(|mix| mix.clamp_min(0.0).detach().require_grad());
        self
    }

    /// The tensors of a forward pass; the parameters of the other column than `trained` are constants in it.
    pub(super) fn pass<'a>(&self, trained: Option<Side>, lesion: Lesion, device: &'a Device) -> Pass<'a> {
        let column = |layers: &[Dense], side: Side| {
            let constant = trained.is_some_and(|trained| trained != side);
            if self.sides.has(side) {
                layers.iter().map(|layer| layer.tensors(constant)).collect()
            } else {
                Vec::new()
            }
        };
        let mix = |at: usize| self.mix.val().narrow(0, at, 1).reshape([1, 1]);
        Pass {
            columns: [column(&self.left, Side::Left), column(&self.right, Side::Right)],
            mix: [mix(0), mix(1)],
            output: self.output.tensors(false),
            sides: self.sides,
            lesion,
            device,
        }
    }
}

impl Pass<'_> {
    /// Activations for inputs [batch, 6].
    pub(super) fn answer(&self, input: Tensor<2>) -> Answer {
        let names = [Side::Left, Side::Right];
        let mut layers: [Option<Tensor<2>>; 2] = names.map(|side| {
            let seen = || if self.lesion == Lesion::Input(side) { input.zeros_like() } else { input.clone() };
            self.sides.has(side).then(seen)
        });
        let depth = self.columns.iter().map(Vec::len).max().unwrap_or(0);
        for layer in 0..depth {
            for (column, state) in self.columns.iter().zip(&mut layers) {
                *state = state
                    .take()
                    .zip(column.get(layer))
                    .map(|(state, (weight, bias))| (state.matmul(weight.clone()) + bias.clone()).tanh());
            }
            if layer > 0 && self.lesion != Lesion::Callosum {
                layers = match layers {
                    [Some(left), Some(right)] => {
                        let (to_left, to_right) = (self.crossing(&right), self.crossing(&left));
                        [Some(left + to_left), Some(right + to_right)]
                    }
                    alone => alone,
                };
            }
        }
        let mut sum = None;
        let mut hidden = Vec::new();
        for ((side, state), mix) in names.iter().zip(layers).zip(&self.mix) {
            let Some(mut state) = state else { continue };
            if self.lesion == Lesion::Last(*side) {
                state = state.zeros_like();
            }
            let share = state.clone() * mix.clone();
            sum = Some(match sum {
                Some(sum) => sum + share,
                None => share,
            });
            hidden.push(state);
        }
        let (weight, bias) = &self.output;
        // invariant: every network has one side or both
        let sum = sum.expect("a network has a column");
        Answer { activation: sigmoid(sum.matmul(weight.clone()) + bias.clone()), hidden }
    }

    /// What one column sends to the other: [batch, units] → zeros [batch, units/2], then the greater of each pair.
    fn crossing(&self, layer: &Tensor<2>) -> Tensor<2> {
        let [batch, units] = layer.dims();
        let pooled = layer.clone().reshape([batch, units / 2, 2]).max_dim(2).reshape([batch, units / 2]);
        let zeros = Tensor::zeros([batch, units - units / 2], (self.device, layer.dtype()));
        Tensor::cat(vec![zeros, pooled], 1)
    }
}
