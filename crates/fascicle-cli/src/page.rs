//! The page with heatmaps that a sweep makes.

use fascicle_causal::{PatchResult, Per};
use fascicle_experiments::{CellText, Figure, Heatmap, Scale, report};
use fascicle_models::{Inputs, Tokenizer};

use crate::effects::{Effect, Effects};

/// Columns beyond this are too narrow to see: only those with the largest effects are drawn.
const COLUMNS: usize = 96;

impl Effect {
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
    use fascicle_causal::Direction;

    use super::*;
    use crate::effects::tests::found;

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
