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
# Instructions of the processor that `cargo xtask bench check` counts: of one call of a kernel, without
# and with fuel, of loading it, of so many calls between host and WebAssembly, and of programs that do
# so much work. `count` is written by `cargo xtask bench check --bless`; `base` is the count at commit
# c38311a, which nothing writes.
";

/// Compare instruction counts of kernels, calls and programs with benches/counts.toml.
///
/// Runs each under callgrind, a tool of valgrind, and fails when one needs more than 2 % more than
/// the file's last count, or more than 1 % more than its `base`, or when all need more than their
/// base in the geometric mean. Without valgrind it says so and checks nothing.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Write the counts of this run to the file
    #[arg(long, visible_alias = "update")]
    bless: bool,
}

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// `run`, `fuel`, `load`, `call` or `program`.
    kind: String,
    /// The kernel, the program or the direction.
    name: String,
    /// What the kernel is called with, how many calls there are, or how much work.
    argument: Option<String>,
    count: u64,
    /// The count that a row is measured by for good.
    base: u64,
}

/// The most that a row may need, of what its base says.
const MOST: f64 = 1.01;

/// The most that all rows may need in the geometric mean; counts vary by less than this allows.
const MOST_IN_THE_MEAN: f64 = 1.000_5;

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
    let before = rows.clone();
    for row in &mut rows {
        let count = count(row)?;
        let (change, ratio) = (percent(row.count, count), ratio(row.base, count));
        let Row { kind, name, .. } = row;
        println!(
            "{kind:<8}{name:<21}{count:>12} instructions  {change:+6.2} %  {ratio:.3} of the base"
        );
        row.count = count;
    }
    println!("{:.4} of the base in the geometric mean", mean(&rows));
    if options.bless {
        fs::write(&path, text(&rows))?;
        println!("written: {FILE}; the base stays");
    }
    let mut complaints = above_base(&rows);
    if !options.bless {
        complaints.extend(above_before(&before, &rows));
    }
    match complaints.is_empty() {
        true => Ok(()),
        false => {
            Err(format!("more instructions than {FILE} allows: {}", complaints.join("; ")).into())
        }
    }
}

/// The rows that need more than 2 % more than the last time.
fn above_before(before: &[Row], now: &[Row]) -> Vec<String> {
    let pairs = before.iter().zip(now).filter(|(before, now)| too_many(before.count, now.count));
    let mut found: Vec<_> = pairs
        .map(|(before, now)| {
            format!("{} {} by {:.2} %", now.kind, now.name, percent(before.count, now.count))
        })
        .collect();
    if !found.is_empty() {
        found.push(
            "if that pays elsewhere, accept it with `cargo xtask bench check --bless`".into(),
        );
    }
    found
}

/// What is wrong beside the base; no blessing helps against that.
fn above_base(rows: &[Row]) -> Vec<String> {
    let above = rows.iter().filter(|row| ratio(row.base, row.count) > MOST);
    let mut found: Vec<_> = above
        .map(|row| {
            let ratio = ratio(row.base, row.count);
            format!("{} {} is {ratio:.3} of the base, {MOST} is the most", row.kind, row.name)
        })
        .collect();
    let mean = mean(rows);
    if mean > MOST_IN_THE_MEAN {
        found.push(format!("the geometric mean is {mean:.4} of the base, 1.00 is the most"));
    }
    found
}

/// The geometric mean of what rows need, of their bases.
#[expect(clippy::cast_precision_loss, reason = "there are few rows")]
fn mean(rows: &[Row]) -> f64 {
    let sum: f64 = rows.iter().map(|row| ratio(row.base, row.count).ln()).sum();
    (sum / rows.len().max(1) as f64).exp()
}

#[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
fn ratio(base: u64, count: u64) -> f64 {
    count as f64 / base.max(1) as f64
}

/// Whether a count is more than 2 % above the committed one.
fn too_many(before: u64, now: u64) -> bool {
    u128::from(now) * 100 > u128::from(before) * 102
}

fn percent(before: u64, now: u64) -> f64 {
    (ratio(before, now) - 1.0) * 100.0
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
        .args([&row.kind, &row.name])
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
        let number = |key| table.get(key).and_then(|count| count.parse().ok());
        let (Some(name), Some(count), Some(base)) =
            (field("name"), number("count"), number("base"))
        else {
            return Err(
                format!("{FILE}: [[{}]] lacks `name`, `count` or `base`", table.name).into()
            );
        };
        Ok(Row { kind: table.name.clone(), name, argument: field("argument"), count, base })
    });
    rows.collect()
}

fn text(rows: &[Row]) -> String {
    let mut text = String::from(HEAD);
    for row in rows {
        let argument = row.argument.as_ref().map(|argument| format!("argument = {argument}\n"));
        let argument = argument.unwrap_or_default();
        let Row { kind, name, count, base, .. } = row;
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n[[{kind}]]\nname = \"{name}\"\n{argument}count = {count}\nbase = {base}\n"
        );
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
        assert!(parse("[[run]]\nname = \"fib\"\nbase = 1\n").is_err());
        assert!(parse("[[run]]\nname = \"fib\"\ncount = 1\n").is_err());
    }

    fn row(count: u64, base: u64) -> Row {
        Row { kind: "run".into(), name: "fib".into(), argument: None, count, base }
    }

    #[test]
    fn the_base_allows_one_percent_for_a_row_and_nothing_in_the_mean() {
        assert!(above_base(&[row(1010, 1000), row(990, 1000)]).is_empty());
        let found = above_base(&[row(1011, 1000), row(980, 1000)]);
        assert!(found.len() == 1 && found[0].contains("fib"), "{found:?}");
        let found = above_base(&[row(1005, 1000), row(1000, 1000)]);
        assert!(found.len() == 1 && found[0].contains("mean"), "{found:?}");
    }

    #[test]
    fn every_way_of_calling_and_fuel_are_counted() {
        let committed = fs::read_to_string(workspace::root().join(FILE)).unwrap();
        let rows = parse(&committed).unwrap();
        let has = |kind: &str, name: &str| rows.iter().any(|r| r.kind == kind && r.name == name);
        assert!(has("call", "host_to_wasm") && has("call", "wasm_to_host"));
        assert!(has("run", "memory") && has("fuel", "fib") && has("fuel", "memory"));
    }
}
