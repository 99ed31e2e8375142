//! Connectomes of one worm: how far annotations agree, and what wiring says about function.

mod agree;
mod function;

use std::path::Path;

use fascicle_connectome::{ConnectomeFormat, Policies, cells, read};
use fascicle_graph::PathwayGraph;

use self::agree::PAIRS;
use crate::{
    Band, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper,
    Source,
};

/// Agreement of annotations; structure and function.
pub(super) struct WormConnectomes;

impl Experiment for WormConnectomes {
    fn info(&self) -> Info {
        let percent = |low: f64, high: f64| Band::between(low, high);
        let mut claims: Vec<Claim> = PAIRS.iter().flat_map(agree::claims).collect();
        claims.extend([
            Claim::new(
                "electrical",
                "Electrical edges agree less (Jaccard index in each pair of annotations)",
                Band::between(0.25, 0.44),
            ),
            Claim::new(
                "electrical weights",
                "The weights of common electrical edges hardly agree (Spearman's ρ)",
                Band::between(0.04, 0.44),
            ),
            Claim::new(
                "order",
                "In every pair, chemical edges agree better than electrical ones",
                Band::at_least(0.02),
            ),
            Claim::new(
                "chance",
                "Chemical edges agree at least three times as well as with a graph of the same degrees",
                Band::at_least(3.0),
            ),
            Claim::new("base", "Of all ordered pairs of neurons, so many answer (%)", percent(3.4, 3.6)),
            Claim::new("gap", "With a gap junction between them (%)", percent(12.5, 12.7)),
            Claim::new(
                "synapse",
                "With a chemical synapse from the first to the second (%)",
                percent(7.5, 7.7),
            ),
            Claim::new("neither", "With neither (%)", percent(3.0, 3.2)),
            Claim::new("one hop", "One edge apart (%)", percent(8.7, 8.9)),
            Claim::new("two hops", "Two edges apart (%)", percent(3.9, 4.1)),
            Claim::new("three hops", "Three edges apart (%)", percent(2.5, 2.7)),
            Claim::new("four hops", "Four edges apart (%)", percent(1.6, 1.8)),
            Claim::new("monotone", "The further apart, the fewer answer", Band::exactly(1.0)),
            Claim::new(
                "direct",
                "Of the functional connections, so many are anatomical ones too (%)",
                percent(20.5, 21.5),
            ),
            Claim::new(
                "relabelled",
                "A gap junction says at least two and a half times as much as in a relabelled atlas",
                Band::at_least(2.5),
            ),
        ]);
        Info {
            name: "worm-connectomes",
            title: "Connectomes of the worm: agreement, and function from structure",
            question: "Several groups have annotated the wiring of C. elegans, partly from the same micrographs. On how many \
                       edges do two of them agree? And does wiring tell which neuron answers when another is stimulated?",
            method: "Annotations are read as published, autapses and cells that are no neurons are left out, and edges \
                     are compared between the neurons that both annotations have: the Jaccard index of the edges, and \
                     Spearman's ρ of the weights of common ones. The baseline compares with a graph whose edges were \
                     rewired, degrees kept. Function is the signal propagation atlas (q < 0.05): how often the second of two \
                     neurons answers, by how they are wired in Cook et al. 2019 and by the number of edges from the \
                     first to the second through neurons of the atlas. The baseline gives the atlas's neurons each other's names.",
            paper: Paper {
                title: "Homogenized C. elegans Neural Activity and Connectivity Data",
                authors: "Simeon et al.",
                year: 2024,
                source: Source::Arxiv("2411.12091"),
            },
            claims,
            needs: NEEDS.to_vec(),
            quick_seconds: 1.0,
            full_seconds: 1.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let seeds = ctx.seeds().to_vec();
        ctx.progress(0, 3, "reading connectomes");
        let worms = Worms::read(ctx)?;
        let mut findings = Findings::new();
        ctx.progress(1, 3, "comparing annotations");
        agree::measure(&worms, &seeds, &mut findings)?;
        ctx.progress(2, 3, "comparing with function");
        function::measure(&worms, &seeds, &mut findings)?;
        ctx.progress(3, 3, "done");
        findings.note(
            "The figures that are expected are those of an independent count on the same files; the paper publishes the \
             data, not these comparisons. A figure outside its narrow band means that the two counts treat something \
             differently (which cells count, gap junctions that one file lists once and another twice), not that the worm differs.",
        );
        findings.note(
            "White et al. and Cook et al. annotated the same micrographs; the two adults of Witvliet et al. are other worms. \
             The one pair therefore differs by who looked, the others by worm as well.",
        );
        Ok(findings.into())
    }
}

const NEEDS: [DataNeed; 4] = [
    DataNeed {
        name: "connectome-cook2019",
        what: "the hermaphrodite of Cook et al. 2019",
        how_to_get: "`fascicle fetch connectome-cook2019`",
    },
    DataNeed {
        name: "connectome-white1986",
        what: "the worm of White et al. 1986",
        how_to_get: "`fascicle fetch connectome-white1986`",
    },
    DataNeed {
        name: "connectome-witvliet2021",
        what: "the two adults of Witvliet et al. 2021",
        how_to_get: "`fascicle fetch connectome-witvliet2021`",
    },
    DataNeed {
        name: "connectome-randi2023",
        what: "the signal propagation atlas of Randi et al. 2023",
        how_to_get: "`fascicle fetch connectome-randi2023`",
    },
];

/// The neurons of each connectome, but for `cook_whole`, which has all cells.
struct Worms {
    cook: PathwayGraph,
    cook_whole: PathwayGraph,
    white: PathwayGraph,
    seven: PathwayGraph,
    eight: PathwayGraph,
    atlas: PathwayGraph,
}

impl Worms {
    fn read(ctx: &Context<'_>) -> Result<Self, ExperimentError> {
        let folder = |name: &str| ctx.data(name).map(Path::to_path_buf);
        let whole = |file: &Path, format| {
            let doing = format!("reading {}", file.display());
            read(file, format, &Policies::default()).map(|(graph, _)| graph).doing(doing)
        };
        let neurons = |file: &Path, format| whole(file, format).map(|graph| cells::neurons(&graph));
        let cook_whole = whole(&folder("connectome-cook2019")?, ConnectomeFormat::Cook2019)?;
        let witvliet = folder("connectome-witvliet2021")?;
        let stage = |number: usize| {
            neurons(&witvliet.join(format!("witvliet_2020_{number}.xlsx")), ConnectomeFormat::Witvliet2021)
        };
        Ok(Self {
            cook: cells::neurons(&cook_whole),
            cook_whole,
            white: neurons(
                &folder("connectome-white1986")?.join("aconnectome_white_1986_whole.csv"),
                ConnectomeFormat::White1986,
            )?,
            seven: stage(7)?,
            eight: stage(8)?,
            atlas: whole(
                &folder("connectome-randi2023")?.join("WormNeuroAtlasFuncReader.json"),
                ConnectomeFormat::Randi2023,
            )?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::checked;

    #[test]
    fn what_is_reproduced() {
        // an independent count gave other figures for these
        let other = [
            "Witvliet 7 and 8: ρ, chemical",
            "White and Cook: ρ, chemical",
            "White and Witvliet 8: ρ, chemical",
            "Witvliet 8 and Cook: Jaccard index, electrical",
        ];
        checked::holds(WormConnectomes, &other);
    }
}
