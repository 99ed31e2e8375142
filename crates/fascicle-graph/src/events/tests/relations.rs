use proptest::prelude::*;

use super::super::{Allen, Interval, Relations, timeline};
use super::{at, text};

/// Every interval with whole ends from 0 to 5.
fn grid() -> Vec<Interval> {
    (0..6).flat_map(|start| (start + 1..6).map(move |end| at(f64::from(start), f64::from(end)))).collect()
}

/// What each relation says, in its own words.
fn holds(relation: Allen, a: Interval, b: Interval) -> bool {
    let (s, e, t, f) = (a.start(), a.end(), b.start(), b.end());
    match relation {
        Allen::Before => e < t,
        Allen::Meets => e == t,
        Allen::Overlaps => s < t && t < e && e < f,
        Allen::FinishedBy => s < t && e == f,
        Allen::Contains => s < t && f < e,
        Allen::Starts => s == t && e < f,
        Allen::Equals => s == t && e == f,
        Allen::StartedBy => s == t && f < e,
        Allen::During => t < s && e < f,
        Allen::Finishes => t < s && e == f,
        Allen::OverlappedBy => t < s && s < f && f < e,
        Allen::MetBy => s == f,
        Allen::After => f < s,
    }
}

#[test]
fn exactly_one_holds() {
    let mut seen = Relations::NONE;
    for a in grid() {
        for b in grid() {
            let found = Allen::of(a, b, 0.0);
            let holding: Vec<Allen> =
                Allen::ALL.into_iter().filter(|&relation| holds(relation, a, b)).collect();
            assert_eq!(holding, [found], "{a:?} {b:?}");
            assert_eq!(Allen::of(b, a, 0.0), found.inverse());
            seen = [found].into_iter().chain(seen.iter()).collect();
        }
    }
    assert_eq!(seen, Relations::ALL);
}

#[test]
fn names_and_ends() {
    for relation in Allen::ALL {
        assert_eq!(relation.inverse().inverse(), relation);
        assert_eq!(relation.name().parse(), Ok(relation));
        assert_eq!(relation.is_forward() && relation.inverse().is_forward(), relation == Allen::Equals);
        assert!(relation.is_forward() || relation.inverse().is_forward());
        assert_eq!(serde_json::to_value(relation).unwrap(), relation.name());
        // the inverse has the ends of both the other way round
        let [a, b, c, d] = relation.ends();
        assert_eq!(relation.inverse().ends(), [a, c, b, d].map(std::cmp::Ordering::reverse));
    }
    assert_eq!("sometimes".parse::<Allen>(), Err(()));
    let steps = |one: Allen, two| (one.steps(two), two.steps(one));
    assert_eq!(steps(Allen::Before, Allen::Meets), (1, 1));
    assert_eq!(steps(Allen::Before, Allen::After), (8, 8));
    assert_eq!(steps(Allen::Equals, Allen::Contains), (2, 2));
    assert_eq!(steps(Allen::During, Allen::During), (0, 0));
}

#[test]
fn composition_is_all_that_intervals_can_do() {
    // three intervals have six ends, which a grid of six moments holds in every order
    let mut brute = [[Relations::NONE; 13]; 13];
    for a in grid() {
        for b in grid() {
            for c in grid() {
                let (one, two) = (Allen::of(a, b, 0.0), Allen::of(b, c, 0.0));
                let cell = &mut brute[one as usize][two as usize];
                *cell = cell.iter().chain([Allen::of(a, c, 0.0)]).collect();
            }
        }
    }
    let mut triples = 0;
    for one in Allen::ALL {
        for two in Allen::ALL {
            assert_eq!(one.then(two), brute[one as usize][two as usize], "{one} then {two}");
            assert_eq!(one.then(two).inverse(), two.inverse().then(one.inverse()));
            triples += one.then(two).len();
        }
        assert_eq!(one.then(Allen::Equals), one.into());
        assert_eq!(Allen::Equals.then(one), one.into());
        assert!(one.then(one.inverse()).contains(Allen::Equals));
    }
    // the number of ways in which three intervals can lie (OEIS A055203)
    assert_eq!(triples, 409);
}

#[test]
fn composition_as_published() {
    // entries of table 1 of Allen 1983
    let symbols = |one: Allen, two| one.then(two).iter().map(Allen::symbol).collect::<Vec<_>>().join(" ");
    for (one, two, expected) in [
        (Allen::Before, Allen::Before, "b"),
        (Allen::Before, Allen::During, "b m o s d"),
        (Allen::Overlaps, Allen::Overlaps, "b m o"),
        (Allen::Overlaps, Allen::During, "o s d"),
        (Allen::During, Allen::Before, "b"),
        (Allen::Meets, Allen::MetBy, "fi e f"),
        (Allen::Starts, Allen::Contains, "b m o fi di"),
        (Allen::Overlaps, Allen::OverlappedBy, "o fi di s e si d f oi"),
    ] {
        assert_eq!(symbols(one, two), expected, "{one} then {two}");
    }
    let both = Relations::from_iter([Allen::Before, Allen::Meets]);
    assert_eq!(both.then(Allen::Meets.into()), Allen::Before.into());
    assert_eq!(both.and(Allen::Meets.into()), Allen::Meets.into());
    assert!(Relations::NONE.is_empty() && Relations::ALL.then(Relations::NONE).is_empty());
}

proptest! {
    #[test]
    fn with_tolerance(
        ends in prop::array::uniform4(-5.0..5.0_f64),
        tolerance in prop_oneof![Just(0.0), 0.0..2.0_f64],
    ) {
        let [a, b, c, d] = ends;
        prop_assume!(a != b && c != d);
        let (one, two) = (at(a.min(b), a.max(b)), at(c.min(d), c.max(d)));
        let relation = Allen::of(one, two, tolerance);
        prop_assert_eq!(Allen::of(two, one, tolerance), relation.inverse());
        prop_assert_eq!(Allen::of(one, one, tolerance), Allen::Equals);
        if tolerance == 0.0 {
            prop_assert!(holds(relation, one, two));
        }
        // a shift in time changes nothing, but for rounding at the very edge of the tolerance
        let shifted = |interval: Interval| at(interval.start() + 8.0, interval.end() + 8.0);
        let edge = [a - c, a - d, b - c, b - d].iter().any(|gap| (gap.abs() - tolerance).abs() < 1e-9);
        if !edge {
            prop_assert_eq!(Allen::of(shifted(one), shifted(two), tolerance), relation);
        }
    }

    #[test]
    fn times_are_found_for_what_times_say(ends in prop::collection::vec((0_u8..9, 1_u8..5), 1..7)) {
        let intervals: Vec<Interval> =
            ends.iter().map(|&(start, length)| at(f64::from(start), f64::from(start + length))).collect();
        let names = vec!["e"; intervals.len()];
        let mut stated = Vec::new();
        for one in 0..intervals.len() {
            for two in 0..one {
                stated.push((one, two, Allen::of(intervals[one], intervals[two], 0.0)));
            }
        }
        let found = timeline(&names, &stated).unwrap();
        for (one, two, relation) in stated {
            prop_assert_eq!(Allen::of(found[one], found[two], 0.0), relation);
        }
    }
}

#[test]
fn intervals() {
    let (a, b) = (at(0.0, 4.0), at(3.0, 5.0));
    assert_eq!((a.length(), a.shared(b), a.iou(b), a.hull(b)), (4.0, 1.0, 0.2, at(0.0, 5.0)));
    assert_eq!(at(0.0, 1.0).shared(at(2.0, 3.0)), 0.0);
    insta::assert_snapshot!(text(Interval::new(2.0, 1.0)), @"an interval is 2 to 1; expected a start before the end, both finite");
    assert!(Interval::new(1.0, 1.0).is_err() && Interval::new(0.0, f64::NAN).is_err());
}

#[test]
fn circles_in_time() {
    let names = ["wake", "eat", "leave", "sing"];
    let told = [(3, 0, Allen::During), (0, 1, Allen::Before), (1, 2, Allen::Meets)];
    let times = timeline(&names, &told).unwrap();
    assert_eq!(times, [at(0.0, 3.0), at(4.0, 5.0), at(5.0, 6.0), at(1.0, 2.0)]);
    let mut wrong = told.to_vec();
    wrong.push((2, 0, Allen::Before));
    insta::assert_snapshot!(text(timeline(&names, &wrong)), @"no times fit: `wake` → `eat` → `leave` stand in a circle, each to come before the next; take one relation back");
    insta::assert_snapshot!(text(timeline(&names, &[(1, 1, Allen::Before)])), @"no times fit: `eat` stand in a circle, each to come before the next; take one relation back");
    insta::assert_snapshot!(text(timeline(&names, &[(1, 9, Allen::Before)])), @"an event of a relation is 9; expected an event below 4");
    assert!(timeline(&[], &[]).unwrap().is_empty());
}
