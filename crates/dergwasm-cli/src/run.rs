//! The verb `run`.

use crate::failure::Failure;
use crate::{
    argument, ctrl_c, emscripten, input, mode::Mode, output, quantity, watchdog, world::World,
};
use clap::Args;
use dergwasm::emscripten::{Emscripten, is_emscripten};
use dergwasm::store::StoreError;
use dergwasm::{Config, ErrorKind, Escaped, Func, Instance, Machine, Module, Trap, Val};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs a program, or calls one of its functions
///
/// A command is run by calling its export `_start`, a reactor by calling `_initialize`. The
/// program finds its arguments, environment, directories and the standard streams through WASI
/// preview 1. The exit status is the program's; after a trap it is 134. Ctrl-C stops the program,
/// and the status is 130; with --timeout it says where the program was.
#[derive(Debug, Args)]
#[command(
    override_usage = "dergwasm run [OPTIONS] FILE [ARGS]...",
    after_help = "\
Options come before FILE; all after it belongs to the program, with or without a `--` between.

Examples:
  dergwasm run hello.wasm
  dergwasm run --dir . --env LANG=de cat.wasm --number notes.txt
  dergwasm run --dir ~/photos::/in:ro --dir out::/out --tmpfs /tmp resize.wasm
  dergwasm run --invoke add sum.wat 1 -2
  dergwasm run --invoke scale vector.wasm i32x4:1,2,3,4 0.5
  dergwasm run --fuel 1000000 --max-memory 64M --timeout 2s stranger.wasm"
)]
pub(crate) struct Run {
    /// The module, `.wasm` or `.wat`, and the program's arguments
    #[arg(value_name = "FILE", required = true, trailing_var_arg = true)]
    file_and_args: Vec<OsString>,
    /// Call this export instead; ARGS are its arguments, its results are printed one per line
    #[arg(long, value_name = "NAME")]
    invoke: Option<String>,
    /// Stop after this many units of fuel; an instruction costs about one
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// Let the program make the host keep at most this much, such as 64M: memories, tables,
    /// objects and everything else together [default: 1G]
    ///
    /// The stack comes on top, with a quarter of it, and 1M for the module's own functions.
    #[arg(long, value_name = "SIZE", value_parser = quantity::bytes)]
    max_memory: Option<u64>,
    /// Trap when calls nest deeper than this
    #[arg(long, value_name = "N")]
    max_depth: Option<u32>,
    /// Stop after this time, such as 500ms or 10s
    #[arg(long, value_name = "TIME", value_parser = quantity::duration)]
    timeout: Option<Duration>,
    /// When functions are validated and translated
    #[arg(long, value_name = "MODE", default_value = "lazy-translation")]
    mode: Mode,
    /// Do not validate the module. Only for files you trust as much as this command itself
    #[arg(long)]
    unchecked: bool,
    #[command(flatten)]
    missing: emscripten::Missing,
    #[command(flatten)]
    world: World,
}

impl Run {
    pub(crate) fn execute(&self) -> Result<(), Failure> {
        let (file, args) = self.file_and_args()?;
        let mut config = self.config();
        let module = self.module(&file, &config)?;
        let run = |config: &Config| self.run(config, &file, args, &module);
        if is_emscripten(&module) {
            return emscripten::with_deep_stack(&mut config, run);
        }
        run(&config)
    }

    fn run(
        &self,
        config: &Config,
        file: &Path,
        args: &[OsString],
        module: &Module,
    ) -> Result<(), Failure> {
        let mut machine = self.machine(config, self.world(file, args, module)?)?;
        let linker = self.missing.linker(module)?;
        ctrl_c::listen(machine.interrupt_handle());
        if let Some(limit) = self.timeout {
            watchdog::start(machine.interrupt_handle(), limit);
        }
        let ran = linker
            .instantiate(&mut machine, module)
            .map_err(Failure::from)
            .and_then(|instance| self.enter(&mut machine, module, instance, args));
        ran.map_err(|failure| failure.with_note(|error| self.note(error)))
    }

    /// FILE, and what belongs to the program.
    fn file_and_args(&self) -> Result<(PathBuf, &[OsString]), Failure> {
        let (file, args) = self
            .file_and_args
            .split_first()
            .ok_or_else(|| Failure::Usage("FILE is missing".into()))?;
        let args = match args {
            [dashes, rest @ ..] if dashes == "--" => rest,
            _ => args,
        };
        Ok((file.into(), args))
    }

    fn config(&self) -> Config {
        let mut config = Config::default();
        config.compilation_mode(self.mode.into());
        // Code that looks for an interrupt takes longer. Ctrl-C ends the process where there is none.
        config.consume_fuel(self.fuel.is_some()).interruptible(self.timeout.is_some());
        if let Some(depth) = self.max_depth {
            config.max_call_depth(depth);
        }
        if let Some(bytes) = self.max_memory {
            let stack = (bytes / 4).clamp(1 << 16, 100 << 20);
            config.max_stack_bytes(usize::try_from(stack).unwrap_or(usize::MAX));
            config.max_memory_bytes(bytes);
            config.max_total_bytes(bytes.saturating_add(stack).saturating_add(1 << 20));
        }
        config
    }

    fn module(&self, file: &Path, config: &Config) -> Result<Module, Failure> {
        if !self.unchecked {
            return input::module(file, config);
        }
        let bytes = input::read(file)?;
        trusted(config, &bytes).map_err(|error| input::refused(file, &error))
    }

    fn world(
        &self,
        file: &Path,
        args: &[OsString],
        module: &Module,
    ) -> Result<Emscripten, Failure> {
        // With --invoke, the arguments are the function's, not the program's.
        let args = if self.invoke.is_some() { &[] } else { args };
        Ok(Emscripten::new(self.world.wasi(file, args, is_emscripten(module))?))
    }

    fn machine(&self, config: &Config, world: Emscripten) -> Result<Machine<Emscripten>, Failure> {
        let mut machine = Machine::with_config(config, world);
        if let Some(fuel) = self.fuel {
            machine.set_fuel(fuel)?;
        }
        Ok(machine)
    }

    /// Runs what is to be run of an instance.
    fn enter(
        &self,
        machine: &mut Machine<Emscripten>,
        module: &Module,
        instance: Instance,
        args: &[OsString],
    ) -> Result<(), Failure> {
        // A reactor may have an export without a name to be run after it is initialized.
        let start = instance.get_func(&*machine, "_start");
        let unnamed = instance.get_func(&*machine, "");
        let initialize = instance.get_func(&*machine, "_initialize");
        // A module with `_start` is a command and not initialized.
        if start.is_none()
            && let Some(initialize) = initialize
        {
            call(machine, "_initialize", initialize, &[])?;
        }
        if start.is_none() && initialize.is_none() && is_emscripten(module) {
            if self.invoke.is_none() {
                let exports = module.decoded().exports();
                // `main`, `_main`, `__main_argc_argv`, `__main_void`
                if !exports.iter().any(|export| export.name.contains("main")) {
                    nothing_ran("`main`");
                }
                return emscripten::run(machine, instance);
            }
            emscripten::initialize(machine, instance)?;
        }
        if let Some(name) = &self.invoke {
            let Some(func) = instance.get_func(&*machine, name) else {
                return Err(missing(module, name));
            };
            let results = call(machine, name, func, args)?;
            return output::print(|out| {
                results
                    .iter()
                    .try_for_each(|value| writeln!(out, "{}", argument::show(value, machine)))
            });
        }
        match start.or(unnamed) {
            Some(start) => call(machine, "_start", start, &[]).map(drop),
            None => {
                if initialize.is_none() && module.decoded().start().is_none() {
                    nothing_ran("`_start`");
                }
                Ok(())
            }
        }
    }

    /// What can be done about an error.
    fn note(&self, error: &dergwasm::Error) -> Option<String> {
        if let ErrorKind::Store(StoreError::TotalLimit { .. } | StoreError::KindLimit { .. }) =
            error.kind()
        {
            return Some("give it more with --max-memory".into());
        }
        match error.trap()? {
            Trap::OutOfFuel => {
                let fuel = self.fuel.unwrap_or(0);
                Some(format!("the fuel is used up (--fuel {fuel}); give more to run longer"))
            }
            Trap::Interrupted if ctrl_c::was_pressed() => Some("stopped by Ctrl-C".into()),
            Trap::Interrupted => self.timeout.map(watchdog::note),
            Trap::CallStackExhausted => {
                Some("if so deep a recursion is meant, raise the limit with --max-depth".into())
            }
            Trap::HeapExhausted | Trap::ResourceLimit => {
                Some("if it needs so much memory, raise the limit with --max-memory".into())
            }
            _ => None,
        }
    }
}

/// Says that a module has nothing that would run by itself.
fn nothing_ran(missing: &str) {
    output::complain(format_args!(
        "note: nothing ran: the module has no {missing}; --invoke NAME calls an export"
    ));
}

/// Makes a module without validating it.
#[expect(unsafe_code, reason = "the one unsafe function of the facade, offered as --unchecked")]
fn trusted(config: &Config, bytes: &[u8]) -> Result<Module, dergwasm::Error> {
    // SAFETY: `--unchecked` says in its help that the file has to be trusted; who gives it vouches
    // for the file being valid.
    unsafe { Module::new_unchecked(config, bytes) }
}

fn call(
    machine: &mut Machine<Emscripten>,
    name: &str,
    func: Func,
    args: &[OsString],
) -> Result<Vec<Val>, Failure> {
    let ty = func.ty(&*machine)?;
    let args = argument::parse_all(&ty, args, machine)
        .map_err(|message| Failure::Usage(format!("cannot call `{name}`: {message}")))?;
    let mut results = vec![Val::I32(0); ty.results().len()];
    func.call(machine, &args, &mut results)?;
    Ok(results)
}

/// There is no function of that name to call; tells which there are.
fn missing(module: &Module, name: &str) -> Failure {
    /// How many are listed.
    const MOST: usize = 32;
    let decoded = module.decoded();
    let exports = || {
        let exports = decoded.exports().iter();
        exports.filter(|export| export.kind == dergwasm::ExternKind::Func)
    };
    let functions: Vec<String> = exports()
        .take(MOST)
        .map(|export| {
            let ty = decoded.export_type(export);
            format!("\n  {} {ty}", Escaped::name(&*export.name))
        })
        .collect();
    if functions.is_empty() {
        return Failure::wrong(format!("no function `{name}`: the module exports no functions"));
    }
    let more = match exports().count().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\n  … {more} more"),
    };
    Failure::wrong(format!("no function `{name}`; the module exports:{}{more}", functions.concat()))
}
