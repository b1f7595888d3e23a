//! Chance without memory: a number from a key and a place, the same on every machine and each time.
//! Must never keep a state: what is drawn at one place may not depend on what was drawn before.

/// The finalizer of splitmix64: every input bit reaches every output bit.
const fn mixed(mut bits: u64) -> u64 {
    bits ^= bits >> 30;
    bits = bits.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits ^= bits >> 27;
    bits = bits.wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// A source of draws that are named by places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance(u64);

/// 64 drawn bits and the ways to read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw(u64);

impl Chance {
    /// A source from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(mixed(seed ^ 0x9E37_79B9_7F4A_7C15))
    }
    /// An independent source for a name, whatever other names there are.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let key = name.bytes().fold(self.0, |key, byte| mixed(key ^ u64::from(byte)));
        Self(mixed(key ^ 0xD6E8_FEB8_6659_FD93))
    }
    /// An independent source for a number.
    #[must_use]
    pub const fn at(self, place: u64) -> Self {
        Self(mixed(self.0 ^ mixed(place.wrapping_add(0x9E37_79B9_7F4A_7C15))))
    }
    /// The draw of this source under a label.
    pub const fn draw(self, label: u64) -> Draw {
        Draw(mixed(self.0.wrapping_add(label.wrapping_mul(0xA076_1D64_78BD_642F))))
    }
}

impl Draw {
    /// The bits as they are.
    pub const fn bits(self) -> u64 {
        self.0
    }
    /// One of `count` numbers from 0, for a `count` far below 2^32.
    pub const fn below(self, count: u64) -> u64 {
        ((self.0 >> 32) * count) >> 32
    }
    /// True once in `count` times.
    pub const fn one_in(self, count: u64) -> bool {
        self.below(count) == 0
    }
    /// The n-th of four independent numbers above 0 and up to 1, in steps of 2^-16.
    pub fn unit(self, index: u32) -> f64 {
        let part = u16::try_from((self.0 >> (16 * index)) & 0xFFFF).expect("sixteen bits");
        (f64::from(part) + 1.0) / 65_536.0
    }
    /// A nearly normal number with mean 0 and deviation 1, never beyond 3.47: four uniform ones
    /// added up. Bounded, so that no chance can throw a price out of the world.
    pub fn normal(self) -> f64 {
        let sum: u64 = (0..4).map(|index| (self.0 >> (16 * index)) & 0xFFFF).sum();
        let sum = u32::try_from(sum).expect("four times sixteen bits");
        (f64::from(sum) - 131_070.0) / 37_837.227
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn draws_have_the_moments_they_promise() {
        let source = Chance::new(7).named("AAPL");
        let draws: Vec<f64> = (0..100_000).map(|place| source.at(place).draw(1).normal()).collect();
        let count = 100_000.0;
        let mean = draws.iter().sum::<f64>() / count;
        let square = draws.iter().map(|draw| draw * draw).sum::<f64>() / count;
        let pairs = draws.windows(2).map(|pair| pair[0] * pair[1]).sum::<f64>() / count;
        assert!(mean.abs() < 0.01, "mean {mean}");
        assert!((square - 1.0).abs() < 0.02, "variance {square}");
        assert!(pairs.abs() < 0.01, "neighbours {pairs}");
    }

    #[test]
    fn draws_are_the_same_on_every_machine() {
        let source = Chance::new(42);
        assert_eq!(source.named("SPY").at(3).draw(9).bits(), 9_060_522_199_595_891_453);
    }

    #[test]
    fn one_in_ten_is_one_in_ten() {
        let source = Chance::new(1);
        let hits = (0..100_000).filter(|&place| source.at(place).draw(0).one_in(10)).count();
        assert!((9_700..10_300).contains(&hits), "{hits}");
    }
}
