//! The verb `disasm`.

use crate::{failure::Failure, input, output};
use clap::Args;
use dergwasm::exec::disassemble;
use dergwasm::types::FuncIdx;
use dergwasm::{Config, Module};
use std::{io::Write as _, path::PathBuf};

/// Shows functions as WebAssembly and as the machine's internal code, side by side
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dergwasm disasm fib.wat
  dergwasm disasm --function fib fib.wat
  dergwasm disasm --function 12 big.wasm    the function of index 12, imported ones counted")]
pub(crate) struct Disasm {
    /// The module, `.wasm` or `.wat`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Only this function: a name from the name section, an export, or an index
    #[arg(long, value_name = "NAME")]
    function: Option<String>,
}

impl Disasm {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let config = Config::default();
        let module = input::module(&self.file, &config)?;
        let defined = defined(&module);
        let functions = match &self.function {
            None => defined,
            Some(name) => vec![find(&module, name)?],
        };
        let mut out = output::stdout();
        for (i, func) in functions.into_iter().enumerate() {
            let gap = if i == 0 { "" } else { "\n" };
            let listing = disassemble(&config, &module, func)?;
            writeln!(out, "{gap}{}", listing.trim_end())?;
        }
        Ok(out.flush()?)
    }
}

/// The functions that have code.
fn defined(module: &Module) -> Vec<FuncIdx> {
    let decoded = module.decoded();
    let indices = decoded.imported_func_count()..decoded.func_count();
    indices.filter_map(|index| u32::try_from(index).ok()).map(FuncIdx).collect()
}

/// The defined function of that name, export or index.
fn find(module: &Module, name: &str) -> Result<FuncIdx, Failure> {
    let decoded = module.decoded();
    let exported = decoded
        .export(name)
        .filter(|export| export.kind == dergwasm::ExternKind::Func)
        .map(|export| FuncIdx(export.index));
    let functions = defined(module);
    let named = || functions.iter().copied().find(|&func| decoded.func_name(func) == Some(name));
    let numbered = || name.parse().ok().map(FuncIdx);
    let Some(found) = exported.or_else(named).or_else(numbered) else {
        return Err(Failure::wrong(format!(
            "there is no function `{name}`; `dergwasm inspect` lists the exports"
        )));
    };
    if functions.contains(&found) {
        return Ok(found);
    }
    let last = decoded.func_count().saturating_sub(1);
    Err(Failure::wrong(format!(
        "function `{name}` has no code in this module: functions {} to {last} have, the ones \
         before are imported",
        decoded.imported_func_count()
    )))
}
