//! The verb `bindgen`.

mod description;

use crate::{failure::Failure, input, output};
use clap::{Args, ValueEnum};
use dergwasm::ExternType;
use dergwasm::describe::{FunctionDescription, ModuleDescription, TypeDescription};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Prints declarations of host functions for other languages
///
/// FILE is the JSON that a host module prints of itself, or a module, whose imports are then
/// declared: their types, not what the numbers mean.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  my-host --describe | dergwasm bindgen - > my_host.h
  dergwasm bindgen --lang rust my_host.json
  dergwasm bindgen --lang json plugin.wasm

A host module prints its JSON by `MyHost::describe().to_json()`.")]
pub(crate) struct Bindgen {
    /// JSON of host modules, or a module, `.wasm` or `.wat`; `-` is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The language to print
    #[arg(long, value_enum, default_value_t = Language::C)]
    lang: Language,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    /// A C header
    C,
    /// Rust declarations
    Rust,
    /// The JSON that this verb reads
    Json,
}

impl Bindgen {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let modules = self.modules()?;
        output::print(|out| {
            for (i, module) in modules.iter().enumerate() {
                let text = match self.lang {
                    Language::C => module.to_c(),
                    Language::Rust => module.to_rust(),
                    Language::Json => module.to_json(),
                };
                let gap = if i == 0 { "" } else { "\n" };
                write!(out, "{gap}{text}")?;
            }
            Ok(())
        })
    }

    fn modules(&self) -> Result<Vec<ModuleDescription>, Failure> {
        let shown = output::path(&self.file);
        let bytes = if self.file == Path::new("-") {
            let mut bytes = Vec::new();
            io::stdin()
                .read_to_end(&mut bytes)
                .map_err(|error| Failure::wrong(format!("cannot read standard input: {error}")))?;
            bytes
        } else {
            input::read(&self.file)?
        };
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Ok(imports(&input::decode(&self.file, &bytes)?));
        }
        description::modules(&bytes)
            .map_err(|error| Failure::wrong(format!("`{shown}` describes no host module: {error}")))
    }
}

/// The functions a module imports, by the module they come from.
fn imports(module: &dergwasm::decode::Module) -> Vec<ModuleDescription> {
    let mut found: Vec<ModuleDescription> = Vec::new();
    for import in module.imports() {
        let ExternType::Func(ty) = module.import_type(import) else { continue };
        let types = |types: &[dergwasm::ValType]| -> Vec<TypeDescription> {
            types.iter().copied().map(TypeDescription::of).collect()
        };
        let names: Vec<String> = (0..ty.params().len()).map(|i| format!("arg{i}")).collect();
        let params = names.iter().map(String::as_str).zip(types(ty.params()));
        let function = FunctionDescription::new(&import.name, "", params, types(ty.results()));
        match found.iter_mut().find(|it| *it.name == *import.module) {
            Some(module) => module.functions.push(function),
            None => found.push(ModuleDescription::new(&import.module, "", [function])),
        }
    }
    found
}
