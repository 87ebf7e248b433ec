//! A game's interface to its scripts: a host module with handles, structures and errors.
//!
//! `cargo run -p dergwasm --example game`

use dergwasm::guest::{Handle, Handles};
use dergwasm::{Error, GuestType, HostModule, Linker, Machine, Module, host_module};

const SCRIPT: &[u8] = br#"
(module
  (import "game" "spawn" (func $spawn (param i32 i32 i32) (result i32)))
  (import "game" "move_by" (func $move_by (param i32 i32)))
  (import "game" "despawn" (func $despawn (param i32)))
  (memory 1)
  (data (i32.const 8) "Smaug\00\00\00\00\00\80\3f\00\00\00\40") ;; 1.0, 2.0
  (func (export "play") (local $dragon i32)
    (local.set $dragon (call $spawn (i32.const 8) (i32.const 5) (i32.const 16)))
    (call $move_by (local.get $dragon) (i32.const 16))
    (call $despawn (local.get $dragon))
    (call $move_by (local.get $dragon) (i32.const 16))))
"#;

#[derive(Clone, Copy, GuestType)]
#[repr(C)]
struct Point([f32; 2]);
struct Entity(String, Point);
struct Game(Handles<Entity>);

#[host_module("game")]
impl Game {
    #[host_fn]
    fn spawn(&mut self, name: &str, at: &Point) -> Result<Handle<Entity>, Error> {
        self.0.insert(Entity(name.to_string(), *at))
    }

    #[host_fn]
    fn move_by(&mut self, entity: Handle<Entity>, delta: &Point) -> Result<(), Error> {
        let Entity(name, at) = self.0.get_mut(entity)?;
        *at = Point([at.0[0] + delta.0[0], at.0[1] + delta.0[1]]);
        println!("{name} is at {:?}", at.0);
        Ok(())
    }

    #[host_fn]
    fn despawn(&mut self, entity: Handle<Entity>) -> Result<(), Error> {
        self.0.remove(entity).map(drop)
    }
}

fn main() -> Result<(), Error> {
    let mut linker = Linker::new();
    Game::define(&mut linker, |game| game)?;
    let mut machine = Machine::new(Game(Handles::new()));
    let instance = linker.instantiate(&mut machine, &Module::new(SCRIPT)?)?;
    let play = instance.get_typed_func::<(), ()>(&machine, "play")?;
    println!("{}", play.call(&mut machine, ()).expect_err("the dragon is gone"));
    Ok(())
}
