//! Prints the sections of a module, its imports and its exports.
//!
//! `cargo run -p dergwasm-decode --example print_sections -- module.wasm`; without a file, those
//! of a small module.

use dergwasm_decode::{DecodeError, Module};
use std::{env, error::Error, fs};

/// `(module (import "env" "log" (func (param i32))) (memory (export "heap") 1))`
const SMALL: &[u8] = b"\0asm\x01\0\0\0\x01\x05\x01\x60\x01\x7f\0\x02\x0b\x01\x03env\x03log\0\0\
                       \x05\x03\x01\0\x01\x07\x08\x01\x04heap\x02\0";

fn main() -> Result<(), Box<dyn Error>> {
    match env::args().nth(1) {
        Some(path) => print_sections(&fs::read(path)?)?,
        None => print_sections(SMALL)?,
    }
    Ok(())
}

fn print_sections(bytes: &[u8]) -> Result<(), DecodeError> {
    let module = Module::new(bytes)?;
    println!("{:12} {:>10} {:>10} {:>8}", "section", "offset", "bytes", "items");
    for section in module.sections() {
        let (kind, offset) = (section.kind.name(), section.range.start);
        println!("{kind:12} {offset:>#10x} {:>10} {:>8}", section.range.len(), section.count);
    }
    for import in module.imports() {
        println!("import {:?} {:?}: {}", import.module, import.name, module.import_type(import));
    }
    for export in module.exports() {
        println!("export {:?}: {}", export.name, module.export_type(export));
    }
    Ok(())
}
