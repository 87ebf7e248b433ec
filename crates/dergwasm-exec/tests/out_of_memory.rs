//! Whichever large allocation is refused, the answer is an error, and what was there still works.
#![expect(clippy::cast_possible_truncation, reason = "sizes are small")]

use dergwasm_decode::{DecodeError, DecodeOptions, Module, Validation};
use dergwasm_exec::{self as exec, CompilationMode, Config, ErrorKind, Machine, NoHost};
use dergwasm_store::{Store, StoreError};
use dergwasm_types::{FuncType, SubType, ValType};
use failing::{Failing, refuse_after};

#[path = "../../../fuzz/src/failing.rs"]
pub mod failing;

#[global_allocator]
static ALLOCATOR: Failing = Failing;

/// How many items make a list large, whatever it is of.
const MANY: u32 = 70_000;

fn leb(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// A section of so many items, each made from its number.
fn list(id: u8, count: u32, item: impl Fn(u32) -> Vec<u8>) -> Vec<u8> {
    let mut contents = leb(count);
    (0..count).for_each(|i| contents.extend(item(i)));
    section(id, &contents)
}

fn section(id: u8, contents: &[u8]) -> Vec<u8> {
    let mut section = vec![id];
    section.extend(leb(contents.len() as u32));
    section.extend(contents);
    section
}

fn module(sections: &[Vec<u8>]) -> Vec<u8> {
    [&b"\0asm\x01\0\0\0"[..], &sections.concat()].concat()
}

/// Does `work` while the first large allocation is refused, then the second, until none is. Returns
/// how many were refused.
fn refuse_each<T>(mut work: impl FnMut() -> T, mut check: impl FnMut(T, bool)) -> u32 {
    for count in 0.. {
        refuse_after(Some(count));
        let result = work();
        let refused = refuse_after(None).is_none();
        check(result, refused);
        if !refused {
            return count;
        }
    }
    unreachable!("there are fewer allocations")
}

/// Modules with one large list each.
fn modules() -> Vec<(&'static str, Vec<u8>)> {
    let types = list(1, 1, |_| vec![0x60, 0, 0]);
    let name = |i: u32| [vec![6], format!("{i:06}").into_bytes()].concat();
    let funcs = list(3, MANY, |_| vec![0]);
    let code = list(10, MANY, |_| vec![2, 0, 0x0b]);
    let long = [vec![0x41, 0], [0x41, 0, 0x6a].repeat(MANY as usize), vec![0x0b]].concat();
    vec![
        ("sections", module(&(0..MANY).map(|_| vec![0, 1, 0]).collect::<Vec<_>>())),
        ("types", module(&[list(1, MANY, |_| vec![0x60, 0, 0])])),
        (
            "imports",
            module(&[types.clone(), list(2, MANY, |i| [vec![0], name(i), vec![0, 0]].concat())]),
        ),
        ("functions", module(&[types.clone(), funcs, code])),
        ("tables", module(&[list(4, MANY, |_| vec![0x70, 0, 0])])),
        ("memories", module(&[list(5, MANY, |_| vec![0, 0])])),
        ("tags", module(&[types.clone(), list(13, MANY, |_| vec![0, 0])])),
        ("globals", module(&[list(6, MANY, |_| vec![0x7f, 0, 0x41, 0, 0x0b])])),
        ("an expression", module(&[section(6, &[vec![1, 0x7f, 0], long].concat())])),
        (
            "exports",
            module(&[
                list(5, 1, |_| vec![0, 0]),
                list(7, MANY, |i| [name(i), vec![2, 0]].concat()),
            ]),
        ),
        ("elements", module(&[list(9, MANY, |_| vec![1, 0, 0])])),
        (
            "items",
            module(&[
                types,
                list(3, 1, |_| vec![0]),
                section(9, &[vec![1, 1, 0], leb(MANY), vec![0; MANY as usize]].concat()),
                list(10, 1, |_| vec![2, 0, 0x0b]),
            ]),
        ),
        (
            "item expressions",
            module(&[section(
                9,
                &[vec![1, 5, 0x70], leb(MANY), [0xd0, 0x70, 0x0b].repeat(MANY as usize)].concat(),
            )]),
        ),
        ("data", module(&[list(11, MANY, |_| vec![1, 0])])),
    ]
}

#[test]
fn decoding_refused_memory_is_an_error() {
    // What wasmparser allocates for validation is bounded by limits, not refused.
    let mut options = DecodeOptions { validation: Validation::None, ..DecodeOptions::default() };
    options.limits.memories = MANY;
    for (what, wasm) in modules() {
        let refused = refuse_each(
            || Module::with_options(&wasm, &options),
            |result, refused| match result {
                Ok(_) => assert!(!refused, "{what}: something is lost"),
                Err(DecodeError::OutOfMemory { bytes, .. }) => {
                    assert!(refused && bytes as usize > failing::LARGE / 2, "{what}: {bytes}");
                }
                Err(error) => panic!("{what}: {error}"),
            },
        );
        assert!(refused > 0, "{what}: nothing is large");
    }
}

#[test]
fn names_that_find_no_memory_are_left_out() {
    let name = |i: u32| [leb(i), vec![1, b'f']].concat();
    let map = [leb(MANY), (0..MANY).flat_map(name).collect()].concat();
    let contents = [vec![4], b"name".to_vec(), section(1, &map)].concat();
    let wasm = module(&[section(0, &contents)]);
    let last = dergwasm_types::FuncIdx(MANY - 1);
    refuse_each(
        || {
            let left = refuse_after(None);
            let module = Module::new(&wasm).unwrap();
            refuse_after(left);
            module.names().func(last).is_some()
        },
        |found, refused| assert_eq!(found, !refused),
    );
}

/// A module whose function `f` has this body, which is translated but jumped over.
fn one_function(body: &str) -> exec::Module {
    let wat = format!(
        "(module (func $g (param anyref))
            (func (export \"f\") (param i32) (result i32) (local v128 i64)
                block
                    (br_if 0 (local.get 0))
                    {body}
                end
                (i32.add (local.get 0) (i32.const 1))))"
    );
    let mut config = Config::new();
    config.compilation_mode(CompilationMode::LazyTranslation);
    let wasm = wat::parse_str(wat).expect("a module");
    exec::Module::with_config(&config, &wasm).expect("it is valid")
}

fn is_out_of_memory(error: &exec::Error) -> bool {
    matches!(error.kind(), ErrorKind::Store(StoreError::OutOfMemory { .. }))
}

#[test]
fn translation_refused_memory_is_an_error() {
    let many = MANY as usize;
    let labels: String = (0..many).map(|label| format!("{label} ")).collect();
    let (open, close) = ("block ".repeat(many), "end ".repeat(many));
    let bodies = [
        ("code", "local.get 1 v128.not local.set 1 i64.const 5 local.set 2 ".repeat(many)),
        ("operands", "local.get 0 ".repeat(many) + &"drop ".repeat(many)),
        ("vectors", "v128.const i64x2 1 2 drop ".repeat(many)),
        ("blocks", format!("{open} {close}")),
        ("a table", format!("{open} local.get 0 br_table {labels} {close}")),
        ("references", "ref.null any call $g ".repeat(many)),
    ];
    for (what, body) in bodies {
        let module = one_function(&body);
        let mut machine = Machine::new(&Config::new());
        let instance = machine.instantiate(&mut NoHost, &module, &[]).expect("an instance");
        let func = machine.export_func(instance, "f").expect("a function");
        let mut value = [1.into()];
        let refused = refuse_each(
            || machine.invoke(&mut NoHost, func, &mut value),
            |result, refused| match result {
                Ok(()) => assert!(!refused, "{what}: something is lost"),
                Err(error) => assert!(refused && is_out_of_memory(&error), "{what}: {error}"),
            },
        );
        assert!(refused > 0, "{what}: nothing is large");
        assert_eq!(value[0].as_i32(), 2, "{what}");
    }
}

#[test]
fn tables_of_code_refused_memory_are_an_error() {
    // So many that the validator's lists are not large.
    let count = MANY / 4;
    let types = list(1, 1, |_| vec![0x60, 0, 0]);
    let funcs = list(3, count, |_| vec![0]);
    let wasm = module(&[types, funcs, list(10, count, |_| vec![2, 0, 0x0b])]);
    let mut config = Config::new();
    config.compilation_mode(CompilationMode::Eager).parallel(false);
    let module = exec::Module::with_config(&config, &wasm).expect("it is valid");
    config.consume_fuel(true);
    let refused = refuse_each(
        || {
            let mut machine = Machine::new(&config);
            machine.instantiate(&mut NoHost, &module, &[]).map(drop)
        },
        |result, refused| match result {
            Ok(()) => assert!(!refused, "something is lost"),
            Err(error) => assert!(refused && is_out_of_memory(&error), "{error}"),
        },
    );
    assert!(refused > 0, "nothing is large");
}

#[test]
fn types_refused_memory_are_an_error() {
    let ty = |params: usize| SubType::from(FuncType::new(vec![ValType::I32; params], []));
    let group: Vec<_> = (0..MANY as usize).map(|i| ty(i % 9)).collect();
    let mut store = Store::new();
    let refused = refuse_each(
        || store.intern_group(&group, &[]),
        |result, refused| match result {
            Ok(_) => assert!(!refused, "something is lost"),
            Err(error) => {
                assert!(refused && matches!(error, StoreError::OutOfMemory { .. }), "{error}");
            }
        },
    );
    assert!(refused > 0, "nothing is large");
    assert_eq!(store.type_rows().len(), group.len());
}
