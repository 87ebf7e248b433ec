//! The scripts that need something the engine does not have yet, by name, with the reason.
//!
//! `waiting.toml` has a line per script. The scripts run all the same:
//! one that passes completely has to leave the list.

use std::{collections::HashMap, sync::LazyLock};

static WAITING: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| parse(include_str!("../../waiting.toml")));

/// Why the script of this name waits, if it does.
pub(crate) fn reason(name: &str) -> Option<&'static str> {
    WAITING.get(name).copied()
}

/// Lines of the form `"script" = "reason"`.
fn parse(text: &'static str) -> HashMap<&'static str, &'static str> {
    let quoted = |part: &'static str| part.trim().strip_prefix('"')?.strip_suffix('"');
    text.lines()
        .filter_map(|line| line.split_once('='))
        .filter_map(|(name, reason)| Some((quoted(name)?, quoted(reason)?)))
        .collect()
}
