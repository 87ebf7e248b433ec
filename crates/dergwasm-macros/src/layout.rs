//! What `#[repr(…)]` says.

use proc_macro2::Span;
use syn::{Attribute, Error, Ident, Result};

/// The integers an enumeration can be represented by.
const INTEGERS: [&str; 8] = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64"];

/// The representations that matter for guests.
#[derive(Default)]
pub(crate) struct Repr {
    /// `C` or `transparent`.
    pub(crate) c: bool,
    pub(crate) integer: Option<Ident>,
}

impl Repr {
    pub(crate) fn of(attributes: &[Attribute]) -> Result<Self> {
        let mut repr = Self::default();
        for attribute in attributes.iter().filter(|it| it.path().is_ident("repr")) {
            attribute.parse_nested_meta(|meta| {
                let Some(word) = meta.path.get_ident() else {
                    return Err(meta.error("unknown representation"));
                };
                let text = word.to_string();
                if text == "C" || text == "transparent" {
                    repr.c = true;
                } else if INTEGERS.contains(&text.as_str()) {
                    repr.integer = Some(word.clone());
                } else {
                    return Err(meta.error(
                        "guests have no such layout; `GuestType` takes `C`, and for enumerations \
                         `u8` to `i64`",
                    ));
                }
                Ok(())
            })?;
        }
        Ok(repr)
    }

    /// The integer of an enumeration.
    pub(crate) fn of_enum(self, name: &Ident) -> Result<Ident> {
        self.integer.ok_or_else(|| {
            missing(name.span(), "`u32`, or another integer from `u8` to `i64`: `#[repr(u32)]`")
        })
    }

    /// Checks that it is that of a structure in C.
    pub(crate) fn check_struct(&self, name: &Ident) -> Result<()> {
        match &self.integer {
            Some(integer) => Err(Error::new(integer.span(), "a structure is not a number")),
            None if self.c => Ok(()),
            None => Err(missing(name.span(), "C: `#[repr(C)]`")),
        }
    }
}

fn missing(span: Span, what: &str) -> Error {
    Error::new(span, format!("`GuestType` needs the representation of {what}"))
}
