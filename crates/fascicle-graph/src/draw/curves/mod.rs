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
    /// Its standard deviation over the null models at each; may be empty, and what is not finite is unknown.
    pub deviation: &'a [f64],
    /// By how many of them φ_norm has to exceed 1 for a mark to be filled.
    pub sigmas: f64,
}

/// What is known at one degree.
#[derive(Clone, Copy, Debug)]
struct Level {
    k: f64,
    phi: f64,
    /// 0 where it is unknown.
    deviation: f64,
    /// Whether φ_norm exceeds 1 by enough; nowhere that its deviation is unknown.
    exceeds: bool,
}

impl RichClub<'_> {
    fn level(&self, at: usize) -> Level {
        let deviation = self.deviation.get(at).copied().filter(|deviation| deviation.is_finite());
        let deviation = deviation.map(f64::abs);
        // Where nothing varies, 1 plus a rounding is 1.
        let exceeds = deviation.is_some_and(|sd| self.phi[at] > 1.0 + (self.sigmas * sd).max(1e-9));
        Level { k: self.k[at], phi: self.phi[at], deviation: deviation.unwrap_or(0.0), exceeds }
    }
}

impl Level {
    fn in_words(&self) -> String {
        let [k, phi, deviation] = [self.k, self.phi, self.deviation].map(text::number);
        format!("k = {k}: {phi} ± {deviation}")
    }
}

/// Marks beyond this many would run into each other.
const MARKS: usize = 120;

/// φ_norm over k with a band of one standard deviation either side. Marks are filled where φ_norm exceeds 1 by more than
/// [`RichClub::sigmas`] of them.
///
/// # Errors
/// [`GraphError::BadArgument`] when the slices differ in length, no value is finite or `sigmas` is no number from 0, or
/// for a style out of range.
pub fn rich_club(curve: &RichClub<'_>, style: &Style) -> Result<String, GraphError> {
    style.check()?;
    if !curve.sigmas.is_finite() || curve.sigmas < 0.0 {
        let expected = "a finite number from 0";
        return Err(GraphError::argument(
            "the number of standard deviations to exceed",
            curve.sigmas,
            expected,
        ));
    }
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
    // in stretches without gaps
    let levels: Vec<Level> = (0..count).map(|at| curve.level(at)).collect();
    let stretches: Vec<&[Level]> = levels
        .split(|level| !(level.k.is_finite() && level.phi.is_finite()))
        .filter(|stretch| !stretch.is_empty())
        .collect();
    let all = || stretches.iter().flat_map(|stretch| stretch.iter());
    let Some(x) = extent(all().map(|level| level.k)) else {
        return Err(GraphError::argument("φ", "nowhere finite", "a finite value at one degree at least"));
    };
    let ends =
        all().flat_map(|level| [level.phi - level.deviation, level.phi + level.deviation]).chain([1.0]);
    let y = extent(ends).unwrap_or((0.0, 1.0));
    let colour = palette::POSITIVE;
    let shade = palette::tint(colour, 0.8);
    let mut legend = Legend(vec![line_key(colour, "", "φ over its mean in null models")]);
    if all().any(|level| level.deviation > 0.0) {
        legend.0.push(Key::Band { colour: shade.clone(), name: "± 1 standard deviation".to_owned() });
    }
    legend.0.push(line_key(MUTED, "3 2", "as in null models"));
    let marked = all().count() <= MARKS;
    if marked {
        legend.0.push(Key::Dot {
            colour: colour.to_owned(),
            name: format!("above 1 by more than {} σ", text::number(curve.sigmas)),
            open: false,
        });
        legend.0.push(Key::Dot { colour: colour.to_owned(), name: "not".to_owned(), open: true });
    }
    let words = in_words(&all().copied().collect::<Vec<_>>(), curve.sigmas);
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
                    d=(joined(stretch.iter().map(|level| axes.at(level.k, level.phi)))) {}
            }
            @if marked {
                @for &level in all() {
                    (mark(axes.at(level.k, level.phi), 1.7, colour, !level.exceeds,
                        &level.in_words()))
                }
            }
        };
        Drawn { height: axes.height(), body, words }
    }))
}

fn line_key(colour: &str, dashes: &'static str, name: &str) -> Key {
    Key::Line { colour: colour.to_owned(), width: 1.2, dashes, name: name.to_owned() }
}

/// So many standard deviations, in words.
fn deviations(sigmas: f64) -> String {
    match text::number(sigmas).as_str() {
        "1" => "1 standard deviation".to_owned(),
        number => format!("{number} standard deviations"),
    }
}

fn in_words(levels: &[Level], sigmas: f64) -> String {
    let most = levels.iter().copied().reduce(|most, next| if next.phi > most.phi { next } else { most });
    let Some(Level { k, phi, deviation, .. }) = most else { return String::new() };
    let above = levels.iter().filter(|level| level.exceeds).count();
    format!(
        "Normalised rich-club coefficient at {}. Largest: {} ± {} at k = {}. Above 1 by more than {} at {above}.",
        text::counted(levels.len(), "degree", "degrees"),
        text::number(phi),
        text::number(deviation),
        text::number(k),
        deviations(sigmas),
    )
}

/// The outline of the band: along its upper edge and back along the lower.
fn band(axes: &Axes, stretch: &[Level]) -> String {
    let upper = stretch.iter().map(|level| axes.at(level.k, level.phi + level.deviation));
    let lower = stretch.iter().rev().map(|level| axes.at(level.k, level.phi - level.deviation));
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
