//! A batch of images, kept on the host until a model takes it.

use crate::config::{PatchConfig, PositionResize};
use crate::error::ModelError;
use crate::inputs::Inputs;

/// Pixel values `[batch, channel, height, width]`, prepared as the model expects them.
#[derive(Clone, Debug, PartialEq)]
pub struct Images {
    pixels: Vec<f32>,
    shape: [usize; 4],
    noise: Option<Vec<f32>>,
}

impl Images {
    /// Pixel values, row-major.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when the count does not fit the shape or a side is zero.
    pub fn new(pixels: Vec<f32>, shape: [usize; 4]) -> Result<Self, ModelError> {
        if pixels.is_empty() || pixels.len() != shape.iter().product::<usize>() {
            return Err(ModelError::InputShape {
                name: "pixel_values".into(),
                got: format!("{} values", pixels.len()),
                expected: format!("[batch, channel, height, width] = {shape:?}, all at least 1"),
            });
        }
        Ok(Self { pixels, shape, noise: None })
    }

    /// Black images, with the same noise for `patches` patches (none for 0).
    pub(crate) fn blank(shape: [usize; 4], patches: usize) -> Self {
        let noise = (patches > 0).then(|| vec![0.0; shape[0] * patches]);
        Self { pixels: vec![0.0; shape.iter().product()], shape, noise }
    }

    /// Adds noise `[batch, patch]`: where patches are left out (MAE), those of the lowest noise stay.
    ///
    /// # Errors
    /// [`ModelError::InputShape`] when the rows are not as many as the images.
    pub fn with_noise(mut self, noise: Vec<f32>, shape: [usize; 2]) -> Result<Self, ModelError> {
        if shape[0] != self.batch() || noise.len() != shape[0] * shape[1] || noise.is_empty() {
            return Err(ModelError::InputShape {
                name: "noise".into(),
                got: format!("{shape:?}"),
                expected: format!("[{}, patches]: a row for each image", self.batch()),
            });
        }
        self.noise = Some(noise);
        Ok(self)
    }

    /// Number of images.
    pub fn batch(&self) -> usize {
        self.shape[0]
    }

    /// `[batch, channel, height, width]`.
    pub fn shape(&self) -> [usize; 4] {
        self.shape
    }

    /// `[height, width]`, in pixels.
    pub fn size(&self) -> [usize; 2] {
        [self.shape[2], self.shape[3]]
    }

    /// The values, row-major.
    pub fn pixels(&self) -> &[f32] {
        &self.pixels
    }

    /// The noise, row after row, if given.
    pub fn noise(&self) -> Option<&[f32]> {
        self.noise.as_deref()
    }

    /// The patches of each image in rising order of their noise, if noise was given for `patches` patches each.
    pub(crate) fn noise_order(&self, patches: usize) -> Option<Vec<Vec<usize>>> {
        let noise = self.noise.as_ref().filter(|noise| noise.len() == self.batch() * patches)?;
        let order = |row: &[f32]| {
            let mut order: Vec<usize> = (0..patches).collect();
            order.sort_by(|a, b| row[*a].total_cmp(&row[*b]));
            order
        };
        Some(noise.chunks(patches).map(order).collect())
    }

    /// The whole batch `times` times over, one copy after another.
    pub(crate) fn repeat(&self, times: usize) -> Self {
        let [batch, rest @ ..] = self.shape;
        let [channels, height, width] = rest;
        Self {
            pixels: self.pixels.repeat(times),
            shape: [batch * times, channels, height, width],
            noise: self.noise.as_ref().map(|noise| noise.repeat(times)),
        }
    }

    /// The images `rows`, in that order; all of them must be there.
    pub(crate) fn rows(&self, rows: &[usize]) -> Self {
        let pick = |values: &[f32]| -> Vec<f32> {
            let width = values.len() / self.shape[0];
            rows.iter().flat_map(|row| values[row * width..][..width].iter().copied()).collect()
        };
        let mut shape = self.shape;
        shape[0] = rows.len();
        Self { pixels: pick(&self.pixels), shape, noise: self.noise.as_deref().map(pick) }
    }
}

impl PatchConfig {
    /// Refuses inputs that are not images, or not such as this model takes; `learned` positions fit one size only,
    /// unless they are resized.
    pub(crate) fn check(&self, inputs: &Inputs, learned: bool) -> Result<(), ModelError> {
        let images = inputs.only_images()?;
        let [batch, channels, ..] = images.shape();
        let [height, width] = images.size();
        let fixed = learned && self.resize == PositionResize::Refuse;
        let fits =
            if fixed { images.size() == self.image } else { height >= self.patch && width >= self.patch };
        if channels != self.channels || !fits {
            let size = match (fixed, self.image, self.patch) {
                (true, [height, width], _) => format!("{height}, {width}"),
                (false, _, patch) => format!("height ≥ {patch}, width ≥ {patch}"),
            };
            return Err(ModelError::InputShape {
                name: "pixel_values".into(),
                got: format!("[{batch}, {channels}, {height}, {width}]"),
                expected: format!("[batch, {}, {size}]", self.channels),
            });
        }
        let patches: usize = self.grid(images.size()).iter().product();
        if let (Some(ratio), 0) = (self.mask_ratio, self.kept(patches)) {
            return Err(ModelError::InputShape {
                name: "pixel_values".into(),
                got: format!("{patches} patches"),
                expected: format!("more: a mask_ratio of {ratio} leaves none of them"),
            });
        }
        if self.mask_ratio.is_some() && images.noise_order(patches).is_none() {
            let got = images.noise().map_or("none".to_string(), |noise| format!("{} values", noise.len()));
            return Err(ModelError::InputShape {
                name: "noise".into(),
                got,
                expected: format!("[{batch}, {patches}]: which patches are left out depends on it"),
            });
        }
        Ok(())
    }
}
