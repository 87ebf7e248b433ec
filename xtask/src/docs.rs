//! `cargo xtask docs`: the documents that are generated.
//!
//! `docs/INSTRUCTIONS.md` is what the example `instructions` of `dergwasm-exec` prints; the table of
//! proposals in the README comes from `proposals.toml`.

use crate::{Result, manifest, tool::Tool, workspace};
use clap::Args;
use std::{fs, path::Path};

/// The example of `dergwasm-exec` that prints the table of instructions.
pub(crate) const INSTRUCTIONS: &str = "instructions";

const BEGIN: &str = "<!-- proposals: written by `cargo xtask docs` from proposals.toml -->\n";
const END: &str = "<!-- end of proposals -->\n";

/// What `docs` takes.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Change nothing; fail if a document is not up to date.
    #[arg(long)]
    check: bool,
}

/// Writes or checks all generated documents.
pub(crate) fn run(options: &Options) -> Result {
    let finish = |document: &Document| {
        if options.check { document.check() } else { document.write() }
    };
    finish(&Document::readme()?)?;
    let print = Tool::cargo(["run", "--quiet", "-p", "dergwasm-exec", "--example", INSTRUCTIONS]);
    finish(&Document::instructions(&print.output()?))
}

/// Checks the generated documents against the table of instructions as it was printed.
pub(crate) fn check(instructions: &str) -> Result {
    Document::instructions(instructions).check()?;
    Document::readme()?.check()
}

/// A generated document.
struct Document {
    /// From the root of the workspace.
    path: &'static str,
    text: String,
}

impl Document {
    fn instructions(printed: &str) -> Self {
        Self { path: "docs/INSTRUCTIONS.md", text: printed.to_string() }
    }

    fn readme() -> Result<Self> {
        let path = "README.md";
        let root = workspace::root();
        let table = proposal_table(&fs::read_to_string(root.join("proposals.toml"))?)?;
        let text = replace_between(&fs::read_to_string(root.join(path))?, BEGIN, END, &table)
            .ok_or_else(|| format!("{path} lacks the lines\n{BEGIN}{END}"))?;
        Ok(Self { path, text })
    }

    fn file(&self) -> std::path::PathBuf {
        workspace::root().join(Path::new(self.path))
    }

    fn check(&self) -> Result {
        let found = fs::read_to_string(self.file()).unwrap_or_default();
        if found != self.text {
            return Err(format!("{} is out of date; run `cargo xtask docs`", self.path).into());
        }
        println!("{} is up to date", self.path);
        Ok(())
    }

    fn write(&self) -> Result {
        fs::write(self.file(), &self.text)?;
        println!("wrote {}", self.path);
        Ok(())
    }
}

/// The rows of `proposals.toml`: a Markdown table of what is supported, a sentence on the rest.
fn proposal_table(text: &str) -> Result<String> {
    let mut table = String::from("| proposal | WebAssembly | setting |\n|---|---|---|\n");
    let mut missing = Vec::new();
    for row in manifest::tables(text).iter().filter(|table| table.name == "proposal") {
        let get = |key| {
            let known = row.get("name").unwrap_or("?");
            row.get(key).ok_or_else(|| format!("proposals.toml: `{known}` has no `{key}`"))
        };
        let link = format!("[{}]({})", get("name")?, get("url")?);
        let (feature, version) = (get("feature")?, get("version")?);
        if get("supported")? == "true" {
            table += &format!("| {link} | {version} | `{feature}` |\n");
        } else {
            missing.push(link);
        }
    }
    if !missing.is_empty() {
        table += &format!("\nNot supported yet: {}.\n", missing.join(", "));
    }
    Ok(table)
}

/// `text` with what stands between the lines `begin` and `end` replaced.
fn replace_between(text: &str, begin: &str, end: &str, by: &str) -> Option<String> {
    let (head, rest) = text.split_once(begin)?;
    let (_, tail) = rest.split_once(end)?;
    Some(format!("{head}{begin}{by}{end}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supported_proposals_are_rows_and_the_others_a_sentence() {
        let row = |name, supported| {
            format!(
                "[[proposal]]\nname = \"{name}\"\nurl = \"https://x\"\nfeature = \"f\"\n\
                 version = \"2.0\"\nsupported = {supported}\n"
            )
        };
        let text = format!("# note\n{}{}", row("SIMD", true), row("GC", false));
        let table = proposal_table(&text).unwrap();
        let expected = "|---|---|---|\n| [SIMD](https://x) | 2.0 | `f` |\n\n\
                        Not supported yet: [GC](https://x).\n";
        assert!(table.ends_with(expected), "{table}");
        let error = proposal_table("[[proposal]]\nname = \"SIMD\"\n").unwrap_err().to_string();
        assert_eq!(error, "proposals.toml: `SIMD` has no `url`");
    }

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let text = "a\nBEGIN\nold\nEND\nb\n";
        let new = replace_between(text, "BEGIN\n", "END\n", "new\n").unwrap();
        assert_eq!(new, "a\nBEGIN\nnew\nEND\nb\n");
        assert_eq!(replace_between("no marks", "BEGIN\n", "END\n", ""), None);
    }
}
