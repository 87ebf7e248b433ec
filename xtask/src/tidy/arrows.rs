//! Which crate may depend on which: the picture of docs/ARCHITECTURE.md.

use crate::{Result, manifest, workspace};
use std::{fs, path::PathBuf};

/// A crate and the crates of this workspace it may depend on.
type Row = (&'static str, &'static [&'static str]);

const ARROWS: [Row; 11] = [
    ("dergwasm-types", &[]),
    ("dergwasm-decode", &["dergwasm-types"]),
    ("dergwasm-store", &["dergwasm-types"]),
    ("dergwasm-exec", &["dergwasm-types", "dergwasm-decode", "dergwasm-store"]),
    ("dergwasm-macros", &[]),
    (
        "dergwasm-host",
        &[
            "dergwasm-types",
            "dergwasm-decode",
            "dergwasm-store",
            "dergwasm-exec",
            "dergwasm-macros",
        ],
    ),
    (
        "dergwasm",
        &[
            "dergwasm-types",
            "dergwasm-decode",
            "dergwasm-store",
            "dergwasm-exec",
            "dergwasm-macros",
            "dergwasm-host",
        ],
    ),
    ("dergwasm-wast", &["dergwasm"]),
    ("dergwasm-cli", &["dergwasm", "dergwasm-wast"]),
    ("benches", &["dergwasm"]),
    ("xtask", &[]),
];

/// Checks every crate's manifest against the picture.
pub(super) fn check() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for name in workspace::crates()? {
        if !ARROWS.iter().any(|(known, _)| *known == name) {
            complaints.push(format!("crates/{name}: not in the picture of crates; add it there"));
        }
    }
    for (name, allowed) in ARROWS {
        let file = folder(name).join("Cargo.toml");
        let text = fs::read_to_string(workspace::root().join(&file))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        for complaint in complaints_of(name, allowed, &text) {
            complaints.push(format!("{}: {complaint}", file.display()));
        }
    }
    Ok(complaints)
}

fn folder(name: &str) -> PathBuf {
    if name.starts_with("dergwasm") { PathBuf::from("crates").join(name) } else { name.into() }
}

/// The dependencies in a manifest that point where they must not.
fn complaints_of(name: &str, allowed: &[&str], text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for dependency in manifest::dependencies(text, kind) {
            let internal = dependency == "dergwasm" || dependency.starts_with("dergwasm-");
            // A crate may switch on its own features for its tests.
            let itself = kind == "dev-dependencies" && dependency == name;
            if internal && !itself && !allowed.contains(&dependency.as_str()) {
                found.push(format!("{kind}: {name} must not depend on {dependency}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_never_form_a_circle() {
        // Every crate stands after all it may depend on.
        for (index, (name, allowed)) in ARROWS.iter().enumerate() {
            for dependency in *allowed {
                let below = ARROWS[..index].iter().any(|(other, _)| other == dependency);
                assert!(below, "{name} → {dependency}");
            }
        }
    }

    #[test]
    fn an_arrow_upward_is_noticed() {
        let text = "[dependencies]\ndergwasm-types.workspace = true\nthiserror = \"2\"\n\
                    [dev-dependencies]\ndergwasm-exec = { path = \"../dergwasm-exec\" }\n";
        let found = complaints_of("dergwasm-store", &["dergwasm-types"], text);
        assert_eq!(found, ["dev-dependencies: dergwasm-store must not depend on dergwasm-exec"]);
    }

    #[test]
    fn a_crate_may_test_itself_with_more_features() {
        let text = "[dev-dependencies]\ndergwasm = { path = \".\", features = [\"wat\"] }\n";
        assert!(complaints_of("dergwasm", &[], text).is_empty());
    }
}
