//! What the columns of an edge table are called.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Source,
    Target,
    Weight,
    Score,
    Layer,
    Sign,
    Slot,
}

/// The names in use (NetworkX, igraph, pandas, FlyWire, neuPrint, CAVE), the more telling ones first. Compared without
/// case, with `_` for spaces, dots and hyphens.
const NAMES: [(Column, &[&str]); 7] = [
    (
        Column::Source,
        &[
            "source",
            "from",
            "src",
            "pre",
            "pre_id",
            "pre_root_id",
            "pre_pt_root_id",
            "presynaptic",
            "pre_synaptic",
            "bodyid_pre",
            "pre_bodyid",
            "start",
            "start_id",
            "presynaptic_id",
        ],
    ),
    (
        Column::Target,
        &[
            "target",
            "to",
            "dst",
            "post",
            "post_id",
            "post_root_id",
            "post_pt_root_id",
            "postsynaptic",
            "post_synaptic",
            "bodyid_post",
            "post_bodyid",
            "end",
            "end_id",
            "postsynaptic_id",
        ],
    ),
    (
        Column::Weight,
        &[
            "weight",
            "syn_count",
            "synapse_count",
            "synapses",
            "n_syn",
            "n_synapses",
            "count",
            "strength",
            "value",
        ],
    ),
    (Column::Score, &["score"]),
    (Column::Layer, &["layer", "edge_type", "type"]),
    (Column::Sign, &["sign"]),
    (Column::Slot, &["slot"]),
];

impl Column {
    /// The name it is written under.
    pub(super) fn name(self) -> &'static str {
        let of = NAMES.iter().find(|(column, _)| *column == self);
        of.map_or("", |(_, names)| names[0])
    }
}

/// Which place each column has in a header; none where the header has no such column.
#[derive(Clone, Debug)]
pub(super) struct Places([Option<usize>; NAMES.len()]);

impl Places {
    /// Looks the names of a header up.
    pub(super) fn of(header: &[impl AsRef<str>]) -> Self {
        let header: Vec<String> = header
            .iter()
            .map(|name| name.as_ref().trim().to_lowercase().replace([' ', '.', '-'], "_"))
            .collect();
        Self(
            NAMES.map(|(_, names)| {
                names.iter().find_map(|name| header.iter().position(|column| column == name))
            }),
        )
    }

    /// The first of the columns found that the header names twice: which of the two is meant, nobody knows.
    pub(super) fn twice<'h>(&self, header: &'h [impl AsRef<str>]) -> Option<&'h str> {
        let name = |place: usize| header[place].as_ref().trim();
        self.0.iter().flatten().map(|&place| name(place)).find(|found| {
            let same = |other: &&'h str| other.eq_ignore_ascii_case(found);
            (0..header.len()).map(name).filter(same).count() > 1
        })
    }

    /// Source, target, weight, as in a list without header.
    pub(super) fn plain() -> Self {
        let mut places = [None; NAMES.len()];
        for (place, known) in places.iter_mut().take(3).enumerate() {
            *known = Some(place);
        }
        Self(places)
    }

    pub(super) fn get(&self, column: Column) -> Option<usize> {
        // invariant: NAMES is in the order of the variants
        self.0[column as usize]
    }

    /// Source and target, or what is missing.
    pub(super) fn ends(&self) -> Result<(usize, usize), String> {
        let end = |column: Column| {
            self.get(column).ok_or_else(|| {
                let (_, names) = NAMES[column as usize];
                format!("no column is called `{}` (or {})", names[0], names[1..6].join(", "))
            })
        };
        Ok((end(Column::Source)?, end(Column::Target)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &[&str], expected: [Option<usize>; 7]) {
        let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(Places::of(&header).0, expected);
    }

    #[test]
    fn names_of_columns() {
        for (place, (column, names)) in NAMES.iter().enumerate() {
            // what `get` relies on
            assert_eq!(*column as usize, place);
            assert_eq!(column.name(), names[0]);
        }
        check(&["a", "b"], [None; 7]);
        check(&["Source", "Target"], [Some(0), Some(1), None, None, None, None, None]);
        check(
            &["pre_root_id", "post_root_id", "neuropil", "syn_count"],
            [Some(0), Some(1), Some(3), None, None, None, None],
        );
        check(
            &["type", "post pt root id", "PRE", "count", "weight", "layer"],
            [Some(2), Some(1), Some(4), None, Some(5), None, None],
        );
        for (header, twice) in
            [(&["pre", "post", "note", "note"][..], None), (&["pre", "post", "n", " Pre "], Some("pre"))]
        {
            assert_eq!(Places::of(header).twice(header), twice);
        }
    }
}
