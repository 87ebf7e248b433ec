//! A program of the published crates, as somebody outside the repository writes one.

use dergwasm::{Error, Instance, Machine, Module};

const FIB: &[u8] = br#"(module
    (func $fib (export "fib") (param i32) (result i32)
        (if (result i32) (i32.lt_s (local.get 0) (i32.const 2))
            (then (local.get 0))
            (else (i32.add
                (call $fib (i32.sub (local.get 0) (i32.const 1)))
                (call $fib (i32.sub (local.get 0) (i32.const 2))))))))"#;

fn main() -> Result<(), Error> {
    // Optimised builds for these processors chain instructions by jumps, which is what makes them
    // fast; the build script of dergwasm-exec decides it.
    let fast = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    assert_eq!(dergwasm::exec::TAIL_CALLS, fast, "the dispatcher is not the one of this processor");

    let module = Module::new(FIB)?;
    let mut machine = Machine::new(());
    let instance = Instance::new(&mut machine, &module, &[])?;
    let fib = instance.get_typed_func::<i32, i32>(&machine, "fib")?;
    assert_eq!(fib.call(&mut machine, 20)?, 6765);
    println!("the packaged crates work");
    Ok(())
}
