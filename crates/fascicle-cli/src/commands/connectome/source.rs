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
use crate::dataset::Named;
use crate::error::CliError;

#[derive(Args, Debug)]
pub(super) struct Source {
    /// The file as published (for cook2019: also the folder of both matrices), or the name of a data set: NAME, or
    /// NAME/FILE where it has several files
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

    /// The path itself, or where the file of a data set lies on this machine.
    fn path(&self) -> Result<PathBuf, CliError> {
        let Some(named) = Named::of(&self.file) else { return Ok(self.file.clone()) };
        let folder = named.folder()?;
        let files = named.files();
        if named.file.is_none()
            && files.contains(&"herm_chem_adj.csv")
            && matches!(detect(&folder), Ok(ConnectomeFormat::Cook2019))
        {
            return Ok(folder);
        }
        let edges: Vec<&str> = files.iter().copied().filter(|file| file.contains("edgelist")).collect();
        for main in [&files, &edges] {
            if named.file.is_some() || main.len() == 1 {
                return named.choose(&folder, main);
            }
        }
        let readable: Vec<&str> =
            files.into_iter().filter(|file| detect(&folder.join(file)).is_ok()).collect();
        if readable.is_empty() {
            return Err(CliError::NoConnectome { name: named.dataset.name.clone() });
        }
        named.choose(&folder, &readable)
    }
}
