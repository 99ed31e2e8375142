//! The connectome that a command is about: a published file, a data set of the catalogue, or a graph made of one.

use std::path::PathBuf;

use clap::Args;
use fascicle_connectome::readers::Reading;
use fascicle_connectome::{
    AutapsePolicy, ConnectomeError, ConnectomeFormat, DuplicatePolicy, GapPolicy, Policies, UnknownPolicy,
    detect, read,
};
use fascicle_graph::PathwayGraph;
use fascicle_graph::format::{self, Format, ReadOptions};

use super::choice;
use crate::error::CliError;

#[derive(Args, Debug)]
pub(super) struct Source {
    /// The file as published (for cook2019: also the folder of both matrices), or the name of a data set
    file: PathBuf,
    /// What the file is; found out from its content where it is not given
    #[arg(long, value_name = "FORMAT", value_parser = choice(ConnectomeFormat::ALL, ConnectomeFormat::name))]
    format: Option<ConnectomeFormat>,
    /// What becomes of edges that are given several times
    #[arg(long, value_name = "POLICY", value_parser = choice(DuplicatePolicy::ALL, DuplicatePolicy::name), default_value_t)]
    duplicates: DuplicatePolicy,
    /// What becomes of gap junctions whose two directions differ
    #[arg(long, value_name = "POLICY", value_parser = choice(GapPolicy::ALL, GapPolicy::name), default_value_t)]
    gaps: GapPolicy,
    /// What becomes of connections of a cell to itself
    #[arg(long, value_name = "POLICY", value_parser = choice(AutapsePolicy::ALL, AutapsePolicy::name), default_value_t)]
    autapses: AutapsePolicy,
    /// What becomes of cells that nobody knows
    #[arg(long, value_name = "POLICY", value_parser = choice(UnknownPolicy::ALL, UnknownPolicy::name), default_value_t)]
    unknown: UnknownPolicy,
}

impl Source {
    /// A published connectome and the report of reading it.
    pub(super) fn published(&self) -> Result<(PathwayGraph, fascicle_connectome::Report), CliError> {
        let file = self.path()?;
        let format = self.format.map_or_else(|| detect(&file), Ok)?;
        Ok(self.reading(&file, format)?)
    }

    /// A published connectome, or a graph that was written to a file before.
    pub(super) fn graph(&self) -> Result<PathwayGraph, CliError> {
        let file = self.path()?;
        let detected = self.format.map_or_else(|| detect(&file), Ok);
        match detected {
            Ok(format) => Ok(self.reading(&file, format)?.0),
            Err(unknown @ ConnectomeError::UnknownFormat { .. }) => {
                if Format::from_path(&file).is_err() {
                    return Err(unknown.into());
                }
                Ok(format::read(&file, &ReadOptions::new())?)
            }
            Err(other) => Err(other.into()),
        }
    }

    fn reading(&self, file: &std::path::Path, format: ConnectomeFormat) -> Reading {
        let policies = Policies {
            duplicates: self.duplicates,
            gaps: self.gaps,
            autapses: self.autapses,
            unknown: self.unknown,
            ..Policies::default()
        };
        read(file, format, &policies)
    }

    /// The path itself, or where the files of a data set lie on this machine.
    fn path(&self) -> Result<PathBuf, CliError> {
        let name = self.file.to_string_lossy();
        let known = fascicle_data::catalogue().iter().find(|dataset| dataset.name == name);
        let Some(dataset) = known.filter(|_| !self.file.exists()) else { return Ok(self.file.clone()) };
        let folder = fascicle_data::find(&name)?;
        let folder = folder.ok_or_else(|| CliError::DataNotFetched { name: name.into_owned() })?;
        if matches!(detect(&folder), Ok(ConnectomeFormat::Cook2019))
            && dataset.files.iter().any(|file| file.path == "herm_chem_adj.csv")
        {
            return Ok(folder);
        }
        let edges = |path: &&str| path.contains("edgelist");
        let paths: Vec<&str> = dataset.files.iter().map(|file| file.path.as_str()).collect();
        let main: Vec<&str> = paths.iter().copied().filter(|path| edges(path)).collect();
        match (paths.as_slice(), main.as_slice()) {
            ([only], _) | (_, [only]) => Ok(folder.join(only)),
            _ => Err(CliError::SeveralFiles {
                name: dataset.name.clone(),
                files: paths.iter().map(|path| folder.join(path)).collect(),
            }),
        }
    }
}
