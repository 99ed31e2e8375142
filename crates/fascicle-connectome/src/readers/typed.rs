//! Edge lists with a column that says what kind each edge is: four publications differ only in its names.

use crate::assemble::Assembly;
use crate::source::edges::{self, Columns};
use crate::source::table::Table;
use crate::{ConnectomeError, Relation};

/// pre, post, type, synapses: White 1986 and Witvliet 2021, as NemaNode gives them.
pub(crate) const SYNAPSES: Columns =
    Columns { from: &["pre"], to: &["post"], weight: &["synapses"], kind: Some(&["type"]), count: None };

/// Source, Target, Weight, Type: Cook 2019 and 2020.
pub(crate) const WEIGHTS: Columns =
    Columns { from: &["Source"], to: &["Target"], weight: &["Weight"], kind: Some(&["Type"]), count: None };

/// Both use the same two words.
const KINDS: [(&str, Relation); 2] = [("chemical", Relation::Chemical), ("electrical", Relation::Gap)];

/// Adds every row of such a list.
pub(crate) fn add(
    assembly: &mut Assembly<'_>,
    table: &Table,
    columns: &Columns,
) -> Result<(), ConnectomeError> {
    let kind = columns.kind.and_then(|names| names.first()).copied().unwrap_or("type");
    for row in edges::read(table, columns, assembly.report())? {
        let relation = edges::meaning(&row, &KINDS, &table.place, kind)?;
        assembly.edge(&row, relation, 0, &table.place)?;
    }
    Ok(())
}
