//! The program as a process: how it starts, yields and ends.

use crate::{
    AsMachineMut, Error, Func, Instance, Val,
    as_machine::usage,
    sys::Errno,
    wasi::{Wasi, guest_memory::GuestMemory},
};

/// Ends the program the way a signal does, or nothing if the signal is ignored by default.
///
/// # Errors
/// The outer one ends the program.
pub(super) fn proc_raise(signal: u32) -> Result<Result<(), Errno>, Error> {
    let Some(name) = usize::try_from(signal).ok().and_then(|signal| SIGNALS.get(signal)) else {
        return Ok(Err(Errno::Inval));
    };
    match *name {
        "NONE" | "CHLD" | "CONT" | "URG" | "WINCH" => Ok(Ok(())),
        name => Err(Error::msg(format!("the program raised SIG{name} (signal {signal})"))),
    }
}

/// The names of the signals, by their numbers.
const SIGNALS: [&str; 31] = [
    "NONE", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "POLL", "PWR", "SYS",
];

pub(super) fn sched_yield(_wasi: &mut Wasi, _memory: &mut GuestMemory<'_>) -> Result<(), Errno> {
    std::thread::yield_now();
    Ok(())
}

/// Runs a program: the `_start` of a command, or the `_initialize` of a reactor.
///
/// Returns its exit status: 0 when it returns, else what it gave `proc_exit`.
///
/// # Errors
/// The instance exports neither, or the program failed: by a [trap](Error::trap) or by a host
/// function's error.
pub fn run(mut machine: impl AsMachineMut, instance: Instance) -> Result<i32, Error> {
    let mut machine = machine.as_machine_mut();
    instance.addr(&machine)?;
    let entry = ["_start", "_initialize"]
        .into_iter()
        .find_map(|name| instance.get_func(&machine, name))
        .ok_or_else(|| {
            usage("the module is no WASI program: it exports neither `_start` nor `_initialize`")
        })?;
    match call(&mut machine, entry) {
        Ok(()) => Ok(0),
        Err(error) => error.exit_status().ok_or(error),
    }
}

/// Calls a function without parameters, whatever it returns.
fn call(mut machine: impl AsMachineMut, func: Func) -> Result<(), Error> {
    let results = func.ty(&machine)?.results().len();
    func.call(&mut machine, &[], &mut vec![Val::I32(0); results])
}
