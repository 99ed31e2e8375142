//! Two sides, two ends: does specialisation by routed gradients give each side its task, and both sides the best of both?

mod figures;

use fascicle_connectome::NetworkError;
use fascicle_connectome::bilateral::{
    Bilateral, BilateralSize, BilateralTraining, Lesion, Performance, Plant, Side, Sides, perform,
    train_bilateral,
};
use fascicle_core::Device;
use fascicle_core::seed::Seeds;

use crate::{
    Band, Claim, Context, Doing, Experiment, ExperimentError, Findings, Info, Outcome, Paper, Source,
};

/// Hemispheric specialisation in a controller of a limb.
pub(super) struct TwoSides;

/// How much is done.
struct Plan {
    seeds: usize,
    size: BilateralSize,
    updates: usize,
    batch: usize,
    steps: usize,
    /// Episodes of each task on which networks are compared.
    episodes: usize,
}

impl Plan {
    const QUICK: Self = Self {
        seeds: 1,
        size: BilateralSize { units: 16, layers: 2 },
        updates: 250,
        batch: 32,
        steps: 25,
        episodes: 256,
    };
    const FULL: Self =
        Self { seeds: 5, updates: 2_000, batch: 64, steps: 50, episodes: 1_000, ..Self::QUICK };
    #[cfg(test)]
    const TINY: Self = Self {
        seeds: 2,
        size: BilateralSize { units: 4, layers: 2 },
        updates: 3,
        batch: 4,
        steps: 6,
        episodes: 8,
    };

    /// A second, in however many steps.
    fn training(&self) -> BilateralTraining {
        let plant = Plant { steps: self.steps, time_step: 1.0 / self.steps as f64, ..Plant::default() };
        BilateralTraining { updates: self.updates, batch: self.batch, plant, ..BilateralTraining::default() }
    }
}

impl Experiment for TwoSides {
    fn info(&self) -> Info {
        Info {
            name: "bilateral",
            title: "Two sides of a controller, each trained for its own end",
            question: "People reach better with one hand and hold still better with the other. If the two columns of a \
                       network are trained on different losses, does each become better at its task, are both together \
                       as good as the better one, and does a lesion of a side cost most where that side is needed?",
            method: "A point mass in the plane (1 kg, two pairs of antagonists of 20 N) reaches for random targets \
                     or holds its place under an unknown load of up to 10 N an axis, for one second. Two columns \
                     of two tanh layers (16 units each) see target, position and velocity; from the second layer \
                     on a callosum sends each the other's pooled activity. The left column is trained on \
                     absolute distance and smooth hidden activity, the right on squared distance and effort, both \
                     on the same episodes. They are compared with a left and a right column trained alone, and with \
                     the same two columns both trained on the sum of the losses.",
            paper: Paper {
                title: "Left/Right Brain, human motor control and the implications for robotics",
                authors: "Rinaldo et al.",
                year: 2024,
                source: Source::Arxiv("2401.14057"),
            },
            claims: vec![
                Claim::new(
                    "reach",
                    "Alone, the left column reaches better than the right by a tenth or more (left over right)",
                    Band::at_most(0.9),
                ),
                Claim::new(
                    "hold",
                    "Alone, the right column holds better than the left by a tenth or more (right over left)",
                    Band::at_most(0.9),
                ),
                Claim::new(
                    "both",
                    "Both together are within a twentieth of the better one (both over better)",
                    Band::at_most(1.05),
                ),
                Claim::new(
                    "specialised",
                    "Specialised, both are within a twentieth of both trained on the sum of the losses (ratio)",
                    Band::at_most(1.05),
                ),
                Claim::new(
                    "left lesion",
                    "Without the left column reaching is worse than without the right (ratio)",
                    Band::at_least(1.0),
                ),
                Claim::new(
                    "right lesion",
                    "Without the right column holding is worse than without the left (ratio)",
                    Band::at_least(1.0),
                ),
            ],
            needs: vec![],
            quick_seconds: 36.0,
            full_seconds: 5_000.0,
        }
    }

    fn run(&self, ctx: &mut Context<'_>) -> Result<Outcome, ExperimentError> {
        let plan = if ctx.quick() { Plan::QUICK } else { Plan::FULL };
        Ok(measure(ctx, &plan)?.into())
    }
}

/// The networks that are compared: with which columns, and whether each is trained on its own loss alone.
const NETWORKS: [(&str, Sides, bool); 4] = [
    ("left alone", Sides::One(Side::Left), true),
    ("right alone", Sides::One(Side::Right), true),
    ("both", Sides::Both, true),
    ("both, not specialised", Sides::Both, false),
];
/// Where in [`NETWORKS`] both are, specialised.
const BOTH: usize = 2;

/// What is cut in the network of both.
const LESIONS: [(&str, Lesion); 4] = [
    ("whole", Lesion::None),
    ("without left", Lesion::Last(Side::Left)),
    ("without right", Lesion::Last(Side::Right)),
    ("without callosum", Lesion::Callosum),
];

/// One seed's networks.
struct Trial {
    /// As in [`NETWORKS`].
    networks: [Performance; 4],
    /// As in [`LESIONS`].
    lesions: [Performance; 4],
    /// Shares of left and right in the network of both.
    mix: [f64; 2],
    /// The losses of its training.
    losses: Vec<f64>,
}

impl Trial {
    fn run(
        plan: &Plan,
        seed: u64,
        device: &Device,
        tell: &mut dyn FnMut(usize, &str),
    ) -> Result<Self, ExperimentError> {
        let (training, seeds) = (plan.training(), Seeds::new(seed).child("bilateral"));
        let mut losses = Vec::new();
        let mut trained = Vec::new();
        for (number, (name, sides, specialised)) in NETWORKS.into_iter().enumerate() {
            let training = BilateralTraining { specialised, ..training };
            // the same weights and episodes for all of them, as far as they have the same parts
            let mut watch = |done: usize, loss: f64| {
                if number == BOTH {
                    losses.push(loss);
                }
                tell(number * plan.updates + done, name);
            };
            let network =
                train_bilateral(plan.size, sides, &training, seeds.named("training"), device, &mut watch)
                    .doing(format!("training the network `{name}`"))?;
            trained.push(network);
        }
        let test = |network: &Bilateral, lesion| {
            perform(network, &training.plant, lesion, plan.episodes, seeds.named("test"))
        };
        let both = &trained[BOTH];
        let tried = || -> Result<_, NetworkError> {
            Ok((
                [
                    test(&trained[0], Lesion::None)?,
                    test(&trained[1], Lesion::None)?,
                    test(both, Lesion::None)?,
                    test(&trained[3], Lesion::None)?,
                ],
                [
                    test(both, LESIONS[0].1)?,
                    test(both, LESIONS[1].1)?,
                    test(both, LESIONS[2].1)?,
                    test(both, LESIONS[3].1)?,
                ],
                both.mix()?,
            ))
        };
        let (networks, lesions, mix) = tried().doing("comparing the networks")?;
        Ok(Self { networks, lesions, mix, losses })
    }

    /// A measure of left over that of right, each alone.
    fn left_over_right(&self, of: fn(&Performance) -> f64) -> f64 {
        of(&self.networks[0]) / of(&self.networks[1])
    }

    /// A measure of both over that of the better one alone.
    fn both_over_better(&self, of: fn(&Performance) -> f64) -> f64 {
        of(&self.networks[BOTH]) / of(&self.networks[0]).min(of(&self.networks[1]))
    }

    /// A measure of both specialised over that of both that are not.
    fn specialised_over_not(&self, of: fn(&Performance) -> f64) -> f64 {
        of(&self.networks[BOTH]) / of(&self.networks[3])
    }

    /// A measure without the left column over that without the right.
    fn lesions_left_over_right(&self, of: fn(&Performance) -> f64) -> f64 {
        of(&self.lesions[1]) / of(&self.lesions[2])
    }
}

fn measure(ctx: &mut Context<'_>, plan: &Plan) -> Result<Findings, ExperimentError> {
    let device = fascicle_core::device(ctx.device()).doing("opening the device")?;
    let steps = NETWORKS.len() * plan.updates;
    let trials = ctx.step_by_step(plan.seeds, steps, |seed, tell| Trial::run(plan, seed, &device, tell))?;
    Ok(findings(&trials, plan))
}

fn findings(trials: &[Trial], plan: &Plan) -> Findings {
    let over = |measure: &dyn Fn(&Trial) -> f64| trials.iter().map(measure).collect::<Vec<f64>>();
    let error: fn(&Performance) -> f64 = |p| p.reach_error;
    let jerk: fn(&Performance) -> f64 = |p| p.reach_jerk;
    let variance: fn(&Performance) -> f64 = |p| p.hold_variance;
    let mut findings = Findings::new();
    findings
        .measure("final error of a reach, left over right", "reach", over(&|t| t.left_over_right(error)))
        .measure("jerk of a reach, left over right", "reach", over(&|t| t.left_over_right(jerk)))
        .measure("variance in holding, right over left", "hold", over(&|t| 1.0 / t.left_over_right(variance)))
        .measure("final error of a reach, both over better", "both", over(&|t| t.both_over_better(error)))
        .measure("variance in holding, both over better", "both", over(&|t| t.both_over_better(variance)))
        .measure(
            "final error of a reach, specialised over not",
            "specialised",
            over(&|t| t.specialised_over_not(error)),
        )
        .measure(
            "variance in holding, specialised over not",
            "specialised",
            over(&|t| t.specialised_over_not(variance)),
        )
        .measure(
            "final error of a reach, without left over without right",
            "left lesion",
            over(&|t| t.lesions_left_over_right(error)),
        )
        .measure(
            "variance in holding, without right over without left",
            "right lesion",
            over(&|t| 1.0 / t.lesions_left_over_right(variance)),
        );
    for figure in figures::of(trials) {
        findings.figure(figure);
    }
    let mean = |of: &dyn Fn(&Trial) -> f64| trials.iter().map(of).sum::<f64>() / trials.len().max(1) as f64;
    findings.note(format!(
        "{} updates of {} episodes and {} steps for each of {} seeds; the paper moves an arm of two joints and six \
         muscles. The reward of specialisation may depend on the limb: this one is a point mass.",
        plan.updates,
        plan.batch,
        plan.steps,
        trials.len(),
    ));
    findings.note(format!(
        "Squared distance from the place to hold, mean over the second: {:.2e} m² left alone, {:.2e} right alone, {:.2e} \
         both. Shares of the columns at the output of both: {:.2} left, {:.2} right.",
        mean(&|t| t.networks[0].hold_deviation),
        mean(&|t| t.networks[1].hold_deviation),
        mean(&|t| t.networks[2].hold_deviation),
        mean(&|t| t.mix[0]),
        mean(&|t| t.mix[1]),
    ));
    findings.note(
        "A column alone has half as many units as both together. A lesion silences a column's last layer; what it sends over \
         the callosum stays.",
    );
    findings
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
        let judged = crate::measurement::judge(&TwoSides.info(), Size::Quick, &found).unwrap();
        assert_eq!(judged.len(), 9);
        assert_eq!(found.figures.len(), 4);
        assert_eq!(found.measured, measure(&mut ctx, &Plan::TINY).unwrap().measured);
    }
}
