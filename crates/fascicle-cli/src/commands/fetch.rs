//! `fascicle fetch`.

use std::path::Path;

use clap::Args;
use fascicle_data::{Dataset, Fetched, Origin, Stage, Store};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::output;
use crate::progress::Bar;

/// Get a data set or model by name: from FASCICLE_DATA, the cache or the network
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Fetch {
    /// Name of the data set or model, or `list` for all of them
    #[arg(value_name = "NAME|list")]
    name: String,
}

const EXAMPLES: &str = "\
What is fetched is checked against known SHA-256 sums, wherever it comes from, and kept in the
cache (FASCICLE_CACHE).

Examples:
  fascicle fetch list
  fascicle fetch list --verbose
  fascicle fetch minilm
  FASCICLE_DATA=~/data FASCICLE_OFFLINE=1 fascicle fetch minilm";

impl Fetch {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let store = Store::from_env();
        if self.name == "list" { list(&store, common) } else { fetch(&store, &self.name, common) }
    }
}

fn fetch(store: &Store, name: &str, common: &Common) -> Result<(), CliError> {
    let fetched = {
        let bar = Bar::bytes(common, name);
        store.fetch(name, &mut |progress| {
            let doing = match progress.stage {
                Stage::Waiting => "waiting for another fetch",
                Stage::Trying => "asking",
                Stage::Downloading => "downloading",
                Stage::Unpacking => "unpacking",
                _ => "fetching",
            };
            bar.message(format!("{doing} {}", short(progress.item)));
            bar.at(progress.done, progress.total.unwrap_or(0));
        })?
    };
    if common.json {
        return output::print_json(&json!({
            "name": fetched.name, "folder": fetched.folder, "from": origin(&fetched.origin), "edition": fetched.edition,
        }));
    }
    output::print(&format!("{name} is in {} ({})", fetched.folder.display(), came_from(&fetched)))
}

/// The end of an address or path, which tells one from another.
fn short(item: &str) -> &str {
    Path::new(item).file_name().and_then(|name| name.to_str()).unwrap_or(item)
}

fn came_from(fetched: &Fetched) -> String {
    let edition = fetched.edition.as_ref().map(|edition| format!(", edition {edition}")).unwrap_or_default();
    match &fetched.origin {
        Origin::Data => format!("found in FASCICLE_DATA{edition}"),
        Origin::Cache => format!("found in the cache{edition}"),
        Origin::Network(source) => format!("fetched from {source}{edition}"),
        _ => format!("found{edition}"),
    }
}

fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::Data => json!("FASCICLE_DATA"),
        Origin::Cache => json!("cache"),
        Origin::Network(source) => json!({ "network": source }),
        _ => Value::Null,
    }
}

/// Where a data set is: its folder, nothing, or why the files there cannot be used.
fn locate(store: &Store, dataset: &Dataset) -> Result<Option<Fetched>, String> {
    store.locate(&dataset.name).map_err(|error| error.to_string())
}

fn list(store: &Store, common: &Common) -> Result<(), CliError> {
    if common.json {
        let entry = |dataset: &Dataset| {
            let (folder, from, problem) = match locate(store, dataset) {
                Ok(Some(found)) => (Some(found.folder), Some(origin(&found.origin)), None),
                Ok(None) => (None, None, None),
                Err(problem) => (None, None, Some(problem)),
            };
            json!({
                "name": dataset.name, "about": dataset.about, "licence": dataset.licence,
                "local_only": dataset.local_only, "origin": dataset.origin, "citation": dataset.citation,
                "bytes": dataset.size(), "folder": folder, "from": from, "problem": problem,
            })
        };
        return output::print_json(&store.datasets().iter().map(entry).collect());
    }
    if common.verbose > 0 {
        let entries: Vec<String> = store.datasets().iter().map(|dataset| details(store, dataset)).collect();
        return output::print(&entries.join("\n"));
    }
    let mut rows = vec![["name", "here", "size", "what it is"].map(String::from).to_vec()];
    for dataset in store.datasets() {
        let here = match locate(store, dataset) {
            Ok(Some(Fetched { origin: Origin::Data, .. })) => "own data",
            Ok(Some(_)) => "cache",
            Ok(None) if dataset.sources.is_empty() => "by hand",
            Ok(None) => "no",
            Err(_) => "wrong",
        };
        let size = output::bytes(dataset.size());
        rows.push(vec![dataset.name.clone(), here.into(), size, dataset.about.clone()]);
    }
    let table = output::columns_within(output::WIDTH, &rows);
    output::print(&format!(
        "{table}\n`fascicle fetch list --verbose` adds licences, origins and citations.\n"
    ))
}

/// Everything about one data set.
fn details(store: &Store, dataset: &Dataset) -> String {
    let here = match locate(store, dataset) {
        Ok(Some(found)) => format!("{} ({})", found.folder.display(), came_from(&found)),
        Ok(None) if dataset.sources.is_empty() => "no, and to be had by hand only".into(),
        Ok(None) => "no".into(),
        Err(problem) => problem,
    };
    let passing_on = if dataset.local_only { "; for your own use, not to be passed on" } else { "" };
    let rows = [
        ("what it is", dataset.about.clone()),
        ("here", here),
        ("size", output::bytes(dataset.size())),
        ("licence", format!("{}{passing_on}", dataset.licence)),
        ("origin", dataset.origin.clone()),
        ("cite", dataset.citation.clone()),
    ];
    let rows = rows.map(|(name, value)| vec![format!("  {name}"), value]);
    format!("{}\n{}", dataset.name, output::columns_within(output::WIDTH, &rows))
}
