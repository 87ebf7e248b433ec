//! Host functions with state that call back into WebAssembly and fail in their own way.
//!
//! `cargo run -p dergwasm --example host_function`

use dergwasm::{Caller, Error, Linker, Machine, Module};

const GUEST: &[u8] = br#"
(module
  (import "bank" "deposit" (func $deposit (param i64)))
  (import "bank" "withdraw" (func $withdraw (param i64) (result i64)))
  (func (export "on_change") (param $balance i64) (result i64)
    (i64.div_s (local.get $balance) (i64.const 10)))
  (func (export "run") (result i64)
    (call $deposit (i64.const 100))
    (drop (call $withdraw (i64.const 30)))
    (call $withdraw (i64.const 80))))
"#;

/// An error of the host's own, which passes through WebAssembly unchanged.
#[derive(Debug, thiserror::Error)]
#[error("{0} is more than there is")]
struct Overdrawn(i64);

/// The machine's data: the balance.
type Bank = i64;

fn deposit(mut caller: Caller<'_, Bank>, amount: i64) -> Result<(), Error> {
    *caller.data_mut() += amount;
    let balance = *caller.data();
    let guest = caller.instance().ok_or_else(|| Error::msg("only WebAssembly may deposit"))?;
    let callback = guest.get_typed_func::<i64, i64>(&caller, "on_change")?;
    let tenth = callback.call(&mut caller, balance)?;
    println!("the balance is {balance}; WebAssembly says a tenth of it is {tenth}");
    Ok(())
}

fn withdraw(mut caller: Caller<'_, Bank>, amount: i64) -> Result<i64, Error> {
    if amount > *caller.data() {
        return Err(Error::new(Overdrawn(amount)));
    }
    *caller.data_mut() -= amount;
    Ok(amount)
}

fn main() -> Result<(), Error> {
    let mut linker = Linker::new();
    linker.func_wrap("bank", "deposit", deposit)?.func_wrap("bank", "withdraw", withdraw)?;
    let mut machine = Machine::new(0);
    let instance = linker.instantiate(&mut machine, &Module::new(GUEST)?)?;
    let run = instance.get_typed_func::<(), i64>(&machine, "run")?;
    let Overdrawn(amount) = run.call(&mut machine, ()).expect_err("30 + 80 > 100").downcast()?;
    println!("refused to pay {amount}, {} are left", machine.data());
    Ok(())
}
