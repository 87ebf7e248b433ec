//! The cost of crossing: host to wasm, wasm to host, wasm to wasm, and of a new instance.

use crate::engine::{Engine, Failure};
use crate::measure::{Outcome, Start, alternate};
use crate::table::{Section, Table};

/// The inner loop of a sample.
const COUNT: i32 = 20_000;

/// Returns its argument: called from the host, `COUNT` times a sample.
const IDENTITY: &str = r#"(module (func (export "run") (param i32) (result i32) (local.get 0)))"#;

/// Calls the host `$n` times.
const TO_HOST: &str = r#"(module
    (import "env" "next" (func $next (param i32) (result i32)))
    (func (export "run") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $next (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))"#;

/// The same with the function in wasm.
const TO_WASM: &str = r#"(module
    (func $next (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "run") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $next (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))"#;

/// One of everything that instantiation has to make.
const SMALL: &str = r#"(module
    (memory 1)
    (table 4 funcref)
    (global (mut i32) (i32.const 7))
    (func $f (export "run") (param i32) (result i32) (local.get 0))
    (elem (i32.const 0) func $f $f)
    (data (i32.const 16) "sixteen bytes in"))"#;

/// Prints nanoseconds per call, per direction.
pub fn calls(engines: &[Box<dyn Engine>], rounds: u32) -> Result<Vec<Section>, Failure> {
    let mut table = Table::new("calls", engines, "ns", 1e9);
    type Body = fn(&mut dyn crate::engine::Program) -> Result<i64, Failure>;
    let rows: [(&str, &str, Body); 3] = [
        ("host to wasm", IDENTITY, |program| program.run_many(COUNT)),
        ("wasm to host", TO_HOST, |program| program.run(COUNT)),
        ("wasm to wasm", TO_WASM, |program| program.run(COUNT)),
    ];
    for (done, (name, source, body)) in rows.into_iter().enumerate() {
        table.progress(name, done, rows.len());
        let wasm = wat::parse_str(source)?;
        let starts = engines
            .iter()
            .map(|engine| -> Result<Start<'_>, Outcome> {
                Ok(Box::new(|| {
                    let mut program = engine.instantiate(&wasm)?;
                    Ok(Box::new(move || body(&mut *program)))
                }))
            })
            .collect();
        let outcomes = alternate(starts, rounds);
        same_answers(name, &outcomes)?;
        table.row(name, &outcomes, f64::from(COUNT));
    }
    Ok(vec![table.finish(), instances(engines, rounds)?])
}

/// Prints microseconds per instance of a small module.
fn instances(engines: &[Box<dyn Engine>], rounds: u32) -> Result<Section, Failure> {
    const INSTANCES: u32 = 200;
    let wasm = wat::parse_str(SMALL)?;
    let mut table = Table::new("instantiate", engines, "us", 1e6);
    let wasm = &wasm;
    let starts = engines
        .iter()
        .map(|engine| -> Result<Start<'_>, Outcome> {
            Ok(Box::new(move || {
                Ok(Box::new(move || engine.instantiate_many(wasm, INSTANCES).map(|()| 0)))
            }))
        })
        .collect();
    let outcomes = alternate(starts, rounds);
    table.row("small module", &outcomes, f64::from(INSTANCES));
    Ok(table.finish())
}

fn same_answers(name: &str, outcomes: &[Outcome]) -> Result<(), Failure> {
    let mut answers = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Done { answer, .. } => Some(*answer),
        Outcome::Absent | Outcome::Failed(..) => None,
    });
    let first = answers.next();
    match answers.find(|answer| Some(*answer) != first) {
        Some(other) => Err(format!("{name}: engines disagree: {first:?} and {other}").into()),
        None => Ok(()),
    }
}
