//! From words to relations: a gated recurrent encoder and decoder (Cho et al. 2014, arXiv 1406.1078).

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, ModuleMapper, Param};
use burn::nn::gru::{Gru, GruConfig};
use burn::nn::{Embedding, EmbeddingConfig, Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::log_softmax;
use burn::tensor::{DType, Int, Tensor, TensorData};
use fascicle_core::Device;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::questions::{Asked, Words};
use crate::{Doing, ExperimentError};

const UNITS: usize = 64;
const EMBEDDED: usize = 32;
const EPOCHS: usize = 9;
const BATCH: usize = 64;
const LEARNING_RATE: f64 = 0.01;
/// Half the width of the uniform first weights, PyTorch's for so many units.
const FIRST: f32 = 0.125;
/// Half the width of the embeddings' first numbers.
const FIRST_EMBEDDED: f32 = 1.0;

/// Numbers of what is written: a relation, or the end, which stands for the beginning, too.
const END: i32 = 0;

/// The model.
#[derive(Module, Debug)]
pub(super) struct Seq2Seq {
    words: Embedding,
    relations: Embedding,
    encoder: Gru,
    decoder: Gru,
    out: Linear,
}

impl Seq2Seq {
    fn new(words: usize, relations: usize, seed: u64, device: &Device) -> Self {
        let gru = GruConfig::new(EMBEDDED, UNITS, true);
        let model = Self {
            words: EmbeddingConfig::new(words, EMBEDDED).init(device),
            relations: EmbeddingConfig::new(relations + 1, EMBEDDED).init(device),
            encoder: gru.init(device),
            decoder: gru.init(device),
            out: LinearConfig::new(UNITS, relations + 1).init(device),
        };
        let mut rng = StdRng::seed_from_u64(seed);
        let mut model = model.map(&mut Redraw { rng: &mut rng, width: FIRST });
        model.words = model.words.map(&mut Redraw { rng: &mut rng, width: FIRST_EMBEDDED });
        model.relations = model.relations.map(&mut Redraw { rng: &mut rng, width: FIRST_EMBEDDED });
        model
    }

    /// Learns to write the paths of some questions, the same from the same seed.
    pub(super) fn fit(train: &[Asked], words: &Words, relations: usize, seed: u64, device: &Device) -> Self {
        let mut model = Self::new(words.len(), relations, seed, &device.clone().autodiff());
        let clipping = GradientClippingConfig::Norm(1.0);
        let mut adam = AdamConfig::new().with_epsilon(1e-8).with_grad_clipping(Some(clipping)).init();
        let mut order: Vec<&Asked> = train.iter().collect();
        let mut rng = StdRng::seed_from_u64(seed ^ 1);
        for _ in 0..EPOCHS {
            order.shuffle(&mut rng);
            for batch in order.chunks(BATCH) {
                let gradients = GradientsParams::from_grads(model.loss(batch, words).backward(), &model);
                model = adam.step(LEARNING_RATE, model, gradients);
            }
        }
        model.valid()
    }

    fn device(&self) -> Device {
        self.out.weight.val().device()
    }

    /// The mean negative log-probability of the right next relation, the end being one.
    fn loss(&self, batch: &[&Asked], words: &Words) -> Tensor<1> {
        let steps = 1 + batch.iter().map(|asked| asked.relations.len()).max().unwrap_or(0);
        // Behind its end a shorter path goes on ending.
        let row = |asked: &&Asked| {
            let path: Vec<i32> = asked.relations.iter().map(|&relation| relation as i32 + 1).collect();
            path.into_iter().chain(std::iter::repeat(END)).take(steps).collect::<Vec<i32>>()
        };
        let right: Vec<Vec<i32>> = batch.iter().map(row).collect();
        let before: Vec<Vec<i32>> = right
            .iter()
            .map(|row| std::iter::once(END).chain(row.iter().copied()).take(steps).collect())
            .collect();
        let told = log_softmax(self.decode(self.encode(batch, words), &before), 2);
        let right = table(&right, &self.device()).unsqueeze_dim::<3>(2);
        told.gather(2, right).mean().neg()
    }

    /// What is left of the questions after their last words, [questions, units].
    fn encode(&self, batch: &[&Asked], words: &Words) -> Tensor<2> {
        let longest = batch.iter().map(|asked| asked.words.len()).max().unwrap_or(0).max(1);
        let row = |asked: &&Asked| {
            let known = asked.words.iter().map(|word| words.number(word));
            known.chain(std::iter::repeat(END)).take(longest).collect::<Vec<i32>>()
        };
        let numbers: Vec<Vec<i32>> = batch.iter().map(row).collect();
        let states = self.encoder.forward(self.words.forward(table(&numbers, &self.device())), None);
        // What comes behind a question's last word is not looked at.
        let last = batch.iter().flat_map(|asked| {
            (0..longest).map(|at| f32::from(at + 1 == asked.words.len().max(1))).collect::<Vec<f32>>()
        });
        let last = TensorData::new(last.collect::<Vec<f32>>(), [batch.len(), longest, 1]);
        let last = Tensor::<3>::from_data(last, (&self.device(), states.dtype()));
        (states * last).sum_dim(1).squeeze_dim::<2>(1)
    }

    /// Scores of what comes next behind each relation, [questions, steps, relations and the end].
    fn decode(&self, state: Tensor<2>, before: &[Vec<i32>]) -> Tensor<3> {
        let inputs = self.relations.forward(table(before, &self.device()));
        self.out.forward(self.decoder.forward(inputs, Some(state)))
    }

    /// The most probable paths of each question, at most `beam` of at most `longest` relations, best first.
    pub(super) fn write(
        &self,
        asked: &[Asked],
        words: &Words,
        beam: usize,
        longest: usize,
    ) -> Result<Vec<Vec<Vec<u32>>>, ExperimentError> {
        let mut written = Vec::with_capacity(asked.len());
        for batch in asked.chunks(128) {
            let batch: Vec<&Asked> = batch.iter().collect();
            let state = self.encode(&batch, words);
            let mut beams: Vec<Vec<Beam>> = vec![vec![Beam::default()]; batch.len()];
            for _ in 0..=longest {
                beams = self.longer(&state, beams, beam, longest)?;
            }
            written.extend(beams.into_iter().map(|beams| beams.into_iter().map(Beam::relations).collect()));
        }
        Ok(written)
    }

    /// Each question's best beams, one relation or end longer.
    fn longer(
        &self,
        state: &Tensor<2>,
        beams: Vec<Vec<Beam>>,
        width: usize,
        longest: usize,
    ) -> Result<Vec<Vec<Beam>>, ExperimentError> {
        let owners = (0..).zip(&beams).flat_map(|(owner, beams)| beams.iter().map(move |_| owner));
        let owners: Vec<i32> = owners.collect();
        let before: Vec<Vec<i32>> = beams.iter().flatten().map(Beam::before).collect();
        let count = owners.len();
        let owners = Tensor::from_data(TensorData::new(owners, [count]), (&self.device(), DType::I32));
        let told = log_softmax(self.decode(state.clone().select(0, owners), &before), 2);
        let [_, steps, kinds] = told.dims();
        let told =
            told.slice([0..count, steps - 1..steps]).try_into_vec_as::<f32>().doing("reading scores")?;
        let mut rows = told.chunks(kinds);
        let longer = |beams: Vec<Beam>| {
            let mut all: Vec<Beam> =
                beams.iter().flat_map(|beam| beam.longer(rows.next().unwrap_or_default(), longest)).collect();
            all.sort_by(|a, b| b.log_probability.total_cmp(&a.log_probability));
            all.truncate(width);
            all
        };
        Ok(beams.into_iter().map(longer).collect())
    }
}

/// A path that is being written.
#[derive(Clone, Debug, Default)]
struct Beam {
    /// What has been written, the end too.
    path: Vec<i32>,
    log_probability: f64,
}

impl Beam {
    fn ended(&self) -> bool {
        self.path.last() == Some(&END)
    }

    /// What the decoder reads.
    fn before(&self) -> Vec<i32> {
        std::iter::once(END).chain(self.path.iter().copied()).collect()
    }

    /// The ways on; none but the end when it is long enough, and only more ends behind an end.
    fn longer(&self, told: &[f32], longest: usize) -> Vec<Self> {
        let onto = |kind: i32, told: f64| {
            let path = self.path.iter().copied().chain([kind]).collect();
            Self { path, log_probability: self.log_probability + told }
        };
        if self.ended() {
            return vec![onto(END, 0.0)];
        }
        let allowed = |kind: i32| kind == END || self.path.len() < longest;
        (0..)
            .zip(told)
            .filter(|&(kind, _)| allowed(kind))
            .map(|(kind, &told)| onto(kind, f64::from(told)))
            .collect()
    }

    /// The relations without the end.
    fn relations(self) -> Vec<u32> {
        self.path.into_iter().take_while(|&kind| kind != END).map(|kind| kind as u32 - 1).collect()
    }
}

fn table(rows: &[Vec<i32>], device: &Device) -> Tensor<2, Int> {
    let width = rows.first().map_or(0, Vec::len);
    Tensor::from_data(TensorData::new(rows.concat(), [rows.len(), width]), (device, DType::I32))
}

/// Draws all weights anew from a generator of one's own: burn's is shared by all threads.
struct Redraw<'r> {
    rng: &'r mut StdRng,
    width: f32,
}

impl ModuleMapper for Redraw<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| {
            let shape = tensor.dims();
            let values: Vec<f32> = (0..shape.iter().product::<usize>())
                .map(|_| self.rng.random_range(-self.width..self.width))
                .collect();
            Tensor::from_data(TensorData::new(values, shape), (&tensor.device(), tensor.dtype()))
                .require_grad()
        })
    }
}
