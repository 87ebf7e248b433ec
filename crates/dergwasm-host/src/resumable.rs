//! Calls that stopped for want of fuel or on an interrupt, and can go on.

use crate::{AsMachineMut, CoreMut, Error, Func, Val, WasmResults, func::read_results};
use alloc::{vec, vec::Vec};
use core::{fmt, marker::PhantomData};
use dergwasm_exec::{Outcome, PausedRun};
use dergwasm_types::{Trap, Value};

/// What became of [`Func::call_resumable`].
#[derive(Debug)]
pub enum ResumableCall {
    /// The function returned; the results are written.
    Finished,
    /// The call waits to be resumed.
    Paused(PausedCall),
}

/// A call that waits to be resumed.
///
/// The machine can be used for anything else meanwhile. Dropping it gives the call up.
#[derive(Debug)]
pub struct PausedCall {
    func: Func,
    run: PausedRun,
}

impl PausedCall {
    /// Why it stopped: [`Trap::OutOfFuel`] or [`Trap::Interrupted`].
    #[must_use]
    pub fn reason(&self) -> Trap {
        self.run.reason()
    }

    /// How much fuel the machine has to have for the call to go on: what to give
    /// [`Machine::set_fuel`](crate::Machine::set_fuel) at least.
    ///
    /// With as much, [`resume`](Self::resume) makes progress; with less, the call stops again at
    /// once where it is, and nothing is paid. 0 if it did not stop for want of fuel.
    #[must_use]
    pub fn fuel_needed(&self) -> u64 {
        self.run.fuel_needed()
    }

    /// Lets the call go on. After running out of fuel, [add some](crate::Machine::set_fuel) first.
    ///
    /// # Errors
    /// As [`Func::call`].
    pub fn resume(
        self,
        mut machine: impl AsMachineMut,
        results: &mut [Val],
    ) -> Result<ResumableCall, Error> {
        let mut machine = machine.as_machine_mut();
        let mut slots = vec![Value::ZERO; self.func.ty_in(&machine.core)?.results().len()];
        let (mut core, mut run) = machine.split();
        let outcome = core.resume(&mut run, self.run, &mut slots)?;
        finish(self.func, &mut machine.core, outcome, &slots, results)
    }
}

pub(crate) fn finish(
    func: Func,
    core: &mut CoreMut<'_>,
    outcome: Outcome,
    slots: &[Value],
    results: &mut [Val],
) -> Result<ResumableCall, Error> {
    match outcome {
        Outcome::Finished => {
            read_results(func.addr_in(core)?, core, slots, results)?;
            Ok(ResumableCall::Finished)
        }
        Outcome::Paused(run) => Ok(ResumableCall::Paused(PausedCall { func, run })),
    }
}

/// What became of [`TypedFunc::call_resumable`](crate::TypedFunc::call_resumable).
#[derive(Debug)]
pub enum TypedResumableCall<R> {
    /// The function returned these results.
    Finished(R),
    /// The call waits to be resumed.
    Paused(TypedPausedCall<R>),
}

/// A call with results of type `R` that waits to be resumed.
///
/// The machine can be used for anything else meanwhile. Dropping it gives the call up.
pub struct TypedPausedCall<R> {
    run: PausedRun,
    results: PhantomData<fn() -> R>,
}

impl<R: WasmResults> TypedPausedCall<R> {
    /// Why it stopped: [`Trap::OutOfFuel`] or [`Trap::Interrupted`].
    #[must_use]
    pub fn reason(&self) -> Trap {
        self.run.reason()
    }

    /// How much fuel the machine has to have for the call to go on: what to give
    /// [`Machine::set_fuel`](crate::Machine::set_fuel) at least.
    ///
    /// With as much, [`resume`](Self::resume) makes progress; with less, the call stops again at
    /// once where it is, and nothing is paid. 0 if it did not stop for want of fuel.
    #[must_use]
    pub fn fuel_needed(&self) -> u64 {
        self.run.fuel_needed()
    }

    /// Lets the call go on. After running out of fuel, [add some](crate::Machine::set_fuel) first.
    ///
    /// # Errors
    /// As [`TypedFunc::call`](crate::TypedFunc::call).
    pub fn resume(self, mut machine: impl AsMachineMut) -> Result<TypedResumableCall<R>, Error> {
        let mut machine = machine.as_machine_mut();
        let mut slots: Vec<Value> = vec![Value::ZERO; R::TYPES.len()];
        let (mut core, mut run) = machine.split();
        let outcome = core.resume(&mut run, self.run, &mut slots)?;
        Ok(finish_typed(outcome, &slots, &mut machine.core))
    }
}

pub(crate) fn finish_typed<R: WasmResults>(
    outcome: Outcome,
    slots: &[Value],
    core: &mut CoreMut<'_>,
) -> TypedResumableCall<R> {
    match outcome {
        Outcome::Finished => TypedResumableCall::Finished(R::load(slots, core)),
        Outcome::Paused(run) => {
            TypedResumableCall::Paused(TypedPausedCall { run, results: PhantomData })
        }
    }
}

impl<R> fmt::Debug for TypedPausedCall<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TypedPausedCall").field("run", &self.run).finish()
    }
}
