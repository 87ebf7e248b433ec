//! The kernels: small programs written for measuring, each with a result it must give.
//!
//! This file knows no engine: `peers/` includes it to run the same kernels on others.

/// One kernel: a module in the text format that exports `run(i32) -> i32` or `-> i64`.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// The file's name without `.wat`.
    pub name: &'static str,
    /// The module's text. Its comment holds one line `;; run(ARGUMENT) = RESULT`.
    pub source: &'static str,
}

impl Kernel {
    /// The argument to call `run` with and the result to expect, an `i32` sign-extended.
    ///
    /// # Panics
    ///
    /// If the source lacks its line `;; run(ARGUMENT) = RESULT`.
    #[must_use]
    pub fn check(&self) -> (i32, i64) {
        self.source
            .lines()
            .find_map(|line| {
                let (argument, result) = line.strip_prefix(";; run(")?.split_once(") = ")?;
                Some((argument.parse().ok()?, result.parse().ok()?))
            })
            .unwrap_or_else(|| panic!("{}.wat has no line `;; run(N) = RESULT`", self.name))
    }
}

macro_rules! kernels {
    ($($name:literal)*) => {
        &[$(Kernel { name: $name, source: include_str!(concat!("../wat/", $name, ".wat")) }),*]
    };
}

/// All kernels, calls first and last those that need garbage collection or exceptions.
pub const KERNELS: &[Kernel] = kernels! {
    "fib" "leaf" "indirect"
    "loop" "br_table" "globals"
    "sieve" "sort" "crc32" "memory" "keccak"
    "mandelbrot" "nbody" "matmul"
    "simd"
    "gc_trees" "gc_list" "gc_map" "gc_sort" "gc_sort_refs"
    "exn_deep" "exn_loop" "exn_none" "exn_bare"
};
