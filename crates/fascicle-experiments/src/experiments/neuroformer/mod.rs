//! Neuroformer: does the attention of a transformer over spikes show who drives whom, and better than what is simpler?

mod few_shot;
mod figures;
mod trial;

use self::trial::{ESTIMATORS, Plan, Trial};
use crate::{
    Band, Claim, Context, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper, Source,
};

/// Hub recovery from attention, and next-spike prediction.
pub(super) struct SpikeTransformer;

/// By how much an area under the curve must be larger to be called so.
const AHEAD: f64 = 0.005;

impl Experiment for SpikeTransformer {
    fn info(&self) -> Info {
        Info {
            name: "neuroformer",
            title: "What a spike transformer's attention says of connectivity",
            question: "A transformer that predicts the next spike of a population must notice who drives whom. Can the wiring \
                       be read from where it attends to, and is that better than correlations or a Poisson model?",
            method: "Thirty neurons are simulated: three hubs that fire by chance, each driving nine integrate-and-fire followers \
                     after 10 to 30 ms, and weak background activity. A transformer of width 32 with two blocks learns to predict \
                     the next spike from the 150 ms before a window of 50 ms and from the spikes of the window so far. Its attention, \
                     from the place that predicts a spike to each earlier spike, is added up by target and source and divided by what \
                     even attention would give. The same recording goes to Pearson's correlation (in bins of 50 ms, and across 1 to 5 bins of \
                     10 ms), partial correlation across those lags, and a Poisson model with coupling filters. All \
                     ordered pairs of neurons are ranked by each score. Predictions are tested on the last fifth of the recording. Then a \
                     behaviour, the fading sum of the hubs' spikes, is given for 100 windows: the trained network, the same network \
                     before training, and ridge regression on spike counts learn to read it.",
            paper: Paper {
                title: "Neuroformer: Multimodal and Multitask Generative Pretraining for Brain Data",
                authors: "Antoniades et al.",
                year: 2023,
                source: Source::Arxiv("2311.00136"),
            },
            claims: vec![
                Claim::new(
                    "recovers",
                    "Attention to past spikes tells the hubs' connections from all other pairs (AUROC)",
                    Band::at_least(0.8),
                ),
                Claim::new(
                    "correlation",
                    "Attention finds them better than Pearson's correlation (AUROC, difference)",
                    Band::at_least(AHEAD),
                ),
                Claim::new(
                    "rivals",
                    "Attention finds them better than partial correlation and a Poisson model, for which reviewers asked (AUROC, \
                     difference)",
                    Band::at_least(AHEAD),
                ),
                Claim::new(
                    "next",
                    "The next neuron is foreseen at least twice as often as by always naming the commonest",
                    Band::at_least(2.0),
                ),
                Claim::new(
                    "predicts",
                    "The next neuron is foreseen more often than by simpler predictors: the Poisson model, and the neuron that \
                     most often follows the last one (ratio)",
                    Band::at_least(1.0),
                ),
                Claim::new(
                    "few-shot",
                    "From few labels, a network that learned spikes first reads behaviour better than one that did not (correlation, \
                     difference)",
                    Band::at_least(0.05),
                ),
                Claim::new(
                    "decoder",
                    "And better than a linear decoder of spike counts (correlation, difference)",
                    Band::at_least(0.0),
                ),
            ],
            needs: Vec::new(),
            quick_seconds: 35.0,
            full_seconds: 600.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let plan = if ctx.quick() { Plan::QUICK } else { Plan::FULL };
        let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
        let trials = ctx.step_by_step(plan.seeds, plan.steps, |seed, tell| {
            Trial::run(&plan, seed, &device, &mut |step| tell(step, "training on spikes"))
        })?;
        Ok(findings(&trials, &plan).into())
    }
}

fn findings(trials: &[Trial], plan: &Plan) -> Findings {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let mut findings = Findings::new();
    findings.measure("AUROC of attention", "recovers", over(&|trial| trial.areas[0].auroc));
    for (at, estimator) in ESTIMATORS.iter().enumerate().skip(1) {
        let claim = if estimator.correlation { "correlation" } else { "rivals" };
        let ahead = over(&|trial| trial.areas[0].auroc - trial.areas[at].auroc);
        findings.measure(format!("attention less {}", estimator.name), claim, ahead);
    }
    findings
        .measure(
            "top-1 over the commonest neuron's",
            "next",
            over(&|trial| trial.top1.model / trial.top1.commonest),
        )
        .measure(
            "top-1 over the Poisson model's",
            "predicts",
            over(&|trial| trial.top1.model / trial.top1.poisson),
        )
        .measure(
            "top-1 over the commonest follower's",
            "predicts",
            over(&|trial| trial.top1.model / trial.top1.follower),
        )
        .measure(
            "correlation with behaviour, pretrained less fresh",
            "few-shot",
            over(&|trial| trial.few_shot.pretrained - trial.few_shot.fresh),
        )
        .measure(
            "correlation with behaviour, pretrained less linear",
            "decoder",
            over(&|trial| trial.few_shot.pretrained - trial.few_shot.linear),
        );
    for figure in figures::figures(trials) {
        findings.figure(figure);
    }
    let mean =
        |measure: &dyn Fn(&Trial) -> f64| over(measure).iter().sum::<f64>() / trials.len().max(1) as f64;
    let areas = ESTIMATORS.iter().enumerate().map(|(at, estimator)| {
        let (auroc, auprc) = (mean(&|trial| trial.areas[at].auroc), mean(&|trial| trial.areas[at].auprc));
        format!("{} {auroc:.3} and {auprc:.3}", estimator.name)
    });
    findings.note(format!("AUROC and average precision: {}.", areas.collect::<Vec<_>>().join("; ")));
    findings.note(format!(
        "Top-1 is among neurons, given that a spike comes: {:.3}, against {:.3} for the commonest neuron, {:.3} for the neuron that most \
         often follows the last one and {:.3} for the Poisson model, which is told the spike's time bin. With the end of a window \
         as one more choice the transformer is right in {:.3} of all predictions.",
        mean(&|trial| trial.top1.model),
        mean(&|trial| trial.top1.commonest),
        mean(&|trial| trial.top1.follower),
        mean(&|trial| trial.top1.poisson),
        mean(&|trial| trial.top1.with_end),
    ));
    findings.note(format!(
        "From {} labelled windows, behaviour is read with a correlation of {:.2} by the network that learned spikes first, {:.2} by a \
         fresh one and {:.2} by ridge regression on counts. All three have the same labelled windows and are tested on the same others. \
         Ridge knows how often each neuron fired in the past and in the window, the network also when; ridge's penalty (1) and the \
         network's {} steps were set beforehand, and nothing was chosen by what is read in the end. The behaviour is a sum over the \
         hubs' spikes, which suits a linear decoder.",
        few_shot::LABELLED,
        mean(&|trial| trial.few_shot.pretrained),
        mean(&|trial| trial.few_shot.fresh),
        mean(&|trial| trial.few_shot.linear),
        few_shot::STEPS,
    ));
    findings.note(format!(
        "{:.0} spikes on average, {} steps of training. The simulation is this project's own reconstruction: the paper describes hubs \
         in words. A population in which every connection is excitatory and strong is easy for every estimator; what is compared here \
         says little on weak, inhibitory or recurrent wiring.",
        mean(&|trial| trial.spikes as f64),
        plan.steps,
    ));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_run_finds_the_hubs_and_answers_every_claim() {
        let plan = Plan { seconds: 100.0, steps: 200, seeds: 1 };
        let device = fascicle_core::device("cpu").unwrap();
        let mut last = 0;
        let trial = Trial::run(&plan, 0, &device, &mut |step| last = step).unwrap();
        assert_eq!(last, plan.steps - 1);
        assert!(trial.areas[0].auroc > 0.8, "{:?}", trial.areas);
        assert!(trial.areas[4].auroc > 0.95, "{:?}", trial.areas);
        let findings = findings(&[trial], &plan);
        let info = SpikeTransformer.info();
        let judged = crate::measurement::judge(&info, crate::Size::Quick, &findings).unwrap();
        assert_eq!(judged.len(), 10);
        assert_eq!(findings.figures.len(), 7);
    }
}
