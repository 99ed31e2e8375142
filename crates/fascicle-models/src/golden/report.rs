//! A run held against a golden file: the same names, shapes and numbers.

use std::fmt;

use crate::checkpoint::{NamedTensor, TensorFile};

/// The most that a number may be off: absolutely, and relative to the expected value where that is above 1.
pub const GOLDEN_TOLERANCE: f32 = 1e-4;

/// How one tensor compares with its golden counterpart.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenTensor {
    /// Its name.
    pub name: String,
    /// The largest |got − expected| / max(1, |expected|); infinite where one of the two is not finite and the other
    /// is, or is so in another way.
    pub worst: f32,
    /// The flat index of that element; `None` for tensors without elements.
    pub at: Option<usize>,
    /// What the run gives there, and what the golden file has.
    pub got_expected: (f32, f32),
    /// Number of elements beyond the tolerance.
    pub beyond: usize,
    /// Number of elements.
    pub elements: usize,
}

/// A tensor whose shapes differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenShape {
    /// Its name.
    pub name: String,
    /// Its shape in the run.
    pub got: Vec<usize>,
    /// Its shape in the golden file.
    pub expected: Vec<usize>,
}

/// A run compared with a golden file.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldenReport {
    /// The tolerance.
    pub tolerance: f32,
    /// What was compared, in the order of the golden file.
    pub tensors: Vec<GoldenTensor>,
    /// In the golden file, and not in the run.
    pub missing: Vec<String>,
    /// Of different shapes.
    pub misshapen: Vec<GoldenShape>,
}

/// Compares a run's tensors with the floating-point tensors of a golden file, element by element.
///
/// `got` gives the run's tensor of a name: shape and row-major values. Whole numbers in the golden file are inputs
/// and not compared, nor is any name for which `skip` is true (inputs that are real numbers, such as pixels).
pub fn compare_golden<'a>(
    golden: &TensorFile,
    tolerance: f32,
    skip: impl Fn(&str) -> bool,
    mut got: impl FnMut(&str) -> Option<(Vec<usize>, std::borrow::Cow<'a, [f32]>)>,
) -> GoldenReport {
    let mut report =
        GoldenReport { tolerance, tensors: Vec::new(), missing: Vec::new(), misshapen: Vec::new() };
    for (name, tensor) in golden.iter() {
        let NamedTensor::F32 { shape: expected, values } = tensor else { continue };
        if skip(name) {
            continue;
        }
        match got(name) {
            None => report.missing.push(name.into()),
            Some((shape, numbers)) if shape != *expected || numbers.len() != values.len() => {
                let (name, expected) = (name.into(), expected.clone());
                report.misshapen.push(GoldenShape { name, got: shape, expected });
            }
            Some((_, numbers)) => report.tensors.push(compare(name, &numbers, values, tolerance)),
        }
    }
    report
}

fn compare(name: &str, got: &[f32], expected: &[f32], tolerance: f32) -> GoldenTensor {
    let mut tensor = GoldenTensor {
        name: name.into(),
        worst: 0.0,
        at: None,
        got_expected: (0.0, 0.0),
        beyond: 0,
        elements: expected.len(),
    };
    for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
        let difference = difference(*got, *expected);
        // nothing is within NaN
        tensor.beyond += usize::from(difference > tolerance || tolerance.is_nan());
        if tensor.at.is_none() || difference > tensor.worst {
            (tensor.worst, tensor.at, tensor.got_expected) = (difference, Some(i), (*got, *expected));
        }
    }
    tensor
}

fn difference(got: f32, expected: f32) -> f32 {
    if got == expected || (got.is_nan() && expected.is_nan()) {
        return 0.0;
    }
    let difference = (got - expected).abs() / expected.abs().max(1.0);
    // what is infinite or no number on one side alone is as far off as can be
    if difference.is_nan() { f32::INFINITY } else { difference }
}

impl GoldenReport {
    /// Whether everything is there, of the right shape and within the tolerance, and anything was compared at all.
    pub fn passed(&self) -> bool {
        !self.tensors.is_empty()
            && self.missing.is_empty()
            && self.misshapen.is_empty()
            && self.tensors.iter().all(|tensor| tensor.beyond == 0)
    }

    /// The tensor that is furthest off.
    pub fn worst(&self) -> Option<&GoldenTensor> {
        self.tensors.iter().max_by(|a, b| a.worst.total_cmp(&b.worst))
    }
}

impl fmt::Display for GoldenReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beyond = self.tensors.iter().filter(|tensor| tensor.beyond > 0).count();
        let (compared, missing, misshapen) = (self.tensors.len(), self.missing.len(), self.misshapen.len());
        write!(
            f,
            "{compared} tensors compared, {beyond} beyond {:e}, {missing} missing, {misshapen} misshapen",
            self.tolerance
        )?;
        for tensor in self.tensors.iter().filter(|tensor| tensor.beyond > 0) {
            let GoldenTensor { name, worst, got_expected: (got, expected), beyond, elements, .. } = tensor;
            let at = tensor.at.unwrap_or_default();
            write!(
                f,
                "\n  beyond     {name}: {beyond} of {elements} elements, by up to {worst:.1e} ({got} at element {at}, expected {expected})"
            )?;
        }
        for name in &self.missing {
            write!(f, "\n  missing    {name}")?;
        }
        for GoldenShape { name, got, expected } in &self.misshapen {
            write!(f, "\n  misshapen  {name} is {got:?}, expected {expected:?}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden() -> TensorFile {
        let f32 =
            |shape: &[usize], values: &[f32]| NamedTensor::F32 { shape: shape.into(), values: values.into() };
        TensorFile::from_tensors(vec![
            ("input_ids".into(), NamedTensor::I64 { shape: vec![1], values: vec![3] }),
            ("pixel_values".into(), f32(&[1], &[0.5])),
            ("logits".into(), f32(&[2, 2], &[1000.0, -1.0, 0.0, f32::NEG_INFINITY])),
            ("h.0".into(), f32(&[3], &[1.0, 2.0, 3.0])),
            ("h.1".into(), f32(&[0], &[])),
        ])
    }

    fn report(logits: [f32; 4], hidden: Option<&[usize]>) -> GoldenReport {
        compare_golden(
            &golden(),
            GOLDEN_TOLERANCE,
            |name| name == "pixel_values",
            |name| match name {
                "logits" => Some((vec![2, 2], logits.to_vec().into())),
                "h.0" => hidden.map(|shape| (shape.to_vec(), vec![1.0, 2.0, 3.0].into())),
                "h.1" => Some((vec![0], Vec::new().into())),
                _ => None,
            },
        )
    }

    #[test]
    fn what_is_within_the_tolerance_passes() {
        let good = report([1000.09, -1.00009, 0.00009, f32::NEG_INFINITY], Some(&[3]));
        assert!(good.passed(), "{good}");
        assert_eq!(good.tensors.len(), 3);
        assert_eq!(good.worst().unwrap().name, "logits");
        let nothing = compare_golden(&TensorFile::default(), 1.0, |_| false, |_| None);
        assert!(!nothing.passed(), "nothing was compared");
        let numbers = || vec![1.0_f32, 2.0, 3.0];
        let same = |_: &str| Some((vec![3_usize], std::borrow::Cow::<[f32]>::from(numbers())));
        let tensor = NamedTensor::F32 { shape: vec![3], values: numbers() };
        let golden = TensorFile::from_tensors(vec![("h.0".into(), tensor)]);
        assert!(compare_golden(&golden, 0.0, |_| false, same).passed());
        assert!(!compare_golden(&golden, f32::NAN, |_| false, same).passed(), "nothing is within NaN");
    }

    #[test]
    fn what_is_not_is_named() {
        let off = report([1000.2, -1.0, 0.0, 0.0], Some(&[3]));
        assert!(!off.passed());
        insta::assert_snapshot!(off, @r"
        3 tensors compared, 1 beyond 1e-4, 0 missing, 0 misshapen
          beyond     logits: 2 of 4 elements, by up to inf (0 at element 3, expected -inf)
        ");
        let nan = report([1000.0, f32::NAN, 0.0, f32::NEG_INFINITY], None);
        insta::assert_snapshot!(nan, @r"
        2 tensors compared, 1 beyond 1e-4, 1 missing, 0 misshapen
          beyond     logits: 1 of 4 elements, by up to inf (NaN at element 1, expected -1)
          missing    h.0
        ");
        let shape = report([1000.0, -1.0, 0.0, f32::NEG_INFINITY], Some(&[1, 3]));
        assert!(!shape.passed());
        insta::assert_snapshot!(shape, @r"
        2 tensors compared, 0 beyond 1e-4, 0 missing, 1 misshapen
          misshapen  h.0 is [1, 3], expected [3]
        ");
    }
}
