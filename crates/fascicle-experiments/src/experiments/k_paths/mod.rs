//! K-Paths: do a few paths with different relations carry what a whole knowledge graph knows of a pair?

mod distmult;
mod figures;
mod known;
mod links;
mod retrieval;
mod rgcn;

use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{Fact, read_facts};

use self::links::{Beside, Links, TARGETS};
use self::retrieval::Retrieval;
use crate::measurement::mean;
use crate::{
    Band, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper,
    Source,
};

/// Diverse paths on UMLS, and link prediction from their union.
pub(super) struct KPathsOnUmls;

/// How many pairs are asked about.
const PAIRS: usize = 60;
/// How many paths are kept for each.
const K: usize = 10;

impl Experiment for KPathsOnUmls {
    fn info(&self) -> Info {
        Info {
            name: "k-paths",
            title: "K-Paths: ten different paths for a pair of concepts",
            question: "Between two concepts of a knowledge graph there are thousands of short paths, most of which say \
                       the same. K-Paths keeps the shortest ones whose sequences of relations differ. Do they say more, \
                       and is the small graph that they make up as good to predict links from as the whole?",
            method: "UMLS, 135 biomedical concepts: parallel relations of a pair are merged and every edge gets an \
                     inverse. For 60 random pairs, 10 paths of at most 3 edges are fetched with and without the filter. \
                     Then DistMult (dimension 32, softmax over all concepts, both directions) learns links twice. Alone: \
                     from the union of the paths of 60 held-out pairs and nothing else, asked about these pairs. Beside: \
                     as in the paper, all known pairs of one relation are given, the other relations are the background, \
                     and the union is of the paths of all that relation's pairs, known and held out. Facts between held-out \
                     pairs (alone) or of the relation itself (beside) never enter the paths. Always against the whole \
                     graph and a random subgraph with as many facts. A relational graph network (R-GCN, three layers of \
                     width 32, two bases) is put to the second task, too: entities tell each other along the background \
                     alone, and the known pairs are what is learnt.",
            paper: Paper {
                title: "K-Paths: Reasoning over Graph Paths for Drug Repurposing and Drug Interaction Prediction",
                authors: "Abdullahi et al.",
                year: 2025,
                source: Source::Arxiv("2502.13344"),
            },
            claims: vec![
                Claim::new(
                    "diverse",
                    "Ten diverse paths have ten different sequences of relations",
                    Band::between(9.9, 10.0),
                ),
                Claim::new(
                    "unfiltered",
                    "The ten shortest paths have fewer, about 7.7",
                    Band::between(7.2, 8.2),
                ),
                Claim::new(
                    "share",
                    "The union of the diverse paths has about 14 % of the edges",
                    Band::between(0.12, 0.16),
                ),
                Claim::new(
                    "alone",
                    "Trained on the union alone, a link predictor is at most 2 points of MRR worse",
                    Band::at_most(0.02),
                ),
                Claim::new(
                    "beside",
                    "As background beside the known pairs, the union is at most 2 points of MRR worse than the whole graph",
                    Band::at_most(0.02),
                )
                .paper("equal quality, 90 % fewer edges"),
                Claim::new(
                    "paths",
                    "It is the paths, not the size: a random subgraph with as many facts is worse",
                    Band::at_least(0.01),
                ),
            ],
            needs: vec![DataNeed {
                name: "kg-umls",
                what: "UMLS, 135 biomedical concepts with 46 relations (326 kB)",
                how_to_get: "`fascicle fetch kg-umls`",
            }],
            quick_seconds: 35.0,
            full_seconds: 240.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
        let folder = ctx.data("kg-umls")?.to_path_buf();
        let split = |name: &str| read_facts(&folder.join(format!("umls_{name}.txt"))).doing("reading UMLS");
        let data = Splits { train: split("train")?, valid: split("valid")?, test: split("test")? };
        let seeds = ctx.seeds().to_vec();
        let trained = if ctx.quick() { seeds.len().min(QUICK_SEEDS) } else { seeds.len() };
        let targets = if ctx.quick() { QUICK_TARGETS } else { TARGETS.len() };
        let networks = if ctx.quick() { 1 } else { trained };
        let steps = 1 + trained + networks;

        ctx.progress(0, steps, "fetching paths");
        let retrievals = seeds
            .iter()
            .map(|&seed| Retrieval::random_pairs(&data.train, PAIRS, Seeds::new(seed).named("pairs")))
            .collect::<Result<Vec<_>, _>>()?;
        let (mut alone, mut beside) = (Vec::new(), Vec::new());
        for (done, &seed) in seeds.iter().take(trained).enumerate() {
            ctx.progress(1 + done, steps, "learning links");
            let links = Links::new(&data, Seeds::new(seed), &device);
            let (one, many) = rayon::join(|| links.alone(PAIRS), || links.beside());
            alone.push(one?);
            beside.push(many?);
        }
        let mut told = Vec::new();
        for (done, &seed) in seeds.iter().take(networks).enumerate() {
            ctx.progress(1 + trained + done, steps, "passing messages");
            let links = Links::new(&data, Seeds::new(seed), &device);
            let scores = TARGETS.iter().take(targets).map(|target| links.told(target));
            told.push(scores.collect::<Result<Vec<_>, _>>()?);
        }
        ctx.progress(steps, steps, "done");
        Ok(findings(&retrievals, &alone, &beside, &told).into())
    }
}

/// Seeds with which links are learnt at the quick size: each is a dozen models.
const QUICK_SEEDS: usize = 2;
/// Relations that graph networks predict at the quick size, of one seed.
const QUICK_TARGETS: usize = 1;

/// The facts, as they are published.
struct Splits {
    train: Vec<Fact>,
    valid: Vec<Fact>,
    test: Vec<Fact>,
}

/// MRR with the whole graph, the union, a random subgraph and (beside known pairs) no background.
type Scores = [f64; 4];

fn findings(
    retrievals: &[Retrieval],
    alone: &[links::Alone],
    beside: &[Vec<Beside>],
    told: &[Vec<Scores>],
) -> Findings {
    let over = |measure: &dyn Fn(&Retrieval) -> f64| retrievals.iter().map(measure).collect::<Vec<f64>>();
    let gap = |scores: &Scores, from: usize, to: usize| scores[from] - scores[to];
    let mut findings = Findings::new();
    findings
        .measure("different sequences among 10 diverse paths", "diverse", over(&|r| mean(&r.diverse)))
        .measure(
            "different sequences among the 10 shortest paths",
            "unfiltered",
            over(&|r| mean(&r.unfiltered)),
        )
        .measure("share of edges in the union", "share", over(&|r| r.edge_share))
        .measure(
            "whole graph minus union, alone",
            "alone",
            alone.iter().map(|one| gap(&one.scores, 0, 1)).collect::<Vec<_>>(),
        );
    for (at, target) in TARGETS.iter().enumerate() {
        let gaps: Vec<f64> = beside.iter().map(|one| gap(&one[at].scores, 0, 1)).collect();
        findings.measure(format!("whole graph minus union, beside `{target}`"), "beside", gaps);
    }
    for (at, target) in targets_of(told).enumerate() {
        let gaps: Vec<f64> = told.iter().map(|one| gap(&one[at], 0, 1)).collect();
        findings.measure(format!("whole graph minus union, beside `{target}`, R-GCN"), "beside", gaps);
    }
    let over_targets =
        |one: &Vec<Beside>| mean(&one.iter().map(|b| gap(&b.scores, 1, 2)).collect::<Vec<_>>());
    findings
        .measure(
            "union minus random, alone",
            "paths",
            alone.iter().map(|one| gap(&one.scores, 1, 2)).collect::<Vec<_>>(),
        )
        .measure(
            "union minus random, beside known pairs (mean of three relations)",
            "paths",
            beside.iter().map(over_targets).collect::<Vec<_>>(),
        )
        .measure(
            "union minus random, beside known pairs, R-GCN",
            "paths",
            told.iter()
                .map(|one| mean(&one.iter().map(|scores| gap(scores, 1, 2)).collect::<Vec<_>>()))
                .collect::<Vec<_>>(),
        );
    for figure in figures::of(retrievals, alone, beside, told) {
        findings.figure(figure);
    }
    notes(&mut findings, retrievals, alone, beside);
    findings
}

/// The relations that graph networks predicted.
fn targets_of(told: &[Vec<Scores>]) -> impl Iterator<Item = &'static str> {
    TARGETS.into_iter().take(told.first().map_or(0, Vec::len))
}

fn notes(findings: &mut Findings, retrievals: &[Retrieval], alone: &[links::Alone], beside: &[Vec<Beside>]) {
    let facts = mean(&retrievals.iter().map(|r| r.fact_share).collect::<Vec<_>>());
    findings.note(format!(
        "The share counts merged edges, each pair of concepts once in each direction. The filter prefers pairs with many \
         relations: the same unions have {:.0} % of the facts.",
        100.0 * facts
    ));
    let elsewhere = |at: usize| mean(&alone.iter().map(|one| one.elsewhere[at]).collect::<Vec<_>>());
    findings.note(format!(
        "Alone, the model is asked about the 60 pairs whose paths it has. About all other held-out facts it knows less: \
         MRR {:.2} from the whole graph, {:.2} from the union, {:.2} from a random subgraph.",
        elsewhere(0),
        elsewhere(1),
        elsewhere(2)
    ));
    let without: Vec<String> = TARGETS
        .iter()
        .enumerate()
        .map(|(at, target)| {
            let share = mean(&beside.iter().map(|one| one[at].fact_share).collect::<Vec<_>>());
            format!("{:.0} % for `{target}`", 100.0 * share)
        })
        .collect();
    findings.note(format!(
        "Beside known pairs, the union keeps this much of the background: {}. The relations are the three most frequent. \
         The bar “no background” says what the known pairs are worth by themselves.",
        without.join(", ")
    ));
    findings.note(
        "The paper's claim of equal quality is for graph networks that classify drug pairs in Hetionet, a graph 300 times as \
         large; links ranked in UMLS are this project's small stand-in.",
    );
}

#[cfg(test)]
mod tests;
