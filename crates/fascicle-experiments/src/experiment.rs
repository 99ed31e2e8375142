//! What an experiment is: a paper's claims as numbers with bands, and the code that measures them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::figure::Figure;
use crate::number;
use crate::{Context, ExperimentError};

/// One paper, or one claim of a field, that can be checked by running something.
pub trait Experiment: Send + Sync {
    /// What is checked, against which figures, with which data. Cheap: called for listings.
    fn info(&self) -> Info;

    /// Measures.
    ///
    /// Randomness comes from [`Context::seeds`] alone, so that two runs of one size agree.
    ///
    /// # Errors
    /// Anything that keeps the experiment from measuring. A claim that does not hold is no error, and neither is
    /// missing data: that is [`Outcome::Unavailable`].
    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError>;
}

/// How much work to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// All experiments together in minutes on two cores.
    Quick,
    /// As near to the paper as the data and this machine allow.
    #[default]
    Full,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Quick => "quick",
            Self::Full => "full",
        })
    }
}

/// What a reader wants to know before an experiment runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Info {
    /// Short name for the command line and the result file: `induction`. Lower-case letters, digits, `-`.
    pub name: &'static str,
    /// Heading in the report.
    pub title: &'static str,
    /// What is asked, in a sentence or two that need no prior reading.
    pub question: &'static str,
    /// How it was tested, in a short paragraph.
    pub method: &'static str,
    /// Where the claims come from.
    pub paper: Paper,
    /// What is claimed, and what would count as the same result here.
    pub claims: Vec<Claim>,
    /// Data and models without which nothing can be measured.
    pub needs: Vec<DataNeed>,
    /// Expected duration at [`Size::Quick`] on two cores, seconds.
    pub quick_seconds: f64,
    /// Expected duration at [`Size::Full`] on two cores, seconds.
    pub full_seconds: f64,
}

/// A paper's title, authors, year and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Title.
    pub title: &'static str,
    /// Authors, as cited: "Olsson et al.".
    pub authors: &'static str,
    /// Year of publication.
    pub year: u16,
    /// Where to read it.
    pub source: Source,
}

/// Where a paper can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An arXiv number: `2209.11895`.
    Arxiv(&'static str),
    /// A web address.
    Url(&'static str),
    /// Nowhere: the model was built by hand so that the right answer is known, and the paper is where the idea is from.
    Planted,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Arxiv(number) => write!(f, "arXiv:{number}"),
            Self::Url(url) => f.write_str(url),
            Self::Planted => f.write_str("planted"),
        }
    }
}

impl fmt::Display for Paper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}). {}. {}", self.authors, self.year, self.title, self.source)
    }
}

/// One claim and the band that a measured figure must lie in for the claim to count as reproduced.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Short name, unique within the experiment; measurements refer to it.
    pub id: &'static str,
    /// The claim as a sentence without a full stop.
    pub text: &'static str,
    /// The paper's own figure, where there is one.
    pub paper_value: Option<&'static str>,
    /// What is expected at [`Size::Full`].
    pub band: Band,
    /// What is expected at [`Size::Quick`], when that differs.
    pub quick_band: Option<Band>,
}

impl Claim {
    /// A claim without a figure of the paper's own, with one band for both sizes.
    pub fn new(id: &'static str, text: &'static str, band: Band) -> Self {
        Self { id, text, paper_value: None, band, quick_band: None }
    }

    /// Adds the paper's figure.
    #[must_use]
    pub fn paper(mut self, value: &'static str) -> Self {
        self.paper_value = Some(value);
        self
    }

    /// Sets another band for [`Size::Quick`]: less data or fewer steps can honestly move or widen what is expected.
    #[must_use]
    pub fn quick(mut self, band: Band) -> Self {
        self.quick_band = Some(band);
        self
    }

    /// The band at `size`.
    pub fn band_at(&self, size: Size) -> Band {
        match size {
            Size::Quick => self.quick_band.unwrap_or(self.band),
            Size::Full => self.band,
        }
    }
}

/// A closed interval; an end that is `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Smallest value that still counts.
    pub low: Option<f64>,
    /// Largest value that still counts.
    pub high: Option<f64>,
}

impl Band {
    /// `low` or more.
    pub const fn at_least(low: f64) -> Self {
        Self { low: Some(low), high: None }
    }

    /// `high` or less.
    pub const fn at_most(high: f64) -> Self {
        Self { low: None, high: Some(high) }
    }

    /// From `low` to `high`, both included.
    pub const fn between(low: f64, high: f64) -> Self {
        Self { low: Some(low), high: Some(high) }
    }

    /// Exactly `value`: for what is a count or an identity.
    pub const fn exactly(value: f64) -> Self {
        Self::between(value, value)
    }

    /// Whether `x` lies inside; never for NaN.
    pub fn contains(self, x: f64) -> bool {
        !x.is_nan() && self.low.is_none_or(|low| x >= low) && self.high.is_none_or(|high| x <= high)
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = number::exact;
        match (self.low, self.high) {
            (None, None) => f.write_str("any"),
            (Some(low), None) => write!(f, "≥ {}", text(low)),
            (None, Some(high)) => write!(f, "≤ {}", text(high)),
            (Some(low), Some(high)) if low == high => write!(f, "{}", text(low)),
            (Some(low), Some(high)) => write!(f, "{} to {}", text(low), text(high)),
        }
    }
}

/// Data or a model that an experiment cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataNeed {
    /// Name in the catalogue of data: `minilm`.
    pub name: &'static str,
    /// What it is, for a reader: "the sentence encoder all-MiniLM-L6-v2".
    pub what: &'static str,
    /// What to do to get it: "`fascicle fetch minilm`".
    pub how_to_get: &'static str,
}

/// What came of an experiment that did not break.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Figures were measured.
    Measured(Findings),
    /// Something that the experiment needs cannot be had here.
    Unavailable {
        /// What is missing.
        reason: String,
        /// What to do about it.
        how_to_get: String,
    },
}

/// What an experiment measured. Built up while it runs, then turned into an [`Outcome`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    pub(crate) measured: Vec<Measured>,
    pub(crate) figures: Vec<Figure>,
    pub(crate) notes: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) claim: String,
    pub(crate) values: Vec<f64>,
}

impl Findings {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a figure for `claim` (its id): `values` are one for each seed, or one alone where nothing is random.
    ///
    /// Several measurements may answer one claim; each is judged by the claim's band.
    pub fn measure(
        &mut self,
        name: impl Into<String>,
        claim: &str,
        values: impl Into<Vec<f64>>,
    ) -> &mut Self {
        self.measured.push(Measured { name: name.into(), claim: claim.to_string(), values: values.into() });
        self
    }

    /// Adds a figure to look at.
    pub fn figure(&mut self, figure: Figure) -> &mut Self {
        self.figures.push(figure);
        self
    }

    /// Adds a remark or a limit, one sentence or two.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }
}

impl From<Findings> for Outcome {
    fn from(findings: Findings) -> Self {
        Self::Measured(findings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands() {
        for (band, inside, outside, text) in [
            (Band::at_least(0.95), 0.95, 0.949, "≥ 0.95"),
            (Band::at_most(-0.05), -0.05, 0.0, "≤ −0.05"),
            (Band::between(0.2, 0.3), 0.25, 0.31, "0.2 to 0.3"),
            (Band::exactly(2.0), 2.0, 3.0, "2"),
            (Band::default(), 1e300, f64::NAN, "any"),
        ] {
            assert!(band.contains(inside), "{inside} in {band}");
            assert!(!band.contains(outside), "{outside} not in {band}");
            assert!(!band.contains(f64::NAN));
            assert_eq!(band.to_string(), text);
        }
    }
}
