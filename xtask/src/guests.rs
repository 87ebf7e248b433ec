//! `cargo xtask guests`: compiles the C programs of examples, tests and benchmarks to WebAssembly.
//!
//! The compiler and its flags stand in the `flags.txt` of each folder. The `.wasm` files are
//! committed, so only who changes a source needs the compiler. Which of them came out otherwise than
//! committed is said, and with `--check` an error.

use crate::{Result, tool::Tool, workspace};
use clap::Args;
use std::{fs, path::Path};

/// The folders with sources, each with its `flags.txt`.
const FOLDERS: &[&str] = &[
    "examples",
    "crates/dergwasm-host/tests/guests/typed",
    "crates/dergwasm-host/tests/guests/wasi",
    "benches/kernels/tuning",
    "benches/kernels/untouched",
];

/// The folder with programs for Emscripten, of which one source makes several.
const EMSCRIPTEN: &str = "crates/dergwasm-host/tests/guests/emscripten";

/// What `guests` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only sources whose path contains this.
    filter: Option<String>,
    /// Fail when a `.wasm` file comes out other than it was
    #[arg(long)]
    check: bool,
}

/// Compiles every source that the options choose.
pub(crate) fn run(options: &Options) -> Result {
    let filter = options.filter.as_deref();
    let mut changed = Vec::new();
    for folder in FOLDERS {
        changed.extend(compile_folder(folder, filter)?);
    }
    changed.extend(compile_emscripten(filter)?);
    changed.iter().for_each(|path| println!("changed: {path}"));
    match options.check && !changed.is_empty() {
        true => Err("these files were not what their sources make; commit them".into()),
        false => Ok(()),
    }
}

/// Runs `compile`; whether it left another file at `path` than was there before.
fn changes(path: &Path, compile: impl FnOnce() -> Result) -> Result<bool> {
    let before = fs::read(path).ok();
    compile()?;
    Ok(before != Some(fs::read(path)?))
}

/// Compiles the programs for Emscripten whose paths contain `filter`; those that changed.
fn compile_emscripten(filter: Option<&str>) -> Result<Vec<String>> {
    let folder = workspace::root().join(EMSCRIPTEN);
    let flags = Flags::parse(&fs::read_to_string(folder.join("flags.txt"))?)?;
    let chosen =
        |name: &str| filter.is_none_or(|filter| format!("{EMSCRIPTEN}/{name}").contains(filter));
    let mut changed = Vec::new();
    for (name, line) in flags.sources.iter().filter(|(name, _)| chosen(name)) {
        if !flags.compiler().args(["--version"]).is_there() {
            return Err(format!("`{}` does not run; install Emscripten", flags.compiler()).into());
        }
        let script = format!("{name}.js");
        let compile = flags.compiler().args(line.split_whitespace()).args(["-o", &script]);
        let output = format!("{name}.wasm");
        if changes(&folder.join(&output), || compile.in_folder(&folder).run())? {
            changed.push(format!("{EMSCRIPTEN}/{output}"));
        }
        fs::remove_file(folder.join(script))?;
    }
    Ok(changed)
}

/// Compiles the sources of a folder whose paths contain `filter`; those that changed.
fn compile_folder(name: &str, filter: Option<&str>) -> Result<Vec<String>> {
    let folder = workspace::root().join(name);
    let flags = Flags::parse(&fs::read_to_string(folder.join("flags.txt"))?)?;
    let chosen =
        |source: &str| filter.is_none_or(|filter| format!("{name}/{source}").contains(filter));
    let sources: Vec<String> = workspace::entries(&folder)?
        .iter()
        .map(|path| workspace::file_name(path))
        .filter(|source| source.ends_with(".c") && chosen(source))
        .collect();
    let mut changed = Vec::new();
    if sources.is_empty() {
        return Ok(changed);
    }
    if !flags.compiler().args(["--version"]).is_there() {
        return Err(format!(
            "`{}` does not run; install it with `{}`",
            flags.compiler(),
            flags.install.as_deref().unwrap_or("pip install ziglang")
        )
        .into());
    }
    for source in sources {
        let output = format!("{}.wasm", source.trim_end_matches(".c"));
        let compile = flags.compiler().args(flags.of(&source)?).args([&source, "-o", &output]);
        if changes(&folder.join(&output), || compile.in_folder(&folder).run())? {
            changed.push(format!("{name}/{output}"));
        }
    }
    Ok(changed)
}

/// What `flags.txt` says: lines `name: value`.
#[derive(Debug)]
struct Flags {
    compiler: String,
    /// The command in the comments that installs the compiler.
    install: Option<String>,
    sources: Vec<(String, String)>,
}

impl Flags {
    fn parse(text: &str) -> Result<Self> {
        let install = text.split_once("(pip install ").and_then(|(_, rest)| rest.split_once(')'));
        let mut flags = Self {
            compiler: String::new(),
            install: install.map(|(package, _)| format!("pip install {package}")),
            sources: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
            let (name, value) = line
                .split_once(':')
                .ok_or_else(|| format!("flags.txt: `{line}` is not `name: flags`"))?;
            let value = value.trim().to_string();
            match name.trim() {
                "compiler" => flags.compiler = value,
                name => flags.sources.push((name.to_string(), value)),
            }
        }
        if flags.compiler.is_empty() {
            return Err("flags.txt names no compiler; add a line `compiler: …`".into());
        }
        Ok(flags)
    }

    /// The compiler, without flags.
    fn compiler(&self) -> Tool {
        let mut words = self.compiler.split_whitespace();
        Tool::new(words.next().unwrap_or_default()).args(words)
    }

    /// The flags of a source, or those of `*`.
    fn of(&self, source: &str) -> Result<impl Iterator<Item = &str>> {
        let line = |wanted| self.sources.iter().find(|(name, _)| name == wanted);
        let (_, flags) = line(source).or_else(|| line("*")).ok_or_else(|| {
            format!("flags.txt has no line for {source}; add one, or one for `*`")
        })?;
        Ok(flags.split_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &str = "# compiler (pip install ziglang==1.2)\n\
                         compiler: python3 -m ziglang cc\n\n*: -O2 -s\ntrap.c: -O1\n";

    #[test]
    fn a_source_has_its_own_flags_or_the_common_ones() {
        let flags = Flags::parse(FLAGS).unwrap();
        assert_eq!(flags.compiler().to_string(), "python3 -m ziglang cc");
        assert_eq!(flags.install.as_deref(), Some("pip install ziglang==1.2"));
        assert_eq!(flags.of("trap.c").unwrap().collect::<Vec<_>>(), ["-O1"]);
        assert_eq!(flags.of("hello.c").unwrap().collect::<Vec<_>>(), ["-O2", "-s"]);
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = |text| Flags::parse(text).unwrap_err().to_string();
        assert!(error("*: -O2").contains("no compiler"));
        assert!(error("compiler cc").contains("compiler cc"));
        let flags = Flags::parse("compiler: cc").unwrap();
        assert!(flags.of("a.c").err().unwrap().to_string().contains("a.c"));
    }
}
