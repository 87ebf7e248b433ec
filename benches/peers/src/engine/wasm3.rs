//! wasm3, an interpreter in C, through its crate of bindings.

use super::{Engine, Failure, Mode, Program};
use wasm3::{CallContext, Environment, Runtime};

/// An interpreter on sibling calls, as the C compiler makes them.
pub struct Wasm3;

/// The value stack in bytes; enough for the deepest kernel.
const STACK: u32 = 8 << 20;

fn failure(error: impl std::fmt::Display) -> Failure {
    format!("wasm3: {error}").into()
}

fn start(wasm: &[u8]) -> Result<Runtime, Failure> {
    let environment = Environment::new().map_err(failure)?;
    let runtime = environment.create_runtime(STACK).map_err(failure)?;
    let mut module = runtime.parse_and_load_module(wasm).map_err(failure)?;
    // A module without this import is no failure.
    let next = |_: CallContext<'_>, number: i32| Ok(number.wrapping_add(1));
    drop(module.link_closure("env", "next", next));
    Ok(runtime)
}

impl Engine for Wasm3 {
    fn name(&self) -> &'static str {
        "wasm3"
    }

    /// The only mode of this engine is to compile at the first call; it validates next to nothing.
    fn has(&self, mode: Mode) -> bool {
        mode == Mode::Lazy
    }

    fn load(&self, wasm: &[u8], _: Mode) -> Result<(), Failure> {
        let environment = Environment::new().map_err(failure)?;
        let runtime = environment.create_runtime(STACK).map_err(failure)?;
        runtime.parse_and_load_module(wasm).map_err(failure)?;
        Ok(())
    }

    fn instantiate(&self, wasm: &[u8]) -> Result<Box<dyn Program>, Failure> {
        let runtime = start(wasm)?;
        // Asking the module and not the runtime, which keeps back why a function does not compile.
        let module = runtime.modules().next().ok_or("wasm3: no module")?;
        let wide = match module.find_function::<i32, i32>("run") {
            Ok(_) => false,
            Err(wasm3::error::Error::InvalidFunctionSignature) => {
                module.find_function::<i32, i64>("run").map_err(failure)?;
                true
            }
            Err(error) => return Err(failure(error)),
        };
        Ok(Box::new(Running { runtime, wide }))
    }

    /// A module can be instantiated once in wasm3, so this reads it again for every instance.
    fn instantiate_many(&self, wasm: &[u8], count: u32) -> Result<(), Failure> {
        for _ in 0..count {
            start(wasm)?;
        }
        Ok(())
    }
}

struct Running {
    runtime: Runtime,
    /// Whether `run` returns an `i64`.
    wide: bool,
}

impl Program for Running {
    fn run(&mut self, argument: i32) -> Result<i64, Failure> {
        if self.wide {
            let run = self.runtime.find_function::<i32, i64>("run").map_err(failure)?;
            run.call(argument).map_err(failure)
        } else {
            let run = self.runtime.find_function::<i32, i32>("run").map_err(failure)?;
            Ok(run.call(argument).map_err(failure)?.into())
        }
    }

    fn run_many(&mut self, count: i32) -> Result<i64, Failure> {
        let run = self.runtime.find_function::<i32, i32>("run").map_err(failure)?;
        let mut sum = 0_i64;
        for argument in 0..count {
            sum = sum.wrapping_add(run.call(argument).map_err(failure)?.into());
        }
        Ok(sum)
    }
}
