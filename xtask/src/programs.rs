//! `cargo xtask programs`: compiles the programs of `benches/programs` to WebAssembly again.
//!
//! What they are made of comes from crates, at the versions in the lock files. The `.wasm` files are
//! committed, so only who changes a program needs the compilers.

use crate::{Result, manifest, tool::Tool, workspace};
use clap::{Args, Subcommand};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of the programs.
const FOLDER: &str = "benches/programs";

/// The compiler for C and the libraries it brings along.
const ZIG: [&str; 4] = ["python3", "-m", "ziglang", "cc"];

/// Flags for every program in C.
const FLAGS: &str = "-target wasm32-wasi -O2 -s -w -ffp-contract=off -fno-strict-aliasing -fno-sanitize=undefined -I../include";

/// The target of the programs in Rust.
const TARGET: &str = "wasm32-wasip1";

/// What there is to do with programs.
#[derive(Debug, Subcommand)]
pub(crate) enum Programs {
    /// Compile programs again and tell which came out other than committed.
    ///
    /// Needs `pip install ziglang==0.17.1` for those in C and, for those in Rust, the target
    /// wasm32-wasip1: `rustup target add wasm32-wasip1`, or a standard library in source and its
    /// variables (RUSTC, CARGO_UNSTABLE_BUILD_STD, CARGO_TARGET_WASM32_WASIP1_LINKER and
    /// CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS). Other versions of compilers make other files;
    /// README.md in benches/programs says which were used.
    Build(Options),
}

/// What `build` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only programs whose names contain this
    filter: Option<String>,
}

/// Does what the command line says.
pub(crate) fn run(programs: &Programs) -> Result {
    let Programs::Build(options) = programs;
    let table = fs::read_to_string(workspace::root().join(FOLDER).join("programs.toml"))?;
    let filter = options.filter.as_deref().unwrap_or("");
    let mut built = 0;
    for row in manifest::tables(&table) {
        let (Some(name), Some(half)) = (row.get("name"), row.get("half")) else { continue };
        if !name.contains(filter) {
            continue;
        }
        let file = workspace::root().join(FOLDER).join(half).join(name).with_extension("wasm");
        let before = fs::read(&file).ok();
        match row.get("compiler") {
            Some("clang") => compile_c(name, &file)?,
            Some("rustc") => compile_rust(name, &file)?,
            other => return Err(format!("programs.toml: {name}: compiler {other:?}").into()),
        }
        built += 1;
        if before != Some(fs::read(&file)?) {
            println!("changed: {}; write its digest into programs.toml", file.display());
        }
    }
    match built {
        0 => Err(format!("no program's name contains `{filter}`").into()),
        _ => Ok(()),
    }
}

/// Compiles a program in C to `file`.
fn compile_c(name: &str, file: &Path) -> Result {
    let sources = workspace::root().join(FOLDER).join("src/c");
    let zig = || Tool::new(ZIG[0]).args(&ZIG[1..]);
    if !zig().args(["--version"]).is_there() {
        return Err("the compiler for C does not run; `pip install ziglang==0.17.1`".into());
    }
    let metadata = Tool::cargo(["metadata", "--locked", "--format-version", "1"])
        .in_folder(&sources)
        .output()?;
    let recipe =
        Recipe::parse(&fs::read_to_string(sources.join(name).join("build.txt"))?, |krate| {
            folder_of(&metadata, krate)
        })?;
    zig()
        .args(FLAGS.split_whitespace())
        .args(&recipe.flags)
        .args(["main.c"])
        .args(recipe.files()?)
        .args(["-o".into(), file.as_os_str().to_owned()])
        .in_folder(sources.join(name))
        .run()
}

/// Compiles a program in Rust to `file`. Alone: cargo unites the features of packages.
fn compile_rust(name: &str, file: &Path) -> Result {
    let sources = workspace::root().join(FOLDER).join("src/rust");
    let nightly = env::var_os("CARGO_UNSTABLE_BUILD_STD").map(|_| "+nightly");
    let target = workspace::target().join("programs");
    Tool::new("cargo")
        .args(nightly)
        .args(["build", "--release", "--locked", "--target", TARGET, "--package", name])
        .args(["--target-dir".into(), target.clone().into_os_string()])
        .in_folder(&sources)
        .run()?;
    fs::copy(target.join(TARGET).join("release").join(name).with_extension("wasm"), file)?;
    Ok(())
}

/// The folder that Cargo keeps a crate's sources in, from what `cargo metadata` printed.
fn folder_of(metadata: &str, krate: &str) -> Option<String> {
    let package = metadata.split(&format!("{{\"name\":\"{krate}\",\"version\":")).nth(1)?;
    let path = package.split("\"manifest_path\":\"").nth(1)?.split('"').next()?;
    Some(path.trim_end_matches("/Cargo.toml").to_string())
}

/// How to compile a program in C: the lines of its `build.txt`.
#[derive(Debug, Default, PartialEq, Eq)]
struct Recipe {
    /// Patterns of files, where `*` in the last part stands for anything.
    sources: Vec<String>,
    /// Files that are left out.
    without: Vec<String>,
    flags: Vec<String>,
}

impl Recipe {
    /// Reads lines `crate: NAME`, `sources: …`, `without: …` and `flags: …`. `{crate}` and `{NAME}`
    /// stand for folders of crates; sources are in that of the crate unless they begin with another.
    fn parse(text: &str, folder: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let mut recipe = Self::default();
        let mut home = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (key, value) =
                line.split_once(':').ok_or_else(|| format!("build.txt: no key in `{line}`"))?;
            if key == "crate" {
                home = value.trim().to_string();
                continue;
            }
            for word in value.split_whitespace() {
                let word = match (key, word.starts_with('{')) {
                    ("flags", _) | (_, true) => word.replace("{crate}", &format!("{{{home}}}")),
                    _ => format!("{{{home}}}/{word}"),
                };
                let word = with_folders(&word, &folder)?;
                match key {
                    "sources" => recipe.sources.push(word),
                    "without" => recipe.without.push(word),
                    "flags" => recipe.flags.push(word),
                    _ => return Err(format!("build.txt: what is `{key}`?").into()),
                }
            }
        }
        Ok(recipe)
    }

    /// The files that the patterns mean, sorted.
    fn files(&self) -> Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for pattern in &self.sources {
            let (folder, last) = pattern.rsplit_once('/').unwrap_or((".", pattern));
            let (start, end) = last.split_once('*').unwrap_or((last, ""));
            let whole = !last.contains('*');
            let fits = |name: &str| match whole {
                true => name == last,
                false => {
                    name.len() >= start.len() + end.len()
                        && name.starts_with(start)
                        && name.ends_with(end)
                }
            };
            let found = workspace::entries(Path::new(folder))?;
            let before = files.len();
            files.extend(found.into_iter().filter(|path| {
                fits(&workspace::file_name(path))
                    && !self.without.iter().any(|without| Path::new(without) == path)
            }));
            if files.len() == before {
                return Err(format!("build.txt: no file is `{pattern}`").into());
            }
        }
        Ok(files)
    }
}

/// Puts folders in place of the names of crates in braces.
fn with_folders(word: &str, folder: impl Fn(&str) -> Option<String>) -> Result<String> {
    let Some((before, rest)) = word.split_once('{') else { return Ok(word.to_string()) };
    let (krate, after) = rest.split_once('}').ok_or_else(|| format!("build.txt: `{word}`"))?;
    let found = folder(krate).ok_or_else(|| format!("no crate `{krate}`; is it in Cargo.toml?"))?;
    Ok(format!("{before}{found}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_crates_become_their_folders() {
        let text = "# Why.\ncrate: one\nsources: a/*.c {two}/b.c\nwithout: a/x.c\nflags: -I{crate}/h -I{two} -O2\n";
        let recipe = Recipe::parse(text, |krate| Some(format!("/src/{krate}-1"))).unwrap();
        assert_eq!(recipe.sources, ["/src/one-1/a/*.c", "/src/two-1/b.c"]);
        assert_eq!(recipe.without, ["/src/one-1/a/x.c"]);
        assert_eq!(recipe.flags, ["-I/src/one-1/h", "-I/src/two-1", "-O2"]);
        assert!(Recipe::parse(text, |_| None).unwrap_err().to_string().contains("`one`"));
        assert!(Recipe::parse("what: ever", |_| None).is_err());
    }

    #[test]
    fn a_folder_is_read_from_what_cargo_prints() {
        let metadata = r#"{"packages":[{"name":"a","version":"1.0.0","manifest_path":"/r/a-1/Cargo.toml"},{"name":"ab","version":"2.0.0","manifest_path":"/r/ab-2/Cargo.toml"}]}"#;
        assert_eq!(folder_of(metadata, "ab").as_deref(), Some("/r/ab-2"));
        assert_eq!(folder_of(metadata, "b"), None);
    }

    #[test]
    fn patterns_find_files_and_leave_some_out() {
        let folder = workspace::root().join("xtask/src");
        let path = |name: &str| format!("{}/{name}", folder.display());
        let recipe = Recipe {
            sources: vec![path("pro*.rs"), path("main.rs")],
            without: vec![path("programs.rs")],
            flags: Vec::new(),
        };
        assert!(recipe.files().unwrap_err().to_string().contains("pro*.rs"));
        let recipe =
            Recipe { without: vec![path("test.rs")], sources: vec![path("t*.rs")], ..recipe };
        let names: Vec<_> =
            recipe.files().unwrap().iter().map(|p| workspace::file_name(p)).collect();
        assert_eq!(names, ["tally.rs", "tool.rs"]);
    }
}
