//! What is wrong with data of a guest, and which argument it came from.

use crate::{Error, ErrorKind};
use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
    sync::Arc,
};
use core::fmt;

/// What is wrong with data of a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Bytes are not all in the memory.
    OutOfBounds {
        /// The first byte.
        address: u64,
        /// How many bytes.
        len: u64,
        /// How many the memory has.
        memory: u64,
    },
    /// A string has no terminating zero where it may have one.
    Unterminated {
        /// Where the string starts.
        address: u64,
        /// In how many bytes the zero was sought.
        searched: u64,
    },
    /// A string is not UTF-8.
    NotUtf8 {
        /// Where the string starts.
        address: u64,
        /// How many of its bytes are.
        valid: u64,
    },
    /// A number stands for nothing of its type.
    Invalid {
        /// The number.
        value: i128,
        /// What it should have been.
        expected: &'static str,
    },
    /// An element or a number of elements is beyond the end of what the guest offers.
    TooLong {
        /// How many elements were asked for.
        wanted: u64,
        /// How many there are.
        len: u64,
    },
    /// A handle is not, or no longer, one of the table.
    UnknownHandle {
        /// The handle.
        id: u64,
        /// The type of what it should stand for.
        expected: &'static str,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::OutOfBounds { address, len, memory } => {
                let end = u128::from(address) + u128::from(len);
                write!(f, "{address:#x}..{end:#x} is out of bounds of memory of {memory:#x} bytes")
            }
            Self::Unterminated { address, searched } => {
                write!(f, "the string at {address:#x} has no terminating zero in {searched} bytes")
            }
            Self::NotUtf8 { address, valid } => {
                write!(f, "the string at {address:#x} is not UTF-8 after {valid} bytes")
            }
            Self::Invalid { value, expected } => write!(f, "{value} is not {expected}"),
            Self::TooLong { wanted, len } => {
                write!(f, "{wanted} elements do not fit, there is room for {len}")
            }
            Self::UnknownHandle { id, expected } => {
                let name = expected.rsplit("::").next().unwrap_or(expected);
                write!(f, "{id:#x} is no handle of {name}, or no longer one")
            }
        }
    }
}

impl core::error::Error for Problem {}

impl From<Problem> for Error {
    #[cold]
    fn from(problem: Problem) -> Self {
        Self::new(problem)
    }
}

/// Which argument of a host function a value came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Origin(Option<&'static Place>);

/// What a host function's author knows of an argument before any call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    func: Option<&'static str>,
    argument: Argument,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Argument {
    Name(&'static str),
    Number(u8),
}

impl Origin {
    /// No argument: the embedder made the value, or it was read from memory.
    pub const NONE: Self = Self(None);

    /// The argument of this number, from 1 on, of a function that is yet to be named.
    #[inline]
    pub(crate) fn numbered(number: u8) -> Self {
        Self(NUMBERED.get(usize::from(number)))
    }

    /// Adds to a problem where it came from.
    #[cold]
    #[must_use]
    pub fn error(self, problem: Problem) -> Error {
        match self.0 {
            None => problem.into(),
            Some(place) => Error::new(ArgumentError {
                func: place.func.map(Cow::Borrowed),
                argument: place.argument,
                problem,
            }),
        }
    }
}

/// The arguments of functions of up to 16; none has number 0.
static NUMBERED: [Place; 17] = {
    let mut places = [Place { func: None, argument: Argument::Number(0) }; 17];
    let mut number = 0;
    while number < 17 {
        places[number as usize].argument = Argument::Number(number);
        number += 1;
    }
    places
};

/// The arguments of a host function whose names are known when the host is compiled.
///
/// This is what `#[host_module]` keeps for each function.
#[doc(hidden)]
#[derive(Debug)]
pub struct Origins<const N: usize>([Place; N]);

impl<const N: usize> Origins<N> {
    #[must_use]
    pub const fn new(func: &'static str, names: [&'static str; N]) -> Self {
        let mut places = [Place { func: Some(func), argument: Argument::Number(0) }; N];
        let mut i = 0;
        while i < N {
            places[i].argument = Argument::Name(names[i]);
            i += 1;
        }
        Self(places)
    }

    #[must_use]
    pub fn get(&'static self, index: usize) -> Origin {
        Origin(self.0.get(index))
    }
}

/// An argument of a host function that the function can do nothing with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    func: Option<Cow<'static, str>>,
    argument: Argument,
    problem: Problem,
}

impl ArgumentError {
    /// The function as `module.name`, if it is known.
    #[must_use]
    pub fn func(&self) -> Option<&str> {
        self.func.as_deref()
    }

    /// What is wrong.
    #[must_use]
    pub const fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.argument {
            Argument::Name(name) => write!(f, "argument `{name}` of ")?,
            Argument::Number(number) => write!(f, "argument {number} of ")?,
        }
        match &self.func {
            Some(func) => write!(f, "`{func}`: {}", self.problem),
            None => write!(f, "a host function: {}", self.problem),
        }
    }
}

impl core::error::Error for ArgumentError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.problem)
    }
}

/// The name under which a host function was defined, for its errors.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct FuncName(Option<Arc<str>>);

impl FuncName {
    pub(crate) fn new(module: &str, name: &str) -> Self {
        Self(Some([module, name].join(".").into()))
    }

    /// Puts the name into the error of an argument that lacks one.
    #[cold]
    pub(crate) fn put_into(&self, error: Error) -> Error {
        let ErrorKind::Host(host_error) = error.kind() else { return error };
        match (&self.0, host_error.downcast_ref::<ArgumentError>()) {
            (Some(name), Some(lacking @ ArgumentError { func: None, .. })) => {
                let func = Some(Cow::Owned(String::from(&**name)));
                Error::new(ArgumentError { func, ..lacking.to_owned() })
            }
            _ => error,
        }
    }
}
