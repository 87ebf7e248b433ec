//! The examples of all crates: each is run, and prints what it is said to print.

use crate::{Result, docs, tool::Tool, workspace};
use std::{fs, path::PathBuf};

/// The crate whose examples all have to say what they print.
const FACADE: &str = "dergwasm";

/// Builds and runs the examples of all crates; returns what the table of instructions printed.
pub(crate) fn run() -> Result<Option<String>> {
    // Together, so that the engine's debug build for the tests serves them too.
    Tool::cargo(["build", "--workspace", "--examples"]).run()?;
    let mut instructions = None;
    for name in workspace::crates()? {
        for example in workspace::examples(&name)? {
            let printed = Tool::new(workspace::built_example(&example)?).output()?;
            compare(&name, &example, &printed)?;
            if example == docs::INSTRUCTIONS {
                instructions = Some(printed);
            }
        }
    }
    Ok(instructions)
}

/// The file that says what an example of a crate prints.
fn output_file(name: &str, example: &str) -> PathBuf {
    workspace::crate_dir(name).join("examples/output").join(format!("{example}.txt"))
}

/// Compares what an example printed with what it should.
fn compare(name: &str, example: &str, printed: &str) -> Result {
    let path = output_file(name, example);
    let shown = path.strip_prefix(workspace::root()).unwrap_or(&path).display();
    if !path.is_file() {
        return match name {
            FACADE => {
                Err(format!("{shown} is missing; it should say what {example} prints").into())
            }
            _ => Ok(()),
        };
    }
    let expected = fs::read_to_string(&path)?;
    if printed == expected {
        return Ok(());
    }
    let differs = |(printed, expected): (&str, &str)| printed != expected;
    let line = printed.lines().zip(expected.lines()).take_while(|pair| !differs(*pair)).count();
    let of = |text: &str| text.lines().nth(line).unwrap_or("nothing more").to_string();
    Err(format!(
        "the example {example} does not print what {shown} says: line {} is `{}`, not `{}`",
        line + 1,
        of(printed),
        of(&expected)
    )
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_told_by_its_line() {
        let expected = fs::read_to_string(output_file(FACADE, "game")).unwrap();
        assert!(compare(FACADE, "game", &expected).is_ok());
        let more = compare(FACADE, "game", &format!("{expected}more\n")).unwrap_err().to_string();
        assert!(more.contains("`more`, not `nothing more`"), "{more}");
        assert!(compare(FACADE, "no such example", "").is_err());
        assert!(compare("dergwasm-exec", "listing", "anything").is_ok());
    }
}
