//! The option `--mode`.

use clap::ValueEnum;
use dergwasm::CompilationMode;

/// When functions are validated and translated.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Mode {
    /// Validate and translate a function at its first call
    Lazy,
    /// Validate everything at once, translate a function at its first call
    LazyTranslation,
    /// Validate and translate everything at once
    Eager,
}

impl From<Mode> for CompilationMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Lazy => Self::Lazy,
            Mode::LazyTranslation => Self::LazyTranslation,
            Mode::Eager => Self::Eager,
        }
    }
}
