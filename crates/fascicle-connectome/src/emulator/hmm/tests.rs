use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

fn near(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() <= tolerance)
}

/// Own transition of the first output, change rate and frequencies, to the last printed digit.
#[track_caller]
fn check(hmm: &Hmm, own: f64, change: f64, frequencies: [f64; 3]) {
    let found = hmm.statistics();
    assert!((found.transitions[0][0] - own).abs() < 5e-5, "{:?}", found.transitions);
    assert!((found.change_rate - change).abs() < 5e-5, "{}", found.change_rate);
    assert!(near(&found.frequencies, &frequencies, 1e-12), "{:?}", found.frequencies);
}

/// The exact figures by numpy: `J = E.T @ diag(pi) @ P @ E`, frequencies `J.sum(1)`, change `1 - trace(J)`.
#[test]
fn published_families() {
    let chain = |states| Hmm::linear_chain(states).unwrap();
    let ends = [0.495, 0.01, 0.495];
    check(&chain(2), 0.9405, 0.0688, ends);
    check(&chain(3), 0.7512, 0.2562, ends);
    check(&chain(4), 0.7092, 0.2978, ends);
    check(&chain(5), 0.6957, 0.3112, ends);
    check(&Hmm::fully_connected(3).unwrap(), 0.9136, 0.0864, [1.0 / 3.0; 3]);
}

#[test]
fn whole_transition_matrix() {
    let found = Hmm::linear_chain(2).unwrap().statistics().transitions;
    let expected = [[0.9405, 0.01, 0.0495], [0.495, 0.01, 0.495], [0.0495, 0.01, 0.9405]];
    for (found, expected) in found.iter().zip(expected) {
        assert!(near(found, &expected, 1e-12), "{found:?}");
    }
}

#[test]
fn refused() {
    let error = |result: Result<Hmm, NetworkError>| result.unwrap_err().to_string();
    assert_snapshot!(error(Hmm::linear_chain(6)), @"a linear chain of 6 states moves to each neighbour with probability .05^(1/5) = 0.5493, which leaves -0.0986 for staying in a middle state; take 2 to 5 states, or give the matrices to `Hmm::new`");
    assert_snapshot!(error(Hmm::linear_chain(1)), @"the number of states is 1; expected 2 to 5");
    assert_snapshot!(error(Hmm::fully_connected(101)), @"the number of states is 101; expected 2 to 100");
    let emission = || vec![vec![1.0]; 2];
    let chain = |rows: [[f64; 2]; 2]| Hmm::new(rows.map(Vec::from).to_vec(), emission());
    assert_snapshot!(error(chain([[0.5, 0.4], [0.5, 0.5]])), @"transitions from state 0: the probabilities sum to 0.9; divide them by it to make it 1");
    assert_snapshot!(error(chain([[0.5, 0.5], [1.5, -0.5]])), @"transitions from state 1: number 0 is 1.5; expected a probability from 0 to 1");
    assert_snapshot!(error(chain([[1.0, 0.0], [0.0, 1.0]])), @"the chain ends in one of 2 groups of states that it never leaves, so its stationary distribution depends on where it starts; use a part of the chain with one such group");
    assert_snapshot!(error(Hmm::new(vec![vec![1.0]], emission())), @"the emission matrix has 2 rows; expected 1, one a state");
    assert_snapshot!(error(Hmm::new(vec![vec![1.0, 0.0], vec![1.0]], emission())), @"a row of the transition matrix has 1 numbers; expected 2");
    assert_snapshot!(error(Hmm::new(vec![vec![1.0]], vec![vec![0.5, 0.75]])), @"outputs of state 0: the probabilities sum to 1.25; divide them by it to make it 1");
    for states in 6..40 {
        assert!(matches!(Hmm::linear_chain(states), Err(NetworkError::NegativeStay { .. })), "{states}");
    }
}

#[test]
fn a_periodic_chain_has_its_stationary_distribution() {
    let turns = Hmm::new(vec![vec![0.0, 1.0], vec![1.0, 0.0]], vec![vec![1.0, 0.0], vec![0.0, 1.0]]).unwrap();
    assert_eq!(turns.stationary(), [0.5, 0.5]);
    assert_eq!(turns.statistics().change_rate, 1.0);
}

/// What is drawn obeys what is said: every figure within five standard errors, the errors being those of a chain whose
/// states last 20 steps.
#[test]
fn samples_follow_the_law() {
    for hmm in
        [Hmm::linear_chain(2).unwrap(), Hmm::linear_chain(5).unwrap(), Hmm::fully_connected(3).unwrap()]
    {
        let exact = hmm.statistics();
        let drawn = hmm.sample(2_000, 50, 11).statistics().unwrap();
        let independent = 100_000.0_f64 / 40.0;
        for (found, expected) in drawn.frequencies.iter().zip(&exact.frequencies) {
            let error = (expected * (1.0 - expected) / independent).sqrt();
            assert!((found - expected).abs() < 5.0 * error, "{found} for {expected}");
        }
        let error = (exact.change_rate / 100_000.0).sqrt();
        assert!((drawn.change_rate - exact.change_rate).abs() < 5.0 * error, "{}", drawn.change_rate);
    }
}

#[test]
fn samples_repeat() {
    let hmm = Hmm::linear_chain(3).unwrap();
    assert_eq!(hmm.sample(5, 20, 1), hmm.sample(5, 20, 1));
    assert_ne!(hmm.sample(5, 20, 1), hmm.sample(5, 20, 2));
}

proptest! {
    /// A step leaves the stationary distribution as it is, and joint probabilities are those of a process in balance:
    /// as many outputs k are left as are entered.
    #[test]
    fn stationary_law(raw in prop::collection::vec(prop::collection::vec(0.05f64..1.0, 4), 8)) {
        let rows = |raw: &[Vec<f64>]| -> Vec<Vec<f64>> {
            raw.iter().map(|row| { let sum: f64 = row.iter().sum(); row.iter().map(|x| x / sum).collect() }).collect()
        };
        let hmm = Hmm::new(rows(&raw[..4]), rows(&raw[4..])).unwrap();
        let entered = |to: usize| (0..4).map(|from| hmm.stationary()[from] * hmm.chain.onward(from)[to]).sum::<f64>();
        let stepped: Vec<f64> = (0..4).map(entered).collect();
        prop_assert!(near(&stepped, hmm.stationary(), 1e-12));
        let found = hmm.statistics();
        for output in 0..4 {
            let entered: f64 = (0..4).map(|from| found.frequencies[from] * found.transitions[from][output]).sum();
            prop_assert!((entered - found.frequencies[output]).abs() < 1e-12);
        }
    }
}
