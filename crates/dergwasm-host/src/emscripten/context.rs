//! What a program sees of the world, and what the host keeps for it between calls.

use crate::{Instance, emscripten::exception::Exceptions, sys::fs::Place, wasi::Wasi};
use core::fmt;

/// The world of one program built by Emscripten.
pub struct Emscripten {
    pub(super) wasi: Wasi,
    /// The instance that called last. A host function that the program calls through its table
    /// does not learn who called.
    pub(super) instance: Option<Instance>,
    /// The upper half of a 64-bit number that a function returned in two parts.
    pub(super) temp_ret0: u32,
    /// How many `invoke_*` are running.
    pub(super) invokes: u32,
    /// How many host functions called another one directly and wait for it.
    pub(super) host_calls: u32,
    pub(super) exceptions: Exceptions,
    /// Functions to be called at the end, each with its argument.
    pub(super) at_exit: Vec<(u32, u32)>,
    /// Where relative paths start; at first the top.
    pub(super) working_directory: Option<Place>,
}

/// The environment that programs find in Emscripten's own host.
const VARIABLES: [&str; 6] =
    ["USER=web_user", "LOGNAME=web_user", "PATH=/", "PWD=/", "HOME=/home/web_user", "LANG=C.UTF-8"];

impl Emscripten {
    /// The world of a program that finds arguments, environment, streams, clocks and files in
    /// `wasi`.
    #[must_use]
    pub fn new(wasi: Wasi) -> Self {
        Self {
            wasi,
            instance: None,
            temp_ret0: 0,
            invokes: 0,
            host_calls: 0,
            exceptions: Exceptions::default(),
            at_exit: Vec::new(),
            working_directory: None,
        }
    }

    /// Adds the variables of which the environment has none of the name.
    pub(super) fn complete_environment(&mut self) {
        for variable in VARIABLES {
            let name = &variable[..=variable.find('=').unwrap_or(0)];
            if !self.wasi.env.iter().any(|set| set.starts_with(name.as_bytes())) {
                self.wasi.env.push(variable.as_bytes().to_vec());
            }
        }
    }

    /// The part of the world that WASI describes.
    #[must_use]
    pub fn wasi(&self) -> &Wasi {
        &self.wasi
    }

    /// The part of the world that WASI describes, to change it.
    pub fn wasi_mut(&mut self) -> &mut Wasi {
        &mut self.wasi
    }
}

impl Default for Emscripten {
    fn default() -> Self {
        Self::new(Wasi::default())
    }
}

impl fmt::Debug for Emscripten {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emscripten").field("wasi", &self.wasi).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_is_completed_and_not_changed() {
        let mut world = Emscripten::new(Wasi::builder().env("HOME", "/mine").build());
        world.complete_environment();
        let env = &world.wasi.env;
        assert_eq!(env.len(), VARIABLES.len());
        assert!(env.contains(&b"HOME=/mine".to_vec()) && env.contains(&b"PATH=/".to_vec()));
    }
}
