//! `cargo xtask guests`: compiles the C programs of `examples/` to WebAssembly.
//!
//! The compiler and its flags stand in `examples/flags.txt`. The `.wasm` files are committed, so
//! only who changes a source needs the compiler.

use crate::{Result, tool::Tool, workspace};
use clap::Args;
use std::fs;

/// What `guests` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only sources whose name contains this.
    filter: Option<String>,
}

/// Compiles every source of `examples/` that the options choose.
pub(crate) fn run(options: &Options) -> Result {
    let folder = workspace::root().join("examples");
    let flags = Flags::parse(&fs::read_to_string(folder.join("flags.txt"))?)?;
    if !flags.compiler().args(["--version"]).is_there() {
        return Err(format!(
            "`{}` does not run; install it with `{}`",
            flags.compiler(),
            flags.install.as_deref().unwrap_or("pip install ziglang")
        )
        .into());
    }
    for path in workspace::entries(&folder)? {
        let source = workspace::file_name(&path);
        let Some(name) = source.strip_suffix(".c") else { continue };
        if options.filter.as_ref().is_none_or(|filter| name.contains(filter)) {
            let output = format!("{name}.wasm");
            let compile = flags.compiler().args(flags.of(&source)?).args([&source, "-o", &output]);
            compile.in_folder(&folder).run()?;
        }
    }
    Ok(())
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
