//! The options of the test binary.

use crate::suite::Mode;

pub(crate) const HELP: &str = "\
Runs the official WebAssembly test suite.

usage: cargo test -p dergwasm-wast --test spec -- [FILTER]... [OPTIONS]

  FILTER         only scripts whose name contains one of these, such as `simd/` or `v3/memory`
  --mode MODE    only in this mode: eager, lazy-translation, or lazy; may be repeated
  --bless        raise baseline.toml to what passes now
  --list         print the names of the scripts
  --verbose      show every failed assertion, not only the first ones of a script
  --help         print this";

/// The options of one run.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) filters: Vec<String>,
    pub(crate) modes: Vec<Mode>,
    pub(crate) bless: bool,
    pub(crate) list: bool,
    verbose: bool,
}

impl Options {
    /// Reads the command line; `None` if help was asked for.
    pub(crate) fn parse(args: impl Iterator<Item = String>) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let mut args = args.peekable();
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--help" | "-h" => return Ok(None),
                "--bless" => options.bless = true,
                "--list" => options.list = true,
                "--verbose" => options.verbose = true,
                "--mode" => {
                    let name = args.next().ok_or("--mode needs a value")?;
                    options.modes.push(Mode::named(&name)?);
                }
                // Cargo hands these to every test binary of a package alike.
                "--nocapture" | "--no-capture" | "--quiet" | "-q" | "--show-output" => {}
                "--test-threads" | "--format" | "--color" => drop(args.next()),
                _ if arg.starts_with("--mode=") => {
                    options.modes.push(Mode::named(&arg["--mode=".len()..])?);
                }
                _ if arg.starts_with("--test-threads=") => {}
                _ if arg.starts_with('-') => return Err(format!("unknown option {arg}")),
                _ => options.filters.push(arg),
            }
        }
        if options.modes.is_empty() {
            options.modes = Mode::ALL.to_vec();
        }
        Ok(Some(options))
    }

    /// Whether the script of this name is to run.
    pub(crate) fn selects(&self, name: &str) -> bool {
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter.as_str()))
    }

    /// How many failures of one script are printed.
    pub(crate) const fn shown_failures(&self) -> usize {
        if self.verbose { usize::MAX } else { 5 }
    }
}
