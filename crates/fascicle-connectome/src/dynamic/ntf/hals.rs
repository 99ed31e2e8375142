//! Hierarchical alternating least squares (Cichocki & Phan 2009), with a mask.

use rayon::prelude::*;

use super::Factor;
use super::contract::{onto_last, over_last};
use super::observed::row_grams;
use super::walk::walk;
use crate::dynamic::Tensor;

/// Factors stay at least here: a component that is exactly 0 in two modes could never come back.
const FLOOR: f64 = 1e-16;

/// Less than this share of a component is next to nothing: a row that sees no more of it says nothing of it.
const NEGLIGIBLE: f64 = 1e-20;

/// The factors of a tensor while they are fitted.
pub(super) struct Fitting<'a> {
    tensor: &'a Tensor,
    pub(super) factors: Vec<Factor>,
    /// The tensor times the last factor, all modes but the last by component.
    folded: Vec<f64>,
    /// The products of the other factors' rows, likewise.
    scales: Vec<f64>,
    /// What the tensor says of one mode's factor.
    target: Vec<f64>,
}

impl<'a> Fitting<'a> {
    pub(super) fn new(tensor: &'a Tensor, factors: Vec<Factor>) -> Self {
        let rows = tensor.values().len() / tensor.width() * factors[0].rank();
        Self { tensor, factors, folded: vec![0.0; rows], scales: vec![0.0; rows], target: Vec::new() }
    }

    fn rank(&self) -> usize {
        self.factors[0].rank()
    }

    fn last(&self) -> usize {
        self.factors.len() - 1
    }

    /// Fits each mode once, the others held; components keep their scale in the last factor. Gives the relative error.
    ///
    /// The tensor times the last factor serves all modes before it, so that the tensor is read twice, whatever the number
    /// of modes.
    pub(super) fn sweep(&mut self) -> f64 {
        let (width, last) = (self.tensor.width(), self.last());
        over_last(self.tensor.values(), width, self.factors[last].values(), &mut self.folded);
        for mode in 0..last {
            self.fold(mode);
            self.update(mode);
            // at once: what one factor lacks in scale another would have in excess, and the floor would be no small number
            self.normalise(mode);
        }
        self.unfold();
        let grams = self.update(last);
        self.error(&grams)
    }

    /// The target of a mode before the last, from what is folded.
    fn fold(&mut self, mode: usize) {
        let (last, rank, tensor) = (self.last(), self.rank(), self.tensor);
        let shape = &tensor.shape()[..last];
        let size = shape[mode];
        self.target.clear();
        self.target.resize(rank * size, 0.0);
        walk(shape, &self.factors[..last], Some(mode), |row, index, product| {
            let folded = &self.folded[row * rank..][..rank];
            for (c, (folded, product)) in folded.iter().zip(product).enumerate() {
                self.target[c * size + index[mode]] += folded * product;
            }
        });
    }

    /// The products of all factors but the last.
    fn scale(&mut self) {
        let (last, rank, tensor) = (self.last(), self.rank(), self.tensor);
        walk(&tensor.shape()[..last], &self.factors[..last], None, |row, _, product| {
            self.scales[row * rank..][..rank].copy_from_slice(product);
        });
    }

    /// The target of the last mode.
    fn unfold(&mut self) {
        self.scale();
        let (width, rank) = (self.tensor.width(), self.rank());
        self.target.resize(rank * width, 0.0);
        onto_last(self.tensor.values(), width, &self.scales, rank, &mut self.target);
    }

    /// The matrix of a mode's normal equations: one for all its rows or, with a mask, one for each.
    fn grams(&self, mode: usize) -> Vec<f64> {
        if let Some(observed) = self.tensor.observed() {
            return row_grams(self.tensor.shape(), observed, &self.factors, mode);
        }
        let mut product = vec![1.0; self.rank() * self.rank()];
        for (_, factor) in self.factors.iter().enumerate().filter(|(other, _)| *other != mode) {
            product.iter_mut().zip(factor.gram()).for_each(|(product, gram)| *product *= gram);
        }
        product
    }

    /// Fits one mode to its target, component by component; gives the matrices that it used.
    fn update(&mut self, mode: usize) -> Vec<f64> {
        let grams = self.grams(mode);
        if self.tensor.observed().is_some() {
            self.update_rows(mode, &grams);
        } else {
            self.update_columns(mode, &grams);
        }
        grams
    }

    fn update_columns(&mut self, mode: usize, gram: &[f64]) {
        let (rank, factor) = (self.rank(), &mut self.factors[mode]);
        let size = factor.size();
        let mut step = vec![0.0; size];
        for (c, along) in gram.chunks_exact(rank).enumerate() {
            let curvature = along[c];
            // a component that is nothing in another mode is not determined here
            if curvature <= 0.0 {
                continue;
            }
            step.copy_from_slice(&self.target[c * size..][..size]);
            for (other, weight) in along.iter().enumerate() {
                step.iter_mut().zip(factor.component(other)).for_each(|(step, x)| *step -= weight * x);
            }
            for (x, step) in factor.component_mut(c).iter_mut().zip(&step) {
                *x = (*x + step / curvature).max(FLOOR);
            }
        }
    }

    /// The same where each row has a matrix of its own.
    fn update_rows(&mut self, mode: usize, grams: &[f64]) {
        let rank = self.rank();
        let others = |c: usize| {
            let others = self.factors.iter().enumerate().filter(|(other, _)| *other != mode);
            others.map(|(_, factor)| factor.norm(c).powi(2)).product::<f64>() * NEGLIGIBLE
        };
        let least: Vec<f64> = (0..rank).map(others).collect();
        let factor = &mut self.factors[mode];
        let size = factor.size();
        let mut x = vec![0.0; rank];
        for (row, gram) in grams.chunks_exact(rank * rank).enumerate() {
            for (c, x) in x.iter_mut().enumerate() {
                *x = factor.values()[c * size + row];
            }
            for (c, along) in gram.chunks_exact(rank).enumerate() {
                if along[c] > least[c] {
                    let modelled: f64 = along.iter().zip(&x).map(|(gram, x)| gram * x).sum();
                    x[c] = (x[c] + (self.target[c * size + row] - modelled) / along[c]).max(FLOOR);
                }
            }
            for (c, x) in x.iter().enumerate() {
                factor.values_mut()[c * size + row] = *x;
            }
        }
    }

    /// ‖Y − X‖ / ‖Y‖ over what was observed, from ‖Y‖² − 2⟨Y, X⟩ + ‖X‖², right after the last mode's update: its target
    /// gives ⟨Y, X⟩ and its matrices give ‖X‖² over what was observed, anew each time.
    fn error(&self, grams: &[f64]) -> f64 {
        let factor = self.factors[self.last()].values();
        let both: f64 = self.target.iter().zip(factor).map(|(y, x)| y * x).sum();
        let norm = self.tensor.norm();
        (norm * norm - 2.0 * both + self.model_square(grams)).max(0.0).sqrt() / norm
    }

    /// ‖X‖² over what was observed, from the matrices of the last mode's normal equations.
    fn model_square(&self, grams: &[f64]) -> f64 {
        let (rank, factor) = (self.rank(), &self.factors[self.last()]);
        if self.tensor.observed().is_none() {
            return factor.gram().iter().zip(grams).map(|(a, b)| a * b).sum();
        }
        let at = |c: usize, row: usize| factor.component(c)[row];
        let row = |(row, gram): (usize, &[f64])| {
            let along = |c: usize| (0..rank).map(|d| gram[c * rank + d] * at(d, row)).sum::<f64>();
            (0..rank).map(|c| at(c, row) * along(c)).sum::<f64>()
        };
        grams.chunks_exact(rank * rank).enumerate().map(row).sum()
    }

    /// The relative error from the residuals themselves: good to the last digits where the fit is nearly perfect.
    pub(super) fn exact_error(&mut self) -> f64 {
        self.scale();
        let (tensor, rank, width) = (self.tensor, self.rank(), self.tensor.width());
        let factor = self.factors[self.last()].values();
        let squares: Vec<f64> = tensor
            .values()
            .par_chunks(width)
            .zip(self.scales.par_chunks(rank))
            .enumerate()
            .map(|(row, (values, scales))| {
                let model = |p: usize| (0..rank).map(|c| scales[c] * factor[c * width + p]).sum::<f64>();
                let observed = |p: &usize| tensor.is_observed(row * width + p);
                (0..width).filter(observed).map(|p| (values[p] - model(p)).powi(2)).sum()
            })
            .collect();
        squares.iter().sum::<f64>().sqrt() / tensor.norm()
    }

    /// Gives every component length 1 in a mode; the last factor takes what is left, and with it what is folded.
    fn normalise(&mut self, mode: usize) {
        let (last, rank) = (self.last(), self.rank());
        for c in 0..rank {
            let norm = self.factors[mode].norm(c);
            if norm > 0.0 {
                self.factors[mode].component_mut(c).iter_mut().for_each(|value| *value /= norm);
                self.factors[last].component_mut(c).iter_mut().for_each(|value| *value *= norm);
                self.folded.iter_mut().skip(c).step_by(rank).for_each(|value| *value *= norm);
            }
        }
    }

    /// Scales all factors alike, so that the model is as large as what was observed.
    pub(super) fn match_norm(&mut self) {
        let grams = self.grams(self.last());
        let model = self.model_square(&grams).sqrt();
        if model > 0.0 {
            let scale = (self.tensor.norm() / model).powf(1.0 / self.factors.len() as f64);
            for factor in &mut self.factors {
                factor.values_mut().iter_mut().for_each(|value| *value *= scale);
            }
        }
    }
}
