//! What a sweep means to a reader: effects of places, their labels, and the page with heatmaps.

use fascicle_causal::{Direction, Grid, PatchResult, Per};
use fascicle_experiments::{CellText, Figure, Heatmap, Scale, report};
use fascicle_models::{Inputs, Tokenizer};

/// Columns beyond this are too narrow to see: only those with the largest effects are drawn.
const COLUMNS: usize = 96;

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
    per: Per,
    rows: Vec<String>,
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
    fn largest(&self) -> Option<(usize, usize)> {
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
    fn best(&self) -> Option<String> {
        let (row, col) = self.largest()?;
        let layer =
            if self.rows[row] == OUTSIDE { String::new() } else { format!(" of layer {}", self.rows[row]) };
        let place = match self.per {
            Per::Layer => String::new(),
            per => format!(", {per} {}", self.place(col)),
        };
        Some(format!("{}{layer}{place}: {:.3}", self.name, self.at(row, col)))
    }

    fn figure(&self, effects: &Effects) -> Figure {
        let shown = self.shown();
        let cols: Vec<String> = shown.iter().map(|col| self.cols[*col].clone()).collect();
        let pick = |row: usize| shown.iter().map(move |col| self.values[row * self.cols.len() + *col]);
        let values: Vec<f64> = (0..self.rows.len()).flat_map(pick).collect();
        let inside = values.iter().all(|value| (-0.1..=1.1).contains(value));
        let scale = match (effects.fractions, inside) {
            (true, true) => Scale::UNIT,
            (true, false) => Scale::Diverging { centre: 0.0, reach: None },
            (false, _) => Scale::default(),
        };
        let what = if effects.fractions {
            "effect: 0 = changes nothing, 1 = makes the whole difference"
        } else {
            "the metric of the patched run"
        };
        let highlighted = match (effects.fractions, self.largest()) {
            (true, Some((row, col))) => {
                shown.iter().position(|c| *c == col).map(|col| (row, col)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        let heatmap = Heatmap {
            rows: self.rows.clone(),
            row_title: "layer, first at the bottom".into(),
            rows_upwards: true,
            cols,
            col_title: col_title(self.per).into(),
            values,
            value_label: what.into(),
            scale,
            cell_text: if shown.len() <= 16 && effects.fractions {
                CellText::Values(2)
            } else {
                CellText::None
            },
            highlighted,
            highlight_label: "largest effect".into(),
        };
        let best = self.best().filter(|_| effects.fractions);
        let mut caption = best.map_or(String::new(), |best| format!("Largest effect: {best}."));
        if shown.len() < self.cols.len() {
            caption += &format!(
                " Drawn are the {} of {} columns with the largest effects; the file has all.",
                shown.len(),
                self.cols.len()
            );
        }
        Figure::new(format!("{} per {}", self.name, self.per), caption.trim(), heatmap)
    }

    /// The columns to draw, in order.
    fn shown(&self) -> Vec<usize> {
        let n = self.cols.len();
        let mut cols: Vec<usize> = (0..n).collect();
        if n > COLUMNS {
            let most = |col: &usize| {
                (0..self.rows.len()).map(|row| self.values[row * n + col].abs()).fold(0.0, f64::max)
            };
            cols.sort_by(|a, b| most(b).total_cmp(&most(a)));
            cols.truncate(COLUMNS);
            cols.sort_unstable();
        }
        cols
    }
}

fn col_title(per: Per) -> &'static str {
    match per {
        Per::Position => "position, in reading order",
        Per::Head => "head",
        Per::Neuron => "neuron",
        Per::Layer => "the whole site",
    }
}

/// The page: how to read it, then one heatmap for each kind of site.
pub(crate) fn html(model: &str, found: &PatchResult, effects: &Effects) -> String {
    let reading = if effects.fractions {
        let meaning = effects.meaning();
        format!(
            "How to read it: each cell is the {meaning}; strong cells are places that carry the difference between the two inputs."
        )
    } else {
        "How to read it: each cell is the metric with one place patched; the two runs are too alike on this metric to say more.".into()
    };
    let runs = format!(
        "Model {model}. Metric {}: {:.4} on the clean run, {:.4} on the corrupt run.",
        found.metric, found.clean, found.corrupt
    );
    let figures: Vec<Figure> = effects.grids.iter().map(|grid| grid.figure(effects)).collect();
    report::page("Activation patching", &figures, &[reading, runs])
}

/// A name for each position: its token, `clean→corrupt` where the two differ, its number where rows disagree or
/// there is no tokenizer.
pub(crate) fn token_labels(tokenizer: Option<&Tokenizer>, clean: &Inputs, corrupt: &Inputs) -> Vec<String> {
    let n = clean.positions();
    let Some(tokenizer) = tokenizer.filter(|_| clean.shape() == corrupt.shape()) else {
        return (0..n).map(|i| i.to_string()).collect();
    };
    let same = |inputs: &Inputs, i: usize| {
        let first = inputs.ids()[i];
        (0..inputs.batch()).all(|row| inputs.ids()[row * n + i] == first).then_some(first)
    };
    let word = |id: i64| tokenizer.tokens(&[id]).first().map_or_else(String::new, |token| readable(token));
    let label = |i: usize| match (same(clean, i), same(corrupt, i)) {
        (Some(a), Some(b)) if a == b => word(a),
        (Some(a), Some(b)) => format!("{}→{}", word(a), word(b)),
        _ => i.to_string(),
    };
    (0..n).map(label).collect()
}

/// A token without the marks that byte-level tokenizers put in place of spaces and line ends.
fn readable(token: &str) -> String {
    let text = token.replace('Ċ', "⏎");
    let text = text.trim_start_matches(['Ġ', '▁']);
    if text.is_empty() { "␣".to_string() } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use fascicle_causal::MetricKind;
    use fascicle_models::{SiteKind, Tower};

    use super::*;

    fn found(direction: Direction, corrupt: f64) -> PatchResult {
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

    #[test]
    fn runs_that_are_alike_have_no_best_place() {
        let effects = Effects::of(&found(Direction::Denoise, 4.0), &[]);
        assert!(!effects.fractions);
        let page = html("m", &found(Direction::Denoise, 4.0), &effects);
        assert!(page.contains("too alike") && page.contains("<svg"), "{page}");
    }

    #[test]
    fn tokens_are_shown_as_words() {
        assert_eq!(["Ġcat", "##ing", "Ġ", "Ċ"].map(readable), ["cat", "##ing", "␣", "⏎"]);
    }
}
