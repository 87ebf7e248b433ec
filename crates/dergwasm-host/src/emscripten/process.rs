//! The program as a process: how it ends, what it says on the console, what it cannot do.

use crate::{
    Error,
    emscripten::guest::Guest,
    sys::{Errno, Waiting},
};

/// How many functions may wait for the end.
const MAX_AT_EXIT: usize = 1 << 16;

/// `exit(status)`: runs what waits for the end and writes out what streams hold.
pub(super) fn exit<T>(guest: &mut Guest<'_, '_, T>, status: i32) -> Result<(), Error> {
    finish(guest)?;
    Err(Error::exit(status))
}

/// `_exit(status)`
pub(super) fn exit_now<T>(_guest: &mut Guest<'_, '_, T>, status: i32) -> Result<(), Error> {
    Err(Error::exit(status))
}

/// What happens before a program ends in order.
pub(super) fn finish<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    // One that registers itself again would never let the program end.
    for _ in 0..MAX_AT_EXIT {
        let Some((function, argument)) = guest.state().at_exit.pop() else { break };
        guest.call_pointer(function, &[argument]).or_else(|error| match error.trap() {
            // `atexit` registers functions without a parameter.
            Some(dergwasm_types::Trap::IndirectCallTypeMismatch) => {
                guest.call_pointer(function, &[])
            }
            _ => Err(error),
        })?;
    }
    guest.call(&["__funcs_on_exit", "___funcs_on_exit"], &[])?;
    if guest.call(&["__stdio_exit", "___stdio_exit"], &[])?.is_none() {
        guest.call(&["fflush", "_fflush"], &[0])?;
    }
    Ok(())
}

/// `atexit(function)` and `__cxa_atexit(function, argument, library)` of older programs.
pub(super) fn at_exit<T>(
    guest: &mut Guest<'_, '_, T>,
    function: u32,
    argument: u32,
    _library: u32,
) -> Result<i32, Error> {
    let waiting = &mut guest.state().at_exit;
    if waiting.len() >= MAX_AT_EXIT {
        return Ok(-1);
    }
    waiting.push((function, argument));
    Ok(0)
}

/// `atexit(function)`
pub(super) fn at_exit_plain<T>(guest: &mut Guest<'_, '_, T>, function: u32) -> Result<i32, Error> {
    at_exit(guest, function, 0, 0)
}

/// `__call_sighandler(handler, signal)`
pub(super) fn call_sighandler<T>(
    guest: &mut Guest<'_, '_, T>,
    handler: u32,
    signal: u32,
) -> Result<(), Error> {
    guest.call_pointer(handler, &[signal]).map(drop)
}

/// `emscripten_console_log` and `emscripten_out`
pub(super) fn console_out<T>(guest: &mut Guest<'_, '_, T>, text: u32) -> Result<(), Error> {
    console(guest, 1, text)
}

/// `emscripten_console_error`, `emscripten_err` and the like
pub(super) fn console_err<T>(guest: &mut Guest<'_, '_, T>, text: u32) -> Result<(), Error> {
    console(guest, 2, text)
}

/// Writes a line to a standard stream. As with a browser's console, failing has no consequence.
fn console<T>(guest: &mut Guest<'_, '_, T>, fd: u32, text: u32) -> Result<(), Error> {
    let line = guest.text(text)? + "\n";
    if let Ok(stream) = guest.state().wasi.fds.get(fd) {
        let _ = stream.write(line.as_bytes(), &Waiting::default()).and_then(|_| stream.flush());
    }
    Ok(())
}

/// What a program may ask for and need not get.
pub(super) fn nothing<T>(_guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(0)
}

/// The same, with an argument.
pub(super) fn nothing_with<T>(_guest: &mut Guest<'_, '_, T>, _: u32) -> Result<u32, Error> {
    Ok(0)
}

/// `system(command)`: there is no shell; a question whether there is one is no error.
pub(super) fn system<T>(_guest: &mut Guest<'_, '_, T>, command: u32) -> Result<i32, Error> {
    Ok(if command == 0 { 0 } else { -i32::from(Errno::Nosys.number()) })
}

/// `emscripten_scan_registers(function)`: the machine has no registers that a garbage collector
/// could not see on the stack.
pub(super) fn scan_registers<T>(guest: &mut Guest<'_, '_, T>, function: u32) -> Result<(), Error> {
    let stack = guest.stack_save()?;
    guest.call_pointer(function, &[stack, stack]).map(drop)
}

/// `_dlopen_js`: no library can be loaded. The program asks `dlerror` why.
pub(super) fn dlopen<T>(guest: &mut Guest<'_, '_, T>, _library: u32) -> Result<u32, Error> {
    const MESSAGE: &[u8] = b"dynamic linking is not supported\0";
    let text = guest.malloc(u32::try_from(MESSAGE.len()).unwrap_or(0))?;
    if text != 0 {
        guest.write_bytes(text.into(), MESSAGE)?;
        guest.call(&["__dl_seterr", "___dl_seterr"], &[text, 0])?;
        guest.free(text)?;
    }
    Ok(0)
}

/// `_dlsym_js`
pub(super) fn dlsym<T>(
    guest: &mut Guest<'_, '_, T>,
    library: u32,
    _name: u32,
) -> Result<u32, Error> {
    dlopen(guest, library)
}

/// `_dlsym_js` of newer programs
pub(super) fn dlsym_index<T>(
    guest: &mut Guest<'_, '_, T>,
    library: u32,
    _name: u32,
    _index: u32,
) -> Result<u32, Error> {
    dlopen(guest, library)
}

/// `_setitimer_js(which, milliseconds)`: nothing could interrupt the program.
pub(super) fn set_timer<T>(
    _guest: &mut Guest<'_, '_, T>,
    _which: u32,
    _milliseconds: f64,
) -> Result<u32, Error> {
    Ok(0)
}
