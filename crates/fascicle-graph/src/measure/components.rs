//! Components: which nodes reach each other.

use crate::Adjacency;

/// A division of the nodes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Components {
    /// The component of each node; components are numbered in the order of their first nodes.
    pub of: Vec<u32>,
    /// How many nodes each component has.
    pub sizes: Vec<usize>,
}

impl Components {
    /// The nodes of the largest component (the first of equals), rising; empty for a graph without nodes.
    #[must_use]
    pub fn largest(&self) -> Vec<usize> {
        let Some(&greatest) = self.sizes.iter().max() else { return Vec::new() };
        let wanted = self.sizes.iter().position(|&size| size == greatest);
        (0..self.of.len()).filter(|&node| Some(self.of[node] as usize) == wanted).collect()
    }

    /// Numbers groups in the order of their first nodes; each group is known by any number below n.
    fn numbered(group: &[u32]) -> Self {
        const NEW: u32 = u32::MAX;
        let mut number = vec![NEW; group.len()];
        let mut sizes = Vec::new();
        let of = group
            .iter()
            .map(|&group| {
                let number = &mut number[group as usize];
                if *number == NEW {
                    *number = sizes.len() as u32;
                    sizes.push(0);
                }
                sizes[*number as usize] += 1;
                *number
            })
            .collect();
        Self { of, sizes }
    }
}

/// The components within which a path connects any two nodes when directions are disregarded. O(n + m), by union and find
/// with path halving.
#[must_use]
pub fn weak_components(adjacency: &Adjacency) -> Components {
    let mut parent: Vec<u32> = (0..adjacency.node_count() as u32).collect();
    let find = |parent: &mut [u32], mut node: u32| {
        while parent[node as usize] != node {
            let above = parent[parent[node as usize] as usize];
            parent[node as usize] = above;
            node = above;
        }
        node
    };
    for node in 0..adjacency.node_count() {
        let mut root = find(&mut parent, node as u32);
        for &to in adjacency.out(node) {
            let other = find(&mut parent, to);
            // The lower number becomes the root.
            let (low, high) = (root.min(other), root.max(other));
            parent[high as usize] = low;
            root = low;
        }
    }
    let roots: Vec<u32> = (0..parent.len() as u32).map(|node| find(&mut parent, node)).collect();
    Components::numbered(&roots)
}

/// The components within which every node reaches every other along directed edges (Tarjan 1972), without recursion.
/// O(n + m).
#[must_use]
pub fn strong_components(adjacency: &Adjacency) -> Components {
    const UNSEEN: u32 = u32::MAX;
    let nodes = adjacency.node_count();
    // `low` is the number of the first node of the stack that is known to be reached; done nodes have the number n.
    let (mut low, mut group) = (vec![UNSEEN; nodes], vec![0; nodes]);
    let (mut stack, mut walk): (Vec<u32>, Vec<(u32, u32, u32)>) = (Vec::new(), Vec::new());
    let mut seen = 0;
    for start in 0..nodes {
        if low[start] != UNSEEN {
            continue;
        }
        walk.push((start as u32, 0, seen));
        low[start] = seen;
        seen += 1;
        while let Some(top) = walk.last_mut() {
            let (node, number) = (top.0 as usize, top.2);
            let row = adjacency.out(node);
            let mut lowest = low[node];
            let mut down = None;
            while let Some(&to) = row.get(top.1 as usize) {
                if low[to as usize] == UNSEEN {
                    down = Some(to);
                    break;
                }
                lowest = lowest.min(low[to as usize]);
                top.1 += 1;
            }
            low[node] = lowest;
            if let Some(to) = down {
                low[to as usize] = seen;
                walk.push((to, 0, seen));
                seen += 1;
                continue;
            }
            walk.pop();
            stack.push(node as u32);
            if lowest == number {
                while let Some(&member) = stack.last()
                    && low[member as usize] >= number
                {
                    group[member as usize] = node as u32;
                    low[member as usize] = nodes as u32;
                    stack.pop();
                }
            }
        }
    }
    Components::numbered(&group)
}
