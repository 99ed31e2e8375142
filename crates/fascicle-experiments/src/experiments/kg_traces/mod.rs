//! KG-TRACES: a question becomes a path of relations, the graph carries it out, and each step says where it is from.

mod answering;
mod questions;
mod seq2seq;

use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{FactIndex, graph_of, read_facts, read_questions};
use rayon::prelude::*;

use self::answering::{DELETED, Gold, METHODS, Trial};
use crate::measurement::{mean, mean_and_spread};
use crate::{
    Band, Bars, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Figure, Findings, Info, Lines,
    Outcome, Paper, Series, Source,
};

/// Relation paths for the questions of PathQuestion.
pub(super) struct KgTraces;

/// Seeds at the quick size: each trains a model.
const QUICK_SEEDS: usize = 2;
/// Where in [`DELETED`] a fifth of the facts is gone.
const A_FIFTH: usize = 2;

impl Experiment for KgTraces {
    fn info(&self) -> Info {
        Info {
            name: "kg-traces",
            title: "KG-TRACES: relation paths that a graph can vouch for",
            question: "A question such as “what is the nation of X's spouse?” can be answered by a path of relations \
                       through a knowledge graph. Can a small model write that path, does the graph then know every step, \
                       and do the tags <KG> and <INFERRED> tell when the graph has gaps?",
            method: "PathQuestion, two hops: 1,908 questions over 1,211 facts. A gated recurrent network (encoder and \
                     decoder, 64 units) reads the question with its entity masked and writes relations, the best three \
                     paths by beam search. Held out are all questions of one wording in five, so that no held-out wording \
                     was trained on, with any entity. Paths are carried out breadth-first with exact relations; steps \
                     that no fact allows are tagged <INFERRED>. Then facts are deleted at random. For comparison: the path of \
                     the training question with the most words in common, and paths ranked by HITS and PageRank without \
                     a look at the question.",
            paper: Paper {
                title: "KG-TRACES: Enhancing Large Language Models with Knowledge Graph-constrained Trajectory Reasoning \
                        and Attribution Supervision",
                authors: "Wu et al.",
                year: 2025,
                source: Source::Arxiv("2506.00783"),
            },
            claims: vec![
                Claim::new("gold", "Carrying out the right path always finds the answer", Band::exactly(1.0)),
                Claim::new(
                    "shortest",
                    "The right path is a shortest one for 88 % of the questions",
                    Band::between(0.875, 0.885),
                ),
                Claim::new("exact", "The model writes exactly the right path", Band::at_least(0.9)),
                Claim::new(
                    "reads",
                    "It does more than look up the most similar question",
                    Band::at_least(0.1),
                ),
                Claim::new("known", "The graph knows the steps it writes", Band::at_least(0.9)),
                Claim::new(
                    "ranking",
                    "Its answers are better (F1) than those of paths ranked without the question",
                    Band::at_least(0.1),
                ),
                Claim::new(
                    "proportion",
                    "With 20 % of the facts deleted, hits fall by about 20 % (fall over share deleted)",
                    Band::between(0.75, 1.25),
                ),
                Claim::new(
                    "chains",
                    "They fall as chains of two facts break (hits left over 0.8 squared)",
                    Band::between(0.9, 1.1),
                ),
                Claim::new(
                    "inferred",
                    "With 20 % deleted, more steps are tagged <INFERRED>",
                    Band::at_least(0.1),
                ),
            ],
            needs: vec![DataNeed {
                name: "kg-pathquestion",
                what: "PathQuestion: questions with the relation paths that answer them (2.4 MB)",
                how_to_get: "put it into the folder that `FASCICLE_DATA` names; it has no licence to be passed on",
            }],
            quick_seconds: 25.0,
            full_seconds: 70.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
        let folder = ctx.data("kg-pathquestion")?.to_path_buf();
        let facts = read_facts(&folder.join("2H-kb.txt")).doing("reading the facts")?;
        let questions = read_questions(&folder.join("PQ-2H.txt")).doing("reading the questions")?;
        let graph = graph_of(&facts).doing("building the graph")?;
        let index = FactIndex::new(&graph).doing("sorting the facts")?;
        let most = if ctx.quick() { QUICK_SEEDS } else { usize::MAX };
        let seeds: Vec<u64> = ctx.seeds().iter().copied().take(most).collect();
        ctx.progress(0, 2, "carrying out the right paths");
        let gold = Gold::of(&index, &questions)?;
        ctx.progress(1, 2, "training and answering");
        let trials = seeds
            .par_iter()
            .map(|&seed| Trial::run(&index, &questions, Seeds::new(seed), &device))
            .collect::<Result<Vec<_>, _>>()?;
        ctx.progress(2, 2, "done");
        Ok(findings(&gold, &trials).into())
    }
}

fn findings(gold: &Gold, trials: &[Trial]) -> Findings {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let best_ranking =
        |trial: &Trial| METHOD_RANKINGS.map(|method| trial.scores[method].f1).into_iter().fold(0.0, f64::max);
    // Where nothing was hit, nothing is left.
    let left = |trial: &Trial| if trial.hits[0] > 0.0 { trial.hits[A_FIFTH] / trial.hits[0] } else { 0.0 };
    let share = DELETED[A_FIFTH];
    let mut findings = Findings::new();
    findings
        .measure("questions whose right path finds the answer", "gold", [gold.found])
        .measure("questions whose right path is a shortest one", "shortest", [gold.shortest])
        .measure("held-out questions with exactly the right path", "exact", over(&|trial| trial.exact))
        .measure("the same, less those of the most similar question", "reads", over(&|t| t.exact - t.similar))
        .measure("written steps that the graph knows", "known", over(&|trial| 1.0 - trial.inferred[0]))
        .measure("F1 less that of the better ranking", "ranking", over(&|t| t.scores[0].f1 - best_ranking(t)))
        .measure("fall of hits over share deleted", "proportion", over(&|trial| (1.0 - left(trial)) / share))
        .measure("hits left over chains left", "chains", over(&|trial| left(trial) / (1.0 - share).powi(2)))
        .measure("rise of <INFERRED> steps", "inferred", over(&|t| t.inferred[A_FIFTH] - t.inferred[0]));
    for figure in figures(trials) {
        findings.figure(figure);
    }
    let sum = |count: &dyn Fn(&Trial) -> usize| trials.iter().map(count).sum::<usize>();
    let (tested, wrong, flagged) = (sum(&|t| t.questions), sum(&|t| t.wrong), sum(&|t| t.flagged));
    findings
        .note(format!(
            "The right paths lead to {:.2} entities on average. Where a path is no shortest one it mostly leads back to \
             where it began, or a single fact leads to the answer, too.",
            gold.answers
        ))
        .note(format!(
            "Of {tested} held-out questions over all seeds, {wrong} got a wrong path; {flagged} of these have a step that \
             the graph does not know, so that the tag alone would have caught them."
        ))
        .note(
            "Hits fall about twice as fast as facts are deleted, because an answer needs both facts of its chain: 1 − 0.8² \
             is 36 %, not 20 %. A language model could still guess what is missing; this one has no other source.",
        )
        .note(
            "PathQuestion's wordings are made from templates; that they are easy to read says little about real questions. \
             The paper trains a language model of 7 billion parameters on WebQSP and CWQ.",
        );
    findings
}

/// Which of [`METHODS`] do not look at the question.
const METHOD_RANKINGS: [usize; 2] = [3, 4];

fn figures(trials: &[Trial]) -> [Figure; 2] {
    let of = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let bars = |name: &str, measure: &dyn Fn(&Trial, usize) -> f64| {
        let values = |method: usize| of(&|trial| measure(trial, method));
        let methods = 0..METHODS.len();
        Series::new(name, methods.clone().map(|method| mean(&values(method))).collect::<Vec<_>>())
            .errors(methods.map(|method| mean_and_spread(&values(method)).1).collect::<Vec<_>>())
    };
    let line = |name: &str, measure: &dyn Fn(&Trial, usize) -> f64| {
        let values = |at: usize| of(&|trial| measure(trial, at));
        let places = 0..DELETED.len();
        Series::new(name, places.clone().map(|at| mean(&values(at))).collect::<Vec<_>>())
            .errors(places.map(|at| mean_and_spread(&values(at)).1).collect::<Vec<_>>())
            .at(DELETED)
    };
    let chains = DELETED.map(|share| (1.0 - share).powi(2));
    [
        Figure::new(
            "Answers by how the path is found",
            "Held-out questions, mean and spread over seeds. A written path finds what is asked; more paths find hardly \
             more and cost precision. Rankings that do not look at the question often have the answer among their fifteen paths, and much else; few entities have more than fifteen, so that \
             both keep nearly the same.",
            Bars {
                groups: METHODS.map(str::to_owned).to_vec(),
                group_title: "how the path is found".into(),
                value_title: "share, or F1".into(),
                series: vec![
                    bars("hit", &|trial, method| trial.scores[method].hit),
                    bars("accuracy", &|trial, method| trial.scores[method].accuracy),
                    bars("F1", &|trial, method| trial.scores[method].f1),
                ],
                ..Bars::default()
            },
        ),
        Figure::new(
            "A graph with gaps: fewer hits, more inferred steps",
            "The model is the same; facts are deleted from the graph at random. Hits follow the share of chains of two facts \
             that are still whole, and the tag <INFERRED> rises with what is missing.",
            Lines {
                x_title: "share of facts deleted".into(),
                value_title: "share".into(),
                series: vec![
                    line("questions hit", &|trial, at| trial.hits[at]),
                    line("steps tagged <INFERRED>", &|trial, at| trial.inferred[at]),
                    Series::new("whole chains of two facts", chains).at(DELETED),
                ],
                ..Lines::default()
            },
        ),
    ]
}

#[cfg(test)]
mod tests;
