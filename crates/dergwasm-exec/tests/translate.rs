//! What functions are translated to: each case is a module, its snapshot the listing.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{Config, Module, Opcode, disassemble};
use dergwasm_types::FuncIdx;
use std::fs;

fn listings(wat: &str, config: &Config) -> String {
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let decoded = module.decoded();
    let first = u32::try_from(decoded.imported_func_count()).unwrap();
    let count = u32::try_from(decoded.func_count()).unwrap();
    let listing = |func| disassemble(config, &module, FuncIdx(func)).unwrap();
    (first..count).map(listing).collect::<Vec<_>>().join("\n")
}

#[test]
fn translation() {
    insta::glob!("cases/**/*.wat", |path| {
        let wat = fs::read_to_string(path).unwrap();
        let stem = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let mut config = Config::default();
        config.consume_fuel(stem.contains("metered")).interruptible(stem.contains("metered"));
        config.superinstructions(!stem.contains("unfused"));
        insta::with_settings!({ description => wat.as_str(), omit_expression => true }, {
            insta::assert_snapshot!(listings(&wat, &config));
        });
    });
}

/// An instruction whose translation was forgotten would become `unreachable`.
#[test]
fn every_custom_instruction_occurs_in_a_case() {
    let mut all = String::new();
    insta::glob!("cases/**/*.wat", |path| {
        let wat = fs::read_to_string(path).unwrap();
        let mut config = Config::default();
        config.consume_fuel(true).interruptible(true);
        all.push_str(&listings(&wat, &config));
    });
    // These are no part of a function's code.
    let stubs = ["return.cross", "finish", "translate", "call.elsewhere"];
    let words: Vec<&str> = all.split_whitespace().collect();
    let missing: Vec<&str> = Opcode::ALL
        .iter()
        .filter(|opcode| opcode.shape_name() == "custom")
        .map(|opcode| opcode.mnemonic())
        .filter(|mnemonic| !stubs.contains(mnemonic) && !words.contains(mnemonic))
        .collect();
    assert!(missing.is_empty(), "no case has {missing:?}");
}

/// Each instruction of such code comes from one WebAssembly instruction, and finds its operands in
/// slots or in itself.
#[test]
fn without_superinstructions_nothing_is_fused_and_no_operand_is_in_an_accumulator() {
    let mut config = Config::default();
    config.superinstructions(false);
    insta::glob!("cases/**/*.wat", |path| {
        let wat = fs::read_to_string(path).unwrap();
        let listings = listings(&wat, &config);
        let is_code = |line: &&str| line.starts_with("          ");
        for line in listings.lines().filter(is_code) {
            // Of two instructions in one, the listing has the first in parentheses.
            let fused = ["acc", "(", "i32.test", "i64.test", "global.step"]
                .iter()
                .find(|word| line.contains(**word));
            assert_eq!(fused, None, "{}: {line}", path.display());
        }
    });
}
