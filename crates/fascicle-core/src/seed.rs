//! Random numbers that can be repeated: one run seed, and an independent stream for every named use of it.
//!
//! ```
//! use fascicle_core::seed::Seeds;
//!
//! let seeds = Seeds::new(7);
//! let weights = seeds.named("weights");
//! assert_ne!(weights, seeds.named("data"));                    // uses do not share a stream
//! assert_eq!(weights, Seeds::new(7).named("weights"));         // and do not depend on call order
//! assert_ne!(weights, seeds.child("trial 1").named("weights"));
//! ```

use burn::tensor::Device;

/// Seeds the random numbers that burn draws on `device`.
///
/// burn keeps one generator a process for the CPU devices and one for the GPU devices: threads that draw at
/// the same time share it, so a run is repeatable only when one thread draws.
pub fn seed(device: &Device, seed: u64) {
    device.seed(seed);
}

/// A run seed, from which a seed is derived for each named use.
///
/// The derived seed depends on the run seed and the name alone, so a use added later changes no other.
/// Names are hashed with FNV-1a and mixed with the finaliser of SplitMix64 (Steele, Lea & Flood 2014); both
/// are fixed for good, because published results depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seeds {
    root: u64,
}

impl Seeds {
    /// Streams of the run seed `root`.
    pub fn new(root: u64) -> Self {
        Self { root }
    }

    /// The seed of the use called `name`.
    pub fn named(&self, name: &str) -> u64 {
        mix(mix(self.root) ^ fnv1a(name))
    }

    /// The seed of the `index`th repetition of the use called `name`.
    pub fn numbered(&self, name: &str, index: u64) -> u64 {
        mix(self.named(name).wrapping_add(index.wrapping_mul(GOLDEN)))
    }

    /// Streams of their own for a part of the run, such as one trial.
    pub fn child(&self, name: &str) -> Self {
        // the complement keeps a child's root apart from the seed that `named` gives for the same name
        Self { root: !self.named(name) }
    }
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn fnv1a(name: &str) -> u64 {
    name.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn mix(z: u64) -> u64 {
    let z = z.wrapping_add(GOLDEN);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
