//! Runs that stopped and can go on.
//!
//! Code stops only at safepoints, where no value is only in an accumulator: the frames on the stack
//! are the whole state. They are moved out of the machine, which can do other work meanwhile.

use crate::frames::Frames;
use crate::handler::call::header;
use crate::instance::{Crossing, Registers};
use crate::invoke::Run;
use crate::{Error, Machine};
use alloc::vec::Vec;
use dergwasm_store::Hold;
use dergwasm_types::Trap;

/// How a resumable call ended.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    /// The function returned.
    Finished,
    /// The run stopped and can go on.
    Paused(PausedRun),
}

/// A run that stopped and can go on with [`Machine::resume`].
///
/// Dropping it abandons the run; the machine is not affected.
#[derive(Debug)]
pub struct PausedRun {
    reason: Trap,
    machine: usize,
    /// The frames, from the first argument on, in halves of slots.
    words: Vec<u64>,
    /// Where the frames were.
    /// What its references lead to.
    _held: Option<Hold>,
    base: usize,
    registers: Registers,
    crossings: Vec<Crossing>,
    /// How many calls are nested.
    depth: u64,
    results: usize,
}

// SAFETY: the pointers are used only with the machine they came from, which owns what they point
// to; `resume` checks that.
unsafe impl Send for PausedRun {}
// SAFETY: shared references do not reach the pointers.
unsafe impl Sync for PausedRun {}

impl PausedRun {
    /// Why the run stopped: [`Trap::OutOfFuel`] or [`Trap::Interrupted`].
    #[must_use]
    pub fn reason(&self) -> Trap {
        self.reason
    }

    /// How many results the function will have.
    pub(crate) fn results(&self) -> usize {
        self.results
    }
}

impl Machine {
    /// Moves the frames of a run that just stopped out of the machine.
    pub(crate) fn pause(&mut self, reason: Trap, run: Run) -> PausedRun {
        let registers = self.context().stopped;
        let top = registers.sp.addr() + self.frame_size();
        let count = (top - run.base.addr()) / size_of::<u64>();
        // SAFETY: INV-FRAME: the stack holds everything from the arguments to the frame's end.
        let words = (0..count).map(|i| unsafe { *run.base.cast::<u64>().add(i) }).collect();
        let roots = self.roots(Frames::of_run(self, registers, false));
        let held = (!roots.is_empty()).then(|| self.store.hold(roots));
        PausedRun {
            reason,
            machine: self.id,
            words,
            _held: held,
            base: run.base.addr(),
            registers,
            crossings: self.context_mut().crossings.split_off(run.crossings),
            depth: run.depth - registers.depth,
            results: run.results,
        }
    }

    /// The size of the innermost frame.
    pub(crate) fn frame_size(&mut self) -> usize {
        let mut frames = Frames::of_run(self, self.context().stopped, false);
        let place = frames.next(self).and_then(|frame| self.place_of(&frame));
        place.map_or(0, |place| place.code.frame_size())
    }

    /// Puts the frames of a run back on the stack, wherever it is free now.
    pub(crate) fn unpause(&mut self, paused: PausedRun) -> Result<(Registers, Run), Error> {
        if paused.machine != self.id {
            return Err(Error::usage("a paused run can only be resumed by its own machine"));
        }
        let (base, depth) = self.free_stack()?;
        let room = self.context().stack_end.addr().saturating_sub(base.addr());
        if depth < paused.depth || room < paused.words.len() * size_of::<u64>() {
            return Err(Trap::CallStackExhausted.into());
        }
        for (i, &word) in paused.words.iter().enumerate() {
            // SAFETY: INV-FRAME: there is room.
            unsafe { *base.cast::<u64>().add(i) = word }
        }
        let here = |at: *mut u8| base.wrapping_add(at.addr() - paused.base);
        let registers = Registers {
            sp: here(paused.registers.sp),
            depth: depth - paused.depth,
            ..paused.registers
        };
        let mut sp = registers.sp;
        // The first frame returns to the place of the arguments.
        while sp != base {
            // SAFETY: INV-FRAME: frames are linked down to the first.
            sp = unsafe {
                (*header(sp)).sp = here((*header(sp)).sp);
                (*header(sp)).sp
            };
        }
        let context = self.context_mut();
        let run = Run { base, depth, results: paused.results, crossings: context.crossings.len() };
        context.crossings.extend(paused.crossings);
        Ok((registers, run))
    }
}
