//! Rust closures as host functions.
//!
//! Knows nothing of where the function is kept.

use crate::{
    Caller, Error, Func, Val, WasmTy, WasmTyList, as_machine::usage, host_func::HostFunc,
    wasm_ty::for_each_count,
};
use alloc::{format, sync::Arc, vec::Vec};
use dergwasm_types::{FuncType, Value};

/// What a host function may return: nothing, a [`WasmTy`], a tuple of up to 16 of them, or a
/// [`Result`] of these with an [`Error`].
pub trait WasmRet {
    /// The values returned on success.
    type Results: WasmTyList;

    /// Either the values or the error that ends the run.
    ///
    /// # Errors
    /// The host function failed.
    fn into_results(self) -> Result<Self::Results, Error>;
}

impl<R: WasmTyList> WasmRet for R {
    type Results = R;

    fn into_results(self) -> Result<R, Error> {
        Ok(self)
    }
}

impl<R: WasmTyList> WasmRet for Result<R, Error> {
    type Results = R;

    fn into_results(self) -> Self {
        self
    }
}

/// A closure that can be a host function.
///
/// Its parameters are up to 16 [`WasmTy`], before them a [`Caller`] if it wants one; it returns a
/// [`WasmRet`]. `Params` and `Ret` only tell the implementations apart.
pub trait IntoFunc<T, Params, Ret>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_func(self) -> (FuncType, BoxedFunc<T>);
}

/// A host function behind the types of its closure.
#[doc(hidden)]
pub struct BoxedFunc<T>(pub(crate) HostFunc<T>);

impl<T> core::fmt::Debug for BoxedFunc<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("BoxedFunc")
    }
}

#[cold]
fn too_few_slots() -> Error {
    usage("a host function was called with fewer slots than it has parameters")
}

macro_rules! into_func {
    ($count:literal $($A:ident $a:ident)*) => {
        impl<T, F, $($A,)* R> IntoFunc<T, (Caller<'_, T>, $($A,)*), R> for F
        where
            F: Fn(Caller<'_, T>, $($A),*) -> R + Send + Sync + 'static,
            $($A: WasmTy,)*
            R: WasmRet,
        {
            fn into_func(self) -> (FuncType, BoxedFunc<T>) {
                let ty = FuncType::new([$($A::TYPE),*], R::Results::TYPES.iter().copied());
                let func = move |mut caller: Caller<'_, T>, slots: &mut [Value]| {
                    let &[$($a),*] = slots.first_chunk::<$count>().ok_or_else(too_few_slots)?;
                    let ret = self(caller.reborrow(), $($A::from_value($a)),*);
                    ret.into_results()?.store(slots, caller.core())
                };
                (ty, BoxedFunc(Arc::new(func)))
            }
        }

        impl<T, F, $($A,)* R> IntoFunc<T, ($($A,)*), R> for F
        where
            F: Fn($($A),*) -> R + Send + Sync + 'static,
            $($A: WasmTy,)*
            R: WasmRet,
        {
            fn into_func(self) -> (FuncType, BoxedFunc<T>) {
                let ty = FuncType::new([$($A::TYPE),*], R::Results::TYPES.iter().copied());
                let func = move |caller: Caller<'_, T>, slots: &mut [Value]| {
                    let &[$($a),*] = slots.first_chunk::<$count>().ok_or_else(too_few_slots)?;
                    let ret = self($($A::from_value($a)),*);
                    ret.into_results()?.store(slots, caller.core())
                };
                (ty, BoxedFunc(Arc::new(func)))
            }
        }
    };
}

into_func!(0);
for_each_count!(into_func);

/// A closure over slices of [`Val`] as a host function of type `ty`.
///
/// The slices live in a buffer that the machine keeps from call to call.
pub(crate) fn from_vals<T>(
    ty: FuncType,
    f: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
) -> HostFunc<T> {
    Arc::new(move |mut caller, slots| {
        let mut vals = core::mem::take(&mut caller.machine().state.vals);
        let result = call_with_vals(&mut caller, slots, &ty, &mut vals, &f);
        vals.clear();
        caller.machine().state.vals = vals;
        result
    })
}

fn call_with_vals<T>(
    caller: &mut Caller<'_, T>,
    slots: &mut [Value],
    ty: &FuncType,
    vals: &mut Vec<Val>,
    f: &impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error>,
) -> Result<(), Error> {
    if slots.len() < ty.params().len().max(ty.results().len()) {
        return Err(too_few_slots());
    }
    vals.clear();
    for (&slot, &ty) in slots.iter().zip(ty.params()) {
        vals.push(Val::from_value(slot, ty)?);
    }
    for &ty in ty.results() {
        // A type without a default keeps this wrong value only if `f` forgets to write it, which
        // the check below then reports.
        vals.push(Val::default_for(ty).unwrap_or(Val::FuncRef(None::<Func>)));
    }
    let (params, results) = vals.split_at_mut(ty.params().len());
    f(caller.reborrow(), params, results)?;
    for (i, (slot, (val, &ty))) in
        slots.iter_mut().zip(results.iter().zip(ty.results())).enumerate()
    {
        *slot = val
            .into_value(ty, caller.core())
            .map_err(|error| usage(format!("result {i} of a host function: {error}")))?;
    }
    Ok(())
}
