//! A kernel on Dergwasm; this file knows nothing of time.

use crate::Kernel;
use dergwasm::{Config, Error, Func, Instance, Machine, Module, Val};

/// An instance of a kernel in a machine of its own.
#[derive(Debug)]
pub struct Running {
    machine: Machine<()>,
    func: Func,
}

impl Running {
    /// Loads a kernel and instantiates it.
    ///
    /// # Errors
    ///
    /// If it does not decode, or exports no function `run`.
    pub fn start(kernel: &Kernel) -> Result<Self, Error> {
        Self::with_config(kernel, &Config::new())
    }

    /// Loads a kernel and instantiates it where running consumes fuel, of which there is enough.
    ///
    /// # Errors
    ///
    /// As [`Running::start`].
    pub fn start_metered(kernel: &Kernel) -> Result<Self, Error> {
        let mut running = Self::with_config(kernel, Config::new().consume_fuel(true))?;
        running.machine.set_fuel(u64::MAX)?;
        Ok(running)
    }

    fn with_config(kernel: &Kernel, config: &Config) -> Result<Self, Error> {
        let module = Module::with_config(config, kernel.bytes)?;
        let mut machine = Machine::with_config(config, ());
        let instance = Instance::new(&mut machine, &module, &[])?;
        match instance.get_func(&machine, "run") {
            Some(func) => Ok(Self { machine, func }),
            None => Err(Error::msg(format!("{} exports no function `run`", kernel.name))),
        }
    }

    /// Calls `run`; an `i32` result is sign-extended.
    ///
    /// # Errors
    ///
    /// If the kernel traps or returns no integer.
    pub fn run(&mut self, argument: i32) -> Result<i64, Error> {
        let mut results = [Val::I32(0)];
        self.func.call(&mut self.machine, &[Val::I32(argument)], &mut results)?;
        match &results[0] {
            Val::I32(number) => Ok((*number).into()),
            Val::I64(number) => Ok(*number),
            other => Err(Error::msg(format!("`run` returned {other:?}, which is no integer"))),
        }
    }
}
