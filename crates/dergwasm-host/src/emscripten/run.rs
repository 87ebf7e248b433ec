//! Running a program from outside.

use crate::{
    AsMachine as _, AsMachineMut, Caller, Error, Func, Instance,
    as_machine::usage,
    emscripten::{Emscripten, guest::Guest, process, wasm_exception},
    wasi,
};
use dergwasm_types::{ValType, Value};

/// How much of its stack a program's arguments may take.
const MAX_ARGUMENTS: usize = 1 << 20;

/// Initializes an instance whose exports are to be called: runs its constructors.
///
/// Variables that Emscripten's own host sets, such as `HOME=/home/web_user`, are added where the
/// environment has none of the name.
///
/// # Errors
/// A constructor failed, or the instance is not of this machine.
pub fn initialize<M: AsMachineMut>(
    mut machine: M,
    instance: Instance,
    emscripten: impl Fn(&mut M::Data) -> &mut Emscripten + Send + Sync + 'static,
) -> Result<(), Error> {
    let addr = instance.addr(&machine)?;
    let mut caller = Caller::new(machine.as_machine_mut(), Some(addr));
    construct(&mut Guest::new(&mut caller, &emscripten))
}

/// Runs a program: its constructors and its `main`, or nothing but the constructors if it has
/// none. The environment is completed as by [`initialize`].
///
/// Returns its exit status: what `main` returned or what it gave `exit`.
///
/// # Errors
/// The instance is not of this machine, or the program failed: by a [trap](Error::trap), by an
/// [`Abort`](super::Abort), or by a host function's error.
pub fn run<M: AsMachineMut>(
    mut machine: M,
    instance: Instance,
    emscripten: impl Fn(&mut M::Data) -> &mut Emscripten + Send + Sync + 'static,
) -> Result<i32, Error> {
    let mut machine = machine.as_machine_mut();
    if instance.get_func(&machine, "_start").is_some() {
        return wasi::run(machine, instance);
    }
    let addr = instance.addr(&machine)?;
    let mut caller = Caller::new(machine.as_machine_mut(), Some(addr));
    let mut guest = Guest::new(&mut caller, &emscripten);
    let ended = construct(&mut guest).and_then(|()| call_main(&mut guest)).and_then(|status| {
        process::finish(&mut guest)?;
        Ok(status)
    });
    match ended {
        Ok(status) => Ok(status),
        Err(error) => error.exit_status().ok_or_else(|| wasm_exception::explain(&mut guest, error)),
    }
}

fn construct<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    guest.state().complete_environment();
    guest.call(&["emscripten_stack_init", "_emscripten_stack_init"], &[])?;
    set_stack_limits(guest)?;
    guest.call(&["__wasm_apply_data_relocs"], &[])?;
    guest.call(&["__wasm_call_ctors", "___wasm_call_ctors", "_initialize"], &[])?;
    Ok(())
}

/// Tells a program that checks its stack pointer at every change where its stack is.
fn set_stack_limits<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    let base = ["emscripten_stack_get_base", "_emscripten_stack_get_base"];
    let end = ["emscripten_stack_get_end", "_emscripten_stack_get_end"];
    if let (Some(base), Some(end)) = (guest.call(&base, &[])?, guest.call(&end, &[])?) {
        guest.call(&["__set_stack_limits", "___set_stack_limits"], &[base, end])?;
    }
    Ok(())
}

/// Calls `main` with the arguments, if there is one.
fn call_main<T>(guest: &mut Guest<'_, '_, T>) -> Result<i32, Error> {
    let main = ["main", "__main_argc_argv", "_main", "__main_void"]
        .into_iter()
        .find_map(|name| guest.export(name)?.into_func());
    let Some(main) = main else { return Ok(0) };
    let ty = main.ty_in(guest.caller.as_machine().core)?;
    let mut values = [Value::ZERO; 2];
    match ty.params() {
        [] => {}
        [ValType::I32, ValType::I32] => {
            let (argc, argv) = push_arguments(guest)?;
            values = [argc.into(), argv.into()];
        }
        _ => return Err(wrong_main(main, guest)),
    }
    let ty = main.ty_in(guest.caller.as_machine().core)?;
    let has_status = match ty.results() {
        [] => false,
        [ValType::I32] => true,
        _ => return Err(wrong_main(main, guest)),
    };
    guest.enter(main, &mut values)?;
    Ok(if has_status { values[0].as_i32() } else { 0 })
}

#[cold]
fn wrong_main<T>(main: Func, guest: &Guest<'_, '_, T>) -> Error {
    match main.ty_in(guest.caller.as_machine().core) {
        Ok(ty) => usage(format!("`main` has type {ty}, which is none that a `main` can have")),
        Err(error) => error,
    }
}

/// Puts the arguments on the program's stack; gives `argc` and `argv`.
fn push_arguments<T>(guest: &mut Guest<'_, '_, T>) -> Result<(u32, u32), Error> {
    let arguments = &guest.state().wasi.args;
    let text: usize = arguments.iter().map(|argument| argument.len() + 1).sum();
    let size = text + 4 * (arguments.len() + 1);
    let too_many = || usage("the arguments of the program are too long for its stack");
    if size > MAX_ARGUMENTS {
        return Err(too_many());
    }
    let count = u32::try_from(arguments.len()).map_err(|_| too_many())?;
    let mut block = Vec::with_capacity(size);
    let base = allocate(guest, u32::try_from(size).map_err(|_| too_many())?)?;
    let arguments = &guest.state().wasi.args;
    let mut next = base.wrapping_add(4 * (count + 1));
    for argument in arguments {
        block.extend(next.to_le_bytes());
        next = next.wrapping_add(u32::try_from(argument.len() + 1).map_err(|_| too_many())?);
    }
    block.extend(0_u32.to_le_bytes());
    for argument in arguments {
        block.extend_from_slice(argument);
        block.push(0);
    }
    guest.write_bytes(base.into(), &block)?;
    Ok((count, base))
}

/// Room on the program's stack that stays there until the end.
fn allocate<T>(guest: &mut Guest<'_, '_, T>, size: u32) -> Result<u32, Error> {
    let size = size.next_multiple_of(16);
    if let Some(base) = guest.call(&["stackAlloc", "_emscripten_stack_alloc"], &[size])? {
        return Ok(base);
    }
    if guest.export("malloc").is_some() {
        return guest.malloc(size);
    }
    let base = guest.stack_save()?.wrapping_sub(size) & !15;
    guest.stack_restore(base)?;
    Ok(base)
}
