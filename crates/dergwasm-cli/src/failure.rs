//! How a verb fails, and the exit status that goes with it.

use crate::{ctrl_c, output::complain};
use dergwasm::emscripten::Abort;
use dergwasm::{Backtrace, Error, ExternKind, MissingImports, Trap};
use std::io;
use std::process::{ExitCode, exit};

/// The exit status after a trap: that of a program ended by an abort.
pub(crate) const TRAP_STATUS: i32 = 134;

/// Why a verb did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line asks for something that makes no sense. Status 2.
    Usage(String),
    /// Something is wrong with a file, a module or the machine. Status 1.
    Wrong(String),
    /// Everything has been said already. Status 1.
    Reported,
    /// The guest trapped, or could not be set up, or a host function failed.
    Stopped {
        /// What happened.
        error: Error,
        /// What can be done about it.
        note: Option<String>,
    },
    /// The guest asked to end with this status.
    Exit(i32),
    /// Nobody reads our output any more: no reason to complain. Status 0.
    OutputClosed,
}

impl Failure {
    /// Something is wrong with a file, a module or the machine.
    pub(crate) fn wrong(message: impl Into<String>) -> Self {
        Self::Wrong(message.into())
    }

    /// Adds what can be done about an error.
    pub(crate) fn with_note(self, note: impl FnOnce(&Error) -> Option<String>) -> Self {
        match self {
            Self::Stopped { error, note: None } => {
                let note = note(&error);
                Self::Stopped { error, note }
            }
            other => other,
        }
    }

    /// Prints what went wrong to standard error and gives the exit status.
    pub(crate) fn report(self) -> ExitCode {
        match self {
            Self::OutputClosed => ExitCode::SUCCESS,
            Self::Reported => ExitCode::FAILURE,
            Self::Usage(message) => {
                complain(format_args!("error: {message}"));
                ExitCode::from(2)
            }
            Self::Wrong(message) => {
                complain(format_args!("error: {message}"));
                ExitCode::FAILURE
            }
            Self::Stopped { error, note } => {
                complain(format_args!("error: {error}"));
                if let Some(backtrace) = error.backtrace() {
                    show(backtrace);
                }
                if let Some(note) = note {
                    complain(format_args!("note: {note}"));
                }
                let aborted = error.downcast_ref::<Abort>().is_some();
                exit(match error.trap() {
                    Some(Trap::Interrupted) if ctrl_c::was_pressed() => ctrl_c::STATUS,
                    None if !aborted => 1,
                    _ => TRAP_STATUS,
                })
            }
            // An `ExitCode` holds only 8 bits; some systems have more.
            Self::Exit(status) => exit(status),
        }
    }
}

/// Prints the innermost calls: those of a runaway recursion look all alike.
fn show(backtrace: &Backtrace) {
    const MOST: usize = 32;
    let frames = backtrace.frames();
    if !frames.is_empty() {
        complain(format_args!("backtrace:"));
    }
    for (i, frame) in frames.iter().take(MOST).enumerate() {
        complain(format_args!("{i:4}: {frame}"));
    }
    let more = frames.len().saturating_sub(MOST) + backtrace.omitted();
    if more > 0 {
        complain(format_args!("      … {more} more"));
    }
}

/// An error while the guest was set up or ran.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.exit_status() {
            Some(status) => Self::Exit(status),
            None => {
                let missing = error.downcast_ref::<MissingImports>().map(MissingImports::imports);
                // Nothing can stand for a memory, table, global or tag.
                let are_functions = missing.is_some_and(|imports| {
                    imports.iter().all(|import| import.wanted.kind() == ExternKind::Func)
                });
                let note = are_functions.then(|| {
                    "--stub-missing lets the program run until it calls one of them".into()
                });
                Self::Stopped { error, note }
            }
        }
    }
}

/// An error of writing to standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Wrong(format!("cannot write the output: {error}")),
        }
    }
}
