//! Execution: every kernel on every engine, the results checked against the kernel's own.

use crate::engine::{Engine, Failure};
use crate::kernels::{Feature, Half, KERNELS, Kernel};
use crate::measure::{Outcome, Start, alternate};
use crate::probe;
use crate::table::{Row, Section, Table};

/// Runs the kernels whose names contain `filter`, each half of them in a table of its own.
pub fn execute(
    engines: &[Box<dyn Engine>],
    halves: &[Half],
    filter: &str,
    rounds: u32,
) -> Result<Vec<Section>, Failure> {
    let mut sections = Vec::new();
    for half in halves {
        let chosen = |kernel: &&Kernel| kernel.half == *half && kernel.name.contains(filter);
        let kernels: Vec<_> = KERNELS.iter().filter(chosen).collect();
        if !kernels.is_empty() {
            sections.push(group(&format!("execute {}", half.name()), engines, &kernels, rounds)?);
        }
    }
    if sections.is_empty() {
        return Err(format!("no kernel's name contains `{filter}`").into());
    }
    sections.extend(vectors(engines, &sections));
    Ok(sections)
}

/// The kernels with vectors once more, of both halves together.
fn vectors(engines: &[Box<dyn Engine>], sections: &[Section]) -> Option<Section> {
    let has_vectors = |row: &&Row| {
        KERNELS
            .iter()
            .any(|kernel| kernel.name == row.name && kernel.needs.contains(&Feature::Simd))
    };
    let rows: Vec<_> =
        sections.iter().flat_map(|section| &section.rows).filter(has_vectors).collect();
    if rows.is_empty() {
        return None;
    }
    let mut table = Table::new("execute kernels with vectors", engines, "ms", 1e3);
    for row in rows {
        table.numbers(&row.name, row.cells.clone());
    }
    Some(table.finish_with_mean())
}

fn group(
    title: &str,
    engines: &[Box<dyn Engine>],
    kernels: &[&Kernel],
    rounds: u32,
) -> Result<Section, Failure> {
    let mut table = Table::new(title, engines, "ms", 1e3);
    for (done, kernel) in kernels.iter().enumerate() {
        table.progress(kernel.name, done, kernels.len());
        let wasm = wat::parse_bytes(kernel.bytes)?;
        let (argument, _) = kernel.check();
        let starts = engines
            .iter()
            .map(|engine| -> Result<Start<'_>, Outcome> {
                probe::probe(&**engine, kernel)?;
                Ok(Box::new(|| {
                    let mut program = engine.instantiate(&wasm)?;
                    Ok(Box::new(move || program.run(argument)))
                }))
            })
            .collect();
        let mut outcomes = alternate(starts, rounds);
        check(kernel, engines, &mut outcomes)?;
        table.row(kernel.name, &outcomes, 1.0);
    }
    Ok(table.finish_with_mean())
}

/// A wrong result of Dergwasm ends everything; that of another engine stands in place of its time.
fn check(
    kernel: &Kernel,
    engines: &[Box<dyn Engine>],
    outcomes: &mut [Outcome],
) -> Result<(), Failure> {
    let (argument, expected) = kernel.check();
    for (engine, outcome) in engines.iter().zip(outcomes) {
        let Outcome::Done { answer, .. } = *outcome else { continue };
        if answer != expected {
            let text = format!("run({argument}) gave {answer}, expected {expected}");
            if engine.name() == "dergwasm" {
                return Err(format!("{}: {text}", kernel.name).into());
            }
            *outcome = Outcome::Failed("wrong", text.into());
        }
    }
    Ok(())
}
