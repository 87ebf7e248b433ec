//! The verb `wast`.

use crate::{failure::Failure, mode::Mode, output};
use clap::Args;
use dergwasm::Config;
use dergwasm_wast::{Report, Script};
use std::io;
use std::{fs, path::Path, path::PathBuf};

/// Runs scripts of the specification's test suite
///
/// Prints every assertion that fails with its line and both values, then the counts. The exit
/// status is 1 if any failed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dergwasm wast address.wast
  dergwasm wast --mode eager test/core/*.wast")]
pub(crate) struct Wast {
    /// The scripts
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// When functions are validated and translated
    #[arg(long, value_name = "MODE", default_value = "lazy-translation")]
    mode: Mode,
}

impl Wast {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let mut config = Config::default();
        config.compilation_mode(self.mode.into());
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for file in &self.files {
            let report = match script(file) {
                Ok(script) => dergwasm_wast::run(&script, &config),
                Err(message) => {
                    failed += 1;
                    output::print(|out| writeln!(out, "{message}"))?;
                    continue;
                }
            };
            passed += report.passed();
            failed += report.failed();
            skipped += report.skipped();
            output::print(|out| show(out, file, &report))?;
        }
        output::print(|out| writeln!(out, "{passed} passed, {failed} failed, {skipped} skipped"))?;
        if failed == 0 { Ok(()) } else { Err(Failure::Reported) }
    }
}

fn script(path: &Path) -> Result<Script, String> {
    let shown = output::path(path);
    let text = fs::read_to_string(path).map_err(|e| format!("{shown}: cannot be read: {e}"))?;
    Script::parse(&text).map_err(|error| format!("{shown}:{error}"))
}

fn show(out: &mut dyn io::Write, path: &Path, report: &Report) -> io::Result<()> {
    let shown = output::path(path);
    for failure in report.failures() {
        writeln!(out, "{shown}:{failure}")?;
    }
    writeln!(out, "{shown}: {}/{}", report.passed(), report.directives.len())
}
