//! `cargo xtask bench peers`: the kernels on Dergwasm and on other engines.
//!
//! The measurement is a workspace of its own; its README says how it measures.

use crate::{Result, tool::Tool, workspace};
use clap::Args;
use std::{ffi::OsString, path::PathBuf};

/// The engines, the baseline first, and the feature that builds each in.
const ENGINES: [(&str, &str); 9] = [
    ("wasmi", ""),
    ("dergwasm", "dergwasm"),
    ("silverfir", "silverfir"),
    ("stitch", "stitch"),
    ("tinywasm", "tinywasm"),
    ("submilli", "submilli"),
    ("wasm3", "wasm3"),
    ("pulley", "wasmtime"),
    ("cranelift", "wasmtime"),
];

/// The rounds of a whole run.
const ROUNDS: u32 = 5;

/// Measure Dergwasm beside other engines; write tables and charts to docs/benchmarks/.
///
/// Builds benches/peers with the engines asked for and runs every kernel on each, then calls, then
/// the loading of large modules. Within a round the engines take turns; what counts is the CPU time
/// of the thread. With a filter, a half or a list of engines it is not the whole, and goes to
/// target/benchmarks/.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask bench peers                                           all engines, everything: builds long
  cargo xtask bench peers --engines wasmi,dergwasm --half tuning    quick to build and to run
  cargo xtask bench peers fib --engines wasmi,dergwasm --rounds 2   kernels with `fib` in their names
  cargo xtask bench peers simd --engines dergwasm,pulley            ratios to the first engine named
  cargo xtask bench peers --portable --engines wasmi,dergwasm       both without tail calls

Engines:
  wasmi       wasmi with default features and SIMD
  dergwasm    the one of this repository
  silverfir   sf-nano-core's interpreter
  stitch      makepad-stitch
  tinywasm    tinywasm
  submilli    submilli-wasm
  wasm3       wasm3; needs a C compiler and libclang
  pulley      Wasmtime's interpreter
  cranelift   Wasmtime's machine code

For single measurements run benches/peers itself: see benches/peers/README.md.")]
pub(crate) struct Options {
    /// Only kernels whose names contain this
    filter: Option<String>,
    /// Only this half of the kernels: `tuning`, `untouched` or `all`
    #[arg(long, value_name = "HALF", default_value = "all", value_parser = ["tuning", "untouched", "all"])]
    half: String,
    /// Only these engines, separated by commas; ratios are to the first
    #[arg(long, value_name = "ENGINES", value_delimiter = ',')]
    engines: Vec<String>,
    /// How often every engine has its turn
    #[arg(long, value_name = "N", default_value_t = ROUNDS)]
    rounds: u32,
    /// Build wasmi and Dergwasm with their dispatchers for targets without tail calls
    #[arg(long)]
    portable: bool,
    /// Only the kernels: no calls, no loading
    #[arg(long)]
    kernels_only: bool,
    /// Where the report goes instead
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

/// Builds in release and runs.
pub(super) fn run(options: &Options) -> Result {
    let mut arguments = arguments(options)?;
    arguments.extend(["--out".into(), folder(options)?.into_os_string()]);
    let cargo = Tool::cargo(build(options)?).args(["--"]).args(arguments);
    cargo.in_folder(workspace::root().join("benches/peers")).run()
}

/// The engines asked for, all of them unless told.
fn engines(options: &Options) -> Result<Vec<(&'static str, &'static str)>> {
    if options.engines.is_empty() {
        return Ok(ENGINES.to_vec());
    }
    let names = ENGINES.map(|engine| engine.0).join(", ");
    let named = |name: &String| {
        let found = ENGINES.into_iter().find(|engine| engine.0 == name);
        found.ok_or_else(|| format!("there is no engine `{name}`; there are {names}").into())
    };
    options.engines.iter().map(named).collect()
}

/// What cargo is told to build with the engines in.
fn build(options: &Options) -> Result<Vec<String>> {
    let mut features: Vec<&str> = engines(options)?.into_iter().map(|engine| engine.1).collect();
    if options.portable {
        features.push("portable");
    }
    features.retain(|feature| !feature.is_empty());
    features.sort_unstable();
    features.dedup();
    let mut build = vec!["run", "--release", "--no-default-features"];
    if features.contains(&"tinywasm") {
        // Asks for a newer compiler than it needs.
        build.push("--ignore-rust-version");
    }
    let features = features.join(",");
    build.extend(["--features", &features]);
    Ok(build.into_iter().map(str::to_string).collect())
}

/// What the measurement is told.
fn arguments(options: &Options) -> Result<Vec<OsString>> {
    let names: Vec<_> = engines(options)?.into_iter().map(|engine| engine.0).collect();
    let rounds = options.rounds.to_string();
    let mut arguments: Vec<OsString> = vec!["report".into()];
    arguments.extend(options.filter.iter().map(OsString::from));
    if options.kernels_only {
        arguments.push("--kernels-only".into());
    }
    let values = [("half", &options.half), ("engines", &names.join(",")), ("rounds", &rounds)]
        .map(|pair| [format!("--{}", pair.0), pair.1.clone()].map(OsString::from));
    arguments.extend(values.into_iter().flatten());
    arguments.extend(["--command".into(), command(options).into()]);
    Ok(arguments)
}

/// Whether nothing is left out.
fn is_whole(options: &Options) -> bool {
    let narrowed = options.filter.is_some() || options.kernels_only || options.half != "all";
    !narrowed && options.engines.is_empty() && !options.portable
}

/// Where the report goes: that of a whole run into the documentation.
fn folder(options: &Options) -> Result<PathBuf> {
    let root = workspace::root();
    Ok(match &options.out {
        Some(folder) => std::env::current_dir()?.join(folder),
        None if is_whole(options) => root.join("docs/benchmarks"),
        None => root.join("target/benchmarks"),
    })
}

/// The command line that gives the same report again.
fn command(options: &Options) -> String {
    let mut words = vec!["cargo xtask bench peers".to_string()];
    words.extend(options.filter.clone());
    if options.half != "all" {
        words.push(format!("--half {}", options.half));
    }
    if !options.engines.is_empty() {
        words.push(format!("--engines {}", options.engines.join(",")));
    }
    if options.rounds != ROUNDS {
        words.push(format!("--rounds {}", options.rounds));
    }
    if options.portable {
        words.push("--portable".into());
    }
    if options.kernels_only {
        words.push("--kernels-only".into());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn options(line: &str) -> Options {
        Line::parse_from(format!("peers {line}").split_whitespace()).options
    }

    #[test]
    fn the_command_is_told_as_it_was_given() {
        for line in ["", "fib --half tuning --engines wasm3,dergwasm --rounds 9", "--portable"] {
            let told = command(&options(line));
            assert_eq!(told, format!("cargo xtask bench peers {line}").trim_end());
        }
    }

    #[test]
    fn only_a_whole_run_goes_into_the_documentation() {
        assert!(folder(&options("--rounds 7")).unwrap().ends_with("docs/benchmarks"));
        for line in ["fib", "--half untouched", "--engines dergwasm", "--portable"] {
            assert!(folder(&options(line)).unwrap().ends_with("target/benchmarks"));
        }
    }

    #[test]
    fn an_unknown_engine_is_answered_with_those_there_are() {
        let error = engines(&options("--engines v8")).unwrap_err().to_string();
        assert!(error.contains("`v8`") && error.contains("silverfir"), "{error}");
        assert_eq!(engines(&options("")).unwrap().len(), ENGINES.len());
    }

    #[test]
    fn features_are_those_of_the_engines_once_each() {
        let words =
            build(&options("--engines cranelift,wasmi,pulley,dergwasm --portable")).unwrap();
        assert_eq!(words.last().unwrap(), "dergwasm,portable,wasmtime");
        assert!(!words.contains(&"--ignore-rust-version".into()));
    }
}
