//! Host functions that belong together, as one module that guests import from.
//!
//! Knows nothing of how they are made: `#[host_module]` does that.

use crate::{Error, Linker, describe::ModuleDescription};

/// A module of host functions that describes itself.
pub trait DescribedModule {
    /// The name that guests import from.
    const NAME: &'static str;

    /// The module in words.
    fn describe() -> ModuleDescription;
}

/// A type whose functions guests can import, in machines with data `T`.
///
/// `#[host_module]` (feature `macros`) implements it, and [`Wasi`](crate::wasi::Wasi) does.
/// [`Linker::define_module`] is another way to call it.
pub trait HostModule<T>: Sized {
    /// Defines all functions of the module in a linker.
    ///
    /// The machine's data keeps the host; `project` finds it there. Functions that take no `self`
    /// do not call it.
    ///
    /// # Errors
    /// A name is defined already.
    fn define(
        linker: &mut Linker<T>,
        project: impl Fn(&mut T) -> &mut Self + Clone + Send + Sync + 'static,
    ) -> Result<(), Error>;
}
