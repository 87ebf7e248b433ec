//! submilli-wasm.

use super::{Engine, Failure, Mode, Program};
use submilli_wasm::{Config, Instance, Linker, Module, Store, TypedFunc, WasmResults};

/// An interpreter of WebAssembly 3.0 made for a quick start, in safe code.
pub struct Submilli;

fn failure(error: submilli_wasm::Error) -> Failure {
    format!("submilli: {error:?}").into()
}

fn engine() -> Result<submilli_wasm::Engine, Failure> {
    let mut config = Config::new();
    config.wasm_function_references(true).wasm_gc(true).wasm_exceptions(true);
    submilli_wasm::Engine::new(&config).map_err(failure)
}

impl Engine for Submilli {
    fn name(&self) -> &'static str {
        "submilli"
    }

    /// The only mode of this engine is to read, validate and compile everything now.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::Eager
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        Module::new(&engine()?, wasm).map_err(failure)?;
        Ok(())
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let engine = engine()?;
        let module = Module::new(&engine, wasm).map_err(failure)?;
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("env", "next", |number: i32| number.wrapping_add(1)).map_err(failure)?;
        let instance = linker.instantiate(&mut store, &module).map_err(failure)?;
        if let Ok(run) = instance.get_typed_func::<i32, i32>(&mut store, "run") {
            return Ok(Box::new(Running { store, run }));
        }
        let run = instance.get_typed_func::<i32, i64>(&mut store, "run").map_err(failure)?;
        Ok(Box::new(Running { store, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let engine = engine()?;
        let module = Module::new(&engine, wasm).map_err(failure)?;
        let mut store = Store::new(&engine, ());
        for _ in 0..count {
            Instance::new(&mut store, &module, &[]).map_err(failure)?;
        }
        Ok(())
    }
}

struct Running<R> {
    store: Store<()>,
    run: TypedFunc<i32, R>,
}

impl<R: WasmResults + Into<i64>> Program for Running<R> {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        Ok(self.run.call(&mut self.store, argument).map_err(failure)?.into())
    }

    fn run_many(&mut self, count: i32) -> Result<i64, Failure> {
        let mut sum = 0_i64;
        for argument in 0..count {
            sum =
                sum.wrapping_add(self.run.call(&mut self.store, argument).map_err(failure)?.into());
        }
        Ok(sum)
    }

    fn collect(&mut self) -> bool {
        self.store.gc();
        true
    }
}
