//! What is compared: results as `fascicle reproduce` writes them, bands as the repository keeps them.

use serde_json::{Map, Value, json};

/// One experiment's result file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) experiment: String,
    /// `quick` or `full`.
    pub(crate) size: String,
    pub(crate) status: String,
    pub(crate) reason: Option<String>,
    /// Data that a machine may lack, where the result names it.
    pub(crate) needs: Option<Vec<String>>,
    pub(crate) measurements: Vec<Measurement>,
}

/// One measured figure of a result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Measurement {
    pub(crate) name: String,
    /// `None` when the figure is not a finite number.
    pub(crate) mean: Option<f64>,
    pub(crate) band: Band,
    pub(crate) passed: bool,
}

/// Where a figure is expected; an open end is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Band {
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
}

/// A committed file: the bands of one experiment, by size.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Committed {
    pub(crate) experiment: String,
    /// Data that a machine may lack; without any, the experiment must run everywhere.
    pub(crate) needs: Vec<String>,
    /// Size, then the measurements with their bands and whether the claim is known to hold.
    pub(crate) sizes: Vec<(String, Vec<Expectation>)>,
}

/// The committed band of one measurement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expectation {
    pub(crate) name: String,
    pub(crate) band: Band,
    /// False for a claim that is known not to reproduce: the band stays the paper's, the verdict says that we miss it.
    pub(crate) holds: bool,
}

impl Band {
    pub(crate) fn holds(self, x: f64) -> bool {
        self.low.is_none_or(|low| x >= low) && self.high.is_none_or(|high| x <= high)
    }

    /// Equal but for the last digits that decimal text may lose.
    pub(crate) fn same(self, other: Self) -> bool {
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * a.abs().max(b.abs()),
            (None, None) => true,
            _ => false,
        };
        close(self.low, other.low) && close(self.high, other.high)
    }

    fn read(json: &Value) -> Self {
        Self { low: json["low"].as_f64(), high: json["high"].as_f64() }
    }
}

impl std::fmt::Display for Band {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.low, self.high) {
            (Some(low), Some(high)) => write!(f, "[{low}, {high}]"),
            (Some(low), None) => write!(f, "[{low}, ∞)"),
            (None, Some(high)) => write!(f, "(-∞, {high}]"),
            (None, None) => f.write_str("(-∞, ∞)"),
        }
    }
}

impl Outcome {
    /// Reads a result file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let measurements = json["measurements"].as_array().ok_or("no `measurements`")?;
        Ok(Self {
            experiment: field(&json, "experiment")?,
            size: field(&json, "size")?,
            status: field(&json, "status")?,
            reason: json["reason"].as_str().map(str::to_owned),
            needs: json["needs"].as_array().map(|names| texts(names)),
            measurements: measurements.iter().map(measurement).collect::<Result<_, _>>()?,
        })
    }
}

impl Committed {
    /// Reads a committed file.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let sizes = json["sizes"].as_object().ok_or("no `sizes`")?;
        let read = |(size, bands): (&String, &Value)| {
            let bands = bands.as_object().ok_or(format!("`{size}` is not an object"))?;
            let all = bands.iter().map(|(name, json)| Expectation {
                name: name.clone(),
                band: Band::read(json),
                holds: json["verdict"] != "fail",
            });
            Ok::<_, String>((size.clone(), all.collect()))
        };
        Ok(Self {
            experiment: field(&json, "experiment")?,
            needs: json["needs"].as_array().map_or_else(Vec::new, |names| texts(names)),
            sizes: sizes.iter().map(read).collect::<Result<_, _>>()?,
        })
    }

    /// The bands at one size, if the experiment is gated at that size.
    pub(crate) fn at(&self, size: &str) -> Option<&[Expectation]> {
        self.sizes.iter().find(|(s, _)| s == size).map(|(_, bands)| bands.as_slice())
    }

    /// The text of the file.
    pub(crate) fn render(&self) -> String {
        let bands = |all: &Vec<Expectation>| -> Map<String, Value> {
            let one = |e: &Expectation| {
                let verdict = if e.holds { "pass" } else { "fail" };
                (e.name.clone(), json!({"low": e.band.low, "high": e.band.high, "verdict": verdict}))
            };
            all.iter().map(one).collect()
        };
        let sizes: Map<String, Value> =
            self.sizes.iter().map(|(size, all)| (size.clone(), bands(all).into())).collect();
        let json = json!({"experiment": self.experiment, "needs": self.needs, "sizes": sizes});
        format!("{json:#}\n")
    }
}

fn measurement(json: &Value) -> Result<Measurement, String> {
    Ok(Measurement {
        name: field(json, "name")?,
        mean: json["mean"].as_f64().filter(|x| x.is_finite()),
        band: Band::read(json),
        passed: json["verdict"] == "pass",
    })
}

fn texts(names: &[Value]) -> Vec<String> {
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn field(json: &Value, name: &str) -> Result<String, String> {
    json[name].as_str().map(str::to_owned).ok_or_else(|| format!("no text field `{name}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_their_ends() {
        let band = Band { low: Some(0.9), high: None };
        assert!(band.holds(0.9) && band.holds(7.0) && !band.holds(0.89));
        assert!(Band { low: None, high: Some(0.0) }.holds(-1.0));
        assert!(
            !band.same(Band { low: Some(0.8), high: None })
                && !band.same(Band { low: Some(0.9), high: Some(1.0) })
        );
        assert_eq!(band.to_string(), "[0.9, ∞)");
    }

    #[test]
    fn committed_files_survive_a_round_trip() {
        let bands = vec![
            Expectation {
                name: "b".into(),
                band: Band { low: Some(0.1), high: Some(0.30000000000000004) },
                holds: true,
            },
            Expectation { name: "a".into(), band: Band { low: None, high: Some(5.0) }, holds: false },
        ];
        let committed = Committed {
            experiment: "x".into(),
            needs: vec!["minilm".into()],
            sizes: vec![("quick".into(), bands)],
        };
        assert_eq!(Committed::parse(&committed.render()).unwrap(), committed);
    }

    #[test]
    fn results_are_read_and_what_is_missing_is_named() {
        let text = r#"{"experiment": "x", "size": "quick", "status": "reproduced", "reason": null,
            "measurements": [{"name": "m", "mean": 1.5, "low": 1, "high": null, "verdict": "pass"},
                             {"name": "n", "mean": null, "low": null, "high": 2, "verdict": "fail"}]}"#;
        let outcome = Outcome::parse(text).unwrap();
        assert_eq!(outcome.measurements[0].band, Band { low: Some(1.0), high: None });
        assert_eq!(outcome.measurements[1].mean, None);
        assert_eq!(Outcome::parse(r#"{"measurements": []}"#).unwrap_err(), "no text field `experiment`");
        assert_eq!(Outcome::parse("{}").unwrap_err(), "no `measurements`");
    }
}
