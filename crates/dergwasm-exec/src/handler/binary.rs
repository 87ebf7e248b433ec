//! Instructions with two operands.

use super::{Dest, Execute, Operand, Scalar, Stop, Vm};
use crate::ir::forms;
use crate::ir::layout::{self, Layout};
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

/// Reads two operands that are laid out as those of [`layout::Binary`].
///
/// # Safety
/// INV-CODE, INV-FRAME.
#[inline(always)]
pub(super) unsafe fn operands<A: Operand, B: Operand, X: Scalar, Y: Scalar>(vm: &Vm) -> (X, Y) {
    // SAFETY: INV-CODE, INV-FRAME, from the caller.
    unsafe {
        let at = layout::Binary::AT;
        if A::IN_CODE {
            (A::get(vm, 0, at.other), B::get(vm, vm.half(at.slot), at.other))
        } else {
            let a = A::get(vm, vm.half(at.slot), at.other);
            (a, B::get(vm, vm.slot(at.other), at.other))
        }
    }
}

impl<I: Binary, A: Operand, B: Operand, D: Dest> Execute for BinaryInstr<I, A, B, D> {
    const FORM: u8 = forms::BINARY.with_result([A::LOC, B::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::B>(vm);
            D::put(vm, I::apply(a, b)?);
            vm.advance(layout::Binary::LEN);
        }
        Ok(())
    }
}
