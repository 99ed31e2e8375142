//! Where the positions of a pass stand in their rows.

/// New positions that follow earlier ones, as many in each row; the earlier ones may differ in number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Where the new positions of each row begin; one number where they begin alike.
    starts: Vec<usize>,
    count: usize,
}

impl Places {
    /// `count` positions that begin every row.
    pub(super) fn first(count: usize) -> Self {
        Self { starts: vec![0], count }
    }

    /// `count` positions that follow those of each row.
    pub(super) fn after(lengths: &[usize], count: usize) -> Self {
        let mut starts = lengths.to_vec();
        if starts.iter().all(|start| Some(start) == lengths.first()) {
            starts.truncate(1);
        }
        Self { starts, count }
    }

    /// Where the new positions begin: a number for each row, or one for all.
    pub(super) fn starts(&self) -> &[usize] {
        &self.starts
    }

    /// Where the new positions of a row begin.
    pub(super) fn start(&self, row: usize) -> usize {
        self.starts.get(row).or(self.starts.first()).copied().unwrap_or(0)
    }

    /// Where they begin in all rows, if they begin alike.
    pub(super) fn common_start(&self) -> Option<usize> {
        match self.starts[..] {
            [start] => Some(start),
            _ => None,
        }
    }

    /// How many are new.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Positions of the longest row, the new ones included.
    pub(super) fn end(&self) -> usize {
        self.starts.iter().max().map_or(0, |start| start + self.count)
    }
}
