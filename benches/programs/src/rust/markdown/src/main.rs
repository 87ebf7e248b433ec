//! A parser, pulldown-cmark: generated Markdown is parsed into events and written as HTML.

use driver::{Digest, Random};
use pulldown_cmark::{Event, Options, Parser, html};
use std::fmt::Write as _;
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(180, 0x0293_ba59_d855_0246), (15, 0x31e1_0712_67fa_2cc2)];

const WORDS: [&str; 16] = [
    "dragon",
    "*scale*",
    "**fire**",
    "`code & tick`",
    "[link](http://example.org/a?b=c \"title\")",
    "cave",
    "&amp;",
    "<b>bold</b>",
    "~~old~~",
    "gold",
    "![picture](p.png)",
    "[ref][one]",
    "night",
    "back\\*slash",
    "“quote”",
    "wing",
];

fn words(text: &mut String, random: &mut Random, count: u32) {
    for _ in 0..count {
        text.push_str(WORDS[random.below(16) as usize]);
        text.push(' ');
    }
}

fn block(text: &mut String, random: &mut Random) {
    match random.below(8) {
        0 => {
            text.push_str(&"#".repeat(1 + random.below(4) as usize));
            text.push(' ');
            words(text, random, 4);
        }
        1 => {
            for item in 0..3 {
                let _ = write!(text, "- [{}] item ", if item == 1 { 'x' } else { ' ' });
                words(text, random, 3);
                text.push_str("\n  1. nested\n  2. ");
                words(text, random, 2);
                text.push('\n');
            }
        }
        2 => {
            text.push_str("| left | right |\n|:---|---:|\n");
            for _ in 0..4 {
                let _ = writeln!(text, "| {} | *{}* |", random.below(100), random.below(100));
            }
        }
        3 => {
            let _ = writeln!(
                text,
                "```rust\nfn f() {{ {} < {} }}\n```",
                random.below(9),
                random.below(9)
            );
        }
        4 => {
            text.push_str("> quoted ");
            words(text, random, 6);
            text.push_str("\n> > twice ");
            words(text, random, 3);
        }
        5 => text.push_str("Footnote[^1] and more.\n\n[^1]: The *note*.\n"),
        _ => words(text, random, 30),
    }
    text.push_str("\n\n");
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(5);
    let mut digest = Digest::default();
    let mut page = String::new();
    for _ in 0..work {
        let mut text = String::from("[one]: http://example.org/one\n\n");
        for _ in 0..40 {
            block(&mut text, &mut random);
        }
        let mut kinds = [0_u32; 4];
        let events = Parser::new_ext(&text, Options::all()).inspect(|event| match event {
            Event::Start(_) => kinds[0] += 1,
            Event::Text(_) => kinds[1] += 1,
            Event::Code(_) => kinds[2] += 1,
            _ => kinds[3] += 1,
        });
        page.clear();
        html::push_html(&mut page, events);
        digest.bytes(&page);
        kinds.iter().for_each(|kind| digest.number((*kind).into()));
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
