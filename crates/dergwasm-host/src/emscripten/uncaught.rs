//! What to say of an exception that nothing catches: its type and its `what()`.
//!
//! Reads the program's type information, which may be anything: every step is checked and bounded.

use crate::{
    Error,
    emscripten::{abort::Abort, exception, guest::Guest},
};
use cpp_demangle::Symbol;
use dergwasm_types::Escaped;

/// How many base classes are looked through for `std::exception`.
const MAX_BASES: usize = 16;
/// How long the name of a type may be.
const MAX_NAME: usize = 1024;

/// The error that ends a program whose exception nothing catches.
#[cold]
pub(super) fn describe<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Error {
    let ty = exception::type_of(guest, object).unwrap_or(0);
    let message = format!("uncaught {}", words(guest, ty, object));
    Error::new(Abort::new(message))
}

/// An object that was thrown, in words: its type, and what it says of itself.
pub(super) fn words<T>(guest: &mut Guest<'_, '_, T>, ty: u32, object: u32) -> String {
    let mut message = String::from("C++ exception");
    if let Some(name) = name(guest, ty) {
        message += &format!(" of type {}", Escaped::line(&demangle(&name)));
    }
    if is_std_exception(guest, ty)
        && let Some(what) = what(guest, object)
    {
        message += &format!(": {}", Escaped::line(&what));
    }
    message
}

/// The mangled name of a type.
pub(super) fn name<T>(guest: &Guest<'_, '_, T>, ty: u32) -> Option<String> {
    if ty == 0 {
        return None;
    }
    let address: u32 = guest.read(u64::from(ty) + 4).ok()?;
    let name = guest.text(address).ok()?;
    let plausible =
        (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
    plausible.then_some(name)
}

/// A type's name as the source has it.
fn demangle(name: &str) -> String {
    let symbol = Symbol::new(format!("_ZTS{name}")).ok().and_then(|symbol| symbol.demangle().ok());
    match symbol.as_deref().and_then(|text| text.strip_prefix("typeinfo name for ")) {
        Some(text) => text.into(),
        None => name.into(),
    }
}

/// Whether a type is `std::exception` or has it as first base, directly or not.
fn is_std_exception<T>(guest: &Guest<'_, '_, T>, mut ty: u32) -> bool {
    for _ in 0..MAX_BASES {
        match name(guest, ty) {
            Some(name) if name == "St9exception" => return true,
            Some(_) => match guest.read(u64::from(ty) + 8) {
                Ok(base) => ty = base,
                Err(_) => return false,
            },
            None => return false,
        }
    }
    false
}

/// The third virtual function of `std::exception`, after two destructors.
fn what<T>(guest: &mut Guest<'_, '_, T>, object: u32) -> Option<String> {
    let functions: u32 = guest.read(object.into()).ok()?;
    let function: u32 = guest.read(u64::from(functions) + 8).ok()?;
    let text = guest.call_pointer(function, &[object]).ok()?;
    guest.text(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_readable() {
        assert_eq!(demangle("i"), "int");
        assert_eq!(demangle("St13runtime_error"), "std::runtime_error");
        assert_eq!(demangle("N4game5ErrorE"), "game::Error");
        assert_eq!(demangle("PKc"), "char const*");
        assert_eq!(demangle("?"), "?");
    }
}
