//! Checking and building patterns, on the host.

use crate::CoreError;

/// The same entries column after column.
pub(super) struct ByColumns {
    /// Where each column begins, `cols + 1`.
    pub(super) ptr: Vec<i32>,
    /// Row of each entry.
    pub(super) row: Vec<i32>,
    /// Position of each entry in the order of rows.
    pub(super) entry: Vec<i32>,
}

/// What [`Csr::new`](super::Csr::new) promises to check.
pub(super) fn check(rows: usize, cols: usize, row_ptr: &[usize], col_idx: &[usize]) -> Result<(), CoreError> {
    let entries = col_idx.len();
    check_sizes(rows, cols, entries)?;
    if row_ptr.len() != rows + 1 {
        return Err(CoreError::RowPtrLength { rows, len: row_ptr.len() });
    }
    for (at, expected) in [(0, 0), (rows, entries)] {
        if row_ptr[at] != expected {
            return Err(CoreError::RowPtrEnds { at, found: row_ptr[at], expected, entries });
        }
    }
    for (row, ends) in row_ptr.windows(2).enumerate() {
        if ends[1] < ends[0] {
            return Err(CoreError::RowPtrFalls { row, start: ends[0], end: ends[1] });
        }
    }
    for (row, ends) in row_ptr.windows(2).enumerate() {
        let columns = &col_idx[ends[0]..ends[1]];
        for (k, &col) in columns.iter().enumerate() {
            if col >= cols {
                return Err(CoreError::EntryOutside { row, col, rows, cols });
            }
            match columns[..k].last() {
                Some(&previous) if previous == col => return Err(CoreError::DuplicateEntry { row, col }),
                Some(&previous) if previous > col => {
                    return Err(CoreError::ColumnsUnsorted { row, previous, col });
                }
                _ => {}
            }
        }
    }
    Ok(())
}

fn check_sizes(rows: usize, cols: usize, entries: usize) -> Result<(), CoreError> {
    for (what, size) in [("rows", rows), ("columns", cols), ("entries", entries)] {
        if size >= i32::MAX as usize {
            return Err(CoreError::TooLarge { what, size });
        }
    }
    Ok(())
}

/// Row pointer, columns and values of triplets in any order.
#[allow(clippy::type_complexity, reason = "the three parts of a CSR matrix")]
pub(super) fn from_triplets(
    rows: usize,
    cols: usize,
    triplets: &[(usize, usize, f64)],
) -> Result<(Vec<usize>, Vec<usize>, Vec<f64>), CoreError> {
    check_sizes(rows, cols, triplets.len())?;
    if let Some(&(row, col, _)) = triplets.iter().find(|&&(row, col, _)| row >= rows || col >= cols) {
        return Err(CoreError::EntryOutside { row, col, rows, cols });
    }
    let mut sorted = triplets.to_vec();
    sorted.sort_by_key(|&(row, col, _)| (row, col));
    if let Some(twice) = sorted.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
        return Err(CoreError::DuplicateEntry { row: twice[0].0, col: twice[0].1 });
    }
    let mut row_ptr = vec![0; rows + 1];
    for &(row, ..) in &sorted {
        row_ptr[row + 1] += 1;
    }
    for row in 0..rows {
        row_ptr[row + 1] += row_ptr[row];
    }
    let (col_idx, values) = sorted.into_iter().map(|(_, col, value)| (col, value)).unzip();
    Ok((row_ptr, col_idx, values))
}

/// Row pointer, columns and values of the elements that are not zero.
pub(super) fn from_dense(rows: usize, cols: usize, dense: &[f64]) -> (Vec<usize>, Vec<usize>, Vec<f64>) {
    let (mut row_ptr, mut col_idx, mut values) = (vec![0], Vec::new(), Vec::new());
    for row in 0..rows {
        for (col, &value) in dense[row * cols..(row + 1) * cols].iter().enumerate() {
            if value != 0.0 {
                col_idx.push(col);
                values.push(value);
            }
        }
        row_ptr.push(col_idx.len());
    }
    (row_ptr, col_idx, values)
}

/// The most entries that lie between two neighbours of a row or column pointer.
pub(super) fn longest<T>(ptr: &[T], at: impl Fn(&T) -> usize) -> usize {
    ptr.windows(2).map(|ends| at(&ends[1]) - at(&ends[0])).max().unwrap_or(0)
}

/// Row of every entry, in the order of rows.
pub(super) fn rows_of_entries(row_ptr: &[usize]) -> Vec<i32> {
    let spans = row_ptr.windows(2).enumerate();
    spans.flat_map(|(row, ends)| std::iter::repeat_n(row as i32, ends[1] - ends[0])).collect()
}

/// The transposed pattern, by counting sort; rows rise within each column.
pub(super) fn by_columns(cols: usize, row_ptr: &[usize], col_idx: &[usize]) -> ByColumns {
    let mut ptr = vec![0; cols + 1];
    for &col in col_idx {
        ptr[col + 1] += 1;
    }
    for col in 0..cols {
        ptr[col + 1] += ptr[col];
    }
    let mut next: Vec<i32> = ptr[..cols].to_vec();
    let (mut row, mut entry) = (vec![0; col_idx.len()], vec![0; col_idx.len()]);
    for ((k, &col), of_row) in col_idx.iter().enumerate().zip(rows_of_entries(row_ptr)) {
        let at = next[col] as usize;
        next[col] += 1;
        row[at] = of_row;
        entry[at] = k as i32;
    }
    ByColumns { ptr, row, entry }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposed_pattern() {
        // [. a b]
        // [. . .]
        // [c . d]
        let by_col = by_columns(3, &[0, 2, 2, 4], &[1, 2, 0, 2]);
        assert_eq!(by_col.ptr, [0, 1, 2, 4]);
        assert_eq!(by_col.row, [2, 0, 0, 2]);
        assert_eq!(by_col.entry, [2, 0, 1, 3]);
        assert_eq!(rows_of_entries(&[0, 2, 2, 4]), [0, 0, 2, 2]);
        assert_eq!(longest(&[0, 2, 2, 5], |&at| at), 3);
        assert_eq!(longest(&[0], |&at| at), 0);
    }

    #[test]
    fn triplets_are_sorted() {
        let triplets = [(1, 1, 4.0), (0, 2, 1.0), (1, 0, 3.0), (0, 0, 0.0)];
        let (row_ptr, col_idx, values) = from_triplets(2, 3, &triplets).unwrap();
        assert_eq!(row_ptr, [0, 2, 4]);
        assert_eq!(col_idx, [0, 2, 0, 1]);
        assert_eq!(values, [0.0, 1.0, 3.0, 4.0], "a zero that is given is stored");
    }
}
