//! Exceptions: thrown by the host, caught by WebAssembly, and the other way round.
//!
//! `cargo run -p dergwasm --example exceptions`

use dergwasm::{Caller, Error, ExnRef, FuncType, Linker, Machine, Module, Tag, Val, ValType};

const GUEST: &[u8] = br#"
(module $shop
  (import "bank" "refused" (tag $refused (param i64)))
  (import "bank" "pay" (func $pay (param i64)))
  ;; Pays, or says what was refused.
  (func (export "buy") (param $price i64) (result i64)
    (block $caught (result i64)
      (try_table (catch $refused $caught) (call $pay (local.get $price)))
      (i64.const 0)))
  (func $insist (export "insist") (param $price i64)
    (call $pay (local.get $price))))
"#;

/// The machine's data.
struct Bank {
    balance: i64,
    refused: Option<Tag>,
}

fn pay(mut caller: Caller<'_, Bank>, amount: i64) -> Result<(), Error> {
    let balance = caller.data().balance;
    if let Some(tag) = caller.data().refused.filter(|_| amount > balance) {
        let exception = ExnRef::new(&mut caller, &tag, &[Val::I64(amount - balance)])?;
        return Err(exception.throw(&mut caller));
    }
    caller.data_mut().balance -= amount;
    Ok(())
}

fn main() -> Result<(), Error> {
    let mut machine = Machine::new(Bank { balance: 100, refused: None });
    let refused = Tag::new(&mut machine, FuncType::new([ValType::I64], []))?;
    machine.data_mut().refused = Some(refused);
    let mut linker = Linker::new();
    linker.define(&machine, "bank", "refused", refused)?.func_wrap("bank", "pay", pay)?;
    let instance = linker.instantiate(&mut machine, &Module::new(GUEST)?)?;

    let buy = instance.get_typed_func::<i64, i64>(&machine, "buy")?;
    for price in [30, 90] {
        println!("buying for {price}: {} is missing", buy.call(&mut machine, price)?);
    }
    let insist = instance.get_typed_func::<i64, ()>(&machine, "insist")?;
    let error = insist.call(&mut machine, 75).expect_err("70 are left");
    println!("{error}");
    if let Some(caught) = ExnRef::from_error(&mut machine, &error) {
        assert_eq!(caught.tag(&machine)?, refused);
        println!("caught here, with the value {}", caught.fields(&mut machine)?[0]);
    }
    Ok(())
}
