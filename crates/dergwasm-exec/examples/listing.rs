//! Shows the internal code of a function beside its WebAssembly.

use dergwasm_exec::{Config, Module, disassemble};
use dergwasm_types::FuncIdx;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let wasm = wat::parse_str(
        r#"(module
            (func $gcd (param $a i32) (param $b i32) (result i32)
                (loop $again
                    (if (i32.eqz (local.get $b)) (then (return (local.get $a))))
                    (local.get $b)
                    (local.set $b (i32.rem_u (local.get $a) (local.get $b)))
                    (local.set $a)
                    (br $again))
                unreachable))"#,
    )?;
    let module = Module::new(&wasm)?;
    print!("{}", disassemble(&Config::default(), &module, FuncIdx(0))?);
    Ok(())
}
