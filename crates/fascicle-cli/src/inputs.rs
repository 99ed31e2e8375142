//! Token batches and what metrics compare, from files and from text.

use std::path::Path;

use fascicle_models::{Inputs, TensorFile, Tokenizer};

use crate::error::CliError;

/// The inputs in a safetensors file, see [`Inputs::from_file`], and the file.
pub(crate) fn from_file(path: &Path) -> Result<(Inputs, TensorFile), CliError> {
    let file = TensorFile::read(path)?;
    Ok((Inputs::from_file(&file)?, file))
}

/// One whole number for each row, such as `answer`; `None` when the file has none.
pub(crate) fn per_row(file: &TensorFile, name: &str, rows: usize) -> Result<Option<Vec<i64>>, CliError> {
    match file.whole::<1>(name)? {
        None => Ok(None),
        Some(([count], values)) if count == rows => Ok(Some(values.to_vec())),
        Some(_) => Err(file.misshapen(name, &format!("[{rows}]: one for each row")).into()),
    }
}

/// Clean and corrupt texts as batches of one shape, with equally many tokens row by row.
pub(crate) fn text_pairs(
    tokenizer: &Tokenizer,
    clean: &[String],
    corrupt: &[String],
) -> Result<(Inputs, Inputs), CliError> {
    if clean.len() != corrupt.len() {
        return Err(CliError::TextCount { clean: clean.len(), corrupt: corrupt.len() });
    }
    let (clean, corrupt) = (tokenizer.encode(clean, None)?, tokenizer.encode(corrupt, None)?);
    for (i, (a, b)) in rows(&clean).into_iter().zip(rows(&corrupt)).enumerate() {
        if a.len() != b.len() {
            let shown = |ids: &[i64]| tokenizer.tokens(ids).join(" ");
            return Err(CliError::TextLengths {
                row: i + 1,
                clean_len: a.len(),
                corrupt_len: b.len(),
                clean: shown(&a),
                corrupt: shown(&b),
            });
        }
    }
    Ok((clean, corrupt))
}

/// The unmasked ids of each row.
pub(crate) fn rows(inputs: &Inputs) -> Vec<Vec<i64>> {
    let counts = |at: usize| inputs.attention_mask().is_none_or(|mask| mask[at] == 1);
    let row =
        |row: usize| (row * inputs.positions()..(row + 1) * inputs.positions()).filter(|at| counts(*at));
    (0..inputs.batch()).map(|i| row(i).map(|at| inputs.ids()[at]).collect()).collect()
}

/// The id of each text, which must be a single token.
pub(crate) fn single_tokens(
    tokenizer: &Tokenizer,
    flag: &'static str,
    texts: &[String],
) -> Result<Vec<i64>, CliError> {
    let id = |text: &String| {
        // what an empty text gives are the special tokens around every text
        let both = rows(&tokenizer.encode(&["", text.as_str()], None)?);
        let (around, all) = (&both[0], &both[1]);
        let before = around.iter().zip(all).take_while(|(a, b)| a == b).count();
        let own = all.len().saturating_sub(around.len());
        let own = &all[before..(before + own).min(all.len())];
        match own {
            [id] => Ok(*id),
            _ => Err(CliError::NotOneToken { flag, text: text.clone(), tokens: tokenizer.tokens(own) }),
        }
    };
    texts.iter().map(id).collect()
}
