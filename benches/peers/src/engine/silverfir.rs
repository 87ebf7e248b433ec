//! Silverfir-nano, its interpreter only.

use super::{Engine, Failure, Mode, Program};
use sf_nano_core::value_type::ValueType;
use sf_nano_core::{Config, Func, FunctionType, Import, Instance, Module, Value};

/// An interpreter whose handlers are assembly.
pub struct Silverfir;

fn failure(error: impl std::fmt::Debug) -> Failure {
    format!("silverfir: {error:?}").into()
}

fn engine() -> Result<sf_nano_core::Engine, Failure> {
    sf_nano_core::Engine::new(Config::new()).map_err(failure)
}

impl Engine for Silverfir {
    fn name(&self) -> &'static str {
        "silverfir"
    }

    /// The only mode of this engine is to read and validate now and to translate later.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::LazyTranslation
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        Module::new("module", wasm).map(drop).map_err(failure)
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let next = Import::func_typed(
            "env",
            "next",
            |_, arguments, results| {
                if let (Some(Value::I32(number)), Some(result)) =
                    (arguments.first(), results.first_mut())
                {
                    *result = Value::I32(number.wrapping_add(1));
                }
                Ok(())
            },
            FunctionType::new(vec![ValueType::I32], vec![ValueType::I32]),
        );
        let instance = Instance::new(&engine()?, wasm, &[next]).map_err(failure)?;
        let run = instance.get_func("run").ok_or("silverfir: no export `run`")?;
        Ok(Box::new(Running { instance, run }))
    }

    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        let engine = engine()?;
        for _ in 0..count {
            Instance::new(&engine, wasm, &[]).map_err(failure)?;
        }
        Ok(())
    }
}

struct Running {
    instance: Instance,
    run: Func,
}

impl Program for Running {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        let mut results = [Value::I32(0)];
        self.instance.call(&self.run, &[Value::I32(argument)], &mut results).map_err(failure)?;
        match results[0] {
            Value::I32(number) => Ok(number.into()),
            Value::I64(number) => Ok(number),
            _ => Err("silverfir: `run` returned no integer".into()),
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
