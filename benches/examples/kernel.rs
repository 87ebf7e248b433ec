//! Runs one kernel once, for a tool that counts instructions: `kernel run NAME [ARGUMENT]`, or
//! `kernel load NAME` to translate it only.
//!
//! The tool counts what happens inside the functions whose names begin with `counted`.

#![forbid(unsafe_code)]

use dergwasm_benches::{KERNELS, Kernel, Running};
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

fn kernel(name: &str) -> Result<&'static Kernel, Box<dyn Error>> {
    let found = KERNELS.iter().find(|kernel| kernel.name == name);
    found.ok_or_else(|| format!("there is no kernel `{name}`").into())
}

fn work() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["load", name] => {
            let module = dergwasm::Module::new(kernel(name)?.bytes)?;
            let wasm = module.decoded().bytes().to_vec();
            counted_load(&wasm)?;
        }
        ["run", name] => {
            let (kernel, mut running) = (kernel(name)?, Running::start(kernel(name)?)?);
            let (argument, expected) = kernel.check();
            let result = counted_run(&mut running, argument)?;
            if result != expected {
                return Err(format!("{name} gave {result}, not {expected}").into());
            }
        }
        ["run", name, argument] => {
            let mut running = Running::start(kernel(name)?)?;
            println!("{}", counted_run(&mut running, argument.parse()?)?);
        }
        _ => return Err("usage: kernel load NAME | kernel run NAME [ARGUMENT]".into()),
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
