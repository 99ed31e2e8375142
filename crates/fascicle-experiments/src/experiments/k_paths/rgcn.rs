//! R-GCN: an entity is what its neighbours tell it, relation by relation.
//!
//! Schlichtkrull et al. (2018), "Modeling relational data with graph convolutional networks", arXiv 1703.06103, with the
//! decoder of DistMult. Layers as K-Paths has them: the mean over the neighbours by each relation, two bases, each feature
//! standardised over all entities, ReLU, dropout, three times. They are 32 features wide instead of 128, of which dropout
//! takes a fifth instead of half (three times half of so few leaves not enough to learn even a handful of pairs by heart), and
//! links are ranked by a DistMult decoder instead of classified by a perceptron, so that the numbers stand beside DistMult's own.

use std::collections::{BTreeMap, BTreeSet};

use burn::module::{Module, Param};
use burn::optim::{AdamWConfig, GradientsParams};
use burn::tensor::activation::relu;
use burn::tensor::{DType, Tensor, TensorData};
use fascicle_core::Device;
use fascicle_graph::knowledge::Fact;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::distmult;
use super::known::{Known, param};
use crate::{Doing, ExperimentError};

const DIMENSION: usize = 32;
const LAYERS: usize = 3;
const BASES: usize = 2;
const DROPOUT: f64 = 0.2;
const STEPS: usize = 150;
const LEARNING_RATE: f64 = 0.01;
const WEIGHT_DECAY: f32 = 5e-4;

/// The model.
#[derive(Module, Debug)]
pub(super) struct Rgcn {
    /// [entities, dimension]
    pub(super) entities: Param<Tensor<2>>,
    /// How much of each basis is in each relation's matrix, layer after layer: [layers × bases, 2 × relations].
    pub(super) mixes: Param<Tensor<2>>,
    pub(super) layers: Vec<Layer>,
    /// Of the decoder: [2 × relations, dimension], the second half for inverses.
    relations: Param<Tensor<2>>,
}

/// One round of telling.
#[derive(Module, Debug)]
pub(super) struct Layer {
    /// The bases of the relations' matrices, one below the other: [bases × dimension, dimension].
    pub(super) bases: Param<Tensor<2>>,
    /// What an entity tells itself: [dimension, dimension].
    pub(super) own: Param<Tensor<2>>,
    /// [1, dimension]
    gain: Param<Tensor<2>>,
    /// [1, dimension]
    bias: Param<Tensor<2>>,
}

impl Rgcn {
    /// The filtered mean reciprocal rank of `asked` after learning `labels`, with messages along the facts of `background`
    /// and no others. The same from the same seed.
    pub(super) fn mrr_after(
        [background, labels, asked]: [&[Fact]; 3],
        known: &Known,
        seed: u64,
        device: &Device,
    ) -> Result<f64, ExperimentError> {
        let mut rng = StdRng::seed_from_u64(seed);
        let tracked = device.clone().autodiff();
        let mut model = Self::untrained(known, &mut rng, &tracked);
        let told = messages(background, known, &tracked);
        let examples: Vec<[i32; 3]> = labels.iter().flat_map(|fact| known.both_ways(fact)).collect();
        let adam = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(WEIGHT_DECAY);
        let mut adam = adam.init();
        for _ in 0..STEPS {
            let kept = kept(known.entities(), &mut rng, &tracked);
            let loss = model.loss(&told, &kept, &examples);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = adam.step(LEARNING_RATE, model, gradients);
        }
        let model = model.valid();
        let asked: Vec<[i32; 3]> = asked.iter().flat_map(|fact| known.both_ways(fact)).collect();
        let plain = model.entities.val().device();
        let states = model.states(&messages(background, known, &plain), None);
        let scores = model.scores(states, &asked).try_into_vec_as::<f32>().doing("reading scores")?;
        Ok(known.mrr(&asked, &scores))
    }

    /// Glorot's uniform weights; every feature at mean 0 and variance 1 after standardising.
    pub(super) fn untrained(known: &Known, rng: &mut StdRng, device: &Device) -> Self {
        let mut uniform = |rows: usize, columns: usize, reach: f64| {
            let values: Vec<f32> =
                (0..rows * columns).map(|_| rng.random_range(-reach..reach) as f32).collect();
            param(values, [rows, columns], device)
        };
        let reach = (6.0 / (2 * DIMENSION) as f64).sqrt();
        let mut layer = || Layer {
            bases: uniform(BASES * DIMENSION, DIMENSION, reach),
            own: uniform(DIMENSION, DIMENSION, reach),
            gain: param(vec![1.0; DIMENSION], [1, DIMENSION], device),
            bias: param(vec![0.0; DIMENSION], [1, DIMENSION], device),
        };
        Self {
            layers: (0..LAYERS).map(|_| layer()).collect(),
            entities: uniform(known.entities(), DIMENSION, 0.5),
            mixes: uniform(LAYERS * BASES, known.relations(), 1.0),
            relations: uniform(known.relations(), DIMENSION, 0.5),
        }
    }

    /// What entities are after all layers, [entities, dimension]; `kept` has a mask for each layer.
    pub(super) fn states(&self, told: &Tensor<2>, kept: Option<&[Tensor<2>]>) -> Tensor<2> {
        let mut states = self.entities.val();
        for (at, layer) in self.layers.iter().enumerate() {
            let x = self.heard(at, &states, told) + states.matmul(layer.own.val());
            states = relu(standardised(x) * layer.gain.val() + layer.bias.val());
            if let Some(kept) = kept {
                states = states * kept[at].clone();
            }
        }
        states
    }

    /// Σ over relations r of the mean of W_r h over the neighbours by r, W_r = Σ_b a_rb V_b, for each entity. The sum over
    /// relations is taken first, of their graphs: Σ_b (Σ_r a_rb A_r) h V_b.
    pub(super) fn heard(&self, at: usize, states: &Tensor<2>, told: &Tensor<2>) -> Tensor<2> {
        let [entities, _] = states.dims();
        let [relations, _] = told.dims();
        let mixes = self.mixes.val().slice([at * BASES..(at + 1) * BASES, 0..relations]);
        let graphs = mixes.matmul(told.clone()).reshape([BASES * entities, entities]);
        let by_basis: Vec<Tensor<2>> = (0..BASES)
            .map(|basis| {
                let rows = basis * entities..(basis + 1) * entities;
                graphs.clone().slice([rows, 0..entities]).matmul(states.clone())
            })
            .collect();
        Tensor::cat(by_basis, 1).matmul(self.layers[at].bases.val())
    }

    fn loss(&self, told: &Tensor<2>, kept: &[Tensor<2>], examples: &[[i32; 3]]) -> Tensor<1> {
        distmult::told(self.scores(self.states(told, Some(kept)), examples), examples).mul_scalar(-1.0)
    }

    /// How well each entity completes each query, [queries, entities].
    fn scores(&self, states: Tensor<2>, facts: &[[i32; 3]]) -> Tensor<2> {
        distmult::scores(distmult::queries(&states, &self.relations.val(), facts), states)
    }
}

/// Each feature at mean 0 and variance 1 over all entities.
fn standardised(x: Tensor<2>) -> Tensor<2> {
    let apart = x.clone() - x.mean_dim(0);
    let variance = apart.clone().powi_scalar(2).mean_dim(0);
    apart / (variance + 1e-5).sqrt()
}

/// Who is told by whom along each relation: [2 × relations, entities × entities], the listener's number before the
/// speaker's, each listener's speakers by a relation with equal shares of 1.
pub(super) fn messages(facts: &[Fact], known: &Known, device: &Device) -> Tensor<2> {
    let mut speakers: BTreeMap<(i32, i32), BTreeSet<i32>> = BTreeMap::new();
    for [head, relation, tail] in facts.iter().flat_map(|fact| known.both_ways(fact)) {
        speakers.entry((relation, tail)).or_default().insert(head);
    }
    let (entities, relations) = (known.entities(), known.relations());
    let mut values = vec![0.0_f32; relations * entities * entities];
    for ((relation, listener), heads) in speakers {
        let row = (relation as usize * entities + listener as usize) * entities;
        for &head in &heads {
            values[row + head as usize] = 1.0 / heads.len() as f32;
        }
    }
    let data = TensorData::new(values, [relations, entities * entities]);
    Tensor::from_data(data, (device, DType::F32))
}

/// What dropout leaves in each layer, raised so that the mean stays. Drawn here: the device's own numbers are shared by all
/// that run at once.
fn kept(entities: usize, rng: &mut StdRng, device: &Device) -> Vec<Tensor<2>> {
    let raised = (1.0 / (1.0 - DROPOUT)) as f32;
    (0..LAYERS)
        .map(|_| {
            let values: Vec<f32> = (0..entities * DIMENSION)
                .map(|_| if rng.random::<f64>() < DROPOUT { 0.0 } else { raised })
                .collect();
            Tensor::from_data(TensorData::new(values, [entities, DIMENSION]), (device, DType::F32))
        })
        .collect()
}
