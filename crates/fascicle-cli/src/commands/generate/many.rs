//! Several prompts, some at a time, whose continuations are told apart.

use fascicle_models::{BatchGenerator, Inputs, NamedTensor, StopReason, TensorFile, Tokenizer};
use serde_json::{Value, json};

use super::Job;
use super::said::{Pace, Said};
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// What became of a prompt.
struct Continued {
    new_ids: Vec<i64>,
    text: String,
    ended: &'static str,
    stop_text: Option<String>,
}

/// Continues the prompts `texts`.
pub(super) fn run(job: &Job<'_>, tokenizer: &Tokenizer, texts: &[String]) -> Result<(), CliError> {
    let prompts = prompts(job, tokenizer, texts)?;
    let mut pace = Pace::new();
    let mut done: Vec<Continued> = Vec::with_capacity(texts.len());
    for some in prompts.chunks(job.args.batch as usize) {
        let continued = together(job, tokenizer, some, [done.len(), texts.len()], &mut pace)?;
        for continued in continued {
            if !job.common.json {
                let (number, prompt) = (done.len() + 1, output::shortened(&texts[done.len()]));
                let before = if number > 1 { "\n" } else { "" };
                output::print(&format!("{before}[{number}] {prompt}\n{}", continued.text))?;
            }
            done.push(continued);
        }
    }
    let tokens: usize = done.iter().map(|continued| continued.new_ids.len()).sum();
    tracing::info!(texts = texts.len(), tokens, tokens_per_second = pace.speed(), "done");
    if let Some(out) = &job.args.out {
        tensors(&prompts, &done)?.write(out)?;
    }
    if !job.common.json {
        return Ok(());
    }
    let told = |((text, ids), continued): ((&String, &Vec<i64>), &Continued)| {
        json!({
            "prompt": text, "prompt_ids": ids, "ids": continued.new_ids, "text": continued.text,
            "ended": continued.ended, "stop_text": continued.stop_text,
        })
    };
    let told: Vec<Value> = texts.iter().zip(&prompts).zip(&done).map(told).collect();
    output::print_json(&json!({
        "model": job.model.folder, "family": job.model.report.family, "device": job.common.device,
        "texts": told, "out": job.args.out,
        "seconds_to_first_token": pace.first, "tokens_per_second": pace.speed(),
        "settings": job.settings(),
    }))
}

/// The tokens of each text, which must have some and not too many.
fn prompts(job: &Job<'_>, tokenizer: &Tokenizer, texts: &[String]) -> Result<Vec<Vec<i64>>, CliError> {
    let limit = job.model.transformer()?.config().n_ctx;
    let lengths = tokenizer.lengths(texts, None)?;
    for (at, tokens) in lengths.into_iter().enumerate() {
        let (number, text) = (at + 1, &texts[at]);
        if tokens == 0 {
            return Err(CliError::EmptyText { row: number });
        }
        if tokens > limit {
            return Err(CliError::PromptTooLong { number, text: output::shortened(text), tokens, limit });
        }
    }
    Ok(crate::inputs::rows(&tokenizer.encode(texts, None)?))
}

/// Continues some prompts at once, after the first `before` of `all`.
fn together(
    job: &Job<'_>,
    tokenizer: &Tokenizer,
    prompts: &[Vec<i64>],
    [before, all]: [usize; 2],
    pace: &mut Pace,
) -> Result<Vec<Continued>, CliError> {
    let pairs = prompts.iter().map(|prompt| (prompt, job.sampling));
    let mut batch = BatchGenerator::new(job.model.transformer()?, pairs)?
        .with_end_ids(job.defaults.end_ids.clone())
        .with_max_new_tokens(job.args.max_new_tokens as usize);
    let mut said: Vec<Said<'_>> =
        prompts.iter().map(|prompt| Said::new(Some(tokenizer.stream(prompt)), job.stop.clone())).collect();
    let bar = Bar::steps(job.common, format!("texts {} to {} of {all}", before + 1, before + prompts.len()));
    let mut steps = 0;
    while let Some(tokens) = batch.next().transpose()? {
        pace.step(tokens.len(), steps == 0);
        steps += 1;
        bar.at(steps, u64::from(job.args.max_new_tokens));
        for (row, id) in tokens {
            said[row].push(id)?;
            if said[row].stopped.is_some() {
                batch.end(row);
            }
        }
    }
    let finished = |(row, mut said): (usize, Said<'_>)| -> Result<Continued, CliError> {
        said.finish()?;
        let ended = said.ended(batch.stop_reason(row));
        if let (None, Some(StopReason::ContextFull(n_ctx))) = (&said.stopped, batch.stop_reason(row)) {
            let number = before + row + 1;
            tracing::warn!(
                "text {number} ends where it does because the model's context of {n_ctx} positions is full"
            );
        }
        Ok(Continued {
            new_ids: batch.new_ids(row).to_vec(),
            text: said.text,
            ended,
            stop_text: said.stopped,
        })
    };
    said.into_iter().enumerate().map(finished).collect()
}

/// Prompts with their continuations, padded on the right.
fn tensors(prompts: &[Vec<i64>], done: &[Continued]) -> Result<TensorFile, CliError> {
    let rows: Vec<Vec<i64>> = prompts
        .iter()
        .zip(done)
        .map(|(prompt, continued)| [prompt.as_slice(), &continued.new_ids].concat())
        .collect();
    let padded = Inputs::padded(&rows, 0)?;
    let whole = |name: &str, shape: Vec<usize>, values: Vec<i64>| {
        (name.to_string(), NamedTensor::I64 { shape, values })
    };
    let shape = padded.shape().to_vec();
    let lengths = prompts.iter().map(|prompt| prompt.len() as i64).collect();
    Ok(TensorFile::from_tensors(vec![
        whole("input_ids", shape.clone(), padded.ids().to_vec()),
        whole("attention_mask", shape, padded.attention_mask().unwrap_or_default().to_vec()),
        whole("prompt_lengths", vec![prompts.len()], lengths),
    ]))
}
