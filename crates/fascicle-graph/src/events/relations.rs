//! Sets of Allen's relations, and what two relations in a row leave open.

use std::cmp::Ordering::{self, Equal, Greater, Less};
use std::sync::LazyLock;

use super::Allen;

/// A set of Allen's relations: what may hold between two intervals, as far as is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Relations(u16);

impl Relations {
    /// Nothing is possible: a contradiction.
    pub const NONE: Self = Self(0);
    /// Nothing is known.
    pub const ALL: Self = Self((1 << 13) - 1);

    /// Whether this relation is one of them.
    #[must_use]
    pub fn contains(self, relation: Allen) -> bool {
        self.0 >> relation as u16 & 1 == 1
    }

    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Them, in the order of [`Allen::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Allen> {
        Allen::ALL.into_iter().filter(move |&relation| self.contains(relation))
    }

    /// Those that are in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Their inverses.
    #[must_use]
    pub fn inverse(self) -> Self {
        self.iter().map(Allen::inverse).collect()
    }

    /// What may hold between a and c, when one of these holds between a and b and one of `next` between b and c.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        let composed = self.iter().flat_map(|one| next.iter().map(move |two| one.then(two).0));
        Self(composed.fold(0, |all, some| all | some))
    }
}

impl FromIterator<Allen> for Relations {
    fn from_iter<I: IntoIterator<Item = Allen>>(relations: I) -> Self {
        Self(relations.into_iter().fold(0, |set, relation| set | 1 << relation as u16))
    }
}

impl From<Allen> for Relations {
    fn from(relation: Allen) -> Self {
        Self(1 << relation as u16)
    }
}

impl Allen {
    /// What may hold between a and c, when this holds between a and b and `next` between b and c: Allen's table of
    /// transitivity.
    ///
    /// ```
    /// use fascicle_graph::events::{Allen, Relations};
    ///
    /// assert_eq!(Allen::Before.then(Allen::Meets), Relations::from(Allen::Before));
    /// assert_eq!(Allen::Before.then(Allen::After), Relations::ALL);
    /// ```
    #[must_use]
    pub fn then(self, next: Self) -> Relations {
        static TABLE: LazyLock<[[Relations; 13]; 13]> =
            LazyLock::new(|| Allen::ALL.map(|one| Allen::ALL.map(|two| composed(one, two))));
        TABLE[self as usize][next as usize]
    }
}

/// By the ends: what the ends of b say of those of a and c decides, end by end, what remains possible; every relation of
/// which each part is possible is (the ends of a and c in one gap of b's may lie in any order that a relation has).
fn composed(one: Allen, two: Allen) -> Relations {
    let (one, two) = (one.ends(), two.ends());
    let possible = |relation: &Allen| {
        relation.ends().into_iter().enumerate().all(|(place, wanted)| {
            let (a, c) = (place / 2, place % 2);
            (0..2).all(|b| follows(one[2 * a + b], two[2 * b + c]).is_none_or(|told| told == wanted))
        })
    };
    Allen::ALL.into_iter().filter(possible).collect()
}

/// How x lies to z, from how x lies to y and y to z; none where they leave it open.
fn follows(x_to_y: Ordering, y_to_z: Ordering) -> Option<Ordering> {
    match (x_to_y, y_to_z) {
        (Equal, told) | (told, Equal) => Some(told),
        (Less, Less) => Some(Less),
        (Greater, Greater) => Some(Greater),
        _ => None,
    }
}
