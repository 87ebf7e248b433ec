//! Leaving functions without returning: `longjmp` and thrown C++ exceptions.
//!
//! Both are errors of a host function on their way to the innermost `invoke_*`.

use crate::{
    Error,
    emscripten::{abort::Abort, guest::Guest},
};
use core::fmt;

/// The program is leaving functions; the next `invoke_*` stops it.
#[derive(Debug)]
pub(super) enum Unwind {
    Longjmp,
    Exception,
}

impl fmt::Display for Unwind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Longjmp => "a longjmp left all functions of the program",
            Self::Exception => "a C++ exception left all functions of the program",
        })
    }
}

impl core::error::Error for Unwind {}

impl Unwind {
    pub(super) fn is(error: &Error) -> bool {
        error.downcast_ref::<Self>().is_some()
    }

    /// The error that carries it to the `invoke_*`.
    pub(super) fn into_error(self) -> Error {
        Error::new(self).without_backtrace()
    }
}

/// `_emscripten_throw_longjmp`: the program has noted where to already.
pub(super) fn throw_longjmp<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    if guest.state().invokes == 0 {
        return Err(Error::new(Abort::new("longjmp to a setjmp whose function has returned")));
    }
    Err(Unwind::Longjmp.into_error())
}

/// `emscripten_longjmp(env, value)`, where the program leaves all of it to the host.
pub(super) fn longjmp<T>(guest: &mut Guest<'_, '_, T>, env: u32, value: u32) -> Result<(), Error> {
    guest.require(&["setThrew", "_setThrew"], &[env, value.max(1)])?;
    throw_longjmp(guest)
}
