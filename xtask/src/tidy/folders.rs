//! What belongs to every crate, and to every row of `proposals.toml`.

use super::lexer::{code_only, line_of_word};
use crate::{Result, manifest, workspace};
use std::{collections::BTreeMap, fs, path::Path};

/// The main source files whose crates guard against `unsafe`, and how.
///
/// A crate that denies it instead of forbidding it expects it where `source` allows it to stand.
const GUARDS: [(&str, &str); 9] = [
    ("crates/dergwasm-types/src/lib.rs", "forbid"),
    ("crates/dergwasm-decode/src/lib.rs", "forbid"),
    ("crates/dergwasm-store/src/lib.rs", "deny"),
    ("crates/dergwasm-macros/src/lib.rs", "forbid"),
    ("crates/dergwasm-host/src/lib.rs", "forbid"),
    ("crates/dergwasm/src/lib.rs", "forbid"),
    ("crates/dergwasm-wast/src/lib.rs", "forbid"),
    ("crates/dergwasm-cli/src/main.rs", "deny"),
    ("xtask/src/main.rs", "forbid"),
];

/// Checks the crates' folders and the list of proposals.
pub(super) fn check() -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let mut examples = BTreeMap::new();
    for name in workspace::crates()? {
        complaints.extend(of_crate(&name)?);
        for example in workspace::examples(&name)? {
            // Cargo builds all examples into one folder.
            if let Some(other) = examples.insert(example.clone(), name.clone()) {
                complaints.push(format!("{name} and {other} both have an example `{example}`"));
            }
        }
    }
    for (file, guard) in GUARDS {
        let text = fs::read_to_string(workspace::root().join(file)).unwrap_or_default();
        let attribute = format!("#![{guard}(unsafe_code)]");
        if !code_only(&text).contains(&attribute) {
            complaints.push(format!("{file}: lacks `{attribute}`"));
        }
    }
    complaints.extend(of_proposals()?);
    complaints.extend(of_toolchain()?);
    Ok(complaints)
}

/// What a crate's folder lacks.
fn of_crate(name: &str) -> Result<Vec<String>> {
    let folder = workspace::crate_dir(name);
    let mut found = Vec::new();
    if !folder.join("README.md").is_file() {
        found.push(format!("crates/{name}: has no README.md"));
    }
    let manifest = manifest::tables(&fs::read_to_string(folder.join("Cargo.toml"))?);
    let lib = manifest.iter().find(|table| table.name == "lib");
    let only_macros = lib.and_then(|table| table.get("proc-macro")) == Some("true");
    // A crate that is only a command shows its use in its README; macros cannot be used alone.
    let alone = folder.join("src/lib.rs").is_file() && !only_macros;
    if alone && workspace::examples(name)?.is_empty() {
        found.push(format!("crates/{name}: has no example of using it alone in examples/"));
    }
    if folder.join("build.rs").is_file() && !is_packaged(&manifest, "build.rs") {
        found.push(format!("crates/{name}: the package leaves out build.rs; add it to `include`"));
    }
    let lints = manifest.iter().find(|table| table.name == "lints");
    if lints.and_then(|table| table.get("workspace")) != Some("true") {
        found.push(format!("crates/{name}: lacks `[lints] workspace = true`"));
    }
    Ok(found)
}

/// Whether a file beside the manifest is part of the package.
fn is_packaged(manifest: &[manifest::Table], file: &str) -> bool {
    let package = manifest.iter().find(|table| table.name == "package");
    let include = package.and_then(|table| table.get("include"));
    include.is_none_or(|include| include.contains(&format!("\"{file}\"")))
}

/// Whether the job for the oldest toolchain uses the one that the manifest names.
fn of_toolchain() -> Result<Option<String>> {
    const JOBS: &str = ".github/workflows/ci.yml";
    let root = workspace::root();
    let manifest = manifest::tables(&fs::read_to_string(root.join("Cargo.toml"))?);
    let package = manifest.iter().find(|table| table.name == "workspace.package");
    let version = package.and_then(|table| table.get("rust-version")).unwrap_or_default();
    let jobs = fs::read_to_string(root.join(JOBS)).unwrap_or_default();
    let is_tested = jobs.contains(&format!("cargo +{version} check"));
    Ok((!is_tested).then(|| format!("{JOBS}: no job runs `cargo +{version} check`")))
}

/// Rows of `proposals.toml` that name no setting of `Features`.
fn of_proposals() -> Result<Vec<String>> {
    let root = workspace::root();
    let rows = manifest::tables(&fs::read_to_string(root.join("proposals.toml"))?);
    let features = Path::new("crates/dergwasm-decode/src/features.rs");
    let code = code_only(&fs::read_to_string(root.join(features)).unwrap_or_default());
    let mut found = Vec::new();
    for row in rows.iter().filter(|table| table.name == "proposal") {
        let feature = row.get("feature").unwrap_or_default();
        if line_of_word(&code, feature).is_none() {
            let name = row.get("name").unwrap_or("?");
            let file = features.display();
            found.push(format!("proposals.toml: `{name}`: no feature `{feature}` in {file}"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_packaged_if_the_list_names_it_or_there_is_no_list() {
        let packaged = |text| is_packaged(&manifest::tables(text), "build.rs");
        assert!(packaged("[package]\ninclude = [\"build.rs\", \"src/**\"]\n"));
        assert!(packaged("[package]\nname = \"x\"\n"));
        assert!(!packaged("[package]\ninclude = [\"src/**\"]\n"));
    }
}
