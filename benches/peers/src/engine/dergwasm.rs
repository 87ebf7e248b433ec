//! Dergwasm with the features of an ordinary embedder.

use super::{Engine, Failure, Mode, Program};
use dergwasm::exec::instructions;
use dergwasm::types::FuncIdx;
use dergwasm::{CompilationMode, Config, Instance, Linker, Machine, Module, TypedFunc};

/// The engine of this repository.
pub struct Dergwasm;

fn load(wasm: &[u8], mode: Mode, parallel: bool) -> Result<(), Failure> {
    let mode = match mode {
        Mode::Eager => CompilationMode::Eager,
        Mode::LazyTranslation => CompilationMode::LazyTranslation,
        Mode::Lazy => CompilationMode::Lazy,
    };
    let mut config = Config::default();
    config.compilation_mode(mode).parallel(parallel);
    Module::with_config(&config, wasm)?;
    Ok(())
}

/// The sizes of all internal code and of all function bodies.
fn code_bytes(wasm: &[u8]) -> Result<(usize, usize), Failure> {
    let config = Config::default();
    let module = Module::with_config(&config, wasm)?;
    let decoded = module.decoded();
    let (mut code, mut bodies) = (0, 0);
    for (index, func) in decoded.funcs().iter().enumerate() {
        let index = FuncIdx(u32::try_from(decoded.imported_func_count() + index)?);
        let instrs = instructions(&config, &module, index)?;
        code += instrs.iter().map(|instr| instr.size).sum::<usize>();
        bodies += func.body.len();
    }
    Ok((code, bodies))
}

impl Engine for Dergwasm {
    fn name(&self) -> &'static str {
        "dergwasm"
    }

    fn is_robust(&self) -> bool {
        true
    }

    fn has(&self, _: Mode) -> bool {
        true
    }

    fn load(&self, wasm: &[u8], mode: Mode) -> Result<(), Failure> {
        load(wasm, mode, false)
    }

    fn load_on_threads(&self, wasm: &[u8], mode: Mode) -> Result<(), Failure> {
        load(wasm, mode, true)
    }

    fn code_bytes(&self, wasm: &[u8]) -> Option<Result<(usize, usize), Failure>> {
        Some(code_bytes(wasm))
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let module = Module::new(wasm)?;
        let mut machine = Machine::new(());
        let mut linker = Linker::new();
        linker.func_wrap("env", "next", |number: i32| number.wrapping_add(1))?;
        let instance = linker.instantiate(&mut machine, &module)?;
        if let Ok(run) = instance.get_typed_func::<i32, i32>(&machine, "run") {
            return Ok(Box::new(Running { machine, run }));
        }
        let run = instance.get_typed_func::<i32, i64>(&machine, "run")?;
        Ok(Box::new(Running { machine, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let module = Module::new(wasm)?;
        let mut machine = Machine::new(());
        for _ in 0..count {
            Instance::new(&mut machine, &module, &[])?;
        }
        Ok(())
    }
}

struct Running<R> {
    machine: Machine<()>,
    run: TypedFunc<i32, R>,
}

impl<R: dergwasm::WasmResults + Into<i64>> Program for Running<R> {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        Ok(self.run.call(&mut self.machine, argument)?.into())
    }

    fn run_many(&mut self, count: i32) -> Result<i64, Failure> {
        let mut sum = 0_i64;
        for argument in 0..count {
            sum = sum.wrapping_add(self.run.call(&mut self.machine, argument)?.into());
        }
        Ok(sum)
    }

    fn collect(&mut self) -> bool {
        self.machine.gc();
        true
    }
}
