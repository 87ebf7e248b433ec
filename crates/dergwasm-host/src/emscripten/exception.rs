//! C++ exceptions in the way of `-fexceptions`: the host throws, finds the `catch` and keeps count.
//!
//! An exception lies in the program's memory behind a header:
//!
//! ```text
//!  −24 references   −20 type   −16 destructor   −12 caught, rethrown   −8 adjusted   0 the object
//! ```
//!
//! Newer programs allocate, count and free exceptions themselves and only agree with the host on
//! the header; in older ones the host does all of it.

use crate::{
    Error,
    emscripten::{guest::Guest, uncaught, unwind::Unwind},
};
use dergwasm_types::Trap;

/// The size of the header.
const HEADER: u32 = 24;
const REFERENCES: u64 = 0;
const TYPE: u64 = 4;
const DESTRUCTOR: u64 = 8;
const CAUGHT: u64 = 12;
const RETHROWN: u64 = 13;
const ADJUSTED: u64 = 16;

/// How many `catch` blocks may be nested: more than calls can.
const MAX_CAUGHT: usize = 1_000_000;

/// What the host knows of a program's exceptions, by the addresses of their objects.
#[derive(Default)]
pub(super) struct Exceptions {
    /// The exception thrown last, or 0.
    last: u32,
    /// How many were thrown and not caught yet.
    uncaught: u32,
    /// Those in whose `catch` blocks the program is.
    caught: Vec<u32>,
}

/// Where a field of the header is. Of an object that has no room for a header before it, nowhere.
fn field(object: u32, offset: u64) -> u64 {
    u64::from(object).wrapping_sub(HEADER.into()).wrapping_add(offset)
}

/// The type of an exception: the address of its `std::type_info`.
pub(super) fn type_of<T>(guest: &Guest<'_, '_, T>, object: u32) -> Result<u32, Error> {
    guest.read(field(object, TYPE))
}

/// Leaves functions until a `catch` is found.
fn unwind<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    let state = guest.state();
    if state.invokes > 0 {
        return Err(Unwind::Exception.into_error());
    }
    let object = state.exceptions.last;
    Err(uncaught::describe(guest, object))
}

pub(super) fn allocate<T>(guest: &mut Guest<'_, '_, T>, size: u32) -> Result<u32, Error> {
    let whole = size.checked_add(HEADER);
    let address = whole.map_or(Ok(0), |whole| guest.malloc(whole))?;
    if address == 0 {
        return guest.abort("there is no memory for a C++ exception");
    }
    guest.write_bytes(address.into(), &[0; HEADER as usize])?;
    Ok(address.wrapping_add(HEADER))
}

pub(super) fn free<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<(), Error> {
    guest.free(object.wrapping_sub(HEADER))
}

pub(super) fn throw<T>(
    guest: &mut Guest<'_, '_, T>,
    object: u32,
    ty: u32,
    destructor: u32,
) -> Result<(), Error> {
    guest.write(field(object, ADJUSTED), 0_u32)?;
    guest.write(field(object, TYPE), ty)?;
    guest.write(field(object, DESTRUCTOR), destructor)?;
    let exceptions = &mut guest.state().exceptions;
    exceptions.last = object;
    exceptions.uncaught = exceptions.uncaught.saturating_add(1);
    unwind(guest)
}

pub(super) fn rethrow<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    let Some(object) = guest.state().exceptions.caught.pop() else {
        return guest.abort("`throw;` outside a catch block");
    };
    // One that `rethrow_exception` has put there is not in a catch block.
    if guest.read::<u8>(field(object, RETHROWN))? == 0 {
        guest.write(field(object, RETHROWN), 1_u8)?;
        guest.write(field(object, CAUGHT), 0_u8)?;
        let exceptions = &mut guest.state().exceptions;
        exceptions.caught.push(object);
        exceptions.uncaught = exceptions.uncaught.saturating_add(1);
    }
    guest.state().exceptions.last = object;
    unwind(guest)
}

/// Goes on leaving functions after what had to be cleaned up in one.
pub(super) fn resume<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<(), Error> {
    let exceptions = &mut guest.state().exceptions;
    if exceptions.last == 0 {
        exceptions.last = object;
    }
    unwind(guest)
}

pub(super) fn begin_catch<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<u32, Error> {
    let was_caught = guest.read::<u8>(field(object, CAUGHT))? != 0;
    guest.write(field(object, CAUGHT), 1_u8)?;
    guest.write(field(object, RETHROWN), 0_u8)?;
    let exceptions = &mut guest.state().exceptions;
    if !was_caught {
        exceptions.uncaught = exceptions.uncaught.saturating_sub(1);
    }
    if exceptions.caught.len() >= MAX_CAUGHT {
        return Err(Trap::CallStackExhausted.into());
    }
    exceptions.caught.push(object);
    increment(guest, object)?;
    pointer(guest, object)
}

pub(super) fn end_catch<T>(guest: &mut Guest<'_, '_, T>) -> Result<(), Error> {
    guest.set_threw(0)?;
    let Some(object) = guest.state().exceptions.caught.pop() else {
        return guest.abort("the end of a catch block in which the program was not");
    };
    decrement(guest, object)?;
    guest.state().exceptions.last = 0;
    Ok(())
}

/// What a `catch` binds: the exception as the type that it names.
pub(super) fn pointer<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<u32, Error> {
    let ty = type_of(guest, object)?;
    if ty != 0 && guest.require(&["__cxa_is_pointer_type"], &[ty])? != 0 {
        return guest.read(object.into());
    }
    let adjusted = guest.read(field(object, ADJUSTED))?;
    Ok(if adjusted == 0 { object } else { adjusted })
}

/// `__cxa_find_matching_catch_*`: chooses among the types that a function catches. The type goes
/// back as second half of the result.
pub(super) fn find_matching_catch<T>(
    guest: &mut Guest<'_, '_, T>,
    types: &[u32],
) -> Result<u32, Error> {
    let object = guest.state().exceptions.last;
    let thrown = if object == 0 { 0 } else { type_of(guest, object)? };
    if object == 0 || thrown == 0 {
        guest.set_temp_ret0(0)?;
        return Ok(object);
    }
    let adjusted = field(object, ADJUSTED);
    guest.write(adjusted, object)?;
    let mut found = thrown;
    for &ty in types {
        // 0 catches everything.
        if ty == 0 || ty == thrown {
            break;
        }
        let place = object.wrapping_sub(HEADER - 16);
        if guest.require(&["__cxa_can_catch", "___cxa_can_catch"], &[ty, thrown, place])? != 0 {
            found = ty;
            break;
        }
    }
    guest.set_temp_ret0(found)?;
    Ok(object)
}

pub(super) fn typeid_for<T>(_guest: &mut Guest<'_, '_, T>, ty: u32) -> Result<u32, Error> {
    Ok(ty)
}

pub(super) fn increment<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<(), Error> {
    if object == 0 || guest.call(&["__cxa_increment_exception_refcount"], &[object])?.is_some() {
        return Ok(());
    }
    let at = field(object, REFERENCES);
    let count: u32 = guest.read(at)?;
    guest.write(at, count.saturating_add(1))
}

pub(super) fn decrement<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<(), Error> {
    if object == 0 || guest.call(&["__cxa_decrement_exception_refcount"], &[object])?.is_some() {
        return Ok(());
    }
    let at = field(object, REFERENCES);
    let count: u32 = guest.read(at)?;
    guest.write(at, count.saturating_sub(1))?;
    // A rethrown exception goes on to its next catch block.
    if count != 1 || guest.read::<u8>(field(object, RETHROWN))? != 0 {
        return Ok(());
    }
    let destructor: u32 = guest.read(field(object, DESTRUCTOR))?;
    if destructor != 0 {
        guest.call_pointer(destructor, &[object])?;
    }
    free(guest, object)
}

pub(super) fn uncaught<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(guest.state().exceptions.uncaught)
}

/// `std::uncaught_exception()`
pub(super) fn is_uncaught<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(u32::from(uncaught(guest)? > 0))
}

/// `std::current_exception()`, which counts as a reference.
pub(super) fn current<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    let object = guest.state().exceptions.caught.last().copied().unwrap_or(0);
    increment(guest, object)?;
    Ok(object)
}

pub(super) fn current_type<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    match guest.state().exceptions.caught.last().copied() {
        Some(object) => type_of(guest, object),
        None => Ok(0),
    }
}

/// `std::rethrow_exception()`
pub(super) fn rethrow_primary<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Result<(), Error> {
    if object == 0 {
        return Ok(());
    }
    guest.write(field(object, RETHROWN), 1_u8)?;
    guest.state().exceptions.caught.push(object);
    rethrow(guest)
}

pub(super) fn call_unexpected<T>(
    guest: &mut Guest<'_, '_, T>,
    _exception: u32,
) -> Result<(), Error> {
    guest.abort("a function threw an exception that its declaration does not allow")
}
