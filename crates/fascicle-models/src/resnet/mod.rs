//! Residual convolutional networks (He et al. 2016), version 1.5: a bottleneck's stride is in its 3 × 3 convolution.

mod config;
mod conv;

use burn::module::Module;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Tensor, TensorData};

pub use config::ResNetConfig;

use crate::error::ModelError;
use crate::images::Images;
use crate::inputs::Inputs;
use crate::model::{ModelConfig, SitedModel};
use crate::outputs::Outputs;
use crate::probe::{Probe, visit};
use crate::site::{Axis, Site, SiteKind};
use crate::transformer::linear::Linear;
use crate::transformer::params::Params;
use config::BlockShape;
use conv::ConvNorm;

/// A residual convolutional network with every site open to probes, in evaluation mode (batch norms use their running
/// statistics).
#[derive(Module, Debug)]
pub struct ResNet {
    stem: ConvNorm,
    blocks: Vec<Block>,
    classifier: Option<Linear>,
    #[module(skip)]
    config: ResNetConfig,
}

/// Convolutions, and the way around them.
#[derive(Module, Debug)]
struct Block {
    convs: Vec<ConvNorm>,
    shortcut: Option<ConvNorm>,
}

impl ResNet {
    pub(crate) fn walk(config: &ResNetConfig, params: &mut Params<'_>) -> Result<Self, ModelError> {
        config.validate()?;
        let stem = ConvNorm::build(params, "stem", [config.channels, config.stem], 7, 2)?;
        let blocks = config
            .blocks()
            .iter()
            .enumerate()
            .map(|(index, shape)| Block::build(params, index, shape))
            .collect::<Result<_, _>>()?;
        let classifier = match config.classes {
            0 => None,
            classes => Some(Linear::build(params, "classifier", [config.out_channels(), classes], true)?),
        };
        Ok(Self { stem, blocks, classifier, config: config.clone() })
    }

    /// Shape and choices.
    pub fn config(&self) -> &ResNetConfig {
        &self.config
    }

    fn images<'a>(&self, inputs: &'a Inputs) -> Result<&'a Images, ModelError> {
        let images = inputs.only_images()?;
        if images.shape()[1] != self.config.channels {
            return Err(ModelError::InputShape {
                name: "pixel_values".into(),
                got: format!("{:?}", images.shape()),
                expected: format!("[batch, {}, height, width]", self.config.channels),
            });
        }
        Ok(images)
    }
}

impl Block {
    fn build(params: &mut Params<'_>, index: usize, shape: &BlockShape) -> Result<Self, ModelError> {
        let convs = shape
            .convs
            .iter()
            .enumerate()
            .map(|(i, conv)| {
                let name = format!("blocks.{index}.convs.{i}");
                ConvNorm::build(params, &name, conv.channels, conv.kernel, conv.stride)
            })
            .collect::<Result<_, _>>()?;
        let shortcut = match shape.shortcut {
            None => None,
            Some((channels, stride)) => {
                Some(ConvNorm::build(params, &format!("blocks.{index}.shortcut"), channels, 1, stride)?)
            }
        };
        Ok(Self { convs, shortcut })
    }

    fn forward<P: Probe>(
        &self,
        x: Tensor<4>,
        layer: usize,
        config: &ResNetConfig,
        probe: &mut P,
    ) -> Tensor<4> {
        const CONVS: [SiteKind; 3] = [SiteKind::MapConv1, SiteKind::MapConv2, SiteKind::MapConv3];
        let site = |kind| Site::block(layer, kind);
        let x = visit(probe, site(SiteKind::MapResidPre), x);
        let around = match &self.shortcut {
            Some(shortcut) => shortcut.forward(x.clone()),
            None => x.clone(),
        };
        let within = config.inner_activation.unwrap_or(config.activation);
        let mut inside = x;
        for (i, (conv, kind)) in self.convs.iter().zip(CONVS).enumerate() {
            let given = visit(probe, site(kind), conv.forward(inside));
            // the last one is added to the shortcut first
            inside = if i + 1 < self.convs.len() { within.apply(given) } else { given };
        }
        let around = visit(probe, site(SiteKind::MapShortcut), around);
        visit(probe, site(SiteKind::MapResidPost), config.activation.apply(inside + around))
    }
}

impl SitedModel for ResNet {
    fn forward_with<P: Probe>(&self, inputs: &Inputs, probe: &mut P) -> Result<Outputs, ModelError> {
        let images = self.images(inputs)?;
        let weight = self.stem.weight.val();
        let data = TensorData::new(images.pixels().to_vec(), images.shape());
        let x = Tensor::<4>::from_data(data, (&weight.device(), weight.dtype()));
        let x = self.config.activation.apply(self.stem.forward(x));
        let x = max_pool2d(x, MaxPoolOptions::new([3, 3]).with_stride([2, 2]).with_padding([1, 1]));
        let mut x = visit(probe, Site::new(SiteKind::MapStem), x);
        for (layer, block) in self.blocks.iter().enumerate() {
            if probe.finished() {
                return Ok(Outputs::default());
            }
            x = block.forward(x, layer, &self.config, probe);
        }
        if probe.finished() {
            return Ok(Outputs::default());
        }
        let [batch, channels, height, width] = x.dims();
        let pooled = x.reshape([batch, channels, height * width]).mean_dim(2).squeeze_dim(2);
        let pooled = visit(probe, Site::new(SiteKind::MapPooled), pooled);
        let class_logits = self.classifier.as_ref().map(|classifier| {
            visit(probe, Site::new(SiteKind::ClassLogits), classifier.forward(pooled.clone()))
        });
        Ok(Outputs { class_logits, pooler_output: Some(pooled), ..Outputs::default() })
    }

    fn sites(&self) -> Vec<Site> {
        let own = |layer: usize, kind: &SiteKind| match kind {
            SiteKind::MapConv3 => self.blocks[layer].convs.len() > 2,
            kind => kind.in_block() && kind.is_map(),
        };
        let block = |layer| {
            SiteKind::all().filter(move |kind| own(layer, kind)).map(move |kind| Site::block(layer, kind))
        };
        std::iter::once(Site::new(SiteKind::MapStem))
            .chain((0..self.blocks.len()).flat_map(block))
            .chain([Site::new(SiteKind::MapPooled)])
            .chain(self.classifier.as_ref().map(|_| Site::new(SiteKind::ClassLogits)))
            .collect()
    }

    fn site_shape(&self, site: Site, inputs: &Inputs) -> Vec<usize> {
        let image = inputs.images().map_or([0, 0], Images::size);
        let [channels, height, width] = self.config.map_shape(site, image);
        let size = |axis: &Axis| match axis {
            Axis::Batch => inputs.batch(),
            Axis::Channel => channels,
            Axis::Height => height,
            Axis::Width => width,
            Axis::Class => self.config.classes,
            _ => 0,
        };
        site.kind.axes().iter().map(size).collect()
    }

    fn n_layers(&self) -> usize {
        self.blocks.len()
    }

    fn model_config(&self) -> ModelConfig {
        ModelConfig::ResNet(self.config().clone())
    }

    fn scores(&self) -> Option<usize> {
        Some(self.config.classes).filter(|classes| *classes > 0)
    }
}
