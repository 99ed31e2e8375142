//! What nodes have in common: their colour, their place on the circle, their block of the matrix.

use std::collections::BTreeMap;

use super::palette::{NEUTRAL, Palette};
use crate::{GraphError, GroupBy, PathwayGraph};

/// What the colours of nodes stand for, and what orders them on the circle and in the matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Groups {
    /// [`Node::kind`](crate::Node::kind).
    #[default]
    Kind,
    /// An attribute of the nodes (`hemisphere`).
    Attribute(String),
    /// These labels, one for each node: the communities that some algorithm found.
    Given {
        /// What the labels are, for the key.
        title: String,
        /// In the order of the nodes.
        labels: Vec<String>,
    },
    /// All nodes are alike.
    None,
}

impl Groups {
    /// Labels that some algorithm gave the nodes, in their order.
    #[must_use]
    pub fn given(title: impl Into<String>, labels: impl IntoIterator<Item = impl ToString>) -> Self {
        Self::Given {
            title: title.into(),
            labels: labels.into_iter().map(|label| label.to_string()).collect(),
        }
    }
}

/// The groups of a graph's nodes.
#[derive(Debug)]
pub(super) struct Grouped {
    /// What the groups are.
    pub(super) title: String,
    /// By number where all names are numbers, else as they first came; nodes of no group are last, with an
    /// empty name.
    pub(super) names: Vec<String>,
    /// The group of each node.
    pub(super) of: Vec<usize>,
    /// Which colour of the palette each group has: those with the most nodes, where colours are too few.
    colours: Vec<Option<usize>>,
}

impl Grouped {
    pub(super) fn of(graph: &PathwayGraph, groups: &Groups, palette: &Palette) -> Result<Self, GraphError> {
        let texts = |by: GroupBy| -> Result<Vec<String>, GraphError> {
            Ok(by.labels(graph)?.into_iter().map(Option::unwrap_or_default).collect())
        };
        let (title, labels): (&str, Vec<String>) = match groups {
            Groups::Kind => ("", texts(GroupBy::Kind)?),
            Groups::Attribute(name) => (name, texts(GroupBy::Attribute(name.clone()))?),
            Groups::Given { title, labels } if labels.len() == graph.node_count() => (title, labels.clone()),
            Groups::Given { labels, .. } => {
                let expected = format!("one for each of the {} nodes", graph.node_count());
                return Err(GraphError::argument("the number of group labels", labels.len(), expected));
            }
            Groups::None => ("", vec![String::new(); graph.node_count()]),
        };
        let names = in_order(&labels);
        let index: BTreeMap<&str, usize> =
            names.iter().enumerate().map(|(index, name)| (name.as_str(), index)).collect();
        let of: Vec<usize> = labels.iter().map(|label| index[label.as_str()]).collect();
        let colours = colours(&names, &of, palette);
        Ok(Self { title: title.to_owned(), names, of, colours })
    }

    /// Whether there is anything to tell apart.
    pub(super) fn matter(&self) -> bool {
        self.names.len() > 1 || self.names.iter().any(|name| !name.is_empty())
    }

    /// The colour of a group.
    pub(super) fn colour<'a>(&self, group: usize, palette: &'a Palette) -> &'a str {
        self.colours[group].map_or(NEUTRAL, |index| palette.colour(index))
    }

    /// What the key says: name and colour of each group that has a colour of its own, and one for the rest.
    pub(super) fn key<'a>(&self, palette: &'a Palette) -> Vec<(String, &'a str)> {
        let mut key: Vec<(String, &str)> = Vec::new();
        let mut others: Vec<&str> = Vec::new();
        for (group, name) in self.names.iter().enumerate() {
            match self.colours[group] {
                Some(index) => key.push((name.clone(), palette.colour(index))),
                None if name.is_empty() => {}
                None => others.push(name),
            }
        }
        match others[..] {
            [] => {}
            [only] => key.push((only.to_owned(), NEUTRAL)),
            _ => key.push((format!("{} smaller", others.len()), NEUTRAL)),
        }
        if self.names.last().is_some_and(String::is_empty) {
            key.push(("none".to_owned(), NEUTRAL));
        }
        key
    }

    /// All nodes, group after group, each in the order that they had.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.of.len()).collect();
        order.sort_by_key(|&node| self.of[node]);
        order
    }
}

/// The different labels: by number where all are numbers, else as they first came; the empty one last.
pub(super) fn in_order(labels: &[String]) -> Vec<String> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, label) in labels.iter().enumerate() {
        first.entry(label).or_insert(index);
    }
    let mut names: Vec<&str> = first.keys().copied().collect();
    let numbers: Option<Vec<f64>> =
        names.iter().filter(|name| !name.is_empty()).map(|name| name.parse().ok()).collect();
    let number = |name: &str| name.parse().unwrap_or(f64::INFINITY);
    if numbers.is_some() {
        names.sort_by(|a, b| number(a).total_cmp(&number(b)));
    } else {
        names.sort_by_key(|name| (name.is_empty(), first[name]));
    }
    names.into_iter().map(str::to_owned).collect()
}

fn colours(names: &[String], of: &[usize], palette: &Palette) -> Vec<Option<usize>> {
    let mut sizes = vec![0usize; names.len()];
    for &group in of {
        sizes[group] += 1;
    }
    let mut largest: Vec<usize> = (0..names.len()).filter(|&group| !names[group].is_empty()).collect();
    largest.sort_by_key(|&group| std::cmp::Reverse(sizes[group]));
    largest.truncate(palette.len());
    largest.sort_unstable();
    let mut colours = vec![None; names.len()];
    for (index, group) in largest.into_iter().enumerate() {
        colours[group] = Some(index);
    }
    colours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(labels: &[&str], expected: &[&str]) {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        assert_eq!(in_order(&labels), expected);
    }

    #[test]
    fn order_of_groups() {
        check(&[], &[]);
        check(&["sensory", "inter", "sensory", "", "motor"], &["sensory", "inter", "motor", ""]);
        check(&["10", "9", "", "10"], &["9", "10", ""]);
        check(&["10", "9", "b"], &["10", "9", "b"]);
    }

    #[test]
    fn the_largest_groups_have_the_colours() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
        let palette = Palette::Own(vec!["#000000".to_owned(), "#ffffff".to_owned()]);
        assert_eq!(colours(&names, &[0, 1, 1, 2, 2, 2], &palette), [None, Some(0), Some(1)]);
        let key = |sizes: &[usize]| {
            let labels = ["a", "b", "c", "d"].iter().zip(sizes).flat_map(|(name, &size)| vec![*name; size]);
            let labels: Vec<&str> = labels.collect();
            let mut graph = PathwayGraph::new();
            for index in 0..labels.len() {
                graph.node(&index.to_string());
            }
            let grouped = Grouped::of(&graph, &Groups::given("", labels), &palette).unwrap();
            grouped.key(&palette).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(key(&[1, 2, 3]), ["b", "c", "a"]);
        assert_eq!(key(&[1, 2, 3, 1]), ["b", "c", "2 smaller"]);
    }
}
