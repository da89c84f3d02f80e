//! Chance that can be repeated: SplitMix64.
#![allow(dead_code, reason = "each test binary uses a part of it")]

#[derive(Debug)]
pub struct Chance(pub u64);

impl Chance {
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to `most`, both included.
    pub fn upto(&mut self, most: u64) -> u64 {
        self.draw() % (most + 1)
    }

    /// True once in `every`; never for 0.
    pub fn once_in(&mut self, every: u64) -> bool {
        every != 0 && self.draw().is_multiple_of(every)
    }

    /// A length: mostly small, sometimes up to `most`.
    pub fn length(&mut self, most: u64) -> usize {
        let bound = if self.once_in(8) { most } else { most.min(64) };
        self.upto(bound) as usize
    }
}
