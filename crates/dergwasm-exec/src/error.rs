//! What can go wrong while a module is made, linked or run.

use crate::Machine;
use crate::backtrace::Backtrace;
use alloc::{
    boxed::Box,
    string::{String, ToString as _},
};
use core::fmt::{self, Write as _};
use dergwasm_decode::DecodeError;
use dergwasm_store::{Hold, StoreError, TagAddr};
use dergwasm_types::{Escaped, Escaping, ExternType, Trap};

type HostError = Box<dyn core::error::Error + Send + Sync>;

/// Why something could not be done. One word wide.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What a trap is about, where its own message leaves that open.
    about: Option<Box<str>>,
    backtrace: Option<Backtrace>,
    /// What a wait that was interrupted leaves for its repetition.
    progress: Option<u64>,
    /// Of a trap with which a run pauses before an instruction or host call, to be done again: how
    /// much fuel that needs.
    pause: Option<u64>,
}

/// The kinds of [`Error`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Bytes were not accepted as a module.
    Decode(DecodeError),
    /// A module's imports could not be satisfied.
    Link(LinkError),
    /// Execution stopped abnormally.
    Trap(Trap),
    /// An exception that no code caught.
    Exception(Exception),
    /// The program asked to end with this status.
    Exit(i32),
    /// A function is too large to be translated; the message says where and how.
    Limit(String),
    /// The store refused: a limit, memory, or bounds.
    Store(StoreError),
    /// The embedder used the interface wrongly; the message says how.
    Usage(String),
    /// A host function failed with an error of its own.
    Host(HostError),
}

impl Error {
    /// An error of the embedder's own, as a host function returns it.
    ///
    /// It passes through WebAssembly unchanged; see [`Error::downcast_ref`].
    pub fn new(error: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        Self::from(ErrorKind::Host(error.into()))
    }

    /// An error that is only a message.
    pub fn msg(message: impl Into<String>) -> Self {
        Self::new(message.into())
    }

    /// The wish to end the program with a status, as `proc_exit` makes it.
    #[must_use]
    pub fn exit(status: i32) -> Self {
        Self::from(ErrorKind::Exit(status))
    }

    /// That an interrupt ended the wait of a host function, which did nothing else yet.
    ///
    /// The machine stops with [`Trap::Interrupted`]. A run that is resumed calls the function
    /// again, with the same arguments; [`MachineMut::take_progress`](crate::MachineMut::take_progress)
    /// then gives it `progress`, for example when the wait began, so that it does not wait longer
    /// in all.
    #[must_use]
    pub fn interrupted(progress: u64) -> Self {
        let mut error = Self::pause(Trap::Interrupted, 0);
        error.0.progress = Some(progress);
        error
    }

    /// What a wait that was interrupted leaves for its repetition, if this is one.
    pub(crate) fn progress(&self) -> Option<u64> {
        self.0.progress
    }

    /// The same error, where nothing can be done again.
    pub(crate) fn without_pause(mut self) -> Self {
        (self.0.progress, self.0.pause) = (None, None);
        self
    }

    /// The same error, with what it is about behind its message.
    ///
    /// ```
    /// use dergwasm_exec::Error;
    /// use dergwasm_types::Trap;
    ///
    /// let error = Error::from(Trap::UnknownImport).about("`env`.`play`");
    /// assert_eq!(error.to_string(), "trap: unknown import called: `env`.`play`");
    /// ```
    #[must_use]
    pub fn about(mut self, about: impl Into<Box<str>>) -> Self {
        self.0.about = Some(about.into());
        self
    }

    /// The trap of a run that pauses before an instruction or host call which did nothing yet; how
    /// much fuel that needs.
    pub(crate) fn pause(trap: Trap, fuel: u64) -> Self {
        let mut error = Self::from(trap);
        error.0.pause = Some(fuel);
        error
    }

    /// Why a run pauses before what failed with this error, and how much fuel that needs.
    pub(crate) fn pauses(&self) -> Option<(Trap, u64)> {
        Some((self.trap()?, self.0.pause?))
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::from(ErrorKind::Usage(message.into()))
    }

    /// What kind of error it is.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The trap, if it is one.
    #[must_use]
    pub fn trap(&self) -> Option<Trap> {
        match self.0.kind {
            ErrorKind::Trap(trap) => Some(trap),
            _ => None,
        }
    }

    /// The exit status, if the program asked to end.
    #[must_use]
    pub fn exit_status(&self) -> Option<i32> {
        match self.0.kind {
            ErrorKind::Exit(status) => Some(status),
            _ => None,
        }
    }

    /// The exception, if it is one that no code caught.
    #[must_use]
    pub fn exception(&self) -> Option<&Exception> {
        match &self.0.kind {
            ErrorKind::Exception(exception) => Some(exception),
            _ => None,
        }
    }

    /// Where WebAssembly was when the error arose, innermost call first.
    #[must_use]
    pub fn backtrace(&self) -> Option<&Backtrace> {
        self.0.backtrace.as_ref()
    }

    /// The same error, never with a backtrace: for one by which a host function jumps to another
    /// that catches it, so that nobody reads it.
    #[must_use]
    pub fn without_backtrace(mut self) -> Self {
        self.0.backtrace = Some(Backtrace::default());
        self
    }

    pub(crate) fn with_backtrace(mut self, backtrace: impl FnOnce() -> Backtrace) -> Self {
        if self.0.backtrace.is_none() && self.exit_status().is_none() {
            self.0.backtrace = Some(backtrace());
        }
        self
    }

    /// The host's own error, if it is an `E`.
    #[must_use]
    pub fn downcast_ref<E: core::error::Error + 'static>(&self) -> Option<&E> {
        match &self.0.kind {
            ErrorKind::Host(error) => error.downcast_ref(),
            _ => None,
        }
    }

    /// Takes the host's own error out, if it is an `E`.
    ///
    /// # Errors
    /// The error itself, if it is something else.
    pub fn downcast<E: core::error::Error + 'static>(self) -> Result<E, Self> {
        let Inner { kind, about, backtrace, progress, pause } = *self.0;
        let kind = match kind {
            ErrorKind::Host(error) => match error.downcast::<E>() {
                Ok(error) => return Ok(*error),
                Err(error) => ErrorKind::Host(error),
            },
            other => other,
        };
        Err(Self(Box::new(Inner { kind, about, backtrace, progress, pause })))
    }
}

/// An exception outside of WebAssembly: thrown there and caught by no code, or made by the
/// embedder to be thrown.
///
/// A host function that returns it as its error throws it in the code that called. The exception
/// lives as long as this.
#[derive(Clone, Debug)]
pub struct Exception {
    machine: usize,
    reference: u64,
    tag: TagAddr,
    /// The values, in words.
    values: Box<str>,
    _hold: Hold,
}

impl Exception {
    /// The exception that a reference leads to, and its tag.
    pub(crate) fn new(machine: &mut Machine, reference: u64, tag: TagAddr) -> Self {
        let values = machine.describe_exception(reference, tag).into();
        let hold = machine.store.hold(alloc::vec![reference]);
        Self { machine: machine.id, reference, tag, values, _hold: hold }
    }

    /// Its tag.
    #[must_use]
    pub fn tag(&self) -> TagAddr {
        self.tag
    }

    /// The reference to it: an `exnref`.
    #[must_use]
    pub fn reference(&self) -> u64 {
        self.reference
    }

    /// Whether it is one of this machine.
    #[must_use]
    pub fn is_of(&self, machine: &Machine) -> bool {
        self.machine == machine.id
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uncaught exception of tag {}: {}", self.tag, self.values)
    }
}

impl From<Exception> for Error {
    fn from(exception: Exception) -> Self {
        Self::from(ErrorKind::Exception(exception))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(Inner { kind, about: None, backtrace: None, progress: None, pause: None }))
    }
}

macro_rules! from {
    ($($T:ident => $Kind:ident;)*) => { $(
        impl From<$T> for Error {
            fn from(error: $T) -> Self {
                Self::from(ErrorKind::$Kind(error))
            }
        }
    )* };
}

// `From` for each cause that is a type of its own.
from! {
    DecodeError => Decode;
    LinkError => Link;
    StoreError => Store;
    Trap => Trap;
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            ErrorKind::Decode(error) => error.fmt(f),
            ErrorKind::Link(error) => error.fmt(f),
            ErrorKind::Trap(trap) => write!(f, "trap: {trap}"),
            ErrorKind::Exception(exception) => exception.fmt(f),
            ErrorKind::Exit(status) => write!(f, "the program exited with status {status}"),
            ErrorKind::Store(error) => error.fmt(f),
            ErrorKind::Limit(message) | ErrorKind::Usage(message) => {
                Escaping::message(&mut *f).write_str(message)
            }
            ErrorKind::Host(error) => error.fmt(f),
        }?;
        match &self.0.about {
            Some(about) => write!(f, ": {}", Escaped::message(&**about)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match &self.0.backtrace {
            Some(backtrace) if !backtrace.frames().is_empty() => write!(f, "\n{backtrace}"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Decode(error) => Some(error),
            ErrorKind::Link(error) => Some(error),
            ErrorKind::Trap(trap) => Some(trap),
            ErrorKind::Store(error) => Some(error),
            ErrorKind::Host(error) => Some(&**error),
            ErrorKind::Exception(_)
            | ErrorKind::Exit(_)
            | ErrorKind::Limit(_)
            | ErrorKind::Usage(_) => None,
        }
    }
}

/// What to add when both types look the same.
fn alike(wanted: &ExternType, found: &ExternType) -> &'static str {
    match wanted.to_string() == found.to_string() {
        true => {
            "; these differ in what is not shown: the group of types they were defined in, the types \
             they extend, or what is deep inside"
        }
        false => "",
    }
}

/// Why a module's import could not be satisfied.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// Nothing was offered for the import.
    #[error(
        "unknown import `{}`.`{}`: wanted {wanted}, found nothing",
        Escaped::name(module),
        Escaped::name(name)
    )]
    Missing {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// The type the module asks for.
        wanted: Box<ExternType>,
    },
    /// What was offered has another type.
    #[error(
        "incompatible import type for `{}`.`{}`: wanted {wanted}, found {found}{}",
        Escaped::name(module),
        Escaped::name(name),
        alike(wanted, found)
    )]
    Mismatch {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// The type the module asks for.
        wanted: Box<ExternType>,
        /// The type that was offered.
        found: Box<ExternType>,
    },
    /// More was offered than the module imports.
    #[error("the module has {wanted} imports, but {found} were given")]
    TooMany {
        /// How many imports the module has.
        wanted: usize,
        /// How many were offered.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_word() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn host_errors_come_back() {
        let error = Error::new(Trap::Unreachable);
        assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Unreachable));
        assert_eq!(error.downcast::<Trap>().ok(), Some(Trap::Unreachable));
        assert!(Error::msg("no").downcast::<Trap>().is_err());
    }
}
