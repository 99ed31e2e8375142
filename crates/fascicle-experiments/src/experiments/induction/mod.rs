//! Induction: does patching find exactly the two heads that were planted, and are they alone needed?

mod planted;
mod task;

use fascicle_causal::{Action, Grid, Intervention, MetricSpec, Per, Sweep, capture, patch, run_with};
use fascicle_core::seed::Seeds;
use fascicle_models::{Site, SiteKind, SiteSelector};

use self::planted::{HEADS, Planted};
use self::task::{CHANCE, HALF, Task};
use crate::{
    Band, Bars, Claim, Context, Doing, Experiment, ExperimentError, Figure, Findings, Heatmap, Info, Outcome,
    Paper, ReferenceLine, Scale, Series, Source,
};

/// The induction circuit, planted.
pub(super) struct Induction;

const LAYERS: usize = 2;
/// A head that restores at least this share of the clean run's answer is singled out.
const SINGLED_OUT: f64 = 0.5;

impl Experiment for Induction {
    fn info(&self) -> Info {
        Info {
            name: "induction",
            title: "Patching finds a planted induction circuit",
            question: "A transformer that continues “… A B … A” with B does so, it is said, by two heads in a row: one \
                       that notes each token's predecessor, and one that looks for the place whose predecessor is \
                       the present token. Does activation patching point at exactly these two, and are they alone needed?",
            method: "The weights of a two-layer attention-only transformer are set by hand, so that the answer is \
                     known: of four heads in each layer, one (drawn at random) does each half of the work and the \
                     others have small random weights. Patching: in the corrupt sequence two tokens are exchanged, \
                     so that another token follows; then one head's output at a time is taken from the clean run. \
                     Ablation: one head's output at a time is set to zero, and accuracy is measured on repeated \
                     random sequences.",
            paper: Paper {
                title: "In-context Learning and Induction Heads",
                authors: "Olsson et al.",
                year: 2022,
                source: Source::Arxiv("2209.11895"),
            },
            claims: vec![
                Claim::new(
                    "solves",
                    "The two planted heads continue repeated sequences",
                    Band::at_least(0.99),
                ),
                Claim::new(
                    "found",
                    "Patching singles out the planted heads and no other",
                    Band::exactly(1.0),
                ),
                Claim::new(
                    "restore",
                    "Either planted head alone restores the clean answer",
                    Band::at_least(0.9),
                ),
                Claim::new("idle", "No other head restores any of it", Band::at_most(0.05)),
                Claim::new(
                    "needed",
                    "Without either planted head accuracy is at chance",
                    Band::at_most(CHANCE + 0.05),
                ),
                Claim::new(
                    "spared",
                    "Without any other head accuracy changes by less than 5 points",
                    Band::at_most(0.05),
                ),
            ],
            needs: Vec::new(),
            quick_seconds: 2.0,
            full_seconds: 20.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
        let rows = if ctx.quick() { 64 } else { 512 };
        let trials = ctx.each_seed("patching and ablating every head", |seed| {
            Trial::run(Seeds::new(seed), rows, &device)
        })?;
        Ok(findings(&trials).into())
    }
}

/// One planted model, measured.
struct Trial {
    planted: Planted,
    accuracy: f64,
    /// Share of the clean answer that each head alone restores, [layer, head].
    restored: Vec<f64>,
    /// Accuracy without each head, [layer, head].
    without: Vec<f64>,
    /// What each planted head attends to in one sequence, [query, key].
    patterns: [Vec<f64>; 2],
}

impl Trial {
    fn run(seeds: Seeds, rows: usize, device: &fascicle_core::Device) -> Result<Self, ExperimentError> {
        let planted = Planted::new(seeds.named("weights"), device).doing("building the model")?;
        let model = &planted.model;
        let task = Task::new(rows, seeds.named("sequences"));

        let pairs = task.pairs().doing("making pairs")?;
        let sites = SiteSelector::parse(&["attn.hook_z"]).doing("choosing sites")?;
        let metric = MetricSpec::logit_diff(pairs.answer, pairs.wrong);
        let sweep = Sweep::new(sites, Per::Head);
        let result = patch(model, &pairs.clean, &pairs.corrupt, &metric, &sweep, &mut |_, _| ());
        let grids = result.and_then(|result| result.normalised()).doing("patching heads")?;
        let restored = grids.into_iter().flat_map(|grid: Grid| grid.values).collect();

        let inputs = task.repeated().doing("making sequences")?;
        let accuracy = task.accuracy(&run_with(model, &inputs, &[]).doing("running the model")?)?;
        let mut without = Vec::new();
        for (layer, head) in places() {
            let silence = Intervention::new(Site::block(layer, SiteKind::Z).with_head(head), Action::Zero);
            without.push(task.accuracy(&run_with(model, &inputs, &[silence]).doing("ablating a head")?)?);
        }
        let pattern = |place| pattern(&planted, &task, place);
        let patterns = [pattern(planted.previous_token)?, pattern(planted.induction)?];
        Ok(Self { accuracy, restored, without, patterns, planted })
    }

    /// Values of the planted heads, or of all others.
    fn of(&self, values: &[f64], planted: bool) -> Vec<f64> {
        let inside = |place| self.planted.circuit().contains(&place);
        places().zip(values).filter(|(place, _)| inside(*place) == planted).map(|(_, value)| *value).collect()
    }

    /// 1 if the heads that patching singles out are the planted ones.
    fn found(&self) -> f64 {
        let mut out =
            places().zip(&self.restored).filter(|(_, value)| **value >= SINGLED_OUT).map(|(place, _)| place);
        let mut circuit = self.planted.circuit().into_iter();
        f64::from(out.by_ref().eq(circuit.by_ref()))
    }
}

fn places() -> impl Iterator<Item = (usize, usize)> {
    (0..LAYERS).flat_map(|layer| (0..HEADS).map(move |head| (layer, head)))
}

/// What one head attends to in the first sequence.
fn pattern(
    planted: &Planted,
    task: &Task,
    (layer, head): (usize, usize),
) -> Result<Vec<f64>, ExperimentError> {
    let site = Site::block(layer, SiteKind::Pattern).with_head(head);
    let inputs = task.repeated().and_then(|inputs| inputs.rows(&[0])).doing("taking one sequence")?;
    let kept =
        capture(&planted.model, &inputs, &SiteSelector::sites(&[site])).doing("capturing a pattern")?;
    let values = kept.get(site).and_then(fascicle_causal::Activation::to_vec).doing("reading a pattern")?;
    Ok(values.into_iter().map(f64::from).collect())
}

fn findings(trials: &[Trial]) -> Findings {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let least = |values: Vec<f64>| values.into_iter().fold(f64::INFINITY, f64::min);
    let most = |values: Vec<f64>| values.into_iter().fold(f64::NEG_INFINITY, f64::max);
    let change =
        |trial: &Trial| trial.of(&trial.without, false).iter().map(|a| (a - trial.accuracy).abs()).collect();

    let mut findings = Findings::new();
    findings
        .measure("accuracy", "solves", over(&|trial| trial.accuracy))
        .measure("planted heads found", "found", over(&Trial::found))
        .measure("least restored by a planted head", "restore", over(&|t| least(t.of(&t.restored, true))))
        .measure("most restored by another head", "idle", over(&|t| most(t.of(&t.restored, false))))
        .measure("accuracy without the previous-token head", "needed", over(&|t| t.of(&t.without, true)[0]))
        .measure("accuracy without the induction head", "needed", over(&|t| t.of(&t.without, true)[1]))
        .measure("largest change without another head", "spared", over(&|t| most(change(t))));
    if let Some(trial) = trials.first() {
        for figure in figures(trial) {
            findings.figure(figure);
        }
    }
    findings.note(format!(
        "Chance is 1/{HALF}: a guess among the tokens of the sequence. The figures show the first seed; which heads do \
         the work is drawn anew for each."
    ));
    findings.note(
        "This checks the method where the answer is known. It says nothing on whether trained models use this circuit.",
    );
    findings
}

fn figures(trial: &Trial) -> [Figure; 4] {
    let circuit = trial.planted.circuit();
    let (previous, induction) = (name(trial.planted.previous_token), name(trial.planted.induction));
    let restored = Heatmap::layers_by_heads(
        LAYERS,
        HEADS,
        trial.restored.clone(),
        "1 = this head alone brings the clean answer back",
    );
    let letter = |i| char::from(b'a' + (i % HALF) as u8).to_string();
    let tokens: Vec<String> = std::iter::once("·".to_string()).chain((0..2 * HALF).map(letter)).collect();
    let attention = |values: &[f64]| Heatmap {
        rows: tokens.clone(),
        row_title: "token that attends".into(),
        cols: tokens.clone(),
        col_title: "token attended to".into(),
        values: values.to_vec(),
        value_label: "share of attention".into(),
        scale: Scale::UNIT,
        ..Heatmap::default()
    };
    [
        Figure::new(
            "What each head alone restores",
            format!(
                "The corrupt run with one head's output taken from the clean run. Framed: the planted heads, {previous} \
                 (notes the previous token) and {induction} (induction). All others are at zero."
            ),
            restored.scale(Scale::UNIT).highlight(circuit, "planted"),
        ),
        Figure::new(
            "Accuracy without each head",
            "One head at a time is silenced. Only the planted ones matter, and without either nothing is left.",
            Bars {
                groups: places().map(name).collect(),
                group_title: "silenced head (layer.head)".into(),
                value_title: "accuracy".into(),
                series: vec![Series { values: trial.without.clone(), ..Series::default() }],
                references: vec![
                    ReferenceLine { label: "all heads".into(), value: trial.accuracy },
                    ReferenceLine { label: "chance".into(), value: CHANCE },
                ],
            },
        ),
        Figure::new(
            format!("Head {previous} looks one token back"),
            "Attention of the previous-token head in a sequence that repeats (letters stand for its tokens).",
            attention(&trial.patterns[0]),
        ),
        Figure::new(
            format!("Head {induction} looks at what followed last time"),
            "Attention of the induction head: in the second half each token attends to the one after its first \
             occurrence, which is the one to predict.",
            attention(&trial.patterns[1]),
        ),
    ]
}

fn name((layer, head): (usize, usize)) -> String {
    format!("{layer}.{head}")
}
