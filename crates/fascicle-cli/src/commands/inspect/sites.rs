//! A model's sites and their axes in words.

use std::fmt::Write as _;

use fascicle_models::{Axis, LoadedModel, Site, SitedModel, Tower};

use crate::output::columns;

/// Every site with its axes, sized where the model fixes the size: `[batch, position, head 4, d_head 8]`.
pub(super) fn all(model: &LoadedModel) -> Vec<(Site, Vec<String>)> {
    let inputs = model.model.blank_inputs();
    let described = |site: Site| {
        let shape = model.model.site_shape(site, &inputs);
        (site, site.kind.axes().iter().zip(shape).map(|(axis, size)| named(*axis, size)).collect())
    };
    model.model.sites().into_iter().map(described).collect()
}

fn named(axis: Axis, size: usize) -> String {
    match axis {
        Axis::Batch => "batch".into(),
        Axis::Position => "position".into(),
        Axis::Query => "query position".into(),
        Axis::Key => "key position".into(),
        Axis::Head => format!("head {size}"),
        Axis::DHead => format!("d_head {size}"),
        Axis::DModel => format!("d_model {size}"),
        Axis::DMlp => format!("neuron {size}"),
        Axis::Vocab => format!("vocab {size}"),
        Axis::Expert => format!("expert {size}"),
        Axis::Class => format!("class {size}"),
        Axis::Channel => format!("channel {size}"),
        Axis::Height => "row".into(),
        Axis::Width => "column".into(),
        Axis::One => "1".into(),
    }
}

/// Blocks are alike, so those of the first stand for all.
pub(super) fn text(model: &LoadedModel) -> String {
    let sites = all(model);
    let mut text = format!("\nsites: {}\n", sites.len());
    let mut towers: Vec<Tower> = sites.iter().map(|(site, _)| site.tower).collect();
    towers.dedup();
    for tower in towers {
        let own = || sites.iter().filter(move |(site, _)| site.tower == tower);
        let rows = |layer: Option<usize>| -> Vec<Vec<String>> {
            own()
                .filter(|(site, _)| site.layer == layer)
                .map(|(site, axes)| {
                    let name = Site { layer: None, ..*site };
                    let name = if layer.is_some() { site.kind.name().to_string() } else { name.to_string() };
                    vec![format!("  {name}"), format!("[{}]", axes.join(", "))]
                })
                .collect()
        };
        text += &columns(&rows(None));
        let blocks = own().filter_map(|(site, _)| site.layer).max().map_or(0, |last| last + 1);
        let prefix = tower.prefix();
        let which = match blocks {
            0 => continue,
            1 => format!("in the one block, {prefix}blocks.0"),
            n => format!("in each block, {prefix}blocks.0 to {prefix}blocks.{}", n - 1),
        };
        let _ = write!(text, "{which}\n{}", columns(&rows(Some(0))));
    }
    text
}
