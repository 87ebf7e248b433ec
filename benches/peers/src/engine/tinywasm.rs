//! tinywasm.

use super::{Engine, Failure, Mode, Program};
use tinywasm::{FuncContext, FunctionTyped, HostFunction, Imports, ModuleInstance, Store};

/// An interpreter of all of WebAssembly 3.0 in safe code.
pub struct Tinywasm;

impl Engine for Tinywasm {
    fn name(&self) -> &'static str {
        "tinywasm"
    }

    /// The only mode of this engine is to read, validate and lower everything now.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::Eager
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        tinywasm::parse_bytes(wasm)?;
        Ok(())
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let module = tinywasm::parse_bytes(wasm)?;
        let mut store = Store::default();
        let mut imports = Imports::new();
        let next = HostFunction::from(|_: FuncContext<'_>, number: i32| Ok(number.wrapping_add(1)));
        imports.define("env", "next", next);
        let instance = ModuleInstance::instantiate(&mut store, &module, Some(&imports))?;
        if let Ok(run) = instance.func::<i32, i32>(&store, "run") {
            return Ok(Box::new(Running { store, run }));
        }
        let run = instance.func::<i32, i64>(&store, "run")?;
        Ok(Box::new(Running { store, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let module = tinywasm::parse_bytes(wasm)?;
        let mut store = Store::default();
        for _ in 0..count {
            ModuleInstance::instantiate(&mut store, &module, None)?;
        }
        Ok(())
    }
}

struct Running<R> {
    store: Store,
    run: FunctionTyped<i32, R>,
}

impl<R: tinywasm::FromWasmValues + Into<i64>> Program for Running<R> {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        Ok(self.run.call(&mut self.store, argument)?.into())
    }

    fn run_many(&mut self, count: i32) -> Result<i64, Failure> {
        let mut sum = 0_i64;
        for argument in 0..count {
            sum = sum.wrapping_add(self.run.call(&mut self.store, argument)?.into());
        }
        Ok(sum)
    }

    fn collect(&mut self) -> bool {
        self.store.gc().is_ok()
    }
}
