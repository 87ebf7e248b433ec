//! What the fuzz targets do with an input. Each target is a module with a function `run` that
//! returns or panics; a panic is a finding, and so is an end of the process.
//!
//! Knows nothing of the fuzzer, so that `corpus` runs inputs on any toolchain.

pub mod allocation;
pub mod api;
pub mod control;
pub mod decode;
pub mod execute;
pub mod failing;
pub mod gc;
mod observe;
mod pool;
pub mod wasi;

/// A target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Its name, which is that of its module.
    pub name: &'static str,
    /// Runs it on an input.
    pub run: fn(&[u8]),
    /// What it saw, for comparing two builds of the engine.
    pub observed: Option<fn(&[u8]) -> String>,
}

/// All targets.
pub const TARGETS: [Target; 7] = [
    Target { name: "decode", run: decode::run, observed: None },
    Target { name: "execute", run: execute::run, observed: Some(execute::observed) },
    Target { name: "api", run: api::run, observed: None },
    Target { name: "gc", run: gc::run, observed: None },
    Target { name: "control", run: control::run, observed: Some(control::observed) },
    Target { name: "wasi", run: wasi::run, observed: None },
    Target { name: "allocation", run: allocation::run, observed: None },
];
