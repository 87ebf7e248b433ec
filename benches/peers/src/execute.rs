//! Execution: every kernel on every engine, the results checked against the kernel's own.

use crate::engine::{Engine, Failure};
use crate::kernels::{KERNELS, Kernel};
use crate::measure::{Outcome, Task, alternate};
use crate::table::Table;

/// How often a kernel runs on one engine before it is the next engine's turn.
const CALLS: u32 = 12;

/// Runs the kernels whose names contain `filter`.
pub fn execute(engines: &[Box<dyn Engine>], filter: &str, rounds: u32) -> Result<(), Failure> {
    let mut table = Table::new("execute", engines, "ms", 1e3);
    for kernel in KERNELS.iter().filter(|kernel| kernel.name.contains(filter)) {
        let wasm = wat::parse_bytes(kernel.bytes)?;
        let (argument, _) = kernel.check();
        let tasks = engines
            .iter()
            .map(|engine| -> Result<Task<'_>, Failure> {
                let mut program = engine.instantiate(&wasm)?;
                Ok(Box::new(move || program.run(argument)))
            })
            .collect();
        let outcomes = alternate(tasks, rounds, CALLS);
        check(kernel, engines, &outcomes)?;
        table.row(kernel.name, &outcomes, 1.0);
    }
    table.finish();
    Ok(())
}

/// A wrong result ends everything: its time would mean nothing.
fn check(
    kernel: &Kernel,
    engines: &[Box<dyn Engine>],
    outcomes: &[Outcome],
) -> Result<(), Failure> {
    let (argument, expected) = kernel.check();
    for (engine, outcome) in engines.iter().zip(outcomes) {
        match outcome {
            Outcome::Done { answer, .. } if *answer != expected => {
                let (name, engine) = (kernel.name, engine.name());
                return Err(format!(
                    "{engine}: {name} run({argument}) gave {answer}, expected {expected}"
                )
                .into());
            }
            _ => {}
        }
    }
    Ok(())
}
