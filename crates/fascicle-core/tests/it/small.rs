//! Seeds, tolerances, dtypes.

use burn::tensor::{DType, Device, Distribution, Tensor};
use fascicle_core::seed::{self, Seeds};
use fascicle_core::{Tolerance, dtype};

#[test]
fn streams_are_fixed_for_good() {
    // published results depend on these numbers: they must never change
    let seeds = Seeds::new(7);
    assert_eq!(
        [
            seeds.named("weights"),
            seeds.named("data"),
            seeds.numbered("trial", 3),
            seeds.child("a").named("weights")
        ],
        [7594052285772006092, 17471146478514555401, 17287830884151668225, 9274713917591248273]
    );
}

#[test]
fn streams_do_not_meet() {
    let seeds = Seeds::new(0);
    let mut all: Vec<u64> = (0..1000).map(|i| seeds.numbered("trial", i)).collect();
    all.extend((0..1000).map(|i| Seeds::new(i).named("weights")));
    all.extend((0..1000).map(|i| seeds.named(&format!("name {i}"))));
    all.extend((0..1000).map(|i| seeds.child(&format!("name {i}")).named("weights")));
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_seed_repeats_what_is_drawn() {
    let device = Device::flex();
    let draw = || -> Vec<f32> {
        seed::seed(&device, Seeds::new(3).named("draw"));
        Tensor::<1>::random([8], Distribution::Default, &device).try_into_vec_as().unwrap()
    };
    // other tests draw from the same process-wide generator, so one disturbed pair may differ
    assert!((0..20).any(|_| draw() == draw()));
}

#[test]
fn tolerances() {
    let tolerance = Tolerance { abs: 0.1, rel: 0.01 };
    assert!(tolerance.check(&[1.0, 100.0], &[1.1, 101.0]).is_ok());
    let worst = tolerance.check(&[1.0, 5.0, 2.0], &[1.5, 7.0, 2.0]).unwrap_err();
    assert_eq!((worst.index, worst.got, worst.expected), (1, 5.0, 7.0));
    assert!((worst.excess - (2.0 - 0.1 - 0.07)).abs() < 1e-12);

    assert!(tolerance.check(&[], &[]).is_ok());
    assert!(tolerance.check(&[f64::NAN, f64::INFINITY], &[f64::NAN, f64::INFINITY]).is_ok());
    for (got, expected) in
        [(f64::NAN, 0.0), (0.0, f64::NAN), (f64::INFINITY, 0.0), (f64::INFINITY, f64::NEG_INFINITY)]
    {
        assert!(tolerance.check(&[got], &[expected]).is_err(), "{got} and {expected}");
    }
    assert_eq!(tolerance.check(&[1.0], &[1.0, 2.0]).unwrap_err().index, 1);
    assert!(Tolerance::for_dtype(DType::F64).abs < Tolerance::for_dtype(DType::F32).abs);
}

#[test]
fn a_missing_dtype_is_named() {
    let error = dtype::require(&Device::flex(), DType::QFloat(Default::default())).err();
    assert_eq!(error.map(|error| error.to_string().contains("cpu")), Some(true));
}
