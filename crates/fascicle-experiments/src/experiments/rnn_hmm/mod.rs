//! An RNN that emulates a hidden Markov model: does it emit what the model emits, and how does it change its mind?

mod figures;
mod trial;

use fascicle_connectome::emulator::mechanism::Coupling;

use self::trial::{Plan, Trial, ZoneFound};
use crate::{Band, Claim, Context, Experiment, ExperimentError, Findings, Info, Outcome, Paper, Source};

/// A noise-driven recurrent network trained by optimal transport to emulate a two-state chain.
pub(super) struct RnnHmm;

impl Experiment for RnnHmm {
    fn info(&self) -> Info {
        Info {
            name: "rnn-hmm",
            title: "A recurrent network emulates a hidden Markov model",
            question: "A recurrent network without biases, driven by noise alone, is trained until batches of its output \
                       sequences cannot be told from those of a hidden Markov model. Does it have the model's statistics, \
                       is it the noise that keeps it going, and do few units start its transitions?",
            method: "Two hidden states that are left with probability .05 a step; three outputs, the middle one \
                     emitted 1 time in 100. A ReLU network (50 units, 10 noise inputs) is trained on the Sinkhorn \
                     divergence (blur .2) between its sequences of length 40 and the model's; Adam as published, at a \
                     rate that falls to 0 over the last steps. From the cost of moving its batch to the model's the paper \
                     takes off that of moving each batch to itself; here batches are small, so that of moving one \
                     half to the other. Of the weights with the least held-out loss, long runs are compared with \
                     the model's exact statistics. Then the noise is stopped; each unit is silenced \
                     alone, and the three whose silencing cuts the rate of transitions of the leading output most \
                     are silenced together, under other noise, against 20 random triplets of the other units.",
            paper: Paper {
                title: "Mechanistic Interpretability of RNNs emulating Hidden Markov Models",
                authors: "Torre et al.",
                year: 2025,
                source: Source::Arxiv("2510.25674"),
            },
            claims: vec![
                Claim::new(
                    "transitions",
                    "The output transition matrix is the model's (largest error)",
                    Band::at_most(0.05),
                ),
                Claim::new(
                    "volatility",
                    "The output changes as often as the model's (relative error)",
                    Band::at_most(0.2),
                ),
                Claim::new(
                    "rest",
                    "Without noise the states come together (variance left)",
                    Band::at_most(1e-6),
                ),
                Claim::new(
                    "mute",
                    "Without noise the leading output stays (share of runs in which it does not)",
                    Band::exactly(0.0),
                ),
                Claim::new(
                    "kick",
                    "Silencing the three most causal units cuts the rate of transitions by half or more",
                    Band::at_least(0.5),
                ),
                Claim::new(
                    "spared",
                    "Silencing a random triplet cuts it by a tenth at most (mean over triplets)",
                    Band::at_most(0.1),
                ),
                Claim::new(
                    "excite",
                    "In every network the three units that lead a transition excite each other (share of networks)",
                    Band::exactly(1.0),
                ),
                Claim::new(
                    "inhibit",
                    "In every network they inhibit those of the opposite transition (share of networks)",
                    Band::exactly(1.0),
                ),
            ],
            needs: vec![],
            quick_seconds: 70.0,
            full_seconds: 900.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let plan = if ctx.quick() { Plan::QUICK } else { Plan::FULL };
        Ok(measure(ctx, &plan)?.into())
    }
}

fn measure(ctx: &mut Context<'_>, plan: &Plan) -> Result<Findings, ExperimentError> {
    let device = ctx.device().to_owned();
    let trials =
        ctx.step_by_step(plan.seeds, plan.steps(), |seed, tell| Trial::run(plan, seed, &device, tell))?;
    Ok(findings(&trials, plan))
}

fn findings(trials: &[Trial], plan: &Plan) -> Findings {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let mut findings = Findings::new();
    findings
        .measure(
            "largest error, rows of the two frequent outputs",
            "transitions",
            over(&|t| t.frequent_error()),
        )
        .measure("largest error, row of the rare output", "transitions", over(&|t| t.rare_error()))
        .measure("relative error of the change rate", "volatility", over(&|t| t.volatility_error()))
        .measure("variance left after the noise stops", "rest", over(&|t| t.silence.left()))
        .measure("share of runs that go on changing", "mute", over(&|t| t.silence.restless))
        .measure("cut without the three most causal units", "kick", over(&|t| t.kick_cut()))
        .measure("mean cut without a random triplet", "spared", over(&|t| t.random_cut()))
        .measure("networks whose triplets excite themselves", "excite", over(&Trial::excites))
        .measure("networks whose triplets inhibit each other", "inhibit", over(&Trial::inhibits));
    for figure in trials.first().map(|trial| figures::of(trial, trials)).into_iter().flatten() {
        findings.figure(figure);
    }
    for note in notes(trials, plan) {
        findings.note(note);
    }
    findings
}

fn notes(trials: &[Trial], plan: &Plan) -> Vec<String> {
    let mean = |measure: &dyn Fn(&Trial) -> f64| {
        trials.iter().map(measure).sum::<f64>() / trials.len().max(1) as f64
    };
    let states: usize = trials.iter().flat_map(|trial| &trial.zones).map(|zone| zone.states).sum();
    let zone = |at: usize| {
        let sum =
            |of: fn(&ZoneFound) -> usize| trials.iter().map(|trial| of(&trial.zones[at])).sum::<usize>();
        let (inside, unstable) = (sum(|zone| zone.states), sum(|zone| zone.unstable));
        let share = 100.0 * inside as f64 / states.max(1) as f64;
        match inside {
            0 => "none".to_string(),
            _ => format!(
                "{share:.0} % (unstable directions there: {:.1} on average)",
                unstable as f64 / inside as f64
            ),
        }
    };
    vec![
        format!(
            "{} steps of the optimiser with {} sequences for each of {} seeds; the paper takes 1,500 steps with 4,096 sequences \
             of length 100, 150 units and 100 noise inputs. For a hundred steps or more the outputs stay independent in time (the \
             plateau of the loss), then the network passes through one that grows without noise.",
            plan.training().steps,
            plan.training().batch,
            trials.len(),
        ),
        format!(
            "Why batches are halved: with what the published divergence takes off, the model's own batches are {:.2} from each \
             other, and those of a model that changes with .03 a step and never emits the rare output only {:.2} from them, so \
             that a network would be drawn there. With the other half taken off it is {:.2} and {:.2}. An output that \
             the network never emits has no row of its own: its error counts as 1.",
            mean(&|t| t.bias.itself.0),
            mean(&|t| t.bias.itself.1),
            mean(&|t| t.bias.other_half.0),
            mean(&|t| t.bias.other_half.1),
        ),
        coupled(trials),
        "Leading outputs are compared however small the logits are: where states spiral to rest, their leading output goes on \
         changing at a vanishing amplitude, and what is emitted there is drawn with equal probabilities."
            .to_string(),
        format!(
            "Matched sequences lie {:.2} apart between network and model, {:.2} between two draws of the model \
             (Sinkhorn-matched Euclidean distance, ε = .1).",
            mean(&|t| t.matched.0),
            mean(&|t| t.matched.1),
        ),
        format!(
            "Of states along noisy runs, {} lie in clusters (their output lasts more than 8 steps), {} in kick zones (2 to 8) \
             and {} in transitions.",
            zone(0),
            zone(1),
            zone(2),
        ),
        format!(
            "Without noise {:.1} fixed points are reached on average, {:.0} % of states settle nowhere in 2,000 steps. The \
             states' plane holds {:.0} % of their variance; they go round it with circulation {:.2} (1: always the same \
             way, 0: as often back). Without biases the orbit's radius is exactly proportional to the noise's standard \
             deviation.",
            mean(&|t| t.fixed_points as f64),
            100.0 * mean(&|t| t.unsettled),
            100.0 * mean(&|t| t.orbit.planar),
            mean(&|t| t.orbit.circulation.abs()),
        ),
    ]
}

/// How strongly triplets are coupled, and what is made of networks that have none.
fn coupled(trials: &[Trial]) -> String {
    let couplings: Vec<Coupling> = trials.iter().filter_map(|trial| trial.coupling).collect();
    let list = |of: fn(&Coupling) -> f64| {
        let weights: Vec<String> = couplings.iter().map(|coupling| format!("{:.3}", of(coupling))).collect();
        if weights.is_empty() { "none".to_string() } else { weights.join(", ") }
    };
    format!(
        "Mean weights within triplets: {}; between those of opposite transitions: {}. A network without transitions, or without \
         opposite ones, is counted against every claim on them.",
        list(|coupling| coupling.within),
        list(|coupling| coupling.between),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Size;

    /// At a reduced size: everything is measured and every claim answered.
    #[test]
    fn everything_is_measured() {
        let seeds = [0, 1];
        let mut progress = |_: crate::context::Progress<'_>| ();
        let mut ctx =
            Context { size: Size::Quick, device: "cpu", seeds: &seeds, needs: &[], progress: &mut progress };
        let found = measure(&mut ctx, &Plan::TINY).unwrap();
        let judged = crate::measurement::judge(&RnnHmm.info(), Size::Quick, &found).unwrap();
        assert_eq!(judged.len(), 9);
        assert_eq!(found.figures.len(), 6);
        let again = measure(&mut ctx, &Plan::TINY).unwrap();
        assert_eq!(found.measured, again.measured);
    }

    /// A network that never changes its mind bears out nothing that is said of how it does.
    #[test]
    fn without_transitions_no_claim_on_them_holds() {
        let mut trial = Trial::run(&Plan::TINY, 0, "cpu", &mut |_, _| ()).unwrap();
        (trial.ablation, trial.coupling) = (None, None);
        let found = findings(&[trial], &Plan::TINY);
        let info = RnnHmm.info();
        let judged = crate::measurement::judge(&info, Size::Quick, &found).unwrap();
        for claim in info.claims.iter().filter(|c| ["kick", "spared", "excite", "inhibit"].contains(&c.id)) {
            let measured = judged.iter().find(|measured| measured.claim == claim.text).unwrap();
            assert_eq!(measured.verdict, crate::Verdict::Fail, "{measured:?}");
        }
        for figure in &found.figures {
            assert!(crate::svg(figure).starts_with("<svg"), "{}", figure.title);
        }
    }
}
