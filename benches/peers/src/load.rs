//! Start-up: how long an engine takes to read a module and how much memory, in each translation
//! mode it has.

use crate::engine::{Engine, Failure, Mode};
use crate::kernels::{Half, KERNELS};
use crate::large::LARGE;
use crate::measure::{Outcome, Start, alternate, alternate_by, wall_time};
use crate::memory;
use crate::table::{Cell, Section, Table};
use std::borrow::Cow;

/// A module to load: its name in the tables, its bytes, and where they are.
struct Subject {
    name: String,
    wasm: Vec<u8>,
    path: String,
    /// Whether the file is only for this run.
    temporary: bool,
}

/// Modules of so many bytes are large.
const LARGE_BYTES: usize = 100_000;

impl Subject {
    /// Whether the engine is asked to load it in a mode.
    fn is_for(&self, engine: &dyn Engine, mode: Mode) -> bool {
        engine.has(mode) && (engine.takes_large() || self.wasm.len() < LARGE_BYTES)
    }
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
    times("load", engines, std::slice::from_ref(&subject), mode, rounds);
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
    let times = times("load", engines, &subjects, mode, rounds);
    let growth = growth(engines, &times);
    let mut whole: Vec<Subject> =
        subjects.into_iter().enumerate().filter(|(i, _)| i % 2 == 1).map(|row| row.1).collect();
    let threads = on_threads(engines, &whole[0], rounds);
    let peaks = peaks(engines, &whole, mode);
    let programs = programs()?;
    let small = self::times("load of programs", engines, &programs, mode, rounds);
    whole.extend(programs);
    Ok(vec![times, growth, small, threads, peaks, density(engines, &whole)?])
}

/// Programs in C of the repository.
fn programs() -> Result<Vec<Subject>, Failure> {
    const PROGRAMS: [(&str, &[u8]); 3] = [
        ("program hello", include_bytes!("../../../examples/hello.wasm")),
        ("program mandelbrot", include_bytes!("../../../examples/mandelbrot.wasm")),
        ("program sort", include_bytes!("../../../examples/sort.wasm")),
    ];
    PROGRAMS.into_iter().map(|(name, wasm)| stored(name.into(), wasm.to_vec())).collect()
}

/// The time on the wall where an engine may use more threads than one.
fn on_threads(engines: &[Box<dyn Engine>], subject: &Subject, rounds: u32) -> Section {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let title = format!("load on up to {threads} threads");
    let mut table = Table::new(title, engines, "ms", 1e3);
    for mode in [Mode::LazyTranslation, Mode::Eager] {
        let starts = engines
            .iter()
            .map(|engine| -> Result<Start<'_>, Outcome> {
                if !subject.is_for(&**engine, mode) {
                    return Err(Outcome::Absent);
                }
                Ok(Box::new(move || {
                    let load = move || engine.load_on_threads(&subject.wasm, mode).map(|()| 0);
                    Ok(Box::new(load))
                }))
            })
            .collect();
        let name = format!("{} {}", mode.name(), subject.name);
        table.row(&name, &alternate_by(wall_time, starts, rounds), 1.0);
    }
    table.finish()
}

/// How many bytes of internal code engines make of a byte of function bodies.
fn density(engines: &[Box<dyn Engine>], subjects: &[Subject]) -> Result<Section, Failure> {
    let mut rows: Vec<(String, Vec<Cow<'_, [u8]>>)> = Vec::new();
    for subject in subjects {
        rows.push((subject.name.clone(), vec![Cow::from(&subject.wasm)]));
    }
    for half in Half::ALL {
        let kernels = KERNELS.iter().filter(|kernel| kernel.half == half);
        let modules =
            kernels.map(|kernel| wat::parse_bytes(kernel.bytes)).collect::<Result<_, _>>()?;
        rows.push((format!("all kernels of the {} half", half.name()), modules));
    }
    let first = &rows[0].1[0];
    let telling: Vec<_> =
        engines.iter().filter(|engine| engine.code_bytes(first).is_some()).collect();
    let names = telling.iter().map(|engine| engine.name()).collect();
    let mut table = Table::of("internal code", names, "bytes per byte", 1.0).without_chart();
    for (name, modules) in &rows {
        let cells = telling.iter().map(|engine| ratio(&***engine, modules));
        table.numbers(name, cells.collect());
    }
    Ok(table.finish())
}

/// The bytes of internal code per byte of function bodies, over several modules.
#[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
fn ratio(engine: &dyn Engine, modules: &[Cow<'_, [u8]>]) -> Cell {
    let (mut code, mut bodies) = (0, 0);
    for wasm in modules {
        let sizes = engine.code_bytes(wasm).ok_or("-")?.map_err(|_| "refused")?;
        (code, bodies) = (code + sizes.0, bodies + sizes.1);
    }
    if bodies == 0 { Err("-") } else { Ok(code as f64 / bodies as f64) }
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
    title: &str,
    engines: &[Box<dyn Engine>],
    subjects: &[Subject],
    mode: Option<&str>,
    rounds: u32,
) -> Section {
    let mut table = Table::new(title, engines, "ms", 1e3);
    let rows = rows(subjects, mode);
    for (done, (name, subject, mode)) in rows.iter().enumerate() {
        table.progress(name, done, rows.len());
        let starts = engines
            .iter()
            .map(|engine| -> Result<Start<'_>, Outcome> {
                if !subject.is_for(&**engine, *mode) {
                    return Err(Outcome::Absent);
                }
                Ok(Box::new(move || {
                    Ok(Box::new(move || engine.load(&subject.wasm, *mode).map(|()| 0)))
                }))
            })
            .collect();
        table.row(name, &alternate(starts, rounds), 1.0);
    }
    table.finish()
}

/// How many times longer the second of two rows took than the first: 2 is linear.
fn growth(engines: &[Box<dyn Engine>], times: &Section) -> Section {
    let mut table = Table::new("time at twice the size", engines, "times", 1.0).without_chart();
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
            if !subject.is_for(&**engine, *mode) {
                return Err("-");
            }
            // Why an engine fails was told with the times.
            memory::peak(&**engine, *mode, &subject.path).map_err(|_| "refused")
        });
        table.numbers(name, peaks.collect());
    }
    table.finish()
}
