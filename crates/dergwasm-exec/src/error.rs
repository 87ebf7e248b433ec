//! What can go wrong while a module is made, linked or run.

use crate::backtrace::Backtrace;
use crate::{Machine, Mark};
use alloc::{
    boxed::Box,
    string::{String, ToString as _},
};
use core::any::Any;
use core::fmt::{self, Write as _};
use dergwasm_decode::DecodeError;
use dergwasm_store::{Hold, StoreError, TagAddr};
use dergwasm_types::{Escaped, Escaping, ExternType, Trap};

type HostError = Box<dyn core::error::Error + Send + Sync>;

/// Why something could not be done. One word wide.
///
/// [`Error::kind`] says what kind of error it is. Most kinds are about an error of a type of their
/// own: a [`Trap`], a [`DecodeError`] (also of the text format), a [`LinkError`], a [`StoreError`],
/// an [`Exception`], or what a host function failed with. That error is found in three ways, which
/// agree: by its kind, by [`Error::downcast_ref`], and as the
/// [source](core::error::Error::source).
///
/// ```
/// use dergwasm_exec::{Config, Error, Machine, Module, NoHost};
/// use dergwasm_types::Trap;
///
/// # let wasm = wat::parse_str(r#"(module (func (export "run") unreachable))"#).unwrap();
/// let mut machine = Machine::new(&Config::default());
/// let instance = machine.instantiate(&mut NoHost, &Module::new(&wasm)?, &[])?;
/// let run = machine.export_func(instance, "run").unwrap();
/// let error = machine.invoke(&mut NoHost, run, &mut []).unwrap_err();
/// assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Unreachable));
/// let source = std::error::Error::source(&error).unwrap();
/// assert_eq!(source.downcast_ref::<Trap>(), Some(&Trap::Unreachable));
/// # Ok::<(), Error>(())
/// ```
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
    /// A function has an instruction that decoding knows and translation does not; the message says which.
    Unsupported(String),
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
    /// It passes through WebAssembly unchanged; see [`Error::downcast_ref`]. One that is an `Error`
    /// in a box becomes that again, so that traps and exits stay what they are.
    pub fn new(error: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Self {
        match error.into().downcast::<Self>() {
            Ok(error) => *error,
            Err(error) => Self::from(ErrorKind::Host(error)),
        }
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

    /// Adds to the fuel that going on needs, where it needs any.
    pub(crate) fn add_fuel(&mut self, fuel: u64) {
        if let Some(needed) = self.0.pause.as_mut().filter(|needed| **needed > 0) {
            *needed = needed.saturating_add(fuel);
        }
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

    /// The error that this one is about, if it is an `E`; otherwise the first `E` among the sources
    /// of that.
    #[must_use]
    pub fn downcast_ref<E: core::error::Error + 'static>(&self) -> Option<&E> {
        let mut source = core::error::Error::source(self);
        while let Some(error) = source {
            if let Some(found) = error.downcast_ref() {
                return Some(found);
            }
            source = error.source();
        }
        None
    }

    /// Takes the error out that this one is about, if it is an `E`. What is only one of its sources
    /// stays there.
    ///
    /// # Errors
    /// The error itself, if it is about something else.
    pub fn downcast<E: core::error::Error + 'static>(self) -> Result<E, Self> {
        let Inner { kind, about, backtrace, progress, pause } = *self.0;
        let kind = match kind {
            ErrorKind::Host(error) => match error.downcast() {
                Ok(error) => return Ok(*error),
                Err(error) => Err(ErrorKind::Host(error)),
            },
            ErrorKind::Decode(error) => same(error).map_err(ErrorKind::Decode),
            ErrorKind::Link(error) => same(error).map_err(ErrorKind::Link),
            ErrorKind::Trap(error) => same(error).map_err(ErrorKind::Trap),
            ErrorKind::Exception(error) => same(error).map_err(ErrorKind::Exception),
            ErrorKind::Store(error) => same(error).map_err(ErrorKind::Store),
            other @ (ErrorKind::Exit(_)
            | ErrorKind::Limit(_)
            | ErrorKind::Unsupported(_)
            | ErrorKind::Usage(_)) => Err(other),
        };
        kind.map_err(|kind| Self(Box::new(Inner { kind, about, backtrace, progress, pause })))
    }
}

/// An error as an `E`, if that is its type.
fn same<A: 'static, E: 'static>(error: A) -> Result<E, A> {
    let mut error = Some(error);
    let found = (&mut error as &mut dyn Any).downcast_mut::<Option<E>>().and_then(Option::take);
    match (found, error) {
        (None, Some(error)) => Err(error),
        (Some(found), _) => Ok(found),
        (None, None) => unreachable!("it was not taken"),
    }
}

/// An exception outside of WebAssembly: thrown there and caught by no code, or made by the
/// embedder to be thrown.
///
/// A host function that returns it as its error throws it in the code that called. The exception
/// lives as long as this.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Of the machine.
    mark: Mark,
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
        Self { mark: machine.lineage.mark(), reference, tag, values, _hold: hold }
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
        machine.lineage.has(self.mark)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "uncaught exception of tag {}: {}", self.tag, self.values)
    }
}

impl core::error::Error for Exception {}

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
            ErrorKind::Limit(message)
            | ErrorKind::Unsupported(message)
            | ErrorKind::Usage(message) => Escaping::message(&mut *f).write_str(message),
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
            ErrorKind::Exception(error) => Some(error),
            ErrorKind::Host(error) => Some(&**error),
            ErrorKind::Exit(_)
            | ErrorKind::Limit(_)
            | ErrorKind::Unsupported(_)
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
    use alloc::{format, string::ToString};

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

    /// The error in the three ways that find it.
    fn check<E>(error: Error, wrapped: &E)
    where
        E: core::error::Error + Clone + fmt::Debug + 'static,
    {
        let wanted = format!("{wrapped:?}");
        let source = core::error::Error::source(&error).and_then(|error| error.downcast_ref::<E>());
        assert_eq!(source.map(|found| format!("{found:?}")).as_ref(), Some(&wanted));
        let found = error.downcast_ref::<E>();
        assert_eq!(found.map(|found| format!("{found:?}")).as_ref(), Some(&wanted));
        assert!(error.downcast_ref::<fmt::Error>().is_none());
        let shown = error.to_string();
        let error = error.downcast::<fmt::Error>().unwrap_err();
        assert_eq!(error.to_string(), shown, "the error is given back");
        assert_eq!(format!("{:?}", error.downcast::<E>().unwrap()), wanted);
    }

    #[test]
    fn what_an_error_is_about_is_found() {
        check(Trap::Unreachable.into(), &Trap::Unreachable);
        check(Error::from(Trap::UnknownImport).about("`a`.`b`"), &Trap::UnknownImport);
        let decode = DecodeError::Text("no".into());
        check(decode.clone().into(), &decode);
        let link = LinkError::TooMany { wanted: 0, found: 1 };
        check(link.clone().into(), &link);
        let store = StoreError::UnknownAddress { kind: "table", address: 7 };
        check(store.clone().into(), &store);
        check(Error::new(Trap::OutOfFuel), &Trap::OutOfFuel);
        let mut machine = Machine::new(&crate::Config::default());
        let tag = machine.alloc_tag(&dergwasm_types::FuncType::new([], [])).unwrap();
        let exception = machine.alloc_exception(&mut crate::NoHost, tag, &[]).unwrap();
        let error = machine.throw(exception);
        let exception = error.exception().unwrap().clone();
        check(error, &exception);
        assert!(core::error::Error::source(&Error::exit(3)).is_none());
        assert_eq!(Error::exit(3).downcast::<Trap>().unwrap_err().exit_status(), Some(3));
    }

    /// An error of a host function with a cause.
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Error);

    #[test]
    fn sources_are_searched_and_boxes_opened() {
        let error = Error::new(Outer(Trap::Unreachable.into()));
        assert_eq!(error.downcast_ref::<Trap>(), Some(&Trap::Unreachable));
        assert_eq!(error.trap(), None, "the host failed");
        let error = error.downcast::<Trap>().unwrap_err();
        assert_eq!(error.downcast::<Outer>().unwrap().0.trap(), Some(Trap::Unreachable));
        let boxed: Box<dyn core::error::Error + Send + Sync> = Error::exit(3).into();
        assert_eq!(Error::new(boxed).exit_status(), Some(3));
    }
}
