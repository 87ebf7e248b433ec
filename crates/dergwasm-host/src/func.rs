//! Functions of a machine: its modules' and the host's.
//!
//! Spec: [Execution › Modules › Invocation](https://webassembly.github.io/spec/core/exec/modules.html#invocation).

use crate::{
    AsMachine, AsMachineMut, Caller, CoreMut, DefinedType, Error, IntoFunc, ResumableCall,
    TypedFunc, Val, WasmParams, WasmResults,
    as_machine::usage,
    gc::described,
    guest::FuncName,
    into_func::from_vals,
    marked::{Marked, gone, handle},
    resumable,
};
use alloc::{format, vec, vec::Vec};
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_store::{FuncAddr, FuncInst};
use dergwasm_types::{Closed, FuncType, Value};

/// A function of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Func(Marked<FuncAddr>);

handle!(Func, FuncAddr, "function", funcs, FuncInst);

impl Func {
    /// A host function from a closure; its type follows from the closure's.
    ///
    /// The closure takes up to 16 parameters that are [`WasmArg`](crate::guest::WasmArg), before
    /// them a [`Caller`] if it wants one, and returns nothing, an [`IntoWasm`](crate::IntoWasm), a
    /// tuple of them, or a [`Result`] of these with an [`Error`].
    ///
    /// ```
    /// use dergwasm_host::{Error, Func, Machine, Val};
    ///
    /// let mut machine = Machine::new(());
    /// let divide = Func::wrap(&mut machine, |a: i32, b: i32| {
    ///     a.checked_div(b).ok_or_else(|| Error::msg("cannot divide"))
    /// })?;
    /// let mut results = [Val::I32(0)];
    /// divide.call(&mut machine, &[Val::I32(7), Val::I32(2)], &mut results)?;
    /// assert_eq!(results, [Val::I32(3)]);
    /// let error = divide.call(&mut machine, &[Val::I32(7), Val::I32(0)], &mut results);
    /// assert_eq!(error.unwrap_err().to_string(), "cannot divide");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// The store refuses another function.
    pub fn wrap<M: AsMachineMut, Params, Ret>(
        mut machine: M,
        f: impl IntoFunc<M::Data, Params, Ret>,
    ) -> Result<Self, Error> {
        let (ty, func) = f.into_func(FuncName::default());
        let mut machine = machine.as_machine_mut();
        machine.add_func(&ty, func.0)
    }

    /// A host function of type `ty`, which may be known only at run time.
    ///
    /// The closure reads the arguments from one slice and writes the results to the other, which
    /// holds the default of each type at first.
    ///
    /// ```
    /// use dergwasm_host::{Error, Func, FuncType, Machine, Val, ValType};
    ///
    /// let mut machine = Machine::new(());
    /// let ty = FuncType::new([ValType::I32; 3], [ValType::I32]);
    /// let largest = Func::new(&mut machine, ty, |_, params, results| {
    ///     results[0] = Val::from(params.iter().filter_map(|val| val.i32()).max().unwrap_or(0));
    ///     Ok(())
    /// })?;
    /// let largest = largest.typed::<(i32, i32, i32), i32>(&machine)?;
    /// assert_eq!(largest.call(&mut machine, (4, 9, 2))?, 9);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// The store refuses another function.
    pub fn new<M: AsMachineMut>(
        mut machine: M,
        ty: impl Into<Closed<FuncType>>,
        f: impl Fn(Caller<'_, M::Data>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let mut machine = machine.as_machine_mut();
        let id = machine.core.resolve_func_type(&ty.into())?;
        let ty = machine.core.store().func_type(id).clone();
        machine.add_func_of(id, from_vals(ty, f))
    }

    /// As [`Func::new`], of a type that the machine has: one that a module defines together with
    /// others can only be had so.
    ///
    /// # Errors
    /// The type is no type of functions of this machine, or the store refuses another function.
    pub fn with_type<M: AsMachineMut>(
        mut machine: M,
        ty: &DefinedType,
        f: impl Fn(Caller<'_, M::Data>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let mut machine = machine.as_machine_mut();
        let definition = ty.definition_in(&machine.core)?;
        let func = definition.as_func().cloned();
        let func = func.ok_or_else(|| {
            usage(format!("{} is no type of functions", described(definition, &machine.core)))
        })?;
        let id = ty.id_in(&machine.core)?;
        machine.add_func_of(id, from_vals(func, f))
    }

    /// The type as a handle.
    ///
    /// # Errors
    /// The function is not of this machine.
    pub fn defined_type(&self, machine: impl AsMachine) -> Result<DefinedType, Error> {
        let core = machine.as_machine().core;
        Ok(DefinedType::from_id(self.instance(core)?.ty, core))
    }

    /// The address as messages show it.
    pub(crate) const fn number(&self) -> impl fmt::Display {
        self.0
    }

    /// The function that a reference leads to, or `None` if it is null.
    pub(crate) fn from_value(value: Value, core: &Core) -> Option<Self> {
        value.as_ref_addr().map(|addr| Self::new_in(FuncAddr(addr), core))
    }

    /// The reference that leads to the function.
    #[inline]
    pub(crate) fn to_value(self, core: &Core) -> Result<Value, Error> {
        Ok(Value::from_ref_addr(Some(self.addr_in(core)?.0)))
    }

    pub(crate) fn ty_in(self, core: &Core) -> Result<&FuncType, Error> {
        Ok(core.store().func_type(self.instance(core)?.ty))
    }

    /// The type.
    ///
    /// # Errors
    /// The function is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<FuncType, Error> {
        self.ty_in(machine.as_machine().core).cloned()
    }

    /// Sets what each call of a host function by WebAssembly costs in fuel, besides the instruction
    /// that calls. Default: 0.
    ///
    /// What depends on arguments is for the function to consume:
    /// [`Caller::consume_fuel`](crate::Caller::consume_fuel).
    ///
    /// # Errors
    /// It is no host function, or not of this machine.
    pub fn set_fuel(&self, mut machine: impl AsMachineMut, fuel: u32) -> Result<(), Error> {
        let mut core = machine.as_machine_mut().core;
        let func = self.addr_in(&core)?;
        core.set_host_func_fuel(func, fuel)
    }

    /// The same function with its types known to Rust: calls check nothing and allocate nothing.
    ///
    /// # Errors
    /// The function has another type, or is not of this machine.
    pub fn typed<P: WasmParams, R: WasmResults>(
        &self,
        machine: impl AsMachine,
    ) -> Result<TypedFunc<P, R>, Error> {
        TypedFunc::new(*self, machine.as_machine().core)
    }

    /// Calls the function.
    ///
    /// `results` has to be as long as the function's results; what was in it does not matter.
    ///
    /// # Errors
    /// Parameters or results do not fit the type, the function or a reference among the parameters
    /// is not of this machine, or the function failed: by a [trap](Error::trap), by [ending the program](Error::exit_status), or by a host function's
    /// error.
    pub fn call(
        &self,
        mut machine: impl AsMachineMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let mut machine = machine.as_machine_mut();
        let len = params.len().max(results.len());
        let mut inline = [Value::ZERO; 8];
        let mut allocated: Vec<Value>;
        let slots = match inline.get_mut(..len) {
            Some(slots) => slots,
            None => {
                allocated = vec![Value::ZERO; len];
                &mut allocated[..]
            }
        };
        let addr = self.addr_in(&machine.core)?;
        write_params(addr, &machine.core, params, results.len(), slots)?;
        machine.invoke(addr, slots)?;
        read_results(addr, &mut machine.core, slots, results)
    }

    /// Calls the function such that the call can be continued after it ran out of fuel or was
    /// interrupted.
    ///
    /// # Errors
    /// As [`Func::call`].
    pub fn call_resumable(
        &self,
        mut machine: impl AsMachineMut,
        params: &[Val],
        results: &mut [Val],
    ) -> Result<ResumableCall, Error> {
        let mut machine = machine.as_machine_mut();
        let mut slots = vec![Value::ZERO; params.len().max(results.len())];
        let addr = self.addr_in(&machine.core)?;
        write_params(addr, &machine.core, params, results.len(), &mut slots)?;
        let (mut core, mut run) = machine.split();
        let outcome = core.invoke_resumable(&mut run, addr, &mut slots)?;
        resumable::finish(*self, &mut machine.core, outcome, &slots, results)
    }
}

/// Writes the parameters of a call to its slots.
fn write_params(
    func: FuncAddr,
    core: &Core,
    params: &[Val],
    results: usize,
    slots: &mut [Value],
) -> Result<(), Error> {
    let ty = type_at(func, core)?;
    if (params.len(), results) != (ty.params().len(), ty.results().len()) {
        let ty = described(ty, core);
        return Err(usage(format!(
            "a function of type {ty} was called with {} parameters and {results} results",
            params.len()
        )));
    }
    for (i, ((val, &ty), slot)) in params.iter().zip(ty.params()).zip(slots).enumerate() {
        *slot = val
            .into_value(ty, core)
            .map_err(|error| usage(format!("parameter {i} of a call: {error}")))?;
    }
    Ok(())
}

/// Gives the results of a call their types.
pub(crate) fn read_results(
    func: FuncAddr,
    core: &mut CoreMut<'_>,
    slots: &[Value],
    results: &mut [Val],
) -> Result<(), Error> {
    let count = type_at(func, core)?.results().len();
    if results.len() != count {
        return Err(usage(format!(
            "a function with {count} results was given room for {}",
            results.len()
        )));
    }
    for (i, (val, &slot)) in results.iter_mut().zip(slots).enumerate() {
        let ty = type_at(func, core)?.results()[i];
        *val = Val::from_value(slot, ty, core)?;
    }
    Ok(())
}

/// The type of the function at an address.
fn type_at(func: FuncAddr, core: &Core) -> Result<&FuncType, Error> {
    core.func_type(func).ok_or_else(|| gone(func))
}
