//! What the code that macros write calls; nobody else should.

use super::{Origins, WasmArg};
use crate::{Caller, Error, IntoWasmList, Trap, WasmTyList, into_func::too_few_slots};
use alloc::{boxed::Box, string::String};
use dergwasm_decode::DecodeError;
use dergwasm_exec::LinkError;
use dergwasm_store::StoreError;
use dergwasm_types::{FuncType, ValType, Value};

/// The arguments of a call that are yet to be read.
#[derive(Debug)]
pub struct Args<'a, const N: usize> {
    values: &'a [Value],
    origins: &'static Origins<N>,
    taken: usize,
}

impl<'a, const N: usize> Args<'a, N> {
    #[must_use]
    pub fn new(values: &'a [Value], origins: &'static Origins<N>) -> Self {
        Self { values, origins, taken: 0 }
    }

    pub fn take<A: WasmArg, T>(&mut self, caller: &mut Caller<'_, T>) -> Result<A, Error> {
        let own = self.values.split_at_checked(A::TYPES.len());
        let (own, rest) = own.ok_or_else(too_few_slots)?;
        let origin = self.origins.get(self.taken);
        self.values = rest;
        self.taken += 1;
        A::from_values(own, origin, &mut caller.machine().core)
    }
}

#[must_use]
pub fn func_type<R: IntoWasmList>(params: &[&[ValType]]) -> FuncType {
    FuncType::new(params.iter().copied().flatten().copied(), R::Wasm::TYPES.iter().copied())
}

pub fn finish<T>(
    result: impl IntoWasmList,
    slots: &mut [Value],
    caller: &Caller<'_, T>,
) -> Result<(), Error> {
    result.into_wasm_list().store(slots, caller.core())
}

/// A copy of a text that the guest may change.
#[must_use]
pub fn copy(text: &str) -> String {
    text.into()
}

/// An error of the host, which stays what it is if it is one of the engine.
#[cold]
pub fn error(error: impl Into<Box<dyn core::error::Error + Send + Sync>>) -> Error {
    let mut error = error.into();
    macro_rules! unbox {
        ($($T:ty)*) => { $(
            error = match error.downcast::<$T>() {
                Ok(error) => return (*error).into(),
                Err(error) => error,
            };
        )* };
    }
    unbox! { Error Trap StoreError LinkError DecodeError }
    Error::new(error)
}
