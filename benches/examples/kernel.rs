//! Does one thing once, for a tool that counts instructions:
//!
//! - `kernel run NAME [ARGUMENT]` runs a kernel, `kernel fuel NAME [ARGUMENT]` one that consumes fuel,
//! - `kernel load NAME` translates it only,
//! - `kernel program NAME WORK` runs a program that was translated before,
//! - `kernel call DIRECTION COUNT` calls so often.
//!
//! The tool counts what happens inside the functions whose names begin with `counted`.

#![forbid(unsafe_code)]

use dergwasm::{CompilationMode, Config};
use dergwasm_benches::{Calls, Direction, KERNELS, Kernel, Process, Program, Running};
use std::error::Error;
use std::process::ExitCode;

#[inline(never)]
fn counted_run(running: &mut Running, argument: i32) -> Result<i64, dergwasm::Error> {
    running.run(argument)
}

#[inline(never)]
fn counted_load(wasm: &[u8]) -> Result<dergwasm::Module, dergwasm::Error> {
    dergwasm::Module::new(wasm)
}

#[inline(never)]
fn counted_program(process: &mut Process) -> Result<(), dergwasm::Error> {
    process.run()
}

#[inline(never)]
fn counted_calls(
    calls: &mut Calls,
    direction: Direction,
    count: i32,
) -> Result<i32, dergwasm::Error> {
    calls.run(direction, count)
}

fn kernel(name: &str) -> Result<&'static Kernel, Box<dyn Error>> {
    let found = KERNELS.iter().find(|kernel| kernel.name == name);
    found.ok_or_else(|| format!("there is no kernel `{name}`").into())
}

fn run(kernel: &Kernel, mut running: Running, argument: Option<i32>) -> Result<(), Box<dyn Error>> {
    let Some(argument) = argument else {
        let (argument, expected) = kernel.check();
        let result = counted_run(&mut running, argument)?;
        return match result == expected {
            true => Ok(()),
            false => Err(format!("{} gave {result}, not {expected}", kernel.name).into()),
        };
    };
    println!("{}", counted_run(&mut running, argument)?);
    Ok(())
}

fn program(name: &str, work: u32) -> Result<(), Box<dyn Error>> {
    let found = Program::all().into_iter().find(|program| program.name == name);
    let program = found.ok_or_else(|| format!("there is no program `{name}`"))?;
    let mut config = Config::new();
    config.compilation_mode(CompilationMode::Eager);
    let mut process = Process::start(&program, &config, work)?;
    counted_program(&mut process)?;
    println!("{}", process.output().trim_end());
    Ok(())
}

fn call(name: &str, count: i32) -> Result<(), Box<dyn Error>> {
    let direction = Direction::ALL.into_iter().find(|direction| direction.name() == name);
    let direction = direction.ok_or_else(|| format!("there is no direction `{name}`"))?;
    let mut calls = Calls::start()?;
    // What only the first call does is not of interest.
    calls.run(direction, 1)?;
    let sum = counted_calls(&mut calls, direction, count)?;
    if sum == count { Ok(()) } else { Err(format!("{count} calls added {sum}").into()) }
}

fn work() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (verb, name) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let number = words.next().map(|word| word.parse()).transpose()?;
    match (verb.as_str(), number) {
        ("load", None) => {
            let module = dergwasm::Module::new(kernel(&name)?.bytes)?;
            let wasm = module.decoded().bytes().to_vec();
            counted_load(&wasm)?;
            Ok(())
        }
        ("run", argument) => {
            let kernel = kernel(&name)?;
            run(kernel, Running::start(kernel)?, argument)
        }
        ("fuel", argument) => {
            let kernel = kernel(&name)?;
            run(kernel, Running::start_metered(kernel)?, argument)
        }
        ("call", Some(count)) => call(&name, count),
        ("program", Some(work)) => program(&name, work.try_into()?),
        _ => Err("usage: kernel run|fuel NAME [ARGUMENT] | load NAME | program NAME WORK | call \
                  DIRECTION COUNT"
            .into()),
    }
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
