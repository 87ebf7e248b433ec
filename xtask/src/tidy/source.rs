//! Rules for every Rust file.

use super::lexer::{code_only, line_of_word};
use crate::{Result, workspace};
use std::{fs, path::Path};

/// The most lines a file may have.
const MAX_LINES: usize = 600;

/// File names that say nothing about what is in the file.
const BANNED_NAMES: [&str; 7] =
    ["utils", "util", "helpers", "helper", "common", "misc", "miscellaneous"];

/// Marks of unfinished work, spelled so that this file has none.
const UNFINISHED: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Where `unsafe` may stand: the files and folders docs/SAFETY.md speaks of.
const UNSAFE_PLACES: &[&str] = &[
    "crates/dergwasm-cli/src/run.rs",
    "crates/dergwasm-exec/src/continuation.rs",
    "crates/dergwasm-exec/src/dispatch",
    "crates/dergwasm-exec/src/frames.rs",
    "crates/dergwasm-exec/src/handler",
    "crates/dergwasm-exec/src/instance.rs",
    "crates/dergwasm-exec/src/instantiate.rs",
    "crates/dergwasm-exec/src/instantiate/attempt.rs",
    "crates/dergwasm-exec/src/invoke.rs",
    "crates/dergwasm-exec/src/ir/code.rs",
    "crates/dergwasm-exec/src/machine.rs",
    "crates/dergwasm-exec/src/module.rs",
    "crates/dergwasm-exec/src/pause.rs",
    "crates/dergwasm-exec/src/stack.rs",
    "crates/dergwasm-store/src/gc/raw.rs",
    "crates/dergwasm-store/src/store/rollback.rs",
    "crates/dergwasm-store/src/instance/global/block.rs",
    "crates/dergwasm-store/src/instance/memory",
    "crates/dergwasm-store/src/instance/table/raw.rs",
    "benches",
    "fuzz/src/failing.rs",
];

/// Where numbers may be read and written through pointers: the accessors of operands, slots and memory,
/// which know the order of their bytes.
const NUMBER_PLACES: [&str; 2] =
    ["crates/dergwasm-exec/src/handler/mod.rs", "crates/dergwasm-exec/src/handler/scalar.rs"];

/// Where the processor's own order of bytes may be asked for: tests that compare it with another.
const NATIVE_ORDER_PLACES: [&str; 2] =
    ["crates/dergwasm-exec/src/ir/word.rs", "crates/dergwasm-types/src/value.rs"];

/// Checks all Rust files of the repository.
pub(super) fn check() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for path in workspace::rust_files()? {
        let text = fs::read_to_string(workspace::root().join(&path))?;
        let shown = path.display().to_string();
        complaints
            .extend(complaints_of(&path, &text).into_iter().map(|what| format!("{shown}{what}")));
    }
    Ok(complaints)
}

/// What breaks a rule in one file, as text that follows the path.
fn complaints_of(path: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found
            .push(":1: starts without `//!`; say in one sentence what the file is for".to_string());
    }
    let lines = text.lines().count();
    if lines > MAX_LINES {
        found.push(format!(": {lines} lines, {MAX_LINES} are allowed; split by meaning"));
    }
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    if BANNED_NAMES.contains(&name.as_ref()) {
        found.push(format!(": `{name}` says nothing; name the file for what is in it"));
    }
    for word in UNFINISHED {
        if let Some(line) = line_of_word(text, word) {
            found.push(format!(":{line}: `{word}`; finish it or open an issue"));
        }
    }
    let code = code_only(text);
    if let Some(line) = line_of_allow(&code) {
        found.push(format!(":{line}: an allow attribute; use `expect` with a reason"));
    }
    let may_be_unsafe = UNSAFE_PLACES.iter().any(|place| path.starts_with(place));
    if let (false, Some(line)) = (may_be_unsafe, line_of_word(&code, "unsafe")) {
        found.push(format!(":{line}: `unsafe` outside the places of docs/SAFETY.md"));
    }
    found.extend(byte_order_complaints(path, &code));
    found
}

/// What in a file may be wrong on a processor with another order of bytes.
fn byte_order_complaints(path: &Path, code: &str) -> Vec<String> {
    let is_in = |places: &[&str]| places.iter().any(|place| path.starts_with(place));
    let mut found = Vec::new();
    for (line, number) in code.lines().zip(1..) {
        let handler = is_in(&["crates/dergwasm-exec/src/handler"]);
        let cast = line.split("cast").skip(1).any(|rest| {
            let ty = rest.strip_prefix("::<").and_then(|rest| rest.split('>').next());
            ty.map_or(handler && rest.starts_with("()"), is_number)
        });
        if cast && is_in(&["crates/dergwasm-exec/src"]) && !is_in(&NUMBER_PLACES) {
            found.push(format!(
                ":{number}: a pointer is cast to one to numbers; use the accessors of `Vm`, `Scalar` and \
                 `Memory`"
            ));
        }
        if line.contains("_ne_bytes") && !is_in(&NATIVE_ORDER_PLACES) {
            found.push(format!(
                ":{number}: the processor's order of bytes; use `to_le_bytes` or arithmetic"
            ));
        }
    }
    found
}

/// Whether values of a type are numbers of several bytes.
fn is_number(ty: &str) -> bool {
    let bits = ty.trim_start_matches(['u', 'i', 'f']);
    matches!(bits, "16" | "32" | "64" | "128" | "size") && bits.len() + 1 == ty.len()
}

/// The line (from 1) of the first attribute that allows a lint, also inside `cfg_attr`.
///
/// In a macro a lint may be true of some expansions only, so that expecting it fails for the
/// others; there an `expect` of `clippy::allow_attributes` in the line above gives the reason.
fn line_of_allow(code: &str) -> Option<usize> {
    let mut above = "";
    for (line, number) in code.lines().zip(1..) {
        let allows = line.match_indices("allow(").any(|(at, _)| {
            let before = line[..at].trim_end();
            before.ends_with('[') || (before.contains("cfg_attr") && before.ends_with(','))
        });
        if allows && !above.contains("#[expect(clippy::allow_attributes,") {
            return Some(number);
        }
        above = line;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(path: &str, text: &str) -> Vec<String> {
        complaints_of(Path::new(path), text)
    }

    #[test]
    fn a_plain_file_is_fine() {
        let text = "//! What it is.\n\n#[expect(dead_code, reason = \"allow(x)\")]\nfn f() {}\n";
        assert!(complaints("crates/dergwasm-host/src/linker.rs", text).is_empty());
    }

    #[test]
    fn every_rule_is_noticed() {
        let path = "crates/dergwasm-host/src/utils.rs";
        let text = format!(
            "#![{}(dead_code)]\n// {}\nunsafe fn f() {{}}\n{}",
            "allow",
            UNFINISHED[0],
            "\n".repeat(MAX_LINES)
        );
        let found = complaints(path, &text);
        let expected =
            [":1: starts", ": 603 lines", ": `utils`", ":2: `", ":1: an allow", ":3: `unsafe`"];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (complaint, start) in found.iter().zip(expected) {
            assert!(complaint.starts_with(start), "{complaint}");
        }
    }

    #[test]
    fn unsafe_is_fine_where_it_belongs_and_in_comments() {
        let handler = "crates/dergwasm-exec/src/handler/a.rs";
        assert!(complaints(handler, "//! A.\nunsafe fn f() {}").is_empty());
        assert!(complaints("xtask/src/a.rs", "//! A.\n// unsafe").is_empty());
    }

    #[test]
    fn numbers_are_read_by_accessors_only() {
        let text = "//! A.\nfn f(p: *mut u8) -> *mut u32 { p.cast::<u32>() }\n";
        let found = complaints("crates/dergwasm-exec/src/frames.rs", text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(":2: a pointer is cast"), "{found:?}");
        assert!(complaints(NUMBER_PLACES[0], text).is_empty());
        let inferred = text.replace("::<u32>", "");
        assert_eq!(complaints("crates/dergwasm-exec/src/handler/a.rs", &inferred).len(), 1);
        for fine in ["u8", "Value", "SlotHalf", "[u8; 16]"] {
            let text = text.replace("<u32>", &format!("<{fine}>"));
            assert!(complaints("crates/dergwasm-exec/src/handler/a.rs", &text).is_empty());
        }
    }

    #[test]
    fn the_order_of_bytes_is_never_the_processors() {
        let text = "//! A.\nfn f(x: u32) -> [u8; 4] { x.to_ne_bytes() }\n";
        assert_eq!(complaints("crates/dergwasm-host/src/a.rs", text).len(), 1);
        assert!(complaints("crates/dergwasm-host/src/a.rs", &text.replace("ne", "le")).is_empty());
    }

    #[test]
    fn an_allow_inside_cfg_attr_is_noticed() {
        let code = format!("#[cfg_attr(test, {}(dead_code))]", "allow");
        assert_eq!(line_of_allow(&code), Some(1));
        let expected = "#[expect(clippy::allow_attributes, reason = \"\")]";
        assert_eq!(line_of_allow(&format!("{expected}\n#[{}(x)]", "allow")), None);
        assert_eq!(line_of_allow("if self.allow(x) {}"), None);
    }
}
