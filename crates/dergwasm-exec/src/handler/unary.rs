//! Instructions with one operand.

use super::{Dest, Execute, Operand, Scalar, Stop, Vm};
use crate::ir::forms;
use crate::ir::layout::{self, Layout};
use core::marker::PhantomData;
use dergwasm_types::Trap;

/// What a unary instruction computes.
pub(crate) trait Unary {
    /// The operand.
    type A: Scalar;
    /// The result.
    type R: Scalar;
    /// Computes it.
    fn apply(a: Self::A) -> Result<Self::R, Trap>;
}

/// `I` with its operand in `A` and its result in `D`.
#[derive(Debug)]
pub(crate) struct UnaryInstr<I, A, D>(PhantomData<(I, A, D)>);

impl<I: Unary, A: Operand, D: Dest> Execute for UnaryInstr<I, A, D> {
    const FORM: u8 = forms::UNARY.with_result([A::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let a = A::get(vm, vm.half(layout::Unary::AT.a), layout::Unary::END);
            D::put(vm, I::apply(a)?);
            vm.advance(layout::Unary::LEN);
        }
        Ok(())
    }
}
