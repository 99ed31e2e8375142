//! Allen's interval relations.

use std::cmp::Ordering::{self, Equal, Greater, Less};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Interval;

/// How one interval lies to another: exactly one of thirteen holds between any two (Allen 1983, "Maintaining knowledge
/// about temporal intervals").
///
/// In the order of the pairs (start, end), so that a relation and its [inverse](Allen::inverse) stand equally far from
/// the two ends of [`Allen::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allen {
    /// Ends before the other starts.
    Before,
    /// Ends as the other starts.
    Meets,
    /// Starts before the other and ends within it.
    Overlaps,
    /// Starts before the other, ends with it.
    FinishedBy,
    /// Starts before the other, ends after it.
    Contains,
    /// Starts with the other, ends before it.
    Starts,
    /// Starts and ends with the other.
    Equals,
    /// Starts with the other, ends after it.
    StartedBy,
    /// Starts after the other, ends before it.
    During,
    /// Starts after the other, ends with it.
    Finishes,
    /// Starts within the other and ends after it.
    OverlappedBy,
    /// Starts as the other ends.
    MetBy,
    /// Starts after the other ends.
    After,
}

impl Allen {
    /// All thirteen.
    pub const ALL: [Self; 13] = [
        Self::Before,
        Self::Meets,
        Self::Overlaps,
        Self::FinishedBy,
        Self::Contains,
        Self::Starts,
        Self::Equals,
        Self::StartedBy,
        Self::During,
        Self::Finishes,
        Self::OverlappedBy,
        Self::MetBy,
        Self::After,
    ];

    const NAMES: [&'static str; 13] = [
        "before",
        "meets",
        "overlaps",
        "finished-by",
        "contains",
        "starts",
        "equals",
        "started-by",
        "during",
        "finishes",
        "overlapped-by",
        "met-by",
        "after",
    ];

    const SYMBOLS: [&'static str; 13] =
        ["b", "m", "o", "fi", "di", "s", "e", "si", "d", "f", "oi", "mi", "bi"];

    /// The relation of `one` to `two`. Ends no further apart than `tolerance` count as the same moment.
    ///
    /// Exactly one relation holds for any tolerance from 0 up, and that of `two` to `one` is its inverse. Intervals
    /// no longer than the tolerance are instants to it: two of them at one moment are equal, and one at the start of a
    /// longer interval meets it.
    ///
    /// ```
    /// use fascicle_graph::events::{Allen, Interval};
    ///
    /// let (walk, wave) = (Interval::new(0.0, 4.0)?, Interval::new(4.02, 6.0)?);
    /// assert_eq!(Allen::of(walk, wave, 0.0), Allen::Before);
    /// assert_eq!(Allen::of(walk, wave, 0.05), Allen::Meets);
    /// # Ok::<(), fascicle_graph::GraphError>(())
    /// ```
    #[must_use]
    pub fn of(one: Interval, two: Interval, tolerance: f64) -> Self {
        let compared = |a: f64, b: f64| {
            if (a - b).abs() <= tolerance { Equal } else { a.total_cmp(&b) }
        };
        let (first, last) = (compared(one.end(), two.start()), compared(two.end(), one.start()));
        match (first, last) {
            // only for two instants at one moment
            (Equal, Equal) => Self::Equals,
            (Less, _) => Self::Before,
            (_, Less) => Self::After,
            (Equal, _) => Self::Meets,
            (_, Equal) => Self::MetBy,
            (Greater, Greater) => {
                match (compared(one.start(), two.start()), compared(one.end(), two.end())) {
                    (Less, Less) => Self::Overlaps,
                    (Less, Equal) => Self::FinishedBy,
                    (Less, Greater) => Self::Contains,
                    (Equal, Less) => Self::Starts,
                    (Equal, Equal) => Self::Equals,
                    (Equal, Greater) => Self::StartedBy,
                    (Greater, Less) => Self::During,
                    (Greater, Equal) => Self::Finishes,
                    (Greater, Greater) => Self::OverlappedBy,
                }
            }
        }
    }

    /// The relation of the other to the one.
    #[must_use]
    pub fn inverse(self) -> Self {
        Self::ALL[Self::ALL.len() - 1 - self as usize]
    }

    /// Its name in files: `before`, `overlapped-by`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The symbol of the literature: `b`, `m`, `o`, `fi`, `di`, `s`, `e` and their inverses.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        Self::SYMBOLS[self as usize]
    }

    /// How the four pairs of ends lie: of the one's start to the other's start and end, then of its end.
    #[must_use]
    pub fn ends(self) -> [Ordering; 4] {
        match self {
            Self::Before => [Less, Less, Less, Less],
            Self::Meets => [Less, Less, Equal, Less],
            Self::Overlaps => [Less, Less, Greater, Less],
            Self::FinishedBy => [Less, Less, Greater, Equal],
            Self::Contains => [Less, Less, Greater, Greater],
            Self::Starts => [Equal, Less, Greater, Less],
            Self::Equals => [Equal, Less, Greater, Equal],
            Self::StartedBy => [Equal, Less, Greater, Greater],
            Self::During => [Greater, Less, Greater, Less],
            Self::Finishes => [Greater, Less, Greater, Equal],
            Self::OverlappedBy => [Greater, Less, Greater, Greater],
            Self::MetBy => [Greater, Equal, Greater, Greater],
            Self::After => [Greater, Greater, Greater, Greater],
        }
    }

    /// How many steps of single ends, each from before to level or from level to behind, lead from one relation to
    /// another: 1 between neighbours in the sense of Freksa (1992), 8 from `before` to `after`.
    #[must_use]
    pub fn steps(self, other: Self) -> u32 {
        let pairs = self.ends().into_iter().zip(other.ends());
        pairs.map(|(one, two)| (one as i32).abs_diff(two as i32)).sum()
    }

    /// The relations of which every pair of intervals has one or its inverse: a start earlier than the other's or, at
    /// the same start, an end no later. Edges are stored this way round.
    #[must_use]
    pub fn is_forward(self) -> bool {
        self <= Self::Equals
    }
}

impl fmt::Display for Allen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Allen {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::NAMES.iter().position(|&name| name == text).map(|place| Self::ALL[place]).ok_or(())
    }
}
