//! The rich club of a connectome, as Towlson et al. (2013) found it in the worm: layers merged, binary,
//! undirected; φ(k) over its mean in degree-preserving null models; the run of k at which it exceeds 1 by
//! three standard deviations.
//!
//! ```text
//! cargo run -p fascicle-graph --example worm_rich_club -- NULLS MATRIX.csv…
//! ```
//!
//! Each file is a matrix of weights with names in its first row and column, rows pre-synaptic, blank or 0 for
//! no edge. With the chemical and gap matrices of Varshney et al. (2011), 279 neurons and 2,287 edges, 1,000
//! null models give the eleven neurons of the paper.

use std::error::Error;
use std::fs;

use fascicle_graph::measure::{RichClub, RichClubCurve};
use fascicle_graph::null::{Nulls, Rewire};
use fascicle_graph::{PathwayGraph, View, Weighting};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(nulls), files) = (arguments.next(), arguments.collect::<Vec<_>>()) else {
        return Err("usage: worm_rich_club NULLS MATRIX.csv…".into());
    };
    let mut worm = PathwayGraph::new();
    for file in &files {
        read(file, &mut worm).map_err(|error| format!("{file}: {error}"))?;
    }
    let graph = View::undirected().weighting(Weighting::Unit).of(&worm)?;
    println!("{} neurons, {} edges", graph.node_count(), graph.edge_count());
    let nulls = Nulls::new(Rewire::default(), nulls.parse()?, 2013);
    let accepted = nulls.copy(&graph, 0)?.moves.accepted_fraction().unwrap_or_default();
    println!("{} null models, {:.0} % of swaps accepted", nulls.count, 100.0 * accepted);
    let curve = RichClub::default().normalised(&graph, &nulls)?;
    table(&curve);
    for sigmas in [1.0, 2.0, 3.0] {
        report(&worm, &curve, sigmas);
    }
    Ok(())
}

/// Adds the edges of a matrix as one directed layer.
fn read(file: &str, worm: &mut PathwayGraph) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    let mut rows = text.trim_start_matches('\u{feff}').lines();
    let header = rows.next().ok_or("no header")?;
    let targets: Vec<_> = header.split(',').skip(1).map(|name| worm.node(name.trim())).collect();
    let layer = worm.layer(file, true)?;
    for row in rows {
        let mut cells = row.split(',').map(str::trim);
        let source = worm.node(cells.next().unwrap_or_default());
        for (&target, cell) in targets.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            let weight: f64 = cell.parse().map_err(|_| format!("`{cell}` is no number"))?;
            if weight != 0.0 {
                worm.connect(source, target, layer, weight)?;
            }
        }
    }
    Ok(())
}

fn table(curve: &RichClubCurve) {
    println!("  k  nodes   φ      φ norm     σ      z");
    for pair in curve.levels.windows(2).filter(|pair| pair[0].nodes != pair[1].nodes) {
        let level = &pair[0];
        let sd = level.nulls.and_then(|nulls| nulls.relative_sd());
        let z = level.nulls.and_then(|nulls| nulls.z);
        let [phi, normalised, sd, z] = [level.phi, level.normalised(), sd, z]
            .map(|number| number.map_or("–".into(), |x| format!("{x:.3}")));
        println!("{:>3} {:>5} {phi:>7} {normalised:>7} {sd:>7} {z:>7}", level.degree, level.nodes);
    }
}

fn report(worm: &PathwayGraph, curve: &RichClubCurve, sigmas: f64) {
    let Some(run) = curve.regime(sigmas) else {
        println!("{sigmas} σ: no rich club");
        return;
    };
    let names: Vec<&str> = worm.names().collect();
    for (end, degree) in [("begin", *run.start()), ("end", *run.end())] {
        let mut members: Vec<&str> = curve.members(degree).into_iter().map(|node| names[node]).collect();
        members.sort_unstable();
        println!("{sigmas} σ: {end}s at k = {degree}: {} neurons: {}", members.len(), members.join(" "));
    }
}
