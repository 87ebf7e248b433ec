//! Runs that stopped and can go on.
//!
//! Code stops only at safepoints, where no value is only in an accumulator: the frames on the stack
//! are the whole state. They are moved out of the machine, which can do other work meanwhile.

use crate::frames::Frames;
use crate::handler::SlotHalf;
use crate::handler::call::header;
use crate::instance::{Callee, Crossing, HostCallee, Registers};
use crate::invoke::Run;
use crate::ir::code::FuncEntry;
use crate::{Error, Machine, Mark};
use alloc::vec::Vec;
use core::{mem, ptr};
use dergwasm_store::{Hold, StoreError, TypeId};
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
    /// How much fuel it needs to go on.
    fuel_needed: u64,
    /// Of the machine.
    mark: Mark,
    /// The frames, from the first argument on, in halves of slots.
    words: Vec<SlotHalf>,
    /// What its references lead to.
    _held: Option<Hold>,
    /// Where the frames were.
    base: usize,
    registers: Registers,
    /// The function whose translation was interrupted, if one was.
    untranslated: *const FuncEntry,
    crossings: Vec<Crossing>,
    /// How many calls are nested.
    depth: u64,
    results: usize,
    /// The host function it waits in, to be called again.
    waiting: Option<HostCallee>,
    /// What that wait, or the one of an instruction, left for its repetition.
    progress: Option<u64>,
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

    /// How much fuel the machine has to have for the run to go on.
    ///
    /// With as much, resuming the run makes progress; with less, it stops again at once where it
    /// is, and nothing is paid. 0 if it did not stop for want of fuel.
    #[must_use]
    pub fn fuel_needed(&self) -> u64 {
        self.fuel_needed
    }

    /// How many results the function will have.
    pub(crate) fn results(&self) -> usize {
        self.results
    }
}

impl Machine {
    /// The type of a function whose translation was interrupted, when its arguments were there
    /// already.
    fn type_of_untranslated(&self, entry: *const FuncEntry) -> Option<TypeId> {
        let data = self.instances.get(self.running_instance().index())?;
        // SAFETY: INV-CODE: entries live as long as their module, which the instance keeps.
        let func = unsafe { entry.as_ref()?.func };
        let ty = data.module.decoded().func_type_idx(func);
        data.types.get(ty.index()).copied()
    }

    /// Moves the frames of a run that just stopped out of the machine.
    ///
    /// # Errors
    /// There is no memory for them, which ends the run.
    pub(crate) fn pause(&mut self, reason: Trap, run: Run) -> Result<PausedRun, Error> {
        let registers = self.context().stopped;
        let top = registers.sp.addr() + self.frame_size();
        let count = (top - run.base.addr()) / size_of::<SlotHalf>();
        let mut words = Vec::new();
        if words.try_reserve_exact(count).is_err() {
            let bytes = (count * size_of::<SlotHalf>()) as u64;
            let error = StoreError::OutOfMemory { kind: "paused run", bytes };
            return Err(self.fail(error.into(), run));
        }
        // SAFETY: INV-FRAME: the stack holds everything from the arguments to the frame's end.
        words.extend((0..count).map(|i| unsafe { *run.base.cast::<SlotHalf>().add(i) }));
        let waiting = self.context_mut().waiting.take();
        let frames = Frames::of_run(self, registers, false).of_host_callee(waiting);
        let untranslated = mem::replace(&mut self.context_mut().untranslated, ptr::null());
        let mut roots = match self.roots(frames) {
            Ok((roots, _)) => roots,
            Err(error) => return Err(self.fail(error, run)),
        };
        if let Some(ty) = self.type_of_untranslated(untranslated) {
            roots.extend(self.arguments_of(ty, registers.sp));
        }
        let held = (!roots.is_empty()).then(|| self.store.hold(roots));
        Ok(PausedRun {
            reason,
            fuel_needed: if reason == Trap::OutOfFuel { self.context().fuel_needed } else { 0 },
            mark: self.lineage.mark(),
            words,
            _held: held,
            base: run.base.addr(),
            registers,
            untranslated,
            crossings: self.context_mut().crossings.split_off(run.crossings),
            depth: run.depth - registers.depth,
            results: run.results,
            waiting,
            progress: self.context_mut().progress.take(),
        })
    }

    /// The size of the innermost frame.
    pub(crate) fn frame_size(&mut self) -> usize {
        let mut frames = Frames::of_run(self, self.context().stopped, false);
        let place = frames.next(self).and_then(|frame| self.place_of(&frame));
        place.map_or(0, |place| place.code.frame_size())
    }

    /// Puts the frames of a run back on the stack, wherever it is free now. Also returns what the
    /// accumulator is to be.
    pub(crate) fn unpause(&mut self, paused: PausedRun) -> Result<(Registers, u64, Run), Error> {
        if !self.lineage.has(paused.mark) {
            return Err(Error::usage("this paused call belongs to another machine"));
        }
        let (base, depth) = self.free_stack()?;
        let room = self.context().stack_end.addr().saturating_sub(base.addr());
        if depth < paused.depth || room < size_of_val(&paused.words[..]) {
            return Err(Trap::CallStackExhausted.into());
        }
        for (i, &word) in paused.words.iter().enumerate() {
            // SAFETY: INV-FRAME: there is room.
            unsafe { *base.cast::<SlotHalf>().add(i) = word }
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
        let acc = match paused.waiting {
            Some(callee) => self.acc_to_call(callee)?,
            // What the stub that translates finds there.
            None => paused.untranslated.expose_provenance() as u64,
        };
        let context = self.context_mut();
        context.progress = paused.progress;
        let run = Run { base, depth, results: paused.results, crossings: context.crossings.len() };
        context.crossings.extend(paused.crossings);
        Ok((registers, acc, run))
    }

    /// The accumulator with which `call_elsewhere` calls a host function.
    fn acc_to_call(&self, wanted: HostCallee) -> Result<u64, Error> {
        let is_wanted = |callee: &&Callee| {
            let &&Callee { ty, host, entry, .. } = callee;
            entry.is_null() && HostCallee { ty, host } == wanted
        };
        let callee = self.callees.iter().find(is_wanted);
        let callee = callee.ok_or_else(|| Error::usage("the host function is gone"))?;
        Ok(ptr::from_ref(callee).expose_provenance() as u64)
    }
}
