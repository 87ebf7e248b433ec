//! `invoke_*`: calls of a pointer to a function that end also when the callee is left by `longjmp`
//! or an exception.
//!
//! The name's letters spell the signature, and so does the import's type, from which the call is
//! made: so every signature works.

use crate::{
    AsMachine as _, Error,
    emscripten::{
        argument::{join, split},
        guest::Guest,
        unwind::Unwind,
    },
};
use dergwasm_types::{FuncType, Trap, ValType, Value};
use std::format;

/// Whether `name` and `ty` are those of an `invoke_*`; gives the letters.
pub(super) fn signature<'a>(name: &'a str, ty: &FuncType) -> Option<&'a str> {
    let letters = name.strip_prefix("invoke_")?;
    let pointer = ty.params().first() == Some(&ValType::I32);
    (pointer && ty.results().len() <= 1 && ty.params().len() <= MAX_PARAMS).then_some(letters)
}

/// More parameters no C function has.
const MAX_PARAMS: usize = 1000;

/// Calls the pointer in the first of `values` with the others, and puts the result there.
pub(super) fn invoke<T>(
    guest: &mut Guest<'_, '_, T>,
    letters: &str,
    ty: &FuncType,
    values: &mut [Value],
) -> Result<(), Error> {
    let stack = guest.stack_save()?;
    let state = guest.state();
    let (instance, invokes) = (state.instance, state.invokes);
    state.invokes = invokes.saturating_add(1);
    let outcome = call(guest, letters, ty, values);
    let state = guest.state();
    (state.instance, state.invokes) = (instance, invokes);
    match outcome {
        Err(error) if Unwind::is(&error) => {
            guest.stack_restore(stack)?;
            guest.set_threw(1)?;
            values.fill(Value::ZERO);
            Ok(())
        }
        outcome => outcome,
    }
}

fn call<T>(
    guest: &mut Guest<'_, '_, T>,
    letters: &str,
    ty: &FuncType,
    values: &mut [Value],
) -> Result<(), Error> {
    let Some(table) = guest.table() else { return call_by_export(guest, letters, ty, values) };
    let [pointer, arguments @ ..] = values else { return Err(mismatch()) };
    let func = guest.function_at(table, pointer.as_u32())?;
    let callee = func.ty_in(guest.caller.as_machine().core)?;
    let direct = callee.params() == &ty.params()[1..] && callee.results() == ty.results();
    let width = callee.params().len().max(callee.results().len());
    let mut inline = [Value::ZERO; 8];
    let mut allocated;
    let slots = match inline.get_mut(..width) {
        Some(slots) => slots,
        None => {
            allocated = vec![Value::ZERO; width];
            &mut allocated[..]
        }
    };
    let long_result = if direct {
        for (slot, argument) in slots.iter_mut().zip(arguments) {
            *slot = *argument;
        }
        false
    } else {
        join_halves(callee, ty, arguments, slots)?
    };
    guest.enter(func, slots)?;
    let result = slots.first().copied().unwrap_or(Value::ZERO);
    *pointer = result;
    if long_result {
        let (low, high) = split(result.as_i64());
        guest.set_temp_ret0(high)?;
        *pointer = low.into();
    }
    Ok(())
}

/// Makes the arguments of a callee that takes `i64`s from those of an import that has two `i32`
/// for each. Tells whether the result has to be split likewise.
fn join_halves(
    callee: &FuncType,
    ty: &FuncType,
    arguments: &[Value],
    slots: &mut [Value],
) -> Result<bool, Error> {
    let mut rest = ty.params().get(1..).unwrap_or_default();
    let mut values = arguments.iter();
    let mut next = || values.next().copied().unwrap_or(Value::ZERO);
    for (wanted, slot) in callee.params().iter().zip(slots) {
        rest = match (wanted, rest) {
            (wanted, [given, rest @ ..]) if wanted == given => {
                *slot = next();
                rest
            }
            (ValType::I64, [ValType::I32, ValType::I32, rest @ ..]) => {
                *slot = join(next().as_u32(), next().as_u32()).into();
                rest
            }
            _ => return Err(mismatch()),
        };
    }
    let long_result = (callee.results(), ty.results()) == (&[ValType::I64], &[ValType::I32]);
    if !rest.is_empty() || !(long_result || callee.results() == ty.results()) {
        return Err(mismatch());
    }
    Ok(long_result)
}

/// Calls through `dynCall_*`, in programs that keep their table to themselves.
fn call_by_export<T>(
    guest: &mut Guest<'_, '_, T>,
    letters: &str,
    ty: &FuncType,
    values: &mut [Value],
) -> Result<(), Error> {
    let name = format!("dynCall_{letters}");
    let func = guest.export(&name).and_then(crate::Extern::into_func);
    let Some(func) = func else {
        return Err(crate::as_machine::usage(format!(
            "the program exports neither `__indirect_function_table` nor `{name}`, so that \
             `invoke_{letters}` cannot call its functions; link with -sALLOW_TABLE_GROWTH or \
             -sDYNCALLS"
        )));
    };
    if func.ty_in(guest.caller.as_machine().core)? != ty {
        return Err(mismatch());
    }
    guest.enter(func, values)
}

#[cold]
fn mismatch() -> Error {
    Trap::IndirectCallTypeMismatch.into()
}
