//! Exceptions. Spec: Structure › Instructions › Control.
//!
//! Which code is inside which `try_table` stands beside the code; nothing runs where none is thrown.

macro_rules! exception { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Throws an exception whose values lie from a slot on.
    Throw "throw" custom { first: Slot, tag: Index } = exception::throw [ends];
    /// Throws an exception again.
    ThrowRef "throw_ref" custom { src: Slot } = exception::throw_ref [ends];
    /// Puts the exception in the accumulator into a slot.
    CatchRef "catch.ref" custom { dst: Slot } = exception::catch_ref;
    /// Puts the values of the exception in the accumulator into the slots from one on.
    CatchValues "catch.values" custom { first: Slot, tag: Index } = exception::catch_values;
} } }
pub(crate) use exception;
