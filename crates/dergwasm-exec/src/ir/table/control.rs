//! Control flow inside a function. Spec: Structure › Instructions › Control.
//!
//! Blocks and labels exist only during translation; conditional branches are forms of comparisons.

macro_rules! control { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Traps.
    Unreachable "unreachable" custom {} = control::unreachable [ends];
    /// Jumps.
    Br "br" custom { target: Target } = control::br [ends];
    /// Moves an integer or reference and jumps.
    BrCopy "br.copy" custom { a: SlotCopy, target: Target } = control::br_copy [ends];
    /// Moves two integers or references, one after the other, and jumps.
    BrCopyTwo "br.copy.2" custom { a: SlotCopy, b: SlotCopy, target: Target } = control::br_copy_two [ends];
    /// Jumps to the target of an index, or to the last one.
    BrTable "br_table" table_branch() [ends];
    /// Jumps if `a` and `b` have a 1 at the same place, or if they have not.
    I32Test "i32.test" test(u32) = int::test32;
    /// Jumps if `a` and `b` have a 1 at the same place, or if they have not.
    I64Test "i64.test" test(u64) = int::test64;
    /// Checks that the frame fits the stack.
    Enter0 "enter" custom { frame: Imm } = control::enter::<0>;
    /// Checks that the frame fits the stack and zeroes a local.
    Enter1 "enter.1" custom { frame: Imm } = control::enter::<1>;
    /// Checks that the frame fits the stack and zeroes two locals.
    Enter2 "enter.2" custom { frame: Imm } = control::enter::<2>;
    /// Checks that the frame fits the stack and zeroes three locals.
    Enter3 "enter.3" custom { frame: Imm } = control::enter::<3>;
    /// Checks that the frame fits the stack and zeroes four locals.
    Enter4 "enter.4" custom { frame: Imm } = control::enter::<4>;
    /// Checks that the frame fits the stack and zeroes locals.
    EnterMany "enter.many" custom { frame: Imm, zeroed: Imm } = control::enter_many;
    /// Checks that the frame fits the stack and zeroes locals, vectors among them.
    EnterVectors "enter.vectors" custom { frame: Imm, zeroed: Imm } = control::enter_vectors;
    /// Pays fuel, or stops if there is too little.
    Fuel "fuel" custom { amount: Imm } = control::fuel;
    /// Stops if another thread asked for it.
    Poll "poll" custom {} = control::poll;
} } }
pub(crate) use control;
