use fascicle_graph::community::Partition;

use super::*;
use crate::activity::{Homogenised, Neuron, Smoothing};
use crate::cells::CellKind;

const NAN: f64 = f64::NAN;

/// As recorded: no gap filled, nothing smoothed or binned.
const RAW: AffinityOptions = AffinityOptions {
    bridge: 0,
    smoothing: Smoothing::None,
    bin: 1,
    lengths: Lengths::Refuse,
    constant: Constant::Absent,
};

/// The geometric mean of concurrent changes.
const ROOT: CoChange = CoChange { quantile: 0.99, threshold: 0.0, equality: false };

const A: [f64; 8] = [0.0, 1.0, 3.0, 2.0, 2.0, 5.0, 4.0, 4.5];
const B: [f64; 8] = [1.0, 2.0, 2.5, 2.0, 3.0, 4.0, 6.0, 5.0];

fn recordings(worms: &[&[Option<&[f64]>]]) -> Recordings {
    let most = worms.iter().map(|worm| worm.len()).max().unwrap_or(0);
    let worm = |(at, traces): (usize, &&[Option<&[f64]>])| Worm {
        name: format!("w{at}"),
        traces: traces.iter().map(|trace| trace.map(<[f64]>::to_vec)).collect(),
    };
    Recordings {
        neurons: (0..most).map(|at| format!("N{at}")).collect(),
        worms: worms.iter().enumerate().map(worm).collect(),
    }
}

#[track_caller]
fn near(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        let same = (got - expected).abs() < 1e-12 || (got.is_nan() && expected.is_nan());
        assert!(same, "{got} is not {expected} in {expected:?}");
    }
}

/// numpy 2.4 and scipy 1.17: the formulas with `numpy.gradient` and `numpy.quantile`, and `scipy.stats.spearmanr`.
#[test]
fn measures_as_numpy_has_them() {
    let check = |affinity: &dyn Affinity, expected: &[f64]| {
        let both = recordings(&[&[Some(&A), Some(&B)]]);
        let found = affinity_tensor(&both, affinity, &RAW).unwrap();
        assert_eq!((found.tensor.shape(), &found.pairs[..]), (&[expected.len(), 1, 1][..], &[(0, 1)][..]));
        near(found.tensor.values(), expected);
        // and the other way round
        let turned = recordings(&[&[Some(&B), Some(&A)]]);
        near(affinity_tensor(&turned, affinity, &RAW).unwrap().tensor.values(), expected);
    };
    let (near_rise, rise) = (0.674_660_014_851_560_7, 0.877_058_019_307_029_1);
    check(
        &CoChange { quantile: 0.8, ..CoChange::default() },
        &[near_rise, 0.649_519_052_838_329, 0.0, 0.0, 1.0, near_rise, 0.0, 0.0],
    );
    check(
        &CoChange { quantile: 0.8, threshold: 0.66, equality: true },
        &[near_rise, 0.0, 0.0, 0.0, 1.0, near_rise, 0.0, 0.0],
    );
    check(
        &CoChange { quantile: 0.8, ..ROOT },
        &[rise, 0.866_025_403_784_438_6, 0.0, 0.0, 1.0, rise, 0.0, 0.0],
    );
    check(&Spearman { window: 4, stride: 2 }, &[0.948_683_298_050_513_9, 0.632_455_532_033_676, 0.2]);
    check(
        &Cosine { window: 4, stride: 2 },
        &[0.810_191_493_666_933_3, 0.815_725_937_451_695, 0.593_171_014_001_739_5],
    );
}

#[test]
fn what_goes_opposite_ways_has_no_affinity() {
    let falling: Vec<f64> = A.iter().map(|value| -value).collect();
    let both = recordings(&[&[Some(&A), Some(&falling)]]);
    for affinity in [CoChange::default(), ROOT] {
        near(affinity_tensor(&both, &affinity, &RAW).unwrap().tensor.values(), &[0.0; 8]);
    }
    near(
        affinity_tensor(&both, &Spearman { window: 4, stride: 4 }, &RAW).unwrap().tensor.values(),
        &[0.0; 2],
    );
}

#[test]
fn an_absent_neuron_is_masked() {
    let three =
        recordings(&[&[Some(&A), Some(&B), None], &[Some(&A), None, Some(&B)], &[Some(&A), Some(&A), None]]);
    let found = affinity_tensor(&three, &ROOT, &RAW).unwrap();
    // N1 and N2 are in no worm together
    assert_eq!(found.pairs, [(0, 1), (0, 2)]);
    let observed: Vec<bool> = (0..6).map(|flat| found.tensor.is_observed(flat)).collect();
    assert_eq!(observed, [true, false, false, true, true, false]);
    assert_eq!(found.tensor.observed_count(), 8 * 3);
    // the mean is over the worms that have the pair
    let one = affinity_tensor(&recordings(&[&[Some(&A), Some(&B)]]), &ROOT, &RAW).unwrap();
    near(&found.mean()[1..], &one.mean());
    let matrix = found.matrix(&[1.0, 2.0]);
    near(&matrix, &[NAN, 1.0, 2.0, 1.0, NAN, NAN, 2.0, NAN, NAN]);
}

#[test]
fn gaps_are_bridged_or_masked() {
    let mut gap = A;
    gap[3..5].fill(NAN);
    let both = recordings(&[&[Some(&gap), Some(&B)], &[Some(&A), Some(&B)]]);
    let observed = |affinity: &dyn Affinity, options: &AffinityOptions| -> Vec<bool> {
        let found = affinity_tensor(&both, affinity, options).unwrap();
        (0..found.tensor.shape()[0]).map(|step| found.tensor.is_observed(2 * step)).collect()
    };
    let masked = [true, true, true, false, false, true, true, true];
    assert_eq!(observed(&CoChange::default(), &RAW), masked);
    assert_eq!(observed(&CoChange::default(), &AffinityOptions { bridge: 1, ..RAW }), masked);
    assert_eq!(observed(&CoChange::default(), &AffinityOptions { bridge: 2, ..RAW }), [true; 8]);
    // smoothing does not carry a gap on
    let smooth = AffinityOptions { smoothing: Smoothing::Moving { width: 5 }, ..RAW };
    assert_eq!(observed(&CoChange::default(), &smooth), masked);
    assert_eq!(observed(&Spearman { window: 3, stride: 1 }, &RAW), [true, false, false, false, false, true]);
    // a bin is the mean of what was observed in it
    let binned = AffinityOptions { bin: 4, ..RAW };
    assert_eq!(observed(&CoChange::default(), &binned), [true, true]);
}

#[test]
fn bins_are_means_and_drop_the_tail() {
    let both = recordings(&[&[Some(&A), Some(&B)]]);
    let fine = affinity_tensor(&both, &ROOT, &RAW).unwrap();
    let binned = affinity_tensor(&both, &ROOT, &AffinityOptions { bin: 3, ..RAW }).unwrap();
    let means: Vec<f64> =
        fine.tensor.values().chunks_exact(3).map(|bin| bin.iter().sum::<f64>() / 3.0).collect();
    near(binned.tensor.values(), &means);
}

#[test]
fn recordings_of_different_lengths() {
    let both = recordings(&[&[Some(&A), Some(&B)], &[Some(&A[..6]), Some(&B[..6])]]);
    let shape = |lengths| {
        let found =
            affinity_tensor(&both, &CoChange::default(), &AffinityOptions { lengths, ..RAW }).unwrap();
        (found.tensor.shape()[0], found.tensor.observed_count())
    };
    assert_eq!(shape(Lengths::Shortest), (6, 12));
    assert_eq!(shape(Lengths::Longest), (8, 14));
}

#[test]
fn a_constant_trace_counts_as_absent() {
    let flat = [2.0, 2.0, NAN, 2.0, 2.0, 2.0, 2.0, 2.0];
    let three = recordings(&[&[Some(&A), Some(&B), Some(&flat)], &[Some(&A), Some(&B), Some(&A)]]);
    let found = affinity_tensor(&three, &CoChange::default(), &RAW).unwrap();
    assert_eq!((found.constant, found.tensor.observed_count()), (vec![(0, 2)], 8 * 4));
}

#[test]
fn rare_events_are_scaled_by_the_largest() {
    // one step among 400 frames: the 0.99 quantile of its derivative is 0
    let step: Vec<f64> = (0..400).map(|frame| if frame < 200 { 0.0 } else { 3.0 }).collect();
    let both = recordings(&[&[Some(&step), Some(&step)]]);
    let found = affinity_tensor(&both, &CoChange::default(), &RAW).unwrap();
    let active: Vec<usize> = (0..400).filter(|&frame| found.tensor.values()[frame] == 1.0).collect();
    assert_eq!(active, [199, 200]);
}

#[test]
fn bad_input_is_named() {
    let refused = |recordings: &Recordings, affinity: &dyn Affinity, options: &AffinityOptions| {
        affinity_tensor(recordings, affinity, options).map(|found| found.pairs).unwrap_err().to_string()
    };
    let change = CoChange::default();
    let good = recordings(&[&[Some(&A), Some(&B)]]);
    insta::assert_snapshot!(
        refused(&recordings(&[]), &change, &RAW),
        @"the number of worms is 0; expected at least 1"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), Some(&B), None], &[Some(&A), Some(&B)]]), &change, &RAW),
        @"recording `w1`: 2 traces for 3 neurons; expected one for each, `None` for a neuron that it lacks"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), None]]), &change, &RAW),
        @"recording `w0`: 1 of its neurons have a trace; a pair needs 2, so leave this worm out"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), Some(&B[..6])]]), &change, &RAW),
        @"recording `w0`: the trace of N1 has 6 frames, the first trace 8; make them equal"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&[0.0, 1.0, f64::INFINITY]), Some(&B[..3])]]), &change, &RAW),
        @"recording `w0`: the trace of N0 is infinite at frame 3; NaN stands for what was not recorded"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), Some(&B)], &[Some(&A[..6]), Some(&B[..6])]]), &change, &RAW),
        @"recording `w1`: it has 6 frames and the longest 8; cut them, or choose what becomes of different lengths"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), Some(&[2.0; 8])]]), &change, &AffinityOptions { constant: Constant::Refuse, ..RAW }),
        @"recording `w0`: the trace of N1 never changes; leave it out, or let it count as absent"
    );
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&A), Some(&[2.0; 8])]]), &change, &RAW),
        @"the number of pairs that were observed is 0; expected at least 1"
    );
    insta::assert_snapshot!(
        refused(&good, &Spearman { window: 9, stride: 1 }, &RAW),
        @"the length of the recordings is 8 frames, which give 0 values in bins of 1; expected enough for one window and one bin"
    );
    insta::assert_snapshot!(
        refused(&good, &Cosine { window: 1, stride: 1 }, &RAW),
        @"the window is 1; expected at least 2 frames"
    );
    insta::assert_snapshot!(
        refused(&good, &CoChange { quantile: 0.0, ..CoChange::default() }, &RAW),
        @"the quantile of derivatives is 0; expected a number above 0, at most 1"
    );
    insta::assert_snapshot!(
        refused(&good, &change, &AffinityOptions { bin: 0, ..RAW }),
        @"the bin is 0; expected at least 1 frame"
    );
    insta::assert_snapshot!(
        refused(&good, &change, &AffinityOptions { smoothing: Smoothing::Moving { width: 0 }, ..RAW }),
        @"the smoothing width is 0; expected at least 1"
    );
    let mut late = A;
    late[..4].fill(NAN);
    insta::assert_snapshot!(
        refused(&recordings(&[&[Some(&late), Some(&B)]]), &change, &RAW),
        @"a slice of the tensor is wholly unobserved (index 0 of mode 0; leave it out); expected at least one observed value"
    );
    let found = affinity_tensor(&good, &change, &RAW).unwrap();
    let graph = |values: &[f64], least| found.graph(values, least).map(|_| ()).unwrap_err().to_string();
    insta::assert_snapshot!(graph(&[], 0.0), @"the number of values is 0; expected one for each of the 1 pairs");
    insta::assert_snapshot!(
        graph(&[1.0], 1.0),
        @"the least share of the greatest weight is 1; expected a number from 0 to below 1"
    );
    insta::assert_snapshot!(graph(&[NAN], 0.0), @"the edge N0 -> N1 has weight NaN; expected a finite number");
}

#[test]
fn labelled_neurons_of_some_kinds() {
    let neuron = |index, label, value: f64| Neuron {
        index,
        label,
        slot: index,
        calcium: vec![value, value + 1.0],
        residual: vec![0.0; 2],
    };
    let worm = |neurons| Homogenised { step: 0.333, frames: 2, neurons };
    let first = worm(vec![neuron(0, Some("RIML"), 1.0), neuron(1, Some("ASHL"), 2.0), neuron(2, None, 3.0)]);
    let second = worm(vec![neuron(0, Some("AVAL"), 4.0), neuron(1, Some("VD1"), 5.0)]);
    let sensory_or_inter =
        |cell: &crate::cells::Cell| matches!(cell.kind, CellKind::Sensory | CellKind::Interneuron);
    let both = Recordings::homogenised([("first", &first), ("second", &second)], sensory_or_inter);
    let kinds: Vec<&str> = both.neurons.iter().map(String::as_str).collect();
    assert!(kinds.windows(2).all(|pair| pair[0] < pair[1]), "{kinds:?}");
    assert!(kinds.contains(&"ASHL") && kinds.contains(&"AVAL") && !kinds.contains(&"VD1"), "{kinds:?}");
    let at = both.neurons.iter().position(|name| name == "ASHL").unwrap();
    assert_eq!(both.worms[0].traces[at], Some(vec![2.0, 3.0]));
    assert_eq!(both.worms[1].traces[at], None);
    assert_eq!(both.worms[1].name, "second");
}

#[test]
fn communities_of_a_planted_component() {
    // three groups of eight; 24 neurons, strong inside, weak between
    let names: Vec<String> = (0..24).map(|at| format!("N{at:02}")).collect();
    let trace = |at: usize| {
        let wave = move |frame: usize| {
            (frame as f64 / (2.0 + (at / 8) as f64)).sin() + (frame * at % 7) as f64 * 0.02
        };
        Some((0..150).map(wave).collect())
    };
    let worm = Worm { name: "w".into(), traces: (0..24).map(trace).collect() };
    let recordings = Recordings { neurons: names, worms: vec![worm] };
    let affinity = affinity_tensor(&recordings, &CoChange::default(), &AffinityOptions::default()).unwrap();
    let fit = &Ntf::new(1).fit(&affinity.tensor).unwrap()[0];
    // pairs within a group weigh about 0.1, others at most 0.035: what is left are three cliques
    let graph = affinity.graph(fit.factors[2].component(0), 0.5).unwrap();
    assert_eq!((graph.node_count(), graph.edge_count()), (24, 3 * 8 * 7));
    let found = communities(&graph, 1).unwrap();
    let truth = Partition::new(&(0..24).map(|at| at / 8).collect::<Vec<u32>>());
    assert_eq!(found.leiden.partition, truth);
    assert!(found.blocks.levels.contains(&truth), "{:?}", found.blocks.levels);
    assert_eq!(found.blocks.levels.last(), Some(&Partition::whole(24)));
}
