//! Frames of a film as a stimulus: the patches that a convolution over time and space looks at.
//!
//! The authors' network begins with one convolution over the frames before a window's end, a layer norm and a ReLU. A
//! convolution is one linear map of every patch that its kernel covers, so here a film is cut into patches once
//! ([`Film::show`]), and the network's [stem](super::Stem::Convolution) is that map. Weights agree with
//! `torch.nn.Conv3d(1, width, kernel, stride)`: `[width, 1, time, row, column]` there, `[time · row · column, width]` here.

use super::{NeuroformerError, Stem, StimulusConfig, Window, Windowing};

/// A film in grey: frames of one size at a steady rate, from the recording's start.
///
/// ```
/// use fascicle_connectome::neuroformer::{Film, Patches, Spike, Spikes, Windowing};
///
/// # fn main() -> Result<(), fascicle_connectome::neuroformer::NeuroformerError> {
/// // ten frames of 4 × 4 pixels, one every 50 ms, the fifth of them white
/// let pixels = (0..10 * 16).map(|at| f64::from(at / 16 == 4)).collect();
/// let film = Film::new(pixels, [4, 4], 0.05)?;
/// let windowing = Windowing::default();
/// let spikes = Spikes::new(2, 0.5, vec![Spike { time: 0.21, neuron: 1 }])?;
/// let mut windows = windowing.windows(&spikes, windowing.vocabulary(2)?)?;
///
/// let patches = Patches { frames: 2, kernel: [2, 2, 2], stride: [2, 2, 2] };
/// film.show(&mut windows, &windowing, &patches)?;
/// // the window from 0.2 to 0.25 s sees frames 3 and 4: four patches, dark then white
/// assert_eq!(patches.stimulus([4, 4])?.steps, 4);
/// assert_eq!(windows[1].stimulus[..8], [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Film {
    /// [frame][row][column]
    pixels: Vec<f64>,
    height: usize,
    width: usize,
    period: f64,
}

/// How much of a film a window sees, and in which patches. The default is that of the authors' V1 recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patches {
    /// Frames of a window: the last ones before its end.
    pub frames: usize,
    /// Frames, rows and columns of a patch: the convolution's kernel.
    pub kernel: [usize; 3],
    /// From one patch to the next: the convolution's stride. Patches overlap where it is less than the kernel; what is
    /// left at the end is not looked at.
    pub stride: [usize; 3],
}

impl Default for Patches {
    fn default() -> Self {
        Self { frames: 4, kernel: [3, 8, 8], stride: [3, 4, 4] }
    }
}

impl Patches {
    /// How many patches there are along time, rows and columns of frames `[height, width]`.
    ///
    /// # Errors
    /// A kernel that is empty or larger than what it is to cover, or a stride of 0.
    pub fn counts(&self, [height, width]: [usize; 2]) -> Result<[usize; 3], NeuroformerError> {
        let sizes = [self.frames, height, width];
        let mut counts = [0; 3];
        for (axis, count) in counts.iter_mut().enumerate() {
            let (size, kernel, stride) = (sizes[axis], self.kernel[axis], self.stride[axis]);
            if kernel == 0 || kernel > size {
                let found = format!("{:?} for {sizes:?}", self.kernel);
                let expected = "frames, rows and columns from 1 to those there are";
                return Err(NeuroformerError::bad("the patch", found, expected));
            }
            if stride == 0 {
                let found = format!("{:?}", self.stride);
                return Err(NeuroformerError::bad(
                    "the stride of patches",
                    found,
                    "at least 1 along each axis",
                ));
            }
            *count = (size - kernel) / stride + 1;
        }
        Ok(counts)
    }

    /// What a network must know of these patches of frames `[height, width]`.
    ///
    /// # Errors
    /// As [`counts`](Self::counts).
    pub fn stimulus(&self, frame: [usize; 2]) -> Result<StimulusConfig, NeuroformerError> {
        let steps = self.counts(frame)?.iter().product();
        Ok(StimulusConfig { steps, features: self.kernel.iter().product(), stem: Stem::Convolution })
    }
}

impl Film {
    /// The film of these pixels, `[frame][row][column]` in one row, frames of `[height, width]` every `period` seconds.
    ///
    /// # Errors
    /// Pixels that do not make whole frames, at least one; a pixel that is not finite; a period that is not positive.
    pub fn new(pixels: Vec<f64>, [height, width]: [usize; 2], period: f64) -> Result<Self, NeuroformerError> {
        let size = height * width;
        if size == 0 || pixels.is_empty() || !pixels.len().is_multiple_of(size) {
            let expected = format!("whole frames of {height} × {width}, at least one");
            return Err(NeuroformerError::Count { what: "the film", found: pixels.len(), expected });
        }
        if let Some(pixel) = pixels.iter().find(|pixel| !pixel.is_finite()) {
            return Err(NeuroformerError::bad("a pixel", pixel, "a finite number"));
        }
        if !(period > 0.0 && period.is_finite()) {
            let expected = "a positive number of seconds";
            return Err(NeuroformerError::bad("the time from frame to frame", period, expected));
        }
        Ok(Self { pixels, height, width, period })
    }

    /// How many frames.
    pub fn frames(&self) -> usize {
        self.pixels.len() / (self.height * self.width)
    }

    /// Gives each window the patches of the frames before its end, as its stimulus: patch after patch by time, row and
    /// column, and so within each. At the film's beginning windows see its first frames, as in the authors' program.
    /// O(windows · patches · kernel).
    ///
    /// # Errors
    /// As [`Patches::counts`]; a film that ends before a window, or is shorter than what a window sees.
    pub fn show(
        &self,
        windows: &mut [Window],
        windowing: &Windowing,
        patches: &Patches,
    ) -> Result<(), NeuroformerError> {
        let counts = patches.counts([self.height, self.width])?;
        for window in windows {
            let end = ((window.start + windowing.current) / self.period).round().max(0.0) as usize;
            let end = end.max(patches.frames);
            if end > self.frames() {
                let expected = format!("{end} for the window at {} s", window.start);
                return Err(NeuroformerError::bad("the film's number of frames", self.frames(), expected));
            }
            window.stimulus = self.cut(end - patches.frames, counts, patches);
        }
        Ok(())
    }

    fn cut(&self, first: usize, [times, rows, columns]: [usize; 3], patches: &Patches) -> Vec<f64> {
        let ([deep, high, wide], [by_time, by_row, by_column]) = (patches.kernel, patches.stride);
        let mut values = Vec::with_capacity(times * rows * columns * deep * high * wide);
        for (time, row) in (0..times).flat_map(|time| (0..rows).map(move |row| (time, row))) {
            for column in 0..columns {
                for (frame, line) in (0..deep).flat_map(|frame| (0..high).map(move |line| (frame, line))) {
                    let (frame, line) = (first + time * by_time + frame, row * by_row + line);
                    let start = (frame * self.height + line) * self.width + column * by_column;
                    values.extend_from_slice(&self.pixels[start..start + wide]);
                }
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Spike, Spikes};
    use super::*;

    /// Six frames of 3 × 5 whose pixels are their own numbers.
    fn film() -> Film {
        Film::new((0..90).map(f64::from).collect(), [3, 5], 0.05).unwrap()
    }

    fn windows() -> (Windowing, Vec<Window>) {
        let windowing = Windowing { past: 0.05, ..Windowing::default() };
        let spikes = Spikes::new(1, 0.3, vec![Spike { time: 0.1, neuron: 0 }]).unwrap();
        let windows = windowing.windows(&spikes, windowing.vocabulary(1).unwrap()).unwrap();
        (windowing, windows)
    }

    #[test]
    fn patches_are_those_of_a_convolution() {
        let patches = Patches { frames: 3, kernel: [2, 2, 3], stride: [1, 2, 1] };
        assert_eq!(patches.counts([3, 5]).unwrap(), [2, 1, 3]);
        let config = patches.stimulus([3, 5]).unwrap();
        assert_eq!((config.steps, config.features, config.stem), (6, 12, Stem::Convolution));
        let (windowing, mut windows) = windows();
        film().show(&mut windows, &windowing, &patches).unwrap();
        // the window from 0.2 to 0.25 s sees frames 2 to 4
        let window = windows.iter().find(|window| (window.start - 0.2).abs() < 1e-9).unwrap();
        let pixel = |frame: usize, row: usize, column: usize| ((frame * 3 + row) * 5 + column) as f64;
        let mut expected = Vec::new();
        for (time, column) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
            for (frame, row, x) in [
                (0, 0, 0),
                (0, 0, 1),
                (0, 0, 2),
                (0, 1, 0),
                (0, 1, 1),
                (0, 1, 2),
                (1, 0, 0),
                (1, 0, 1),
                (1, 0, 2),
                (1, 1, 0),
                (1, 1, 1),
                (1, 1, 2),
            ] {
                expected.push(pixel(2 + time + frame, row, column + x));
            }
        }
        assert_eq!(window.stimulus, expected);
    }

    #[test]
    fn the_first_windows_see_the_first_frames() {
        let patches = Patches { frames: 4, kernel: [4, 3, 5], stride: [1, 1, 1] };
        let (windowing, mut windows) = windows();
        film().show(&mut windows, &windowing, &patches).unwrap();
        let first = |window: &Window| window.stimulus[0] as usize / 15;
        // windows end at 0.1, 0.15, … 0.3 s, after frames 2, 3, … 6
        assert_eq!(windows.iter().map(first).collect::<Vec<_>>(), [0, 0, 0, 1, 2]);
        assert_eq!(windows[4].stimulus[59], 89.0);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let text = |result: Result<Film, NeuroformerError>| result.unwrap_err().to_string();
        insta::assert_snapshot!(text(Film::new(vec![0.0; 7], [2, 2], 0.05)), @"the film has 7 values; expected whole frames of 2 × 2, at least one");
        insta::assert_snapshot!(text(Film::new(vec![f64::NAN; 4], [2, 2], 0.05)), @"a pixel is NaN; expected a finite number");
        insta::assert_snapshot!(text(Film::new(vec![0.0; 4], [2, 2], 0.0)), @"the time from frame to frame is 0; expected a positive number of seconds");
        let (windowing, mut windows) = windows();
        let mut show =
            |patches: Patches| film().show(&mut windows, &windowing, &patches).unwrap_err().to_string();
        let small = Patches { frames: 2, kernel: [2, 3, 5], stride: [1, 1, 1] };
        insta::assert_snapshot!(show(Patches { kernel: [3, 3, 5], ..small }), @"the patch is [3, 3, 5] for [2, 3, 5]; expected frames, rows and columns from 1 to those there are");
        insta::assert_snapshot!(show(Patches { stride: [1, 0, 1], ..small }), @"the stride of patches is [1, 0, 1]; expected at least 1 along each axis");
        insta::assert_snapshot!(show(Patches { frames: 7, ..small }), @"the film's number of frames is 6; expected 7 for the window at 0.05 s");
    }
}
