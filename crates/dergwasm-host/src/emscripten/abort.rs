//! Ends that a program comes to by itself: `abort`, failed assertions, checks of its runtime.

use crate::{Error, emscripten::guest::Guest};
use core::fmt;
use dergwasm_types::Escaped;

/// The program ended by `abort`, a failed assertion, an uncaught exception or the like.
///
/// The [error](crate::Error) of a call can be downcast to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abort {
    message: String,
}

impl Abort {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// Why the program ended. What the program says of it is escaped and cut.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Abort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the program aborted: {}", Escaped::message(&self.message))
    }
}

impl core::error::Error for Abort {}

pub(super) fn abort<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    guest.abort("it called abort()")
}

/// `__assert_fail(expression, file, line, function)`
pub(super) fn assert_fail<T>(
    guest: &mut Guest<'_, '_, T>,
    expression: u32,
    file: u32,
    line: u32,
    function: u32,
) -> Result<(), Error> {
    let expression = guest.text(expression)?;
    let file = if file == 0 { "unknown file".into() } else { guest.text(file)? };
    let (expression, file) = (Escaped::line(&expression), Escaped::line(&file));
    let mut message = format!("assertion failed: {expression}, at {file}:{line}");
    if function != 0 {
        message += &format!(" in {}", Escaped::line(&guest.text(function)?));
    }
    guest.abort(message)
}

/// `__handle_stack_overflow(address)`
pub(super) fn stack_overflow<T>(guest: &mut Guest<'_, '_, T>, address: u32) -> Result<(), Error> {
    guest.abort(format!(
        "its stack overflowed at address {address:#x}; a larger one can be asked for with \
         -sSTACK_SIZE"
    ))
}

/// `segfault()` of `-sSAFE_HEAP`
pub(super) fn segfault<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    guest.abort("it used memory that is not its own")
}

/// `alignfault()` of `-sSAFE_HEAP`
pub(super) fn alignfault<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    guest.abort("it used an address that is not aligned")
}
