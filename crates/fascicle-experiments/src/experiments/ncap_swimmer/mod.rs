//! The worm's circuit as an architecture: does it swim before it has learnt anything, and does it learn better?

mod figures;
mod training;
mod untrained;

use self::training::{Learner, Learning};
use self::untrained::{ABLATIONS, BODIES, Untrained};
use crate::measurement::mean_and_spread;
use crate::{Band, Claim, Context, Experiment, ExperimentError, Findings, Info, Outcome, Paper, Source};

/// The neural circuit architectural prior of the swimmer.
pub(super) struct NcapSwimmer;

/// Joints of the body; the paper's swimmer has six links.
const JOINTS: usize = 5;
/// Steps of the oscillator's period.
const PERIOD: u64 = 60;
/// A circuit this fast, compared with the intact one, still swims.
const STILL_SWIMS: f64 = 0.25;

impl Experiment for NcapSwimmer {
    fn info(&self) -> Info {
        Info {
            name: "ncap-swimmer",
            title: "A worm's circuit swims before it learns",
            question: "The motor circuit of C. elegans, taken for a network's architecture, is said to swim untrained, \
                       on bodies of any length, and to need few parameters and few samples where a perceptron needs many. \
                       Is it so on another body than the paper's, and which part of the circuit is it due to?",
            method: "The circuit (oscillator in the head, B-neurons that sense the bend in front, muscles excited on \
                     their own side and inhibited from the other; all weights 1 or −1) moves a two-dimensional chain of \
                     links without inertia, with twice as much drag across a link as along it; the paper has a MuJoCo \
                     body. Speed is the distance from start to end over 30 seconds, in body lengths a second. Compared \
                     with: perceptrons (two layers of 64) that are told the oscillator's phase, the circuit without one of \
                     its parts, and all 16 patterns of signs. Evolution strategies with the paper's settings then train \
                     the circuit from uniform weights, the same circuit without sign constraints, and the perceptron, \
                     each with the same number of episodes.",
            paper: Paper {
                title: "Neural Circuit Architectural Priors for Embodied Control",
                authors: "Bhattasali, Zador & Engel",
                year: 2022,
                source: Source::Arxiv("2201.05242"),
            },
            claims: claims(),
            needs: Vec::new(),
            quick_seconds: 30.0,
            full_seconds: 400.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let seeds = ctx.seeds().to_vec();
        let total = 1 + Learner::ALL.len() * seeds.len();
        ctx.progress(0, total, "swimming untrained");
        let untrained = Untrained::measure(&seeds)?;
        let mut learning = Vec::new();
        for learner in Learner::ALL {
            for &seed in &seeds {
                ctx.progress(1 + learning.len(), total, learner.name());
                learning.push(Learning::run(learner, seed, ctx.quick())?);
            }
        }
        ctx.progress(total, total, "done");
        Ok(findings(&untrained, &learning).into())
    }
}

fn claims() -> Vec<Claim> {
    vec![
        Claim::new(
            "untrained",
            "Untrained, the circuit is several times as fast as a perceptron with random weights",
            Band::at_least(5.0),
        ),
        Claim::new(
            "fastest",
            "No random perceptron of ten comes near it: the fastest has at most half its speed",
            Band::at_most(0.5),
        ),
        Claim::new(
            "parameters",
            "Trained alike, it comes within a tenth of the perceptron's speed, or above, with orders of magnitude fewer \
             parameters",
            Band::at_least(0.9),
        ),
        Claim::new(
            "ablation",
            "Without proprioception, without the oscillator, or with the contralateral sign flipped, at most a quarter \
             of its speed is left",
            Band::at_most(STILL_SWIMS),
        ),
        Claim::new(
            "signs",
            "Of the 16 patterns of signs only the worm's swims (more than a quarter of its speed)",
            Band::exactly(1.0),
        ),
        Claim::new(
            "bodies",
            "On bodies of 3 to 11 joints the same weights keep at least half the speed they have on 5",
            Band::at_least(0.5),
        ),
        Claim::new(
            "any-body",
            "On every one of these bodies the fastest of ten random perceptrons made for it has at most half its speed",
            Band::at_most(0.5),
        ),
        Claim::new(
            "period",
            "Of the periods 20, 40, 60 and 120 steps, 40 is the fastest",
            Band::exactly(40.0),
        ),
        Claim::new(
            "slow-period",
            "With a period of 120 steps it has at most 0.6 of the speed it has with 60",
            Band::at_most(0.6),
        ),
        Claim::new(
            "wave",
            "The bend travels from head to tail as a wave of one speed: the lags of neighbouring joints differ by at \
             most one step",
            Band::at_most(1.0),
        ),
        Claim::new(
            "lag",
            "That lag is what the joints' own lag τ makes of the oscillation, atan(ωτ)/ω",
            Band::between(0.8, 1.25),
        ),
        Claim::new(
            "uniform",
            "With weights from U(0, 1) it hardly swims at first: at most a quarter of the speed with weights of 1",
            Band::at_most(STILL_SWIMS),
        ),
        Claim::new(
            "evolves",
            "Evolution brings it from there to at least 0.8 of the speed with weights of 1",
            Band::at_least(0.8),
        ),
        Claim::new(
            "constraint",
            "Without sign constraints the same evolution comes to at most half the speed",
            Band::at_most(0.5),
        ),
        Claim::new(
            "samples",
            "With the same number of episodes the perceptron comes to at most half the speed",
            Band::at_most(0.5),
        ),
    ]
}

fn findings(untrained: &Untrained, learning: &[Learning]) -> Findings {
    let intact = untrained.intact;
    let mut findings = Findings::new();
    let mean = |speeds: &Vec<f64>| mean_and_spread(speeds).0;
    let perceptrons =
        &untrained.bodies[BODIES.iter().take_while(|joints| **joints != JOINTS).count()].perceptrons;
    let over = |of: &dyn Fn(&Vec<f64>) -> f64| perceptrons.iter().map(of).collect::<Vec<f64>>();
    findings
        .measure("circuit / mean of ten random perceptrons", "untrained", over(&|s| intact / mean(s)))
        .measure(
            "fastest of ten random perceptrons / circuit",
            "fastest",
            over(&|s| untrained::most(s) / intact),
        );
    for (what, speed) in ABLATIONS.iter().zip(untrained.ablated) {
        findings.measure(format!("speed {what} / intact"), "ablation", [speed / intact]);
    }
    let swimming = untrained.signs.iter().filter(|(_, speed)| *speed > STILL_SWIMS * intact).count();
    let bodies = || untrained.bodies.iter().filter(|body| (3..=11).contains(&body.joints));
    let least = bodies().map(|body| body.circuit / intact).fold(f64::INFINITY, f64::min);
    let worst = |seed: usize| {
        let ratio = |body: &untrained::OnBody| untrained::most(&body.perceptrons[seed]) / body.circuit;
        bodies().map(ratio).fold(f64::NEG_INFINITY, f64::max)
    };
    let by_period = |period: u64| {
        untrained.periods.iter().find(|(p, _)| *p == period).map_or(f64::NAN, |(_, speed)| *speed)
    };
    let fastest =
        untrained.periods.iter().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(period, _)| *period);
    findings
        .measure("patterns of signs that swim, the worm's among them", "signs", [swimming as f64])
        .measure("slowest body of 3 to 11 joints / 5 joints", "bodies", [least])
        .measure(
            "fastest random perceptron / circuit, on the body where that is most",
            "any-body",
            (0..perceptrons.len()).map(worst).collect::<Vec<f64>>(),
        )
        .measure("fastest period (steps)", "period", [fastest as f64])
        .measure("speed at 120 steps / 60 steps", "slow-period", [by_period(120) / by_period(60)])
        .measure("largest difference of lags (steps)", "wave", [untrained.lag_spread()])
        .measure("mean lag / atan(ωτ)/ω", "lag", [untrained.mean_lag() / untrained.expected_lag]);
    let of = |learner: Learner, value: &dyn Fn(&Learning) -> f64| {
        learning.iter().filter(|run| run.learner == learner).map(value).collect::<Vec<f64>>()
    };
    let after = |learner| of(learner, &|run| run.speed_after);
    // of all seeds: a perceptron that has learnt nothing would make a ratio of its own without bound
    let perceptron = mean(&after(Learner::Perceptron));
    let ratios = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(b).map(|(a, b)| a / b).collect::<Vec<f64>>();
    findings
        .measure(
            "speed before training / weights of 1",
            "uniform",
            of(Learner::Circuit, &|run| run.speed_before / intact),
        )
        .measure(
            "speed after training / weights of 1",
            "evolves",
            of(Learner::Circuit, &|run| run.speed_after / intact),
        )
        .measure(
            "speed without constraints / with, both trained",
            "constraint",
            ratios(after(Learner::Unconstrained), after(Learner::Circuit)),
        )
        .measure(
            "speed of the perceptron / circuit, both trained",
            "samples",
            ratios(after(Learner::Perceptron), after(Learner::Circuit)),
        )
        .measure(
            "speed of the circuit / mean of the perceptrons, both trained",
            "parameters",
            of(Learner::Circuit, &|run| run.speed_after / perceptron),
        );
    for figure in figures::all(untrained, learning) {
        findings.figure(figure);
    }
    findings.note(format!(
        "The intact circuit swims {intact:.3} body lengths a second. Bands are for ratios, because the body is not the \
         paper's: its speeds depend on drag, joint lag and amplitude, of which the paper's body shares only the amplitude."
    ));
    let [few, many] = untrained.parameters;
    findings.note(format!("The circuit has {few} parameters, the perceptron {many}."));
    findings.note(
        "Without the oscillator nothing starts a straight body: it must stay where it is. Without proprioception the \
         head's joint alone moves. Without inertia a single joint can only make strokes that \
         are the same forwards and backwards, which get nowhere (Purcell's scallop theorem): here both ablations must fail.",
    );
    findings.note(
        "The perceptron is told the phase, and on a body without inertia any wave of the joints swims: a rhythm that ignores \
         the joint angles is enough, and evolution soon finds one. What the prior saves here is the start, not the samples.",
    );
    findings.note(
        "The joint lag is the body's, not the circuit's: it is what makes a wave of proprioception. With a body that \
         followed torques at once, all joints would bend together.",
    );
    findings
}

#[cfg(test)]
mod tests {
    use super::NcapSwimmer;
    use crate::Context;
    use crate::experiment::{Experiment, Outcome, Size};
    use crate::measurement::{Verdict, judge};

    /// One seed at the quick size: everything is measured, and what needs no luck lies in its band.
    #[test]
    fn one_seed() {
        let experiment = NcapSwimmer;
        let mut heard = 0;
        let mut progress = |_: crate::Progress<'_>| heard += 1;
        let mut ctx =
            Context { size: Size::Quick, device: "cpu", seeds: &[0], needs: &[], progress: &mut progress };
        let Outcome::Measured(findings) = experiment.run(&mut ctx).unwrap() else { panic!("needs nothing") };
        let judged = judge(&experiment.info(), Size::Quick, &findings).unwrap();
        assert!(heard > 3);
        for measurement in judged {
            let lucky = ["perceptron", "trained", "training"].iter().any(|w| measurement.name.contains(w));
            assert!(lucky || measurement.verdict == Verdict::Pass, "{measurement:?}");
        }
    }
}
