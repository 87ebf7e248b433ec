//! The crates as they are published: a program outside the repository is built of them and run.
//!
//! What a package leaves out is noticed only there, since in the repository the file is at hand. So
//! the program has none of the repository's manifests, profiles or configuration around it.

use crate::{Result, tool::Tool, workspace};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The program.
const USER: &str = include_str!("user.rs");

/// The last line it prints.
const DONE: &str = "the packaged crates work";

/// Packages all crates, builds a program of the packages, and runs it.
pub(crate) fn check() -> Result {
    let target = workspace::target().join("packaged");
    let outside = std::env::temp_dir().join(format!("dergwasm-packaged-{}", std::process::id()));
    let members = unpack(&package(&target)?, &outside)?;
    write_user(&outside, &members)?;
    let cargo = |verb| {
        let tool = Tool::cargo([verb]).in_folder(&outside);
        tool.env("CARGO_TARGET_DIR", target.display().to_string())
    };
    let printed = cargo("run").args(["--release", "--package", "user"]).output()?;
    print!("{printed}");
    if printed.lines().last() != Some(DONE) {
        return Err(format!("the program in {} did not end well", outside.display()).into());
    }
    // What else is in the packages compiles too: the command, unit tests and examples.
    cargo("check").args(["--workspace", "--all-targets"]).run()?;
    fs::remove_dir_all(&outside)?;
    Ok(())
}

/// Makes a package of each crate; returns the files.
fn package(target: &Path) -> Result<Vec<PathBuf>> {
    let folder = target.join("package");
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    let mut tool = Tool::cargo(["package", "--no-verify", "--allow-dirty", "--quiet"]);
    for name in workspace::crates()? {
        tool = tool.args(["--package".to_string(), name]);
    }
    tool.args(["--target-dir".into(), target.as_os_str().to_owned()]).run()?;
    let mut packages = workspace::entries(&folder)?;
    packages.retain(|path| path.extension().is_some_and(|extension| extension == "crate"));
    match packages.len() == workspace::crates()?.len() {
        true => Ok(packages),
        false => Err(format!("not every crate has a package: {packages:?}").into()),
    }
}

/// Unpacks the packages into a new folder; returns the names of their folders.
fn unpack(packages: &[PathBuf], outside: &Path) -> Result<Vec<String>> {
    if outside.exists() {
        fs::remove_dir_all(outside)?;
    }
    fs::create_dir_all(outside)?;
    let mut folders = Vec::new();
    for package in packages {
        // With new times: those in a package never change, so cargo would not see what did.
        let tar = Tool::new("tar").args(["-xmzf"]).args([package]).args(["-C"]).args([outside]);
        tar.run()?;
        folders.push(package.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    Ok(folders)
}

/// Writes the program and its manifest.
fn write_user(outside: &Path, members: &[String]) -> Result {
    let source = outside.join("user/src");
    fs::create_dir_all(&source)?;
    fs::write(source.join("main.rs"), USER)?;
    fs::write(outside.join("user/Cargo.toml"), manifest(env!("CARGO_PKG_VERSION")))?;
    fs::write(outside.join("Cargo.toml"), workspace_manifest(members)?)?;
    // The same versions of other packages as here: those are on this machine already.
    fs::copy(workspace::root().join("Cargo.lock"), outside.join("Cargo.lock"))?;
    Ok(())
}

fn manifest(version: &str) -> String {
    format!(
        "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         dergwasm = {{ version = \"{version}\", features = [\"wat\", \"wasi\", \"emscripten\", \
         \"host-fs\"] }}\n"
    )
}

/// The packages take the place of those of their name that a registry has.
fn workspace_manifest(members: &[String]) -> Result<String> {
    let mut text = String::from("[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n");
    text.push_str("\n[patch.crates-io]\n");
    for folder in members {
        let (name, _) = folder.rsplit_once('-').ok_or("a package is named NAME-VERSION")?;
        writeln!(text, "{name} = {{ path = \"{folder}\" }}")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_takes_the_place_of_the_published_one() {
        let text = workspace_manifest(&["dergwasm-exec-0.1.0".into()]).unwrap();
        assert!(text.contains("\ndergwasm-exec = { path = \"dergwasm-exec-0.1.0\" }\n"), "{text}");
        assert!(workspace_manifest(&["nothing".into()]).is_err());
    }

    #[test]
    fn the_program_says_when_it_is_done() {
        assert!(USER.contains(DONE) && USER.contains("TAIL_CALLS"));
    }
}
