//! What a program sees of the world.

use crate::{
    sys::{Clock, FdTable, Random},
    wasi::Builder,
};
use core::fmt;

/// The world of one program: arguments, environment, descriptors, clocks and randomness.
pub struct Wasi {
    /// Without the terminating zero.
    pub(super) args: Vec<Vec<u8>>,
    /// As `KEY=VALUE`, without the terminating zero.
    pub(super) env: Vec<Vec<u8>>,
    pub(super) fds: FdTable,
    pub(super) clock: Box<dyn Clock>,
    pub(super) random: Box<dyn Random>,
}

impl Wasi {
    /// Describes a world that is empty at first: no arguments, no environment, no input, output
    /// that disappears. Only clocks and randomness are the system's.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Default for Wasi {
    fn default() -> Self {
        Self::builder().build()
    }
}

impl fmt::Debug for Wasi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lossy = |list: &[Vec<u8>]| -> Vec<String> {
            list.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
        };
        f.debug_struct("Wasi")
            .field("args", &lossy(&self.args))
            .field("env", &lossy(&self.env))
            .finish_non_exhaustive()
    }
}
