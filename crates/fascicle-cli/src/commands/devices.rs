//! `fascicle devices`.

use clap::Args;
use fascicle_core::{DeviceInfo, DeviceState, devices};
use serde_json::{Value, json};

use crate::cli::Common;
use crate::error::CliError;
use crate::output;

/// What this build and this machine can compute on
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  fascicle devices\n  fascicle devices --json")]
pub(crate) struct Devices;

impl Devices {
    pub(crate) fn run(&self, common: &Common) -> Result<(), CliError> {
        let found = devices();
        if common.json {
            return output::print_json(&found.iter().map(as_json).collect());
        }
        let head = ["device", "state", "number formats", "what it is"].map(String::from).to_vec();
        let rows: Vec<Vec<String>> = std::iter::once(head).chain(found.iter().map(row)).collect();
        output::print(&output::columns_within(output::WIDTH, &rows))
    }
}

fn dtypes(info: &DeviceInfo) -> Vec<&'static str> {
    info.dtypes.iter().map(fascicle_core::DType::name).collect()
}

fn row(info: &DeviceInfo) -> Vec<String> {
    let (state, what) = match &info.state {
        DeviceState::Ready => ("ready", info.name.clone()),
        DeviceState::NotBuilt { feature } => {
            ("not in this build", format!("compile with `--features {feature}` to have it"))
        }
        DeviceState::Missing { why } => ("not here", why.clone()),
    };
    vec![info.spec.clone(), state.into(), dtypes(info).join(" "), what]
}

fn as_json(info: &DeviceInfo) -> Value {
    let (state, why) = match &info.state {
        DeviceState::Ready => ("ready", None),
        DeviceState::NotBuilt { feature } => {
            ("not-built", Some(format!("needs the cargo feature `{feature}`")))
        }
        DeviceState::Missing { why } => ("missing", Some(why.clone())),
    };
    json!({ "device": info.spec, "state": state, "name": info.name, "dtypes": dtypes(info), "why": why })
}
