//! What a residual network can be, and how large its feature maps are.

use serde::{Deserialize, Serialize};

use crate::config::Activation;
use crate::error::ModelError;
use crate::site::{Site, SiteKind};

/// More blocks than a stage has.
const MOST_BLOCKS: usize = 1 << 16;

/// More channels or classes than there are.
const WIDEST: usize = 1 << 24;

/// Shape and choices of a residual network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResNetConfig {
    /// Channels of the image.
    pub channels: usize,
    /// Channels after the stem.
    pub stem: usize,
    /// Channels after each stage.
    pub widths: Vec<usize>,
    /// Blocks of each stage.
    pub depths: Vec<usize>,
    /// Blocks of three convolutions (1 × 1, 3 × 3, 1 × 1) with a quarter of the channels inside, not two of 3 × 3.
    pub bottleneck: bool,
    /// Whether the first stage, too, begins with a stride of 2.
    pub downsample_first: bool,
    /// Whether a bottleneck's stride is in its first convolution.
    pub downsample_in_bottleneck: bool,
    /// Activation function after the stem and after each block.
    pub activation: Activation,
    /// Activation function within a block, where it is another.
    #[serde(default)]
    pub inner_activation: Option<Activation>,
    /// Number of classes; 0 for a network without a classifier.
    pub classes: usize,
}

/// One convolution of a block.
pub(super) struct ConvShape {
    /// In and out.
    pub(super) channels: [usize; 2],
    pub(super) kernel: usize,
    pub(super) stride: usize,
}

/// One block.
pub(super) struct BlockShape {
    pub(super) convs: Vec<ConvShape>,
    /// Channels in and out, and the stride, of the convolution around the others, where there is one.
    pub(super) shortcut: Option<([usize; 2], usize)>,
    pub(super) stride: usize,
}

impl ResNetConfig {
    /// Channels after the last stage.
    pub fn out_channels(&self) -> usize {
        self.widths.last().copied().unwrap_or(self.stem)
    }

    /// The blocks of all stages, one after another.
    pub(super) fn blocks(&self) -> Vec<BlockShape> {
        let mut blocks = Vec::new();
        let mut from = self.stem;
        for (stage, (to, depth)) in self.widths.iter().zip(&self.depths).enumerate() {
            for index in 0..*depth {
                let stride = if index == 0 && (stage > 0 || self.downsample_first) { 2 } else { 1 };
                blocks.push(self.block(from, *to, stride));
                from = *to;
            }
        }
        blocks
    }

    fn block(&self, from: usize, to: usize, stride: usize) -> BlockShape {
        let conv = |channels, kernel, stride| ConvShape { channels, kernel, stride };
        let convs = if self.bottleneck {
            let inside = to / 4;
            let (first, second) = if self.downsample_in_bottleneck { (stride, 1) } else { (1, stride) };
            vec![conv([from, inside], 1, first), conv([inside, inside], 3, second), conv([inside, to], 1, 1)]
        } else {
            vec![conv([from, to], 3, stride), conv([to, to], 3, 1)]
        };
        let shortcut = (from != to || stride != 1).then_some(([from, to], stride));
        BlockShape { convs, shortcut, stride }
    }

    /// `[channels, height, width]` of the feature map at a site, for images of `[height, width]` pixels.
    pub(super) fn map_shape(&self, site: Site, image: [usize; 2]) -> [usize; 3] {
        let halved = |size: [usize; 2], stride: usize| size.map(|side| side.div_ceil(stride));
        // the stem's convolution and its pooling halve the image, rounding up
        let mut size = halved(halved(image, 2), 2);
        let mut channels = self.stem;
        for (layer, block) in self.blocks().iter().enumerate() {
            let here = site.layer == Some(layer);
            if here && site.kind == SiteKind::MapResidPre {
                break;
            }
            let (mut inner, conv) = (
                size,
                match site.kind {
                    SiteKind::MapConv1 => Some(0),
                    SiteKind::MapConv2 => Some(1),
                    SiteKind::MapConv3 => Some(2),
                    _ => None,
                },
            );
            if let (true, Some(last)) = (here, conv) {
                for shape in block.convs.iter().take(last + 1) {
                    inner = halved(inner, shape.stride);
                    channels = shape.channels[1];
                }
                size = inner;
                break;
            }
            if site.layer.is_none() && site.kind == SiteKind::MapStem {
                break;
            }
            size = halved(size, block.stride);
            channels = block.convs.last().map_or(channels, |conv| conv.channels[1]);
            if here {
                break;
            }
        }
        [channels, size[0], size[1]]
    }

    pub(super) fn validate(&self) -> Result<(), ModelError> {
        let bad = |field: &str, value: String, expected: &str| {
            Err(ModelError::Config {
                path: "configuration".into(),
                field: field.into(),
                value,
                expected: expected.into(),
            })
        };
        if self.widths.len() != self.depths.len() || self.depths.is_empty() {
            let value = format!("{} widths, {} depths", self.widths.len(), self.depths.len());
            return bad("widths, depths", value, "one of each for every stage");
        }
        if self.depths.iter().any(|depth| *depth > MOST_BLOCKS) {
            return bad("depths", format!("{:?}", self.depths), &format!("at most {MOST_BLOCKS} each"));
        }
        let widest = self.widths.iter().copied().chain([self.channels, self.stem, self.classes]).max();
        if widest.is_some_and(|widest| widest > WIDEST) {
            let value = format!("{}, {}, {:?}, {}", self.channels, self.stem, self.widths, self.classes);
            return bad("channels, stem, widths, classes", value, &format!("at most {WIDEST} each"));
        }
        if self.channels == 0 || self.stem == 0 || self.widths.contains(&0) {
            let value = format!("{}, {}, {:?}", self.channels, self.stem, self.widths);
            return bad("channels, stem, widths", value, "at least 1 each");
        }
        if self.bottleneck && self.widths.iter().any(|width| !width.is_multiple_of(4)) {
            return bad("widths", format!("{:?}", self.widths), "multiples of 4 for bottleneck blocks");
        }
        Ok(())
    }
}
