//! Runs the specification's `.wast` scripts on the Dergwasm machine.
//!
//! A [`Script`] is a parsed script; [`run`] executes its directives one after another and reports
//! what became of each. The scripts are those of the official test suite, described in
//! [the reference interpreter's manual](https://github.com/WebAssembly/spec/blob/main/interpreter/README.md#scripts).
//! This crate knows only the public face of the machine, never its code or its store.
//!
//! ```
//! use dergwasm::Config;
//! use dergwasm_wast::{Script, run};
//!
//! let script = Script::parse(
//!     r#"
//!     (module (func (export "half") (param f32) (result f32)
//!       (f32.div (local.get 0) (f32.const 2))))
//!     (assert_return (invoke "half" (f32.const 5)) (f32.const 2.5))
//!     (assert_return (invoke "half" (f32.const nan)) (f32.const nan:canonical))
//!     (assert_return (invoke "half" (f32.const 1)) (f32.const 1))
//!     "#,
//! )?;
//! let report = run(&script, &Config::default());
//! assert_eq!((report.passed(), report.failed()), (3, 1));
//! let failure = report.failures().next().expect("one assertion is wrong");
//! assert_eq!((failure.line, failure.kind), (6, "assert_return"));
//! # Ok::<(), dergwasm_wast::ParseError>(())
//! ```
#![forbid(unsafe_code)]

mod describe;
mod execute;
mod instantiate;
mod metered;
mod parse;
mod pattern;
mod report;
mod runner;
mod script;
mod spectest;
mod unfold;

pub use metered::Pace;
pub use parse::ParseError;
pub use pattern::{AnyKind, LanePattern, Pattern, VectorPattern};
pub use report::{DirectiveReport, Outcome, Report};
pub use runner::{run, run_at};
pub use script::{Action, Argument, Directive, DirectiveKind, Invocation, ModuleSource, Script};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
