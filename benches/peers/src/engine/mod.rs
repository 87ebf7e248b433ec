//! What every engine must be able to do here, and the list of those built in.

#[cfg(feature = "dergwasm")]
mod dergwasm;
#[cfg(feature = "silverfir")]
mod silverfir;
#[cfg(feature = "stitch")]
mod stitch;
#[cfg(feature = "submilli")]
mod submilli;
#[cfg(feature = "tinywasm")]
mod tinywasm;
#[cfg(feature = "wasm3")]
mod wasm3;
mod wasmi;
#[cfg(feature = "wasmtime")]
mod wasmtime;

use std::error::Error;

/// What went wrong inside an engine.
pub type Failure = Box<dyn Error>;

/// When a module's functions are translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All at load.
    Eager,
    /// Validated at load, translated at the first call.
    LazyTranslation,
    /// Validated and translated at the first call.
    Lazy,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::LazyTranslation, Self::Lazy, Self::Eager];

    /// The name in the tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Eager => "eager",
            Self::LazyTranslation => "lazy-translation",
            Self::Lazy => "lazy",
        }
    }

    /// The mode of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// An engine under test. Every measurement goes through these functions.
pub trait Engine {
    /// The name in the tables.
    fn name(&self) -> &'static str;

    /// Whether no kernel brings the process down; otherwise each is tried in another one first.
    fn is_robust(&self) -> bool {
        false
    }

    /// Whether the engine has a mode of translation.
    fn has(&self, mode: Mode) -> bool;

    /// Whether the engine reads large modules in a time worth waiting for.
    fn takes_large(&self) -> bool {
        true
    }

    /// Reads a module in a mode the engine has, and drops it.
    fn load(&self, wasm: &[u8], mode: Mode) -> Result<(), Failure>;

    /// The same with as many threads as the engine takes.
    fn load_on_threads(&self, wasm: &[u8], mode: Mode) -> Result<(), Failure> {
        self.load(wasm, mode)
    }

    /// The sizes of all internal code and of all function bodies, if the engine can tell.
    fn code_bytes(&self, _wasm: &[u8]) -> Option<Result<(usize, usize), Failure>> {
        None
    }

    /// Instantiates a module, whose only import may be `env.next: (i32) -> i32`, which adds one.
    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure>;

    /// A loop that creates `count` instances of a module without imports, the module loaded once.
    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure>;
}

/// An instance whose export `run` takes an `i32` and returns an `i32` or an `i64`.
pub trait Program {
    /// Calls `run` once; an `i32` is sign-extended.
    fn run(&mut self, argument: i32) -> Result<i64, Failure>;

    /// Calls `run` with 0, 1, … `count - 1` in the engine's fastest way and adds the results.
    fn run_many(&mut self, count: i32) -> Result<i64, Failure>;

    /// Collects the objects that are no longer reachable; whether the engine does such a thing.
    fn collect(&mut self) -> bool {
        false
    }
}

/// The engines, the baseline of all ratios first.
pub fn engines() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(wasmi::Wasmi),
        #[cfg(feature = "dergwasm")]
        Box::new(dergwasm::Dergwasm),
        #[cfg(feature = "silverfir")]
        Box::new(silverfir::Silverfir),
        #[cfg(feature = "stitch")]
        Box::new(stitch::Stitch),
        #[cfg(feature = "tinywasm")]
        Box::new(tinywasm::Tinywasm),
        #[cfg(feature = "submilli")]
        Box::new(submilli::Submilli),
        #[cfg(feature = "wasm3")]
        Box::new(wasm3::Wasm3),
        #[cfg(feature = "wasmtime")]
        Box::new(wasmtime::Wasmtime::Pulley),
        #[cfg(feature = "wasmtime")]
        Box::new(wasmtime::Wasmtime::Cranelift),
    ]
}
