//! Two instructions in one: the second takes the first one's result, which goes nowhere else.
//!
//! Layout: the second word holds the slots of the first instruction's operand `x` and of the result,
//! the third the slot of the second instruction's other operand `c`, then what belongs to the first: a
//! constant, a slot or an offset.

use super::access::{Load, near};
use super::binary::Binary;
use super::{Dest, Execute, Memory, Operand, Scalar, Stop, Vm};
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

/// Runs the second instruction and advances.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn second<I: Fused<Second: Binary>, C: Operand, D: Dest>(
    vm: &mut Vm,
    made: impl Scalar,
) -> Result<(), Stop> {
    // SAFETY: from the caller. Through the accumulator, `made` becomes the type that is wanted.
    unsafe {
        let slot = vm.half(2, false);
        let result = if I::LEFT {
            let c = C::get(vm, slot, 2);
            made.set_acc(vm);
            I::Second::apply(<I::Second as Binary>::A::acc(vm), c)?
        } else {
            let c = C::get(vm, slot, 2);
            made.set_acc(vm);
            I::Second::apply(c, <I::Second as Binary>::B::acc(vm))?
        };
        D::put(vm, result);
        vm.advance(3);
    }
    Ok(())
}

/// The constant in the lower or upper half of the third word.
///
/// # Safety
/// INV-CODE
#[inline(always)]
unsafe fn constant<T: Scalar>(vm: &Vm, upper: bool) -> T {
    // SAFETY: from the caller.
    T::from_bits(unsafe { vm.half(2, upper) } as u64)
}

/// The constant there, or the slot it names.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn short<Y: Operand, T: Scalar>(vm: &Vm, upper: bool) -> T {
    // SAFETY: from the caller.
    unsafe { if Y::IN_CODE { constant(vm, upper) } else { Y::get(vm, vm.half(2, upper), 2) } }
}

/// `I`, whose first instruction has `X` and `Y`, its second `C`.
#[derive(Debug)]
pub(crate) struct PairInstr<I, X, Y, C, D>(PhantomData<(I, X, Y, C, D)>);

impl<I, X: Operand, Y: Operand, C: Operand, D: Dest> Execute for PairInstr<I, X, Y, C, D>
where
    I: Fused<First: Binary, Second: Binary>,
{
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let made = I::First::apply(X::get(vm, vm.first(), 2), short::<Y, _>(vm, true))?;
            second::<I, C, D>(vm, made)
        }
    }
}

/// `I`, both of whose instructions have a constant.
#[derive(Debug)]
pub(crate) struct TwiceInstr<I, X, D>(PhantomData<(I, X, D)>);

impl<I: Fused<First: Binary, Second: Binary>, X: Operand, D: Dest> Execute for TwiceInstr<I, X, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let made = I::First::apply(X::get(vm, vm.first(), 2), constant(vm, false))?;
            made.set_acc(vm);
            let a = <I::Second as Binary>::A::acc(vm);
            D::put(vm, I::Second::apply(a, constant(vm, true))?);
            vm.advance(3);
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
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let made = load::<I::First, X>(vm)?;
            second::<I, C, D>(vm, made)
        }
    }
}

/// Loads from `X` plus the offset in the third word.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM
#[inline(always)]
unsafe fn load<I: Load, X: Operand>(vm: &Vm) -> Result<I::R, Stop> {
    // SAFETY: from the caller.
    unsafe {
        let offset = vm.half(2, true) as u32;
        load_at::<I>(vm, X::get(vm, vm.first(), 2), offset.into())
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
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let y = short::<Y, _>(vm, false);
            let address = I::First::apply(X::get(vm, vm.first(), 2), y)?;
            let offset = vm.half(2, true) as u32;
            D::put(vm, load_at::<I::Second>(vm, address, offset.into())?);
            vm.advance(3);
        }
        Ok(())
    }
}

/// `I`, whose second instruction loads from what a chain of two makes of `X` and `C`; the offset is in
/// the fourth word.
#[derive(Debug)]
pub(crate) struct ScaledInstr<I, X, C, D>(PhantomData<(I, X, C, D)>);

impl<I, X: Operand, C: Operand, D: Dest> Execute for ScaledInstr<I, X, C, D>
where
    I: Fused<First: Fused<First: Address, Second: Address>, Second: Load>,
{
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let made =
                <I::First as Fused>::First::apply(X::get(vm, vm.first(), 2), constant(vm, true))?;
            let c = C::get(vm, vm.half(2, false), 2);
            let address = <I::First as Fused>::Second::apply(c, made)?;
            D::put(vm, load_at::<I::Second>(vm, address, vm.word(3))?);
            vm.advance(4);
        }
        Ok(())
    }
}

/// What computes an address.
pub(crate) trait Address: Binary<A = u32, B = u32, R = u32> {}
impl<I: Binary<A = u32, B = u32, R = u32>> Address for I {}
