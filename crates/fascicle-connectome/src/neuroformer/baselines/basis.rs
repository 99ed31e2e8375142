//! What coupling filters are made of.

use super::super::NeuroformerError;

/// Functions of the lag that coupling filters are sums of, one row of values for lags 1, 2, … each.
#[derive(Clone, Debug, PartialEq)]
pub struct CouplingBasis {
    functions: Vec<Vec<f64>>,
}

impl CouplingBasis {
    /// Every lag from 1 to `lags` bins free.
    ///
    /// # Errors
    /// No lags.
    pub fn free(lags: usize) -> Result<Self, NeuroformerError> {
        if lags == 0 {
            return Err(NeuroformerError::bad("the number of lags", 0, "at least one"));
        }
        let only = |at: usize| (0..lags).map(|lag| f64::from(lag == at)).collect();
        Ok(Self { functions: (0..lags).map(only).collect() })
    }

    /// `count` raised cosines, evenly spread over lags 1 to `lags` and each reaching to the second neighbour on both
    /// sides: smooth filters of few parameters.
    ///
    /// # Errors
    /// Fewer than two functions, or fewer lags than functions.
    pub fn raised_cosine(lags: usize, count: usize) -> Result<Self, NeuroformerError> {
        if count < 2 || lags < count {
            let found = format!("{count} over {lags} lags");
            return Err(NeuroformerError::bad(
                "the number of basis functions",
                found,
                "two or more, and no more than lags",
            ));
        }
        let spacing = (lags - 1) as f64 / (count - 1) as f64;
        let bump = |at: usize| {
            let value = |lag: usize| {
                let turn = (lag as f64 - at as f64 * spacing) / spacing * std::f64::consts::FRAC_PI_2;
                let pi = std::f64::consts::PI;
                0.5 * (1.0 + turn.clamp(-pi, pi).cos())
            };
            (0..lags).map(value).collect()
        };
        Ok(Self { functions: (0..count).map(bump).collect() })
    }

    /// How many lags the functions reach back.
    pub fn lags(&self) -> usize {
        self.functions[0].len()
    }

    /// Their values, `[function][lag − 1]`.
    pub(super) fn functions(&self) -> &[Vec<f64>] {
        &self.functions
    }

    /// How many functions.
    pub fn count(&self) -> usize {
        self.functions.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raised_cosines_add_up_to_one_constant() {
        let basis = CouplingBasis::raised_cosine(9, 5).unwrap();
        let sum = |lag: usize| basis.functions.iter().map(|function| function[lag]).sum::<f64>();
        for lag in 2..7 {
            assert!((sum(lag) - 2.0).abs() < 1e-12, "{lag}: {}", sum(lag));
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        insta::assert_snapshot!(CouplingBasis::free(0).unwrap_err(), @"the number of lags is 0; expected at least one");
        insta::assert_snapshot!(CouplingBasis::raised_cosine(2, 3).unwrap_err(), @"the number of basis functions is 3 over 2 lags; expected two or more, and no more than lags");
    }
}
