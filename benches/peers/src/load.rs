//! Start-up: how long an engine takes to read a module, in each translation mode it has.

use crate::engine::{Engine, Failure, Mode};
use crate::measure::{Task, alternate};
use crate::table::Table;

/// Loads `path` in the mode named `mode`, or in all of them.
pub fn load(
    engines: &[Box<dyn Engine>],
    path: &str,
    mode: Option<&str>,
    rounds: u32,
) -> Result<(), Failure> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let wasm = wat::parse_bytes(&bytes)?;
    println!("{path}: {} bytes", wasm.len());
    let mut table = Table::new("load", engines, "ms", 1e3);
    let modes =
        [("lazy-translation", Mode::LazyTranslation), ("lazy", Mode::Lazy), ("eager", Mode::Eager)];
    for (name, mode) in modes.into_iter().filter(|row| mode.is_none_or(|mode| mode == row.0)) {
        let tasks = engines
            .iter()
            .map(|engine| -> Result<Task<'_>, Failure> {
                let wasm = &wasm;
                Ok(Box::new(move || engine.load(wasm, mode).map(|()| 0)))
            })
            .collect();
        table.row(name, &alternate(tasks, rounds, 1), 1.0);
    }
    println!();
    Ok(())
}
