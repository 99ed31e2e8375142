//! What a model's folder says about continuing a text.

use std::path::Path;

use super::sampling::{Problem, Sampling};
use crate::checkpoint::RawConfig;
use crate::error::ModelError;

/// How many tokens `transformers` samples from where it samples and nothing is said.
const TOP_K: usize = 50;

/// Settings that a model's folder asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenerationDefaults {
    /// How tokens are chosen; the highest score unless `generation_config.json` says `do_sample: true`.
    pub sampling: Sampling,
    /// Tokens that end a text.
    pub end_ids: Vec<i64>,
    /// What was found, and where.
    pub taken: Vec<Taken>,
    /// What was found and would change the text, were it known here: beams, blocked and forced tokens, least lengths.
    pub left_out: Vec<Taken>,
}

/// A setting that a folder made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its name.
    pub setting: &'static str,
    /// Its value.
    pub value: String,
    /// The file it stands in, or whose default it is.
    pub from: &'static str,
}

/// Settings that change what `transformers` writes and nothing here, with the value at which they change nothing there
/// either. Those of the second list only matter with `do_sample: true`.
const LEFT_OUT: [(&str, f64); 8] = [
    ("num_beams", 1.0),
    ("no_repeat_ngram_size", 0.0),
    ("min_length", 0.0),
    ("min_new_tokens", 0.0),
    ("bad_words_ids", f64::NAN),
    ("suppress_tokens", f64::NAN),
    ("begin_suppress_tokens", f64::NAN),
    ("forced_bos_token_id", f64::NAN),
];
const LEFT_OUT_OF_SAMPLING: [(&str, f64); 4] =
    [("typical_p", 1.0), ("min_p", 0.0), ("epsilon_cutoff", 0.0), ("eta_cutoff", 0.0)];

const GENERATION_CONFIG: &str = "generation_config.json";
const CONFIG: &str = "config.json";

impl GenerationDefaults {
    /// Reads `generation_config.json` of a model folder, and `config.json` for what that does not say.
    ///
    /// As in `transformers`, temperature, top-k and top-p count only with `do_sample: true`, and top-k is 50 then
    /// unless something else is said (0: no top-k); a repetition penalty always counts. `eos_token_id` may be a number
    /// or a list.
    ///
    /// # Errors
    /// [`ModelError`] for files that cannot be read, and settings of the wrong kind or out of range.
    pub fn read(folder: impl AsRef<Path>) -> Result<Self, ModelError> {
        let folder = folder.as_ref();
        let mut defaults = Self::default();
        let own = folder.join(GENERATION_CONFIG);
        if own.is_file() {
            let raw = RawConfig::from_file(own)?;
            defaults.read_sampling(&raw)?;
            defaults.read_end_ids(&raw, GENERATION_CONFIG)?;
        }
        if defaults.end_ids.is_empty() {
            defaults.read_end_ids(&RawConfig::read(folder)?, CONFIG)?;
        }
        Ok(defaults)
    }

    fn read_sampling(&mut self, raw: &RawConfig) -> Result<(), ModelError> {
        if let Some(penalty) = raw.optional_f64("repetition_penalty")?.filter(|penalty| *penalty != 1.0) {
            self.sampling.repetition_penalty = Some(penalty);
            self.take("repetition_penalty", penalty, GENERATION_CONFIG);
        }
        self.leave_out(raw, &LEFT_OUT);
        if raw.bool_or("do_sample", false)? {
            self.leave_out(raw, &LEFT_OUT_OF_SAMPLING);
            let temperature = raw.optional_f64("temperature")?;
            self.sampling.temperature = temperature.unwrap_or(1.0);
            self.take("temperature", self.sampling.temperature, origin(temperature.is_some()));
            let top_k = raw.optional_usize("top_k")?;
            if let Some(k) = Some(top_k.unwrap_or(TOP_K)).filter(|k| *k > 0) {
                self.sampling.top_k = Some(k);
                self.take("top_k", k, origin(top_k.is_some()));
            }
            if let Some(top_p) = raw.optional_f64("top_p")?.filter(|p| *p != 1.0) {
                self.sampling.top_p = Some(top_p);
                self.take("top_p", top_p, GENERATION_CONFIG);
            }
        }
        match self.sampling.problem() {
            Some(Problem { setting, value, expected }) => Err(raw.bad(setting, &value, expected)),
            None => Ok(()),
        }
    }

    fn leave_out(&mut self, raw: &RawConfig, settings: &[(&'static str, f64)]) {
        for &(setting, neutral) in settings {
            let Some(value) = raw.field(setting) else { continue };
            let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
            if !empty && value.as_f64() != Some(neutral) {
                self.left_out.push(Taken { setting, value: value.to_string(), from: GENERATION_CONFIG });
            }
        }
    }

    fn read_end_ids(&mut self, raw: &RawConfig, file: &'static str) -> Result<(), ModelError> {
        let ids = raw.ids("eos_token_id")?;
        if !ids.is_empty() {
            let shown: Vec<String> = ids.iter().map(ToString::to_string).collect();
            self.take("eos_token_id", shown.join(", "), file);
            self.end_ids = ids;
        }
        Ok(())
    }

    fn take(&mut self, setting: &'static str, value: impl ToString, from: &'static str) {
        self.taken.push(Taken { setting, value: value.to_string(), from });
    }
}

fn origin(said: bool) -> &'static str {
    if said { GENERATION_CONFIG } else { "the default of transformers" }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(config: &str, generation: Option<&str>) -> Result<GenerationDefaults, String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CONFIG), config).unwrap();
        if let Some(text) = generation {
            fs::write(folder.path().join(GENERATION_CONFIG), text).unwrap();
        }
        let place = folder.path().to_string_lossy().into_owned();
        GenerationDefaults::read(folder.path()).map_err(|error| error.to_string().replace(&place, "FOLDER"))
    }

    #[track_caller]
    fn check(config: &str, generation: Option<&str>, sampling: Sampling, end_ids: &[i64], taken: &str) {
        let defaults = read(config, generation).unwrap();
        let said: Vec<String> =
            defaults.taken.iter().map(|t| format!("{}={} ({})", t.setting, t.value, t.from)).collect();
        assert_eq!((defaults.sampling, defaults.end_ids.as_slice()), (sampling, end_ids));
        assert_eq!(said.join("; "), taken);
    }

    #[test]
    fn what_files_say_counts() {
        let greedy = Sampling::default();
        check("{}", None, greedy, &[], "");
        check(r#"{"eos_token_id": 7}"#, None, greedy, &[7], "eos_token_id=7 (config.json)");
        check(
            r#"{"eos_token_id": 7}"#,
            Some(r#"{"eos_token_id": [128001, 128008]}"#),
            greedy,
            &[128_001, 128_008],
            "eos_token_id=128001, 128008 (generation_config.json)",
        );
        // sampling settings without sampling are moot, the penalty is not
        check(
            r#"{"eos_token_id": 7}"#,
            Some(r#"{"temperature": 0.6, "top_p": 0.9, "repetition_penalty": 1.1}"#),
            Sampling { repetition_penalty: Some(1.1), ..greedy },
            &[7],
            "repetition_penalty=1.1 (generation_config.json); eos_token_id=7 (config.json)",
        );
        check(
            "{}",
            Some(r#"{"do_sample": true, "temperature": 0.6, "top_p": 0.9, "eos_token_id": null}"#),
            Sampling { temperature: 0.6, top_k: Some(50), top_p: Some(0.9), ..greedy },
            &[],
            "temperature=0.6 (generation_config.json); top_k=50 (the default of transformers); \
             top_p=0.9 (generation_config.json)",
        );
        check(
            "{}",
            Some(r#"{"do_sample": true, "top_k": 0, "top_p": 1.0}"#),
            Sampling { temperature: 1.0, ..greedy },
            &[],
            "temperature=1 (the default of transformers)",
        );
    }

    #[test]
    fn what_is_left_out_is_told() {
        for (text, expected) in [
            (r#"{"num_beams": 4, "min_length": 0, "typical_p": 0.9}"#, "num_beams=4"),
            (r#"{"num_beams": 1, "do_sample": true, "typical_p": 0.9, "min_p": null}"#, "typical_p=0.9"),
            (
                r#"{"suppress_tokens": [1, 2], "no_repeat_ngram_size": 3}"#,
                "no_repeat_ngram_size=3; suppress_tokens=[1,2]",
            ),
        ] {
            let left_out = read("{}", Some(text)).unwrap().left_out;
            let said: Vec<String> = left_out.iter().map(|t| format!("{}={}", t.setting, t.value)).collect();
            assert_eq!(said.join("; "), expected);
        }
    }

    #[test]
    fn files_that_say_nonsense_are_refused() {
        let refused = |generation: &str| read("{}", Some(generation)).unwrap_err();
        insta::assert_snapshot!(refused(r#"{"eos_token_id": "end"}"#), @r#"FOLDER/generation_config.json: field `eos_token_id` is "end", expected a token id or a list of token ids"#);
        insta::assert_snapshot!(refused(r#"{"do_sample": true, "temperature": -1}"#), @"FOLDER/generation_config.json: field `temperature` is -1, expected a number ≥ 0 (0 takes the likeliest token)");
        insta::assert_snapshot!(refused(r#"{"do_sample": true, "top_p": 1.5}"#), @"FOLDER/generation_config.json: field `top_p` is 1.5, expected a number above 0 and at most 1");
        insta::assert_snapshot!(refused(r#"{"do_sample": true, "top_k": -3}"#), @"FOLDER/generation_config.json: field `top_k` is -3, expected a whole number ≥ 0");
        insta::assert_snapshot!(refused(r#"{"repetition_penalty": 0}"#), @"FOLDER/generation_config.json: field `repetition_penalty` is 0, expected a number above 0 (1 changes nothing)");
        insta::assert_snapshot!(refused("["), @"FOLDER/generation_config.json: not valid JSON: invalid type: sequence, expected a map at line 1 column 0");
    }
}
