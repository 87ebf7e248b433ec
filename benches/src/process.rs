//! A program on Dergwasm; this file knows nothing of time.

use crate::Program;
use dergwasm::sys::Capture;
use dergwasm::wasi::Wasi;
use dergwasm::{Config, Error, Func, Linker, Machine, Module, ResumableCall, Trap};
use std::path::Path;

/// A program that is loaded and has not begun.
#[derive(Debug)]
pub struct Process {
    machine: Machine<Wasi>,
    start: Func,
    output: Capture,
}

impl Process {
    /// Loads a program as `config` says and instantiates it, to do so much work.
    ///
    /// # Errors
    ///
    /// If its file cannot be read or does not decode.
    pub fn start(program: &Program, config: &Config, work: u32) -> Result<Self, Error> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("programs");
        let wasm = program
            .read(&folder)
            .map_err(|error| Error::msg(format!("{}: {error}", program.path(&folder).display())))?;
        let module = Module::with_config(config, &wasm)?;
        let output = Capture::new();
        let wasi = Wasi::builder()
            .deterministic(1)
            .args([program.name, &work.to_string()])
            .stdout(output.clone())
            .inherit_stderr();
        let mut linker = Linker::new();
        linker.define_module(|wasi: &mut Wasi| wasi)?;
        let mut machine = Machine::with_config(config, wasi.build());
        if machine.fuel().is_some() {
            // Instantiation consumes some too.
            machine.set_fuel(u64::MAX)?;
        }
        let instance = linker.instantiate(&mut machine, &module)?;
        let start = instance.get_func(&machine, "_start");
        let start = start.ok_or_else(|| Error::msg("a program exports `_start`"))?;
        Ok(Self { machine, start, output })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    ///
    /// If it traps or gives another exit status than 0.
    pub fn run(&mut self) -> Result<(), Error> {
        self.start.call(&mut self.machine, &[], &mut [])
    }

    /// Runs it with so much fuel at a time; how many times it was given more. The program has to be
    /// loaded with fuel.
    ///
    /// # Errors
    ///
    /// As [`Process::run`].
    pub fn run_in_slices(&mut self, fuel: u64) -> Result<u32, Error> {
        self.machine.set_fuel(fuel)?;
        let mut call = self.start.call_resumable(&mut self.machine, &[], &mut [])?;
        let mut pauses = 0;
        while let ResumableCall::Paused(paused) = call {
            if paused.reason() != Trap::OutOfFuel {
                return Err(Error::msg(format!("paused by {}", paused.reason())));
            }
            pauses += 1;
            self.machine.set_fuel(fuel)?;
            call = paused.resume(&mut self.machine, &mut [])?;
        }
        Ok(pauses)
    }

    /// What it printed.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.text()
    }
}
