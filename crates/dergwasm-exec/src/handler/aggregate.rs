//! Structures and arrays.
//!
//! Objects lie in the store's heap (INV-HEAP). A reference is half the byte offset of its object,
//! so that one comparison tells null references and those that point nowhere from others. Small
//! objects are made where the heap says the next one goes; all else is done out of line.

use super::{
    Dest, Execute, InSlot, Memory, Operand, Scalar, Stop, Vm, access, binary, call::guarded,
    constant_words,
};
use crate::instance::{InstanceBlock, Registers};
use crate::ir::forms::Loc;
use crate::ir::layout::{self, Layout, Word};
use crate::ir::{FieldInit, Imm, Index, Slot, forms};
use crate::{Error, Machine};
use core::marker::PhantomData;
use core::mem::size_of;
use dergwasm_store::{InstanceAddr, MAX_BUMP, ObjectHeader};
use dergwasm_types::Trap;

/// Bytes of an object before its fields or elements.
const HEADER: u64 = 8;
/// Where the length of an array is in it.
pub(crate) const LENGTH: u64 = 4;

/// The address of byte `offset` of an object.
///
/// # Safety
/// INV-CODE: no type of the module has fields beyond `HEAP_SLACK`. INV-HEAP, INV-STORE.
#[inline(always)]
unsafe fn object(vm: &Vm, reference: u32, offset: u64, null: Trap) -> Result<*mut u8, Stop> {
    // SAFETY: INV-HEAP: that many bytes after the heap's end can be read and written.
    unsafe {
        let heap = (*vm.inst).heap.as_ref();
        let at = u64::from(reference) << 1;
        if at.wrapping_sub(1) >= heap.len {
            return Err(Stop::Trap(null));
        }
        Ok(heap.base.add((at + offset) as usize))
    }
}

/// The address of an element.
///
/// # Safety
/// INV-HEAP, INV-STORE
#[inline(always)]
unsafe fn element(vm: &Vm, reference: u32, index: u32, size: usize) -> Result<*mut u8, Stop> {
    // SAFETY: INV-HEAP: the header can be read, and the element ends before the heap does.
    unsafe {
        let array = object(vm, reference, 0, Trap::NullArray)?;
        let len = u32::load(array.add(LENGTH as usize));
        let offset = HEADER + u64::from(index) * size as u64;
        let end = (u64::from(reference) << 1) + offset + size as u64;
        // The length tells, unless the embedder made the reference up.
        if index >= len || end > (*vm.inst).heap.as_ref().len {
            return Err(Stop::Trap(Trap::ArrayOutOfBounds));
        }
        Ok(array.add(offset as usize))
    }
}

/// What reading a field of an object does.
pub(crate) trait Field: access::Load {
    /// The trap for a null reference.
    const NULL: Trap;
}

/// `I` of an object in `A` with its result in `D`.
#[derive(Debug)]
pub(crate) struct FieldInstr<I, A, D>(PhantomData<(I, A, D)>);

impl<I: Field, A: Operand, D: Dest> Execute for FieldInstr<I, A, D> {
    const FORM: u8 = forms::UNARY.with_result([A::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-HEAP, from the caller.
        unsafe {
            let layout::FieldGet { object: reference, offset, .. } = layout::FieldGet::AT;
            let reference = A::get::<u32>(vm, vm.half(reference), offset);
            let at = object(vm, reference, vm.word(offset), I::NULL)?;
            D::put(vm, I::widen(I::M::load(at)));
            vm.advance(layout::FieldGet::LEN);
        }
        Ok(())
    }
}

/// `I` to an object in a slot of a value in `V`.
#[derive(Debug)]
pub(crate) struct FieldStoreInstr<I, V>(PhantomData<(I, V)>);

impl<I: access::Store, V: Operand> Execute for FieldStoreInstr<I, V> {
    const FORM: u8 = forms::MOVE.number([V::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-HEAP, from the caller.
        unsafe {
            let layout::FieldSet { object: reference, value, offset } = layout::FieldSet::AT;
            let value = V::get(vm, vm.half(value), layout::FieldSet::END);
            let reference = vm.read(vm.half(reference));
            let at = object(vm, reference, vm.word(offset), Trap::NullStructure)?;
            I::narrow(value).store(at);
            vm.advance(layout::FieldSet::LEN + constant_words::<V, I::V>());
        }
        Ok(())
    }
}

/// `I` of an array in a slot with its index in `B` and its result in `D`.
#[derive(Debug)]
pub(crate) struct ElementInstr<I, B, D>(PhantomData<(I, B, D)>);

impl<I: access::Load, B: Operand, D: Dest> Execute for ElementInstr<I, B, D> {
    const FORM: u8 = forms::ELEMENT.with_result([Loc::Slot, B::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-HEAP, from the caller.
        unsafe {
            let (reference, index) = binary::operands::<InSlot, B, u32, u32>(vm);
            let at = element(vm, reference, index, size_of::<I::M>())?;
            D::put(vm, I::widen(I::M::load(at)));
            vm.advance(layout::Binary::LEN);
        }
        Ok(())
    }
}

/// `I` to an array, everything in slots.
#[derive(Debug)]
pub(crate) struct ElementStoreInstr<I>(PhantomData<I>);

impl<I: access::Store> Execute for ElementStoreInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-HEAP, from the caller.
        unsafe {
            let layout::ElementSet { array, index, value } = layout::ElementSet::AT;
            let (reference, index) = (vm.read(vm.half(array)), vm.read(vm.half(index)));
            let value = vm.read(vm.slot(value));
            let at = element(vm, reference, index, size_of::<I::M>())?;
            I::narrow(value).store(at);
            vm.advance(layout::ElementSet::LEN);
        }
        Ok(())
    }
}

/// Makes an object of `size` bytes, zeros but for its header; a collection may come first, which
/// finds the running frame at `next`, the instruction to go on at.
///
/// # Safety
/// INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
unsafe fn alloc(vm: &Vm, next: *const u64, ty: Index, len: u32, size: u64) -> Result<u32, Stop> {
    // SAFETY: INV-HEAP: the bytes from `bump` to `bump_end` are free and zero.
    unsafe {
        let header = ObjectHeader { ty: (*vm.inst).type_id(ty.0 as usize).0, len }.word();
        let heap = (*vm.inst).heap.as_ptr();
        let (at, end) = ((*heap).bump, (*heap).bump + size);
        if size > MAX_BUMP || end > (*heap).bump_end {
            return match alloc_slowly(vm.inst, next, vm.sp, vm.depth, header, size) {
                0 => Err(Stop::Failed),
                reference => Ok(reference),
            };
        }
        (*heap).bump = end;
        header.store((*heap).base.add(at as usize));
        Ok((at >> 1) as u32)
    }
}

/// Allocation out of line; 0 if it failed, with the error in the context.
///
/// # Safety
/// INV-FRAME, INV-HEAP, INV-HOST, INV-STORE
#[cold]
#[inline(never)]
unsafe fn alloc_slowly(
    inst: *mut InstanceBlock,
    ip: *const u64,
    sp: *mut u8,
    depth: u64,
    header: u64,
    size: u64,
) -> u32 {
    // SAFETY: from the caller.
    unsafe {
        let context = (*inst).context;
        (*context).stopped = Registers { ip, sp, inst, depth };
        guarded(context, |machine| machine.alloc_for_code(header, size)).unwrap_or(0)
    }
}

/// Keeps the registers where a collection looks for the running frame.
///
/// # Safety
/// INV-STORE
#[inline(always)]
pub(super) unsafe fn keep_registers(vm: &Vm) {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    unsafe {
        (*(*vm.inst).context).stopped =
            Registers { ip: vm.ip, sp: vm.sp, inst: vm.inst, depth: vm.depth };
    }
}

/// What is done out of line, with up to five operands; a failure leaves its error in the context.
type Request<const N: usize> = fn(&mut Machine, InstanceAddr, [u64; N]) -> Result<u64, Error>;

/// Out of line: `f` on the running machine, with the first `N` operands, which are passed one by
/// one since an array would lie in the handler's frame.
///
/// # Safety
/// INV-HOST, INV-STORE
#[inline(never)]
pub(super) unsafe fn request<const N: usize>(
    inst: *mut InstanceBlock,
    f: Request<N>,
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
) -> Option<u64> {
    const { assert!(N <= 5) }
    let operands = [a, b, c, d, e];
    let operands = core::array::from_fn(|i| operands[i]);
    // SAFETY: from the caller.
    unsafe { guarded((*inst).context, |machine| f(machine, (*inst).addr, operands)) }
}

/// Turns the answer of [`request`] into that of a handler, without or with a result.
#[inline(always)]
pub(super) fn done(answer: Option<u64>) -> Result<u64, Stop> {
    match answer {
        Some(answer) => Ok(answer),
        None => Err(Stop::Failed),
    }
}

/// Copies a value of `1 << width_log2` bytes from a slot, whose low bytes come first, to an object.
///
/// # Safety
/// `to` is valid for writes of so many bytes, `from` for reads of a slot.
#[inline(always)]
unsafe fn put(to: *mut u8, from: *const u8, width_log2: u8) {
    // SAFETY: from the caller.
    unsafe {
        match width_log2 {
            0 => u8::load(from).store(to),
            1 => u16::load(from).store(to),
            2 => u32::load(from).store(to),
            3 => u64::load(from).store(to),
            _ => {
                // Halves take addresses that are sums, which spares the others an instruction each.
                u64::load(from).store(to);
                u64::load(from.add(8)).store(to.add(8));
            }
        }
    }
}

/// Writes the low `1 << width_log2` bytes of a constant to an object; translation makes none wider
/// than 4 bytes.
///
/// # Safety
/// `to` is valid for writes of so many bytes.
#[inline(always)]
unsafe fn put_constant(to: *mut u8, value: u32, width_log2: u8) {
    // SAFETY: from the caller.
    unsafe {
        match width_log2 {
            0 => (value as u8).store(to),
            1 => (value as u16).store(to),
            _ => value.store(to),
        }
    }
}

/// Makes a structure.
#[derive(Debug)]
pub(crate) struct StructNewInstr<I>(PhantomData<I>);

impl<I> Execute for StructNewInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE: the fields lie in the object. INV-FRAME, INV-HEAP, from the caller.
        unsafe {
            let layout::StructNew { count, dst, ty, size } = layout::StructNew::AT;
            let count = vm.half(count) as usize;
            let (ty, size) = (vm.half(ty) as u32, vm.half(size) as u32);
            let next = vm.ip.add(layout::StructNew::LEN + count);
            let reference = alloc(vm, next, Index(ty), 0, size.into())?;
            let start = (*vm.inst).heap.as_ref().base.add((reference as usize) << 1);
            for i in 0..count {
                let init = FieldInit::decode(vm.word(Word(layout::StructNew::LEN + i)));
                let to = start.add(init.offset as usize);
                if init.constant {
                    put_constant(to, init.source.cast_unsigned(), init.width_log2);
                } else {
                    put(to, vm.sp.offset(init.source as isize), init.width_log2);
                }
            }
            let reference = u64::from(reference);
            vm.write(vm.half(dst), reference);
            reference.set_acc(vm);
            vm.ip = next;
        }
        Ok(())
    }
}

/// Makes a structure of zeros and nulls.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn struct_default(
    vm: &mut Vm,
    dst: Slot,
    ty: Index,
    size: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let reference = alloc(vm, vm.ip, ty, 0, size.0)?;
        vm.write(dst.0, u64::from(reference));
    }
    Ok(())
}

/// The size of an array of elements of `1 << element` bytes.
#[inline(always)]
pub(super) const fn array_size(len: u32, element: u64) -> u64 {
    (HEADER + ((len as u64) << (element & 7)) + 7) & !7
}

/// Makes an array of zeros or nulls.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_default(
    vm: &mut Vm,
    dst: Slot,
    len: Slot,
    ty: Index,
    element: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let len: u32 = vm.read(len.0);
        let reference = alloc(vm, vm.ip, ty, len, array_size(len, element.0))?;
        vm.write(dst.0, u64::from(reference));
    }
    Ok(())
}

/// Makes an array of `len` times a value.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_new(
    vm: &mut Vm,
    dst: Slot,
    value: Slot,
    len: Slot,
    ty: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (low, high) = (vm.read(value.0), vm.read(value.0 + 8));
        let (ty, len) = (ty.0.into(), vm.read(len.0));
        let reference = done(request(vm.inst, Machine::array_new, ty, len, low, high, 0))?;
        vm.write(dst.0, reference);
    }
    Ok(())
}

/// Makes an array of values in consecutive slots.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_fixed(
    vm: &mut Vm,
    dst: Slot,
    first: Slot,
    len: Imm,
    ty: Index,
    element: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller; the array was just made of so many elements.
    unsafe {
        let count = len.0 as u32;
        let reference = alloc(vm, vm.ip, ty, count, array_size(count, element.0))?;
        let start = (*vm.inst).heap.as_ref().base.add((reference as usize) << 1);
        let mut to = start.add(HEADER as usize);
        for i in 0..count as usize {
            put(to, vm.sp.offset(first.0).add(16 * i), element.0 as u8);
            to = to.add(1 << element.0);
        }
        vm.write(dst.0, u64::from(reference));
    }
    Ok(())
}

macro_rules! arrays_of_segments {
    ($($(#[$doc:meta])* $name:ident => $request:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
        #[inline(always)]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            dst: Slot,
            src: Slot,
            len: Slot,
            ty: Index,
            segment: Index,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe {
                keep_registers(vm);
                let (ty, segment) = (ty.0.into(), segment.0.into());
                let (src, len) = (vm.read(src.0), vm.read(len.0));
                let reference = done(request(vm.inst, $request, ty, segment, src, len, 0))?;
                vm.write(dst.0, reference);
            }
            Ok(())
        }
    )* };
}

arrays_of_segments! {
    /// Makes an array of bytes of a data segment.
    array_data => Machine::array_new_data;
    /// Makes an array of references of an element segment.
    array_elem => Machine::array_new_elem;
}

/// Sets elements.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_fill(
    vm: &mut Vm,
    array: Slot,
    index: Slot,
    value: Slot,
    len: Slot,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (low, high) = (vm.read(value.0), vm.read(value.0 + 8));
        let (array, index, len) = (vm.read(array.0), vm.read(index.0), vm.read(len.0));
        done(request(vm.inst, Machine::array_fill, array, index, low, high, len)).map(drop)
    }
}

/// Copies elements.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_copy(
    vm: &mut Vm,
    dst: Slot,
    dst_index: Slot,
    src: Slot,
    src_index: Slot,
    len: Slot,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (dst, dst_index) = (vm.read(dst.0), vm.read(dst_index.0));
        let (src, src_index, len) = (vm.read(src.0), vm.read(src_index.0), vm.read(len.0));
        let f = Machine::array_copy;
        done(request(vm.inst, f, dst, dst_index, src, src_index, len)).map(drop)
    }
}

macro_rules! copies_of_segments {
    ($($(#[$doc:meta])* $name:ident => $request:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
        #[inline(always)]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            array: Slot,
            index: Slot,
            src: Slot,
            len: Slot,
            segment: Index,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe {
                let (array, index) = (vm.read(array.0), vm.read(index.0));
                let (src, len, segment) = (vm.read(src.0), vm.read(len.0), segment.0.into());
                done(request(vm.inst, $request, array, index, src, len, segment)).map(drop)
            }
        }
    )* };
}

copies_of_segments! {
    /// Copies bytes of a data segment into an array.
    array_init_data => Machine::array_init_data;
    /// Copies references of an element segment into an array.
    array_init_elem => Machine::array_init_elem;
}
