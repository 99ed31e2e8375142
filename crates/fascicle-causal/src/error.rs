//! Everything that can go wrong when a model is traced.

mod words;

use fascicle_models::{ModelError, Site};

use crate::metric::MetricKind;
use crate::place::Per;
use words::{Bytes, did_you_mean, instead, names, sizes};

/// What went wrong, with the site, shape or value concerned and what was expected.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CausalError {
    /// The model refused: inputs, site names, layers.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A site that other models have and this one does not.
    #[error("this model has no site `{site}`{}", instead(*blocks, elsewhere.as_deref()))]
    NoSuchSite {
        /// The site, or the pattern, asked for.
        site: String,
        /// Blocks of the model, when the site lies in a block beyond them.
        blocks: Option<usize>,
        /// The same site in a part of the model that has it (CLIP's towers).
        elsewhere: Option<String>,
    },
    /// No site was asked for.
    #[error("no site is selected: name at least one, such as `*hook_resid_pre`")]
    NothingSelected,
    /// A scope or sweep over an axis that the site does not have.
    #[error("`{site}` has no {axis} axis: its axes are {axes}")]
    NoSuchAxis {
        /// The site.
        site: Site,
        /// The axis asked for.
        axis: &'static str,
        /// Those it has.
        axes: String,
    },
    /// An index beyond the end of an axis.
    #[error("`{site}`: {axis} {index} is out of range: there are {len} (0 to {})", len.saturating_sub(1))]
    OutOfRange {
        /// The site.
        site: Site,
        /// What the index counts.
        axis: &'static str,
        /// The index.
        index: usize,
        /// Length of the axis.
        len: usize,
    },
    /// A scope with an empty list: nothing would be changed.
    #[error(
        "`{site}`: the list of {axis}s is empty, so nothing would be changed: list some, or drop the intervention"
    )]
    EmptyScope {
        /// The site.
        site: Site,
        /// What the list counts.
        axis: &'static str,
    },
    /// A site narrowed to one head, with a scope that lists heads too.
    #[error("`{site}` names one head and its scope lists heads {heads:?}: give one of the two")]
    HeadTwice {
        /// The site.
        site: Site,
        /// The heads of the scope.
        heads: Vec<usize>,
    },
    /// A tensor that does not fit its site; tensors are never broadcast.
    #[error("`{site}`: the {what} has shape {got:?}, expected {expected:?}")]
    Shape {
        /// The site.
        site: Site,
        /// Which tensor.
        what: &'static str,
        /// Its shape.
        got: Vec<usize>,
        /// The shape that fits.
        expected: Vec<usize>,
    },
    /// A number that cannot be used in an action.
    #[error("`{site}`: {what} is {value}, expected {expected}")]
    BadNumber {
        /// The site.
        site: Site,
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f32,
        /// What it may be.
        expected: &'static str,
    },
    /// A list that needs one entry for each row of the batch.
    #[error("{what} has length {got}, expected {batch}: one for each row of the batch")]
    RowCount {
        /// Which list.
        what: String,
        /// Its length.
        got: usize,
        /// Rows of the batch.
        batch: usize,
    },
    /// A mean over positions that are padding in every row.
    #[error(
        "`{site}`: position {position} is padding in every row, so it has no mean: take the mean over all positions"
    )]
    NothingToAverage {
        /// The site.
        site: Site,
        /// The position.
        position: usize,
    },
    /// The pass went by without visiting these sites.
    #[error("never reached: {}: the pass started after these sites or stopped before them", names(sites))]
    NeverReached {
        /// The sites.
        sites: Vec<Site>,
    },
    /// A tensor kept under another site, or not kept at all.
    #[error("`{site}` was not captured (captured: {})", names(captured))]
    NotCaptured {
        /// The site asked for.
        site: Site,
        /// What there is.
        captured: Vec<Site>,
    },
    /// More would be kept than the budget allows. Nothing was run.
    #[error(
        "keeping {count} sites takes {} and the budget is {}; largest: {}; select fewer sites, fewer rows, or raise the budget",
        Bytes(*needed), Bytes(*budget), sizes(largest)
    )]
    OverBudget {
        /// How many sites were selected.
        count: usize,
        /// Bytes that they take together.
        needed: u64,
        /// Bytes allowed.
        budget: u64,
        /// The largest sites, with their bytes.
        largest: Vec<(Site, u64)>,
    },
    /// A kept tensor read with another number of axes.
    #[error("the activation has {got} axes {dims:?}, it was read as a tensor with {expected}")]
    Rank {
        /// Its number of axes.
        got: usize,
        /// The number asked for.
        expected: usize,
        /// Its shape.
        dims: Vec<usize>,
    },
    /// A name that is not a metric.
    #[error("unknown metric `{text}`{} (metrics: {})", did_you_mean(nearest.as_deref()), MetricKind::names())]
    UnknownMetric {
        /// What was asked for.
        text: String,
        /// The nearest known name.
        nearest: Option<String>,
    },
    /// A metric without the token ids that it compares.
    #[error("metric {metric} needs `{field}`: one token id for each row of the batch")]
    MetricNeeds {
        /// The metric.
        metric: MetricKind,
        /// What is missing.
        field: &'static str,
    },
    /// A token id of a metric that the model does not have.
    #[error("`{field}` of row {row} is token {id}, outside the vocabulary of {vocab} (ids 0 to {})", vocab - 1)]
    MetricToken {
        /// `answer` or `wrong`.
        field: &'static str,
        /// Row of the batch.
        row: usize,
        /// The id.
        id: i64,
        /// Size of the vocabulary.
        vocab: usize,
    },
    /// A position of a metric that the sequence does not have.
    #[error("`position` of row {row} is {position}, expected 0 to {}", positions - 1)]
    MetricPosition {
        /// Row of the batch.
        row: usize,
        /// The position.
        position: i64,
        /// Length of the sequence.
        positions: usize,
    },
    /// A metric of an output that the model does not give.
    #[error("metric {metric} reads {output}, which this model does not give{}", metric.instead())]
    NoOutput {
        /// The metric.
        metric: MetricKind,
        /// The output.
        output: &'static str,
    },
    /// Outputs that cannot be those of the inputs that they are judged with.
    #[error(
        "outputs are {outputs:?} and inputs {inputs:?} ([batch, positions]): judge a run with its own inputs"
    )]
    OtherInputs {
        /// Of the outputs.
        outputs: [usize; 2],
        /// Of the inputs.
        inputs: [usize; 2],
    },
    /// A run with other rows than its metric.
    #[error(
        "the run has {rows} rows, expected {batch} or a multiple of it: those that the metric was prepared for"
    )]
    OtherRows {
        /// Rows of the run.
        rows: usize,
        /// Rows of the metric.
        batch: usize,
    },
    /// A metric that is not a finite number.
    #[error("metric {metric} is {value} for row {row} of {run}")]
    NonFinite {
        /// The metric.
        metric: MetricKind,
        /// Row of the batch.
        row: usize,
        /// The value.
        value: f64,
        /// Which run.
        run: String,
    },
    /// Clean and corrupt inputs that do not lie over each other.
    #[error(
        "clean inputs are {clean:?} and corrupt inputs {corrupt:?} ([batch, positions] of texts, [batch, channel, \
         height, width] of images): patching puts one in the other's place, so both need the same shape (pad the \
         shorter)"
    )]
    ShapesDiffer {
        /// Of the clean inputs.
        clean: Vec<usize>,
        /// Of the corrupt inputs.
        corrupt: Vec<usize>,
    },
    /// Clean and corrupt runs that the metric does not tell apart.
    #[error(
        "the metric is {clean} on the clean and {corrupt} on the corrupt inputs: too close to normalise by their difference"
    )]
    NoDifference {
        /// On the clean inputs.
        clean: f64,
        /// On the corrupt inputs.
        corrupt: f64,
    },
    /// A sweep over places that these sites do not have.
    #[error("a sweep per {per} cannot go over {}{}", names(sites), per.wanted())]
    SweepAxis {
        /// The kind of place.
        per: Per,
        /// The sites without it.
        sites: Vec<Site>,
    },
    /// No row may go into a forward pass.
    #[error("rows_per_forward is 0, expected at least 1")]
    NoRows,
    /// A result cannot be read back from the device.
    #[error("cannot read {what} back from the device: {reason}")]
    Read {
        /// What was read.
        what: String,
        /// The device's words.
        reason: String,
    },
}
