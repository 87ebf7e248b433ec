//! The command line.

use crate::{
    Failure,
    profile::{PROFILES, Profile},
};
use std::path::PathBuf;

const USAGE: &str = "\
usage: dergwasm-differential [--seed N] [--count N] [--minutes M] [--profile NAME]
                             [--differences N] [--out FOLDER]
  --seed N          the first module; the next has the next number (default: 1)
  --count N         how many modules (default: 1000, or no end with --minutes)
  --minutes M       stop after this time
  --profile NAME    only modules of this kind; without it the kinds take turns
  --differences N   stop after this many modules that differ (default: 1)
  --out FOLDER      where modules that differ are written (default: differences)
profiles: ";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) seed: u64,
    pub(crate) count: usize,
    pub(crate) minutes: Option<u64>,
    pub(crate) profile: Option<&'static Profile>,
    pub(crate) differences: usize,
    pub(crate) out: PathBuf,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let (mut count, out) = (None, PathBuf::from("differences"));
        let mut parsed =
            Self { seed: 1, count: 0, minutes: None, profile: None, differences: 1, out };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seed" => parsed.seed = value()?.parse()?,
                "--count" => count = Some(value()?.parse()?),
                "--minutes" => parsed.minutes = Some(value()?.parse()?),
                "--profile" => parsed.profile = Some(profile(&value()?)?),
                "--differences" => parsed.differences = value()?.parse()?,
                "--out" => parsed.out = value()?.into(),
                _ => return Err(usage()),
            }
        }
        let endless = parsed.minutes.map_or(1000, |_| usize::MAX);
        parsed.count = count.unwrap_or(endless);
        Ok(parsed)
    }
}

fn profile(name: &str) -> Result<&'static Profile, Failure> {
    PROFILES.iter().find(|profile| profile.name == name).ok_or_else(usage)
}

fn usage() -> Failure {
    let names: Vec<_> = PROFILES.iter().map(|profile| profile.name).collect();
    format!("{USAGE}{}", names.join(", ")).into()
}
