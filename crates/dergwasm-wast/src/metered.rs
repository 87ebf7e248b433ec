//! Calls that pay fuel: in one piece or in slices, what they cost, and what a script leaves behind.

use crate::runner::Runner;
use dergwasm::{Error, Export, Extern, Func, Instance, Machine, ResumableCall, Trap, Val};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Enough for every call of a script.
pub(crate) const PLENTY: u64 = 1 << 40;

/// After so many pauses of one call, its slices get longer.
const MANY: u32 = 200;

/// How much of a memory and of a table is looked at.
const LOOKED_AT: usize = 1 << 20;

/// In which pieces calls run, if [`Config::consume_fuel`](dergwasm::Config::consume_fuel) is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// In one.
    #[default]
    Whole,
    /// Each call pauses as soon as it can, and gets no more fuel than it says it needs to go on.
    /// Calls with more than two hundred pauses get more and more from then on: a pause of a deep stack
    /// takes long.
    Slices,
}

impl Runner {
    /// The fuel that is left, if the machine counts it.
    pub(crate) fn fuel(&self) -> Option<u64> {
        self.machine.fuel()
    }

    /// Calls a function at the pace of this run.
    pub(crate) fn call(
        &mut self,
        func: Func,
        arguments: &[Val],
        results: &mut [Val],
    ) -> Result<(), Error> {
        let machine = &mut self.machine;
        match (self.pace, machine.fuel()) {
            (Pace::Slices, Some(before)) => {
                let mut given = 0;
                let end = call_in_slices(machine, func, arguments, results, &mut given);
                let left = machine.fuel().unwrap_or(0);
                machine.set_fuel((before + left).saturating_sub(given))?;
                end
            }
            _ => func.call(machine, arguments, results),
        }
    }

    /// A digest of what the instances export; the same after two runs that left the same behind.
    pub(crate) fn left_behind(&mut self) -> u64 {
        let mut digest = DefaultHasher::new();
        for instance in self.made.clone() {
            add_instance(&mut self.machine, instance, &mut digest);
        }
        digest.finish()
    }
}

/// Calls with the least fuel that makes progress; `given` is what it got in total.
fn call_in_slices(
    machine: &mut Machine<()>,
    func: Func,
    arguments: &[Val],
    results: &mut [Val],
    given: &mut u64,
) -> Result<(), Error> {
    machine.set_fuel(0)?;
    let mut call = func.call_resumable(&mut *machine, arguments, results)?;
    let (mut pauses, mut more) = (0u32, 0u64);
    while let ResumableCall::Paused(paused) = call {
        pauses += 1;
        if pauses.is_multiple_of(MANY) {
            more = (more * 8).max(16);
        }
        let (needed, left) = (paused.fuel_needed(), machine.fuel().unwrap_or(0));
        if paused.reason() != Trap::OutOfFuel || needed <= left {
            return Err(Error::msg(format!(
                "a call paused ({}) that has {left} units of fuel and needs {needed}",
                paused.reason()
            )));
        }
        let fuel = needed.max(left.saturating_add(more));
        *given += fuel - left;
        machine.set_fuel(fuel)?;
        call = paused.resume(&mut *machine, results)?;
        if matches!(call, ResumableCall::Paused(_)) && machine.fuel() == Some(fuel) {
            return Err(Error::msg(format!("a call makes no progress with {fuel} units of fuel")));
        }
    }
    Ok(())
}

fn add_instance(machine: &mut Machine<()>, instance: Instance, digest: &mut DefaultHasher) {
    let Ok(exports) = instance.exports(&*machine) else { return };
    let exports: Vec<_> = exports.map(Export::into_extern).collect();
    for item in exports {
        match item {
            Extern::Memory(memory) => {
                if let Ok(data) = memory.data(&*machine) {
                    (data.len(), &data[..data.len().min(LOOKED_AT)]).hash(digest);
                }
            }
            Extern::Global(global) => {
                global.get(&mut *machine).ok().and_then(number).hash(digest);
            }
            Extern::Table(table) => {
                let len = table.size(&*machine).unwrap_or(0);
                len.hash(digest);
                for index in 0..len.min(LOOKED_AT as u64) {
                    let val = table.get(&mut *machine, index);
                    val.is_ok_and(|val| is_null(&val)).hash(digest);
                }
            }
            _ => {}
        }
    }
}

/// The bits of a number; references are different in every machine.
fn number(val: Val) -> Option<u128> {
    Some(match val {
        Val::I32(number) => u128::from(number.cast_unsigned()),
        Val::I64(number) => u128::from(number.cast_unsigned()),
        Val::F32(bits) => bits.into(),
        Val::F64(bits) => bits.into(),
        Val::V128(bits) => bits,
        val => is_null(&val).into(),
    })
}

fn is_null(val: &Val) -> bool {
    matches!(val, Val::FuncRef(None) | Val::ExternRef(None) | Val::AnyRef(None) | Val::ExnRef(None))
}
