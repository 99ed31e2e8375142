//! How often a chain is in each state in the long run.

use super::{Chain, HmmError};

impl Chain {
    /// The distribution π with π A = π: the share of bins in each state over a long time.
    ///
    /// By the elimination of Grassmann, Taksar and Heyman (1985), which subtracts nothing and so keeps the relative accuracy
    /// of every share. States that the chain leaves for good have share 0. O(S³).
    ///
    /// # Errors
    /// [`HmmError::NotUnique`] when there are several groups of states that the chain never leaves.
    pub fn stationary(&self) -> Result<Vec<f64>, HmmError> {
        let states = self.states();
        let reach = self.reachable();
        let reaches = |from: usize, to: usize| reach[from * states + to];
        let recurrent =
            |state: &usize| (0..states).all(|other| !reaches(*state, other) || reaches(other, *state));
        let closed: Vec<usize> = (0..states).filter(recurrent).collect();
        // Each class counts once, by its first state.
        let is_first = |state: &&usize| (0..**state).all(|other| !(reaches(**state, other)));
        let classes = closed.iter().filter(is_first).count();
        if classes > 1 {
            return Err(HmmError::NotUnique { classes });
        }
        let inner: Vec<f64> = closed
            .iter()
            .flat_map(|from| closed.iter().map(move |to| self.transition()[from * states + to]))
            .collect();
        let mut shares = vec![0.0; states];
        for (state, share) in closed.iter().zip(eliminate(inner, closed.len())) {
            shares[*state] = share;
        }
        Ok(shares)
    }

    /// Whether one state is ever followed, after any number of steps, by another, [from][to]; each follows itself.
    fn reachable(&self) -> Vec<bool> {
        let states = self.states();
        let mut reach: Vec<bool> = self.transition().iter().map(|probability| *probability > 0.0).collect();
        for state in 0..states {
            reach[state * states + state] = true;
        }
        for through in 0..states {
            for from in 0..states {
                for to in 0..states {
                    reach[from * states + to] |=
                        reach[from * states + through] && reach[through * states + to];
                }
            }
        }
        reach
    }
}

/// Takes states out one by one from the last, so that the rest watches the chain only while it is in the rest.
fn eliminate(mut p: Vec<f64>, n: usize) -> Vec<f64> {
    for out in (1..n).rev() {
        let leaving: f64 = p[out * n..][..out].iter().sum();
        for from in 0..out {
            p[from * n + out] /= leaving;
        }
        for from in 0..out {
            for to in 0..out {
                p[from * n + to] += p[from * n + out] * p[out * n + to];
            }
        }
    }
    let mut shares = vec![1.0; n];
    for state in 1..n {
        shares[state] = (0..state).map(|from| shares[from] * p[from * n + state]).sum();
    }
    let sum: f64 = shares.iter().sum();
    shares.iter().map(|share| share / sum).collect()
}
