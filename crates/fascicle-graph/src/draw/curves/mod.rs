//! Curves from plain numbers: the rich club, the distribution of degrees.

mod axes;

use maud::{Markup, html};

use self::axes::{Axes, Scale};
use super::curve::Point;
use super::legend::{Key, Legend};
use super::page::{Area, Drawn, Pt, command, page};
use super::palette::{self, MUTED};
use super::scale::extent;
use super::{Style, text};
use crate::GraphError;

/// The curve of a rich club: for each degree k, φ(k) over its mean in null models (Colizza et al. 2006).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RichClub<'a> {
    /// Degrees, rising.
    pub k: &'a [f64],
    /// φ_norm at each; what is not finite is a gap.
    pub phi: &'a [f64],
    /// Its standard deviation over the null models at each; may be empty.
    pub deviation: &'a [f64],
}

/// Marks beyond this many would run into each other.
const MARKS: usize = 120;

/// φ_norm over k with a band of one standard deviation either side. Marks are filled where even the lower
/// edge of the band is above 1.
///
/// # Errors
/// [`GraphError::BadArgument`] when the slices differ in length or no value is finite, or for a style out of
/// range.
pub fn rich_club(curve: &RichClub<'_>, style: &Style) -> Result<String, GraphError> {
    style.check()?;
    let count = curve.k.len();
    for (name, length) in [
        ("the number of values of φ", curve.phi.len()),
        (
            "the number of standard deviations",
            if curve.deviation.is_empty() { count } else { curve.deviation.len() },
        ),
    ] {
        if length != count {
            return Err(GraphError::argument(name, length, format!("one for each of the {count} degrees")));
        }
    }
    // (k, φ, σ) in stretches without gaps.
    let levels: Vec<(f64, f64, f64)> = (0..count)
        .map(|at| {
            let deviation = curve.deviation.get(at).copied().filter(|deviation| deviation.is_finite());
            (curve.k[at], curve.phi[at], deviation.unwrap_or(0.0).abs())
        })
        .collect();
    let known = |level: &&(f64, f64, f64)| level.0.is_finite() && level.1.is_finite();
    let stretches: Vec<&[(f64, f64, f64)]> =
        levels.split(|level| !known(&level)).filter(|stretch| !stretch.is_empty()).collect();
    let all = || stretches.iter().flat_map(|stretch| stretch.iter());
    let Some(x) = extent(all().map(|level| level.0)) else {
        return Err(GraphError::argument("φ", "nowhere finite", "a finite value at one degree at least"));
    };
    let ends = all().flat_map(|&(_, phi, deviation)| [phi - deviation, phi + deviation]).chain([1.0]);
    let y = extent(ends).unwrap_or((0.0, 1.0));
    let colour = palette::POSITIVE;
    let shade = palette::tint(colour, 0.8);
    let mut legend = Legend(vec![line_key(colour, "", "φ over its mean in null models")]);
    if all().any(|level| level.2 > 0.0) {
        legend.0.push(Key::Band { colour: shade.clone(), name: "± 1 standard deviation".to_owned() });
    }
    legend.0.push(line_key(MUTED, "3 2", "as in null models"));
    let marked = all().count() <= MARKS;
    if marked {
        legend.0.push(Key::Dot {
            colour: colour.to_owned(),
            name: "above 1 by more than that".to_owned(),
            open: false,
        });
        legend.0.push(Key::Dot { colour: colour.to_owned(), name: "not".to_owned(), open: true });
    }
    let words = in_words(&all().copied().collect::<Vec<_>>());
    Ok(page(style, "Rich-club curve", &legend, |area| {
        let axes = Axes::new(
            (Scale::Linear, x, "degree k"),
            (Scale::Linear, y, "normalised rich-club coefficient"),
            style.font_size,
            area,
        );
        let body = html! {
            (axes.draw())
            @for stretch in &stretches {
                path class="band" fill=(shade) stroke="none" d=(band(&axes, stretch)) {}
            }
            (axes.reference(1.0))
            @for stretch in &stretches {
                path class="curve" fill="none" stroke=(colour) stroke-width="1.2" stroke-linejoin="round"
                    d=(joined(stretch.iter().map(|&(k, phi, _)| axes.at(k, phi)))) {}
            }
            @if marked {
                @for &(k, phi, deviation) in all() {
                    (mark(axes.at(k, phi), 1.7, colour, phi - deviation <= 1.0,
                        &format!("k = {}: {} ± {}", text::number(k), text::number(phi), text::number(deviation))))
                }
            }
        };
        Drawn { height: axes.height(), body, words }
    }))
}

fn line_key(colour: &str, dashes: &'static str, name: &str) -> Key {
    Key::Line { colour: colour.to_owned(), width: 1.2, dashes, name: name.to_owned() }
}

fn in_words(levels: &[(f64, f64, f64)]) -> String {
    let most = levels.iter().copied().reduce(|most, next| if next.1 > most.1 { next } else { most });
    let Some((k, phi, deviation)) = most else { return String::new() };
    let above = levels.iter().filter(|level| level.1 - level.2 > 1.0).count();
    format!(
        "Normalised rich-club coefficient at {}. Largest: {} ± {} at k = {}. Above 1 by more than a standard \
         deviation at {above}.",
        text::counted(levels.len(), "degree", "degrees"),
        text::number(phi),
        text::number(deviation),
        text::number(k),
    )
}

/// The outline of the band: along its upper edge and back along the lower.
fn band(axes: &Axes, stretch: &[(f64, f64, f64)]) -> String {
    let upper = stretch.iter().map(|&(k, phi, deviation)| axes.at(k, phi + deviation));
    let lower = stretch.iter().rev().map(|&(k, phi, deviation)| axes.at(k, phi - deviation));
    joined(upper.chain(lower)) + "Z"
}

fn joined(points: impl Iterator<Item = Point>) -> String {
    let mut path = String::new();
    for (index, point) in points.enumerate() {
        command(&mut path, if index == 0 { 'M' } else { 'L' }, &[point]);
    }
    path
}

fn mark((x, y): Point, radius: f64, colour: &str, open: bool, title: &str) -> Markup {
    html! {
        circle class="mark" cx=(Pt(x)) cy=(Pt(y)) r=(Pt(radius)) stroke=(colour) stroke-width="0.8"
            fill=(if open { "#ffffff" } else { colour }) { title { (title) } }
    }
}

/// The share of nodes with at least so many edges, both axes logarithmic: P(K ≥ k), which needs no bins
/// (Clauset, Shalizi & Newman 2009). Each series is a name and the degrees of all nodes, in any order; nodes
/// without edges count, but the axis has no place for k = 0.
///
/// # Errors
/// [`GraphError::BadArgument`] when no node has an edge, or for a style out of range.
pub fn degrees(series: &[(&str, &[usize])], style: &Style) -> Result<String, GraphError> {
    style.check()?;
    let curves: Vec<Vec<(f64, f64)>> = series.iter().map(|(_, degrees)| cumulative(degrees)).collect();
    let all = || curves.iter().flatten();
    let (Some(x), Some(y)) = (extent(all().map(|p| p.0)), extent(all().map(|p| p.1))) else {
        return Err(GraphError::argument("the greatest degree", 0, "a node with an edge"));
    };
    let colours: Vec<&str> = (0..series.len()).map(|index| style.palette.line(index)).collect();
    let mut legend = Legend::default();
    if series.len() > 1 {
        for (index, (name, _)) in series.iter().enumerate() {
            let colour = colours[index].to_owned();
            legend.0.push(Key::Dot { colour, name: text::clean(name), open: index % 2 == 1 });
        }
    }
    let sayings: Vec<String> = series
        .iter()
        .map(|(name, degrees)| {
            let most = degrees.iter().max().copied().unwrap_or(0);
            let without = degrees.iter().filter(|&&degree| degree == 0).count();
            format!("{name} {} nodes, greatest degree {most}, {without} without edges", degrees.len())
        })
        .collect();
    let words = format!("Share of nodes with at least k edges. {}.", sayings.join("; ").trim_start());
    Ok(page(style, "Distribution of degrees", &legend, |area: Area| {
        let axes = Axes::new((Scale::Log, x, "degree k"), (Scale::Log, y, "P(K ≥ k)"), style.font_size, area);
        let body = html! {
            (axes.draw())
            @for (index, curve) in curves.iter().enumerate() {
                g class="series" {
                    path fill="none" stroke=(palette::tint(colours[index], 0.45)) stroke-width="0.6"
                        d=(joined(curve.iter().map(|&(k, share)| axes.at(k, share)))) {}
                    @for &(k, share) in curve {
                        (mark(axes.at(k, share), 1.5, colours[index], index % 2 == 1,
                            &format!("k = {}: {}", text::number(k), text::number(share))))
                    }
                }
            }
        };
        Drawn { height: axes.height(), body, words }
    }))
}

/// (k, share of nodes with at least k edges) for every degree above 0 that occurs.
fn cumulative(degrees: &[usize]) -> Vec<(f64, f64)> {
    let mut sorted = degrees.to_vec();
    sorted.sort_unstable();
    let count = sorted.len();
    let mut points = Vec::new();
    let mut below = 0;
    for equal in sorted.chunk_by(|a, b| a == b) {
        if equal[0] > 0 {
            points.push((equal[0] as f64, (count - below) as f64 / count as f64));
        }
        below += equal.len();
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares() {
        assert_eq!(cumulative(&[2, 0, 1, 2]), [(1.0, 0.75), (2.0, 0.5)]);
        assert_eq!(cumulative(&[0, 0]), []);
        assert_eq!(cumulative(&[]), []);
    }
}
