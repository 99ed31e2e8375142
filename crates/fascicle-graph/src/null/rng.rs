//! Where randomness comes from: a seed and a copy's number give a generator that does not depend on threads.

use rand::SeedableRng;
use rand::rngs::StdRng;

/// The seed of one copy of many: the `copy`-th output of SplitMix64 (Steele, Lea & Flood 2014) from `seed`,
/// so that neighbouring seeds and copies share nothing.
pub(crate) fn derived(seed: u64, copy: u64) -> u64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut mixed = seed.wrapping_add(GOLDEN.wrapping_mul(copy.wrapping_add(1)));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// The generator of a seed.
pub(crate) fn generator(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

#[cfg(test)]
mod tests {
    use super::derived;

    #[test]
    fn splitmix_as_published() {
        // java.util.SplittableRandom(1234567), as in the reference C code.
        let outputs: Vec<u64> = (0..3).map(|copy| derived(1_234_567, copy)).collect();
        assert_eq!(
            outputs,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }
}
