//! The verb `validate`.

use crate::{failure::Failure, input, output};
use clap::Args;
use dergwasm::{CompilationMode, Config};
use std::path::PathBuf;

/// Tells whether files are valid modules
///
/// Every function is checked. An invalid file is named with the reason, the section and the
/// offset, and the exit status is 1.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dergwasm validate hello.wasm
  dergwasm validate *.wasm && echo all fine")]
pub(crate) struct Validate {
    /// The modules, `.wasm` or `.wat`
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

impl Validate {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let mut config = Config::default();
        config.compilation_mode(CompilationMode::LazyTranslation);
        let mut all_valid = true;
        for file in &self.files {
            match input::module(file, &config) {
                Ok(_) => output::print(|out| writeln!(out, "{}: valid", output::path(file)))?,
                Err(Failure::Wrong(message)) => {
                    all_valid = false;
                    output::complain(format_args!("error: {message}"));
                }
                Err(other) => return Err(other),
            }
        }
        if all_valid { Ok(()) } else { Err(Failure::Reported) }
    }
}
