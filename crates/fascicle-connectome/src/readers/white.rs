//! White, Southgate, Thomson & Brenner 1986, *The structure of the nervous system of the nematode C. elegans*.

use std::path::Path;

use super::{Reading, typed};
use crate::assemble::{Assembly, Listing, Organism};
use crate::source::text;
use crate::{ConnectomeFormat, Policies};

/// The synapses of White et al. 1986: the adult N2U, the L4 JSH, or the worm put together from all series.
///
/// A text table of pre, post, type (`chemical`, `electrical`) and synapses; rows are separated by tabs, the header also by
/// blanks. Gap junctions are listed once.
///
/// # Errors
/// Any [`ConnectomeError`](crate::ConnectomeError) about the file.
pub fn white1986(file: &Path, policies: &Policies) -> Reading {
    let mut assembly = Assembly::new(policies, Organism::Worm);
    assembly.listing(Listing::Once);
    let table = text::read(file, "a table of pre, post, type and synapses", assembly.report())?;
    typed::add(&mut assembly, &table, &typed::SYNAPSES)?;
    assembly.finish(ConnectomeFormat::White1986, &table.place)
}
