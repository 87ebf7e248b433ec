//! A guest that reads a name from its memory and greets through a host function.
//!
//! Shows this crate alone: `cargo run -p dergwasm-host --example greet`.

use dergwasm_host::{Caller, Error, Linker, Machine, Module};

const GUEST: &str = r#"
(module
  (import "host" "greet" (func $greet (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "run") (param $len i32) (call $greet (i32.const 0) (local.get $len))))
"#;

/// What the host keeps: every name that was greeted.
#[derive(Default)]
struct Guests(Vec<String>);

fn greet(mut caller: Caller<'_, Guests>, ptr: u32, len: u32) -> Result<(), Error> {
    let memory = caller.heap()?;
    let bytes = memory.data(&caller)?.get(ptr as usize..).and_then(|rest| rest.get(..len as usize));
    let bytes = bytes.ok_or_else(|| Error::msg("the name is not in the guest's memory"))?;
    let name = String::from_utf8_lossy(bytes).into_owned();
    println!("Hello, {name}!");
    caller.data_mut().0.push(name);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let module = Module::new(&wat::parse_str(GUEST)?)?;
    let mut linker = Linker::new();
    linker.func_wrap("host", "greet", greet)?;

    let mut machine = Machine::new(Guests::default());
    let instance = linker.instantiate(&mut machine, &module)?;
    let run = instance.get_typed_func::<u32, ()>(&machine, "run")?;
    for name in ["dragon", "wyvern"] {
        machine.heap()?.write(&mut machine, 0, name.as_bytes())?;
        run.call(&mut machine, u32::try_from(name.len())?)?;
    }
    println!("{} guests greeted", machine.data().0.len());

    let error = run.call(&mut machine, 70_000).expect_err("there are only 65536 bytes");
    println!("error: {error}");
    Ok(())
}
