//! Probes: what visits the sites of a forward pass.
//!
//! Capturing activations, changing them, tapping gradients and stopping early are all probes; a model's
//! forward is generic over the probe, so that [`NoProbe`] compiles away. Probes compose as tuples.

use burn::tensor::Tensor;

use crate::site::Site;

/// Visits the sites of one forward pass, in the order of the computation.
///
/// A visit may return the tensor as it is, or another of the same shape, with which the pass goes on.
pub trait Probe {
    /// Whether this probe wants to visit `site`.
    ///
    /// Some sites cost extra (per-head results, norm scales, attention scores and patterns): the model builds
    /// them only for a probe that wants them. A site that is not wanted is not visited.
    fn wants(&self, site: Site) -> bool;

    /// Visits `site`, whose whole tensor is `x` (its shape is that of [`SiteKind::axes`](crate::SiteKind::axes)).
    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D>;

    /// Whether the pass may stop: the model asks after each block and before the output layers.
    fn finished(&self) -> bool {
        false
    }

    /// Whether the pass may leave out the scores over the vocabulary, for a caller that needs those of single positions
    /// and asks [`Transformer::logits_at`](crate::Transformer::logits_at) for them. They are there all the same where a
    /// probe wants to see them.
    fn spares_logits(&self) -> bool {
        false
    }
}

/// Looks at nothing, costs nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

impl Probe for NoProbe {
    #[inline(always)]
    fn wants(&self, _site: Site) -> bool {
        false
    }

    #[inline(always)]
    fn at<const D: usize>(&mut self, _site: Site, x: Tensor<D>) -> Tensor<D> {
        x
    }
}

impl<P: Probe> Probe for &mut P {
    fn wants(&self, site: Site) -> bool {
        (**self).wants(site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        (**self).at(site, x)
    }

    fn finished(&self) -> bool {
        (**self).finished()
    }

    fn spares_logits(&self) -> bool {
        (**self).spares_logits()
    }
}

/// Both, the left one first: what the right one sees is what the left one made of it.
impl<A: Probe, B: Probe> Probe for (A, B) {
    fn wants(&self, site: Site) -> bool {
        self.0.wants(site) || self.1.wants(site)
    }

    fn at<const D: usize>(&mut self, site: Site, x: Tensor<D>) -> Tensor<D> {
        let x = visit(&mut self.0, site, x);
        visit(&mut self.1, site, x)
    }

    fn finished(&self) -> bool {
        self.0.finished() && self.1.finished()
    }

    fn spares_logits(&self) -> bool {
        self.0.spares_logits() || self.1.spares_logits()
    }
}

/// `x`, passed through the probe if it wants the site.
#[inline(always)]
pub(crate) fn visit<P: Probe, const D: usize>(probe: &mut P, site: Site, x: Tensor<D>) -> Tensor<D> {
    if probe.wants(site) { probe.at(site, x) } else { x }
}
