//! The connectome that a command is about: a published file, a data set of the catalogue, or a graph made of one.

use std::path::{Path, PathBuf};

use clap::Args;
use fascicle_connectome::cells::Sex;
use fascicle_connectome::readers::{FlyWireOptions, Si5Options, cook2019_si5, flywire};
use fascicle_connectome::{
    AutapsePolicy, AwcNames, ConnectomeError, ConnectomeFormat, DuplicatePolicy, GapPolicy, NameScheme,
    Policies, Report, UnknownPolicy, detect, read,
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
    /// How the worm's cells are spelled: VB1 and MDL05, VB01 and dBWML5, or as in the file
    #[arg(long, value_name = "SCHEME", value_parser = choice(NameScheme::ALL, NameScheme::name), default_value_t)]
    names: NameScheme,
    /// Whether the AWC neurons are called AWCL and AWCR, or AWCOFF and AWCON
    #[arg(long, value_name = "BY", value_parser = choice(AwcNames::ALL, AwcNames::name), default_value_t)]
    awc: AwcNames,
    /// Of which sex the matrices are to be (cook2019-si5; default: hermaphrodite)
    #[arg(long, value_name = "SEX", value_parser = choice(SEXES, Sex::name))]
    sex: Option<Sex>,
    /// The table of neurons that belongs to the connections (flywire)
    #[arg(long, value_name = "FILE")]
    cells: Option<PathBuf>,
    /// Only connections of at least so many synapses, over all neuropils (flywire)
    #[arg(long, value_name = "N")]
    min_synapses: Option<f64>,
}

/// Who has matrices of their own.
const SEXES: &[Sex] = &[Sex::Hermaphrodite, Sex::Male];

impl Source {
    /// A published connectome and the report of reading it.
    pub(super) fn published(&self) -> Result<(PathwayGraph, Report), CliError> {
        let file = self.path()?;
        let format = self.format.map_or_else(|| detect(&file), Ok)?;
        self.reading(&file, format)
    }

    /// A published connectome, or a graph that was written to a file before.
    pub(super) fn graph(&self) -> Result<PathwayGraph, CliError> {
        let file = self.path()?;
        let detected = self.format.map_or_else(|| detect(&file), Ok);
        match detected {
            Ok(format) => Ok(self.reading(&file, format)?.0),
            // a graph may also be in bytes, as in Parquet
            Err(unknown @ (ConnectomeError::UnknownFormat { .. } | ConnectomeError::NotUtf8 { .. })) => {
                if Format::from_path(&file).is_err() {
                    return Err(unknown.into());
                }
                Ok(format::read(&file, &ReadOptions::new())?)
            }
            Err(other) => Err(other.into()),
        }
    }

    fn reading(&self, file: &Path, format: ConnectomeFormat) -> Result<(PathwayGraph, Report), CliError> {
        self.check_options(format)?;
        let policies = Policies {
            duplicates: self.duplicates,
            gaps: self.gaps,
            autapses: self.autapses,
            unknown: self.unknown,
            names: self.names,
            awc: self.awc,
        };
        Ok(match format {
            ConnectomeFormat::Cook2019Si5 => {
                let sex = self.sex.unwrap_or(Sex::Hermaphrodite);
                cook2019_si5(file, &Si5Options { sex, ..Si5Options::default() }, &policies)
            }
            ConnectomeFormat::FlyWire => {
                let options = FlyWireOptions { min_synapses: self.min_synapses.unwrap_or_default() };
                flywire(file, self.cells.as_deref(), &options, &policies)
            }
            format => read(file, format, &policies),
        }?)
    }

    /// Refuses options that say nothing of files of this format.
    fn check_options(&self, format: ConnectomeFormat) -> Result<(), CliError> {
        for (option, given, of) in [
            ("--sex", self.sex.is_some(), ConnectomeFormat::Cook2019Si5),
            ("--cells", self.cells.is_some(), ConnectomeFormat::FlyWire),
            ("--min-synapses", self.min_synapses.is_some(), ConnectomeFormat::FlyWire),
        ] {
            if given && format != of {
                return Err(CliError::OfAnotherFormat { option, of, format });
            }
        }
        Ok(())
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
