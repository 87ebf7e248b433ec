//! Continuations: suspending, resuming, switching.
//!
//! The frames of a continuation are moved out of and back onto the stack out of line
//! (`crate::continuation`); the registers are then those of where code goes on.

use super::aggregate::keep_registers;
use super::call::guarded;
use super::exception::land;
use super::{Stop, Vm};
use crate::instance::InstanceBlock;
use crate::ir::{Imm, Index, Slot};
use crate::{Error, Machine};
use core::slice;
use dergwasm_types::{TagIdx, Value};

/// Out of line: `f` on the running machine, with operands that are passed one by one.
///
/// # Safety
/// INV-FRAME, INV-HOST, INV-STORE
#[inline(never)]
unsafe fn request<R>(
    inst: *mut InstanceBlock,
    f: fn(&mut Machine, [u64; 4]) -> Result<R, Error>,
    a: u64,
    b: u64,
    c: u64,
    d: u64,
) -> Option<R> {
    // SAFETY: from the caller.
    unsafe { guarded((*inst).context, |machine| f(machine, [a, b, c, d])) }
}

/// The address of a slot as an operand.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
unsafe fn address(vm: &Vm, slot: Slot) -> u64 {
    // SAFETY: from the caller.
    unsafe { vm.sp.offset(slot.0) }.expose_provenance() as u64
}

/// Goes on where a request said, if it could.
///
/// # Safety
/// INV-STORE
#[inline(always)]
unsafe fn go_on(vm: &mut Vm, done: Option<()>) -> Result<(), Stop> {
    if done.is_none() {
        return Err(Stop::Failed);
    }
    // SAFETY: from the caller; the request has left the registers in the context.
    unsafe { land(vm, (*vm.inst).context) }
    Ok(())
}

/// Makes a continuation that begins with a function.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn new(vm: &mut Vm, dst: Slot, func: Slot) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        match request(vm.inst, Machine::cont_new, vm.read(func.0), 0, 0, 0) {
            Some(made) => vm.write::<u64>(dst.0, made),
            None => return Err(Stop::Failed),
        }
    }
    Ok(())
}

/// Makes a continuation that knows its first arguments.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn bind(
    vm: &mut Vm,
    dst: Slot,
    cont: Slot,
    first: Slot,
    count: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (cont, first) = (vm.read(cont.0), address(vm, first));
        match request(vm.inst, cont_bind, cont, first, count.0, 0) {
            Some(made) => vm.write::<u64>(dst.0, made),
            None => return Err(Stop::Failed),
        }
    }
    Ok(())
}

/// The values in `count` slots from an address on.
///
/// # Safety
/// INV-FRAME: they are slots of the running frame, and nobody changes them meanwhile.
unsafe fn values<'a>(first: u64, count: u64) -> &'a [Value] {
    // SAFETY: from the caller.
    unsafe {
        slice::from_raw_parts(core::ptr::with_exposed_provenance(first as usize), count as usize)
    }
}

fn cont_bind(machine: &mut Machine, [cont, first, count, _]: [u64; 4]) -> Result<u64, Error> {
    // SAFETY: INV-FRAME: the instruction's operands lie there.
    let bound = unsafe { values(first, count) };
    machine.cont_bind(cont, bound)
}

/// Suspends to the innermost `resume` that handles the tag.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn suspend(vm: &mut Vm, first: Slot, tag: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let first = address(vm, first);
        go_on(vm, request(vm.inst, suspend_with, first, tag.0.into(), 0, 0))
    }
}

fn suspend_with(machine: &mut Machine, [first, tag, ..]: [u64; 4]) -> Result<(), Error> {
    let tag = machine.tag_of(machine.running_instance(), TagIdx(tag as u32))?;
    let count = machine.tag_params(tag) as u64;
    // SAFETY: INV-FRAME: the instruction's operands lie there.
    let payload = unsafe { values(first, count) }.to_vec();
    machine.suspend(tag, payload, first)
}

/// Goes on with a continuation.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn resume(vm: &mut Vm, sp: Slot, cont: Slot, ty: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (sp, cont) = (address(vm, sp), vm.read(cont.0));
        go_on(vm, request(vm.inst, Machine::resume_cont, sp, cont, ty.0.into(), 0))
    }
}

/// Goes on with a continuation by throwing an exception in it.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn resume_throw(
    vm: &mut Vm,
    sp: Slot,
    cont: Slot,
    ty: Index,
    first: Slot,
    tag: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (first, tag, cont) = (address(vm, first), tag.0.into(), vm.read(cont.0));
        let Some(exception) = request(vm.inst, exception_of, first, tag, cont, 0) else {
            return Err(Stop::Failed);
        };
        let sp = address(vm, sp);
        go_on(vm, request(vm.inst, Machine::resume_throw, sp, cont, ty.0.into(), exception))
    }
}

fn exception_of(machine: &mut Machine, [first, tag, cont, _]: [u64; 4]) -> Result<u64, Error> {
    let tag = machine.tag_of(machine.running_instance(), TagIdx(tag as u32))?;
    let count = machine.tag_params(tag) as u64;
    // SAFETY: INV-FRAME: the instruction's operands lie there.
    let values = unsafe { values(first, count) };
    // A collection does not know the operands of an instruction that is a call.
    let words = values.iter().map(|value| value.bits()).chain([cont]);
    let _held = machine.hold(words.collect());
    machine.exception_for_code(tag, values)
}

/// Goes on with a continuation by throwing an exception in it that there is already.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn resume_throw_ref(
    vm: &mut Vm,
    sp: Slot,
    cont: Slot,
    ty: Index,
    src: Slot,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (sp, cont, exception) = (address(vm, sp), vm.read(cont.0), vm.read(src.0));
        go_on(vm, request(vm.inst, Machine::resume_throw, sp, cont, ty.0.into(), exception))
    }
}

/// Suspends, and goes on with another continuation in this one's place.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn switch(
    vm: &mut Vm,
    first: Slot,
    count: Imm,
    cont: Slot,
    tag: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        keep_registers(vm);
        let (first, cont) = (address(vm, first), vm.read(cont.0));
        go_on(vm, request(vm.inst, switch_to, first, count.0, cont, tag.0.into()))
    }
}

fn switch_to(machine: &mut Machine, [first, count, cont, tag]: [u64; 4]) -> Result<(), Error> {
    let tag = machine.tag_of(machine.running_instance(), TagIdx(tag as u32))?;
    // SAFETY: INV-FRAME: the instruction's operands lie there.
    let values = unsafe { values(first, count) }.to_vec();
    machine.switch(tag, cont, values, first)
}

/// Puts the values that came with a suspension into the slots from one on.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn take_values(vm: &mut Vm, first: Slot) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { put_values(vm.inst, vm.sp.offset(first.0).cast::<Value>()) };
    Ok(())
}

/// # Safety
/// INV-FRAME, INV-STORE: there is room for as many values as came.
#[inline(never)]
unsafe fn put_values(inst: *mut InstanceBlock, to: *mut Value) {
    // SAFETY: from the caller.
    unsafe {
        let passed = core::mem::take(&mut (*(*inst).context).passed);
        for (i, value) in passed.into_iter().enumerate() {
            to.add(i).write(value);
        }
    }
}
