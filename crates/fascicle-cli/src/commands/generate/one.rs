//! One prompt, whose continuation is said as it comes.

use fascicle_models::{Generator, NamedTensor, StopReason, TensorFile};
use serde_json::json;

use super::Job;
use super::said::{Pace, Said};
use crate::error::CliError;
use crate::output;

/// Continues a prompt.
pub(super) fn run(job: &Job<'_>, prompt: &[i64]) -> Result<(), CliError> {
    let mut generator = Generator::new(job.model.transformer()?, prompt, job.sampling)?
        .with_end_ids(job.defaults.end_ids.clone())
        .with_max_new_tokens(job.args.max_new_tokens as usize);
    let mut said = Said::new(job.tokenizer.map(|tokenizer| tokenizer.stream(prompt)), job.stop.clone());
    let mut pace = Pace::new();
    let say = |piece: &str| if job.common.json { Ok(()) } else { output::stream(piece) };
    for (count, id) in generator.by_ref().enumerate() {
        let id = id?;
        pace.step(1, count == 0);
        say(&said.push(id)?)?;
        if said.stopped.is_some() {
            break;
        }
    }
    say(&said.finish()?)?;

    let ended = said.ended(generator.stop_reason());
    if let (None, Some(StopReason::ContextFull(n_ctx))) = (&said.stopped, generator.stop_reason()) {
        tracing::warn!("the text ends here because the model's context of {n_ctx} positions is full");
    }
    tracing::info!(ended, tokens = generator.new_ids().len(), tokens_per_second = pace.speed(), "done");
    if let Some(out) = &job.args.out {
        tensors(prompt, generator.new_ids()).write(out)?;
    }
    if !job.common.json {
        // ends the last line, if the text did not
        return if said.text.ends_with('\n') { Ok(()) } else { output::stream("\n") };
    }
    output::print_json(&json!({
        "model": job.model.folder, "family": job.model.report.family, "device": job.common.device,
        "prompt_ids": prompt, "ids": generator.new_ids(),
        "text": job.tokenizer.is_some().then_some(&said.text),
        "ended": ended, "stop_text": said.stopped, "out": job.args.out,
        "seconds_to_first_token": pace.first, "tokens_per_second": pace.speed(),
        "settings": job.settings(),
    }))
}

fn tensors(prompt: &[i64], new: &[i64]) -> TensorFile {
    let row = |name: &str, ids: Vec<i64>| {
        (name.to_string(), NamedTensor::I64 { shape: vec![1, ids.len()], values: ids })
    };
    TensorFile::from_tensors(vec![
        row("input_ids", [prompt, new].concat()),
        row("prompt_ids", prompt.to_vec()),
        row("new_ids", new.to_vec()),
    ])
}
