//! What code consists of and what of it is executed: `statistics [--run] [--top N] FILE...`.
//!
//! Instructions and sequences of two and three of them, by their share of each program's, averaged
//! over the programs so that none outweighs the others. `--run` counts what is executed too: of
//! programs for WASI, without arguments and input, and of the kernels of the tuning half, which
//! `kernels` in place of a file stands for.

#![forbid(unsafe_code)]

use dergwasm::exec::{CodeInstr, Step, executed, instructions};
use dergwasm::types::FuncIdx;
use dergwasm::wasi::{self, Wasi};
use dergwasm::{Config, Linker, Machine, Module};
use dergwasm_benches::{Half, KERNELS, Running};
use std::collections::HashMap;
use std::error::Error;
use std::process::ExitCode;

/// How often each sequence was found in one program.
type Counts = HashMap<Vec<String>, u64>;

/// Sequences of some length over all programs: the sum of their shares, and in how many they are.
#[derive(Debug, Default)]
struct Shares {
    programs: u32,
    rows: HashMap<Vec<String>, (f64, u32)>,
}

impl Shares {
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    fn add(&mut self, counts: &Counts, all: u64) {
        self.programs += 1;
        for (sequence, count) in counts {
            let row = self.rows.entry(sequence.clone()).or_default();
            *row = (row.0 + *count as f64 / all.max(1) as f64, row.1 + 1);
        }
    }

    fn print(&self, title: &str, top: usize) {
        println!("\n{title} ({} programs)", self.programs);
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_by(|one, other| other.1.0.total_cmp(&one.1.0).then(one.0.cmp(other.0)));
        for (sequence, (share, programs)) in rows.into_iter().take(top) {
            let share = share / f64::from(self.programs.max(1)) * 100.0;
            println!("{share:7.3} %  in {programs:3}  {}", sequence.join("  |  "));
        }
    }
}

/// Instructions, pairs and triples.
#[derive(Debug, Default)]
struct Statistics([Shares; 3]);

impl Statistics {
    /// Adds a program, of whose instructions the sequences are counted.
    fn add(&mut self, counts: &[Counts; 3]) {
        let all = counts[0].values().sum();
        for (shares, counts) in self.0.iter_mut().zip(counts) {
            shares.add(counts, all);
        }
    }

    fn print(&self, what: &str, top: usize) {
        for (name, shares) in ["instructions", "pairs", "triples"].iter().zip(&self.0) {
            shares.print(&format!("{name} {what}"), top);
        }
    }
}

/// The code of all functions that are valid.
fn code(module: &Module) -> Vec<Vec<CodeInstr>> {
    let decoded = module.decoded();
    let indices = decoded.imported_func_count()..decoded.func_count();
    let indices = indices.filter_map(|index| u32::try_from(index).ok()).map(FuncIdx);
    indices.filter_map(|func| instructions(&Config::default(), module, func).ok()).collect()
}

/// Sequences that could be one instruction: nothing jumps into them, and they run to their end.
fn in_code(functions: &[Vec<CodeInstr>]) -> [Counts; 3] {
    let mut counts = [Counts::new(), Counts::new(), Counts::new()];
    for function in functions {
        for (length, counts) in (1..).zip(&mut counts) {
            for window in function.windows(length) {
                let inner = window[1..].iter().all(|instr| !instr.is_target);
                if inner && window[..length - 1].iter().all(|instr| instr.continues) {
                    let sequence = window.iter().map(|instr| instr.pattern.clone()).collect();
                    *counts.entry(sequence).or_default() += 1;
                }
            }
        }
    }
    counts
}

/// What was executed since the last call; instructions that are in no function have only a name.
fn as_executed(functions: &[Vec<CodeInstr>]) -> [Counts; 3] {
    let instrs = functions.iter().flatten();
    let patterns: HashMap<Step, &str> =
        instrs.map(|instr| ((instr.opcode, instr.form), &*instr.pattern)).collect();
    let mut counts = [Counts::new(), Counts::new(), Counts::new()];
    for (steps, count) in executed() {
        for (length, counts) in (1..).zip(&mut counts) {
            let steps: Option<Vec<Step>> = steps[3 - length..].iter().copied().collect();
            let Some(steps) = steps else { continue };
            let name = |step: &Step| patterns.get(step).copied().unwrap_or(step.0.mnemonic());
            let sequence = steps.iter().map(|step| name(step).to_string()).collect();
            *counts.entry(sequence).or_default() += count;
        }
    }
    counts
}

/// Runs a program for WASI to its end, whatever that is.
fn run(module: &Module) -> Result<(), dergwasm::Error> {
    let mut linker = Linker::new();
    linker.define_module(|wasi: &mut Wasi| wasi)?;
    let mut machine = Machine::new(Wasi::builder().args(["program"]).build());
    let instance = linker.instantiate(&mut machine, module)?;
    wasi::run(&mut machine, instance).map(drop)
}

/// What is asked for.
#[derive(Debug)]
struct Arguments {
    run: bool,
    top: usize,
    files: Vec<String>,
}

fn parse(mut words: impl Iterator<Item = String>) -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments { run: false, top: 40, files: Vec::new() };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--run" => arguments.run = true,
            "--top" => arguments.top = words.next().ok_or("--top needs a number")?.parse()?,
            _ => arguments.files.push(word),
        }
    }
    if arguments.files.is_empty() {
        return Err(
            "usage: statistics [--run] [--top N] FILE... (`kernels`: the tuning half)".into()
        );
    }
    Ok(arguments)
}

fn work() -> Result<(), Box<dyn Error>> {
    let arguments = parse(std::env::args().skip(1))?;
    let (mut in_all_code, mut in_all_runs) = (Statistics::default(), Statistics::default());
    let mut sizes = (0, 0);
    let mut program =
        |name: &str, module: &Module, run: &dyn Fn() -> Result<(), Box<dyn Error>>| {
            let functions = code(module);
            sizes.0 += functions.iter().flatten().map(|instr| instr.size).sum::<usize>();
            sizes.1 += module.decoded().funcs().iter().map(|func| func.body.len()).sum::<usize>();
            in_all_code.add(&in_code(&functions));
            if arguments.run {
                drop(executed());
                match run() {
                    Ok(()) => in_all_runs.add(&as_executed(&functions)),
                    Err(error) => eprintln!("{name}: not run: {error}"),
                }
            }
        };
    for file in &arguments.files {
        if file == "kernels" {
            for kernel in KERNELS.iter().filter(|kernel| kernel.half == Half::Tuning) {
                let module = Module::new(kernel.bytes)?;
                program(kernel.name, &module, &|| {
                    Running::start(kernel)?.run(kernel.quick_check().0)?;
                    Ok(())
                });
            }
        } else {
            let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
            let module = Module::new(&bytes).map_err(|error| format!("{file}: {error}"))?;
            program(file, &module, &|| Ok(run(&module)?));
        }
    }
    println!("{} bytes of internal code for {} bytes of function bodies", sizes.0, sizes.1);
    in_all_code.print("in code", arguments.top);
    if arguments.run {
        in_all_runs.print("as executed", arguments.top);
    }
    Ok(())
}

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
