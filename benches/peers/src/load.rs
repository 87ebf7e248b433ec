//! Start-up: how long an engine takes to read a module and how much memory, in each translation
//! mode it has.

use crate::engine::{Engine, Failure, Mode};
use crate::large::LARGE;
use crate::measure::{Outcome, Task, alternate};
use crate::memory;
use crate::table::{Section, Table};

/// A module to load: its name in the tables, its bytes, and where they are.
struct Subject {
    name: String,
    wasm: Vec<u8>,
    path: String,
    /// Whether the file is only for this run.
    temporary: bool,
}

/// Loads `path` in the mode named `mode`, or in all of them.
pub fn load(
    engines: &[Box<dyn Engine>],
    path: &str,
    mode: Option<&str>,
    rounds: u32,
) -> Result<(), Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let wasm = wat::parse_bytes(&bytes)?.into_owned();
    println!("{path}: {} bytes", wasm.len());
    let subject = match wasm == bytes {
        true => Subject { name: String::new(), wasm, path: path.into(), temporary: false },
        false => stored(String::new(), wasm)?,
    };
    times(engines, std::slice::from_ref(&subject), mode, rounds);
    peaks(engines, &[subject], mode);
    Ok(())
}

/// Loads generated modules in two sizes each.
pub fn large(
    engines: &[Box<dyn Engine>],
    mode: Option<&str>,
    rounds: u32,
) -> Result<Vec<Section>, Failure> {
    let mut subjects = Vec::new();
    for large in &LARGE {
        for size in [large.size / 2, large.size] {
            subjects.push(stored(format!("{} {size}", large.name), large.build(size))?);
        }
    }
    let times = times(engines, &subjects, mode, rounds);
    let growth = growth(engines, &times);
    let whole: Vec<Subject> =
        subjects.into_iter().enumerate().filter(|(i, _)| i % 2 == 1).map(|row| row.1).collect();
    Ok(vec![times, growth, peaks(engines, &whole, mode)])
}

/// Writes a generated module to a file, or all of them to the current folder.
pub fn generate(name: Option<&str>, size: Option<&str>) -> Result<(), Failure> {
    let size = size.map(str::parse).transpose()?;
    let chosen: Vec<_> =
        LARGE.iter().filter(|large| name.is_none_or(|name| large.name == name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = LARGE.iter().map(|large| large.name).collect();
        return Err(format!("there is no such module; there are {}", names.join(", ")).into());
    }
    for large in chosen {
        let (size, path) = (size.unwrap_or(large.size), format!("{}.wasm", large.name));
        let wasm = large.build(size);
        std::fs::write(&path, &wasm)?;
        println!("{path}: {size} {}, {} bytes", large.unit, wasm.len());
    }
    Ok(())
}

/// A module in a file that the children who measure memory can read.
fn stored(name: String, wasm: Vec<u8>) -> Result<Subject, Failure> {
    let file = format!("dergwasm-peers-{}-{}.wasm", std::process::id(), name.replace(' ', "-"));
    let path = std::env::temp_dir().join(file);
    std::fs::write(&path, &wasm)?;
    Ok(Subject { name, wasm, path: path.to_string_lossy().into_owned(), temporary: true })
}

impl Drop for Subject {
    fn drop(&mut self) {
        if self.temporary {
            // It lies in the folder for such files, so nobody misses that it was left.
            drop(std::fs::remove_file(&self.path));
        }
    }
}

/// Every subject in every mode: what the rows are called.
fn rows<'a>(subjects: &'a [Subject], mode: Option<&str>) -> Vec<(String, &'a Subject, Mode)> {
    let chosen = |row: &Mode| mode.is_none_or(|mode| mode == row.name());
    let modes: Vec<Mode> = Mode::ALL.into_iter().filter(chosen).collect();
    let mut rows = Vec::new();
    for mode in modes {
        for subject in subjects {
            let name = format!("{} {}", mode.name(), subject.name);
            rows.push((name.trim_end().into(), subject, mode));
        }
    }
    rows
}

fn times(
    engines: &[Box<dyn Engine>],
    subjects: &[Subject],
    mode: Option<&str>,
    rounds: u32,
) -> Section {
    let mut table = Table::new("load", engines, "ms", 1e3);
    let rows = rows(subjects, mode);
    for (done, (name, subject, mode)) in rows.iter().enumerate() {
        table.progress(name, done, rows.len());
        let tasks = engines
            .iter()
            .map(|engine| -> Result<Task<'_>, Outcome> {
                if !engine.has(*mode) {
                    return Err(Outcome::Absent);
                }
                Ok(Box::new(move || engine.load(&subject.wasm, *mode).map(|()| 0)))
            })
            .collect();
        table.row(name, &alternate(tasks, rounds, 1), 1.0);
    }
    table.finish()
}

/// How many times longer the second of two rows took than the first: 2 is linear.
fn growth(engines: &[Box<dyn Engine>], times: &Section) -> Section {
    let mut table = Table::new("time at twice the size", engines, "times", 1.0);
    for pair in times.rows.chunks_exact(2) {
        let cells = pair[0].cells.iter().zip(&pair[1].cells);
        let cells = cells.map(|(half, whole)| Ok((*whole)? / (*half)?)).collect();
        table.numbers(&pair[1].name, cells);
    }
    table.finish()
}

fn peaks(engines: &[Box<dyn Engine>], subjects: &[Subject], mode: Option<&str>) -> Section {
    let mut table = Table::new("peak memory of loading", engines, "MB", 1.0);
    let rows = rows(subjects, mode);
    for (done, (name, subject, mode)) in rows.iter().enumerate() {
        table.progress(name, done, rows.len());
        let peaks = engines.iter().map(|engine| {
            if !engine.has(*mode) {
                return Err("-");
            }
            // Why an engine fails was told with the times.
            memory::peak(&**engine, *mode, &subject.path).map_err(|_| "refused")
        });
        table.numbers(name, peaks.collect());
    }
    table.finish()
}
