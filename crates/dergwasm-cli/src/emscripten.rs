//! What the verb `run` does for programs that Emscripten built.

use crate::failure::Failure;
use clap::Args;
use dergwasm::emscripten::{self, Emscripten};
use dergwasm::sys::fs::MemoryFs;
use dergwasm::wasi::{self, Builder};
use dergwasm::{Config, Instance, Linker, Machine, Module};
use std::thread;

/// How many `setjmp` and `try` may be nested.
const MAX_NESTED: u32 = 10_000;
/// The native stack for so many. Only what is used of it takes memory.
const STACK_BYTES: usize = 1 << 30;

/// The options that say what becomes of imports nobody knows.
#[derive(Debug, Args)]
pub(crate) struct Missing {
    /// Let functions that the program imports and nothing defines trap only when they are called
    #[arg(long)]
    stub_missing: bool,
}

impl Missing {
    /// A linker that knows what the module may import.
    pub(crate) fn linker(&self, module: &Module) -> Result<Linker<Emscripten>, Failure> {
        let mut linker = Linker::new();
        if emscripten::is_emscripten(module) {
            emscripten::add_to_linker(&mut linker, module, |world: &mut Emscripten| world)?;
        } else {
            wasi::add_to_linker(&mut linker, Emscripten::wasi_mut)?;
            linker.define_environment(module)?;
        }
        if self.stub_missing {
            linker.define_unknown_imports_as_traps(module)?;
        }
        Ok(linker)
    }
}

/// Gives a program that expects the usual directories of Emscripten those, in memory.
pub(crate) fn usual_directories(builder: Builder, fs: MemoryFs) -> Result<Builder, Failure> {
    let mounted = ["tmp", "dev", "home/web_user"]
        .iter()
        .try_for_each(|path| fs.create_dir_all(path))
        .and_then(|()| builder.mount("/", fs));
    mounted.map_err(|errno| Failure::wrong(format!("cannot make a file system: {errno}")))
}

/// Runs the constructors of an instance whose exports are to be called.
pub(crate) fn initialize(
    machine: &mut Machine<Emscripten>,
    instance: Instance,
) -> Result<(), Failure> {
    Ok(emscripten::initialize(machine, instance, |world| world)?)
}

/// Runs a program's `main`.
pub(crate) fn run(machine: &mut Machine<Emscripten>, instance: Instance) -> Result<(), Failure> {
    match emscripten::run(machine, instance, |world| world)? {
        0 => Ok(()),
        status => Err(Failure::Exit(status)),
    }
}

/// Calls `f` where many `setjmp` and `try` can be nested, with a configuration that lets them.
pub(crate) fn with_deep_stack(
    config: &mut Config,
    f: impl Fn(&Config) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let shallow = config.clone();
    config.max_host_depth(MAX_NESTED);
    let config = &*config;
    thread::scope(|scope| {
        let deep = thread::Builder::new().stack_size(STACK_BYTES);
        match deep.spawn_scoped(scope, || f(config)) {
            Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // Too little address space is left: then with the stack there is.
            Err(_) => f(&shallow),
        }
    })
}
