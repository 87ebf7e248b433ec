//! Wasmtime: its compiler to machine code as the reference above all interpreters, and Pulley.

use super::{Engine, Failure, Mode, Program};
use wasmtime::{Config, Instance, Linker, Module, Store, TypedFunc};

/// What Wasmtime compiles a module to.
pub enum Wasmtime {
    /// Machine code, by Cranelift: no interpreter.
    Cranelift,
    /// Byte code for Wasmtime's interpreter, also by Cranelift.
    Pulley,
}

impl Wasmtime {
    fn engine(&self) -> Result<wasmtime::Engine, Failure> {
        let mut config = Config::new();
        config.wasm_gc(true).wasm_function_references(true).wasm_exceptions(true);
        if let Wasmtime::Pulley = self {
            config.target("pulley64")?;
        }
        Ok(wasmtime::Engine::new(&config)?)
    }
}

impl Engine for Wasmtime {
    fn name(&self) -> &'static str {
        match self {
            Wasmtime::Cranelift => "cranelift",
            Wasmtime::Pulley => "pulley",
        }
    }

    /// The only mode of this engine is to compile everything now; here on one thread.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::Eager
    }

    /// Cranelift needs up to a minute for one.
    fn takes_large(&self) -> bool {
        false
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        Module::new(&self.engine()?, wasm)?;
        Ok(())
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let engine = self.engine()?;
        let module = Module::new(&engine, wasm)?;
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("env", "next", |number: i32| number.wrapping_add(1))?;
        let instance = linker.instantiate(&mut store, &module)?;
        if let Ok(run) = instance.get_typed_func::<i32, i32>(&mut store, "run") {
            return Ok(Box::new(Running { store, run }));
        }
        let run = instance.get_typed_func::<i32, i64>(&mut store, "run")?;
        Ok(Box::new(Running { store, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let engine = self.engine()?;
        let module = Module::new(&engine, wasm)?;
        let mut store = Store::new(&engine, ());
        for _ in 0..count {
            Instance::new(&mut store, &module, &[])?;
        }
        Ok(())
    }
}

struct Running<R> {
    store: Store<()>,
    run: TypedFunc<i32, R>,
}

impl<R: wasmtime::WasmResults + Into<i64>> Program for Running<R> {
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
        self.store.gc(None).is_ok()
    }
}
