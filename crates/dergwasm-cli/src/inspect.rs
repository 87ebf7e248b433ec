//! The verb `inspect`.

mod json;
mod text;

use crate::{failure::Failure, input, output};
use clap::Args;
use std::path::PathBuf;

/// Shows what a module imports, exports and holds
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dergwasm inspect hello.wasm
  dergwasm inspect --json hello.wasm | jq '.imports[].name'

Function bodies are not validated; see `dergwasm validate` and `dergwasm disasm`.")]
pub(crate) struct Inspect {
    /// The module, `.wasm` or `.wat`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print everything as one JSON object
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let module = input::decoded(&self.file)?;
        match self.json {
            true => output::json(&json::module(&module)),
            false => output::print(|out| text::module(out, &self.file, &module)),
        }
    }
}

/// What a custom section of this name is for, where that is known.
const fn purpose(name: &str) -> Option<&'static str> {
    Some(match name.as_bytes() {
        b"name" => "names of functions and locals",
        b"metadata.code.branch_hint" => "which way branches are likely to go",
        b"producers" => "the tools that made the module",
        b"target_features" => "the proposals it was compiled for",
        b"dylink.0" => "dynamic linking",
        b"sourceMappingURL" => "where its source map is",
        [b'.', b'd', b'e', b'b', b'u', b'g', b'_', ..] => "debug information",
        _ => return None,
    })
}
