//! What type a reference has when code runs.
//!
//! A defined type knows its supertypes by their depth, so that asking for one is a look at one
//! place (`TypeRow` of the store).

use super::{Memory, Stop, Vm};
use crate::Machine;
use crate::instance::{Context, InstanceBlock};
use crate::ir::{Imm, Index, Slot, Target};
use core::ptr;
use dergwasm_store::{TypeId, TypeKind, TypeRow};
use dergwasm_types::Trap;

/// The abstract types that code can ask for, as numbers in code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The top of a hierarchy: everything that is not null.
    Top,
    /// The bottom of a hierarchy: nothing that is not null.
    Bottom,
    /// What `ref.eq` can compare: all but host values.
    Eq,
    /// Numbers.
    I31,
    /// Structures.
    Struct,
    /// Arrays.
    Array,
}

/// The row of a type.
///
/// # Safety
/// INV-STORE
#[inline(always)]
unsafe fn row(context: *const Context, ty: u32) -> Option<&'static TypeRow> {
    // SAFETY: INV-STORE: the context knows the rows of all types of the machine.
    unsafe { ((ty as usize) < (*context).type_count).then(|| &*(*context).types.add(ty as usize)) }
}

/// Whether a type is `wanted` or below it; `depth` is that of `wanted`.
///
/// # Safety
/// INV-STORE
#[inline(always)]
unsafe fn is_below(context: *const Context, found: u32, wanted: TypeId, depth: u64) -> bool {
    if found == wanted.0 {
        return true;
    }
    // SAFETY: from the caller.
    unsafe {
        match row(context, found) {
            None => false,
            Some(row) => match row.supers.get(depth as usize) {
                Some(&ancestor) => ancestor == wanted.0,
                None => is_far_below(context, found, wanted),
            },
        }
    }
}

/// # Safety
/// INV-STORE, INV-HOST: the machine runs.
#[cold]
#[inline(never)]
unsafe fn is_far_below(context: *const Context, found: u32, wanted: TypeId) -> bool {
    let machine: *const Machine = unsafe {
        // SAFETY: from the caller.
        (*context).machine
    };
    // SAFETY: from the caller.
    unsafe { (*machine).store.is_subtype(TypeId(found), wanted) }
}

/// Whether a function of type `found` can be called as one of type `wanted`.
///
/// # Safety
/// INV-STORE, INV-HOST: the machine runs.
#[cold]
#[inline(never)]
pub(super) unsafe fn is_func_below(context: *const Context, found: TypeId, wanted: TypeId) -> bool {
    // SAFETY: from the caller.
    unsafe {
        row(context, wanted.0)
            .is_some_and(|row| is_below(context, found.0, wanted, row.depth.into()))
    }
}

/// The type of the object a reference points to.
///
/// # Safety
/// INV-HEAP, INV-STORE
#[inline(always)]
unsafe fn type_of(inst: *const InstanceBlock, reference: u32) -> Option<u32> {
    // SAFETY: INV-HEAP: a few bytes after the end of the heap can be read.
    unsafe {
        let heap = (*inst).heap.as_ref();
        let at = u64::from(reference) << 1;
        (reference & 3 == 0 && at.wrapping_sub(1) < heap.len)
            .then(|| u32::load(heap.base.add(at as usize)))
    }
}

/// Whether a reference is to an object of a type that is `depth` below the top.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
unsafe fn is_of(vm: &Vm, src: Slot, ty: Index, depth: Imm, null: Imm) -> bool {
    // SAFETY: from the caller.
    unsafe {
        let reference: u32 = vm.read(src.0);
        if reference == 0 {
            return null.0 != 0;
        }
        let wanted = (*vm.inst).type_id(ty.0 as usize);
        match type_of(vm.inst, reference) {
            Some(found) => is_below((*vm.inst).context, found, wanted, depth.0),
            None => false,
        }
    }
}

/// Whether a reference is of an abstract type.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
unsafe fn is_of_kind(vm: &Vm, src: Slot, kind: Imm, null: Imm) -> bool {
    const TOP: u64 = Kind::Top as u64;
    const EQ: u64 = Kind::Eq as u64;
    const I31: u64 = Kind::I31 as u64;
    const STRUCT: u64 = Kind::Struct as u64;
    const ARRAY: u64 = Kind::Array as u64;
    // SAFETY: from the caller.
    unsafe {
        let bits: u64 = vm.read(src.0);
        if bits == 0 {
            return null.0 != 0;
        }
        let reference = bits as u32;
        let object = |kind| {
            let found = type_of(vm.inst, reference);
            let row = found.and_then(|found| row((*vm.inst).context, found));
            row.is_some_and(|row| row.kind == kind)
        };
        match kind.0 {
            TOP => true,
            EQ => reference & 3 != 2,
            I31 => reference & 1 == 1,
            STRUCT => object(TypeKind::Struct),
            ARRAY => object(TypeKind::Array),
            _ => false,
        }
    }
}

/// Whether a reference is to a function of a defined type.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
unsafe fn is_func(vm: &Vm, src: Slot, ty: Index, null: Imm) -> bool {
    // SAFETY: from the caller; callees are found by address, which is checked.
    unsafe {
        let reference: u64 = vm.read(src.0);
        let context = (*vm.inst).context;
        if reference == 0 || reference as usize > (*context).callee_count {
            return reference == 0 && null.0 != 0;
        }
        let found = (*(*context).callees.add(reference as usize - 1)).ty;
        is_func_below(context, found, (*vm.inst).type_id(ty.0 as usize))
    }
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn test(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    ty: Index,
    depth: Imm,
    null: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let is = is_of(vm, src, ty, depth, null);
        vm.write(dst.0, u32::from(is));
    }
    Ok(())
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn test_kind(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    kind: Imm,
    null: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let is = is_of_kind(vm, src, kind, null);
        vm.write(dst.0, u32::from(is));
    }
    Ok(())
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn test_func(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    ty: Index,
    null: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let is = is_func(vm, src, ty, null);
        vm.write(dst.0, u32::from(is));
    }
    Ok(())
}

#[inline(always)]
const fn checked(is: bool) -> Result<(), Stop> {
    if is { Ok(()) } else { Err(Stop::Trap(Trap::CastFailure)) }
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn check(
    vm: &mut Vm,
    src: Slot,
    ty: Index,
    depth: Imm,
    null: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    checked(unsafe { is_of(vm, src, ty, depth, null) })
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn check_kind(vm: &mut Vm, src: Slot, kind: Imm, null: Imm) -> Result<(), Stop> {
    // SAFETY: from the caller.
    checked(unsafe { is_of_kind(vm, src, kind, null) })
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn check_func(vm: &mut Vm, src: Slot, ty: Index, null: Imm) -> Result<(), Stop> {
    // SAFETY: from the caller.
    checked(unsafe { is_func(vm, src, ty, null) })
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn branch(
    vm: &mut Vm,
    src: Slot,
    ty: Index,
    depth: Imm,
    null: Imm,
    target: Target,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    if unsafe { is_of(vm, src, ty, depth, null) } {
        vm.ip = ptr::with_exposed_provenance(target.0 as usize);
    }
    Ok(())
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn branch_fail(
    vm: &mut Vm,
    src: Slot,
    ty: Index,
    depth: Imm,
    null: Imm,
    target: Target,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    if !unsafe { is_of(vm, src, ty, depth, null) } {
        vm.ip = ptr::with_exposed_provenance(target.0 as usize);
    }
    Ok(())
}
