//! Resizing as Pillow does it, to the last grey level.
//!
//! Every pixel of the result is a weighted mean of the pixels that its filter covers, and the filter widens when an image
//! shrinks, so that none is skipped (`Resample.c`, `ImagingResample`). That is done along the rows and along the columns,
//! one after the other. 8-bit images are rounded to 8 bits after each of the two, with weights of 22 binary places; images
//! of floats are not rounded, which is what torchvision does to them.

use std::f64::consts::PI;

use super::grid::Grid;

/// How pixels are weighted when an image is resized, by Pillow's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resample {
    /// The nearest pixel.
    Nearest,
    /// The mean of the pixels covered.
    Box,
    /// A triangle as wide as two pixels.
    Bilinear,
    /// A raised cosine as wide as two pixels.
    Hamming,
    /// A cubic spline (a = −0.5) as wide as four pixels.
    Bicubic,
    /// A windowed sinc as wide as six pixels.
    Lanczos,
}

impl Resample {
    /// Every filter with Pillow's number of it.
    pub(super) const NUMBERS: [(u64, Self); 6] = [
        (0, Self::Nearest),
        (1, Self::Lanczos),
        (2, Self::Bilinear),
        (3, Self::Bicubic),
        (4, Self::Box),
        (5, Self::Hamming),
    ];

    /// Half its width, in pixels of the smaller of the two images.
    fn support(self) -> f64 {
        match self {
            Self::Nearest | Self::Box => 0.5,
            Self::Bilinear | Self::Hamming => 1.0,
            Self::Bicubic => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    /// The weight at a distance from the centre.
    fn weight(self, x: f64) -> f64 {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (x * PI).sin() / (x * PI) };
        let distance = x.abs();
        match self {
            Self::Nearest | Self::Box => f64::from(x > -0.5 && x <= 0.5),
            Self::Bilinear => (1.0 - distance).max(0.0),
            Self::Hamming if distance >= 1.0 => 0.0,
            // Pillow has the two numbers in f32
            Self::Hamming => {
                sinc(distance) * (f64::from(0.54f32) + f64::from(0.46f32) * (distance * PI).cos())
            }
            Self::Bicubic => {
                const A: f64 = -0.5;
                match distance {
                    d if d < 1.0 => ((A + 2.0) * d - (A + 3.0)) * d * d + 1.0,
                    d if d < 2.0 => (((d - 5.0) * d + 8.0) * d - 4.0) * A,
                    _ => 0.0,
                }
            }
            Self::Lanczos if (-3.0..3.0).contains(&x) => sinc(x) * sinc(x / 3.0),
            Self::Lanczos => 0.0,
        }
    }
}

/// Numbers that images are made of.
pub(super) trait Sample: Copy + Default {
    /// What they are multiplied by.
    type Weight: Copy;

    fn weight(weight: f64) -> Self::Weight;

    /// The sum of `values`, each times its weight.
    fn sum(values: impl Iterator<Item = (Self, Self::Weight)>) -> Self;
}

/// Binary places of the weights of 8-bit images: 8 for the value and 2 for filters that overshoot are left of 32.
const PRECISION: u32 = 32 - 8 - 2;

impl Sample for u8 {
    type Weight = i32;

    fn weight(weight: f64) -> i32 {
        (weight * f64::from(1 << PRECISION) + 0.5f64.copysign(weight)) as i32
    }

    fn sum(values: impl Iterator<Item = (Self, i32)>) -> Self {
        let half = 1 << (PRECISION - 1);
        let sum = values.fold(half, |sum: i32, (value, weight)| sum + i32::from(value) * weight);
        (sum >> PRECISION).clamp(0, 255) as Self
    }
}

impl Sample for f32 {
    type Weight = f32;

    fn weight(weight: f64) -> f32 {
        weight as f32
    }

    fn sum(values: impl Iterator<Item = (Self, f32)>) -> Self {
        values.fold(0.0, |sum, (value, weight)| sum + value * weight)
    }
}

/// The pixels `first..` that one pixel of the result is made of, with their weights.
struct Window<W> {
    first: usize,
    weights: Vec<W>,
}

fn windows<T: Sample>(from: usize, to: usize, filter: Resample) -> Vec<Window<T::Weight>> {
    let scale = from as f64 / to as f64;
    let widening = scale.max(1.0);
    let support = filter.support() * widening;
    let window = |at: usize| {
        let centre = (at as f64 + 0.5) * scale;
        // the conversions cut off negative numbers at 0, as they should
        let first = (centre - support + 0.5) as usize;
        let end = ((centre + support + 0.5) as usize).min(from);
        let weight = |pixel: usize| filter.weight((pixel as f64 - centre + 0.5) * (1.0 / widening));
        let weights: Vec<f64> = (first..end).map(weight).collect();
        let total: f64 = weights.iter().sum();
        let share = |weight: &f64| T::weight(if total == 0.0 { *weight } else { weight / total });
        Window { first, weights: weights.iter().map(share).collect() }
    };
    (0..to).map(window).collect()
}

/// The image at another size, `[height, width]`.
pub(super) fn resize<T: Sample>(image: &Grid<T>, size: [usize; 2], filter: Resample) -> Grid<T> {
    if filter == Resample::Nearest {
        return nearest(image, size);
    }
    let rows = |image: &Grid<T>| match image.size[1] == size[1] {
        true => image.clone(),
        false => along_rows(image, size[1], filter),
    };
    let columns = |image: &Grid<T>| match image.size[0] == size[0] {
        true => image.clone(),
        false => along_columns(image, size[0], filter),
    };
    if columns_first(image.size, size) { rows(&columns(image)) } else { columns(&rows(image)) }
}

/// Which of the two goes first shows in 8 bits: since Pillow 13 it is the columns where they shrink by far more pixels;
/// before, it never was.
fn columns_first([height, width]: [usize; 2], to: [usize; 2]) -> bool {
    let shrunk = |from: usize, to: usize| from as i64 - to as i64;
    height != to[0] && width != to[1] && shrunk(height, to[0]) > (2 * shrunk(width, to[1])).max(0)
}

fn along_rows<T: Sample>(image: &Grid<T>, width: usize, filter: Resample) -> Grid<T> {
    let channels = image.channels;
    let windows = windows::<T>(image.size[1], width, filter);
    let mut values = Vec::with_capacity(image.size[0] * width * channels);
    for row in image.rows() {
        for window in &windows {
            let pixels = &row[window.first * channels..][..window.weights.len() * channels];
            for channel in 0..channels {
                let column = pixels[channel..].iter().step_by(channels);
                values.push(T::sum(column.copied().zip(window.weights.iter().copied())));
            }
        }
    }
    Grid { size: [image.size[0], width], channels, values }
}

fn along_columns<T: Sample>(image: &Grid<T>, height: usize, filter: Resample) -> Grid<T> {
    let stride = image.size[1] * image.channels;
    let mut values = Vec::with_capacity(height * stride);
    for window in windows::<T>(image.size[0], height, filter) {
        let rows = &image.values[window.first * stride..][..window.weights.len() * stride];
        for at in 0..stride {
            let column = rows[at..].iter().step_by(stride);
            values.push(T::sum(column.copied().zip(window.weights.iter().copied())));
        }
    }
    Grid { size: [height, image.size[1]], channels: image.channels, values }
}

fn nearest<T: Sample>(image: &Grid<T>, size: [usize; 2]) -> Grid<T> {
    // Pillow adds the step up, and what that rounds to decides ties
    let sources = |from: usize, to: usize| {
        let step = from as f64 / to as f64;
        let mut at = step * 0.5;
        let mut next = || {
            let source = (at as usize).min(from - 1);
            at += step;
            source
        };
        (0..to).map(|_| next()).collect::<Vec<_>>()
    };
    let [height, width] = image.size;
    let columns = sources(width, size[1]);
    let row = |row: usize| columns.iter().flat_map(move |column| image.pixel([row, *column]).iter().copied());
    let values = sources(height, size[0]).into_iter().flat_map(row).collect();
    Grid { size, channels: image.channels, values }
}
