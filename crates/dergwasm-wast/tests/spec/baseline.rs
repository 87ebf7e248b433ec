//! The committed count of passing assertions of each script, which may only go up.

use std::cmp::Ordering;
use std::{collections::BTreeMap, fmt::Write as _, fs};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.toml");

const HEADER: &str = "\
# How many assertions of each script pass in every mode. May only go up:
# `cargo test --release -p dergwasm-wast --test spec -- --bless` raises it to what passes now.
";

/// The committed counts by script.
pub(crate) struct Baseline(BTreeMap<String, usize>);

impl Baseline {
    /// Reads the file; a missing one is empty.
    pub(crate) fn read() -> Result<Self, String> {
        let text = match fs::read_to_string(PATH) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("cannot read {PATH}: {error}")),
        };
        let lines = text.lines().zip(1..).filter(|(line, _)| {
            let line = line.trim();
            !line.is_empty() && !line.starts_with('#')
        });
        let counts = lines.map(|(line, number)| {
            entry(line).ok_or_else(|| format!("{PATH}:{number}: expected `\"script\" = count`"))
        });
        counts.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn write(&self) -> Result<(), String> {
        let mut text = String::from(HEADER);
        for (name, count) in &self.0 {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\"{name}\" = {count}");
        }
        fs::write(PATH, text).map_err(|error| format!("cannot write {PATH}: {error}"))
    }

    /// Whether the script of this name has a count.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Raises the count of a script; never lowers it.
    pub(crate) fn raise(&mut self, name: &str, passed: usize) {
        let count = self.0.entry(name.to_owned()).or_default();
        *count = passed.max(*count);
    }

    /// How `passed` assertions, in the mode where fewest pass, compare with the count.
    pub(crate) fn compare(&self, name: &str, passed: usize) -> Comparison {
        let count = self.0.get(name).copied().unwrap_or(0);
        match passed.cmp(&count) {
            Ordering::Less => Comparison::Worse(format!(
                "{name}: only {passed} assertions pass, baseline.toml says {count}"
            )),
            Ordering::Equal => Comparison::Same,
            Ordering::Greater => Comparison::Better(format!(
                "{name}: {passed} assertions pass, {count} before; --bless raises the baseline"
            )),
        }
    }
}

/// A script's passing assertions compared with the baseline.
pub(crate) enum Comparison {
    Worse(String),
    Same,
    Better(String),
}

fn entry(line: &str) -> Option<(String, usize)> {
    let (name, count) = line.split_once('=')?;
    let name = name.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some((name.to_owned(), count.trim().parse().ok()?))
}
