//! Stitch.

use super::{Engine, Failure, Mode, Program};
use makepad_stitch::{Func, Linker, Module, Store, Val};

/// An interpreter on sibling calls.
pub struct Stitch;

fn failure(error: impl std::fmt::Debug) -> Failure {
    format!("stitch: {error:?}").into()
}

impl Engine for Stitch {
    fn name(&self) -> &'static str {
        "stitch"
    }

    /// The only mode of this engine is to validate now and to compile at the first call.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::LazyTranslation
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        Module::new(&makepad_stitch::Engine::new(), wasm).map(drop).map_err(failure)
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let mut store = Store::new(makepad_stitch::Engine::new());
        let module = Module::new(store.engine(), wasm).map_err(failure)?;
        let mut linker = Linker::new();
        let next = Func::wrap(&mut store, |number: i32| number.wrapping_add(1));
        linker.define("env", "next", next);
        let instance = linker.instantiate(&mut store, &module).map_err(failure)?;
        let run = instance.exported_func("run").ok_or("stitch: no export `run`")?;
        Ok(Box::new(Running { store, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let mut store = Store::new(makepad_stitch::Engine::new());
        let module = Module::new(store.engine(), wasm).map_err(failure)?;
        let linker = Linker::new();
        for _ in 0..count {
            linker.instantiate(&mut store, &module).map_err(failure)?;
        }
        Ok(())
    }
}

struct Running {
    store: Store,
    run: Func,
}

impl Program for Running {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        let kind = self.run.type_(&self.store).results().first().copied();
        let mut results = [Val::default(kind.ok_or("stitch: `run` returns nothing")?)];
        self.run.call(&mut self.store, &[Val::I32(argument)], &mut results).map_err(failure)?;
        match results[0] {
            Val::I32(number) => Ok(number.into()),
            Val::I64(number) => Ok(number),
            _ => Err("stitch: `run` returned no integer".into()),
        }
    }

    fn run_many(&mut self, count: i32) -> Result<i64, Failure> {
        let mut sum = 0_i64;
        for argument in 0..count {
            sum = sum.wrapping_add(self.run(argument)?);
        }
        Ok(sum)
    }
}
