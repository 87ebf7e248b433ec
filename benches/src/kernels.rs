//! The kernels: small programs written for measuring, each with a result it must give.
//!
//! This file knows no engine: `peers/` includes it to run the same kernels on others.

/// Which kernels may guide work on speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Free to be looked at, listed and optimised for.
    Tuning,
    /// Only ever timed: what pays here pays for programs nobody tuned for.
    Untouched,
}

impl Half {
    /// Both halves.
    pub const ALL: [Self; 2] = [Self::Tuning, Self::Untouched];

    /// The name of its folder.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tuning => "tuning",
            Self::Untouched => "untouched",
        }
    }
}

/// What a kernel needs beyond WebAssembly 2.0 without vectors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// Vectors of 128 bits.
    Simd,
    /// Memories with 64-bit addresses.
    Memory64,
    /// `return_call` and its kin.
    TailCalls,
    /// Structures and arrays that are collected.
    Gc,
    /// `throw` and `try_table`.
    Exceptions,
}

/// One kernel: a module that exports `run(i32) -> i32` or `-> i64`.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// The file's name without its ending.
    pub name: &'static str,
    /// The half it belongs to.
    pub half: Half,
    /// The module, as text (a `.wat`) or binary.
    pub bytes: &'static [u8],
    /// What the module is made from. Its comment holds one or two lines `run(ARGUMENT) = RESULT`.
    pub source: &'static str,
    /// What an engine must have to run it.
    pub needs: &'static [Feature],
}

impl Kernel {
    /// The argument to measure `run` with and the result to expect, an `i32` sign-extended.
    ///
    /// # Panics
    ///
    /// If the source lacks its line `run(ARGUMENT) = RESULT`.
    #[must_use]
    pub fn check(&self) -> (i32, i64) {
        self.checks().next().unwrap_or_else(|| panic!("{} has no `run(N) = RESULT`", self.name))
    }

    /// The same with a smaller argument where the source has a second line: for slow builds.
    ///
    /// # Panics
    ///
    /// As [`Kernel::check`].
    #[must_use]
    pub fn quick_check(&self) -> (i32, i64) {
        self.checks().nth(1).unwrap_or_else(|| self.check())
    }

    fn checks(&self) -> impl Iterator<Item = (i32, i64)> {
        self.source.lines().filter_map(|line| {
            let line = line.strip_prefix(";; run(").or_else(|| line.strip_prefix("// run("))?;
            let (argument, result) = line.split_once(") = ")?;
            Some((argument.parse().ok()?, result.parse().ok()?))
        })
    }
}

macro_rules! kernels {
    ($($half:ident $folder:literal $source:literal $binary:literal:
        $($name:literal $(($($need:ident)*))?),*;)*) => {
        &[$($(Kernel {
            name: $name,
            half: Half::$half,
            bytes: include_bytes!(concat!("../kernels/", $folder, "/", $name, $binary)),
            source: include_str!(concat!("../kernels/", $folder, "/", $name, $source)),
            needs: &[$($(Feature::$need),*)?],
        }),*),*]
    };
}

/// All kernels, the tuning half first.
pub const KERNELS: &[Kernel] = kernels! {
    Tuning "tuning" ".wat" ".wat":
        "fib", "leaf", "indirect", "tail_loop"(TailCalls),
        "loop", "br_table", "globals",
        "sieve", "sort", "crc32", "memory", "keccak", "memory64_sieve"(Memory64),
        "mandelbrot", "nbody", "matmul",
        "simd"(Simd),
        "gc_trees"(Gc), "gc_list"(Gc), "gc_map"(Gc), "gc_sort"(Gc), "gc_sort_refs"(Gc),
        "exn_deep"(Exceptions), "exn_loop"(Exceptions), "exn_none"(Exceptions), "exn_bare";
    Tuning "tuning" ".c" ".wasm":
        "words", "strings", "waves",
        "simd_filter"(Simd), "simd_julia"(Simd);
    Untouched "untouched" ".wat" ".wat":
        "mutual", "globals_random", "tail_scanner"(TailCalls), "memory64_heap"(Memory64);
    Untouched "untouched" ".c" ".wasm":
        "formatter", "json", "lisp", "vm", "lz", "regex", "editor",
        "allocator", "objects", "treap", "sorts",
        "bigint", "chacha", "sha256", "siphash", "levenshtein", "life",
        "fft", "lu", "ray",
        "simd_heat"(Simd), "simd_text"(Simd), "simd_stripes"(Simd);
};
