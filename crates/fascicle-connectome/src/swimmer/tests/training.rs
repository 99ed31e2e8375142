use super::close;
use crate::swimmer::{Evolution, EvolutionConfig, Init, Mlp, Ncap, NcapConfig, Policy, Task, train};

/// A bowl in ten dimensions, from many starts: the strategy gets to the bottom.
#[test]
fn evolution_climbs() {
    let config = EvolutionConfig { population: 20, sigma: 0.05, learning_rate: 0.02, l2: 0.0 };
    for seed in 0..5 {
        let goal: Vec<f64> = (0..10).map(|i| 0.3 * f64::from(i) - 1.0).collect();
        let fitness = |x: &[f64]| -x.iter().zip(&goal).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let mut evolution = Evolution::new(vec![0.0; 10], config, seed).unwrap();
        let start = fitness(evolution.parameters());
        for _ in 0..400 {
            let told: Vec<f64> = evolution.ask().iter().map(|x| fitness(x)).collect();
            evolution.tell(&told).unwrap();
        }
        let end = fitness(evolution.parameters());
        assert!(end > 0.01 * start, "seed {seed}: from {start} to {end}");
    }
}

/// Only the order of fitness counts.
#[test]
fn evolution_sees_ranks_alone() {
    let run = |scale: fn(f64) -> f64| {
        let mut evolution = Evolution::new(vec![0.5, -0.5], EvolutionConfig::default(), 3).unwrap();
        for _ in 0..20 {
            let told: Vec<f64> = evolution.ask().iter().map(|x| scale(-x[0] * x[0] - x[1])).collect();
            evolution.tell(&told).unwrap();
        }
        evolution.parameters().to_vec()
    };
    assert_eq!(run(|f| f), run(|f| (3.0 * f).exp() - 7.0));
    assert_ne!(run(|f| f), run(|f| -f));
}

/// On a plateau there is no direction: with no regularisation nothing moves.
#[test]
fn a_plateau_is_no_slope() {
    let config = EvolutionConfig { l2: 0.0, ..EvolutionConfig::default() };
    let mut evolution = Evolution::new(vec![0.5, -0.5], config, 3).unwrap();
    for _ in 0..10 {
        evolution.ask();
        evolution.tell(&[1.0; 8]).unwrap();
    }
    close(evolution.parameters(), &[0.5, -0.5], 0.0);
}

#[test]
fn a_poor_start_learns_to_swim_and_the_seed_decides_all() {
    let task = Task::new(3).steps(200);
    let fitness = |policy: &Ncap| task.swim(policy).map(|swim| swim.reward);
    let start = Ncap::new(NcapConfig::new(3), Init::Uniform, 5).unwrap();
    let config = EvolutionConfig { learning_rate: 0.05, ..EvolutionConfig::default() };
    let run = |seed| train(&start, &fitness, config, 40, seed, &mut |_| ()).unwrap();
    let trained = run(1);
    assert_eq!(trained.history.len(), 41);
    let (first, last) = (trained.history[0], trained.history[40]);
    assert!(last.fitness > first.fitness + 0.3, "from {first:?} to {last:?}");
    assert_eq!(fitness(&trained.best).unwrap(), trained.best_fitness);
    assert_eq!(fitness(&trained.last).unwrap(), last.fitness);
    let best = trained.history.iter().map(|generation| generation.fitness).fold(f64::MIN, f64::max);
    assert_eq!(trained.best_fitness, best);
    for generation in &trained.history {
        assert!(generation.least <= generation.mean && generation.mean <= generation.most);
    }
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(alone.install(|| run(1)).last.parameters(), trained.last.parameters());
    assert_ne!(run(2).last.parameters(), trained.last.parameters());
}

#[test]
fn any_policy_can_be_trained() {
    let task = Task::new(2).steps(60);
    let start = Mlp::new(2, 4, 60.0, 0).unwrap();
    let mut heard = 0;
    let fitness = |policy: &Mlp| task.swim(policy).map(|swim| swim.reward);
    let trained = train(&start, &fitness, EvolutionConfig::default(), 3, 0, &mut |_| heard += 1).unwrap();
    assert_eq!(heard, 4);
    assert_ne!(trained.last.parameters(), start.parameters());
}
