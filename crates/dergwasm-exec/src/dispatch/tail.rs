//! Chaining by sibling calls.

#![expect(improper_ctypes_definitions, reason = "handlers call each other only; C has no vectors")]

use super::handlers::HANDLERS;
use super::{Stop, Stub, keep_registers};
use crate::handler::{Execute, Register, Vm};
use crate::instance::InstanceBlock;
use crate::ir::OpWord;
use crate::numeric::vector::V128;
use dergwasm_types::Trap;

/// A reason to stop, as handlers return it.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(super) struct Exit(u32);

impl Exit {
    fn new(stop: Stop) -> Self {
        Self(match stop {
            Stop::Finished => 0,
            Stop::Failed => 1,
            Stop::Trap(trap) => 2 + trap as u32,
        })
    }

    fn stop(self) -> Stop {
        match self.0 {
            0 => Stop::Finished,
            1 => Stop::Failed,
            code => {
                let trap = u8::try_from(code - 2).ok().and_then(Trap::from_code);
                trap.map_or(Stop::Failed, Stop::Trap)
            }
        }
    }
}

/// Defines functions with the convention that passes the most arguments in registers.
macro_rules! with_abi {
    ($(#[$attr:meta])* $vis:vis fn $name:ident $([$I:ident: $Bound:path])? ($vm:ident) $body:block) => {
        with_abi!(@ "sysv64" all(target_arch = "x86_64"); $(#[$attr])* $vis $name $([$I: $Bound])? $vm $body);
        with_abi!(@ "C" not(target_arch = "x86_64"); $(#[$attr])* $vis $name $([$I: $Bound])? $vm $body);
    };
    (@ $abi:literal $cfg:meta; $(#[$attr:meta])* $vis:vis $name:ident $([$I:ident: $Bound:path])? $vm:ident $body:block) => {
        $(#[$attr])*
        #[cfg($cfg)]
        $vis unsafe extern $abi fn $name $(<$I: $Bound>)? (
            ip: *const u64,
            sp: *mut u8,
            mem: *mut u8,
            acc: u64,
            inst: *mut InstanceBlock,
            depth: u64,
            acc_f32: f32,
            acc_f64: f64,
            acc_v128: Register,
        ) -> Exit {
            let acc_v128 = V128::from(acc_v128);
            let mut $vm = Vm { ip, sp, mem, acc, inst, depth, acc_f32, acc_f64, acc_v128 };
            $body
        }
    };
}

/// An instruction, with the registers as arguments.
#[cfg(target_arch = "x86_64")]
pub(super) type Handler = unsafe extern "sysv64" fn(
    *const u64,
    *mut u8,
    *mut u8,
    u64,
    *mut InstanceBlock,
    u64,
    f32,
    f64,
    Register,
) -> Exit;
/// An instruction, with the registers as arguments.
#[cfg(not(target_arch = "x86_64"))]
pub(super) type Handler = unsafe extern "C" fn(
    *const u64,
    *mut u8,
    *mut u8,
    u64,
    *mut InstanceBlock,
    u64,
    f32,
    f64,
    Register,
) -> Exit;

/// Jumps to the instruction at `vm.ip`.
macro_rules! chain {
    ($vm:expr) => {{
        let handler = *$vm.ip.cast::<Handler>();
        chain!(@ handler, $vm, $vm.mem, $vm.acc)
    }};
    (@ $to:expr, $vm:expr, $mem:expr, $acc:expr) => {{
        let (acc_f32, acc_f64, acc_v128) = ($vm.acc_f32, $vm.acc_f64, $vm.acc_v128.into());
        $to($vm.ip, $vm.sp, $mem, $acc, $vm.inst, $vm.depth, acc_f32, acc_f64, acc_v128)
    }};
}

/// Makes the handler it is inlined into begin at a line of the instruction cache. No other way to ask
/// for that is stable: the directive aligns the section, which in object files for ELF holds this
/// function only, and adds no instruction but at most one byte's `nop`. A handler that lies across two
/// lines costs up to a third of a loop's speed, and which do would change with every build.
#[inline(always)]
fn begin_cache_line() {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    // SAFETY: no instruction, so nothing is read, written or clobbered.
    unsafe {
        core::arch::asm!(".p2align 6,,1", options(nomem, nostack, preserves_flags));
    }
}

/// Runs `I` and jumps to the next instruction.
macro_rules! execute {
    ($I:ident, $vm:ident) => {
        // SAFETY: from the caller; INV-CODE: after an instruction comes the address of another's
        // handler.
        unsafe {
            begin_cache_line();
            match $I::execute(&mut $vm) {
                Ok(()) => chain!($vm),
                Err(stop) => {
                    // The accumulator is dead, so it can carry the reason.
                    let acc = u64::from(Exit::new(stop).0);
                    chain!(@ leave, $vm, $vm.mem, acc)
                }
            }
        }
    };
}

with_abi! {
    /// Runs `I` and jumps to the next instruction.
    ///
    /// # Safety
    /// As for [`Execute::execute`].
    pub(super) fn enter[I: Execute](vm) {
        execute!(I, vm)
    }
}

#[cfg(target_arch = "x86_64")]
with_abi! {
    /// [`enter`] with what processors with SSE4.1 have.
    ///
    /// # Safety
    /// As for [`Execute::execute`]; the processor has it.
    #[target_feature(enable = "sse4.1")]
    pub(super) fn enter_sse41[I: Execute](vm) {
        execute!(I, vm)
    }
}

with_abi! {
    /// Stops for the reason in the accumulator.
    ///
    /// # Safety
    /// INV-STORE
    #[cold]
    #[inline(never)]
    fn leave(vm) {
        vm.mem = core::ptr::null_mut();
        // SAFETY: from the caller.
        unsafe { keep_registers(&vm) };
        Exit(u32::try_from(vm.acc).unwrap_or(1))
    }
}

/// Runs code until it stops.
///
/// # Safety
/// As for [`Execute::execute`].
pub(super) unsafe fn run(vm: Vm) -> Stop {
    // SAFETY: from the caller.
    let exit: Exit = unsafe { chain!(vm) };
    exit.stop()
}

/// The first word of an instruction: the address of its handler.
pub(super) fn finished(op: OpWord) -> u64 {
    #[cfg(target_arch = "x86_64")]
    let newer = super::handlers::newer::handler(op);
    #[cfg(not(target_arch = "x86_64"))]
    let newer = None;
    let handler = newer.unwrap_or(HANDLERS[op.opcode as usize][usize::from(op.form)]);
    (handler as *const ()).expose_provenance() as u64
}

/// See [`Stub`].
pub(super) static STUBS: [Handler; 4] = {
    let mut stubs = [HANDLERS[0][0]; 4];
    let mut i = 0;
    while i < stubs.len() {
        stubs[i] = HANDLERS[Stub::OPCODES[i] as usize][0];
        i += 1;
    }
    stubs
};
