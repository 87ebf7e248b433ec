//! Loads and stores of numbers.

use super::{Dest, Execute, InSlot, Memory, Operand, Scalar, Stop, ToSlot, Vm};
use core::marker::PhantomData;
use core::mem::size_of;
use dergwasm_types::Trap;

/// What a load reads.
pub(crate) trait Load {
    /// In memory.
    type M: Memory;
    /// On the stack.
    type R: Scalar;
    /// From memory to stack.
    fn widen(m: Self::M) -> Self::R;
}

/// What a store writes.
pub(crate) trait Store {
    /// On the stack.
    type V: Scalar;
    /// In memory.
    type M: Memory;
    /// From stack to memory.
    fn narrow(v: Self::V) -> Self::M;
}

/// The address of `size` bytes of memory 0, at a 32-bit `address` plus `offset`.
///
/// # Safety
/// INV-MEM.
#[inline(always)]
pub(super) unsafe fn near(vm: &Vm, address: u64, offset: u64, size: u64) -> Result<*mut u8, Stop> {
    // SAFETY: INV-MEM: the length stands before the base. Neither sum can wrap: `address` is below
    // 2^32 and the translator lets no `offset` of 2^33 or more into this form.
    unsafe {
        let len = vm.mem_len();
        let at = address + offset;
        if at + size > len {
            return Err(Stop::Trap(Trap::MemoryOutOfBounds));
        }
        Ok(vm.mem.add(at as usize))
    }
}

/// An address of memory 0 as it is on the stack.
pub(crate) trait Address: Scalar {
    /// The address of `size` bytes, `offset` further.
    ///
    /// # Safety
    /// INV-MEM; the translator lets no `offset` of 2^33 or more into these forms.
    unsafe fn at(self, vm: &Vm, offset: u64, size: u64) -> Result<*mut u8, Stop>;
}

impl Address for u32 {
    #[inline(always)]
    unsafe fn at(self, vm: &Vm, offset: u64, size: u64) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe { near(vm, self.into(), offset, size) }
    }
}

impl Address for u64 {
    #[inline(always)]
    unsafe fn at(self, vm: &Vm, offset: u64, size: u64) -> Result<*mut u8, Stop> {
        // SAFETY: INV-MEM: the length stands before the base. `offset + size` cannot wrap.
        unsafe {
            let len = vm.mem_len();
            match self.checked_add(offset + size) {
                Some(end) if end <= len => Ok(vm.mem.add((end - size) as usize)),
                _ => Err(Stop::Trap(Trap::MemoryOutOfBounds)),
            }
        }
    }
}

/// The address of `size` bytes of any memory, at a 64-bit `address` plus `offset`.
///
/// # Safety
/// INV-MEM, INV-STORE, INV-CODE: the instance has the memory.
#[inline(always)]
pub(super) unsafe fn far(
    vm: &Vm,
    memory: u64,
    address: u64,
    offset: u64,
    size: u64,
) -> Result<*mut u8, Stop> {
    // SAFETY: from the caller.
    let view = unsafe { (*vm.inst).memory(memory as usize) };
    let end = address.checked_add(offset).and_then(|at| at.checked_add(size));
    match end {
        // SAFETY: INV-MEM: the bytes end before the memory does.
        Some(end) if end <= view.len => Ok(unsafe { view.base.add((end - size) as usize) }),
        _ => Err(Stop::Trap(Trap::MemoryOutOfBounds)),
    }
}

/// How an access whose operands are all in slots finds its address.
pub(crate) trait Reach {
    /// Words it takes at the end of the instruction.
    const WORDS: usize;
    /// The address of `size` bytes; `last` is the index of the reach's own word.
    ///
    /// # Safety
    /// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
    unsafe fn address(vm: &Vm, last: usize, size: usize) -> Result<*mut u8, Stop>;
}

/// Memory 0, 32-bit address in `A`.
#[derive(Debug)]
pub(crate) struct Near<A = InSlot>(PhantomData<A>);
/// Any memory, checked 64-bit address.
#[derive(Debug)]
pub(crate) struct Far;

impl<A: Operand> Reach for Near<A> {
    const WORDS: usize = 0;
    #[inline(always)]
    unsafe fn address(vm: &Vm, _: usize, size: usize) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe { near(vm, A::get::<u32>(vm, vm.first(), 2).into(), vm.word(2), size as u64) }
    }
}

impl Reach for Far {
    const WORDS: usize = 1;
    #[inline(always)]
    unsafe fn address(vm: &Vm, last: usize, size: usize) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe { far(vm, vm.word(last), vm.read(vm.first()), vm.word(2), size as u64) }
    }
}

/// `I` with its address, an `X`, in `A` and its result in `D`.
#[derive(Debug)]
pub(crate) struct LoadInstr<I, A, D, X = u32>(PhantomData<(I, A, D, X)>);

impl<I: Load, A: Operand, D: Dest, X: Address> Execute for LoadInstr<I, A, D, X> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            // A constant address is part of the offset.
            let address = if A::IN_CODE { X::from_bits(0) } else { A::get(vm, vm.first(), 2) };
            let at = address.at(vm, vm.word(2), size_of::<I::M>() as u64)?;
            D::put(vm, I::widen(I::M::load(at)));
            vm.advance(3);
        }
        Ok(())
    }
}

/// `I` from any memory.
#[derive(Debug)]
pub(crate) struct FarLoadInstr<I>(PhantomData<I>);

impl<I: Load> Execute for FarLoadInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let address = InSlot::get(vm, vm.first(), 2);
            let at = far(vm, vm.word(3), address, vm.word(2), size_of::<I::M>() as u64)?;
            ToSlot::put(vm, I::widen(I::M::load(at)));
            vm.advance(4);
        }
        Ok(())
    }
}

/// `I` with its address, an `X`, in `A` and its value in `V`.
#[derive(Debug)]
pub(crate) struct StoreInstr<I, A, V, X = u32>(PhantomData<(I, A, V, X)>);

impl<I: Store, A: Operand, V: Operand, X: Address> Execute for StoreInstr<I, A, V, X> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            // A constant address is part of the offset.
            let address = if A::IN_CODE { X::from_bits(0) } else { A::get(vm, vm.first(), 2) };
            let value = V::get(vm, vm.second(), 3);
            let at = address.at(vm, vm.word(2), size_of::<I::M>() as u64)?;
            I::narrow(value).store(at);
            vm.advance(if V::IN_CODE { 3 + I::V::CODE_WORDS } else { 3 });
        }
        Ok(())
    }
}

/// `I` to any memory.
#[derive(Debug)]
pub(crate) struct FarStoreInstr<I>(PhantomData<I>);

impl<I: Store> Execute for FarStoreInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let address = InSlot::get(vm, vm.first(), 2);
            let value = InSlot::get(vm, vm.second(), 2);
            let at = far(vm, vm.word(3), address, vm.word(2), size_of::<I::M>() as u64)?;
            I::narrow(value).store(at);
            vm.advance(4);
        }
        Ok(())
    }
}
