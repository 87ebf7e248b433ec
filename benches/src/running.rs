//! A kernel on Dergwasm; this file knows nothing of time.

use crate::Kernel;
use dergwasm::{Error, Func, Instance, Machine, Module, Val};

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
        let module = Module::new(kernel.bytes)?;
        let mut machine = Machine::new(());
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
