//! Where in its layer each node stands: as straight before its neighbours as the distances allow.

use super::order::Levels;

/// How often the layers are gone through.
const SWEEPS: usize = 16;

/// A place for each node along its layer, in the order given. `half` is half the room that a node takes along
/// the layer; `straight` says how much an edge between two nodes wants to be straight.
pub(super) fn places(levels: &Levels, half: &[f64], straight: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    let mut places = vec![0.0; half.len()];
    for row in &levels.rows {
        let length: f64 = row.iter().map(|&node| 2.0 * half[node]).sum();
        let mut at = -length / 2.0;
        for &node in row {
            places[node] = at + half[node];
            at += 2.0 * half[node];
        }
    }
    for sweep in 0..SWEEPS {
        let down = sweep % 2 == 0;
        let rows: Vec<usize> =
            if down { (0..levels.rows.len()).collect() } else { (0..levels.rows.len()).rev().collect() };
        for row in rows {
            // At last both sides count, or the last sweep would have it all.
            let sides: &[&Vec<Vec<usize>>] = match (sweep + 4 >= SWEEPS, down) {
                (true, _) => &[&levels.before, &levels.after],
                (false, true) => &[&levels.before],
                (false, false) => &[&levels.after],
            };
            settle(&levels.rows[row], half, &mut places, |node, places| {
                let mut sum = (0.0, 0.0);
                for &other in sides.iter().flat_map(|side| &side[node]) {
                    let weight = straight(node, other);
                    sum = (sum.0 + weight * places[other], sum.1 + weight);
                }
                if sum.1 > 0.0 { (sum.0 / sum.1, sum.1) } else { (places[node], 0.05) }
            });
        }
    }
    places
}

/// Moves the nodes of a layer to where `wish` wants them (a place and a weight), in order and apart: the
/// least squares solution, by pooling adjacent violators (Ayer et al. 1955) of the places less what lies
/// before them. O(n).
fn settle(row: &[usize], half: &[f64], places: &mut [f64], wish: impl Fn(usize, &[f64]) -> (f64, f64)) {
    // Each block: mean wish, weight, how many nodes.
    let mut blocks: Vec<(f64, f64, usize)> = Vec::new();
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(row.len());
    for (index, &node) in row.iter().enumerate() {
        if index > 0 {
            offset += half[row[index - 1]] + half[node];
        }
        offsets.push(offset);
        let (place, weight) = wish(node, places);
        let mut block = (place - offset, weight, 1);
        while let Some(&last) = blocks.last()
            && last.0 > block.0
        {
            let weight = last.1 + block.1;
            block = ((last.0 * last.1 + block.0 * block.1) / weight, weight, last.2 + block.2);
            blocks.pop();
        }
        blocks.push(block);
    }
    let means = blocks.iter().flat_map(|&(mean, _, count)| std::iter::repeat_n(mean, count));
    for ((&node, offset), mean) in row.iter().zip(offsets).zip(means) {
        places[node] = mean + offset;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn settling() {
        let mut places = vec![0.0; 3];
        let wishes = [5.0, 5.0, 30.0];
        settle(&[0, 1, 2], &[1.0, 2.0, 1.0], &mut places, |node, _| (wishes[node], 1.0));
        assert_eq!(places, [3.5, 6.5, 30.0]);
    }

    proptest! {
        #[test]
        fn nodes_keep_order_and_distance(wishes in prop::collection::vec((-50.0..50.0f64, 0.5..4.0f64), 1..20)) {
            let row: Vec<usize> = (0..wishes.len()).collect();
            let half: Vec<f64> = wishes.iter().map(|wish| wish.1).collect();
            let mut places = vec![0.0; row.len()];
            settle(&row, &half, &mut places, |node, _| (wishes[node].0, 1.0));
            for pair in row.windows(2) {
                let apart = places[pair[1]] - places[pair[0]];
                prop_assert!(apart >= half[pair[0]] + half[pair[1]] - 1e-9);
            }
            // Least squares with equal weights keeps the sum.
            let (wished, got): (f64, f64) = (wishes.iter().map(|wish| wish.0).sum(), places.iter().sum());
            prop_assert!((wished - got).abs() < 1e-6);
        }
    }
}
