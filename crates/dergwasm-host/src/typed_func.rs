//! Functions whose types Rust knows.

use crate::{
    AsMachineMut, Error, Func, MachineMut, TypedResumableCall, WasmParams, WasmResults,
    as_machine::usage,
    gc::{check_slot, described},
    resumable,
    wasm_ty::{Slots, signature},
};
use alloc::format;
use core::{fmt, marker::PhantomData};
use dergwasm_exec::Machine as Core;
use dergwasm_store::{Store, TypeId};
use dergwasm_types::{FuncType, ValType, Value};

/// A function of a machine with its types known to Rust.
///
/// The types are checked once, when it is made by [`Func::typed`] or
/// [`Instance::get_typed_func`](crate::Instance::get_typed_func); a call moves its parameters to
/// slots on the native stack and runs.
pub struct TypedFunc<P, R> {
    func: Func,
    /// The type in its machine.
    ty: TypeId,
    /// Whether the function wants narrower references than `P` promises, so that each call checks
    /// them.
    narrows: bool,
    types: PhantomData<fn(P) -> R>,
}

impl<P: WasmParams, R: WasmResults> TypedFunc<P, R> {
    pub(crate) fn new(func: Func, core: &Core) -> Result<Self, Error> {
        let found = func.ty_in(core)?;
        let Some(narrows) = fits::<P, R>(found, core.store()) else {
            let (found, wanted) = (described(found, core), signature::<P, R>());
            return Err(usage(format!("the function has type {found}, not {wanted}")));
        };
        let ty = func.instance(core)?.ty;
        Ok(Self { func, ty, narrows, types: PhantomData })
    }

    /// The function without its types.
    #[must_use]
    pub const fn func(&self) -> Func {
        self.func
    }

    /// Calls the function.
    ///
    /// # Errors
    /// The function or a reference among the parameters is not of this machine, or the function
    /// failed: by a [trap](Error::trap), by [ending the program](Error::exit_status), or by a host
    /// function's error.
    #[inline]
    pub fn call(&self, mut machine: impl AsMachineMut, params: P) -> Result<R, Error> {
        let machine = machine.as_machine_mut();
        if P::TYPES.len() >= R::TYPES.len() {
            self.call_in(machine, params, P::Slots::ZERO)
        } else {
            self.call_in(machine, params, R::Slots::ZERO)
        }
    }

    fn call_in<T>(
        &self,
        mut machine: MachineMut<'_, T>,
        params: P,
        mut slots: impl Slots,
    ) -> Result<R, Error> {
        let addr = self.func.addr_in(&machine.core)?;
        self.store_params(params, slots.as_mut(), &machine.core)?;
        machine.invoke(addr, slots.as_mut())?;
        Ok(R::load(slots.as_ref(), &mut machine.core))
    }

    /// Calls the function such that the call can be continued after it ran out of fuel or was
    /// interrupted.
    ///
    /// # Errors
    /// As [`TypedFunc::call`].
    pub fn call_resumable(
        &self,
        mut machine: impl AsMachineMut,
        params: P,
    ) -> Result<TypedResumableCall<R>, Error> {
        let mut machine = machine.as_machine_mut();
        let addr = self.func.addr_in(&machine.core)?;
        let mut slots = alloc::vec![Default::default(); P::TYPES.len().max(R::TYPES.len())];
        self.store_params(params, &mut slots, &machine.core)?;
        let (mut core, mut run) = machine.split();
        let outcome = core.invoke_resumable(&mut run, addr, &mut slots)?;
        Ok(resumable::finish_typed(outcome, &slots, &mut machine.core))
    }

    fn store_params(&self, params: P, slots: &mut [Value], core: &Core) -> Result<(), Error> {
        params.store(slots, core)?;
        if self.narrows {
            let types = core.store().func_type(self.ty).params();
            for (i, (slot, &ty)) in slots.iter().zip(types).enumerate() {
                check_slot(*slot, ty, core)
                    .map_err(|error| usage(format!("parameter {i} of a call: {error}")))?;
            }
        }
        Ok(())
    }
}

/// Whether functions of this type take `P` and return `R`; if so, whether some parameters have to be
/// looked at in each call.
fn fits<P: WasmParams, R: WasmResults>(ty: &FuncType, store: &Store) -> Option<bool> {
    if (ty.params().len(), ty.results().len()) != (P::TYPES.len(), R::TYPES.len()) {
        return None;
    }
    let mut narrows = false;
    for (&given, &wanted) in P::TYPES.iter().zip(ty.params()) {
        if store.val_type_matches(given, wanted) {
            continue;
        }
        narrows = true;
        match (given, wanted) {
            (ValType::Ref(given), ValType::Ref(wanted))
                if store.heap_type_matches(wanted.heap, given.heap) => {}
            _ => return None,
        }
    }
    let mut results = ty.results().iter().zip(R::TYPES);
    results.all(|(&found, &wanted)| store.val_type_matches(found, wanted)).then_some(narrows)
}

impl<P, R> Clone for TypedFunc<P, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, R> Copy for TypedFunc<P, R> {}

impl<P, R> fmt::Debug for TypedFunc<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TypedFunc").field(&self.func).finish()
    }
}
