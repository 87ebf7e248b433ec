//! What the programs in Rust share: the argument, the digest, the check of the result.

#![forbid(unsafe_code)]

use std::process::ExitCode;

/// A digest: FNV-1a of 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// Takes in bytes.
    pub fn bytes(&mut self, bytes: impl AsRef<[u8]>) {
        for &byte in bytes.as_ref() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    /// Takes in a number.
    pub fn number(&mut self, number: u64) {
        self.bytes(number.to_le_bytes());
    }

    /// Takes in a float as far as every computer agrees on it: a multiple of a millionth.
    pub fn rounded(&mut self, number: f64) {
        self.number(((number * 1e6).round() as i64).cast_unsigned());
    }

    /// The digest of all that was taken in.
    pub fn finish(self) -> u64 {
        self.0
    }
}

/// Numbers that look random and are the same everywhere: PCG of 32 bits.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A sequence of numbers; another seed gives another.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// The next number.
    pub fn next(&mut self) -> u32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let folded = (((self.0 >> 18) ^ self.0) >> 27) as u32;
        folded.rotate_right((self.0 >> 59) as u32)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u32) -> u32 {
        self.next() % limit
    }

    /// A number from 0 to 1, without 1.
    pub fn fraction(&mut self) -> f32 {
        (self.next() >> 8) as f32 / 16_777_216.0
    }
}

/// The program: does as much work as its argument says, prints the digest and checks it.
///
/// `known` holds amounts of work with the digests that they give, the usual amount first.
pub fn main(known: &[(u32, u64)], run: impl FnOnce(u32) -> u64) -> ExitCode {
    let work = match std::env::args().nth(1) {
        None => known[0].0,
        Some(word) => match word.parse() {
            Ok(work) => work,
            Err(_) => {
                eprintln!("`{word}` is no amount of work");
                return ExitCode::from(2);
            }
        },
    };
    let digest = run(work);
    println!("{digest:016x}");
    match known.iter().find(|(amount, _)| *amount == work) {
        Some((_, expected)) if *expected != digest => {
            eprintln!("wrong: expected {expected:016x}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}
