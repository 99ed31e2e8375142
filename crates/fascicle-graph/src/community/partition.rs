//! A partition of a graph's nodes into communities.

use crate::{Adjacency, GraphError};

/// Which community each node is in. Communities are numbered 0…k−1 from the largest to the smallest, those of one size
/// by their first node: two partitions are equal when they put the same nodes together, whatever they were called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Partition {
    labels: Vec<u32>,
    sizes: Vec<usize>,
}

impl Partition {
    /// From one label a node, of any numbering. O(n log n).
    #[must_use]
    pub fn new(labels: &[u32]) -> Self {
        let mut order: Vec<u32> = (0..labels.len() as u32).collect();
        order.sort_by_key(|&node| labels[node as usize]);
        let mut groups: Vec<&[u32]> =
            order.chunk_by(|&a, &b| labels[a as usize] == labels[b as usize]).collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group[0]));
        let mut out = vec![0; labels.len()];
        for (label, group) in groups.iter().enumerate() {
            for &node in *group {
                out[node as usize] = label as u32;
            }
        }
        Self { labels: out, sizes: groups.iter().map(|group| group.len()).collect() }
    }

    /// Every node alone.
    #[must_use]
    pub fn singletons(nodes: usize) -> Self {
        Self { labels: (0..nodes as u32).collect(), sizes: vec![1; nodes] }
    }

    /// All nodes together.
    #[must_use]
    pub fn whole(nodes: usize) -> Self {
        Self { labels: vec![0; nodes], sizes: if nodes == 0 { Vec::new() } else { vec![nodes] } }
    }

    /// The community of each node.
    #[must_use]
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The community of a node.
    #[must_use]
    pub fn label(&self, node: usize) -> usize {
        self.labels[node] as usize
    }

    /// How many communities there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    /// How many nodes there are.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.labels.len()
    }

    /// The size of each community, falling.
    #[must_use]
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The nodes of each community, rising. O(n).
    #[must_use]
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = self.sizes.iter().map(|&size| Vec::with_capacity(size)).collect();
        for (node, &label) in self.labels.iter().enumerate() {
            members[label as usize].push(node);
        }
        members
    }

    /// The partition of the nodes that `coarser`, a partition of these communities, amounts to.
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when `coarser` is not over as many nodes as there are communities here.
    pub fn coarsened(&self, coarser: &Self) -> Result<Self, GraphError> {
        coarser.check(self.count())?;
        let labels: Vec<u32> = self.labels.iter().map(|&label| coarser.labels[label as usize]).collect();
        Ok(Self::new(&labels))
    }

    /// The graph of communities: the weight between two is that of all edges between their nodes, a self-loop's is that of
    /// the edges inside. Its modularity under [`Partition::singletons`] is the graph's under this partition. O(m log m).
    ///
    /// # Errors
    /// [`GraphError::BadArgument`] when the graph has another number of nodes.
    pub fn contract(&self, graph: &Adjacency) -> Result<Adjacency, GraphError> {
        self.check(graph.node_count())?;
        let ends = graph.edges().map(|(from, to, weight)| (self.label(from), self.label(to), weight));
        Adjacency::from_edges(self.count(), graph.is_directed(), ends)
    }

    /// Whether the partition is one of so many nodes.
    pub(crate) fn check(&self, nodes: usize) -> Result<(), GraphError> {
        if self.labels.len() == nodes {
            return Ok(());
        }
        Err(GraphError::argument(
            "the partition's length",
            self.labels.len(),
            format!("one label for each of the {nodes} nodes"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(labels: &[u32], canonical: &[u32], sizes: &[usize]) {
        let partition = Partition::new(labels);
        assert_eq!((partition.labels(), partition.sizes()), (canonical, sizes));
        assert_eq!(partition.count(), sizes.len());
        let total: usize = partition.members().iter().map(Vec::len).sum();
        assert_eq!(total, labels.len());
    }

    #[test]
    fn labels_are_by_falling_size_then_first_node() {
        check(&[], &[], &[]);
        check(&[7], &[0], &[1]);
        check(&[5, 5, 2, 2, 2], &[1, 1, 0, 0, 0], &[3, 2]);
        check(&[9, 3, 9, 3], &[0, 1, 0, 1], &[2, 2]);
        check(&[u32::MAX, 0, 1], &[0, 1, 2], &[1, 1, 1]);
    }

    #[test]
    fn contraction_keeps_every_weight() {
        let graph =
            Adjacency::from_edges(4, false, [(0, 1, 2.0), (1, 2, 3.0), (2, 3, 4.0), (3, 3, 1.0)]).unwrap();
        let small = Partition::new(&[0, 0, 1, 1]).contract(&graph).unwrap();
        assert_eq!(small.edges().collect::<Vec<_>>(), [(0, 0, 2.0), (0, 1, 3.0), (1, 1, 5.0)]);
    }

    #[test]
    fn coarsening_composes() {
        let fine = Partition::new(&[0, 0, 1, 2, 3]);
        let coarse = fine.coarsened(&Partition::new(&[0, 1, 1, 1])).unwrap();
        assert_eq!(coarse, Partition::new(&[0, 0, 1, 1, 1]));
    }

    #[test]
    fn lengths_must_agree() {
        let error = Partition::whole(3).coarsened(&Partition::whole(3)).unwrap_err();
        insta::assert_snapshot!(error, @"the partition's length is 3; expected one label for each of the 1 nodes");
    }
}
