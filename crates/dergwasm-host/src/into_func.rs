//! Rust closures as host functions.
//!
//! Knows nothing of where the function is kept.

use crate::{
    Caller, Error, Func, Val, WasmTyList,
    as_machine::usage,
    guest::{FuncName, Origin, WasmArg},
    host_func::HostFunc,
    into_wasm::IntoWasmList,
    wasm_ty::for_each_count,
};
use alloc::{format, sync::Arc, vec::Vec};
use dergwasm_types::{FuncType, ValType, Value};

/// What a host function may return: nothing, an [`IntoWasm`](crate::IntoWasm), a tuple of up to
/// 16 of them, or a [`Result`] of these with an [`Error`].
pub trait WasmRet {
    /// The values returned on success.
    type Results: WasmTyList;

    /// Either the values or the error that ends the run.
    ///
    /// # Errors
    /// The host function failed.
    fn into_results(self) -> Result<Self::Results, Error>;
}

impl<R: IntoWasmList> WasmRet for R {
    type Results = R::Wasm;

    fn into_results(self) -> Result<R::Wasm, Error> {
        Ok(self.into_wasm_list())
    }
}

impl<R: IntoWasmList> WasmRet for Result<R, Error> {
    type Results = R::Wasm;

    fn into_results(self) -> Result<R::Wasm, Error> {
        self.map(R::into_wasm_list)
    }
}

/// A closure that can be a host function.
///
/// Its parameters are up to 16 [`WasmArg`], before them a [`Caller`] if it wants one; it returns a
/// [`WasmRet`]. A function of more parameters is made with [`Func::new`] or by `#[host_module]`.
/// `Params` and `Ret` only tell the implementations apart.
pub trait IntoFunc<T, Params, Ret>: Send + Sync + 'static {
    #[doc(hidden)]
    fn into_func(self, name: FuncName) -> (FuncType, BoxedFunc<T>);
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
pub(crate) fn too_few_slots() -> Error {
    usage("a host function was called with fewer slots than it has parameters")
}

/// The arguments of a call that are yet to be read, and how many have been.
struct Args<'a>(&'a [Value], u8);

impl Args<'_> {
    #[inline]
    fn take<A: WasmArg, T>(&mut self, caller: &mut Caller<'_, T>) -> Result<A, Error> {
        let (own, rest) = self.0.split_at_checked(A::TYPES.len()).ok_or_else(too_few_slots)?;
        self.0 = rest;
        self.1 += 1;
        A::from_values(own, Origin::numbered(self.1), &mut caller.machine().core)
    }
}

/// The type of a function that takes these lists of values, one after the other.
fn func_type<R: WasmRet>(params: &[&[ValType]]) -> FuncType {
    FuncType::new(params.iter().copied().flatten().copied(), R::Results::TYPES.iter().copied())
}

macro_rules! into_func {
    ($count:literal $($A:ident $a:ident)*) => {
        into_func!(@impl (Caller<'_, T>, $($A,)*) |caller| (caller.reborrow(), $($a),*) $($A $a)*);
        into_func!(@impl ($($A,)*) |caller| ($($a),*) $($A $a)*);
    };
    (@impl ($($P:ty,)*) |$caller:ident| ($($arg:expr),* $(,)?) $($A:ident $a:ident)*) => {
        impl<T, F, $($A,)* R> IntoFunc<T, ($($P,)*), R> for F
        where
            F: Fn($($P),*) -> R + Send + Sync + 'static,
            $($A: WasmArg,)*
            R: WasmRet,
        {
            fn into_func(self, name: FuncName) -> (FuncType, BoxedFunc<T>) {
                let ty = func_type::<R>(&[$($A::TYPES),*]);
                let func = move |mut $caller: Caller<'_, T>, slots: &mut [Value]| {
                    let $caller = &mut $caller;
                    // Functions without parameters do not use `_args`.
                    let result = (|_args: &mut Args<'_>| {
                        $( let $a = _args.take::<$A, T>($caller)?; )*
                        self($($arg),*).into_results()
                    })(&mut Args(slots, 0));
                    match result {
                        Ok(results) => results.store(slots, $caller.core()),
                        Err(error) => Err(name.put_into(error)),
                    }
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
        vals.push(Val::from_value(slot, ty, &mut caller.machine().core)?);
    }
    for &ty in ty.results() {
        // A type without a default keeps this wrong value only if `f` forgets to write it, which
        // the check below then reports.
        vals.push(Val::default_of(ty, caller.core()).unwrap_or(Val::FuncRef(None::<Func>)));
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
