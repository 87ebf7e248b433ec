//! The options of the test binary.

use crate::suite::Mode;
use std::path::PathBuf;

pub(crate) const HELP: &str = "\
Runs the official WebAssembly test suite, or a folder of scripts.

usage: cargo test -p dergwasm-wast --test spec -- [FILTER]... [OPTIONS]

  FILTER         only scripts whose name contains one of these, such as `simd/` or `v3/memory`
  --dir PATH     every .wast file of this folder and of those below it instead of the suite, such as
                 a checkout of the official one. There is no baseline and no waiting list: any failed
                 assertion is a failure. Scripts whose text the parser refuses, and scripts of
                 proposals that the engine does not have, are listed as skipped. A script below a
                 folder `proposals/NAME` runs with the features of that proposal
  --mode MODE    only in this mode: eager, lazy-translation, lazy, gc-stress (a collection before
                 every allocation), unfused (no superinstructions) or slices (in one piece, in
                 the smallest slices and without superinstructions, for the same fuel); may be
                 repeated
  --bless        raise baseline.toml to what passes now
  --list         print the names of the scripts
  --verbose      show every failed assertion, not only the first ones of a script
  --help         print this";

/// The options of one run.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) filters: Vec<String>,
    pub(crate) dir: Option<PathBuf>,
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
            let (name, attached) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with('-') => (name, Some(value.to_owned())),
                _ => (arg.as_str(), None),
            };
            let mut value =
                || attached.clone().or_else(|| args.next()).ok_or(format!("{name} needs a value"));
            match name {
                "--help" | "-h" => return Ok(None),
                "--bless" => options.bless = true,
                "--list" => options.list = true,
                "--verbose" => options.verbose = true,
                "--dir" => options.dir = Some(value()?.into()),
                "--mode" => options.modes.push(Mode::named(&value()?)?),
                // Cargo hands these to every test binary of a package alike.
                "--nocapture" | "--no-capture" | "--quiet" | "-q" | "--show-output" => {}
                "--test-threads" | "--format" | "--color" => drop(value()),
                _ if name.starts_with('-') => return Err(format!("unknown option {arg}")),
                _ => options.filters.push(arg),
            }
        }
        if options.bless && options.dir.is_some() {
            return Err("--bless goes with the suite, not with --dir".into());
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
