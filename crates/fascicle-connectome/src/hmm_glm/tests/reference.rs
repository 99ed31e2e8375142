//! The whole model against numpy: histories, drives, emissions, posteriors and paths.

use super::super::*;
use super::close;

/// Inputs made of formulas that numpy and this test share.
fn model_and_trial(neurons: usize, bins: usize, link: Link) -> (HmmGlm, Trial) {
    let counts = (0..bins * neurons)
        .map(|at| {
            let (t, n) = (at / neurons, at % neurons);
            f64::from((t * 7 + n * 3 + t * n).is_multiple_of(5)) + f64::from((t * n) % 17 == 3)
        })
        .collect();
    let bias = (0..neurons).map(|n| 0.3 * (n as f64).sin() - 1.0).collect();
    let weight = |at: usize| {
        let (s, connection) = (at / (neurons * neurons), at % (neurons * neurons));
        let (post, pre) = ((connection / neurons) as f64, (connection % neurons) as f64);
        0.8 * (1.0 + 0.7 * s as f64 * 3.0 + 1.3 * post + 2.9 * pre).sin()
    };
    let weights = (0..3 * neurons * neurons).map(weight).collect();
    let chain = crate::hmm::tests::patterned(3);
    let model = HmmGlm::new(link, Basis::default(), chain, bias, weights).unwrap();
    (model, Trial::new(counts, neurons).unwrap())
}

struct Expected {
    log_likelihood: f64,
    /// Of bin 3.
    posterior: [f64; 3],
    best_path: f64,
    path: [usize; 20],
    /// Expected transitions from state 0 to itself.
    stays: f64,
}

#[track_caller]
fn check(neurons: usize, bins: usize, link: Link, expected: &Expected) {
    let (model, trial) = model_and_trial(neurons, bins, link);
    let posterior = model.posterior(&trial).unwrap();
    let what = format!("{neurons} neurons, {link}");
    close(posterior.log_likelihood, expected.log_likelihood, 1e-12, &what);
    for (got, expected) in posterior.states[9..12].iter().zip(expected.posterior) {
        close(*got, expected, 1e-9, &what);
    }
    close(posterior.transitions[0], expected.stays, 1e-9, &what);
    let path = model.viterbi(&trial).unwrap();
    close(path.log_probability, expected.best_path, 1e-12, &what);
    assert_eq!(path.states[..20], expected.path, "{what}");
    assert_eq!(model.log_likelihoods(&[trial]).unwrap(), [posterior.log_likelihood]);
}

#[test]
fn posteriors_and_paths() {
    check(
        12,
        60,
        Link::Sigmoid,
        &Expected {
            log_likelihood: -407.345_503_351_848_95,
            posterior: [0.267_695_111_003_938_34, 0.286_964_518_473_570_35, 0.445_340_370_522_681_66],
            best_path: -436.121_878_206_788_9,
            path: [0, 1, 2, 0, 1, 2, 0, 1, 0, 2, 0, 2, 0, 1, 2, 0, 1, 2, 1, 2],
            stays: 1.538_447_668_644_442_6,
        },
    );
    check(
        12,
        60,
        Link::Softplus,
        &Expected {
            log_likelihood: -419.465_265_835_083_7,
            posterior: [0.247_676_262_645_366_74, 0.281_080_222_345_841_24, 0.471_243_515_008_695_9],
            best_path: -446.739_722_223_474_64,
            path: [0, 1, 2, 0, 1, 2, 0, 1, 0, 2, 0, 2, 0, 1, 2, 0, 1, 0, 1, 2],
            stays: 1.525_891_481_889_564,
        },
    );
    // The best log probability of a bin is −186: held above 1e-16, as scaled code has it, all states were equally likely.
    check(
        600,
        40,
        Link::Sigmoid,
        &Expected {
            log_likelihood: -14_316.170_190_103_276,
            posterior: [0.133_307_705_221_103_55, 0.015_769_612_273_772_386, 0.850_922_682_509_302_5],
            best_path: -14_327.186_558_235_477,
            path: [0, 1, 0, 2, 1, 2, 0, 2, 1, 0, 1, 0, 0, 1, 1, 2, 1, 2, 0, 2],
            stays: 1.013_890_806_504_93,
        },
    );
    check(
        600,
        40,
        Link::Softplus,
        &Expected {
            log_likelihood: -15_403.063_488_563_675,
            posterior: [0.109_777_674_727_259_02, 0.012_783_776_535_700_711, 0.877_438_548_740_688_7],
            best_path: -15_413.659_693_757_987,
            path: [0, 1, 0, 2, 1, 2, 0, 2, 1, 0, 1, 0, 0, 1, 1, 2, 1, 2, 0, 2],
            stays: 0.972_356_523_074_827_3,
        },
    );
}

#[test]
fn the_basis() {
    let basis = Basis::default();
    // the paper's rounded figures
    for (got, expected) in basis.values().iter().zip([0.6364, 0.2341, 0.0861, 0.0317, 0.0117]) {
        assert!((got - expected).abs() < 5e-5, "{got}");
    }
    // two neurons, four bins: each spike is seen from the next bin on
    let basis = Basis::new(vec![0.5, 0.25]).unwrap();
    let history = basis.history(&[1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0], 2);
    assert_eq!(history, [0.0, 0.0, 0.5, 0.0, 0.25, 1.0, 0.0, 0.5]);
    // longer than the record, and a decay that leaves one bin alone
    assert_eq!(Basis::exponential(50, 0.0).unwrap().history(&[1.0], 1), [0.0]);
    assert_eq!(Basis::exponential(3, 1e300).unwrap().values(), [1.0, 0.0, 0.0]);
}

#[test]
fn links() {
    // mpmath, 20 digits
    for (drive, sigmoid, log_sigmoid, softplus, log_softplus) in [
        (0.0, 0.5, -std::f64::consts::LN_2, std::f64::consts::LN_2, -0.366_512_920_581_664_3),
        (
            2.0,
            0.880_797_077_977_882_3,
            -0.126_928_011_042_972_5,
            2.126_928_011_042_972_6,
            0.754_678_690_343_488_5,
        ),
        (-39.0, 1.154_822_417_301_578_6e-17, -39.0, 1.154_822_417_301_578_6e-17, -39.0),
        (-800.0, 0.0, -800.0, 0.0, -800.0),
        (800.0, 1.0, 0.0, 800.0, 6.684_611_727_667_927),
    ] {
        for (got, expected, what) in [
            (Link::Sigmoid.rate(drive), sigmoid, "sigmoid"),
            (Link::Sigmoid.log_rate(drive), log_sigmoid, "log sigmoid"),
            (Link::Softplus.rate(drive), softplus, "softplus"),
            (Link::Softplus.log_rate(drive), log_softplus, "log softplus"),
        ] {
            let far = (got - expected).abs() > 1e-14 * expected.abs();
            assert!(!far && !got.is_nan(), "{what} at {drive}: {got} for {expected}");
        }
    }
    for link in Link::ALL {
        for rate in [1e-3, 0.2, 0.9] {
            close(link.rate(link.drive(rate)), rate, 1e-12, "the drive of a rate");
        }
        assert!(link.drive(0.0).is_finite() && link.drive(1e9).is_finite());
        assert_eq!(link.name().parse::<Link>().unwrap(), *link);
    }
}
