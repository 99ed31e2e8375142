use burn::tensor::DType;
use fascicle_core::dtype;
use fascicle_core::testing::test_devices;
use insta::assert_snapshot;

use super::unrolled::Unrolled;
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

fn run_on_host(training: &Training, seed: u64) -> Result<Trained, NetworkError> {
    train_on_host(&Hmm::linear_chain(2).unwrap(), SIZE, training, seed, &mut |_, _| ())
}

/// The loss falls, although it is of other sequences in every step.
#[track_caller]
fn check_learnt(name: &str, trained: &Trained) {
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (first, last) = (mean(&trained.losses[..10]), mean(&trained.losses[50..]));
    assert!(last < 0.75 * first, "{name}: {first} to {last}");
}

#[test]
fn learns_on_every_device() {
    let training = Training { steps: 60, ..small() };
    for (name, device) in test_devices() {
        check_learnt(&name, &run(&training, 1, &device).unwrap());
    }
    check_learnt("host", &run_on_host(&training, 1).unwrap());
    let training = Training { debias: Debias::OtherHalf, ..training };
    check_learnt("host, other half", &run_on_host(&training, 1).unwrap());
}

/// Units and inputs that do not fill whole blocks.
const ODD: EmulatorSize = EmulatorSize { hidden: 11, noise: 3, outputs: 3 };

fn odd() -> (EmulatorWeights, Drive, Vec<f64>) {
    let drive = Drive::draw(ODD, 20, 5, Start::Normal, 7);
    let outer = (0..20 * 5 * 3).map(|i| ((i * 7 % 11) as f64 - 5.0) / 5.0).collect();
    (EmulatorWeights::untrained(ODD, 4).unwrap(), drive, outer)
}

/// Straight through the choice of outputs the gradient is that of Σ outer · softmax.
#[test]
fn host_gradient_by_finite_differences() {
    let (weights, drive, outer) = odd();
    let network = Unrolled::new(&weights);
    let pass = network.forward(&drive, 0.7);
    let gradient = network.gradient(&drive, &pass, &outer, 0.7);
    let flat = weights.flat();
    assert_eq!(gradient.len(), flat.len());
    let loss = |flat: &[f64]| -> f64 {
        let network = Unrolled::new(&EmulatorWeights::of_flat(ODD, flat).unwrap());
        network.forward(&drive, 0.7).soft.iter().zip(&outer).map(|(soft, outer)| soft * outer).sum()
    };
    for (at, found) in gradient.iter().enumerate() {
        let moved = |by: f64| {
            let mut flat = flat.clone();
            flat[at] += by;
            loss(&flat)
        };
        let expected = (moved(1e-6) - moved(-1e-6)) / 2e-6;
        assert!((found - expected).abs() < 1e-6, "{at}: {found}, {expected}");
    }
}

/// What is computed by hand is what burn computes: outputs and gradients.
#[test]
fn on_the_host_as_on_every_device() {
    // burn rounds 1/τ to f32 on the way back, also where it computes in f64 (burn-autodiff 0.22): one that f32 holds exactly
    const TEMPERATURE: f64 = 0.5;
    let (weights, drive, outer) = odd();
    let network = Unrolled::new(&weights);
    let pass = network.forward(&drive, TEMPERATURE);
    let expected = network.gradient(&drive, &pass, &outer, TEMPERATURE);
    for (name, device) in test_devices() {
        let device = device.autodiff();
        let dtype = dtype::widest(&device);
        let model = Emulator::with_dtype(&weights, &device, dtype);
        let samples = learner::samples(&model, &drive, TEMPERATURE, dtype);
        let emitted = learner::sequences(samples.clone(), &drive, 0).unwrap();
        assert_eq!(emitted.symbols(), pass.symbols, "{name}");
        let found = model.slopes(learner::surrogate(samples, &outer, drive.batch));
        assert_eq!(found.len(), expected.len());
        let near = if dtype == DType::F64 { 1e-9 } else { 1e-4 };
        for (at, (found, expected)) in found.iter().zip(&expected).enumerate() {
            assert!((found - expected).abs() < near, "{name}, {at}: {found} and {expected}");
        }
        // and so is the first step of training, up to what an untrained network emits
        let steps = Training { steps: 1, ..small() };
        let (there, here) = (run(&steps, 2, &device).unwrap(), run_on_host(&steps, 2).unwrap());
        assert!((there.losses[0] - here.losses[0]).abs() < 1e-9, "{name}: {there:?} and {here:?}");
    }
}

#[test]
fn threads_change_no_digit() {
    let run = |threads| {
        // invariant: a pool of a few threads can be had.
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| run_on_host(&Training { steps: 4, batch: 50, ..small() }, 3).unwrap())
    };
    let (one, three) = (run(1), run(3));
    assert_eq!((one.losses, one.last), (three.losses, three.last));
}

#[test]
fn the_learning_rate_falls_at_the_end() {
    for (cooling, expected) in
        [(0.0, [0.8, 0.8, 0.8, 0.8]), (0.5, [0.8, 0.8, 0.8, 0.4]), (1.0, [0.8, 0.6, 0.4, 0.2])]
    {
        let training = Training { steps: 4, learning_rate: 0.8, cooling, ..small() };
        for (step, expected) in expected.into_iter().enumerate() {
            assert!((training.rate(step) - expected).abs() < 1e-12, "{cooling} {step}");
        }
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
        let (a, b) = (emitted.statistics().unwrap(), sampled.statistics().unwrap());
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
    assert_snapshot!(error(Training { cooling: 1.5, ..small() }), @"the share of cooling steps is 1.5; expected 0 to 1");
    let single = Training { batch: 1, debias: Debias::OtherHalf, ..small() };
    assert_snapshot!(error(single), @"the number of sequences a step is 1; expected at least 2");
    assert_snapshot!(error(Training { betas: [0.9, 1.0], ..small() }), @"Adam's β is 0.9 and 1; expected 0 to below 1");
    let size = EmulatorSize { outputs: 4, ..SIZE };
    let wrong = train(&Hmm::linear_chain(2).unwrap(), size, &small(), 0, &device, &mut |_, _| ());
    assert_snapshot!(wrong.unwrap_err().to_string(), @"the number of outputs is 4; expected 3, as the model has");
    let wild = Training { learning_rate: 1e30, ..small() };
    // of f64 it takes more to leave nothing finite
    let wilder = Training { learning_rate: 1e200, ..small() };
    for error in [run(&wild, 0, &device).unwrap_err(), run_on_host(&wilder, 0).unwrap_err()] {
        let finite = matches!(error, NetworkError::NotFinite { .. } | NetworkError::BadArgument { .. });
        assert!(finite, "{error}");
    }
}
