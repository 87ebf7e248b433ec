//! Instructions with a 128-bit result, which goes to two slots.
//!
//! Layout: the second word holds the slots of the result's lower and upper half, the third the
//! first two operands'. The upper half is in the accumulator as well.

use super::{Execute, Operand, Scalar, Stop, Vm};
use core::marker::PhantomData;

/// What an instruction with operands of two halves computes.
pub(crate) trait Wide {
    /// Computes it.
    fn apply(a: u128, b: u128) -> u128;
}

/// What an instruction computes whose result is twice as wide as its operands.
pub(crate) trait Widening {
    /// The operands.
    type A: Scalar;
    /// Computes it.
    fn apply(a: Self::A, b: Self::A) -> u128;
}

/// Writes the result.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn put(vm: &mut Vm, result: u128) {
    let (low, high) = (result as u64, (result >> 64) as u64);
    // SAFETY: from the caller. If both halves are for the same local, the lower one is to stay: it
    // is set last.
    unsafe {
        vm.write(vm.second(), high);
        vm.write(vm.first(), low);
    }
    high.set_acc(vm);
}

/// `I` with the halves of `b` in `L` and `H`; those of `a` are in slots.
#[derive(Debug)]
pub(crate) struct WideInstr<I, L, H>(PhantomData<(I, L, H)>);

impl<I: Wide, L: Operand, H: Operand> Execute for WideInstr<I, L, H> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let whole = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
            let a = whole(vm.read(vm.half(2, false)), vm.read(vm.half(2, true)));
            let b = whole(L::get(vm, vm.half(3, false), 4), H::get(vm, vm.half(3, true), 4));
            put(vm, I::apply(a, b));
            vm.advance(if H::IN_CODE { 5 } else { 4 });
        }
        Ok(())
    }
}

/// `I` with its operands in `A` and `B`.
#[derive(Debug)]
pub(crate) struct WideningInstr<I, A, B>(PhantomData<(I, A, B)>);

impl<I: Widening, A: Operand, B: Operand> Execute for WideningInstr<I, A, B> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let a = A::get(vm, vm.half(2, false), 3);
            let b = B::get(vm, vm.half(2, true), 3);
            put(vm, I::apply(a, b));
            vm.advance(if B::IN_CODE { 4 } else { 3 });
        }
        Ok(())
    }
}
