//! Numerics, rustfft and nalgebra: transforms of many lengths, and systems of equations, singular
//! values and eigenvalues.

use driver::{Digest, Random};
use nalgebra::{DMatrix, DVector};
use rustfft::{FftPlanner, num_complex::Complex};
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(100, 0xfec0_eee5_0ef8_74f2), (8, 0x0665_9d7a_3c13_61fc)];

/// Powers of two, of other primes, primes, and products of both.
const LENGTHS: [usize; 6] = [256, 243, 101, 360, 127, 125];

fn transforms(random: &mut Random, digest: &mut Digest) {
    let mut planner = FftPlanner::<f64>::new();
    for length in LENGTHS {
        let signal: Vec<_> = (0..length)
            .map(|_| Complex::new(f64::from(random.fraction()), f64::from(random.fraction())))
            .collect();
        let mut values = signal.clone();
        planner.plan_fft_forward(length).process(&mut values);
        values[..8].iter().for_each(|value| digest.rounded(value.norm_sqr()));
        planner.plan_fft_inverse(length).process(&mut values);
        for (value, before) in values.iter().zip(&signal) {
            assert!((value / length as f64 - before).norm() < 1e-9, "there and back is the same");
        }
    }
}

fn matrices(random: &mut Random, digest: &mut Digest) {
    let size = 16;
    let matrix = DMatrix::from_fn(size, size, |_, _| f64::from(random.fraction()) - 0.5);
    let right = DVector::from_fn(size, |row, _| row as f64);
    let solution = matrix.clone().lu().solve(&right).expect("a regular matrix");
    assert!((&matrix * &solution - &right).norm() < 1e-6, "a solution solves");
    let symmetric = &matrix * matrix.transpose();
    let mut values: Vec<f64> = symmetric.clone().symmetric_eigenvalues().iter().copied().collect();
    values.sort_by(f64::total_cmp);
    values.iter().for_each(|value| digest.rounded(*value));
    let mut singular: Vec<f64> = matrix.svd(true, true).singular_values.iter().copied().collect();
    singular.sort_by(f64::total_cmp);
    for (singular, value) in singular.iter().zip(&values) {
        assert!(
            (singular * singular - value).abs() < 1e-6,
            "singular values are roots of eigenvalues"
        );
    }
    let positive = symmetric + DMatrix::identity(size, size);
    digest.rounded(positive.cholesky().expect("a positive matrix").determinant().ln());
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(23);
    let mut digest = Digest::default();
    for _ in 0..work {
        transforms(&mut random, &mut digest);
        matrices(&mut random, &mut digest);
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
