//! What a failed instantiation leaves behind: nothing, unless something may still lead to it.

#![expect(clippy::unwrap_used, reason = "a test that fails here says enough")]

use dergwasm::{
    Config, Decision, Linker, Machine, Module, ResourceLimiter, Table, TableType, Trap, Val,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// 24 bits of bytes.
const LIMIT: u64 = 16 << 20;

fn limited() -> Config {
    let mut config = Config::untrusted();
    config.max_total_bytes(LIMIT).max_stack_bytes(1 << 20);
    config
}

fn total<T>(machine: &Machine<T>) -> u64 {
    machine.core().store().total_bytes()
}

/// A module that takes memory and functions and then fails.
fn failing(rest: &str) -> Module {
    let funcs = "(func (result i32) (i32.const 1))".repeat(20);
    let wat = format!(
        "(module (import \"host\" \"table\" (table 3 funcref)) {funcs}
            (memory 1) (table $own 10 funcref) (global (mut i32) (i32.const 0)) (tag)
            (elem declare func 0) {rest})"
    );
    Module::new(wat.as_bytes()).unwrap()
}

#[test]
fn a_failed_instantiation_gives_back_what_it_took() {
    let mut machine = Machine::with_config(&limited(), ());
    let ty = TableType::new(dergwasm::RefType::FUNC, 3, None);
    let table = Table::new(&mut machine, ty, Val::FuncRef(None)).unwrap();
    let mut linker = Linker::new();
    linker.define(&machine, "host", "table", table).unwrap();
    let modules = [
        failing("(data (i32.const 65530) \"too far away\")"),
        failing("(elem (table $own) (i32.const 8) func 0 1 2 3)"),
        failing("(elem (table 0) (i32.const 2) func 0 1 2 3)"),
        failing("(table 100000000 funcref)"),
        failing("(memory 250)"),
    ];
    let mut before = None;
    for _ in 0..200 {
        for module in &modules {
            linker.instantiate(&mut machine, module).unwrap_err();
            let store = machine.core().store();
            let now = (total(&machine), store.funcs().len(), store.memories().len());
            assert_eq!(*before.get_or_insert(now), now);
        }
    }
    // With a start function that traps, and no imports through which it could be seen.
    let start = Module::new(
        b"(module (memory 10) (func $f (i32.store (i32.const 65536) (i32.const -1)) unreachable)
            (start $f))",
    )
    .unwrap();
    for _ in 0..200 {
        let error = linker.instantiate(&mut machine, &start).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Unreachable));
        assert_eq!(Some(total(&machine)), before.map(|before| before.0));
    }
    let good = Module::new(
        b"(module (memory 10) (func (export \"f\") (result i32) (i32.load (i32.const 65536))))",
    )
    .unwrap();
    let instance = linker.instantiate(&mut machine, &good).unwrap();
    let f = instance.get_typed_func::<(), i32>(&machine, "f").unwrap();
    assert_eq!(f.call(&mut machine, ()).unwrap(), 0, "nothing of a failed instance is seen");
}

/// What an instance wrote to a table before it failed stays callable, as the specification demands.
#[test]
fn functions_of_a_failed_instance_that_were_put_into_a_table_stay() {
    let mut machine = Machine::new(());
    let ty = TableType::new(dergwasm::RefType::FUNC, 3, None);
    let table = Table::new(&mut machine, ty, Val::FuncRef(None)).unwrap();
    let mut linker = Linker::new();
    linker.define(&machine, "host", "table", table).unwrap();
    machine.set_limiter(dergwasm::ResourceLimits::new().instances(1));
    let module = failing("(elem (table 0) (i32.const 0) func 0) (data (i32.const 65536) \"x\")");
    for _ in 0..10 {
        let error = linker.instantiate(&mut machine, &module).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds), "it does not count: {error}");
    }
    let caller = Module::new(
        b"(module (import \"host\" \"table\" (table 3 funcref))
            (func (export \"f\") (result i32) (call_indirect (result i32) (i32.const 0))))",
    )
    .unwrap();
    let instance = linker.instantiate(&mut machine, &caller).unwrap();
    let f = instance.get_typed_func::<(), i32>(&machine, "f").unwrap();
    assert_eq!(f.call(&mut machine, ()).unwrap(), 1);
}

/// What a machine holds: bytes, functions, tables, memories, globals, tags, instances.
fn holds<T>(machine: &Machine<T>) -> [u64; 7] {
    let store = machine.core().store();
    let counts = [
        store.funcs().len(),
        store.tables().len(),
        store.memories().len(),
        store.globals().len(),
        store.tags().len(),
        store.instances().len(),
    ];
    let [funcs, tables, memories, globals, tags, instances] = counts.map(|count| count as u64);
    [store.total_bytes(), funcs, tables, memories, globals, tags, instances]
}

/// Everything that a linker makes anew for an instance.
const MADE: &str = r#"
    (type $pair (struct (field i32 i32)))
    (import "env" "memory" (memory 1))
    (import "env" "memory" (memory 1))
    (import "env" "__indirect_function_table" (table 10 funcref))
    (import "env" "__cpp_exception" (tag (param i32)))
    (import "wasi" "thread-spawn" (func (param i32) (result i32)))
    (import "host" "f" (func (param i32) (result i32)))
    (import "host" "pair" (func (param (ref null $pair))))"#;

/// The ways in which an instantiation fails. The last of them is what a limiter says no to.
const FAILS: [&str; 7] = [
    "(import \"host\" \"g\" (func (param f32)))",
    "(data (i32.const 65530) \"too far away\")",
    "(elem (i32.const 9) func 0 1 2)",
    "(memory 1) (memory 10000)",
    "(table 100000000 funcref)",
    "(global (ref $pair) (struct.new $pair (i32.const 1) (i32.const 2)))
     (data (i32.const 65530) \"too far away\")",
    "(memory 77)",
];

fn linker_for(module: &Module) -> Linker<Says> {
    let mut linker = Linker::new();
    linker.func_wrap("host", "f", |x: i32| x).unwrap();
    linker.func_wrap("host", "g", |x: i32| x).unwrap();
    linker.func_fuel("host", "f", 3).unwrap();
    for import in linker.missing_imports(module) {
        if let ("pair", dergwasm::ExternType::Func(ty)) = (&*import.name, import.wanted) {
            linker.func_new("host", "pair", ty, |_, _, _| Ok(())).unwrap();
        }
    }
    linker.define_environment(module).unwrap();
    linker
}

/// What becomes of a memory of 77 pages.
enum Says {
    Decision(Decision),
    Panic,
}

impl ResourceLimiter for Says {
    fn memory_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> Decision {
        match self {
            _ if desired != 77 << 16 => Decision::Allow,
            Self::Decision(decision) => *decision,
            Self::Panic => panic!("the limiter panics"),
        }
    }

    fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> Decision {
        Decision::Allow
    }
}

#[test]
fn what_a_linker_makes_for_an_instance_goes_with_it() {
    for says in [Says::Decision(Decision::Deny), Says::Decision(Decision::Trap), Says::Panic] {
        let mut machine = Machine::with_config(&limited(), says);
        machine.limiter(|says| says);
        let modules = FAILS.map(|fails| {
            // Imports come first.
            let wat = match fails.starts_with("(import") {
                true => format!("(module {MADE} {fails})"),
                false => format!("(module {MADE} {fails} (elem declare func 0))"),
            };
            let module = Module::with_config(&limited(), wat.as_bytes()).unwrap();
            let linker = linker_for(&module);
            (module, linker)
        });
        let mut before = None;
        for round in 0..50 {
            for (i, (module, linker)) in modules.iter().enumerate() {
                let made = catch_unwind(AssertUnwindSafe(|| {
                    linker.instantiate(&mut machine, module).map(|_| ())
                }));
                assert!(!matches!(made, Ok(Ok(()))), "module {i} is to fail");
                let now = holds(&machine);
                if round > 0 {
                    assert_eq!(*before.get_or_insert(now), now, "after module {i}");
                }
            }
        }
        // The machine works.
        let wat =
            format!("(module {MADE} (func (export \"g\") (result i32) (call 1 (i32.const 5))))");
        let module = Module::new(wat.as_bytes()).unwrap();
        let instance = linker_for(&module).instantiate(&mut machine, &module).unwrap();
        let g = instance.get_typed_func::<(), i32>(&machine, "g").unwrap();
        assert_eq!(g.call(&mut machine, ()).unwrap(), 5);
    }
}

#[test]
fn a_start_function_that_reaches_only_what_is_its_instances_own_leaves_nothing() {
    let module = Module::new(
        br#"(module (import "env" "memory" (memory 1)) (import "env" "__cpp_exception" (tag (param i32)))
            (import "env" "__indirect_function_table" (table 10 funcref))
            (elem (i32.const 0) func $f)
            (func $f (i32.store (i32.const 0) (i32.const 7)) unreachable) (start $f))"#,
    )
    .unwrap();
    let mut linker = Linker::new();
    linker.define_environment(&module).unwrap();
    let mut machine = Machine::with_config(&limited(), ());
    let mut before = None;
    for _ in 0..1000 {
        let error = linker.instantiate(&mut machine, &module).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Unreachable));
        let now = holds(&machine);
        assert_eq!(*before.get_or_insert(now), now);
    }
}

/// Instantiates a module whose start function fails a few times; what the machine holds after each.
fn held(linker: &Linker<()>, machine: &mut Machine<()>, module: &str) -> Vec<[u64; 7]> {
    let module = Module::new(module.as_bytes()).unwrap();
    let mut held = Vec::new();
    for _ in 0..100 {
        catch_unwind(AssertUnwindSafe(|| linker.instantiate(&mut *machine, &module).unwrap_err()))
            .unwrap_or_else(|_| dergwasm::Error::from(Trap::Unreachable));
        held.push(holds(machine));
    }
    held
}

#[test]
fn a_start_function_leaves_only_what_may_have_been_seen() {
    let mut machine = Machine::with_config(&limited(), ());
    let mut linker = Linker::new();
    linker.func_wrap("host", "f", || ()).unwrap();
    linker.func_wrap("host", "panics", || -> () { panic!("the host panics") }).unwrap();
    let provider = Module::new(
        b"(module (memory (export \"m\") 1 200) (func (export \"keeps\") (param funcref))
            (global (export \"number\") (mut i32) (i32.const 1))
            (global (export \"reference\") (mut funcref) (ref.null func)))",
    )
    .unwrap();
    let provider = linker.instantiate(&mut machine, &provider).unwrap();
    linker.instance(&machine, "other", provider).unwrap();

    let imports = r#"(import "host" "f" (func $f)) (import "host" "panics" (func $panics))
        (import "other" "m" (memory 1)) (import "other" "number" (global $n (mut i32)))"#;
    // Numbers that it leaves behind, and host functions that it does not call, lead nowhere.
    let wat = format!(
        "(module {imports} (memory 2) (func $s (i32.store (i32.const 0) (i32.const 9))
            (global.set $n (i32.const 8)) unreachable) (start $s))"
    );
    let all = held(&linker, &mut machine, &wat);
    assert!(all.iter().all(|now| now == &all[0]), "{:?}", all.last());

    // What it calls may keep it; what it has made grow is larger.
    let seen = [
        format!("(module {imports} (func $s (call $f) unreachable) (start $s))"),
        format!("(module {imports} (func $s (call $panics)) (start $s))"),
        r#"(module (import "other" "keeps" (func (param funcref))) (func $s unreachable) (start $s))"#
            .into(),
        r#"(module (import "other" "reference" (global $g (mut funcref))) (elem declare func $s)
            (func $s (global.set $g (ref.func $s)) unreachable) (start $s))"#
            .into(),
        r#"(module (import "other" "m" (memory 1)) (func $s
            (drop (memory.grow (i32.const 1))) unreachable) (start $s))"#
            .into(),
    ];
    for wat in &seen {
        let all = held(&linker, &mut machine, wat);
        assert!(all.windows(2).all(|two| two[0][1] < two[1][1]), "{wat}: its functions stay");
    }
    // The books tell of the pages that the given memory grew by: 100 of them.
    let memory = provider.get_memory(&machine, "m").unwrap();
    assert_eq!(memory.size(&machine).unwrap(), 101);
    let booked = machine.core().store().used_bytes(dergwasm::Resource::Memory);
    assert_eq!(booked, 101 << 16);
}

#[test]
fn host_functions_are_in_the_ledger() {
    let mut machine = Machine::with_config(&limited(), ());
    let mut linker = Linker::new();
    linker.func_wrap("host", "f", || ()).unwrap();
    let one = r#"(import "host" "f" (func))"#;
    let mut added = |count: usize| {
        let module = Module::new(format!("(module {})", one.repeat(count)).as_bytes()).unwrap();
        linker.instantiate(&mut machine, &module).unwrap();
        let before = total(&machine);
        linker.instantiate(&mut machine, &module).unwrap();
        total(&machine) - before
    };
    let (few, many) = (added(1), added(101));
    assert!(many - few >= 100 * 48, "{few} and {many} bytes");
}
