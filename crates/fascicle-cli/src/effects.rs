//! What a sweep means to a reader: effects of places, the largest of them, their labels.

use fascicle_causal::{Direction, Grid, PatchResult, Per};

/// Effects below this would be printed as 0.000.
const FELT: f64 = 0.0005;

/// In place of the layer of a site outside the blocks.
const OUTSIDE: &str = "–";

/// What patching each place does, between 0 (nothing) and 1 (everything that tells the two runs apart).
pub(crate) struct Effects {
    pub(crate) grids: Vec<Effect>,
    /// Whether values are such fractions; else the runs are too alike to divide by their difference, and they are
    /// the metric itself.
    pub(crate) fractions: bool,
    direction: Direction,
}

/// The effects at one kind of site.
pub(crate) struct Effect {
    pub(crate) name: String,
    pub(crate) per: Per,
    pub(crate) rows: Vec<String>,
    pub(crate) cols: Vec<String>,
    /// Row after row.
    pub(crate) values: Vec<f64>,
}

impl Effects {
    /// `tokens` are the names of positions.
    pub(crate) fn of(found: &PatchResult, tokens: &[String]) -> Self {
        let (grids, fractions) = match found.normalised() {
            Ok(grids) => (grids, true),
            Err(_) => (found.grids.clone(), false),
        };
        let turned = fractions && found.direction == Direction::Noise;
        let grids = grids.iter().map(|grid| Effect::of(grid, turned, tokens)).collect();
        Self { grids, fractions, direction: found.direction }
    }

    /// What the fractions say, in a sentence.
    pub(crate) fn meaning(&self) -> &'static str {
        match self.direction {
            Direction::Denoise => {
                "effect of putting one place of the clean run into the corrupt run: 0 changes nothing, 1 restores the clean metric"
            }
            Direction::Noise => {
                "effect of putting one place of the corrupt run into the clean run: 0 changes nothing, 1 brings the metric down to the corrupt run's"
            }
        }
    }
}

impl Effect {
    fn of(grid: &Grid, turned: bool, tokens: &[String]) -> Self {
        let numbers = || (0..grid.cols).map(|i| i.to_string()).collect::<Vec<_>>();
        let cols = match grid.per {
            Per::Position if tokens.len() == grid.cols => tokens.to_vec(),
            Per::Layer => vec!["all".to_string()],
            _ => numbers(),
        };
        let row = |layer: &Option<usize>| layer.map_or(OUTSIDE.to_string(), |layer| layer.to_string());
        Self {
            name: grid.name(),
            per: grid.per,
            rows: grid.layers.iter().map(row).collect(),
            cols,
            values: grid.values.iter().map(|value| if turned { 1.0 - value } else { *value }).collect(),
        }
    }

    /// Rows and columns of the `n` largest effects, the largest first.
    pub(crate) fn top(&self, n: usize) -> Vec<(usize, usize)> {
        let mut places: Vec<usize> = (0..self.values.len()).collect();
        places.sort_by(|a, b| self.values[*b].total_cmp(&self.values[*a]));
        places.into_iter().take(n).map(|at| (at / self.cols.len(), at % self.cols.len())).collect()
    }

    /// Row and column of the largest effect.
    pub(crate) fn largest(&self) -> Option<(usize, usize)> {
        self.top(1).first().copied()
    }

    /// The effect at a place.
    pub(crate) fn at(&self, row: usize, col: usize) -> f64 {
        self.values[row * self.cols.len() + col]
    }

    /// The number of a position with its token, or of a head or neuron.
    fn place(&self, col: usize) -> String {
        let label = &self.cols[col];
        if self.per == Per::Position && *label != col.to_string() {
            format!("{col} (`{label}`)")
        } else {
            col.to_string()
        }
    }

    /// Whether patching a place does anything that a table would show.
    fn is_felt(&self, (row, col): (usize, usize)) -> bool {
        self.at(row, col).abs() >= FELT
    }

    /// What is to be said of the places that [`table`](Self::table) leaves out, if all of them do nothing.
    pub(crate) fn rest(&self, n: usize) -> Option<String> {
        let felt = self.values.iter().filter(|value| value.abs() >= FELT).count();
        let others = self.values.len() - felt;
        match (felt, others) {
            (_, 0) => None,
            (0, _) => Some(format!("every place: less than {FELT}")),
            _ if felt > n => None,
            (_, 1) => Some(format!("the other place: less than {FELT}")),
            _ => Some(format!("the other {others} places: less than {FELT}")),
        }
    }

    /// The places with the `n` largest effects as rows of a table, a row of heads before them; those that do nothing are
    /// left out.
    pub(crate) fn table(&self, n: usize) -> Vec<Vec<String>> {
        let (layers, places) = (self.rows.iter().any(|row| row != OUTSIDE), self.per != Per::Layer);
        let cells = |layer: String, place: String, effect: String| {
            let cells = [layers.then_some(layer), places.then_some(place), Some(effect)];
            cells.into_iter().flatten().collect::<Vec<String>>()
        };
        let heads = cells("layer".into(), self.per.to_string(), "effect".into());
        let row = |(row, col): (usize, usize)| {
            cells(self.rows[row].clone(), self.place(col), format!("{:.3}", self.at(row, col)))
        };
        let felt = self.top(self.values.len()).into_iter().filter(|place| self.is_felt(*place));
        std::iter::once(heads).chain(felt.take(n).map(row)).collect()
    }

    /// Where the largest effect is, in a line.
    pub(crate) fn best(&self) -> Option<String> {
        let (row, col) = self.largest()?;
        let layer =
            if self.rows[row] == OUTSIDE { String::new() } else { format!(" of layer {}", self.rows[row]) };
        let place = match self.per {
            Per::Layer => String::new(),
            per => format!(", {per} {}", self.place(col)),
        };
        Some(format!("{}{layer}{place}: {:.3}", self.name, self.at(row, col)))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use fascicle_causal::MetricKind;
    use fascicle_models::{SiteKind, Tower};

    use super::*;

    pub(crate) fn found(direction: Direction, corrupt: f64) -> PatchResult {
        let values = vec![0.0, 1.0, 4.0, 0.0, 0.0, 2.0];
        let layers = vec![Some(0), Some(1)];
        let grid = Grid {
            tower: Tower::Main,
            kind: SiteKind::ResidPre,
            head: None,
            per: Per::Position,
            layers,
            cols: 3,
            values,
        };
        PatchResult { metric: MetricKind::LogitDiff, direction, clean: 4.0, corrupt, grids: vec![grid] }
    }

    #[test]
    fn effects_run_from_nothing_to_everything_in_both_directions() {
        let tokens = ["the", "cat→car", "sat"].map(String::from);
        let best = |direction| Effects::of(&found(direction, 0.0), &tokens).grids[0].best().unwrap();
        assert_eq!(best(Direction::Denoise), "hook_resid_pre of layer 0, position 2 (`sat`): 1.000");
        // of equal ones the first
        assert_eq!(best(Direction::Noise), "hook_resid_pre of layer 0, position 0 (`the`): 1.000");
    }

    #[test]
    fn the_largest_effects_come_first() {
        let tokens = ["the", "cat→car", "sat"].map(String::from);
        let mut effects = Effects::of(&found(Direction::Denoise, 0.0), &tokens);
        let effect = &mut effects.grids[0];
        let table = |effect: &Effect, n| {
            effect.table(n).into_iter().map(|row| row.join(" | ")).collect::<Vec<String>>()
        };
        let heads = "layer | position | effect";
        assert_eq!(table(effect, 2), [heads, "0 | 2 (`sat`) | 1.000", "1 | 2 (`sat`) | 0.500"]);
        // three places do nothing, and are counted instead
        assert_eq!(table(effect, 100).len(), 4);
        assert_eq!(effect.rest(100).unwrap(), "the other 3 places: less than 0.0005");
        assert_eq!((effect.rest(3).is_some(), effect.rest(2)), (true, None));
        effect.per = Per::Layer;
        assert_eq!(table(effect, 1), ["layer | effect", "0 | 1.000"]);
        effect.rows.fill(OUTSIDE.to_string());
        effect.per = Per::Head;
        assert_eq!(table(effect, 1), ["head | effect", "2 | 1.000"]);
    }
}
