//! Meaning in MiniLM: where does one swapped word's share of a sentence embedding travel?

mod pairs;

use fascicle_causal::{MetricSpec, Per, Sweep, patch};
use fascicle_graph::ops::pearson;
use fascicle_models::{Inputs, LoadedModel, SiteSelector, SitedModel, Tokenizer, load};

use self::pairs::{PAIRS, Pair};
use crate::{
    Band, CellText, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Figure, Findings, Heatmap,
    Info, Lines, Outcome, Paper, Scale, Series, Source,
};

/// Where a difference in meaning is carried in all-MiniLM-L6-v2.
pub(super) struct MeaningInMiniLm;

/// The pair that is drawn.
const SHOWN: usize = 4;

impl Experiment for MeaningInMiniLm {
    fn info(&self) -> Info {
        Info {
            name: "minilm",
            title: "Meaning in MiniLM: where one swapped word is carried",
            question: "Two sentences differ in one word, and so do their embeddings. At which token, and in which \
                       layer, does the difference lie on its way through the sentence encoder all-MiniLM-L6-v2?",
            method: "For each of 24 pairs, the residual stream at one layer and one token is moved from one sentence's \
                     run into the other's, and the cosine with the clean sentence's embedding is measured. Denoising \
                     moves clean into corrupt: 1 means that this place alone brings the clean embedding back. Noising \
                     moves corrupt into clean: 1 means that this place alone turns it into the corrupt one. Values are \
                     averaged over pairs by role: the swapped word, [CLS], [SEP], and the other words (the largest of them).",
            paper: Paper {
                title: "How to Use and Interpret Activation Patching",
                authors: "Heimersheim & Nanda",
                year: 2024,
                source: Source::Arxiv("2404.15255"),
            },
            claims: vec![
                Claim::new(
                    "enters",
                    "Before the first layer, the swapped word's place alone carries the whole difference",
                    Band::between(0.999, 1.001),
                ),
                Claim::new(
                    "stays",
                    "After every layer, the swapped word's place carries more than half of it",
                    Band::at_least(0.5),
                ),
                Claim::new(
                    "elsewhere",
                    "After the last layer, no other single token carries as much as the swapped word's",
                    Band::at_least(0.95),
                ),
                Claim::new(
                    "spreads",
                    "Layer by layer, the swapped word's place loses share to the others",
                    Band::at_most(0.0),
                ),
                Claim::new(
                    "both ways",
                    "Denoising and noising tell the same story (correlation over layers and roles)",
                    Band::at_least(0.9),
                ),
            ],
            needs: vec![DataNeed {
                name: "minilm",
                what: "the sentence encoder all-MiniLM-L6-v2 (90 MB)",
                how_to_get: "`fascicle fetch minilm`",
            }],
            quick_seconds: 25.0,
            full_seconds: 60.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
        let folder = ctx.data("minilm")?.to_path_buf();
        let model = load(&folder, &device).doing("loading MiniLM")?;
        let tokenizer = Tokenizer::load(&folder).doing("loading MiniLM's tokenizer")?;
        let mut traced = Vec::new();
        for (done, pair) in PAIRS.iter().enumerate() {
            ctx.progress(done, PAIRS.len(), pair.clean);
            traced.push(Trace::run(&model, &tokenizer, pair)?);
        }
        ctx.progress(PAIRS.len(), PAIRS.len(), "done");
        Ok(findings(&traced).into())
    }
}

/// One pair, traced both ways.
struct Trace {
    tokens: Vec<String>,
    swapped: usize,
    swap: String,
    cosine: f64,
    /// Share of the difference, [layer boundary, token]: row 0 is before the first layer, the last after the last.
    denoised: Vec<Vec<f64>>,
    noised: Vec<Vec<f64>>,
}

impl Trace {
    fn run(model: &LoadedModel, tokenizer: &Tokenizer, pair: &Pair) -> Result<Self, ExperimentError> {
        let encode = |text| tokenizer.encode(&[text], None).doing(format!("encoding “{text}”"));
        let (clean, corrupt) = (encode(pair.clean)?, encode(pair.corrupt)?);
        let (swapped, swap) =
            swapped(tokenizer, &clean, &corrupt).doing(format!("comparing “{}”", pair.clean))?;
        let last = model.model.n_layers() - 1;
        let names = ["hook_resid_pre".to_string(), format!("blocks.{last}.hook_resid_post")];
        let sites = SiteSelector::parse(&names).doing("choosing sites")?;
        let metric = MetricSpec::cosine(model.pooling);
        let sweep = Sweep::new(sites, Per::Position);
        let share = |sweep: &Sweep| {
            let result = patch(&model.model, &clean, &corrupt, &metric, sweep, &mut |_, _| ());
            let result = result.doing(format!("patching “{}”", pair.clean))?;
            let cosine = result.corrupt;
            let grids = result.normalised().doing(format!("comparing “{}” with its twin", pair.clean))?;
            let rows =
                grids.iter().flat_map(|grid| grid.values.chunks(grid.cols).map(<[f64]>::to_vec)).collect();
            Ok::<(f64, Vec<Vec<f64>>), ExperimentError>((cosine, rows))
        };
        let (cosine, denoised) = share(&sweep)?;
        let (_, kept) = share(&sweep.noise())?;
        // a noised run at 1 is still clean; what was moved is what it lost
        let noised = kept.into_iter().map(|row| row.into_iter().map(|value| 1.0 - value).collect()).collect();
        Ok(Self { tokens: tokenizer.tokens(clean.ids()), swapped, swap, cosine, denoised, noised })
    }

    /// The tokens that are neither [CLS] nor [SEP] nor the swapped word.
    fn others(&self) -> impl Iterator<Item = usize> {
        (1..self.tokens.len() - 1).filter(|i| *i != self.swapped)
    }

    /// The values of one layer boundary by role: swapped word, [CLS], largest other word, [SEP].
    fn roles(&self, row: &[f64]) -> [f64; 4] {
        let other = self.others().map(|i| row[i]).fold(f64::NEG_INFINITY, f64::max);
        [row[self.swapped], row[0], other, row[self.tokens.len() - 1]]
    }
}

const ROLES: [&str; 4] = ["swapped word", "[CLS]", "strongest other word", "[SEP]"];

/// The position of the one token that differs, and the tokens: "mouse → truck".
fn swapped(tokenizer: &Tokenizer, clean: &Inputs, corrupt: &Inputs) -> Result<(usize, String), String> {
    let (a, b) = (clean.ids(), corrupt.ids());
    let differing: Vec<usize> = (0..a.len().min(b.len())).filter(|i| a[*i] != b[*i]).collect();
    match differing[..] {
        [place] if a.len() == b.len() => {
            let words = tokenizer.tokens(&[a[place], b[place]]);
            Ok((place, words.join(" → ")))
        }
        _ => Err(format!(
            "the pair differs at {} tokens and has {} and {} of them, expected one and equally many",
            differing.len(),
            a.len(),
            b.len()
        )),
    }
}

fn findings(traces: &[Trace]) -> Findings {
    let boundaries = traces.first().map_or(0, |trace| trace.denoised.len());
    let denoised = by_role(traces, boundaries, |trace| &trace.denoised);
    let noised = by_role(traces, boundaries, |trace| &trace.noised);
    let swapped: Vec<f64> = denoised.iter().map(|roles| roles[0]).collect();
    let per_pair =
        |boundary: usize| traces.iter().map(|t| t.denoised[boundary][t.swapped]).collect::<Vec<f64>>();
    let ahead = |trace: &Trace| {
        let last = &trace.denoised[boundaries - 1];
        f64::from((0..trace.tokens.len()).all(|i| i == trace.swapped || last[i] < last[trace.swapped]))
    };
    let both_ways = pearson(&denoised.concat(), &noised.concat()).unwrap_or(f64::NAN);
    let steps = swapped.windows(2).map(|pair| pair[1] - pair[0]);

    let mut findings = Findings::new();
    findings
        .measure("share at the swapped word before layer 0", "enters", per_pair(0))
        .measure("least share at the swapped word after any layer", "stays", [fold_min(&swapped)])
        .measure(
            "pairs whose swapped word leads after the last layer",
            "elsewhere",
            traces.iter().map(ahead).collect::<Vec<_>>(),
        )
        .measure(
            "largest gain of the swapped word in any layer",
            "spreads",
            [steps.fold(f64::NEG_INFINITY, f64::max)],
        )
        .measure("correlation of denoising and noising", "both ways", [both_ways]);
    for figure in figures(traces, &denoised, &noised) {
        findings.figure(figure);
    }
    let cosines: Vec<f64> = traces.iter().map(|trace| trace.cosine).collect();
    findings.note(format!(
        "Cosine between the two sentences of a pair: {:.2} on average, from {:.2} to {:.2}.",
        cosines.iter().sum::<f64>() / cosines.len().max(1) as f64,
        fold_min(&cosines),
        cosines.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    ));
    findings.note(
        "The paper gives the method, not these claims: they are this project's own, on 24 hand-written English pairs. \
         Shares of single places need not sum to 1, because the encoder is not linear.",
    );
    findings
}

/// Mean over the pairs for each layer boundary and role.
fn by_role(traces: &[Trace], boundaries: usize, of: impl Fn(&Trace) -> &Vec<Vec<f64>>) -> Vec<[f64; 4]> {
    let mean = |boundary: usize, role: usize| {
        traces.iter().map(|trace| trace.roles(&of(trace)[boundary])[role]).sum::<f64>() / traces.len() as f64
    };
    (0..boundaries).map(|boundary| [0, 1, 2, 3].map(|role| mean(boundary, role))).collect()
}

fn fold_min(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

fn figures(traces: &[Trace], denoised: &[[f64; 4]], noised: &[[f64; 4]]) -> Vec<Figure> {
    let shown = traces.get(SHOWN).or(traces.first());
    let map = |trace: &Trace, rows: &[Vec<f64>], label: &str| {
        let values = rows.concat();
        Heatmap {
            rows: boundaries(rows.len()),
            ..Heatmap::layers_by_tokens([], &trace.tokens, values, label)
        }
        .scale(Scale::UNIT)
        .highlight((0..rows.len()).map(|row| (row, trace.swapped)).collect::<Vec<_>>(), "the swapped word")
    };
    let roles = |table: &[[f64; 4]], label: &str| Heatmap {
        cols: ROLES.map(String::from).to_vec(),
        col_title: "token, by role".into(),
        rows: boundaries(table.len()),
        cell_text: CellText::Values(2),
        ..Heatmap::layers_by_tokens([], &[], table.concat(), label).scale(Scale::UNIT)
    };
    let back = "1 = this place alone brings the clean embedding back";
    let away = "1 = this place alone turns it into the other embedding";
    let mut figures = Vec::new();
    if let Some(trace) = shown {
        figures.push(Figure::new(
            format!("One pair: {}", trace.swap),
            "Each cell is one run: the second sentence, with the stream at this token and layer taken from the first. \
             Strong colour: this place carries what makes the first sentence's embedding. The word enters at the bottom and \
             the embedding, the mean over all tokens, is read at the top.",
            map(trace, &trace.denoised, back),
        ));
        figures.push(Figure::new(
            format!("The same pair the other way: {}", trace.swap),
            "The first sentence, with the stream at this token and layer taken from the second (noising).",
            map(trace, &trace.noised, away),
        ));
    }
    let count = traces.len();
    figures.push(Figure::new(
        format!("All {count} pairs, denoising"),
        format!(
            "Mean over {count} pairs. The difference stays where the word stands and thins out with depth."
        ),
        roles(denoised, back),
    ));
    figures.push(Figure::new(
        format!("All {count} pairs, noising"),
        "The same, moving the other sentence's stream in. That the two agree says that the place is both enough and needed.",
        roles(noised, away),
    ));
    let line = |name: &str, table: &[[f64; 4]]| {
        Series::new(name, table.iter().map(|row| row[0]).collect::<Vec<_>>())
    };
    figures.push(Figure::new(
        "How much the swapped word's place still carries",
        "Share of the difference between the two embeddings, before the first layer (0) and after each.",
        Lines {
            x_title: "layers passed".into(),
            value_title: "share carried by the swapped word's place".into(),
            series: vec![line("denoising", denoised), line("noising", noised)],
            ..Lines::default()
        },
    ));
    figures
}

/// "embedding", "after 0", "after 1", …
fn boundaries(count: usize) -> Vec<String> {
    (0..count).map(|row| if row == 0 { "embedding".into() } else { format!("after {}", row - 1) }).collect()
}
