//! The command `dergwasm`: runs, inspects, validates and disassembles WebAssembly modules.
//!
//! One file per verb; this one only tells them apart. Everything is done through the facade
//! crate `dergwasm`, the way any embedder would.
#![deny(unsafe_code)]

mod argument;
mod bindgen;
mod ctrl_c;
mod disasm;
mod emscripten;
mod failure;
mod input;
mod inspect;
mod mode;
mod output;
mod quantity;
mod run;
mod validate;
mod wast;
mod watchdog;
mod world;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Runs, inspects, validates and disassembles WebAssembly modules
///
/// FILE is always a module: `.wasm`, or the text format `.wat`.
#[derive(Debug, Parser)]
#[command(name = "dergwasm", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Command {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  dergwasm run hello.wasm                  run a WASI program
  dergwasm run --invoke add sum.wat 1 2    call one function and print its result
  dergwasm inspect hello.wasm              what the module imports, exports and holds
  dergwasm validate hello.wasm             is it a valid module?

`dergwasm VERB --help` tells more about a verb.";

#[derive(Debug, Subcommand)]
enum Verb {
    Run(Box<run::Run>),
    Inspect(inspect::Inspect),
    Validate(validate::Validate),
    Disasm(disasm::Disasm),
    Bindgen(bindgen::Bindgen),
    Wast(wast::Wast),
}

fn main() -> ExitCode {
    let result = match Command::parse().verb {
        Verb::Run(verb) => verb.execute(),
        Verb::Inspect(verb) => verb.execute(),
        Verb::Validate(verb) => verb.execute(),
        Verb::Disasm(verb) => verb.execute(),
        Verb::Bindgen(verb) => verb.execute(),
        Verb::Wast(verb) => verb.execute(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
