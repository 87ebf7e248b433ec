//! C++ exceptions in the way of `-fwasm-exceptions`: WebAssembly's own, with a tag.
//!
//! The program throws and catches by itself. Only where it wants a trace of the stack with an
//! exception does it let the host throw; a backtrace comes with every exception here anyway.

use crate::{
    AsMachine as _, Error, ExnRef, Extern, Tag, Val,
    as_machine::usage,
    emscripten::{guest::Guest, uncaught},
};
use dergwasm_types::ExternKind;

const TAG: &str = "__cpp_exception";

/// `__throw_exception_with_stack_trace(exception)`
pub(super) fn throw<T>(guest: &mut Guest<'_, '_, T>, exception: u32) -> Result<(), Error> {
    let tag = match guest.export(TAG) {
        Some(Extern::Tag(tag)) => Some(tag),
        _ => imported(guest),
    };
    let tag = tag.ok_or_else(|| {
        usage("the program has no tag `__cpp_exception`, exported or imported, to throw with")
    })?;
    let exception = ExnRef::new(&mut *guest.caller, &tag, &[Val::from(exception)])?;
    Err(exception.throw(&mut *guest.caller))
}

/// Says of an exception that nothing caught which type it has and what it says of itself, if it is
/// one of C++.
#[cold]
pub(super) fn explain<T>(guest: &mut Guest<'_, '_, T>, error: Error) -> Error {
    match words(guest, &error) {
        Some(words) => error.about(words),
        None => error,
    }
}

/// An exception of C++ carries one number: the address of the second half of its header, which is
/// followed by the object. The first half begins with the object's type. Few programs export their
/// tag, so that what is found there decides: a type with a name.
fn words<T>(guest: &mut Guest<'_, '_, T>, error: &Error) -> Option<String> {
    const FIRST_HALF: u32 = 48;
    const SECOND_HALF: u32 = 32;
    let exception = ExnRef::from_error(&mut *guest.caller, error)?;
    let [Val::I32(header)] = exception.fields(&mut *guest.caller).ok()?[..] else { return None };
    let header = header.cast_unsigned();
    let ty: u32 = guest.read(header.checked_sub(FIRST_HALF)?.into()).ok()?;
    uncaught::name(guest, ty)?;
    Some(uncaught::words(guest, ty, header.checked_add(SECOND_HALF)?))
}

/// The tag that the host gave the program.
fn imported<T>(guest: &Guest<'_, '_, T>) -> Option<Tag> {
    let instance = guest.instance()?;
    let module = instance.module(&*guest.caller).ok()?;
    let mut tags = module.decoded().imports().iter();
    let mut tags = tags.by_ref().filter(|import| import.ty.kind() == ExternKind::Tag);
    let index = tags.position(|import| &*import.name == TAG)?;
    let core = guest.caller.as_machine().core;
    let tag = instance.instance(core).ok()?.tags.get(index);
    tag.map(|&tag| Tag::new_in(tag, core))
}
