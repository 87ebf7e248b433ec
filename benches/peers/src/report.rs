//! The report: everything measured in one run, as Markdown with charts.

use crate::engine::{Engine, Failure};
use crate::plot;
use crate::table::{Section, Versus};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// The versions of the engines, as they were built.
const LOCK: &str = include_str!("../Cargo.lock");

/// An engine's name in the tables, and the package it comes from.
const PACKAGES: [(&str, &str); 9] = [
    ("wasmi", "wasmi"),
    ("dergwasm", "dergwasm"),
    ("silverfir", "sf-nano-core"),
    ("stitch", "makepad-stitch"),
    ("tinywasm", "tinywasm"),
    ("submilli", "submilli-wasm"),
    ("wasm3", "wasm3"),
    ("pulley", "wasmtime"),
    ("cranelift", "wasmtime"),
];

/// Writes the report to `folder`.
pub fn write(folder: &Path, sections: &[Section], head: &str) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut text = String::from(head);
    for section in sections {
        write!(text, "\n## {}\n\n", section.title)?;
        if section.chart {
            let file = format!("{}.svg", section.title.replace(' ', "-"));
            plot::ratios(&folder.join(&file), section)?;
            write!(text, "![{}: ratios]({file})\n\n", section.title)?;
        }
        text.push_str(&markdown(section));
    }
    let file = folder.join("README.md");
    std::fs::write(&file, text)?;
    println!("written: {}", file.display());
    Ok(())
}

/// What was compared, where and how.
pub fn head(engines: &[Box<dyn Engine>], rounds: u32, command: &str) -> String {
    let versions: Vec<String> = engines.iter().map(|engine| version(engine.name())).collect();
    format!(
        "# Benchmarks\n\n\
         Written by `{command}`; `benches/peers/README.md` says how it measures.\n\n\
         - Machine: {}.\n\
         - Compiler: {}, fat link-time optimisation, one codegen unit.\n\
         - Engines: {}.\n\
         - Rounds in which the engines take turns: {rounds}. Times are CPU time of the thread, the \
         smallest sample counts.\n\
         - In parentheses: the ratio to {}; less is better. Ratios of one run can be compared, times \
         of different runs cannot.\n",
        machine(),
        compiler(),
        versions.join(", "),
        engines.first().map_or("nothing", |engine| engine.name()),
    )
}

/// An engine's name, package and version.
fn version(name: &str) -> String {
    let package = PACKAGES.iter().find(|row| row.0 == name).map_or(name, |row| row.1);
    let entry = format!("name = \"{package}\"\nversion = \"");
    let version = LOCK.split_once(&entry).and_then(|(_, rest)| rest.split_once('"'));
    let version = version.map_or("of unknown version", |(version, _)| version);
    if package == name {
        format!("{name} {version}")
    } else {
        format!("{name} ({package} {version})")
    }
}

fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores, {} on {}", std::env::consts::OS, std::env::consts::ARCH)
}

fn compiler() -> String {
    let output = Command::new("rustc").arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let words = text.unwrap_or_default();
    let mut words = words.split_whitespace();
    match (words.next(), words.next()) {
        (Some(name), Some(version)) => format!("{name} {version}"),
        _ => "rustc of unknown version".into(),
    }
}

/// A section as a table.
fn markdown(section: &Section) -> String {
    let mut text = format!("| {} |", section.unit);
    for engine in &section.engines {
        text.push_str(&format!(" {engine} |"));
    }
    text.push_str("\n|---|");
    text.push_str(&"--:|".repeat(section.engines.len()));
    for row in &section.rows {
        text.push_str(&format!("\n| {} |", row.name));
        for (engine, cell) in row.cells.iter().enumerate() {
            text.push_str(&match (cell, row.ratio(engine)) {
                (Ok(number), Some(ratio)) if engine > 0 && section.chart => {
                    format!(" {} ({ratio:.2}) |", digits(*number))
                }
                (Ok(number), _) => format!(" {} |", digits(*number)),
                (Err(word), _) => format!(" {word} |"),
            });
        }
    }
    if section.mean {
        text.push_str("\n| **geometric mean** |");
        for engine in 0..section.engines.len() {
            text.push_str(&match section.mean(engine) {
                // Over fewer rows it is another mean.
                Some((mean, rows)) if rows < section.rows.len() => {
                    format!(" **{mean:.3}** of {rows} |")
                }
                Some((mean, _)) => format!(" **{mean:.3}** |"),
                None => " – |".into(),
            });
        }
    }
    text.push('\n');
    text.push_str(&comparison(section));
    text
}

/// What a section says of Dergwasm beside each other engine.
fn comparison(section: &Section) -> String {
    let rows = section.comparison();
    if !section.mean || rows.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "\n| Dergwasm to | geometric mean | kernels both run | largest ratio | slower in |\n\
         |---|--:|--:|---|--:|\n",
    );
    for (engine, Versus { mean, rows, worst: (worst, name), behind }) in rows {
        text.push_str(&format!(
            "| {engine} | {mean:.3} | {rows} | {worst:.2} ({name}) | {behind} |\n"
        ));
    }
    text
}

/// A number with three digits that matter.
fn digits(number: f64) -> String {
    match number {
        _ if number >= 100.0 => format!("{number:.0}"),
        _ if number >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}
