//! Instructions with two operands.

use super::{Dest, Execute, Operand, Scalar, Stop, Vm};
use core::marker::PhantomData;
use dergwasm_types::Trap;

/// What a binary instruction computes.
pub(crate) trait Binary {
    /// The first operand.
    type A: Scalar;
    /// The second operand.
    type B: Scalar;
    /// The result.
    type R: Scalar;
    /// Computes it.
    fn apply(a: Self::A, b: Self::B) -> Result<Self::R, Trap>;
}

/// `I` with its operands in `A` and `B` and its result in `D`.
#[derive(Debug)]
pub(crate) struct BinaryInstr<I, A, B, D>(PhantomData<(I, A, B, D)>);

/// Reads two operands: a slot of the first in the second word, the other's slot or constant in the
/// third; where the first is the constant, the slots change places.
///
/// # Safety
/// INV-CODE, INV-FRAME.
#[inline(always)]
pub(super) unsafe fn operands<A: Operand, B: Operand, X: Scalar, Y: Scalar>(vm: &Vm) -> (X, Y) {
    // SAFETY: INV-CODE, INV-FRAME, from the caller.
    unsafe {
        if A::IN_CODE {
            (A::get(vm, 0, 2), B::get(vm, vm.first(), 2))
        } else {
            let a = A::get(vm, vm.first(), 2);
            (a, B::get(vm, vm.word(2).cast_signed() as isize, 2))
        }
    }
}

impl<I: Binary, A: Operand, B: Operand, D: Dest> Execute for BinaryInstr<I, A, B, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::B>(vm);
            D::put(vm, I::apply(a, b)?);
            vm.advance(3);
        }
        Ok(())
    }
}
