//! Atomic accesses.
//!
//! A store and its memories belong to one thread, also shared ones: plain accesses are atomic here.
//! What is left of atomicity is that addresses have to be multiples of the size.
//!
//! Addresses are checked as those
//! of 64 bits: atomic accesses are too rare for handlers of their own for the first memory.

use super::access::{Load, Store, far};
use super::{Dest, Execute, Memory, Scalar, Stop, ToSlot, Vm};
use crate::ir::layout::{self, Layout, Word};
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
    /// What is stored instead of `old`. All of them, and the result, have the width of `M`; their
    /// other bits are zero, and those of the result do not count.
    fn apply(old: u64, a: u64, b: u64) -> u64;
}

/// What `I` stores instead of `old`. Operands are wrapped to the width of the access first, so that
/// no instruction can compare, or compute with, bits that the memory does not have.
#[inline(always)]
fn modified<I: Modify>(old: I::M, a: I::V, b: I::V) -> I::M {
    let wrap = |operand: I::V| I::M::narrow(operand.into()).widen();
    I::M::narrow(I::apply(old.widen(), wrap(a), wrap(b)))
}

/// The address of a number of type `M` in the memory that a word names.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
#[inline(always)]
unsafe fn aligned<M>(vm: &Vm, memory: Word) -> Result<*mut u8, Stop> {
    // SAFETY: from the caller.
    unsafe {
        let at = layout::Load::AT;
        let (address, offset) = (vm.read::<u64>(vm.half(at.address)), vm.word(at.offset));
        let size = size_of::<M>();
        // Which may wrap if it is out of bounds.
        if address.wrapping_add(offset) % size as u64 != 0 {
            return Err(Stop::Trap(Trap::UnalignedAtomic));
        }
        far(vm, vm.word(memory), address, offset, size as u64)
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
            let at = aligned::<I::M>(vm, layout::FarLoad::AT.memory)?;
            ToSlot::put(vm, I::widen(I::M::load(at)));
            vm.advance(layout::FarLoad::LEN);
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
            let layout::Atomic { a, memory, .. } = layout::Atomic::AT;
            let at = aligned::<I::M>(vm, memory)?;
            I::narrow(vm.read(vm.half(a))).store(at);
            vm.advance(layout::Atomic::LEN);
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
            let layout::Atomic { a, b, memory, .. } = layout::Atomic::AT;
            let at = aligned::<I::M>(vm, memory)?;
            let a = vm.read(vm.half(a));
            let b = if I::TWO { vm.read(vm.half(b)) } else { I::V::from_bits(0) };
            let old = I::M::load(at);
            modified::<I>(old, a, b).store(at);
            ToSlot::put(vm, I::V::from_bits(old.widen()));
            vm.advance(layout::Atomic::LEN);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::atomic::compare_exchange;

    /// Compares and exchanges a number of type `M` with operands of type `V`.
    struct Cmpxchg<V, M>(PhantomData<(V, M)>);

    impl<V: Scalar + Into<u64>, M: Cell> Modify for Cmpxchg<V, M> {
        type V = V;
        type M = M;
        const TWO: bool = true;
        fn apply(old: u64, a: u64, b: u64) -> u64 {
            compare_exchange(old, a, b)
        }
    }

    /// What is stored; all as 64 bits.
    fn stored<V: Scalar + Into<u64>, M: Cell>(old: u64, expected: u64, new: u64) -> u64 {
        let (expected, new) = (V::from_bits(expected), V::from_bits(new));
        modified::<Cmpxchg<V, M>>(M::narrow(old), expected, new).widen()
    }

    #[test]
    fn a_narrow_access_does_not_see_the_other_bits_of_its_operands() {
        const NEW: u64 = 0x5566_7788_99aa_bbcc;
        /// Expects `1111…` of the access's width, below bits that it does not have.
        fn check<V: Scalar + Into<u64>, M: Cell>() {
            let width = 8 * size_of::<M>();
            let mask = u64::MAX >> (64 - width);
            let old = 0x1111_1111_1111_1111 & mask;
            for above in [0, !mask, 1 << width, 1 << (8 * size_of::<V>() - 1)] {
                assert_eq!(stored::<V, M>(old, old | above, NEW), NEW & mask, "{above:x}");
                assert_eq!(stored::<V, M>(old, (old ^ 1) | above, NEW), old, "{above:x}");
            }
        }
        check::<u32, u8>();
        check::<u32, u16>();
        check::<u64, u8>();
        check::<u64, u16>();
        check::<u64, u32>();
    }

    #[test]
    fn a_whole_access_compares_all_bits() {
        assert_eq!(stored::<u32, u32>(1, 1 << 31 | 1, 2), 1);
        assert_eq!(stored::<u64, u64>(1, 1 << 63 | 1, 2), 1);
        assert_eq!(stored::<u64, u64>(1, 1, 1 << 63 | 2), 1 << 63 | 2);
    }
}
