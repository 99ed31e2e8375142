use fascicle_core::testing::test_devices;
use insta::assert_snapshot;

use super::*;

const SIZE: EmulatorSize = EmulatorSize { hidden: 16, noise: 4, outputs: 3 };

fn small() -> Training {
    Training {
        length: 6,
        batch: 32,
        steps: 12,
        learning_rate: 0.02,
        validate_every: 2,
        ..Training::default()
    }
}

fn run(training: &Training, seed: u64, device: &Device) -> Result<Trained, NetworkError> {
    train(&Hmm::linear_chain(2).unwrap(), SIZE, training, seed, device, &mut |_, _| ())
}

/// The loss falls, although it is of other sequences in every step.
#[test]
fn learns_on_every_device() {
    for (name, device) in test_devices() {
        let training = Training { steps: 60, ..small() };
        let trained = run(&training, 1, &device).unwrap();
        let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
        let (first, last) = (mean(&trained.losses[..10]), mean(&trained.losses[50..]));
        assert!(last < 0.75 * first, "{name}: {first} to {last}");
    }
}

/// What is called the best is a copy of what the weights were then, and gives that loss again.
#[test]
fn the_best_is_kept() {
    let (_, device) = test_devices().swap_remove(0);
    // a learning rate that jumps about: the last weights are not the best
    let training = Training { steps: 20, learning_rate: 0.3, ..small() };
    let worse =
        |seed| run(&training, seed, &device).ok().filter(|run| run.best_step < 20).map(|run| (seed, run));
    let (seed, trained) =
        (0..20).find_map(worse).expect("one of twenty wild trainings ends worse than it was");
    let (step, least) = trained.held_out.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
    assert_eq!(trained.best_step, step);
    assert_ne!(trained.best, trained.last);
    let stopped = run(&Training { steps: step, ..training }, seed, &device).unwrap();
    assert_eq!(stopped.last, trained.best);
    assert_eq!(stopped.held_out.last(), Some(&(step, least)));
}

#[test]
fn seeds_decide() {
    let (_, device) = test_devices().swap_remove(0);
    let of = |seed| run(&Training { steps: 3, ..small() }, seed, &device).unwrap();
    assert_eq!(of(1).losses, of(1).losses);
    assert_ne!(of(1).losses, of(2).losses);
}

/// What is drawn on the device has the statistics of what is drawn on the host.
#[test]
fn emits_as_on_the_host() {
    let weights = EmulatorWeights::untrained(SIZE, 3).unwrap();
    for (name, device) in test_devices() {
        let emitted = emit(&Emulator::new(&weights, &device), 400, 30, Start::Zero, 5).unwrap();
        let plan = super::super::mechanism::Rollout { steps: 30, ..Default::default() };
        let starts = vec![vec![0.0; SIZE.hidden]; 400];
        let sampled = weights.sample(&plan, &starts).unwrap();
        let (a, b) = (emitted.statistics(), sampled.statistics());
        // of 12,000 outputs each, five standard errors
        assert!(a.frequency_error(&b) < 5.0 * (2.0 * 0.25 / 12_000.0_f64).sqrt(), "{name}: {a:?} {b:?}");
        assert!((a.change_rate - b.change_rate).abs() < 5.0 * (2.0 * 0.25 / 12_000.0_f64).sqrt(), "{name}");
    }
}

#[test]
fn refused() {
    let (_, device) = test_devices().swap_remove(0);
    let error = |training: Training| run(&training, 0, &device).unwrap_err().to_string();
    assert_snapshot!(error(Training { batch: 0, ..small() }), @"the number of sequences a step is 0; expected at least 1");
    assert_snapshot!(error(Training { learning_rate: f64::NAN, ..small() }), @"the learning rate is NaN; expected a positive number");
    assert_snapshot!(error(Training { betas: [0.9, 1.0], ..small() }), @"Adam's β is 0.9 and 1; expected 0 to below 1");
    let size = EmulatorSize { outputs: 4, ..SIZE };
    let wrong = train(&Hmm::linear_chain(2).unwrap(), size, &small(), 0, &device, &mut |_, _| ());
    assert_snapshot!(wrong.unwrap_err().to_string(), @"the number of outputs is 4; expected 3, as the model has");
    let wild = Training { learning_rate: 1e30, ..small() };
    let error = run(&wild, 0, &device).unwrap_err();
    assert!(matches!(error, NetworkError::NotFinite { .. } | NetworkError::BadArgument { .. }), "{error}");
}
