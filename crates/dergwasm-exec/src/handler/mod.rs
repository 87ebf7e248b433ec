//! What instructions do: one function per instruction or shape.
//!
//! A handler gets the machine's registers as a [`Vm`], changes them and says whether to go on. It
//! does not know how instructions are chained (`dispatch`) nor where code comes from
//! (`translate`). Its `SAFETY` comments cite the invariants of `docs/SAFETY.md`:
//!
//! - **INV-CODE**: `ip` is at an instruction of finished code whose operands the translator wrote
//!   in this layout.
//! - **INV-FRAME**: every slot named in code lies inside the frame that `enter` checked, or in the
//!   caller's part reserved for arguments and results.
//! - **INV-MEM**: the bytes from a memory's base to its length are allocated and initialised, and
//!   the 8 bytes before the base hold the length.
//! - **INV-HEAP**: the heap of objects has as many bytes as its view says, some more that can be
//!   read and written after them, and zeros where the next object goes.
//! - **INV-STORE**: the instance block reached from `inst` and all it points to live as long as
//!   the machine.
//!
//! Handlers are `#[inline(always)]` and must not pass `&mut Vm` to a function the compiler cannot
//! see into: that would turn the jump to the next instruction into a call. Out-of-line work takes
//! plain values.

#![expect(
    clippy::cast_possible_truncation,
    reason = "words of code hold what fits the host's pointers; indices are checked before"
)]

pub(crate) mod access;
pub(crate) mod aggregate;
pub(crate) mod atomic;
pub(crate) mod binary;
pub(crate) mod call;
pub(crate) mod cast;
pub(crate) mod compare;
pub(crate) mod continuation;
pub(crate) mod control;
pub(crate) mod exception;
pub(crate) mod fused;
pub(crate) mod memory;
pub(crate) mod parametric;
pub(crate) mod parts;
pub(crate) mod reference;
mod register;
mod scalar;
pub(crate) mod table;
pub(crate) mod unary;
pub(crate) mod variable;
pub(crate) mod vector;
pub(crate) mod wait;
pub(crate) mod wide;

#[cfg_attr(not(tail_calls), expect(unused_imports, reason = "only sibling calls pass it"))]
pub(crate) use register::Register;
pub(crate) use scalar::{
    Dest, InAcc, InCode, InSlot, Memory, Operand, Scalar, SlotHalf, ToAcc, ToSlot, constant_words,
};

use crate::instance::InstanceBlock;
use crate::ir::layout::{Half, Word};
use crate::ir::{Pair, SlotCopy, half_index};
use crate::numeric::vector::V128;
use core::ptr;
use dergwasm_types::Trap;

/// The machine's registers while code runs.
#[derive(Debug)]
pub(crate) struct Vm {
    /// The instruction that runs.
    pub(crate) ip: *const u64,
    /// The base of the frame.
    pub(crate) sp: *mut u8,
    /// The base of memory 0.
    pub(crate) mem: *mut u8,
    /// The integer accumulator.
    pub(crate) acc: u64,
    /// The instance whose code runs.
    pub(crate) inst: *mut InstanceBlock,
    /// How many calls may still be nested.
    pub(crate) depth: u64,
    /// The accumulator of 32-bit floats.
    pub(crate) acc_f32: f32,
    /// The accumulator of 64-bit floats.
    pub(crate) acc_f64: f64,
    /// The accumulator of vectors.
    pub(crate) acc_v128: V128,
}

/// Why code stops running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The invocation has returned.
    Finished,
    /// An error waits in the context.
    Failed,
    /// A trap.
    Trap(Trap),
}

impl From<Trap> for Stop {
    #[inline(always)]
    fn from(trap: Trap) -> Self {
        Self::Trap(trap)
    }
}

/// An instruction's effect.
pub(crate) trait Execute {
    /// The number of its form.
    const FORM: u8 = 0;

    /// Runs the instruction at `vm.ip` and moves `vm.ip` to the next one; on `Err` leaves it.
    ///
    /// # Safety
    /// INV-CODE, INV-FRAME, INV-MEM, INV-STORE.
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop>;
}

impl Vm {
    /// The operand that is a whole word of the instruction.
    ///
    /// # Safety
    /// INV-CODE: the instruction has the operand.
    #[inline(always)]
    pub(crate) unsafe fn word(&self, at: Word) -> u64 {
        // SAFETY: INV-CODE, from the caller.
        unsafe { *self.ip.add(at.0) }
    }

    /// The slot that a whole word of the instruction names.
    ///
    /// # Safety
    /// INV-CODE: the instruction has the operand.
    #[inline(always)]
    pub(crate) unsafe fn slot(&self, at: Word) -> isize {
        // SAFETY: INV-CODE, from the caller.
        unsafe { self.word(at).cast_signed() as isize }
    }

    /// The 32-bit operand that is half a word of the instruction.
    ///
    /// # Safety
    /// INV-CODE: the instruction has the operand.
    #[inline(always)]
    pub(crate) unsafe fn half(&self, at: Half) -> isize {
        // SAFETY: INV-CODE, from the caller.
        unsafe { *self.ip.cast::<i32>().add(half_index(at.word, at.upper)) as isize }
    }

    /// Reads a slot.
    ///
    /// # Safety
    /// INV-FRAME: `slot` belongs to the frame.
    #[inline(always)]
    pub(crate) unsafe fn read<T: Scalar>(&self, slot: isize) -> T {
        // SAFETY: INV-FRAME, from the caller.
        unsafe { T::read(self.sp.offset(slot)) }
    }

    /// Writes a slot.
    ///
    /// # Safety
    /// INV-FRAME: `slot` belongs to the frame.
    #[inline(always)]
    pub(crate) unsafe fn write<T: Scalar>(&mut self, slot: isize, value: T) {
        // SAFETY: INV-FRAME, from the caller.
        unsafe { value.write(self.sp.offset(slot)) }
    }

    /// Reads a part of a slot, which is `at` bytes from the frame's base: a lane of a vector.
    ///
    /// # Safety
    /// INV-FRAME: the bytes lie in a slot that belongs to the frame.
    #[inline(always)]
    pub(crate) unsafe fn lane<T: Memory>(&self, at: isize) -> T {
        // SAFETY: INV-FRAME, from the caller; a slot is little-endian, as a memory is.
        unsafe { T::load(self.sp.offset(at)) }
    }

    /// The bytes of memory 0.
    ///
    /// # Safety
    /// INV-MEM
    #[inline(always)]
    pub(crate) unsafe fn mem_len(&self) -> u64 {
        // SAFETY: INV-MEM: the length stands before the base.
        unsafe { *self.mem.cast::<u64>().sub(1) }
    }

    /// Moves integers or references from slot to slot, one after the other.
    ///
    /// # Safety
    /// INV-FRAME: the slots belong to the frame.
    #[inline(always)]
    unsafe fn copy<const N: usize>(&mut self, copies: [SlotCopy; N]) {
        for SlotCopy(Pair(src, dst)) in copies {
            // SAFETY: INV-FRAME, from the caller.
            unsafe { self.write(dst as isize, self.read::<u64>(src as isize)) }
        }
    }

    /// Moves to the instruction `words` further.
    ///
    /// # Safety
    /// INV-CODE: the instruction is that long.
    #[inline(always)]
    pub(crate) unsafe fn advance(&mut self, words: usize) {
        // SAFETY: INV-CODE: after an instruction comes another.
        self.ip = unsafe { self.ip.add(words) };
    }

    /// Moves to the instruction whose address is a word of this one.
    ///
    /// # Safety
    /// INV-CODE: the word is a target.
    #[inline(always)]
    pub(crate) unsafe fn jump(&mut self, target: Word) {
        // SAFETY: INV-CODE: targets are addresses of instructions of the same function.
        unsafe { self.ip = ptr::with_exposed_provenance(self.word(target) as usize) }
    }
}
