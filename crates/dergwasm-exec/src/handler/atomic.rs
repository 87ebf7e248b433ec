//! Atomic accesses.
//!
//! A store and its memories belong to one thread, also shared ones: plain accesses are atomic here.
//! What is left of atomicity is that addresses have to be multiples of the size.
//!
//! Layout: the second word holds the address's slot and the result's, the third the offset; then
//! come the slots of other operands, as a pair, and the memory's index. Addresses are checked as those
//! of 64 bits: atomic accesses are too rare for handlers of their own for the first memory.

use super::access::{Load, Store, far};
use super::{Dest, Execute, Memory, Scalar, Stop, ToSlot, Vm};
use core::marker::PhantomData;
use dergwasm_types::Trap;

/// A number in memory as 64 bits.
pub(crate) trait Cell: Memory {
    /// From the low bits.
    fn narrow(bits: u64) -> Self;
    /// Extended with zeros.
    fn widen(self) -> u64;
}

macro_rules! cells {
    ($($T:ty)*) => { $(
        impl Cell for $T {
            #[inline(always)]
            #[expect(clippy::allow_attributes, reason = "true of the smaller types only")]
            #[allow(clippy::cast_possible_truncation, reason = "the low bits")]
            fn narrow(bits: u64) -> Self {
                bits as $T
            }
            #[inline(always)]
            fn widen(self) -> u64 {
                self.into()
            }
        }
    )* };
}
cells!(u8 u16 u32 u64);

/// What an instruction makes of a number in memory.
pub(crate) trait Modify {
    /// On the stack.
    type V: Scalar + Into<u64>;
    /// In memory.
    type M: Cell;
    /// Whether it has a second operand.
    const TWO: bool;
    /// What is stored instead of `old`.
    fn apply(old: u64, a: u64, b: u64) -> u64;
}

/// The address of a number of type `M`; `last` is the index of the memory's word.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
#[inline(always)]
unsafe fn aligned<M>(vm: &Vm, last: usize) -> Result<*mut u8, Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (address, offset, size) = (vm.read::<u64>(vm.first()), vm.word(2), size_of::<M>());
        // Which may wrap if it is out of bounds.
        if address.wrapping_add(offset) % size as u64 != 0 {
            return Err(Stop::Trap(Trap::UnalignedAtomic));
        }
        far(vm, vm.word(last), address, offset, size as u64)
    }
}

/// The load `I`.
#[derive(Debug)]
pub(crate) struct AtomicLoadInstr<I>(PhantomData<I>);

impl<I: Load> Execute for AtomicLoadInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let at = aligned::<I::M>(vm, 3)?;
            ToSlot::put(vm, I::widen(I::M::load(at)));
            vm.advance(4);
        }
        Ok(())
    }
}

/// The store `I`.
#[derive(Debug)]
pub(crate) struct AtomicStoreInstr<I>(PhantomData<I>);

impl<I: Store> Execute for AtomicStoreInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let at = aligned::<I::M>(vm, 4)?;
            I::narrow(vm.read(vm.half(3, false))).store(at);
            vm.advance(5);
        }
        Ok(())
    }
}

/// The read-modify-write instruction `I`.
#[derive(Debug)]
pub(crate) struct ModifyInstr<I>(PhantomData<I>);

impl<I: Modify> Execute for ModifyInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller; what is not an operand
        // is not read.
        unsafe {
            let at = aligned::<I::M>(vm, 4)?;
            let a = vm.read::<I::V>(vm.half(3, false)).into();
            let b = if I::TWO { vm.read::<I::V>(vm.half(3, true)).into() } else { 0 };
            let old = I::M::load(at).widen();
            I::M::narrow(I::apply(old, a, b)).store(at);
            ToSlot::put(vm, I::V::from_bits(old));
            vm.advance(5);
        }
        Ok(())
    }
}
