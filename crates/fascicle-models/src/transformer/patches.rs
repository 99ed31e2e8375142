//! From images to a sequence of patches, with the learned tokens before them and the positions that belong to them.

use burn::module::{Module, Param};
use burn::tensor::{DType, Device, Int, Tensor, TensorData};

use super::linear::Linear;
use super::params::Params;
use super::resize::resize_matrix;
use crate::config::PatchConfig;
use crate::error::ModelError;
use crate::images::Images;

/// Cuts images into patches and projects each.
///
/// The projection is a convolution whose stride is its kernel: a dense layer over a patch's `channels · patch²`
/// numbers, channel by channel and row by row.
#[derive(Module, Debug)]
pub(crate) struct PatchEmbed {
    projection: Linear,
    class: Option<Param<Tensor<1>>>,
    distillation: Option<Param<Tensor<1>>>,
    registers: Option<Param<Tensor<2>>>,
    #[module(skip)]
    config: PatchConfig,
}

impl PatchEmbed {
    pub(super) fn build(
        params: &mut Params<'_>,
        config: &PatchConfig,
        d_model: usize,
    ) -> Result<Self, ModelError> {
        let numbers = config.channels * config.patch * config.patch;
        let mut token =
            |name: &str, wanted: bool| wanted.then(|| params.take(&format!("embed.patch.{name}"), [d_model]));
        let class = token("class", config.class_token).transpose()?;
        let distillation = token("distillation", config.distillation_token).transpose()?;
        let registers = match config.registers {
            0 => None,
            count => Some(params.take("embed.patch.registers", [count, d_model])?),
        };
        let projection = Linear::build(params, "embed.patch.projection", [numbers, d_model], config.bias)?;
        Ok(Self { projection, class, distillation, registers, config: *config })
    }

    /// How many positions are learned: registers have none.
    pub(super) fn learned_positions(config: &PatchConfig) -> usize {
        config.prefix() - config.registers + config.grid(config.image).iter().product::<usize>()
    }

    /// The sequence [batch, position, d_model] and, where positions are learned, those of the same shape.
    ///
    /// Patches that the noise leaves out are in neither.
    pub(super) fn forward(
        &self,
        images: &Images,
        table: Option<Tensor<2>>,
    ) -> (Tensor<3>, Option<Tensor<3>>) {
        let weight = self.projection.weight.val();
        let (device, dtype) = (weight.device(), weight.dtype());
        let [numbers, d_model] = weight.dims();
        let (batch, grid) = (images.batch(), self.config.grid(images.size()));
        let patches = grid[0] * grid[1];
        let cut = TensorData::new(self.cut(images), [batch, patches, numbers]);
        let mut x = self.projection.forward(Tensor::<3>::from_data(cut, (&device, dtype)));
        let mut rows = table.map(|table| self.positions(table, grid));
        if let Some(kept) = self.kept(images) {
            let pick = kept_rows(&kept, patches, &device);
            let count = pick.dims()[0] / batch;
            let take = |x: Tensor<3>| {
                x.reshape([batch * patches, d_model]).select(0, pick.clone()).reshape([batch, count, d_model])
            };
            x = take(x);
            rows = rows.map(|(before, patches)| (before, take(patches.repeat_dim(0, batch))));
        }
        let spread = |x: Tensor<1>| x.reshape([1, 1, d_model]).repeat_dim(0, batch);
        let mut parts: Vec<Tensor<3>> = [&self.class, &self.distillation]
            .into_iter()
            .flatten()
            .map(|token| spread(token.val()))
            .collect();
        parts.extend(self.registers.as_ref().map(|all| all.val().unsqueeze::<3>().repeat_dim(0, batch)));
        parts.push(x);
        let rows = rows.map(|(before, patches)| {
            let patches = if patches.dims()[0] == batch { patches } else { patches.repeat_dim(0, batch) };
            Tensor::cat(vec![before.repeat_dim(0, batch), patches], 1)
        });
        (Tensor::cat(parts, 1), rows)
    }

    /// Positions of the tokens before the patches (zero for registers) and of a grid of patches, each [1, count,
    /// d_model].
    fn positions(&self, table: Tensor<2>, [rows, cols]: [usize; 2]) -> (Tensor<3>, Tensor<3>) {
        let [count, d_model] = table.dims();
        let named = self.config.prefix() - self.config.registers;
        let native = self.config.grid(self.config.image);
        let mut before = table.clone().narrow(0, 0, named);
        if self.config.registers > 0 {
            let options = (&table.device(), table.dtype());
            before = Tensor::cat(vec![before, Tensor::zeros([self.config.registers, d_model], options)], 0);
        }
        let patches = table.narrow(0, named, count - named);
        let patches = match resize_matrix(self.config.resize, native, [rows, cols]) {
            Some(weights) => {
                let weights = TensorData::new(weights, [rows * cols, native[0] * native[1]]);
                Tensor::<2>::from_data(weights, (&patches.device(), patches.dtype())).matmul(patches)
            }
            None => patches,
        };
        (before.unsqueeze(), patches.unsqueeze())
    }

    /// Each patch's numbers, channel by channel and row by row; what an image has beyond whole patches is left out.
    fn cut(&self, images: &Images) -> Vec<f32> {
        let [batch, channels, height, width] = images.shape();
        let (side, [rows, cols]) = (self.config.patch, self.config.grid([height, width]));
        let mut out = Vec::with_capacity(batch * channels * rows * cols * side * side);
        for image in images.pixels().chunks_exact(channels * height * width) {
            for (row, col) in (0..rows).flat_map(|row| (0..cols).map(move |col| (row, col))) {
                for channel in image.chunks_exact(height * width) {
                    for line in row * side..(row + 1) * side {
                        out.extend_from_slice(&channel[line * width + col * side..][..side]);
                    }
                }
            }
        }
        out
    }

    /// The patches of each image that stay, in rising order of their noise; `None` when all do.
    fn kept(&self, images: &Images) -> Option<Vec<Vec<usize>>> {
        self.config.mask_ratio?;
        let patches = self.config.grid(images.size()).iter().product();
        let mut order = images.noise_order(patches)?;
        order.iter_mut().for_each(|row| row.truncate(self.config.kept(patches)));
        Some(order)
    }
}

/// The kept patches of all images as rows of `[batch · patches]`.
fn kept_rows(kept: &[Vec<usize>], patches: usize, device: &Device) -> Tensor<1, Int> {
    let rows: Vec<i32> = kept
        .iter()
        .enumerate()
        .flat_map(|(image, kept)| kept.iter().map(move |patch| (image * patches + patch) as i32))
        .collect();
    let count = rows.len();
    Tensor::from_data(TensorData::new(rows, [count]), (device, DType::I32))
}
