//! Structures, arrays and values of the host that a collector looks after.
//!
//! `cargo run -p dergwasm --example objects`

use dergwasm::{
    ArrayRef, Error, ExternRef, Instance, Machine, Module, OwnedRooted, RootScope, Rooted,
    StructRef, Val,
};

const GUEST: &[u8] = br#"
(module
  (type $name (array (mut i8)))
  (type $person (struct (field (ref $name)) (field (mut i32)) (field externref)))
  (func (export "birthday") (param $who (ref $person)) (result i32)
    (struct.set $person 1 (local.get $who)
      (i32.add (struct.get $person 1 (local.get $who)) (i32.const 1)))
    (struct.get $person 1 (local.get $who)))
  (func (export "initial") (param $who (ref $person)) (result i32)
    (array.get_u $name (struct.get $person 0 (local.get $who)) (i32.const 0))))
"#;

/// Makes a person; only what is returned outlives the scope.
fn person(
    machine: &mut Machine<()>,
    guest: Instance,
    name: &str,
) -> Result<OwnedRooted<StructRef>, Error> {
    let mut scope = RootScope::new(machine);
    let types = [0, 1].map(|index| guest.get_type(&scope, index));
    let [Some(name_type), Some(person_type)] = types else { return Err(Error::msg("no types")) };
    let bytes = ArrayRef::from_bytes(&mut scope, &name_type, name.as_bytes())?;
    let secret = ExternRef::new(&mut scope, format!("the secret of {name}"))?;
    let fields = [Val::from(bytes), Val::I32(36), Val::from(secret)];
    StructRef::new(&mut scope, &person_type, &fields)?.to_owned_rooted(&mut scope)
}

fn main() -> Result<(), Error> {
    let mut machine = Machine::new(());
    let guest = Instance::new(&mut machine, &Module::new(GUEST)?, &[])?;
    let ada = person(&mut machine, guest, "Ada")?;
    drop(person(&mut machine, guest, "Nobody")?);
    machine.gc();

    let ada = ada.to_rooted(&mut machine)?;
    let birthday = guest.get_typed_func::<Rooted<StructRef>, i32>(&machine, "birthday")?;
    println!("now {}, as the guest says", birthday.call(&mut machine, ada)?);
    println!("now {}, as the host says", ada.field(&mut machine, 1)?);
    let initial = guest.get_typed_func::<Rooted<StructRef>, u32>(&machine, "initial")?;
    let initial = initial.call(&mut machine, ada)?;
    println!("the name begins with {:?}", char::from_u32(initial));
    let secret = ada.field(&mut machine, 2)?.externref().expect("it was set");
    let secret = secret.data(&machine)?.and_then(|value| value.downcast_ref::<String>());
    println!("the host has {secret:?}");
    println!("collections: {}", machine.heap_stats().collections);
    Ok(())
}
