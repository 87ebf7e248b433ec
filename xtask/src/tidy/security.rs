//! The tests that `SECURITY.md` names.

use super::lexer::code_only;
use crate::{Result, workspace};
use std::fs;

/// The page with the promises.
const PAGE: &str = "SECURITY.md";

/// Between a file and its tests, as in `` `file.rs` · `test`, `test` ``.
const MARK: &str = " · ";

/// Checks that every promise names a test and that every test named exists.
pub(super) fn check() -> Result<Vec<String>> {
    let root = workspace::root();
    let page = fs::read_to_string(root.join(PAGE))?;
    let read = |file: &str| fs::read_to_string(root.join(file)).ok();
    Ok(complaints_of(&page, read).into_iter().map(|what| format!("{PAGE}:{what}")).collect())
}

/// What is wrong with the page, with line numbers; `read` gives the text of a file.
fn complaints_of(page: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut promise = None;
    for (line, text) in (1..).zip(page.lines()) {
        if text.starts_with('#') {
            found.extend(promise.take().map(|line| format!("{line}: this promise names no test")));
            promise = text.starts_with("### ").then_some(line);
        }
        for (before, after) in text.match_indices(MARK).map(|(at, _)| text.split_at(at)) {
            let file = before.rsplit('`').nth(1).filter(|file| file.ends_with(".rs"));
            // The page explains the form with words in place of a file and a test.
            let Some(file) = file else { continue };
            promise = None;
            let tests = read(file).map(|text| tests_of(&text)).unwrap_or_default();
            for name in names_of(&after[MARK.len()..]) {
                if !tests.iter().any(|test| test == name) {
                    found.push(format!("{line}: no test `{name}` in {file}"));
                }
            }
        }
    }
    found.extend(promise.map(|line| format!("{line}: this promise names no test")));
    found
}

/// The names in a list such as `` `a`, `b` ``, up to what is not part of it.
fn names_of(list: &str) -> Vec<&str> {
    let mut parts = list.split('`');
    let mut names = Vec::new();
    let mut separator = parts.next();
    while names.is_empty() || separator == Some(", ") {
        let Some(name) = parts.next() else { break };
        names.push(name);
        separator = parts.next();
    }
    names
}

/// The names of the test functions in the text of a Rust file.
fn tests_of(text: &str) -> Vec<String> {
    let code = code_only(text);
    let functions = code.split("#[test]").skip(1).filter_map(|part| part.split_once("fn "));
    functions.filter_map(|(_, rest)| rest.split_once('(')).map(|(name, _)| name.into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_do_not_exist_and_promises_without_tests_are_found() {
        let read = |file: &str| {
            let text = "#[test]\nfn a() {}\n#[test]\n#[ignore]\nfn b() {}\nfn c() {}";
            (file == "x.rs").then(|| text.to_owned())
        };
        let complaints = |page| complaints_of(page, read);
        assert!(complaints("### One\n- `x.rs` · `a`, `b`\n").is_empty());
        assert_eq!(complaints("| `x.rs` · `a`, `c` |"), ["1: no test `c` in x.rs"]);
        assert_eq!(complaints("(`y.rs` · `a`)."), ["1: no test `a` in y.rs"]);
        assert_eq!(
            complaints("### One\n### Two\n`x.rs` · `b` and `z`"),
            ["1: this promise names no test"]
        );
        assert_eq!(complaints("### One\nas `file` · `test`"), ["1: this promise names no test"]);
    }
}
