//! An input as a row of pieces, parted by NUL.

/// The pieces, the first one apart: it sets what the others are tried with.
pub fn split(input: &[u8]) -> (Settings<'_>, impl Iterator<Item = &[u8]>) {
    let mut pieces = input.split(|byte| *byte == 0);
    (Settings(pieces.next().unwrap_or_default()), pieces)
}

/// The pieces as a row that is as long as it has to be; what is missing is `None`.
pub fn row<const N: usize>(input: &[u8]) -> [Option<&[u8]>; N] {
    let mut pieces = input.splitn(N, |byte| *byte == 0);
    [(); N].map(|()| pieces.next())
}

/// Choices, one byte each; 0 where the input has none.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a>(&'a [u8]);

impl Settings<'_> {
    /// The choice at `place`, below `count`.
    pub fn choice(&self, place: usize, count: usize) -> usize {
        usize::from(self.0.get(place).copied().unwrap_or_default()) % count
    }
}
