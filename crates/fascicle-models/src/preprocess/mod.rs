//! Image files to pixel values, as the model was trained to see them.

mod decode;
mod grid;
mod orientation;
mod resample;
mod settings;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

pub use resample::Resample;

use crate::error::{ImageError, ModelError};
use crate::images::Images;
use crate::model::ModelConfig;
use grid::Grid;

/// What is done to image files before a model sees them.
///
/// The results are those of `transformers`' image processors with Pillow, but for JPEG and lossy WebP files, which every
/// decoder rounds in its own way. Images become grey or RGB whatever they were; transparency is laid on white. As in
/// `transformers`, the orientation that a camera notes is not applied (a warning is logged).
#[derive(Clone, Debug, PartialEq)]
pub struct ImageProcessor {
    channels: usize,
    steps: Vec<ImageStep>,
}

/// One thing done to an image.
#[derive(Clone, Debug, PartialEq)]
pub enum ImageStep {
    /// Brings it to another size.
    Resize {
        /// The size.
        to: ResizeTo,
        /// How pixels are weighted.
        filter: Resample,
    },
    /// Keeps the middle `[height, width]`, with zeros around an image that is smaller.
    Middle([usize; 2]),
    /// Multiplies each value.
    Rescale(f64),
    /// Subtracts the mean of each channel and divides by its standard deviation.
    Normalize {
        /// Of each channel.
        mean: Vec<f64>,
        /// Of each channel.
        std: Vec<f64>,
    },
}

/// The size that an image is brought to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResizeTo {
    /// `[height, width]`, whatever the proportions were.
    Exactly([usize; 2]),
    /// The shorter side, with the proportions kept.
    ShorterSide(usize),
}

/// An image on its way: 8-bit numbers until something makes them floats.
enum Pixels {
    Bytes(Grid<u8>),
    Floats(Grid<f32>),
}

/// The longest side that an image may be given.
const LONGEST: usize = 1 << 16;

impl ImageProcessor {
    /// Steps of one's own for images of 1 (grey) or 3 (RGB) channels.
    pub fn new(channels: usize, steps: Vec<ImageStep>) -> Self {
        Self { channels: if channels == 1 { 1 } else { 3 }, steps }
    }

    /// Reads `preprocessor_config.json` of a model folder.
    ///
    /// # Errors
    /// [`ModelError`] naming the file and the field; [`ImageError::NoProcessor`] when there is no such file.
    pub fn load(folder: impl AsRef<Path>) -> Result<Self, ModelError> {
        settings::load(folder.as_ref())
    }

    /// What is usual, for a model whose folder does not say: squeezed into the model's own size, values from −1 to 1.
    ///
    /// Models are trained on all kinds of means and standard deviations, so a warning is logged.
    ///
    /// # Errors
    /// [`ModelError::InputKind`] for a model that takes no images.
    pub fn for_model(config: &ModelConfig) -> Result<Self, ModelError> {
        let transformer = match config {
            ModelConfig::Transformer(config) => Some(config),
            ModelConfig::Clip(config) => config.vision.as_ref(),
            ModelConfig::Mae(config) => Some(&config.encoder),
            ModelConfig::ResNet(_) => None,
        };
        let (channels, size) = match (config, transformer.and_then(|config| config.patches())) {
            (ModelConfig::ResNet(config), _) => (config.channels, [224, 224]),
            (_, Some(patches)) => (patches.channels, patches.image),
            _ => return Err(ModelError::InputKind { got: "images", expected: "token ids (`input_ids`)" }),
        };
        let [height, width] = size;
        tracing::warn!(
            "no preprocessor_config.json: images are squeezed to {height} × {width} pixels, with mean 0.5 and deviation 0.5"
        );
        let half = vec![0.5; channels];
        Ok(Self::new(
            channels,
            vec![
                ImageStep::Resize { to: ResizeTo::Exactly(size), filter: Resample::Bilinear },
                ImageStep::Rescale(1.0 / 255.0),
                ImageStep::Normalize { mean: half.clone(), std: half },
            ],
        ))
    }

    /// What is done, in order.
    pub fn steps(&self) -> &[ImageStep] {
        &self.steps
    }

    /// Image files (PNG, JPEG, WebP) as one batch `[file, channel, height, width]`.
    ///
    /// # Errors
    /// [`ModelError::Io`] and [`ImageError::Unusable`] naming the file, [`ImageError::Sizes`] when the images have
    /// different sizes after all steps, [`ModelError::InputShape`] when there is no file.
    pub fn read<P: AsRef<Path> + Sync>(&self, files: &[P]) -> Result<Images, ModelError> {
        let images: Vec<Grid<f32>> =
            files.par_iter().map(|file| self.read_one(file.as_ref())).collect::<Result<_, _>>()?;
        let Some(first) = images.first() else {
            return Images::new(Vec::new(), [0, self.channels, 0, 0]);
        };
        let [height, width] = first.size;
        if let Some(at) = images.iter().position(|image| image.size != first.size) {
            let paths: [PathBuf; 2] = [files[0].as_ref().into(), files[at].as_ref().into()];
            return Err(ImageError::Sizes { paths, sizes: [first.size, images[at].size] }.into());
        }
        let shape = [images.len(), self.channels, height, width];
        Images::new(images.iter().flat_map(Grid::planes).collect(), shape)
    }

    fn read_one(&self, path: &Path) -> Result<Grid<f32>, ModelError> {
        let image = decode::read(path, self.channels)?;
        let image =
            self.steps.iter().try_fold(Pixels::Bytes(image), |image, step| step.apply(image, path))?;
        Ok(image.floats())
    }
}

impl ImageStep {
    fn apply(&self, image: Pixels, path: &Path) -> Result<Pixels, ModelError> {
        Ok(match self {
            Self::Resize { to, filter } => {
                let size = to.of(image.size());
                if size.iter().any(|side| !(1..=LONGEST).contains(side)) {
                    let reason = format!(
                        "{:?} pixels would become {size:?} (height, width), and at most {LONGEST} a side are possible",
                        image.size()
                    );
                    return Err(ImageError::Unusable { path: path.into(), reason }.into());
                }
                match image {
                    Pixels::Bytes(image) => Pixels::Bytes(resample::resize(&image, size, *filter)),
                    Pixels::Floats(image) => Pixels::Floats(resample::resize(&image, size, *filter)),
                }
            }
            Self::Middle(size) => match image {
                Pixels::Bytes(image) => Pixels::Bytes(image.middle(*size)),
                Pixels::Floats(image) => Pixels::Floats(image.middle(*size)),
            },
            Self::Rescale(factor) => Pixels::Floats(match image {
                Pixels::Bytes(image) => image.map(|_, value| (f64::from(value) * factor) as f32),
                Pixels::Floats(image) => image.map(|_, value| value * *factor as f32),
            }),
            Self::Normalize { mean, std } => {
                let of =
                    |values: &[f64], channel: usize| values.get(channel).or(values.last()).map(|v| *v as f32);
                let scaled = |channel, value| {
                    (value - of(mean, channel).unwrap_or(0.0)) / of(std, channel).unwrap_or(1.0)
                };
                Pixels::Floats(image.floats().map(scaled))
            }
        })
    }
}

impl ResizeTo {
    fn of(self, [height, width]: [usize; 2]) -> [usize; 2] {
        match self {
            Self::Exactly(size) => size,
            Self::ShorterSide(side) => {
                let (short, long) = (height.min(width), height.max(width));
                let long = ((side * long) as f64 / short as f64) as usize;
                if height <= width { [side, long] } else { [long, side] }
            }
        }
    }
}

impl Pixels {
    fn size(&self) -> [usize; 2] {
        match self {
            Self::Bytes(image) => image.size,
            Self::Floats(image) => image.size,
        }
    }

    fn floats(self) -> Grid<f32> {
        match self {
            Self::Bytes(image) => image.map(|_, value| f32::from(value)),
            Self::Floats(image) => image,
        }
    }
}
