//! Text search, regex, aho-corasick and fst: generated text is matched by automata, its words are
//! indexed in a transducer and found again with mistakes.

use aho_corasick::AhoCorasick;
use driver::{Digest, Random};
use fst::{Automaton, IntoStreamer, Map, Streamer, automaton::Levenshtein, automaton::Str};
use regex::Regex;
use std::collections::BTreeMap;
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(3000, 0xc286_bed7_7e4e_6a57), (150, 0xde1c_d2c3_6b9d_e750)];

const SYLLABLES: [&str; 16] = [
    "dra", "gon", "fi", "re", "ca", "ve", "go", "ld", "wi", "ng", "smo", "ke", "é", "ta", "il",
    "sca",
];

fn text(random: &mut Random, words: u32) -> String {
    let mut text = String::new();
    for _ in 0..words {
        for _ in 0..1 + random.below(4) {
            text.push_str(SYLLABLES[random.below(16) as usize]);
        }
        match random.below(12) {
            0 => text.push_str(&format!("@{}.com ", SYLLABLES[random.below(8) as usize])),
            1 => text.push_str(&format!(" 2026-{:02}-{:02} ", random.below(14), random.below(32))),
            2 => text.push_str(".\n"),
            _ => text.push(' '),
        }
    }
    text
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(17);
    let mut digest = Digest::default();
    let text = text(&mut random, work * 10);
    for pattern in [
        r"(\w+)@(\w+)\.com",
        r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-2]\d|3[01])",
        r"(?i)\b(drag|GOLD)\w*(re|ng)\b",
        r"(?m)^\w+.*(smoke|fire)\.$",
        r"(é\w){2,}|(ca(ve)?){3}",
    ] {
        let regex = Regex::new(pattern).expect("a pattern");
        for captures in regex.captures_iter(&text) {
            for group in captures.iter().flatten() {
                digest.number(group.start() as u64);
                digest.number(group.end() as u64);
            }
        }
        digest.bytes(regex.replace_all(&text, "<$1>").as_bytes());
    }
    let words = ["gold", "dragon", "cave", "wing", "smokefire", "tail", "scale", "ngé"];
    for found in AhoCorasick::new(words).expect("few words").find_iter(&text) {
        digest.number((found.start() * 8 + found.pattern().as_usize()) as u64);
    }
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0_u64) += 1;
    }
    let map = Map::from_iter(counts).expect("sorted words");
    digest.number(map.len() as u64);
    for word in ["dragno", "firegold", "cavve", "wingil"] {
        let near =
            Levenshtein::new(word, 1).expect("a short word").union(Str::new("smo").starts_with());
        let mut found = map.search(near).into_stream();
        while let Some((word, count)) = found.next() {
            digest.bytes(word);
            digest.number(count);
        }
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
