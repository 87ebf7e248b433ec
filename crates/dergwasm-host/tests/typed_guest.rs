//! A program in C that was compiled with the header a host module prints of itself.
#![cfg(feature = "macros")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_host::guest::{CStr, GuestMemory, Handle, Handles, Slice, Utf8};
use dergwasm_host::{
    DescribedModule as _, Error, GuestType, HostModule as _, Linker, Machine, Module, host_module,
};

const WASM: &[u8] = include_bytes!("guests/typed/zoo.wasm");
const HEADER: &str = include_str!("guests/typed/zoo.h");

#[derive(Clone, Copy, Debug, PartialEq, GuestType)]
#[repr(u8)]
enum Kind {
    Prey,
    Predator = 7,
}

#[derive(Clone, Copy, Debug, GuestType)]
#[repr(C)]
struct Animal {
    kind: Kind,
    born: u64,
    weight: f32,
    spots: [i16; 3],
    awake: bool,
    nickname: Option<CStr>,
}

#[derive(Clone, Copy, Debug, GuestType)]
#[repr(i32)]
enum Outcome {
    Done,
    Gone = 3,
}

impl From<Outcome> for i32 {
    fn from(outcome: Outcome) -> Self {
        outcome as Self
    }
}

impl From<Error> for Outcome {
    fn from(_: Error) -> Self {
        Self::Gone
    }
}

/// Animals with their names.
#[derive(Default)]
struct Zoo(Handles<(Animal, String)>);

/// What guests call an animal; only its handles are used.
type Key = Handle<Animal>;

fn key(animal: Key) -> Handle<(Animal, String)> {
    Handle::from_id(animal.id())
}

#[host_module("zoo")]
impl Zoo {
    /// Takes an animal in.
    #[host_fn]
    fn add(&mut self, animal: &Animal, name: &str) -> Result<Handle<Animal>, Error> {
        let handle = self.0.insert((*animal, name.to_string()))?;
        Ok(Handle::from_id(handle.id()))
    }

    /// Looks at an animal.
    #[host_fn(errno)]
    fn get(&self, animal: Key) -> Result<Animal, Outcome> {
        Ok(self.0.get(key(animal))?.0)
    }

    #[host_fn(errno)]
    fn set_free(&mut self, animal: Key) -> Result<(), Outcome> {
        self.0.remove(key(animal)).map(drop).map_err(Outcome::from)
    }

    #[host_fn]
    fn name(
        &self,
        memory: &mut GuestMemory<'_>,
        animal: Key,
        text: Slice<u8>,
    ) -> Result<u32, Error> {
        let place = Utf8::new(text.address(), text.len());
        let len = place.write_from(memory, &self.0.get(key(animal))?.1)?;
        Ok(u32::try_from(len).unwrap())
    }

    #[host_fn]
    fn nickname(
        memory: &mut GuestMemory<'_>,
        animal: &Animal,
        text: Slice<u8>,
    ) -> Result<u32, Error> {
        let name = animal.nickname.ok_or_else(|| Error::msg("it has none"))?;
        let name = name.bytes(memory)?.to_vec();
        text.write_from(memory, &name)?;
        Ok(u32::try_from(name.len()).unwrap())
    }

    #[host_fn]
    fn weight(animals: &[Animal]) -> f64 {
        animals.iter().map(|animal| f64::from(animal.weight)).sum()
    }

    #[host_fn]
    fn eats(eater: Kind, eaten: Kind) -> bool {
        (eater, eaten) == (Kind::Predator, Kind::Prey)
    }

    #[host_fn]
    fn scale(memory: &mut GuestMemory<'_>, numbers: Slice<i16>, by: i16) -> Result<Outcome, Error> {
        let mut values = numbers.read_vec(memory)?;
        values.iter_mut().for_each(|value| *value = value.wrapping_mul(by));
        numbers.write_from(memory, &values)?;
        Ok(Outcome::Done)
    }
}

#[test]
fn the_header_is_what_the_module_prints() {
    let printed = Zoo::describe().to_c();
    if std::env::var_os("BLESS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/guests/typed/zoo.h");
        std::fs::write(path, &printed).unwrap();
    }
    assert_eq!(printed, HEADER, "run the test with BLESS=1, then `cargo xtask guests typed`");
}

#[test]
fn a_program_in_c_and_the_host_agree() {
    let module = Module::new(WASM).unwrap();
    let mut linker = Linker::new();
    Zoo::define(&mut linker, |zoo| zoo).unwrap();
    let mut machine = Machine::new(Zoo::default());
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap(), 0, "the check of this number failed");
    let names: Vec<_> = machine.data().0.iter().map(|(_, (_, name))| name.as_str()).collect();
    assert_eq!(names, ["lion"]);
}
