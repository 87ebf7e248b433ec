//! References and casts. Spec: Structure › Instructions › Reference.
//!
//! `ref.null` is the constant 0, `ref.is_null` a comparison with it and `ref.eq` one of words;
//! `any.convert_extern` and `extern.convert_any` change nothing. `kind` is a number of
//! `crate::handler::cast::Kind`, `null` says what a null reference is.

macro_rules! reference { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Makes a reference to a function of the instance.
    RefFunc "ref.func" custom { dst: Slot, func: Index } = reference::func;
    /// Traps if the reference is null.
    RefAsNonNull "ref.as_non_null" custom { src: Slot } = reference::as_non_null;
    /// Makes a reference of the low 31 bits.
    RefI31 "ref.i31" unary(u32 => u64) = reference::i31;
    /// The integer in a reference, its sign extended.
    I31GetS "i31.get_s" partial_unary(u64 => u32) = reference::i31_get_s;
    /// The integer in a reference, extended with zeros.
    I31GetU "i31.get_u" partial_unary(u64 => u32) = reference::i31_get_u;
    /// Whether an object is of a defined type that is `depth` types below the top.
    RefTest "ref.test" custom { dst: Slot, src: Slot, ty: Index, depth: Imm, null: Imm } = cast::test;
    /// Whether a reference is of an abstract type.
    RefTestKind "ref.test.kind" custom { dst: Slot, src: Slot, kind: Imm, null: Imm } = cast::test_kind;
    /// Whether a function is of a defined type.
    RefTestFunc "ref.test.func" custom { dst: Slot, src: Slot, ty: Index, null: Imm } = cast::test_func;
    /// Traps unless an object is of a defined type.
    RefCast "ref.cast" custom { src: Slot, ty: Index, depth: Imm, null: Imm } = cast::check;
    /// Traps unless a reference is of an abstract type.
    RefCastKind "ref.cast.kind" custom { src: Slot, kind: Imm, null: Imm } = cast::check_kind;
    /// Traps unless a function is of a defined type.
    RefCastFunc "ref.cast.func" custom { src: Slot, ty: Index, null: Imm } = cast::check_func;
    /// Jumps if an object is of a defined type.
    BrOnCast "br_on_cast" custom { src: Slot, ty: Index, depth: Imm, null: Imm, target: Target } = cast::branch;
    /// Jumps unless an object is of a defined type.
    BrOnCastFail "br_on_cast_fail" custom { src: Slot, ty: Index, depth: Imm, null: Imm, target: Target } = cast::branch_fail;
} } }
pub(crate) use reference;
