//! Moves and choices. Spec: Structure › Instructions › Parametric.

macro_rules! parametric { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Moves an integer, a reference or a constant.
    Copy64 "copy" copy(u64);
    /// Moves two integers or references, one after the other.
    CopyTwo "copy.2" custom { a: SlotCopy, b: SlotCopy } = parametric::copy_two [repeatable];
    /// Moves three.
    CopyThree "copy.3" custom { a: SlotCopy, b: SlotCopy, c: SlotCopy } = parametric::copy_three [repeatable];
    /// Moves four.
    CopyFour "copy.4" custom { a: SlotCopy, b: SlotCopy, c: SlotCopy, d: SlotCopy } = parametric::copy_four [repeatable];
    /// Moves a 32-bit float.
    CopyF32 "copy.f32" copy(f32);
    /// Moves a 64-bit float.
    CopyF64 "copy.f64" copy(f64);
    /// Moves a vector.
    CopyV128 "copy.v128" copy(V128);
    /// Chooses the first value if the condition is not zero, else the second.
    Select64 "select" select(u64);
    /// Chooses between 32-bit floats.
    SelectF32 "select.f32" select(f32);
    /// Chooses between 64-bit floats.
    SelectF64 "select.f64" select(f64);
    /// Chooses between vectors.
    SelectV128 "select.v128" custom { dst: Slot, a: Slot, b: Slot, cond: Slot } = parametric::select_v128;
} } }
pub(crate) use parametric;
