//! Instructions with a 128-bit result, which goes to two slots.
//! The upper half is in the accumulator as well.

use super::{Execute, Operand, Scalar, Stop, Vm, constant_words};
use crate::ir::forms;
use crate::ir::layout::{self, Layout};
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
        vm.write(vm.half(layout::Wide::AT.high), high);
        vm.write(vm.half(layout::Wide::AT.low), low);
    }
    high.set_acc(vm);
}

/// `I` with the halves of `b` in `L` and `H`; those of `a` are in slots.
#[derive(Debug)]
pub(crate) struct WideInstr<I, L, H>(PhantomData<(I, L, H)>);

impl<I: Wide, L: Operand, H: Operand> Execute for WideInstr<I, L, H> {
    const FORM: u8 = forms::WIDE.number([L::LOC, H::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let whole = |low: u64, high: u64| u128::from(high) << 64 | u128::from(low);
            let layout::Wide { a_low, a_high, b_low, b_high, .. } = layout::Wide::AT;
            let a = whole(vm.read(vm.half(a_low)), vm.read(vm.half(a_high)));
            let low = L::get(vm, vm.half(b_low), layout::Wide::END);
            let b = whole(low, H::get(vm, vm.half(b_high), layout::Wide::END));
            put(vm, I::apply(a, b));
            vm.advance(layout::Wide::LEN + constant_words::<H, u64>());
        }
        Ok(())
    }
}

/// `I` with its operands in `A` and `B`.
#[derive(Debug)]
pub(crate) struct WideningInstr<I, A, B>(PhantomData<(I, A, B)>);

impl<I: Widening, A: Operand, B: Operand> Execute for WideningInstr<I, A, B> {
    const FORM: u8 = forms::COMMUTATIVE.number([A::LOC, B::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let layout::Widening { a, b, .. } = layout::Widening::AT;
            let a = A::get(vm, vm.half(a), layout::Widening::END);
            let b = B::get(vm, vm.half(b), layout::Widening::END);
            put(vm, I::apply(a, b));
            vm.advance(layout::Widening::LEN + constant_words::<B, I::A>());
        }
        Ok(())
    }
}
