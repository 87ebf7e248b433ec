//! Host modules made by `#[host_module]`, as guests see them.
#![cfg(feature = "macros")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_host::{
    Caller, DescribedModule as _, Error, GuestType, HostModule as _, Instance, Linker, Machine,
    Module, Trap, Val, ValType,
    guest::{CStr, GuestMemory, Handle, Handles, Out, Ptr, Slice},
    host_module,
};

#[derive(Clone, Copy, Debug, PartialEq, GuestType)]
#[repr(i8)]
enum Element {
    Fire = -1,
    Ice,
}

#[derive(Clone, Copy, Debug, PartialEq, GuestType)]
#[repr(C)]
struct Dragon {
    element: Element,
    size: f64,
    heads: [u16; 3],
}

#[derive(Debug)]
enum Fault {
    Empty = 7,
}

impl From<Fault> for i32 {
    fn from(fault: Fault) -> Self {
        fault as Self
    }
}

/// The machine's data.
#[derive(Default)]
struct World {
    lair: Lair,
    log: Vec<String>,
}

/// Where dragons live.
#[derive(Default)]
struct Lair {
    dragons: Handles<Dragon>,
}

#[host_module("lair")]
impl Lair {
    /// Puts a dragon into the lair.
    ///
    /// It gets a handle.
    #[host_fn]
    fn add(&mut self, dragon: &Dragon) -> Result<Handle<Dragon>, Error> {
        self.dragons.insert(*dragon)
    }

    #[host_fn]
    fn element(&self, dragon: Handle<Dragon>) -> Result<Element, Error> {
        Ok(self.dragons.get(dragon)?.element)
    }

    #[host_fn(name = "sum-of", errno)]
    fn sum(numbers: &[u32], _unused: bool) -> Result<u64, Fault> {
        if numbers.is_empty() {
            return Err(Fault::Empty);
        }
        Ok(numbers.iter().map(|&n| u64::from(n)).sum())
    }

    #[host_fn(errno)]
    fn is_ice(element: Element) -> Result<(), Fault> {
        if element == Element::Ice { Ok(()) } else { Err(Fault::Empty) }
    }

    #[host_fn]
    fn reverse(&mut self, memory: &mut GuestMemory<'_>, bytes: Slice<u8>) -> Result<(), Error> {
        bytes.bytes_mut(memory)?.reverse();
        Ok(())
    }

    #[host_fn]
    fn log(caller: &mut Caller<'_, World>, name: &str, more: CStr) -> Result<(), Error> {
        let line = format!("{name}{}", more.to_str(caller)?);
        caller.data_mut().log.push(line);
        Ok(())
    }

    #[host_fn]
    fn fail(how: u32) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        match how {
            0 => Err("no reason".into()),
            1 => Err(Error::exit(3).into()),
            _ => Err(Trap::Unreachable.into()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "more than a closure may have")]
    #[host_fn]
    fn many(
        a: u8,
        b: u32,
        c: u32,
        d: u32,
        e: u32,
        f: u32,
        g: u32,
        h: u32,
        i: u32,
        j: u32,
        k: u32,
        l: u32,
        m: u32,
        n: u32,
        o: u32,
        p: u32,
        q: u32,
        r: i64,
    ) -> (u32, i64) {
        let all = [u32::from(a), b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q];
        (all.iter().copied().fold(0, u32::wrapping_add), r)
    }

    #[host_fn]
    fn copy(from: Ptr<Dragon>, memory: &mut GuestMemory<'_>, to: Out<Dragon>) -> Result<(), Error> {
        let dragon = from.read(memory)?;
        to.write(memory, &dragon)
    }

    #[host_fn]
    fn optional(text: Option<&str>, bytes: Option<&[u8]>, dragon: Option<&Dragon>) -> u32 {
        let bytes = bytes.map_or(0, <[u8]>::len) + text.map_or(0, str::len);
        u32::try_from(bytes).unwrap() * 10 + u32::from(dragon.map_or(9, |dragon| dragon.heads[2]))
    }

    #[host_fn]
    fn optional_copies(
        _caller: &mut Caller<'_, World>,
        text: Option<&str>,
        bytes: Option<&[u8]>,
        dragon: Option<&Dragon>,
    ) -> u32 {
        Self::optional(text, bytes, dragon)
    }

    fn not_for_guests(&self) -> usize {
        self.dragons.len()
    }
}

/// A guest that exports what it imports, with `"dragon\0"` at 8 and a dragon at 32.
fn instantiate(machine: &mut Machine<World>) -> Result<Instance, Error> {
    let mut linker = Linker::new();
    Lair::define(&mut linker, |world: &mut World| &mut world.lair)?;
    // Dragon { Fire, 0.5, [1, 2, 3] }
    let wat = r#"(module
        (import "lair" "add" (func $add (param i32) (result i32)))
        (import "lair" "element" (func $element (param i32) (result i32)))
        (import "lair" "sum-of" (func $sum (param i32 i32 i32 i32) (result i32)))
        (import "lair" "is_ice" (func $is_ice (param i32) (result i32)))
        (import "lair" "reverse" (func $reverse (param i32 i32)))
        (import "lair" "log" (func $log (param i32 i32 i32)))
        (import "lair" "fail" (func $fail (param i32)))
        (import "lair" "many" (func $many (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32
            i32 i32 i32 i32 i32 i64) (result i32 i64)))
        (import "lair" "copy" (func $copy (param i32 i32)))
        (import "lair" "optional" (func $optional (param i32 i32 i32 i32 i32) (result i32)))
        (import "lair" "optional_copies" (func $copies (param i32 i32 i32 i32 i32) (result i32)))
        (export "optional" (func $optional)) (export "copies" (func $copies))
        (export "add" (func $add)) (export "element" (func $element)) (export "sum" (func $sum))
        (export "is_ice" (func $is_ice)) (export "reverse" (func $reverse))
        (export "log" (func $log)) (export "fail" (func $fail)) (export "many" (func $many))
        (export "copy" (func $copy))
        (memory 1)
        (data (i32.const 8) "dragon\00")
        (data (i32.const 32) "\ff....\00..\00\00\00\00\00\00\e0\3f\01\00\02\00\03\00"))"#;
    let module = Module::new(&wat::parse_str(wat).unwrap())?;
    linker.instantiate(machine, &module)
}

/// Calls an import of such a guest, for the memory of the first one.
fn call(machine: &mut Machine<World>, name: &str, params: &[Val]) -> Result<Vec<Val>, Error> {
    let instance = instantiate(machine)?;
    let func = instance.get_func(&*machine, name).unwrap();
    let mut results = vec![Val::I32(0); func.ty(&*machine)?.results().len()];
    func.call(machine, params, &mut results)?;
    Ok(results)
}

fn int(n: i32) -> Val {
    Val::I32(n)
}

fn message(name: &str, params: &[Val]) -> String {
    call(&mut Machine::new(World::default()), name, params).unwrap_err().to_string()
}

#[test]
fn structures_and_enumerations_cross_the_border() {
    let machine = &mut Machine::new(World::default());
    let handle = call(machine, "add", &[int(32)]).unwrap();
    let dragon = Dragon { element: Element::Fire, size: 0.5, heads: [1, 2, 3] };
    let kept: Vec<_> = machine.data().lair.dragons.iter().map(|(_, dragon)| *dragon).collect();
    assert_eq!(kept, [dragon]);
    assert_eq!(call(machine, "element", &handle).unwrap(), [int(-1)]);
    assert_eq!(machine.data().lair.not_for_guests(), 1);

    call(machine, "copy", &[int(32), int(100)]).unwrap();
    let heap = machine.heap().unwrap();
    let bytes = &heap.data(machine).unwrap()[100..124];
    assert_eq!((bytes[0], bytes[1]), (0xff, 0), "the padding is left alone");
    assert_eq!(bytes[15..], [0x3f, 1, 0, 2, 0, 3, 0, 0, 0]);
}

#[test]
fn errno_and_out_parameter_return_together() {
    let machine = &mut Machine::new(World::default());
    assert_eq!(call(machine, "sum", &[int(8), int(1), int(0), int(200)]).unwrap(), [int(0)]);
    let sum = machine.heap().unwrap().get::<u64>(&*machine, 200).unwrap();
    assert_eq!(sum, u64::from(u32::from_le_bytes(*b"drag")));
    assert_eq!(call(machine, "sum", &[int(8), int(0), int(0), int(200)]).unwrap(), [int(7)]);
    assert_eq!(call(machine, "is_ice", &[int(0)]).unwrap(), [int(0)]);
    assert_eq!(call(machine, "is_ice", &[int(-1)]).unwrap(), [int(7)]);
}

#[test]
fn hostile_arguments_are_errors_that_name_them() {
    let bounds = "is out of bounds of memory of 0x10000 bytes";
    for (name, params, expected) in [
        (
            "add",
            &[int(-1)][..],
            format!("`dragon` of `lair.add`: 0xffffffff..0x100000017 {bounds}"),
        ),
        ("add", &[int(8)], "`dragon` of `lair.add`: 100 is not a value of `Element`".into()),
        (
            "is_ice",
            &[int(255)],
            "`element` of `lair.is_ice`: 255 is not a number from -128 to 127".into(),
        ),
        (
            "element",
            &[int(77)],
            "`dragon` of `lair.element`: 0x4d is no handle of Dragon, or no longer one".into(),
        ),
        (
            "sum",
            &[int(8), int(-1), int(0), int(0)],
            format!("`numbers` of `lair.sum-of`: 0x8..0x400000004 {bounds}"),
        ),
        (
            "sum",
            &[int(8), int(1), int(2), int(0)],
            "`unused` of `lair.sum-of`: 2 is not a bool, which is 0 or 1".into(),
        ),
        (
            "sum",
            &[int(8), int(1), int(1), int(65529)],
            format!("`result` of `lair.sum-of`: 0xfff9..0x10001 {bounds}"),
        ),
        (
            "reverse",
            &[int(65535), int(2)],
            format!("`bytes` of `lair.reverse`: 0xffff..0x10001 {bounds}"),
        ),
        (
            "log",
            &[int(32), int(1), int(8)],
            "`name` of `lair.log`: the string at 0x20 is not UTF-8 after 0 bytes".into(),
        ),
    ] {
        assert_eq!(message(name, params), format!("argument {expected}"));
    }
}

#[test]
fn no_arguments_do_harm() {
    let machine = &mut Machine::new(World::default());
    let instance = instantiate(machine).unwrap();
    let exports: Vec<_> = instance
        .exports(&*machine)
        .unwrap()
        .filter_map(|it| it.into_extern().into_func())
        .collect();
    let edges = [0, 1, 8, 32, 0xfff0, 0xffff, 0x1_0000, 0x7fff_ffff, -1, i32::MIN];
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        edges[state as usize >> 8 & 7] ^ edges[state as usize >> 16 & 7] ^ (state >> 29) as i32
    };
    let mut outcomes = [0; 2];
    for _ in 0..500 {
        for func in &exports {
            let ty = func.ty(&*machine).unwrap();
            let mut params: Vec<_> = ty.params().iter().map(|_| int(next())).collect();
            if ty.params().last() == Some(&ValType::I64) {
                *params.last_mut().unwrap() = Val::I64(next().into());
            }
            let mut results = vec![Val::I32(0); ty.results().len()];
            let ok = func.call(&mut *machine, &params, &mut results).is_ok();
            outcomes[usize::from(ok)] += 1;
        }
    }
    assert!(outcomes.iter().all(|&count| count > 500), "{outcomes:?}");
}

#[test]
fn null_is_none() {
    let machine = &mut Machine::new(World::default());
    for name in ["optional", "copies"] {
        let mut check = |params: [i32; 5], expected| {
            assert_eq!(call(machine, name, &params.map(int)).unwrap(), [int(expected)], "{name}");
        };
        check([0, 5, 0, 5, 0], 9);
        check([8, 6, 8, 2, 32], 83);
        check([0, -1, 8, 2, 0], 29);
    }
    assert!(message("optional", &[int(1), int(-1), int(0), int(0), int(0)]).contains("`text`"));
}

#[test]
fn the_caller_and_the_memory_are_injected() {
    let machine = &mut Machine::new(World::default());
    call(machine, "log", &[int(8), int(4), int(12)]).unwrap();
    call(machine, "reverse", &[int(8), int(6)]).unwrap();
    assert_eq!(machine.data().log, ["dragon"]);
}

#[test]
fn errors_stay_what_they_are() {
    let fail = |how| call(&mut Machine::new(World::default()), "fail", &[int(how)]).unwrap_err();
    assert_eq!(fail(0).to_string(), "no reason");
    assert_eq!(fail(1).exit_status(), Some(3));
    assert_eq!(fail(2).trap(), Some(Trap::Unreachable));
}

#[test]
fn there_may_be_more_than_sixteen_parameters() {
    let mut params = vec![int(1); 17];
    params.push(Val::I64(-5));
    let results = call(&mut Machine::new(World::default()), "many", &params).unwrap();
    assert_eq!(results, [int(17), Val::I64(-5)]);
}

#[test]
fn a_module_describes_itself() {
    let description = Lair::describe();
    assert_eq!((Lair::NAME, description.docs.as_str()), ("lair", ""));
    assert_eq!(description.functions[0].docs, "Puts a dragon into the lair.\n\nIt gets a handle.");
    let header = description.to_c();
    for line in [
        "#define Element_Fire ((Element)-1)",
        "typedef struct Dragon {\n  Element element;\n  double size;\n  uint16_t heads[3];\n} Dragon;",
        "DragonHandle add(const Dragon *dragon);",
        "int32_t sum(const uint32_t *numbers, size_t numbers_len, bool unused, uint64_t *result);",
        "void reverse(uint8_t *bytes, size_t bytes_len);",
        "void log(const char *name, size_t name_len, const char *more);",
    ] {
        let line = line.replace("sum(", "sum_of(");
        assert!(header.contains(&line), "{line} is not in\n{header}");
    }
}

/// With 64-bit addresses.
struct Wide;

#[host_module("wide", wide, crate = dergwasm_host)]
impl Wide {
    #[host_fn]
    fn len(text: &str) -> u64 {
        text.len() as u64
    }
}

#[test]
fn wide_modules_take_64_bit_addresses() {
    let wat = r#"(module (import "wide" "len" (func $len (param i64 i64) (result i64)))
        (memory i64 1) (data (i64.const 8) "dragon")
        (func (export "run") (param i64 i64) (result i64)
            (call $len (local.get 0) (local.get 1))))"#;
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut linker = Linker::new();
    Wide::define(&mut linker, |wide| wide).unwrap();
    let mut machine = Machine::new(Wide);
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(u64, u64), u64>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, (8, 6)).unwrap(), 6);
    for (address, len) in [(u64::MAX, 1), (8, u64::MAX), (1 << 40, 0)] {
        assert!(run.call(&mut machine, (address, len)).is_err());
    }
}

/// A host that is generic over what it does.
struct Apply<F>(F);

#[host_module("apply")]
impl<F: Fn(u32) -> u32 + 'static> Apply<F> {
    #[host_fn]
    fn apply(&self, number: u32) -> u32 {
        (self.0)(number)
    }
}

#[test]
fn a_host_may_be_generic() {
    let wat = r#"(module (import "apply" "apply" (func $apply (param i32) (result i32)))
        (func (export "run") (result i32) (call $apply (i32.const 20))))"#;
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut linker = Linker::new();
    Apply::define(&mut linker, |host| host).unwrap();
    let mut machine = Machine::new(Apply(|number| number + 1));
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), u32>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap(), 21);
}
