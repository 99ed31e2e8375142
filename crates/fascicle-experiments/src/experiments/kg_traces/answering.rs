//! Paths carried out, answers scored, steps tagged; on the whole graph and with facts deleted.

use fascicle_core::Device;
use fascicle_core::seed::Seeds;
use fascicle_graph::knowledge::{
    AnswerScore, Evidence, FactIndex, Matching, Question, RankBy, Ranking, score_answers,
};
use fascicle_graph::measure::Iteration;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::questions::{Asked, Lookup, Split, Words};
use super::seq2seq::Seq2Seq;
use crate::{Doing, ExperimentError};

/// How paths are found.
pub(super) const METHODS: [&str; 5] =
    ["written, best path", "written, best 3", "most similar question", "HITS", "PageRank"];
/// The shares of facts that are deleted.
pub(super) const DELETED: [f64; 6] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5];
/// How many paths are written for a question.
const BEAM: usize = 3;
/// The longest path that is written.
const LONGEST: usize = 3;

/// The right paths.
pub(super) struct Gold {
    /// The share of questions whose path leads to the answer.
    pub(super) found: f64,
    /// The share of questions whose path is as short as any to the answer.
    pub(super) shortest: f64,
    /// How many entities a path leads to, on average.
    pub(super) answers: f64,
}

impl Gold {
    pub(super) fn of(index: &FactIndex<'_>, questions: &[Question]) -> Result<Self, ExperimentError> {
        let (mut found, mut shortest, mut answers) = (0.0, 0.0, 0.0);
        for question in questions {
            let doing = || format!("carrying out the path of “{}”", question.text);
            let asked = Asked::new(question, index)?;
            let answer = index.entity(&question.answer).doing(doing())?;
            let ends = index.ends(asked.subject, &asked.relations).doing(doing())?;
            let ways = index.shortest(asked.subject, answer, 1).doing(doing())?;
            let hops = ways.paths.first().map(|path| path.relations.len());
            found += f64::from(ends.contains(&answer));
            shortest += f64::from(hops == Some(asked.relations.len()));
            answers += ends.len() as f64;
        }
        let count = questions.len() as f64;
        Ok(Self { found: found / count, shortest: shortest / count, answers: answers / count })
    }
}

/// One model, asked what it was not trained on.
pub(super) struct Trial {
    /// How many questions were held out.
    pub(super) questions: usize,
    /// The share whose path is exactly right.
    pub(super) exact: f64,
    /// The share whose path is that of the most similar training question.
    pub(super) similar: f64,
    /// Mean scores of the answers by method.
    pub(super) scores: [AnswerScore; 5],
    /// The share of hits of the best path, by share of facts deleted.
    pub(super) hits: Vec<f64>,
    /// The share of its steps that the graph does not know, likewise.
    pub(super) inferred: Vec<f64>,
    /// How many best paths are wrong.
    pub(super) wrong: usize,
    /// How many of these have a step that the graph does not know.
    pub(super) flagged: usize,
}

impl Trial {
    pub(super) fn run(
        index: &FactIndex<'_>,
        questions: &[Question],
        seeds: Seeds,
        device: &Device,
    ) -> Result<Self, ExperimentError> {
        let all =
            questions.iter().map(|question| Asked::new(question, index)).collect::<Result<Vec<_>, _>>()?;
        let Split { train, test } = Split::by_wording(all, seeds.named("wordings"));
        let words = Words::of(&train);
        let model = Seq2Seq::fit(&train, &words, index.graph().layers().len(), seeds.named("model"), device);
        let paths = model.write(&test, &words, BEAM, LONGEST)?;
        let lookup = Lookup::of(&train);
        let similar: Vec<Vec<u32>> = test
            .iter()
            .map(|asked| lookup.most_similar(asked).map_or_else(Vec::new, |other| other.relations.clone()))
            .collect();
        let best: Vec<Vec<u32>> =
            paths.iter().map(|paths| paths.first().cloned().unwrap_or_default()).collect();

        let (mut hits, mut inferred) = (Vec::new(), Vec::new());
        for share in DELETED {
            let gaps = deleted(index, share, seeds.named("deleted"));
            let answers = |at: usize| ends(&gaps, test[at].subject, &best[at..=at]);
            hits.push(mean_score(index, &test, answers)?.hit);
            inferred.push(inferred_share(&gaps, &test, &best)?);
        }
        let right = |paths: &[Vec<u32>]| {
            let right = test.iter().zip(paths).filter(|(asked, path)| asked.relations == **path).count();
            right as f64 / test.len() as f64
        };
        let mut wrong: Vec<usize> = Vec::new();
        for (asked, path) in test.iter().zip(&best).filter(|(asked, path)| asked.relations != **path) {
            wrong.push(unknown_steps(index, asked, path)?);
        }
        Ok(Self {
            questions: test.len(),
            exact: right(&best),
            similar: right(&similar),
            scores: scores(index, &test, &paths, &similar)?,
            hits,
            inferred,
            wrong: wrong.len(),
            flagged: wrong.iter().filter(|&&unknown| unknown > 0).count(),
        })
    }
}

/// The graph with a share of its facts deleted; a larger share deletes what a smaller one does, and more.
fn deleted<'g>(index: &FactIndex<'g>, share: f64, seed: u64) -> FactIndex<'g> {
    let count = index.len();
    let mut gone: Vec<bool> = (0..count).map(|at| (at as f64) < share * count as f64).collect();
    // The same seed swaps the same places, whatever is in them.
    gone.shuffle(&mut StdRng::seed_from_u64(seed));
    let mut gone = gone.into_iter();
    index.filtered(|_, _, _| !gone.next().unwrap_or(false))
}

/// Where some paths lead, the first path's ends first.
fn ends(index: &FactIndex<'_>, from: usize, paths: &[Vec<u32>]) -> Result<Vec<usize>, ExperimentError> {
    let mut ends = Vec::new();
    for path in paths {
        ends.extend(index.ends(from, path).doing("carrying out a path")?);
    }
    Ok(ends)
}

fn scores(
    index: &FactIndex<'_>,
    test: &[Asked],
    paths: &[Vec<Vec<u32>>],
    similar: &[Vec<u32>],
) -> Result<[AnswerScore; 5], ExperimentError> {
    let ranked = |by: RankBy| {
        let ranking = Ranking::new(index, by, Iteration::default()).doing("ranking entities")?;
        mean_score(index, test, |at| {
            let ranked = ranking.from(test[at].subject).doing("ranking paths")?;
            Ok(ranked.into_iter().filter_map(|ranked| ranked.path.end()).collect())
        })
    };
    Ok([
        mean_score(index, test, |at| ends(index, test[at].subject, &paths[at][..1]))?,
        mean_score(index, test, |at| ends(index, test[at].subject, &paths[at]))?,
        mean_score(index, test, |at| ends(index, test[at].subject, &similar[at..=at]))?,
        ranked(RankBy::Hits)?,
        ranked(RankBy::PageRank)?,
    ])
}

/// The mean over questions, given each one's predicted entities.
fn mean_score(
    index: &FactIndex<'_>,
    test: &[Asked],
    predicted: impl Fn(usize) -> Result<Vec<usize>, ExperimentError>,
) -> Result<AnswerScore, ExperimentError> {
    let mut sum = AnswerScore::default();
    for (at, asked) in test.iter().enumerate() {
        let names =
            |entities: &[usize]| entities.iter().map(|&entity| index.name(entity)).collect::<Vec<_>>();
        let (predicted, right) = (names(&predicted(at)?), names(&asked.answers));
        let score = score_answers(&predicted, &right, Matching::Exact).doing("scoring answers")?;
        sum.hit += score.hit;
        sum.first += score.first;
        sum.accuracy += score.accuracy;
        sum.precision += score.precision;
        sum.f1 += score.f1;
    }
    let count = test.len() as f64;
    Ok(AnswerScore {
        hit: sum.hit / count,
        first: sum.first / count,
        accuracy: sum.accuracy / count,
        precision: sum.precision / count,
        f1: sum.f1 / count,
    })
}

/// The share of all steps that a graph does not know.
fn inferred_share(index: &FactIndex<'_>, test: &[Asked], paths: &[Vec<u32>]) -> Result<f64, ExperimentError> {
    let (mut inferred, mut all) = (0, 0);
    for (asked, path) in test.iter().zip(paths) {
        inferred += unknown_steps(index, asked, path)?;
        all += path.len();
    }
    Ok(if all == 0 { 0.0 } else { inferred as f64 / all as f64 })
}

fn unknown_steps(index: &FactIndex<'_>, asked: &Asked, path: &[u32]) -> Result<usize, ExperimentError> {
    let steps = index.attribute(asked.subject, path, &asked.answers).doing("tagging a path")?;
    Ok(steps.iter().filter(|step| step.evidence == Evidence::Inferred).count())
}
