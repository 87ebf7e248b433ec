//! Host functions as the machine sees them: system calls by number.

use crate::{Error, MachineMut};
use dergwasm_store::{HostFuncId, InstanceAddr, ResourceLimiter, Unlimited};
use dergwasm_types::Value;

/// A call of a host function.
#[derive(Debug)]
pub struct HostCall<'a> {
    /// Which function is called.
    pub id: HostFuncId,
    /// The instance that calls, or `None` if the embedder called the host function itself.
    pub caller: Option<InstanceAddr>,
    /// The arguments; the results are to be written over them, from the first slot on.
    ///
    /// As long as the longer of the two.
    pub values: &'a mut [Value],
}

/// The system calls of a machine.
pub trait Host {
    /// Runs a host function.
    ///
    /// It may use the machine freely, also invoke functions on it, but not replace it.
    ///
    /// # Errors
    /// Whatever the host function fails with; the running WebAssembly is unwound and the error
    /// returned unchanged from the invocation.
    fn call(&mut self, machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error>;

    /// Who decides about everything that is to grow while this is the host. Default: nobody, so
    /// that only the limits of [`Config`](crate::Config) hold.
    fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        None
    }
}

/// Runs `f` with the limiter of a host.
pub(crate) fn with_limiter<R>(
    host: &mut dyn Host,
    f: impl FnOnce(&mut dyn ResourceLimiter) -> R,
) -> R {
    match host.limiter() {
        Some(limiter) => f(limiter),
        None => f(&mut Unlimited),
    }
}

/// A host without functions.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {
    fn call(&mut self, _: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        Err(Error::usage(alloc::format!("host function {} is not defined", call.id.0)))
    }
}
