//! An image as numbers.

/// Values `[height, width, channel]`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid<T> {
    /// `[height, width]`, both at least 1.
    pub(super) size: [usize; 2],
    pub(super) channels: usize,
    pub(super) values: Vec<T>,
}

impl<T: Copy + Default> Grid<T> {
    pub(super) fn rows(&self) -> impl Iterator<Item = &[T]> {
        self.values.chunks_exact(self.size[1] * self.channels)
    }

    /// The channels at `[row, column]`.
    pub(super) fn pixel(&self, [row, column]: [usize; 2]) -> &[T] {
        &self.values[(row * self.size[1] + column) * self.channels..][..self.channels]
    }

    /// The middle `[height, width]`, with zeros around an image that is smaller.
    ///
    /// What cannot be halved goes as `transformers` has it: one pixel more is cut off below and on the right, one zero more
    /// is put above and on the left.
    pub(super) fn middle(&self, size: [usize; 2]) -> Self {
        let [height, width] = self.size;
        let mut values = vec![T::default(); size[0] * size[1] * self.channels];
        let (above, left) = (Offset::of(height, size[0]), Offset::of(width, size[1]));
        let columns = width.min(size[1]) * self.channels;
        for row in 0..height.min(size[0]) {
            let from = ((above.skipped + row) * width + left.skipped) * self.channels;
            let to = ((above.added + row) * size[1] + left.added) * self.channels;
            values[to..to + columns].copy_from_slice(&self.values[from..from + columns]);
        }
        Self { size, channels: self.channels, values }
    }

    /// The same with other numbers.
    pub(super) fn map<U>(&self, change: impl Fn(usize, T) -> U) -> Grid<U> {
        let values = self.values.iter().enumerate().map(|(at, value)| change(at % self.channels, *value));
        Grid { size: self.size, channels: self.channels, values: values.collect() }
    }

    /// The values `[channel, height, width]`.
    pub(super) fn planes(&self) -> impl Iterator<Item = T> {
        (0..self.channels).flat_map(|channel| self.values[channel..].iter().step_by(self.channels).copied())
    }
}

/// How the middle of one side is taken: pixels left out before it, or zeros put there.
struct Offset {
    skipped: usize,
    added: usize,
}

impl Offset {
    fn of(from: usize, to: usize) -> Self {
        Self { skipped: from.saturating_sub(to) / 2, added: to.saturating_sub(from).div_ceil(2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[u8]) -> Grid<u8> {
        Grid { size: [1, values.len()], channels: 1, values: values.to_vec() }
    }

    #[test]
    fn the_middle_is_cut_out_or_surrounded_by_zeros() {
        let check = |width: usize, expected: &[u8]| {
            assert_eq!(row(&[1, 2, 3, 4, 5]).middle([1, width]).values, expected);
        };
        check(5, &[1, 2, 3, 4, 5]);
        check(3, &[2, 3, 4]);
        check(2, &[2, 3]);
        check(7, &[0, 1, 2, 3, 4, 5, 0]);
        check(8, &[0, 0, 1, 2, 3, 4, 5, 0]);
        let tall = row(&[1, 2, 3, 4, 5]).middle([4, 1]);
        assert_eq!((tall.size, tall.values), ([4, 1], vec![0, 0, 3, 0]));
    }

    #[test]
    fn planes_are_channels_one_after_another() {
        let grid = Grid { size: [1, 2], channels: 3, values: vec![1, 2, 3, 4, 5, 6] };
        assert_eq!(grid.planes().collect::<Vec<u8>>(), [1, 4, 2, 5, 3, 6]);
        assert_eq!(grid.pixel([0, 1]), [4, 5, 6]);
        assert_eq!(grid.map(|channel, value| value * 10 + channel as u8).values, [10, 21, 32, 40, 51, 62]);
    }
}
