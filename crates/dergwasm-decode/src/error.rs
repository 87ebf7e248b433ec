//! Why bytes are not accepted as a module, and where the fault is.

use crate::{Features, SectionKind};
use alloc::{
    boxed::Box,
    string::{String, ToString},
};
use core::fmt;
use dergwasm_types::{Escaped, FuncIdx};

/// Why bytes are not accepted as a module.
///
/// Names of the module are escaped and cut in all messages, reasons included.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes do not follow the binary format.
    #[error("malformed module at {at}: {reason}")]
    Malformed {
        /// Where.
        at: Location,
        /// Why, in the specification's words.
        reason: String,
    },
    /// The module breaks a rule of validation.
    #[error("invalid module at {at}: {reason}")]
    Invalid {
        /// Where.
        at: Location,
        /// Why, in the specification's words.
        reason: String,
    },
    /// The module uses a proposal that is off.
    #[error("unsupported module at {at}: {reason}; {}", advice(*.proposals))]
    Unsupported {
        /// Where.
        at: Location,
        /// The proposals it needs.
        proposals: Features,
        /// What it uses of them.
        reason: String,
    },
    /// The options turn on proposals that are not supported.
    #[error("cannot turn on {0}: not supported; see `Features::supported`")]
    UnsupportedFeatures(Features),
    /// The module is larger than allowed.
    #[error(
        "module too large at {at}: {found} {what}, more than the limit of {limit}; raise it in `ParseLimits`"
    )]
    LimitExceeded {
        /// Where.
        at: Location,
        /// What there is too much of.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The system has not enough memory for what is kept of the module.
    #[error(
        "out of memory at {at}: cannot allocate {bytes} bytes for {what}; \
         set lower `ParseLimits` or give the process more"
    )]
    OutOfMemory {
        /// Where.
        at: Location,
        /// What there is no room for.
        what: &'static str,
        /// How many bytes it needs.
        bytes: u64,
    },
    /// The text format could not be read. The message shows the neighbourhood of the place.
    #[error("cannot read text: {0}")]
    Text(String),
}

fn advice(proposals: Features) -> String {
    match Features::supported().contains(proposals) {
        true => alloc::format!("turn on {proposals} in `Features`"),
        false => alloc::format!("{proposals} is not supported"),
    }
}

impl DecodeError {
    /// Where in the module the fault is, if it is in one.
    #[must_use]
    pub const fn location(&self) -> Option<&Location> {
        match self {
            Self::Malformed { at, .. }
            | Self::Invalid { at, .. }
            | Self::Unsupported { at, .. }
            | Self::LimitExceeded { at, .. }
            | Self::OutOfMemory { at, .. } => Some(at),
            Self::UnsupportedFeatures(_) | Self::Text(_) => None,
        }
    }
}

/// A place in a module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// Byte offset from the start of the module.
    pub offset: usize,
    /// The section, if it is in one.
    pub section: Option<SectionKind>,
    /// The function, if it is in a function's body.
    pub func: Option<FuncLabel>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "offset {:#x}", self.offset)?;
        if let Some(section) = self.section {
            write!(f, " in the {section} section")?;
        }
        match &self.func {
            Some(func) => write!(f, ", {func}"),
            None => Ok(()),
        }
    }
}

/// A function of a module as errors name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FuncLabel {
    /// Its index.
    pub index: FuncIdx,
    /// Its name in the name section or, failing that, the name it is exported by.
    pub name: Option<Box<str>>,
}

impl fmt::Display for FuncLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {}", self.index)?;
        match &self.name {
            Some(name) => write!(f, " `{}`", Escaped::name(&**name)),
            None => Ok(()),
        }
    }
}

/// What is wrong, found by a reader that does not know in which section or function it reads.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The bytes do not follow the binary format, or wasmparser's reader misses a proposal.
    Read(wasmparser::Error),
    /// The bytes do not follow the binary format, as found by this crate.
    Malformed { offset: usize, reason: String },
    /// The validator refuses.
    Invalid(wasmparser::Error),
    /// A rule of validation is broken that is checked even when the module is trusted.
    Broken { offset: usize, reason: String },
    /// A proposal is needed that is off, or that the crate's types cannot express.
    Needs { offset: usize, proposals: Features, reason: String },
    /// A limit is exceeded.
    Limit { offset: usize, what: &'static str, found: u64, limit: u64 },
    /// The system has not enough memory.
    OutOfMemory { offset: usize, what: &'static str, bytes: u64 },
}

impl From<wasmparser::Error> for Fault {
    fn from(error: wasmparser::Error) -> Self {
        Self::Read(error)
    }
}

impl Fault {
    pub(crate) fn offset(&self) -> usize {
        match self {
            Self::Read(error) | Self::Invalid(error) => position(error.offset()),
            Self::Malformed { offset, .. }
            | Self::Broken { offset, .. }
            | Self::Needs { offset, .. }
            | Self::Limit { offset, .. }
            | Self::OutOfMemory { offset, .. } => *offset,
        }
    }

    /// The public error.
    pub(crate) fn into_error(
        self,
        section: Option<SectionKind>,
        func: Option<FuncLabel>,
    ) -> DecodeError {
        let at = Location { offset: self.offset(), section, func };
        match self {
            Self::Read(error) | Self::Invalid(error) if error.missing_wasm_feature().is_some() => {
                let proposals = error.missing_wasm_feature().map_or(Features::NONE, Features::of);
                DecodeError::Unsupported { at, proposals, reason: shown(error.message()) }
            }
            Self::Read(error) => {
                DecodeError::Malformed { reason: shown(&wording(error.message(), section)), at }
            }
            Self::Invalid(error) => {
                DecodeError::Invalid { reason: shown(&wording(error.message(), section)), at }
            }
            Self::Malformed { reason, .. } => DecodeError::Malformed { at, reason },
            Self::Broken { reason, .. } => DecodeError::Invalid { at, reason },
            Self::Needs { proposals, reason, .. } => {
                DecodeError::Unsupported { at, proposals, reason }
            }
            Self::Limit { what, found, limit, .. } => {
                DecodeError::LimitExceeded { at, what, found, limit }
            }
            Self::OutOfMemory { what, bytes, .. } => DecodeError::OutOfMemory { at, what, bytes },
        }
    }
}

/// A message of wasmparser, which may hold names of the module.
fn shown(message: &str) -> String {
    Escaped::line(message).to_string()
}

/// A byte offset of wasmparser as a position in the module, which is in memory.
pub(crate) fn position(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// wasmparser's message in the specification's words, where the two differ.
fn wording(message: &str, section: Option<SectionKind>) -> String {
    // Numbers and alignments: the specification's words follow the name of what was read.
    if let Some((subject, words)) = message.split_once(": ")
        && (subject.starts_with("invalid var_") || subject == "invalid memop alignment")
    {
        return words.to_string();
    }
    if let Some(section) = section
        && message.ends_with("for external kind")
    {
        return alloc::format!("malformed {section} kind: {message}");
    }
    // The name of one of wasmparser's functions: `visit_i32_clz` for `i32.clz`.
    if let Some((words, instruction)) = message.split_once(" visit_") {
        return alloc::format!("{words} {}", instruction.replacen('_', ".", 1));
    }
    if let Some(version) = message.strip_prefix("unknown binary version: ") {
        return alloc::format!("unknown binary version: {}", version.trim_start());
    }
    // A list of bytes follows.
    let message = message.split(" - expected=").next().unwrap_or(message);
    for (theirs, spec) in REWORDED {
        if let Some(rest) = message.strip_prefix(theirs) {
            return alloc::format!("{spec}{rest}");
        }
    }
    message.to_string()
}

/// How wasmparser's messages begin, and what stands for it in the specification's tests.
const REWORDED: &[(&str, &str)] = &[
    ("SIMD index out of bounds", "invalid lane index"),
    ("control frames remain at end", "END opcode expected: blocks remain open at the end"),
    (
        "data count is non-zero",
        "data count and data section have inconsistent lengths: data count is non-zero",
    ),
    (
        "function section has",
        "function and code section have inconsistent lengths: function section has",
    ),
    (
        "function section is",
        "function and code section have inconsistent lengths: function section is",
    ),
    ("global is immutable", "immutable global"),
    ("invalid memory limits flags", "malformed limits flags"),
    ("invalid start function type", "start function: invalid type"),
    ("invalid table resizable limits flags", "malformed limits flags"),
    ("malformed global flags", "malformed mutability"),
    ("malformed memop:", "malformed memop flags:"),
    ("section out of order", "unexpected content after last section: section out of order"),
    ("unexpected end-of-file", "unexpected end"),
];
