//! A row that is missing from the instruction table is an error at once: of the compiler, or of the first
//! program that has the instruction. It never runs as something else.

use crate::{Result, tool::Tool, workspace};
use std::{fs, path::Path};

/// A file of `ir/table/`, a row to take out of it, and what is said then.
const ROWS: [(&str, &str, &str); 6] = [
    ("numeric.rs", "I64Rotr", "cannot be run: I64Rotr"),
    ("access.rs", "I64Load32S", "cannot be run: I64Load32S"),
    ("atomic.rs", "I64AtomicRmw16AddU", "cannot be run: I64AtomicRmw16AddU"),
    ("lane.rs", "I16x8ReplaceLane", "cannot be run: I16x8ReplaceLane"),
    // Others name these two: a fused row, and their translation.
    ("access.rs", "I64Load32U", "named `I64Load32U` found"),
    ("memory.rs", "MemoryFill", "named `MemoryFill` found"),
];

/// A test that translates all of these instructions.
const TEST: &str = r#"//! Written by `cargo xtask ci rows`.

#[test]
fn every_instruction_has_a_row() {
    let mut config = dergwasm_exec::Config::new();
    config.compilation_mode(dergwasm_exec::CompilationMode::Eager);
    let wat = b"(module (memory 1)
        (func (param i64) (result i64)
            (i64.add (i64.load32_s (i32.const 0)) (i64.const 1))
            (i64.add (i64.load32_u (i32.const 0)) (i64.const 1))
            (i64.atomic.rmw16.add_u (i32.const 0) (i64.rotr (local.get 0) (i64.const 3)))
            (i64.add) (i64.add))
        (func (result v128) (i16x8.replace_lane 3 (v128.const i64x2 1 2) (i32.const 7)))
        (func (memory.fill (i32.const 0) (i32.const 1) (i32.const 2))))";
    if let Err(error) = dergwasm_exec::Module::with_config(&config, wat) {
        panic!("{error}");
    }
}
"#;

/// Takes out each of the rows in a copy of the repository.
pub(crate) fn check() -> Result {
    let copy = workspace::target().join("rows");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    let prefix = format!("--prefix={}/", copy.display());
    Tool::new("git").args(["checkout-index", "--all", &prefix]).run()?;
    let exec = copy.join("crates/dergwasm-exec");
    fs::write(exec.join("tests/rows.rs"), TEST)?;
    translate(&copy)?.map_err(|said| format!("with all rows: {said}"))?;
    for (file, row, expected) in ROWS {
        let path = exec.join("src/ir/table").join(file);
        let whole = fs::read_to_string(&path)?;
        fs::write(&path, without(&whole, row)?)?;
        match translate(&copy)? {
            Ok(()) => return Err(format!("without the row `{row}` nobody says anything").into()),
            Err(said) if said.contains(expected) => println!("without `{row}`: {expected}"),
            Err(said) => return Err(format!("without `{row}`, not {expected}, but: {said}").into()),
        }
        fs::write(&path, whole)?;
    }
    fs::remove_dir_all(&copy)?;
    Ok(())
}

/// A table without a row and its documentation.
fn without(table: &str, row: &str) -> Result<String> {
    let lines: Vec<&str> = table.lines().collect();
    let start = format!("    {row} \"");
    let at = lines.iter().position(|line| line.starts_with(&start));
    let at = at.ok_or_else(|| format!("there is no row `{row}`"))?;
    let first = (0..at).rev().find(|&i| !lines[i].trim_start().starts_with("///")).unwrap_or(0) + 1;
    let last = (at..lines.len()).find(|&i| lines[i].ends_with(';')).unwrap_or(at);
    Ok([&lines[..first], &lines[last + 1..]].concat().join("\n"))
}

/// Runs the test in the copy; what is said if it fails.
fn translate(copy: &Path) -> Result<std::result::Result<(), String>> {
    let tool = Tool::cargo([
        "test",
        "--quiet",
        "--package",
        "dergwasm-exec",
        "--features",
        "wat",
        "--test",
        "rows",
    ]);
    let target = workspace::target().join("rows-built").display().to_string();
    tool.in_folder(copy).env("CARGO_TARGET_DIR", target).said()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_goes_with_its_documentation() {
        let table = "m! {\n    /// A.\n    A \"a\" x;\n    /// B,\n    /// long.\n    B \"b\" y\n        = z;\n    /// C.\n    C \"c\" x;\n}";
        assert_eq!(
            without(table, "B").unwrap(),
            "m! {\n    /// A.\n    A \"a\" x;\n    /// C.\n    C \"c\" x;\n}"
        );
        assert!(without(table, "D").is_err());
    }
}
