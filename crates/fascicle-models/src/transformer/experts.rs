//! A mixture of experts with top-k routing.
//!
//! Router scores go through a softmax over *all* experts; a position goes through the few with the highest weights,
//! which are made to add up to 1 only where the model says so (OLMoE does not). Of equal weights the expert with the
//! lower number is taken.

use burn::module::Module;
use burn::tensor::activation::softmax;
use burn::tensor::{Bool, DType, IndexingUpdateOp, Int, Tensor, TensorData};

use super::linear::Linear;
use super::mlp::Neurons;
use super::params::Params;
use crate::config::{Experts, MlpConfig};
use crate::error::ModelError;
use crate::probe::{Probe, visit};
use crate::site::{Site, SiteKind};

#[derive(Module, Debug)]
pub(crate) struct Mixture {
    router: Linear,
    experts: Vec<Neurons>,
    #[module(skip)]
    per_token: usize,
    #[module(skip)]
    renormalise: bool,
}

impl Mixture {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &MlpConfig,
        experts: &Experts,
        d_model: usize,
        name: &str,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            router: Linear::build(params, &format!("{name}.router"), [d_model, experts.count], false)?,
            experts: (0..experts.count)
                .map(|expert| Neurons::build(params, config, d_model, &format!("{name}.experts.{expert}")))
                .collect::<Result<_, _>>()?,
            per_token: experts.per_token,
            renormalise: experts.renormalise,
        })
    }

    /// `x`: [batch, position, d_model]; what the chosen experts give together, of the same shape.
    pub(super) fn forward<P: Probe>(&self, x: Tensor<3>, layer: usize, probe: &mut P) -> Tensor<3> {
        let [batch, positions, d_model] = x.dims();
        let logits = visit(probe, Site::block(layer, SiteKind::RouterLogits), self.router.forward(x.clone()));
        let weights = softmax(logits, 2);
        let chosen = self.choose(&weights);
        let shape = weights.dims();
        let left_out: Vec<bool> = chosen.iter().map(|chosen| !chosen).collect();
        let left_out = Tensor::<3, Bool>::from_data(TensorData::new(left_out, shape), &x.device());
        let mut weights = weights.mask_fill(left_out, 0.0);
        if self.renormalise {
            weights = weights.clone() / weights.sum_dim(2);
        }
        let (at_weights, at_out) =
            (Site::block(layer, SiteKind::ExpertWeights), Site::block(layer, SiteKind::ExpertOut));
        let rows = x.reshape([batch * positions, d_model]);
        let out = if probe.wants(at_weights) || probe.wants(at_out) {
            let weights = visit(probe, at_weights, weights);
            let each = self.all_of(rows, weights);
            visit(probe, at_out, each).sum_dim(2)
        } else {
            self.chosen_of(rows, weights.flatten(0, 1), &chosen).unsqueeze()
        };
        out.reshape([batch, positions, d_model])
    }

    /// True for the experts of the highest weights at each position; `[batch, position, expert]`, row-major.
    fn choose(&self, weights: &Tensor<3>) -> Vec<bool> {
        let experts = self.experts.len();
        // invariant: weights are floating-point, which converts
        let values: Vec<f32> = weights.to_data().try_into_vec_as().expect("floating-point weights");
        let mut chosen = vec![false; values.len()];
        let mut order: Vec<usize> = Vec::with_capacity(experts);
        for (row, chosen) in values.chunks(experts).zip(chosen.chunks_mut(experts)) {
            order.clear();
            order.extend(0..experts);
            // stable: of equal weights the lower number stays in front
            order.sort_by(|a, b| row[*b].total_cmp(&row[*a]));
            order[..self.per_token].iter().for_each(|expert| chosen[*expert] = true);
        }
        chosen
    }

    /// Every expert on every row, times its weight: [batch, position, expert, d_model]. For probes that look at, or
    /// change, the experts one by one.
    fn all_of(&self, rows: Tensor<2>, weights: Tensor<3>) -> Tensor<4> {
        let [batch, positions, _] = weights.dims();
        let d_model = rows.dims()[1];
        let each = self.experts.iter().enumerate().map(|(expert, neurons)| {
            let weight = weights.clone().narrow(2, expert, 1).unsqueeze_dim::<4>(3);
            neurons.plain(rows.clone()).reshape([batch, positions, 1, d_model]) * weight
        });
        Tensor::cat(each.collect(), 2)
    }

    /// Each expert on its own rows alone.
    fn chosen_of(&self, rows: Tensor<2>, weights: Tensor<2>, chosen: &[bool]) -> Tensor<2> {
        let (experts, device) = (self.experts.len(), rows.device());
        let mut out = rows.zeros_like();
        for (expert, neurons) in self.experts.iter().enumerate() {
            let own: Vec<i32> = (0..chosen.len() / experts)
                .filter(|row| chosen[row * experts + expert])
                .map(|row| row as i32)
                .collect();
            if own.is_empty() {
                continue;
            }
            let count = own.len();
            let own = Tensor::<1, Int>::from_data(TensorData::new(own, [count]), (&device, DType::I32));
            let weight = weights.clone().narrow(1, expert, 1).select(0, own.clone());
            let given = neurons.plain(rows.clone().select(0, own.clone())) * weight;
            out = out.select_assign(0, own, given, IndexingUpdateOp::Add);
        }
        out
    }
}
