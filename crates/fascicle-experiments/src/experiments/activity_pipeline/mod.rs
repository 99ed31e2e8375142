//! The pipeline of homogenised recordings, on recordings whose truth is known.

mod synthetic;
mod trial;

use self::trial::Trial;
use crate::{
    Band, Claim, Context, Experiment, ExperimentError, Figure, Findings, Info, Lines, Outcome, Paper, Series,
    Source,
};

/// Time, smoothing, scale and places of homogenised recordings.
pub(super) struct ActivityPipeline;

impl Experiment for ActivityPipeline {
    fn info(&self) -> Info {
        Info {
            name: "activity-pipeline",
            title: "Homogenised recordings: what the pipeline keeps, and what half precision loses",
            question: "Recordings of different laboratories are published in one form: one time step, one scale, one place for each \
                       neuron, numbers in half precision. Does that form keep what was recorded? What does a trainer get who \
                       takes the time stamps as they are?",
            method: "Recordings of 1,100 s are made up (slow waves and noise, uneven frames, some neurons without a name), \
                     homogenised, written as the published table and read back. The baselines are the stamps as they are \
                     stored, scaling before smoothing instead of after it, scaling by the whole recording, and random places.",
            paper: Paper {
                title: "Homogenized C. elegans Neural Activity and Connectivity Data",
                authors: "Simeon et al.",
                year: 2024,
                source: Source::Arxiv("2411.12091"),
            },
            claims: vec![
                Claim::new(
                    "repeated",
                    "In half precision, a fifth of the stamps of 1,100 s repeat the one before",
                    Band::between(0.19, 0.21),
                ),
                Claim::new("off", "Stored stamps are off by up to half a second", Band::between(0.4, 0.5)),
                Claim::new(
                    "distinct",
                    "Of the times rebuilt from the step, none repeats",
                    Band::exactly(0.0),
                ),
                Claim::new("rebuilt", "They are right to a nanosecond (s)", Band::at_most(1e-9)),
                Claim::new("double", "In double precision every number comes back", Band::exactly(0.0)),
                Claim::new("single", "In single precision all but the seventh digit", Band::at_most(1e-6)),
                Claim::new("half", "In half precision all but the fourth digit", Band::at_most(2e-3)),
                Claim::new(
                    "window",
                    "The moving average of width 15 covers eight frames",
                    Band::exactly(8.0),
                ),
                Claim::new("causal", "No filter lets a frame know of later ones", Band::exactly(0.0)),
                Claim::new("causal scale", "Neither does causal scaling", Band::exactly(0.0)),
                Claim::new(
                    "z-score",
                    "A z-score does: the end of a recording changes its beginning",
                    Band::at_least(0.01),
                ),
                Claim::new(
                    "variance",
                    "Scaled last, every trace has variance 1 (greatest deviation)",
                    Band::at_most(1e-9),
                ),
                Claim::new(
                    "early",
                    "Scaled before smoothing, the variance is lost (mean)",
                    Band::at_most(0.9),
                ),
                Claim::new(
                    "slope",
                    "Derivatives are right to a hundredth of the steepest",
                    Band::at_most(0.01),
                ),
                Claim::new("places", "A neuron without a name always has the same place", Band::exactly(1.0)),
                Claim::new("random places", "At random it would hardly ever have", Band::at_most(0.1)),
                Claim::new(
                    "bad",
                    "Gaps and stretches filled with a line are found, and nothing else",
                    Band::exactly(1.0),
                ),
            ],
            needs: Vec::new(),
            quick_seconds: 3.0,
            full_seconds: 12.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let neurons = if ctx.quick() { 30 } else { 120 };
        let trials = ctx.each_seed("homogenising recordings", |seed| Trial::run(seed, neurons))?;
        Ok(findings(&trials).into())
    }
}

fn findings(trials: &[Trial]) -> Findings {
    let over = |measure: fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let mut findings = Findings::new();
    findings
        .measure("stored stamps that repeat", "repeated", over(|trial| trial.time.repeated))
        .measure("greatest error of a stored stamp (s)", "off", over(|trial| trial.time.stored_error))
        .measure("rebuilt times that repeat", "distinct", over(|trial| trial.time.rebuilt_repeats))
        .measure("greatest error of a rebuilt time (s)", "rebuilt", over(|trial| trial.time.rebuilt_error))
        .measure("greatest difference, double", "double", over(|trial| trial.lost[2]))
        .measure("greatest relative difference, single", "single", over(|trial| trial.lost[1]))
        .measure("greatest relative difference, half", "half", over(|trial| trial.lost[0]))
        .measure("frames of the default window", "window", over(|trial| trial.window))
        .measure("change of earlier frames, filters", "causal", over(|trial| trial.filters_leak))
        .measure("change of earlier frames, causal scaling", "causal scale", over(|trial| trial.causal_leak))
        .measure("change of earlier frames, z-score", "z-score", over(|trial| trial.z_score_leak))
        .measure("deviation of the variance from 1", "variance", over(|trial| trial.variance_error))
        .measure("mean variance, scaled first", "early", over(|trial| trial.early_variance))
        .measure("error over the steepest slope", "slope", over(|trial| trial.slope_error))
        .measure("same places in two runs", "places", over(|trial| trial.same_places))
        .measure("same places in two random runs", "random places", over(|trial| trial.random_places))
        .measure("traces judged rightly", "bad", over(|trial| trial.judged));
    if let Some(trial) = trials.first() {
        for figure in figures(trial) {
            findings.figure(figure);
        }
    }
    findings.note(
        "The recordings are made up, so this says what the pipeline does, not how good the published recordings are. The random \
         places of the baseline are drawn as the published code draws them; a seed that is kept with the data would mend that too.",
    );
    findings
}

fn figures(trial: &Trial) -> [Figure; 2] {
    let lines = |x: &str, value: &str, series: Vec<Series>| Lines {
        x_title: x.into(),
        value_title: value.into(),
        series,
        ..Lines::default()
    };
    let stamps = &trial.time.last;
    let frames: Vec<f64> = stamps.iter().map(|stamp| stamp.0).collect();
    let column = |of: fn(&(f64, f64, f64)) -> f64| stamps.iter().map(of).collect::<Vec<f64>>();
    let shown = &trial.shown;
    [
        Figure::new(
            "Time in half precision",
            "The last stamps of a recording of 1,100 s as the table stores them, and as they are rebuilt from the step. From \
             1,024 s on, half precision has steps of one second, and the frames are three a second.",
            lines(
                "frame",
                "time (s)",
                vec![
                    Series::new("stored", column(|stamp| stamp.1)).at(frames.clone()),
                    Series::new("rebuilt", column(|stamp| stamp.2)).at(frames),
                ],
            ),
        ),
        Figure::new(
            "A trace on its way",
            "The first minute of one neuron: as recorded, and smoothed, resampled to 0.333 s and scaled. The causal mean lags by \
             about one second.",
            lines(
                "time (s)",
                "fluorescence, standard deviations",
                vec![
                    Series::new("recorded", shown.recorded.clone()).at(shown.recorded_time.clone()),
                    Series::new("homogenised", shown.homogenised.clone()).at(shown.time.clone()),
                ],
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiments::checked;

    #[test]
    fn every_claim_holds() {
        checked::holds(ActivityPipeline, &[]);
    }
}
