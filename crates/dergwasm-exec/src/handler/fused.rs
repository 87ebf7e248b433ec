//! Two instructions in one: the second takes the first one's result, which goes nowhere else.

use super::access::{Load, near};
use super::binary::Binary;
use super::{Dest, Execute, Memory, Operand, Scalar, Stop, Vm};
use crate::ir::forms;
use crate::ir::layout::{self, Half, Layout, Word};
use core::marker::PhantomData;

/// A pair of instructions.
pub(crate) trait Fused {
    /// The first.
    type First;
    /// The second.
    type Second;
    /// Whether the first one's result is the second's left operand.
    const LEFT: bool;
}

/// The word of a constant that is not in a word of its own.
const NOT_IN_CODE: Word = Word(0);

/// Runs the second instruction, whose other operand is `c`, and advances.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn second<I: Fused<Second: Binary>, C: Operand, D: Dest>(
    vm: &mut Vm,
    made: impl Scalar,
    c: Half,
    len: usize,
) -> Result<(), Stop> {
    // SAFETY: from the caller. Through the accumulator, `made` becomes the type that is wanted.
    unsafe {
        let slot = vm.half(c);
        let result = if I::LEFT {
            let c = C::get(vm, slot, NOT_IN_CODE);
            made.set_acc(vm);
            I::Second::apply(<I::Second as Binary>::A::acc(vm), c)?
        } else {
            let c = C::get(vm, slot, NOT_IN_CODE);
            made.set_acc(vm);
            I::Second::apply(c, <I::Second as Binary>::B::acc(vm))?
        };
        D::put(vm, result);
        vm.advance(len);
    }
    Ok(())
}

/// A constant of 32 bits.
///
/// # Safety
/// INV-CODE
#[inline(always)]
unsafe fn constant<T: Scalar>(vm: &Vm, at: Half) -> T {
    // SAFETY: from the caller.
    T::from_bits(unsafe { vm.half(at) } as u64)
}

/// The constant there, or the slot it names.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn short<Y: Operand, T: Scalar>(vm: &Vm, at: Half) -> T {
    // SAFETY: from the caller.
    unsafe { if Y::IN_CODE { constant(vm, at) } else { Y::get(vm, vm.half(at), NOT_IN_CODE) } }
}

/// `I`, whose first instruction has `X` and `Y`, its second `C`.
#[derive(Debug)]
pub(crate) struct PairInstr<I, X, Y, C, D>(PhantomData<(I, X, Y, C, D)>);

impl<I, X: Operand, Y: Operand, C: Operand, D: Dest> Execute for PairInstr<I, X, Y, C, D>
where
    I: Fused<First: Binary, Second: Binary>,
{
    const FORM: u8 = forms::FUSED.with_result([X::LOC, C::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let layout::PairOf { x, c, y, .. } = layout::PairOf::AT;
            let x = X::get(vm, vm.half(x), NOT_IN_CODE);
            let made = I::First::apply(x, short::<Y, _>(vm, y))?;
            second::<I, C, D>(vm, made, c, layout::PairOf::LEN)
        }
    }
}

/// `I`, both of whose instructions have a constant.
#[derive(Debug)]
pub(crate) struct TwiceInstr<I, X, D>(PhantomData<(I, X, D)>);

impl<I: Fused<First: Binary, Second: Binary>, X: Operand, D: Dest> Execute for TwiceInstr<I, X, D> {
    const FORM: u8 = forms::UNARY.with_result([X::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let layout::TwiceOf { x, k, l, .. } = layout::TwiceOf::AT;
            let made = I::First::apply(X::get(vm, vm.half(x), NOT_IN_CODE), constant(vm, k))?;
            made.set_acc(vm);
            let a = <I::Second as Binary>::A::acc(vm);
            D::put(vm, I::Second::apply(a, constant(vm, l))?);
            vm.advance(layout::TwiceOf::LEN);
        }
        Ok(())
    }
}

/// `I`, whose first instruction loads from `X` and an offset; its second has `C`.
#[derive(Debug)]
pub(crate) struct LoadedInstr<I, X, C, D>(PhantomData<(I, X, C, D)>);

impl<I: Fused<First: Load, Second: Binary>, X: Operand, C: Operand, D: Dest> Execute
    for LoadedInstr<I, X, C, D>
{
    const FORM: u8 = forms::FUSED.with_result([X::LOC, C::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let layout::LoadedOf { x, c, offset, .. } = layout::LoadedOf::AT;
            let offset = vm.half(offset) as u32;
            let x = X::get(vm, vm.half(x), NOT_IN_CODE);
            let made = load_at::<I::First>(vm, x, offset.into())?;
            second::<I, C, D>(vm, made, c, layout::LoadedOf::LEN)
        }
    }
}

/// Loads from an address plus an offset of 32 bits.
///
/// # Safety
/// INV-MEM
#[inline(always)]
unsafe fn load_at<I: Load>(vm: &Vm, address: u32, offset: u64) -> Result<I::R, Stop> {
    // SAFETY: from the caller.
    unsafe {
        let at = near(vm, address.into(), offset, size_of::<I::M>() as u64)?;
        Ok(I::widen(I::M::load(at)))
    }
}

/// `I`, whose second instruction loads from the sum of `X` and `Y`.
#[derive(Debug)]
pub(crate) struct IndexedInstr<I, X, Y, D>(PhantomData<(I, X, Y, D)>);

impl<I: Fused<First: Address, Second: Load>, X: Operand, Y: Operand, D: Dest> Execute
    for IndexedInstr<I, X, Y, D>
{
    const FORM: u8 = forms::INDEXED.with_result([X::LOC, Y::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let layout::IndexedOf { x, y, offset, .. } = layout::IndexedOf::AT;
            let y = short::<Y, _>(vm, y);
            let address = I::First::apply(X::get(vm, vm.half(x), NOT_IN_CODE), y)?;
            let offset = vm.half(offset) as u32;
            D::put(vm, load_at::<I::Second>(vm, address, offset.into())?);
            vm.advance(layout::IndexedOf::LEN);
        }
        Ok(())
    }
}

/// `I`, whose second instruction loads from what a chain of two makes of `X` and `C`.
#[derive(Debug)]
pub(crate) struct ScaledInstr<I, X, C, D>(PhantomData<(I, X, C, D)>);

impl<I, X: Operand, C: Operand, D: Dest> Execute for ScaledInstr<I, X, C, D>
where
    I: Fused<First: Fused<First: Address, Second: Address>, Second: Load>,
{
    const FORM: u8 = forms::FUSED.with_result([X::LOC, C::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let layout::ScaledOf { x, c, k, offset, .. } = layout::ScaledOf::AT;
            let x = X::get(vm, vm.half(x), NOT_IN_CODE);
            let made = <I::First as Fused>::First::apply(x, constant(vm, k))?;
            let c = C::get(vm, vm.half(c), NOT_IN_CODE);
            let address = <I::First as Fused>::Second::apply(c, made)?;
            D::put(vm, load_at::<I::Second>(vm, address, vm.word(offset))?);
            vm.advance(layout::ScaledOf::LEN);
        }
        Ok(())
    }
}

/// What computes an address.
pub(crate) trait Address: Binary<A = u32, B = u32, R = u32> {}
impl<I: Binary<A = u32, B = u32, R = u32>> Address for I {}
