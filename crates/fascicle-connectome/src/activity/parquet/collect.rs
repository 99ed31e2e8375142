//! Worms out of rows.

use std::collections::{BTreeSet, HashMap};

use super::step::step;
use super::{ReadOptions, Slots};
use crate::activity::{Trace, Worm, places, quality};
use crate::cells::{canonical, canonical_index};
use crate::{ConnectomeError, Place};

/// A row of the table.
pub(super) struct Row {
    pub(super) place: Place,
    pub(super) source: String,
    pub(super) worm: String,
    pub(super) neuron: String,
    pub(super) slot: i64,
    pub(super) labelled: bool,
    pub(super) calcium: Vec<f64>,
    pub(super) time: Vec<f64>,
    /// In the order of [`super::TEXTS`].
    pub(super) texts: Vec<String>,
    pub(super) original: Vec<f64>,
    pub(super) original_time: Vec<f64>,
    pub(super) frames: Option<i64>,
}

impl Row {
    fn wrong(&self, column: &str, value: impl ToString, expected: String) -> ConnectomeError {
        ConnectomeError::BadValue { place: self.place.column(column), value: value.to_string(), expected }
    }

    /// Whether each list is as long as those it belongs to.
    fn check_lengths(&self, worm: &Worm) -> Result<(), ConnectomeError> {
        let numbers = |count: usize| format!("{count} numbers");
        for (column, found, expected) in [
            ("time_in_seconds", self.time.len(), worm.frames),
            ("calcium_data", self.calcium.len(), worm.frames),
            ("original_time_in_seconds", self.original_time.len(), worm.original_time.len()),
            ("original_calcium_data", self.original.len(), worm.original_time.len()),
        ] {
            if found != expected {
                let expected =
                    format!("a list of {} as in the rows and columns beside it", numbers(expected));
                return Err(self.wrong(column, format!("a list of {}", numbers(found)), expected));
            }
        }
        match self.frames {
            Some(frames) if usize::try_from(frames) != Ok(worm.frames) => {
                Err(self.wrong("max_timesteps", frames, format!("{}, the length of the lists", worm.frames)))
            }
            _ => Ok(()),
        }
    }

    /// Where the file puts the neuron.
    fn slot(&self) -> Result<usize, ConnectomeError> {
        let slot = usize::try_from(self.slot).ok().filter(|&slot| slot < canonical().len());
        let slot = slot.ok_or_else(|| {
            self.wrong("slot", self.slot, format!("a place from 0 to {}", canonical().len() - 1))
        })?;
        match canonical_index(&self.neuron) {
            Some(own) if self.labelled && own != slot => Err(self.wrong(
                "slot",
                slot,
                format!("{own}, the place of {} (slots by name serve files of another index)", self.neuron),
            )),
            _ => Ok(slot),
        }
    }
}

/// The worms that grow while rows come.
pub(super) struct Collector<'a> {
    place: &'a Place,
    options: &'a ReadOptions,
    worms: Vec<Worm>,
    by_name: HashMap<(String, String), usize>,
    /// Data sets of rows that were not wanted.
    others: BTreeSet<String>,
    rows: usize,
}

impl<'a> Collector<'a> {
    pub(super) fn new(place: &'a Place, options: &'a ReadOptions) -> Self {
        Self { place, options, worms: Vec::new(), by_name: HashMap::new(), others: BTreeSet::new(), rows: 0 }
    }

    /// The number of the next row, from 0.
    pub(super) fn next_row(&self) -> usize {
        self.rows
    }

    pub(super) fn row(&mut self, mut row: Row) -> Result<(), ConnectomeError> {
        self.rows += 1;
        if self.options.sources.as_ref().is_some_and(|sources| !sources.contains(&row.source)) {
            self.others.insert(row.source);
            return Ok(());
        }
        let key = (row.source.clone(), row.worm.clone());
        let at = match self.by_name.get(&key) {
            Some(&at) => at,
            None => {
                self.worms.push(self.begin(&mut row)?);
                *self.by_name.entry(key).or_insert(self.worms.len() - 1)
            }
        };
        let worm = &mut self.worms[at];
        row.check_lengths(worm)?;
        let judged = if row.original.is_empty() { &row.calcium } else { &row.original };
        if self.options.limits.is_some_and(|limits| !limits.allow(&quality(judged))) {
            worm.left_out.push(row.neuron);
            return Ok(());
        }
        let slot = match self.options.slots {
            Slots::File => row.slot()?,
            // given at the end, when all names are known
            Slots::Names => 0,
        };
        if self.options.slots == Slots::File
            && let Some(other) = worm.traces.iter().find(|trace| trace.slot == slot)
        {
            return Err(row.wrong(
                "slot",
                slot,
                format!("another place than that of `{}` in the same worm", other.neuron),
            ));
        }
        let Row { neuron, labelled, original, calcium, .. } = row;
        worm.traces.push(Trace { neuron, slot, labelled, original, calcium });
        Ok(())
    }

    /// A worm from its first row.
    fn begin(&self, row: &mut Row) -> Result<Worm, ConnectomeError> {
        let step = match self.options.step {
            Some(step) => step,
            None => step(&row.time).map_err(|at| {
                let stamp = row
                    .time
                    .get(at)
                    .map_or("nothing".to_owned(), |stamp| format!("frame {} at {stamp} s", at + 1));
                let expected = "evenly spaced stamps, at least two; give the time step to overlook them";
                row.wrong("time_in_seconds", stamp, expected.to_owned())
            })?,
        };
        let mut texts = std::mem::take(&mut row.texts).into_iter();
        let mut text = || texts.next().unwrap_or_default();
        Ok(Worm {
            source_dataset: row.source.clone(),
            worm: row.worm.clone(),
            raw_data_file: text(),
            smooth_method: text(),
            interpolate_method: text(),
            normalization_method: text(),
            original_time: row.original_time.clone(),
            start: row.time.first().copied().unwrap_or(0.0),
            step,
            frames: row.time.len(),
            repeated_stamps: row.time.windows(2).filter(|pair| pair[0] == pair[1]).count(),
            ..Worm::default()
        })
    }

    pub(super) fn finish(mut self) -> Result<Vec<Worm>, ConnectomeError> {
        if let Some(sources) = &self.options.sources
            && let Some(missing) =
                sources.iter().find(|source| !self.worms.iter().any(|worm| worm.source_dataset == **source))
        {
            let mut there = self.others;
            there.extend(self.worms.into_iter().map(|worm| worm.source_dataset));
            let there: Vec<String> = there.iter().map(|source| format!("`{source}`")).collect();
            let problem = format!("no worm is of the data set `{missing}`; there are {}", there.join(", "));
            return Err(ConnectomeError::Mismatch { place: self.place.clone(), problem });
        }
        if self.options.slots == Slots::Names {
            for worm in &mut self.worms {
                by_name(worm, self.place)?;
            }
        }
        Ok(self.worms)
    }
}

/// Gives every neuron the place of its name, or a free one.
fn by_name(worm: &mut Worm, place: &Place) -> Result<(), ConnectomeError> {
    let wrong = |problem: String| ConnectomeError::Mismatch { place: place.clone(), problem };
    if worm.traces.len() > canonical().len() {
        let (worm, count) = (&worm.worm, worm.traces.len());
        return Err(wrong(format!(
            "worm `{worm}` has {count} neurons; at most {} have a place",
            canonical().len()
        )));
    }
    let mut labels = Vec::with_capacity(worm.traces.len());
    for trace in &worm.traces {
        let own = if trace.labelled { canonical_index(&trace.neuron) } else { None };
        if trace.labelled && own.is_none() {
            return Err(wrong(format!(
                "worm `{}`: `{}` is labelled, and no neuron is called so",
                worm.worm, trace.neuron
            )));
        }
        if own.is_some() && labels.contains(&own) {
            return Err(wrong(format!("worm `{}` has two neurons called `{}`", worm.worm, trace.neuron)));
        }
        labels.push(own);
    }
    for (trace, slot) in worm.traces.iter_mut().zip(places::of(&labels)) {
        trace.slot = slot;
    }
    Ok(())
}
