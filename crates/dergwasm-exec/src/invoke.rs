//! Invocation: calls from outside, and what happens when they stop.
//!
//! Spec: [Execution › Modules › Invocation](https://webassembly.github.io/spec/core/exec/modules.html#invocation).

use crate::dispatch::{self, Stub};
use crate::handler::call::{Header, header};
use crate::handler::{Scalar, Stop};
use crate::instance::{Activation, Callee, Context, Registers};
use crate::ir::code::FuncEntry;
use crate::pause::{Outcome, PausedRun};
use crate::stack::ValueStack;
use crate::{Error, Host, HostCall, Machine};
use core::ptr::NonNull;
use core::{mem, ptr};
use dergwasm_store::{FuncAddr, HostFuncId, InstanceAddr};
use dergwasm_types::{Trap, Value};

/// One invocation of a WebAssembly function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Where its arguments and results are in the stack.
    pub(crate) base: *mut u8,
    /// How many calls may be nested, the first included.
    pub(crate) depth: u64,
    /// How many results there are.
    pub(crate) results: usize,
    /// How many crossings belong to invocations around this one.
    pub(crate) crossings: usize,
}

impl Machine {
    /// Calls a function.
    ///
    /// `values` holds the parameters and is overwritten with the results; it must be as long as
    /// the longer of the two. Parameters are not checked against the function's type, but a value
    /// of another type is only a wrong number, never undefined behaviour.
    ///
    /// # Errors
    /// A trap, the host's error, or [`ErrorKind::Usage`](crate::ErrorKind::Usage) if the function
    /// is not of this machine or `values` is too short. Traps carry a backtrace.
    pub fn invoke(
        &mut self,
        host: &mut dyn Host,
        func: FuncAddr,
        values: &mut [Value],
    ) -> Result<(), Error> {
        let mut machine = self.running();
        let depth = machine.context().activations.len();
        match machine.begin(host, func, values)? {
            None => Ok(()),
            Some((trap, run)) => {
                debug_assert_eq!(depth, machine.context().activations.len());
                Err(machine.fail(Error::from(trap), run))
            }
        }
    }

    /// Calls a function such that it can go on after running out of fuel or being interrupted.
    ///
    /// # Errors
    /// As [`invoke`](Self::invoke), but for those two traps.
    pub fn invoke_resumable(
        &mut self,
        host: &mut dyn Host,
        func: FuncAddr,
        values: &mut [Value],
    ) -> Result<Outcome, Error> {
        let mut machine = self.running();
        match machine.begin(host, func, values)? {
            None => Ok(Outcome::Finished),
            Some((trap, run)) => Ok(Outcome::Paused(machine.pause(trap, run)?)),
        }
    }

    /// Goes on with a run that was paused.
    ///
    /// `values` receives the results.
    ///
    /// # Errors
    /// As [`invoke_resumable`](Self::invoke_resumable); also if the run is of another machine.
    pub fn resume(
        &mut self,
        host: &mut dyn Host,
        paused: PausedRun,
        values: &mut [Value],
    ) -> Result<Outcome, Error> {
        if values.len() < paused.results() {
            return Err(too_few(paused.results(), values.len()));
        }
        let mut machine = self.running();
        let (registers, acc, run) = machine.unpause(paused)?;
        match machine.run(host, registers, acc, run, values)? {
            None => Ok(Outcome::Finished),
            Some((trap, run)) => Ok(Outcome::Paused(machine.pause(trap, run)?)),
        }
    }

    /// Where the next invocation's values begin, and how many calls it may nest.
    #[inline]
    pub(crate) fn free_stack(&mut self) -> Result<(*mut u8, u64), Error> {
        if let Some(&Activation { registers, .. }) = self.context().activations.last() {
            self.check_host_depth()?;
            return Ok((registers.sp, registers.depth));
        }
        let bytes = self.stack_bytes;
        let stack = match &mut self.stack {
            Some(stack) => stack,
            none => none.insert(ValueStack::take(bytes)?),
        };
        let (base, end) = (stack.base(), stack.end(bytes));
        self.context_mut().stack_end = end;
        Ok((base, u64::from(self.config.max_call_depth)))
    }

    /// Whether the native stack may hold one more nested call of the embedder's code.
    fn check_host_depth(&self) -> Result<(), Error> {
        let nested = self.context().activations.len() + self.host_calls;
        if nested >= self.config.max_host_depth as usize {
            return Err(Trap::CallStackExhausted.into());
        }
        Ok(())
    }

    /// Calls a host function that is invoked directly. It may invoke itself: a module can export
    /// what it imports.
    fn call_host(&mut self, host: &mut dyn Host, call: HostCall<'_>) -> Result<(), Error> {
        self.check_host_depth()?;
        self.host_calls += 1;
        #[cfg(feature = "std")]
        let result = {
            let called = core::panic::AssertUnwindSafe(|| host.call(self.as_mut(), call));
            let ended = std::panic::catch_unwind(called);
            ended.unwrap_or_else(|panic| {
                self.host_calls -= 1;
                std::panic::resume_unwind(panic)
            })
        };
        #[cfg(not(feature = "std"))]
        let result = host.call(self.as_mut(), call);
        self.host_calls -= 1;
        result
    }

    /// Runs a function until it returns, fails, or stops in a way that can be resumed.
    #[inline(always)]
    fn begin(
        &mut self,
        host: &mut dyn Host,
        func: FuncAddr,
        values: &mut [Value],
    ) -> Result<Option<(Trap, Run)>, Error> {
        let Some(callee) = self.callees.get(func.index()) else {
            return Err(unknown(func));
        };
        let &Callee { inst, entry, values: count, host: id, fuel_or_results, .. } = callee;
        let count = count as usize;
        let Some(slice) = values.get_mut(..count) else {
            return Err(too_few(count, values.len()));
        };
        if entry.is_null() {
            let call = HostCall { id: HostFuncId(id), caller: None, values: slice };
            // Nothing can be resumed: the call ends with the error.
            let ended = self.call_host(host, call).map(|()| None);
            return ended.map_err(Error::without_pause);
        }
        let (base, depth) = self.free_stack()?;
        let room = self.context().stack_end.addr().saturating_sub(base.addr());
        if depth == 0 || room < 16 * (count + 1) {
            return Err(Trap::CallStackExhausted.into());
        }
        let sp = base.wrapping_add(16 * (count + 1));
        // SAFETY: INV-FRAME: there is room for the values and a header; entries live as long as
        // their module, which the instance keeps.
        let ip = unsafe {
            for (i, value) in slice.iter().enumerate() {
                base.cast::<Value>().add(i).write(*value);
            }
            *header(sp) = Header { ip: Stub::Finish.code(), sp: base };
            (*entry).code()
        };
        let registers = Registers { ip, sp, inst, depth: depth - 1 };
        let run = Run {
            base,
            depth,
            results: fuel_or_results as usize,
            crossings: self.context().crossings.len(),
        };
        self.run(host, registers, entry.expose_provenance() as u64, run, values)
    }

    /// Runs code until it stops, with a host.
    #[inline(always)]
    fn run(
        &mut self,
        host: &mut dyn Host,
        registers: Registers,
        acc: u64,
        run: Run,
        values: &mut [Value],
    ) -> Result<Option<(Trap, Run)>, Error> {
        // SAFETY: only the lifetime changes; the pointer is used only until the end of this
        // function, which outlives the run (INV-HOST).
        let host: NonNull<dyn Host> =
            unsafe { mem::transmute::<NonNull<dyn Host + '_>, NonNull<dyn Host>>(host.into()) };
        let machine: *mut Self = self;
        let context = self.context.as_ptr();
        // SAFETY: INV-STORE, INV-HOST: the context lives as long as the machine, which is reached
        // only through `machine` until the run ends.
        let stop = unsafe {
            let outer_host = (*context).host.replace(host);
            let outer_machine = mem::replace(&mut (*context).machine, machine);
            let stop = dispatch::run(registers, acc);
            (*context).host = outer_host;
            (*context).machine = outer_machine;
            stop
        };
        if stop != Stop::Finished {
            return self.stopped(stop, run);
        }
        for (i, value) in values.iter_mut().enumerate().take(run.results) {
            // SAFETY: INV-FRAME: the results lie where the arguments were.
            *value = unsafe { read_slot(run.base.add(16 * i)) };
        }
        Ok(None)
    }

    /// What becomes of a run that has not finished.
    #[cold]
    #[inline(never)]
    fn stopped(&mut self, stop: Stop, run: Run) -> Result<Option<(Trap, Run)>, Error> {
        match stop {
            Stop::Finished => Ok(None),
            Stop::Trap(Trap::OutOfFuel) => {
                // SAFETY: INV-CODE: only the instruction that pays fuel stops so, and the second
                // of its words is how much.
                self.context_mut().fuel_needed = unsafe { *self.context().stopped.ip.add(1) };
                Ok(Some((Trap::OutOfFuel, run)))
            }
            Stop::Trap(Trap::Interrupted) => Ok(Some((Trap::Interrupted, run))),
            Stop::Trap(trap) => {
                let error = self.fail(Error::from(trap), run);
                if trap == Trap::CallStackExhausted && self.context().activations.is_empty() {
                    // All of it may have been touched: better not kept for a machine that needs
                    // little.
                    self.stack = None;
                }
                Err(error)
            }
            Stop::Failed => {
                let error = self.context_mut().error.take();
                if let Some((trap, fuel)) = error.as_ref().and_then(Error::pauses) {
                    self.context_mut().fuel_needed = fuel;
                    return Ok(Some((trap, run)));
                }
                let error = error.unwrap_or_else(|| Error::usage("execution failed"));
                let error = self.fail(error, run);
                self.resume_panic();
                Err(error)
            }
        }
    }

    /// Gives an error its backtrace and unwinds the run.
    pub(crate) fn fail(&mut self, error: Error, run: Run) -> Error {
        let context = self.context_mut();
        (context.waiting, context.progress) = (None, None);
        context.untranslated = ptr::null();
        let error = error.with_backtrace(|| self.capture_backtrace());
        self.context_mut().crossings.truncate(run.crossings);
        error
    }

    /// Goes on with the panic of a host function, now that no code is running.
    fn resume_panic(&mut self) {
        #[cfg(feature = "std")]
        if let Some(panic) = self.context_mut().panic.take() {
            std::panic::resume_unwind(panic);
        }
    }
}

#[cold]
fn unknown(func: FuncAddr) -> Error {
    Error::usage(alloc::format!("there is no function at address {} in this machine", func.0))
}

#[cold]
fn too_few(wanted: usize, found: usize) -> Error {
    Error::usage(alloc::format!("the call needs {wanted} values, but {found} were given"))
}

/// Reads a slot by halves, so that nothing is read wider than it was written.
///
/// # Safety
/// INV-FRAME: a slot is at the address.
unsafe fn read_slot(at: *const u8) -> Value {
    // SAFETY: from the caller.
    let (low, high) = unsafe { (u64::read(at), u64::read(at.add(8))) };
    Value::from(u128::from(high) << 64 | u128::from(low))
}

/// Translates a function of an instance; on failure leaves the error in the context.
///
/// # Safety
/// INV-STORE, INV-HOST: the machine runs, and the entry is one of the instance's module.
#[inline(never)]
pub(crate) unsafe fn translate_now(
    context: *mut Context,
    instance: InstanceAddr,
    entry: *const FuncEntry,
) -> bool {
    // SAFETY: from the caller.
    unsafe {
        let machine = &*(*context).machine;
        let module = &machine.instances[instance.index()].module;
        let interrupt = machine.config.interruptible.then(|| machine.interrupts.state());
        match module.translate(machine.flavour, &*entry, interrupt) {
            Ok(()) => true,
            Err(error) => {
                (*context).error = Some(error);
                false
            }
        }
    }
}
