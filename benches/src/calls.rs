//! One call after another in each direction; this file knows nothing of time.

use dergwasm::{Caller, Error, Func, FuncType, Linker, Machine, Module, TypedFunc, Val, ValType};

const TEXT: &str = r#"(module
    (import "host" "typed" (func $typed (param i32) (result i32)))
    (import "host" "untyped" (func $untyped (param i32) (result i32)))
    (func $own (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "next") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "typed") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $typed (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    (func (export "untyped") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $untyped (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    (func (export "own") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $own (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))"#;

/// Who calls whom, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The host calls WebAssembly through a typed handle.
    HostToWasm,
    /// The host calls WebAssembly with a list of values.
    HostToWasmUntyped,
    /// WebAssembly calls a typed function of the host.
    WasmToHost,
    /// WebAssembly calls a function of the host that takes a list of values.
    WasmToHostUntyped,
    /// WebAssembly calls its own function.
    WasmToWasm,
}

impl Direction {
    /// All directions.
    pub const ALL: [Self; 5] = [
        Self::HostToWasm,
        Self::HostToWasmUntyped,
        Self::WasmToHost,
        Self::WasmToHostUntyped,
        Self::WasmToWasm,
    ];

    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::HostToWasm => "host_to_wasm",
            Self::HostToWasmUntyped => "host_to_wasm_untyped",
            Self::WasmToHost => "wasm_to_host",
            Self::WasmToHostUntyped => "wasm_to_host_untyped",
            Self::WasmToWasm => "wasm_to_wasm",
        }
    }
}

/// A machine with functions to call.
#[derive(Debug)]
pub struct Calls {
    machine: Machine<()>,
    next: TypedFunc<i32, i32>,
    next_untyped: Func,
    loops: [TypedFunc<i32, i32>; 3],
}

impl Calls {
    /// Makes the machine.
    ///
    /// # Errors
    ///
    /// If the module does not load, which is a defect.
    pub fn start() -> Result<Self, Error> {
        let module = Module::new(TEXT.as_bytes())?;
        let mut machine = Machine::new(());
        let mut linker = Linker::new();
        linker.func_wrap("host", "typed", |n: i32| n.wrapping_add(1))?;
        let ty = FuncType::new([ValType::I32], [ValType::I32]);
        linker.func_new("host", "untyped", ty, |_: Caller<'_, ()>, params, results| {
            results[0] = Val::I32(params[0].i32().unwrap_or(0).wrapping_add(1));
            Ok(())
        })?;
        let instance = linker.instantiate(&mut machine, &module)?;
        let looping = |name| instance.get_typed_func(&machine, name);
        let loops = [looping("typed")?, looping("untyped")?, looping("own")?];
        let next = instance.get_typed_func(&machine, "next")?;
        let next_untyped = instance.get_func(&machine, "next");
        let next_untyped = next_untyped.ok_or_else(|| Error::msg("`next` is not exported"))?;
        Ok(Self { machine, next, next_untyped, loops })
    }

    /// Calls so many times, at least once; every call adds one, and the sum is returned.
    ///
    /// # Errors
    ///
    /// If a call fails, which is a defect.
    pub fn run(&mut self, direction: Direction, count: i32) -> Result<i32, Error> {
        let machine = &mut self.machine;
        match direction {
            Direction::HostToWasm => {
                let next = &self.next;
                (0..count).try_fold(0, |sum, _| next.call(&mut *machine, sum))
            }
            Direction::HostToWasmUntyped => {
                let mut results = [Val::I32(0)];
                for _ in 0..count {
                    let params = results;
                    self.next_untyped.call(&mut *machine, &params, &mut results)?;
                }
                Ok(results[0].i32().unwrap_or(0))
            }
            Direction::WasmToHost => self.loops[0].call(machine, count),
            Direction::WasmToHostUntyped => self.loops[1].call(machine, count),
            Direction::WasmToWasm => self.loops[2].call(machine, count),
        }
    }
}
