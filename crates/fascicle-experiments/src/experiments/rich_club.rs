//! The rich club of the worm: do its hubs form a club beyond what their degrees make of them?

use std::path::Path;

use fascicle_connectome::readers::{VarshneyOptions, varshney2011};
use fascicle_connectome::{Policies, Relation, Report};
use fascicle_core::seed::Seeds;
use fascicle_graph::View;
use fascicle_graph::measure::{RichClub as Club, RichClubCurve, RichClubLevel};
use fascicle_graph::null::{Nulls, Rewire};

use crate::{
    Band, Claim, Context, DataNeed, Doing, Experiment, ExperimentError, Figure, Findings, Info, Lines,
    Outcome, Paper, ReferenceLine, Series, Source,
};

/// The rich club of Towlson et al. 2013.
pub(super) struct RichClub;

/// The club at three standard deviations, as published.
const CLUB: [&str; 11] =
    ["AVAL", "AVAR", "AVBL", "AVBR", "AVDL", "AVDR", "AVEL", "AVER", "DVA", "PVCL", "PVCR"];

/// The eleven are those of degree above this; the next neuron has 39.
const ABOVE: usize = 43;

const SIGMAS: f64 = 3.0;

impl Experiment for RichClub {
    fn info(&self) -> Info {
        Info {
            name: "rich-club",
            title: "The rich club of C. elegans",
            question: "The neurons with the most connections are connected to each other. More than they must be, given how \
                       many connections each has? And who belongs to that club?",
            method: "The connectome of Varshney et al. 2011, 279 neurons, whose chemical synapses and gap junctions \
                     join pairs of neurons, without direction or weight. φ(k) is the density \
                     among neurons of degree above k, divided by its mean in graphs whose edges were exchanged with degrees \
                     kept (Maslov & Sneppen). The club begins where that exceeds 1 by three of its standard deviations, in \
                     the longest run of k. The graphs are drawn anew for every seed. A control asks the same of one rewired graph.",
            paper: Paper {
                title: "The Rich Club of the C. elegans Neuronal Connectome",
                authors: "Towlson et al.",
                year: 2013,
                source: Source::Url("https://doi.org/10.1523/JNEUROSCI.3784-12.2013"),
            },
            claims: vec![
                Claim::new("neurons", "The somatic nervous system has so many neurons", Band::exactly(279.0))
                    .paper("279"),
                Claim::new("synapses", "They have so many chemical synapses", Band::exactly(6394.0))
                    .paper("6,394"),
                Claim::new(
                    "junctions",
                    "Gap junctions join so many pairs of different neurons",
                    Band::exactly(514.0),
                )
                .paper("514"),
                Claim::new("junction count", "There are so many gap junctions", Band::exactly(887.0))
                    .paper("887"),
                Claim::new(
                    "lost",
                    "A reader that keeps the rows of kind Sp alone loses so many synapses",
                    Band::exactly(2430.0),
                ),
                Claim::new(
                    "members",
                    "At three standard deviations the club has eleven members",
                    Band::exactly(11.0),
                )
                .paper("11"),
                Claim::new("who", "They are those published, and no other", Band::exactly(1.0)),
                Claim::new(
                    "dense",
                    "Among the eleven there are at least a quarter more edges than in graphs of the same degrees",
                    Band::at_least(1.25),
                ),
                Claim::new(
                    "control",
                    "A rewired graph has no club of that kind: its longest run of k is at most a third as long",
                    Band::at_most(1.0 / 3.0),
                ),
            ],
            needs: vec![DataNeed {
                name: "connectome-varshney2011",
                what: "the connectome of Varshney et al. 2011",
                how_to_get: "`fascicle fetch connectome-varshney2011`",
            }],
            quick_seconds: 5.0,
            full_seconds: 16.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let file = ctx.data("connectome-varshney2011")?.join("NeuronConnectFormatted.xlsx");
        let (graph, report) = read(&file, true)?;
        let (_, polyadic) = read(&file, false)?;
        let view = View::undirected().of(&graph).doing("looking at all edges")?.binary();
        let nulls = if ctx.quick() { 300 } else { 1000 };
        let trials = ctx.each_seed("rewiring", |seed| {
            let seeds = Seeds::new(seed);
            let curve = |graph, use_of: &str| {
                let nulls = Nulls::new(Rewire::default(), nulls, seeds.named(use_of));
                Club::default().normalised(graph, &nulls).doing("comparing with rewired graphs")
            };
            let rewired = Nulls::new(Rewire::default(), 1, seeds.named("control")).copy(&view, 0);
            let rewired = rewired.doing("rewiring the control")?.graph;
            Ok(Trial {
                worm: curve(&view, "rich club")?,
                control: curve(&rewired, "rich club of the control")?,
            })
        })?;
        let names: Vec<&str> = graph.names().collect();
        let mut findings = Findings::new();
        let weight = |report: &Report, relation: Relation| {
            report
                .layers
                .iter()
                .find(|layer| layer.name == relation.name())
                .map_or(f64::NAN, |layer| layer.weight)
        };
        let gap = report.layers.iter().find(|layer| layer.name == Relation::Gap.name());
        let (pairs, autapses, junctions) = gap.map_or((f64::NAN, f64::NAN, f64::NAN), |gap| {
            ((gap.edges - gap.autapses) as f64 / 2.0, gap.autapses as f64, gap.weight)
        });
        let synapses = weight(&report, Relation::Chemical);
        findings
            .measure("neurons", "neurons", vec![graph.node_count() as f64])
            .measure("chemical synapses", "synapses", vec![synapses])
            .measure("pairs with gap junctions", "junctions", vec![pairs])
            // those between different neurons are listed twice, those of a neuron with itself once
            .measure("gap junctions", "junction count", vec![(junctions - autapses) / 2.0])
            .measure("synapses lost with S", "lost", vec![synapses - weight(&polyadic, Relation::Chemical)]);
        judge(&trials, &names, &mut findings);
        if let Some(trial) = trials.first() {
            findings.figure(figure(trial));
        }
        Ok(findings.into())
    }
}

fn read(file: &Path, monadic: bool) -> Result<(fascicle_graph::PathwayGraph, Report), ExperimentError> {
    let options = VarshneyOptions { monadic, polyadic: true };
    varshney2011(file, &options, &Policies::default()).doing("reading the connectome of Varshney et al.")
}

/// The worm and a rewired graph, each beside rewired graphs.
struct Trial {
    worm: RichClubCurve,
    control: RichClubCurve,
}

fn judge(trials: &[Trial], names: &[&str], findings: &mut Findings) {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let start = |curve: &RichClubCurve| curve.regime(SIGMAS).map(|run| *run.start());
    let members = |trial: &Trial| -> Vec<&str> {
        let mut members: Vec<&str> = start(&trial.worm)
            .map(|start| trial.worm.members(start).into_iter().map(|node| names[node]).collect())
            .unwrap_or_default();
        members.sort_unstable();
        members
    };
    let length =
        |curve: &RichClubCurve| curve.regime(SIGMAS).map_or(0, |run| run.end() - run.start() + 1) as f64;
    let at_start = |trial: &Trial| trial.worm.levels.get(ABOVE).and_then(RichClubLevel::normalised);
    findings
        .measure("members", "members", over(&|trial| members(trial).len() as f64))
        .measure("the published members", "who", over(&|trial| f64::from(members(trial) == CLUB)))
        .measure(
            "φ over its mean, degree above 43",
            "dense",
            over(&|trial| at_start(trial).unwrap_or(f64::NAN)),
        )
        .measure(
            "run of the control over that of the worm",
            "control",
            over(&|trial| length(&trial.control) / length(&trial.worm)),
        );
    if let Some(trial) = trials.first() {
        findings.note(format!(
            "The members at three standard deviations (first seed): {}.",
            members(trial).join(", ")
        ));
    }
    findings.note(
        "Membership depends on the standard deviation of the null graphs near the threshold; with few of them a neuron more or \
         less can come out. The published analysis is of binary graphs, and so is this one.",
    );
}

fn figure(trial: &Trial) -> Figure {
    let series = |name: &str, curve: &RichClubCurve| {
        let known: Vec<_> = curve.levels.iter().filter(|level| level.normalised().is_some()).collect();
        let values: Vec<f64> = known.iter().filter_map(|level| level.normalised()).collect();
        let sd = |level: &&fascicle_graph::measure::RichClubLevel| {
            SIGMAS * level.nulls.and_then(|nulls| nulls.relative_sd()).unwrap_or(0.0)
        };
        Series::new(name, values)
            .at(known.iter().map(|level| level.degree as f64).collect::<Vec<_>>())
            .errors(known.iter().map(sd).collect::<Vec<_>>())
    };
    Figure::new(
        "The rich-club curve",
        "Density among the neurons of degree above k over its mean in rewired graphs, with three standard deviations either \
         side (first seed). The club begins where the lower edge rises above 1 for good; the control is a rewired graph.",
        Lines {
            x_title: "degree k".into(),
            value_title: "φ(k) over its mean in rewired graphs".into(),
            series: vec![series("worm", &trial.worm), series("rewired", &trial.control)],
            references: vec![ReferenceLine { value: 1.0, label: "as in rewired graphs".into() }],
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::checked;

    #[test]
    fn what_is_reproduced() {
        checked::holds(RichClub, &[]);
    }
}
