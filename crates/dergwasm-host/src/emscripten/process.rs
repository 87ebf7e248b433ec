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

/// Fails as a function of the C library does: with -1, and the reason in `errno`.
fn fail<T>(guest: &mut Guest<'_, '_, T>, errno: Errno) -> Result<i32, Error> {
    if let Some(at) = guest.call(&["__errno_location", "___errno_location"], &[])? {
        guest.write(at.into(), u32::from(errno.number()))?;
    }
    Ok(-1)
}

/// `fork()`: there is only one process.
pub(super) fn no_fork<T>(guest: &mut Guest<'_, '_, T>) -> Result<i32, Error> {
    fail(guest, Errno::Nosys)
}

/// `execve(path, arguments, environment)`
pub(super) fn no_exec<T>(
    guest: &mut Guest<'_, '_, T>,
    _path: u32,
    _arguments: u32,
    _environment: u32,
) -> Result<i32, Error> {
    fail(guest, Errno::Nosys)
}

/// `kill(process, signal)`: there is nobody to send a signal to.
pub(super) fn no_kill<T>(
    guest: &mut Guest<'_, '_, T>,
    _process: u32,
    _signal: u32,
) -> Result<i32, Error> {
    fail(guest, Errno::Perm)
}

/// `times(buffer)`: nothing is known of how long the processor worked.
pub(super) fn times<T>(guest: &mut Guest<'_, '_, T>, to: u32) -> Result<u32, Error> {
    if to != 0 {
        guest.write_bytes(to.into(), &[0; 16])?;
    }
    Ok(0)
}

/// `getloadavg(averages, count)`: the system is idle, at most three times.
pub(super) fn load<T>(guest: &mut Guest<'_, '_, T>, to: u32, count: i32) -> Result<i32, Error> {
    let count = count.clamp(0, 3);
    for at in (u64::from(to)..).step_by(8).take(usize::try_from(count).unwrap_or(0)) {
        guest.write(at, 0_u64)?;
    }
    Ok(count)
}

/// `EAI_FAIL`: names cannot be found, and asking again does not help.
const NO_RECOVERY: i32 = -4;

/// `getaddrinfo(node, service, hints, result)`: there is no network.
pub(super) fn no_address<T>(
    _guest: &mut Guest<'_, '_, T>,
    _node: u32,
    _service: u32,
    _hints: u32,
    _to: u32,
) -> Result<i32, Error> {
    Ok(NO_RECOVERY)
}

/// `getnameinfo`
#[expect(clippy::too_many_arguments, reason = "as many as the C function has")]
pub(super) fn no_name<T>(
    _guest: &mut Guest<'_, '_, T>,
    _address: u32,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
    _: u32,
) -> Result<i32, Error> {
    Ok(NO_RECOVERY)
}

/// `pthread_create`: answers that no thread can be started now.
pub(super) fn no_thread<T>(
    _guest: &mut Guest<'_, '_, T>,
    _thread: u32,
    _attributes: u32,
    _start: u32,
    _argument: u32,
) -> Result<i32, Error> {
    Ok(Errno::Again.number().into())
}

/// Makes the only thread known to a program that was built for several.
pub(super) fn init_main_thread<T>(guest: &mut Guest<'_, '_, T>, block: u32) -> Result<(), Error> {
    const STACK: u32 = 1 << 16;
    let init = ["_emscripten_thread_init", "__emscripten_thread_init"];
    guest.call(&init, &[block, 1, 1, 1, STACK, 0])?;
    guest.call(&["_emscripten_tls_init", "__emscripten_tls_init"], &[])?;
    Ok(())
}

/// `_emscripten_default_pthread_stack_size()`
pub(super) fn thread_stack<T>(_guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(1 << 16)
}

/// `_emscripten_get_progname(buffer, len)`
pub(super) fn program_name<T>(
    guest: &mut Guest<'_, '_, T>,
    to: u32,
    len: u32,
) -> Result<(), Error> {
    let mut name = guest.state().wasi.args.first().cloned().unwrap_or_default();
    if let Some(most) = (len as usize).checked_sub(1) {
        name.truncate(most);
        name.push(0);
        guest.write_bytes(to.into(), &name)?;
    }
    Ok(())
}
