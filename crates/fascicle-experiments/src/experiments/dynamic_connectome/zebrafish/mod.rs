//! Assemblies of a zebrafish's tectum: are they in the correlations, and in the components?

mod figures;

use std::path::Path;

use fascicle_connectome::dynamic::{
    AffinityOptions, AffinityTensor, CoChange, Ntf, Recordings, Worm, affinity_tensor,
};
use fascicle_core::seed::Seeds;
use fascicle_graph::community::{Normaliser, Partition, nmi};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::score::found;
use crate::measurement::mean;
use crate::{
    Band, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper,
    Source,
};

/// Labelled assemblies, measured.
pub(in super::super) struct ZebrafishAssemblies;

const DATA: &str = "activity-zebrafish";
const ACTIVITY: &str = "zf_20170215-f3_activity_matrix.csv";
const ASSEMBLIES: &str = "zf_20170215-f3_assembly_assignments.csv";
/// As many components as there are assemblies.
const RANK: usize = 4;
/// Frames of a bin of affinities.
const BIN: usize = 10;
/// Shufflings of the labels.
const SHUFFLES: usize = 200;

impl Experiment for ZebrafishAssemblies {
    fn info(&self) -> Info {
        Info {
            name: "zebrafish-assemblies",
            title: "Assemblies of a zebrafish's tectum, from affinities",
            question: "Cells of the optic tectum of a larval zebrafish were assigned to assemblies by others. Are cells of one \
                       assembly correlated more, and do the communities of a dynamic connectome's components know of the \
                       assemblies?",
            method: "75 cells, 5,660 frames of spontaneous calcium activity. Correlation: Pearson's, over pairs that share an \
                     assembly and pairs that do not. Components: the affinities of all pairs, in bins of ten frames, are factorised \
                     into four components; each gives a graph and, by Leiden, communities. They are compared with the \
                     assemblies, over the cells that are in exactly one, by normalised mutual information (NMI) of the component \
                     that fits best; what chance gives is the same with the labels shuffled.",
            paper: Paper {
                title: "Emergence of spontaneous assembly activity in developing neural networks without afferent input",
                authors: "Triplett et al.",
                year: 2018,
                source: Source::Url("https://doi.org/10.1371/journal.pcbi.1006421"),
            },
            claims: vec![
                Claim::new(
                    "inside",
                    "Pairs that share an assembly are correlated at 0.34",
                    Band::between(0.32, 0.36),
                ),
                Claim::new("outside", "Pairs that share none, at 0.09", Band::between(0.07, 0.11)),
                Claim::new(
                    "communities",
                    "The communities of the best component know more of the assemblies than chance (NMI above shuffled labels')",
                    Band::at_least(0.1),
                ),
                Claim::new(
                    "fixed",
                    "And no less than those of the correlations over the whole recording (NMI, difference)",
                    Band::at_least(0.0),
                ),
                Claim::new(
                    "chance",
                    "Shuffled labels rarely fit as well (share of shufflings)",
                    Band::at_most(0.05),
                ),
            ],
            needs: vec![DataNeed {
                name: DATA,
                what: "calcium activity of a larval zebrafish's tectum with labelled assemblies (3.5 MB)",
                how_to_get: "`fascicle fetch activity-zebrafish`",
            }],
            quick_seconds: 15.0,
            full_seconds: 60.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let fish = Fish::read(ctx.data(DATA)?)?;
        let correlation = fish.correlations();
        let affinity = fish.affinity()?;
        let replicates = if ctx.quick() { 2 } else { 8 };
        let trials =
            ctx.each_seed("factorising", |seed| fish.trial(&affinity, Seeds::new(seed), replicates))?;
        let positive: Vec<f64> =
            affinity.pairs.iter().map(|&(i, j)| correlation[i * fish.cells() + j].max(0.0)).collect();
        let fixed = fish.fit(&[found(&affinity, &positive, 0)?.leiden.partition], &fish.labels())?;
        Ok(fish.findings(&correlation, &trials, fixed).into())
    }
}

/// The recording and its labels.
struct Fish {
    /// A trace for each cell.
    traces: Vec<Vec<f64>>,
    /// The cells of each assembly; a cell may be in several.
    assemblies: Vec<Vec<usize>>,
}

/// One factorisation and how well it fits.
struct Trial {
    /// The components' courses over bins, and the pairs' weights in each as a matrix.
    courses: Vec<Vec<f64>>,
    matrices: Vec<Vec<f64>>,
    /// NMI of the best component's communities with the assemblies; the same, for each shuffling.
    nmi: f64,
    shuffled: Vec<f64>,
}

impl Fish {
    fn read(folder: &Path) -> Result<Self, ExperimentError> {
        let traces = rows::<f64>(&folder.join(ACTIVITY))?;
        let cells = traces.len();
        let mut assemblies = Vec::new();
        for ids in rows::<usize>(&folder.join(ASSEMBLIES))? {
            let index = |id: &usize| id.checked_sub(1).filter(|cell| *cell < cells);
            let cells: Option<Vec<usize>> = ids.iter().map(index).collect();
            let wrong = || {
                format!(
                    "{ASSEMBLIES} names cells {ids:?}; expected numbers from 1 to {cells}",
                    cells = traces.len()
                )
            };
            assemblies.push(cells.ok_or_else(wrong).doing("reading the assemblies")?);
        }
        Ok(Self { traces, assemblies })
    }

    fn cells(&self) -> usize {
        self.traces.len()
    }

    fn share(&self, i: usize, j: usize) -> bool {
        self.assemblies.iter().any(|cells| cells.contains(&i) && cells.contains(&j))
    }

    /// The assembly of each cell that is in exactly one.
    fn labels(&self) -> Vec<(usize, u32)> {
        let of = |cell: usize| {
            let mut held = (0..self.assemblies.len()).filter(|at| self.assemblies[*at].contains(&cell));
            match (held.next(), held.next()) {
                (Some(only), None) => Some((cell, only as u32)),
                _ => None,
            }
        };
        (0..self.cells()).filter_map(of).collect()
    }

    /// Pearson's correlations, row after row.
    fn correlations(&self) -> Vec<f64> {
        let centred = |trace: &Vec<f64>| {
            let mean = trace.iter().sum::<f64>() / trace.len() as f64;
            let centred: Vec<f64> = trace.iter().map(|x| x - mean).collect();
            let norm = centred.iter().map(|x| x * x).sum::<f64>().sqrt();
            centred.into_iter().map(|x| x / norm).collect::<Vec<f64>>()
        };
        let centred: Vec<Vec<f64>> = self.traces.iter().map(centred).collect();
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        centred.iter().flat_map(|a| centred.iter().map(|b| dot(a, b)).collect::<Vec<_>>()).collect()
    }

    fn affinity(&self) -> Result<AffinityTensor, ExperimentError> {
        let recordings = Recordings {
            neurons: (1..=self.cells()).map(|cell| cell.to_string()).collect(),
            worms: vec![Worm {
                name: "zf_20170215-f3".into(),
                traces: self.traces.iter().cloned().map(Some).collect(),
            }],
        };
        let options = AffinityOptions { bin: BIN, ..AffinityOptions::default() };
        affinity_tensor(&recordings, &CoChange::default(), &options).doing("measuring affinities")
    }

    fn trial(
        &self,
        affinity: &AffinityTensor,
        seeds: Seeds,
        replicates: usize,
    ) -> Result<Trial, ExperimentError> {
        let ntf = Ntf { replicates, seed: seeds.named("factors"), tolerance: 1e-5, ..Ntf::new(RANK) };
        let fit = ntf.fit(&affinity.tensor).doing("factorising")?.swap_remove(0);
        let weights: Vec<&[f64]> = (0..RANK).map(|component| fit.factors[2].component(component)).collect();
        let mut partitions = Vec::new();
        for weights in &weights {
            partitions.push(found(affinity, weights, seeds.named("communities"))?.leiden.partition);
        }
        let labels = self.labels();
        let mut rng = StdRng::seed_from_u64(seeds.named("shuffles"));
        let mut shuffled = Vec::new();
        for _ in 0..SHUFFLES {
            let mut names: Vec<u32> = labels.iter().map(|(_, label)| *label).collect();
            names.shuffle(&mut rng);
            let labels: Vec<(usize, u32)> = labels.iter().map(|(cell, _)| *cell).zip(names).collect();
            shuffled.push(self.fit(&partitions, &labels)?);
        }
        Ok(Trial {
            courses: (0..RANK).map(|component| fit.factors[0].component(component).to_vec()).collect(),
            matrices: weights.into_iter().map(|weights| affinity.matrix(weights)).collect(),
            nmi: self.fit(&partitions, &labels)?,
            shuffled,
        })
    }

    /// NMI of labels with whichever partition fits best, over the labelled cells.
    fn fit(&self, partitions: &[Partition], labels: &[(usize, u32)]) -> Result<f64, ExperimentError> {
        let truth = Partition::new(&labels.iter().map(|(_, label)| *label).collect::<Vec<_>>());
        let mut best = 0.0_f64;
        for partition in partitions {
            let held: Vec<u32> = labels.iter().map(|(cell, _)| partition.labels()[*cell]).collect();
            best = best.max(
                nmi(&Partition::new(&held), &truth, Normaliser::Arithmetic).doing("comparing partitions")?,
            );
        }
        Ok(best)
    }

    fn findings(&self, correlation: &[f64], trials: &[Trial], fixed: f64) -> Findings {
        let n = self.cells();
        let among = |inside: bool| {
            let pairs = (0..n).flat_map(|i| (i + 1..n).map(move |j| (i, j)));
            let wanted = pairs.filter(|(i, j)| self.share(*i, *j) == inside);
            wanted.map(|(i, j)| correlation[i * n + j]).collect::<Vec<f64>>()
        };
        let (inside, outside) = (among(true), among(false));
        let mut findings = Findings::new();
        findings
            .measure("mean correlation inside assemblies", "inside", [mean(&inside)])
            .measure("mean correlation outside", "outside", [mean(&outside)])
            .measure(
                "NMI of the best component less that of shuffled labels",
                "communities",
                trials.iter().map(|trial| trial.nmi - mean(&trial.shuffled)).collect::<Vec<_>>(),
            )
            .measure(
                "NMI of the best component less that of the fixed correlation",
                "fixed",
                trials.iter().map(|trial| trial.nmi - fixed).collect::<Vec<_>>(),
            )
            .measure(
                "shufflings that fit as well",
                "chance",
                trials
                    .iter()
                    .map(|trial| {
                        let as_well = trial.shuffled.iter().filter(|nmi| **nmi >= trial.nmi).count();
                        as_well as f64 / trial.shuffled.len() as f64
                    })
                    .collect::<Vec<_>>(),
            );
        if let Some(trial) = trials.first() {
            for figure in self.figures(trial, &inside, &outside) {
                findings.figure(figure);
            }
        }
        let all: Vec<f64> = trials.iter().map(|trial| trial.nmi).collect();
        let chance: Vec<f64> = trials.iter().map(|trial| mean(&trial.shuffled)).collect();
        findings.note(format!(
            "NMI with the assemblies: {:.2} for the best of {RANK} components, {:.2} for shuffled labels, {fixed:.2} for the communities \
             of the correlations over the whole recording. {} of {n} cells are in exactly one assembly and count here; the \
             others are in several or none.",
            mean(&all),
            mean(&chance),
            self.labels().len(),
        ));
        findings.note(format!(
            "One fish: {} pairs share an assembly, {} share none. The assemblies were found by others in the same recording, so \
             this says that two methods agree, not that either is right. The affinity is a reconstruction.",
            inside.len(),
            outside.len(),
        ));
        findings
    }
}

/// The numbers of a table without a header.
fn rows<T: std::str::FromStr>(file: &Path) -> Result<Vec<Vec<T>>, ExperimentError>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    let text = std::fs::read_to_string(file).doing(format!("reading {}", file.display()))?;
    let row = |(at, line): (usize, &str)| {
        let fields = line.split(',').map(|field| field.trim().parse::<T>());
        fields.collect::<Result<Vec<T>, _>>().doing(format!("reading row {} of {}", at + 1, file.display()))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(row).collect()
}
