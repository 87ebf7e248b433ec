//! `cargo xtask bench check`: how many instructions of the processor some kernels need, compared
//! with the committed counts.
//!
//! Counts do not depend on how busy the machine is, so a regression shows in one run.

use crate::{Result, manifest, tool::Tool, workspace};
use clap::Args;
use std::{fmt::Write as _, fs, path::PathBuf};

/// The committed counts.
const FILE: &str = "benches/counts.toml";

/// The first lines of that file.
const HEAD: &str = "\
# Instructions of the processor that `cargo xtask bench check` counts: of one call of a kernel, or of
# loading it. Written by `cargo xtask bench check --bless`.
";

/// Compare instruction counts of a few kernels with benches/counts.toml.
///
/// Runs each under callgrind, a tool of valgrind, and fails when one needs more than 2 % more than
/// the file says. Without valgrind it says so and checks nothing.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write the counts of this run to the file
    #[arg(long, visible_alias = "update")]
    bless: bool,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// `run` or `load`.
    kind: String,
    kernel: String,
    /// What `run` is called with.
    argument: Option<String>,
    count: u64,
}

/// What there is to do where nothing can be counted.
pub(crate) const MISSING: &str = "install valgrind, of which callgrind counts instructions";

/// Whether instructions can be counted here.
pub(crate) fn is_possible() -> bool {
    Tool::new("valgrind").args(["--version"]).is_there()
}

/// Compares with the file, as a check among others.
pub(crate) fn compare() -> Result {
    run(&Options { bless: false })
}

/// Counts and compares.
pub(super) fn run(options: &Options) -> Result {
    if !is_possible() {
        println!("skipped: {MISSING}");
        return Ok(());
    }
    let path = workspace::root().join(FILE);
    let mut rows = parse(&fs::read_to_string(&path).map_err(|error| format!("{FILE}: {error}"))?)?;
    Tool::cargo(["build", "--release", "-p", "dergwasm-benches", "--example", "kernel"]).run()?;
    let mut worse = Vec::new();
    for row in &mut rows {
        let count = count(row)?;
        let change = percent(row.count, count);
        println!("{:<5}{:<12}{count:>14} instructions  {change:+.2} %", row.kind, row.kernel);
        if too_many(row.count, count) {
            worse.push(format!("{} {} by {change:.2} %", row.kind, row.kernel));
        }
        row.count = count;
    }
    if options.bless {
        fs::write(&path, text(&rows))?;
        println!("written: {FILE}");
        return Ok(());
    }
    match worse.is_empty() {
        true => {
            println!("counts: no row needs more than 2 % more than {FILE} says");
            Ok(())
        }
        false => Err(format!(
            "more than 2 % more instructions: {}; if that pays elsewhere, accept it with `cargo \
             xtask bench check --bless`",
            worse.join(", ")
        )
        .into()),
    }
}

/// Whether a count is more than 2 % above the committed one.
fn too_many(before: u64, now: u64) -> bool {
    u128::from(now) * 100 > u128::from(before) * 102
}

#[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
fn percent(before: u64, now: u64) -> f64 {
    (now as f64 / before.max(1) as f64 - 1.0) * 100.0
}

/// Runs a row under callgrind.
fn count(row: &Row) -> Result<u64> {
    let target = workspace::target();
    let log = target.join("callgrind.log");
    let kernel: PathBuf = ["release", "examples", "kernel"].iter().collect();
    let mut option = std::ffi::OsString::from("--log-file=");
    option.push(&log);
    let valgrind = Tool::new("valgrind")
        // What the example does before and after is not of interest.
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted*"])
        .args([option, target.join(kernel).into_os_string()])
        .args([&row.kind, &row.kernel])
        .args(&row.argument);
    valgrind.output()?;
    collected(&fs::read_to_string(&log)?)
        .ok_or_else(|| format!("`{valgrind}` told no count; see {}", log.display()).into())
}

/// The number in callgrind's last words: `==1== Collected : 123`.
fn collected(log: &str) -> Option<u64> {
    let count = log.lines().find_map(|line| line.split_once("Collected :"))?.1;
    count.trim().parse().ok().filter(|&count| count > 0)
}

fn parse(text: &str) -> Result<Vec<Row>> {
    let tables = manifest::tables(text);
    let rows = tables.iter().filter(|table| !table.name.is_empty()).map(|table| {
        let field = |key| table.get(key).map(str::to_string);
        let count = table.get("count").and_then(|count| count.parse().ok());
        let (Some(kernel), Some(count)) = (field("kernel"), count) else {
            return Err(format!("{FILE}: [[{}]] lacks `kernel` or `count`", table.name).into());
        };
        Ok(Row { kind: table.name.clone(), kernel, argument: field("argument"), count })
    });
    rows.collect()
}

fn text(rows: &[Row]) -> String {
    let mut text = String::from(HEAD);
    for row in rows {
        let argument = row.argument.as_ref().map(|argument| format!("argument = {argument}\n"));
        let argument = argument.unwrap_or_default();
        let Row { kind, kernel, count, .. } = row;
        // Writing to a string cannot fail.
        let _ = write!(text, "\n[[{kind}]]\nkernel = \"{kernel}\"\n{argument}count = {count}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_file_is_as_it_would_be_written() {
        let committed = fs::read_to_string(workspace::root().join(FILE)).unwrap();
        let rows = parse(&committed).unwrap();
        assert!(!rows.is_empty());
        assert_eq!(text(&rows), committed);
    }

    #[test]
    fn two_percent_more_are_accepted() {
        assert!(!too_many(1000, 1020) && too_many(1000, 1021) && !too_many(1000, 10));
        assert!(!too_many(0, 0) && !too_many(u64::MAX, u64::MAX));
    }

    #[test]
    fn the_count_is_read_from_the_last_words() {
        let log = "==7== Events    : Ir\n==7== Collected : 40123\n==7== \n==7== I   refs: 40,123\n";
        assert_eq!(collected(log), Some(40123));
        // Nothing counted: the functions were not found.
        assert_eq!(collected("==7== Collected : 0\n"), None);
    }

    #[test]
    fn a_row_without_a_count_is_refused() {
        assert!(parse("[[run]]\nkernel = \"fib\"\n").is_err());
    }
}
