//! Loads and stores of numbers.

use super::{Dest, Execute, InSlot, Memory, Operand, Scalar, Stop, ToSlot, Vm, constant_words};
use crate::ir::forms::{self, Loc, Reach as Form};
use crate::ir::layout::{self, Half, Layout, Word};
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
    /// How an instruction reaches memory with it.
    const REACH: Form;
    /// The address of `size` bytes, `offset` further.
    ///
    /// # Safety
    /// INV-MEM; the translator lets no `offset` of 2^33 or more into these forms.
    unsafe fn at(self, vm: &Vm, offset: u64, size: u64) -> Result<*mut u8, Stop>;
}

impl Address for u32 {
    const REACH: Form = Form::Near;
    #[inline(always)]
    unsafe fn at(self, vm: &Vm, offset: u64, size: u64) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe { near(vm, self.into(), offset, size) }
    }
}

impl Address for u64 {
    const REACH: Form = Form::Wide;
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

/// How a vector is found in memory.
pub(crate) trait Reach {
    /// The number of the form.
    const FORM: u8;
    /// Whether the instruction says in which memory.
    const FAR: bool;
    /// The address of `size` bytes; a far one is in the memory of an index.
    ///
    /// # Safety
    /// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
    unsafe fn address(vm: &Vm, memory: u64, size: usize) -> Result<*mut u8, Stop>;
}

/// Memory 0, 32-bit address in `A`.
#[derive(Debug)]
pub(crate) struct Near<A = InSlot>(PhantomData<A>);
/// Any memory, checked 64-bit address.
#[derive(Debug)]
pub(crate) struct Far;

impl<A: Operand> Reach for Near<A> {
    const FORM: u8 = forms::vector_access(Form::Near, A::LOC);
    const FAR: bool = false;
    #[inline(always)]
    unsafe fn address(vm: &Vm, _: u64, size: usize) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe {
            let at = layout::Load::AT;
            let address: u32 = A::get(vm, vm.half(at.address), at.offset);
            near(vm, address.into(), vm.word(at.offset), size as u64)
        }
    }
}

impl Reach for Far {
    const FORM: u8 = forms::vector_access(Form::Far, Loc::Slot);
    const FAR: bool = true;
    #[inline(always)]
    unsafe fn address(vm: &Vm, memory: u64, size: usize) -> Result<*mut u8, Stop> {
        // SAFETY: from the caller.
        unsafe {
            let at = layout::Load::AT;
            far(vm, memory, vm.read(vm.half(at.address)), vm.word(at.offset), size as u64)
        }
    }
}

/// The address in `A`; a constant one is a part of the offset.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn address_in<A: Operand, X: Address>(vm: &Vm, slot: Half) -> X {
    // SAFETY: from the caller.
    unsafe { if A::IN_CODE { X::from_bits(0) } else { A::get(vm, vm.half(slot), Word(0)) } }
}

/// `I` with its address, an `X`, in `A` and its result in `D`.
#[derive(Debug)]
pub(crate) struct LoadInstr<I, A, D, X = u32>(PhantomData<(I, A, D, X)>);

impl<I: Load, A: Operand, D: Dest, X: Address> Execute for LoadInstr<I, A, D, X> {
    const FORM: u8 = forms::load(X::REACH, A::LOC, D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let layout::Load { address, offset, .. } = layout::Load::AT;
            let address = address_in::<A, X>(vm, address);
            let at = address.at(vm, vm.word(offset), size_of::<I::M>() as u64)?;
            D::put(vm, I::widen(I::M::load(at)));
            vm.advance(layout::Load::LEN);
        }
        Ok(())
    }
}

/// `I` from any memory.
#[derive(Debug)]
pub(crate) struct FarLoadInstr<I>(PhantomData<I>);

impl<I: Load> Execute for FarLoadInstr<I> {
    const FORM: u8 = forms::load(Form::Far, Loc::Slot, ToSlot::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let layout::FarLoad { address, offset, memory, .. } = layout::FarLoad::AT;
            let (address, offset) = (vm.read(vm.half(address)), vm.word(offset));
            let at = far(vm, vm.word(memory), address, offset, size_of::<I::M>() as u64)?;
            ToSlot::put(vm, I::widen(I::M::load(at)));
            vm.advance(layout::FarLoad::LEN);
        }
        Ok(())
    }
}

/// `I` with its address, an `X`, in `A` and its value in `V`.
#[derive(Debug)]
pub(crate) struct StoreInstr<I, A, V, X = u32>(PhantomData<(I, A, V, X)>);

impl<I: Store, A: Operand, V: Operand, X: Address> Execute for StoreInstr<I, A, V, X> {
    const FORM: u8 = forms::store(X::REACH, A::LOC, V::LOC);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, from the caller.
        unsafe {
            let layout::Store { address, value, offset } = layout::Store::AT;
            let address = address_in::<A, X>(vm, address);
            let value = V::get(vm, vm.half(value), layout::Store::END);
            let at = address.at(vm, vm.word(offset), size_of::<I::M>() as u64)?;
            I::narrow(value).store(at);
            vm.advance(layout::Store::LEN + constant_words::<V, I::V>());
        }
        Ok(())
    }
}

/// `I` to any memory.
#[derive(Debug)]
pub(crate) struct FarStoreInstr<I>(PhantomData<I>);

impl<I: Store> Execute for FarStoreInstr<I> {
    const FORM: u8 = forms::store(Form::Far, Loc::Slot, Loc::Slot);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let layout::FarStore { address, value, offset, memory } = layout::FarStore::AT;
            let (address, offset) = (vm.read(vm.half(address)), vm.word(offset));
            let value = vm.read(vm.half(value));
            let at = far(vm, vm.word(memory), address, offset, size_of::<I::M>() as u64)?;
            I::narrow(value).store(at);
            vm.advance(layout::FarStore::LEN);
        }
        Ok(())
    }
}
