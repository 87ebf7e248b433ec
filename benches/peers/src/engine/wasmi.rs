//! wasmi with default features and SIMD: the baseline.

use super::{Engine, Failure, Mode, Program};
use wasmi::{CompilationMode, Config, Instance, Linker, Module, Store, TypedFunc};

/// The baseline of all ratios.
pub struct Wasmi;

/// The default but for how deep calls go: some kernels recurse deeper than 1000 calls.
fn engine() -> wasmi::Engine {
    let mut config = Config::default();
    config.set_max_recursion_depth(1 << 20).set_max_stack_height(256 << 20);
    wasmi::Engine::new(&config)
}

impl Engine for Wasmi {
    fn name(&self) -> &'static str {
        "wasmi"
    }

    fn is_robust(&self) -> bool {
        true
    }

    fn has(&self, _: Mode) -> bool {
        true
    }

    fn load(&self, wasm: &[u8], mode: Mode) -> Result<(), Failure> {
        let mode = match mode {
            Mode::Eager => CompilationMode::Eager,
            Mode::LazyTranslation => CompilationMode::LazyTranslation,
            Mode::Lazy => CompilationMode::Lazy,
        };
        let mut config = Config::default();
        config.compilation_mode(mode);
        Module::new(&wasmi::Engine::new(&config), wasm)?;
        Ok(())
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let engine = engine();
        let module = Module::new(&engine, wasm)?;
        let mut store = Store::new(&engine, ());
        let mut linker = Linker::new(&engine);
        linker.func_wrap("env", "next", |number: i32| number.wrapping_add(1))?;
        let instance = linker.instantiate_and_start(&mut store, &module)?;
        if let Ok(run) = instance.get_typed_func::<i32, i32>(&store, "run") {
            return Ok(Box::new(Running { store, run }));
        }
        let run = instance.get_typed_func::<i32, i64>(&store, "run")?;
        Ok(Box::new(Running { store, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let engine = engine();
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

impl<R: wasmi::WasmResults + Into<i64>> Program for Running<R> {
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
}
