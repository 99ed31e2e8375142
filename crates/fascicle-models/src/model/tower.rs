//! A probe as one part of a model of several meets it.

use burn::tensor::Tensor;

use crate::probe::Probe;
use crate::site::{Site, Tower};

/// Puts the tower into the sites that a part of a model visits.
pub(super) struct InTower<'a, P> {
    pub(super) tower: Tower,
    pub(super) probe: &'a mut P,
}

impl<P: Probe> Probe for InTower<'_, P> {
    fn wants(&self, site: Site) -> bool {
        self.probe.wants(site.in_tower(self.tower))
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        self.probe.at(site.in_tower(self.tower), x)
    }

    fn finished(&self) -> bool {
        self.probe.finished()
    }

    fn spares_logits(&self) -> bool {
        self.probe.spares_logits()
    }
}
