//! Short lists of amounts by key, rising by key: rows of a block matrix, numbers of nodes of a degree.

use super::multigraph::Cell;

/// What can be nothing, and is then not kept.
pub(super) trait Amount: Copy + Default {
    fn is_nothing(&self) -> bool;
}

impl Amount for Cell {
    fn is_nothing(&self) -> bool {
        self.count == 0
    }
}

impl Amount for u64 {
    fn is_nothing(&self) -> bool {
        *self == 0
    }
}

/// The amount under a key.
pub(super) fn amount<T: Amount>(list: &[(u32, T)], key: u32) -> T {
    list.binary_search_by_key(&key, |entry| entry.0).map_or_else(|_| T::default(), |at| list[at].1)
}

/// Changes the amount under a key of a list that rises by key.
pub(super) fn change<T: Amount>(list: &mut Vec<(u32, T)>, key: u32, alter: impl FnOnce(&mut T)) {
    match list.binary_search_by_key(&key, |entry| entry.0) {
        Ok(at) => {
            alter(&mut list[at].1);
            if list[at].1.is_nothing() {
                list.remove(at);
            }
        }
        Err(at) => {
            let mut amount = T::default();
            alter(&mut amount);
            if !amount.is_nothing() {
                list.insert(at, (key, amount));
            }
        }
    }
}

/// Walks two lists that rise by key side by side: key, the amount in the first, that in both together.
pub(super) fn join<T: Amount>(
    a: &[(u32, T)],
    b: &[(u32, T)],
    plus: impl Fn(T, T) -> T,
    mut each: impl FnMut(u32, T, T),
) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let key = match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) => x.0.min(y.0),
            (Some(x), None) => x.0,
            (None, Some(y)) => y.0,
            (None, None) => break,
        };
        let take = |list: &[(u32, T)], at: &mut usize| match list.get(*at) {
            Some(entry) if entry.0 == key => {
                *at += 1;
                entry.1
            }
            _ => T::default(),
        };
        let (x, y) = (take(a, &mut i), take(b, &mut j));
        each(key, x, plus(x, y));
    }
}
