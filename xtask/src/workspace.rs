//! Where things are in the repository.

use crate::Result;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    let other = std::env::var_os("CARGO_TARGET_DIR");
    root().join(other.unwrap_or_else(|| "target".into()))
}

/// The names of the crates under `crates/`, sorted; the folder is named as the crate.
pub(crate) fn crates() -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in entries(&root().join("crates"))? {
        if path.join("Cargo.toml").is_file() {
            names.push(file_name(&path));
        }
    }
    Ok(names)
}

/// The folder of a crate under `crates/`.
pub(crate) fn crate_dir(name: &str) -> PathBuf {
    root().join("crates").join(name)
}

/// The names of a crate's integration tests, sorted.
pub(crate) fn integration_tests(name: &str) -> Result<Vec<String>> {
    targets(&crate_dir(name).join("tests"))
}

/// The names of a crate's examples, sorted.
pub(crate) fn examples(name: &str) -> Result<Vec<String>> {
    targets(&crate_dir(name).join("examples"))
}

/// Where cargo puts the examples of the profile this program was built with.
pub(crate) fn built_example(name: &str) -> Result<PathBuf> {
    let this = std::env::current_exe()?;
    let folder = this.parent().ok_or("this program is in no folder")?;
    Ok(folder.join("examples").join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}

/// All Rust source files of the repository, sorted, by their path from the root.
pub(crate) fn rust_files() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    collect(root(), &mut files)?;
    files.sort();
    Ok(files)
}

/// The sorted entries of a folder; none if there is no such folder.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

/// The last part of a path.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The names of the targets cargo finds in a folder: `name.rs` or `name/main.rs`.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for path in entries(folder)? {
        let is_file = path.extension().is_some_and(|extension| extension == "rs");
        if is_file || path.join("main.rs").is_file() {
            names.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result {
    for path in entries(folder)? {
        let name = file_name(&path);
        if path.is_dir() {
            if name != "target" && !name.starts_with('.') {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path.strip_prefix(root())?.to_path_buf());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_holds_this_crate_and_the_others() {
        assert!(root().join("xtask/src/workspace.rs").is_file());
        assert!(crates().unwrap().contains(&"dergwasm-types".to_string()));
        assert!(rust_files().unwrap().contains(&PathBuf::from("xtask/src/workspace.rs")));
    }

    #[test]
    fn targets_are_files_and_folders_with_a_main() {
        assert!(integration_tests("dergwasm-wast").unwrap().contains(&"spec".to_string()));
        assert!(targets(Path::new("no/such/folder")).unwrap().is_empty());
    }
}
