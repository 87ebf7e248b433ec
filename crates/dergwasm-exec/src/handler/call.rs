//! Calls and returns.
//!
//! A callee's frame lies above the caller's: arguments in the caller's topmost operands, then a
//! header slot with the return address and the caller's base, then the callee's own slots. Results
//! overwrite the arguments. Calls never use the native stack.

use super::cast::is_func_below;
use super::{Scalar, SlotHalf, Stop, Vm, exception};
use crate::dispatch::Stub;
use crate::instance::{
    Activation, Callee, Context, Crossing, HostCallee, InstanceBlock, Registers,
};
use crate::ir::code::FuncEntry;
use crate::ir::{Entry, Imm, Index, Slot, SlotCopy};
use crate::numeric::vector::V128;
use crate::{Error, HostCall, Machine, invoke};
use core::ptr;
use core::slice;
use dergwasm_store::HostFuncId;
use dergwasm_types::{Trap, Value};

/// The header of a frame: what `return` needs, in the slot below the frame's base.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// The instruction to go on at.
    pub(crate) ip: *const u64,
    /// The base of the caller's frame.
    pub(crate) sp: *mut u8,
}

/// The header of the frame at `sp`.
///
/// # Safety
/// INV-FRAME: there is a frame.
#[inline(always)]
pub(crate) unsafe fn header(sp: *mut u8) -> *mut Header {
    // SAFETY: INV-FRAME: the header is the slot below the base.
    unsafe { sp.cast::<Header>().sub(1) }
}

/// Goes on with the code of a function whose frame is at `vm.sp`.
///
/// # Safety
/// INV-CODE: `entry` is of the module of `vm.inst`.
#[inline(always)]
unsafe fn go_to(vm: &mut Vm, entry: *const FuncEntry) {
    // SAFETY: from the caller.
    vm.ip = unsafe { (*entry).code() };
    // Read by `translate`, if that is what the code is.
    vm.acc = entry.expose_provenance() as u64;
}

/// Returns to the caller.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
pub(super) unsafe fn leave(vm: &mut Vm) {
    // SAFETY: INV-FRAME: the call wrote the header.
    let Header { ip, sp } = unsafe { *header(vm.sp) };
    (vm.ip, vm.sp) = (ip, sp);
    vm.depth += 1;
}

/// Makes a frame at `sp` that returns to the next instruction.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
unsafe fn push_frame(vm: &mut Vm, sp: Slot) -> Result<(), Stop> {
    if vm.depth == 0 {
        return Err(Stop::Trap(Trap::CallStackExhausted));
    }
    vm.depth -= 1;
    // SAFETY: INV-FRAME: the frame has room for the header of a callee.
    unsafe {
        let base = vm.sp.offset(sp.0);
        *header(base) = Header { ip: vm.ip, sp: vm.sp };
        vm.sp = base;
    }
    Ok(())
}

/// Moves arguments over this frame's own, and its header behind them.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
unsafe fn replace_frame(vm: &mut Vm, args: Slot, dst: Slot, count: Imm, sp: Slot) {
    // SAFETY: INV-FRAME: the arguments are in the frame, and their new place is below them.
    unsafe {
        let old = *header(vm.sp);
        let (from, to) = (vm.sp.offset(args.0), vm.sp.offset(dst.0));
        let (from, to) = (from.cast::<SlotHalf>(), to.cast::<SlotHalf>());
        for half in 0..2 * count.0 as usize {
            ptr::write_volatile(to.add(half), *from.add(half));
        }
        vm.sp = vm.sp.offset(sp.0);
        *header(vm.sp) = old;
    }
}

/// Goes on with a callee whose frame is at `vm.sp`.
///
/// # Safety
/// INV-STORE: `callee` is a function of the machine.
#[inline(always)]
unsafe fn go_to_callee(vm: &mut Vm, callee: *const Callee) {
    // SAFETY: from the caller.
    unsafe {
        if (*callee).inst == vm.inst {
            go_to(vm, (*callee).entry);
        } else {
            vm.acc = callee.expose_provenance() as u64;
            vm.ip = Stub::CallElsewhere.code();
        }
    }
}

/// The function of an index.
///
/// # Safety
/// INV-STORE, INV-CODE
#[inline(always)]
unsafe fn callee_of_index(vm: &Vm, func: Index) -> *const Callee {
    // SAFETY: from the caller.
    unsafe {
        let addr = (*vm.inst).func(func.0 as usize);
        (*(*vm.inst).context).callees.add(addr.0 as usize)
    }
}

/// The function of a table element.
///
/// # Safety
/// INV-STORE, INV-CODE, INV-FRAME
#[inline(always)]
unsafe fn callee_of_element(
    vm: &Vm,
    index: Slot,
    table: Index,
    ty: Index,
) -> Result<*const Callee, Stop> {
    // SAFETY: from the caller; elements are null or addresses of functions.
    unsafe {
        let index: u64 = vm.read(index.0);
        let table = (*vm.inst).table(table.0 as usize);
        if index >= table.len {
            return Err(Stop::Trap(Trap::UndefinedElement));
        }
        let element = *table.elems.add(index as usize);
        callee_of_reference(vm, element, ty, Trap::UninitializedElement)
    }
}

/// The function that a reference points to; `null` is the trap if it does not point to any.
///
/// # Safety
/// INV-STORE, INV-CODE
#[inline(always)]
unsafe fn callee_of_reference(
    vm: &Vm,
    reference: u64,
    ty: Index,
    null: Trap,
) -> Result<*const Callee, Stop> {
    // SAFETY: from the caller.
    unsafe {
        let context = (*vm.inst).context;
        // References come from the host too, so they are looked up with a check.
        if reference.wrapping_sub(1) >= (*context).callee_count as u64 {
            return Err(Stop::Trap(null));
        }
        let callee = (*context).callees.add(reference as usize - 1);
        let wanted = (*vm.inst).type_id(ty.0 as usize);
        if (*callee).ty != wanted && !is_func_below(context, (*callee).ty, wanted) {
            return Err(Stop::Trap(Trap::IndirectCallTypeMismatch));
        }
        Ok(callee)
    }
}

/// Calls a function of the module.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn call(vm: &mut Vm, sp: Slot, func: Entry) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        push_frame(vm, sp)?;
        go_to(vm, ptr::with_exposed_provenance(func.0 as usize));
    }
    Ok(())
}

/// Moves a value and calls a function of the module.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn call_copy(
    vm: &mut Vm,
    sp: Slot,
    func: Entry,
    a: SlotCopy,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        vm.copy([a]);
        call(vm, sp, func)
    }
}

/// Moves two values and calls a function of the module.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn call_copy_two(
    vm: &mut Vm,
    sp: Slot,
    func: Entry,
    a: SlotCopy,
    b: SlotCopy,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        vm.copy([a, b]);
        call(vm, sp, func)
    }
}

/// Calls an imported function.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn call_import(vm: &mut Vm, sp: Slot, func: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_index(vm, func);
        push_frame(vm, sp)?;
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Calls a function of a table.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn call_indirect(
    vm: &mut Vm,
    sp: Slot,
    index: Slot,
    table: Index,
    ty: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_element(vm, index, table, ty)?;
        push_frame(vm, sp)?;
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Calls the function that a reference points to.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn call_ref(vm: &mut Vm, sp: Slot, func: Slot, ty: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_reference(vm, vm.read(func.0), ty, Trap::NullFunction)?;
        push_frame(vm, sp)?;
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Calls a function of the module in place of this one.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn return_call(
    vm: &mut Vm,
    args: Slot,
    dst: Slot,
    count: Imm,
    sp: Slot,
    func: Entry,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        replace_frame(vm, args, dst, count, sp);
        go_to(vm, ptr::with_exposed_provenance(func.0 as usize));
    }
    Ok(())
}

/// Calls an imported function in place of this one.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn return_call_import(
    vm: &mut Vm,
    args: Slot,
    dst: Slot,
    count: Imm,
    sp: Slot,
    func: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_index(vm, func);
        replace_frame(vm, args, dst, count, sp);
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Calls a function of a table in place of this one.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[expect(clippy::too_many_arguments, reason = "the operands of the instruction")]
#[inline(always)]
pub(crate) unsafe fn return_call_indirect(
    vm: &mut Vm,
    args: Slot,
    dst: Slot,
    count: Imm,
    sp: Slot,
    index: Slot,
    table: Index,
    ty: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_element(vm, index, table, ty)?;
        replace_frame(vm, args, dst, count, sp);
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Calls the function that a reference points to in place of this one.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn return_call_ref(
    vm: &mut Vm,
    args: Slot,
    dst: Slot,
    count: Imm,
    sp: Slot,
    func: Slot,
    ty: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let callee = callee_of_reference(vm, vm.read(func.0), ty, Trap::NullFunction)?;
        replace_frame(vm, args, dst, count, sp);
        go_to_callee(vm, callee);
    }
    Ok(())
}

/// Returns nothing.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
pub(crate) unsafe fn return_nothing(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { leave(vm) }
    Ok(())
}

/// Returns into a frame of another instance.
///
/// # Safety
/// INV-STORE: the context has a crossing for each frame that returns here.
#[inline(always)]
pub(crate) unsafe fn cross_return(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let crossings = &mut (*(*vm.inst).context).crossings;
        if let Some(Crossing { ip, inst }) = crossings.pop() {
            (vm.ip, vm.inst) = (ip, inst);
            vm.mem = (*inst).memory_base();
            Ok(())
        } else {
            Err(Stop::Finished)
        }
    }
}

/// Ends the invocation.
///
/// # Safety
/// None of its own.
#[inline(always)]
pub(crate) unsafe fn finish(_: &mut Vm) -> Result<(), Stop> {
    Err(Stop::Finished)
}

/// Goes on with the callee in the accumulator, whose frame is at `vm.sp`.
///
/// # Safety
/// INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn call_elsewhere(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: `go_to_callee` put a callee of this machine into the accumulator.
    unsafe {
        let callee: *const Callee = ptr::with_exposed_provenance(vm.acc as usize);
        if (*callee).entry.is_null() {
            // Read now: functions that the host adds to the machine move `callee`.
            let result = vm.sp.sub(16 * (1 + (*callee).values as usize));
            if !call_host(callee, vm.sp, vm.inst, vm.depth) {
                let context = (*vm.inst).context;
                if (*context).waiting.is_some() || !caught(context) {
                    return Err(Stop::Failed);
                }
                exception::land(vm, context);
                return Ok(());
            }
            // The host may have grown the memory; code expects the first result in accumulators.
            vm.mem = (*vm.inst).memory_base();
            (vm.acc, vm.acc_f32) = (u64::read(result), f32::read(result));
            (vm.acc_f64, vm.acc_v128) = (f64::read(result), V128::read(result));
            leave(vm);
        } else {
            let frame = header(vm.sp);
            if (*frame).ip != Stub::CrossReturn.code() {
                push_crossing((*vm.inst).context, (*frame).ip, vm.inst);
                (*frame).ip = Stub::CrossReturn.code();
            }
            vm.inst = (*callee).inst;
            vm.mem = (*vm.inst).memory_base();
            go_to(vm, (*callee).entry);
        }
    }
    Ok(())
}

/// Remembers where a call into another instance returns to.
///
/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn push_crossing(context: *mut Context, ip: *const u64, inst: *mut InstanceBlock) {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    unsafe { (*context).crossings.push(Crossing { ip, inst }) }
}

/// Calls a host function whose frame is at `sp`; on failure leaves the error in the context.
///
/// # Safety
/// INV-FRAME, INV-HOST: machine and host of the context are those of the running invocation.
#[inline(never)]
unsafe fn call_host(
    callee: *const Callee,
    sp: *mut u8,
    inst: *mut InstanceBlock,
    depth: u64,
) -> bool {
    // SAFETY: from the caller. The values lie in the machine's stack, which nobody else refers to.
    unsafe {
        let context = (*inst).context;
        let count = (*callee).values as usize;
        let values = sp.sub(16 * (1 + count)).cast::<Value>();
        let ip = Stub::CallElsewhere.code();
        let registers = Registers { ip, sp, inst, depth };
        let func = HostCallee { ty: (*callee).ty, host: (*callee).host };
        (*context).activations.push(Activation { registers, func, fuel: (*context).fuel });
        let call = HostCall {
            id: HostFuncId((*callee).host),
            caller: Some((*inst).addr),
            values: slice::from_raw_parts_mut(values, count),
        };
        let cost = (*callee).fuel_or_results;
        let done = guarded(context, |machine| {
            if cost != 0 {
                machine.pay(cost.into())?;
            }
            match (*context).host {
                Some(mut host) => host.as_mut().call(machine.as_mut(), call),
                None => Ok(()),
            }
        });
        if done.is_none() {
            stop_in_host(context);
        }
        (*context).activations.pop();
        done.is_some()
    }
}

/// Leaves the registers of the code that called a host function that failed; and remembers the
/// function if it is to be called again: its wait was interrupted, or it did not have enough fuel.
/// It gets back what it has paid.
///
/// # Safety
/// INV-HOST, INV-STORE
#[cold]
#[inline(never)]
unsafe fn stop_in_host(context: *mut Context) {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    let context = unsafe { &mut *context };
    let Some(&Activation { registers, func, fuel }) = context.activations.last() else { return };
    context.stopped = registers;
    if let Some(error) = context.error.as_mut().filter(|error| error.pauses().is_some()) {
        context.waiting = Some(func);
        context.progress = error.progress();
        // When it is called again, it pays again.
        let paid = fuel.saturating_sub(context.fuel);
        context.fuel += paid;
        error.add_fuel(paid);
    }
}

/// Whether what a host function failed with is an exception that the code it was called from
/// catches; the context then knows where.
///
/// # Safety
/// INV-HOST, INV-STORE
#[cold]
#[inline(never)]
unsafe fn caught(context: *mut Context) -> bool {
    // SAFETY: from the caller.
    unsafe { (*(*context).machine).catch_error() }
}

/// Runs the embedder's code while code runs; on failure leaves the error in the context.
///
/// A panic is kept for when no code is running, as it must not cross instructions.
///
/// # Safety
/// INV-STORE, INV-HOST: the context is that of the running invocation.
#[inline(always)]
pub(super) unsafe fn guarded<R>(
    context: *mut Context,
    f: impl FnOnce(&mut Machine) -> Result<R, Error>,
) -> Option<R> {
    // SAFETY: INV-HOST, from the caller.
    let machine = unsafe { &mut *(*context).machine };
    #[cfg(feature = "std")]
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(machine)))
        .unwrap_or_else(|panic| {
            // SAFETY: INV-STORE: the context lives as long as the machine.
            unsafe { (*context).panic = Some(panic) }
            Err(Error::usage("the embedder's code panicked"))
        });
    #[cfg(not(feature = "std"))]
    let result = f(machine);
    // SAFETY: INV-STORE, as above.
    result.map_err(|error| unsafe { (*context).error = Some(error) }).ok()
}

/// Translates the function in the accumulator, whose frame is at `vm.sp`, and goes on with it.
///
/// # Safety
/// INV-STORE
#[inline(always)]
pub(crate) unsafe fn translate(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: `go_to` put an entry of the module of `vm.inst` into the accumulator.
    unsafe {
        let entry: *const FuncEntry = ptr::with_exposed_provenance(vm.acc as usize);
        if !invoke::translate_now((*vm.inst).context, (*vm.inst).addr, entry) {
            (*(*vm.inst).context).untranslated = entry;
            return Err(Stop::Failed);
        }
        vm.ip = (*entry).code();
    }
    Ok(())
}
