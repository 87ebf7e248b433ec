//! Two plugins that share code and nothing else: each has a machine of its own.
//!
//! `cargo run -p dergwasm --example plugins`

use dergwasm::{Caller, Error, Linker, Machine, Module, TypedFunc, guest::Utf8};

/// Counts its events in its memory and reports them; stumbles over event 13.
const PLUGIN: &[u8] = br#"
(module
  (import "plugin" "report" (func $report (param i32 i32 i32)))
  (memory 1)
  (data (i32.const 8) "events")
  (func (export "on_event") (param $event i32)
    (if (i32.eq (local.get $event) (i32.const 13)) (then unreachable))
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
    (call $report (i32.const 8) (i32.const 6) (i32.load (i32.const 0)))))
"#;

/// What the host keeps for each plugin: what it reported.
type Reports = Vec<String>;

fn report(mut caller: Caller<'_, Reports>, what: Utf8, count: u32) -> Result<(), Error> {
    let report = format!("{count} {}", what.to_str(&caller)?);
    caller.data_mut().push(report);
    Ok(())
}

/// A plugin's machine, and the function it is called by.
type Plugin = (Machine<Reports>, TypedFunc<u32, ()>);

fn load(linker: &Linker<Reports>, module: &Module) -> Result<Plugin, Error> {
    let mut machine = Machine::new(Reports::new());
    let instance = linker.instantiate(&mut machine, module)?;
    let on_event = instance.get_typed_func(&machine, "on_event")?;
    Ok((machine, on_event))
}

fn main() -> Result<(), Error> {
    let module = Module::new(PLUGIN)?;
    let mut linker = Linker::new();
    linker.func_wrap("plugin", "report", report)?;
    let mut plugins = [load(&linker, &module)?, load(&linker, &module)?];
    for (number, event) in [(0, 1), (0, 2), (1, 13), (1, 3)] {
        let (machine, on_event) = &mut plugins[number];
        match on_event.call(&mut *machine, event) {
            Ok(()) => println!("plugin {number}: {}", machine.data().join(", ")),
            Err(error) => println!("plugin {number}: {error}"),
        }
    }
    Ok(())
}
