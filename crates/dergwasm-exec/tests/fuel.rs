//! `docs/FUEL.md` and the code agree, and what programs cost stays as it is.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{
    CompilationMode, Config, CostClass, Error, FUEL_VERSION, FuelCosts, Host, HostCall, Machine,
    MachineMut, Module, NoHost,
};
use dergwasm_store::{ResourceLimiter, ResourceLimits};
use dergwasm_types::Value;

const PAGE: &str = include_str!("../../../docs/FUEL.md");

#[test]
fn the_page_lists_every_class() {
    assert!(PAGE.contains(&format!("\nVersion {FUEL_VERSION} ")), "the version");
    let costs = FuelCosts::default();
    let row = |class: &CostClass| {
        let (name, cost) = (class.name(), costs.get(*class));
        format!("| {name} | {cost} | {} |\n", class.description().trim())
    };
    let table: String = CostClass::ALL.iter().map(row).collect();
    let table = format!("| class | cost | what it pays for |\n|---|---|---|\n{table}\n");
    assert!(PAGE.contains(&table), "docs/FUEL.md is to have this table:\n{table}");
}

/// What a call of `run` costs in a mode.
fn cost(config: &Config, wat: &str) -> u64 {
    const PLENTY: u64 = 1 << 32;
    let module = Module::with_config(config, &wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(config);
    machine.set_fuel(PLENTY).unwrap();
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let run = machine.export_func(instance, "run").unwrap();
    machine.set_fuel(PLENTY).unwrap();
    let mut values = [Value::from(10)];
    // A trap has paid too.
    let _ = machine.invoke(&mut NoHost, run, &mut values);
    PLENTY - machine.fuel().unwrap()
}

fn config(costs: FuelCosts) -> Config {
    let mut config = Config::new();
    config.consume_fuel(true).fuel_costs(costs);
    config
}

/// Programs, the parameter of which is 10, and what they cost. The numbers are part of version 1:
/// they change only with the version.
const PROGRAMS: &[(&str, u64, &str)] = &[
    ("nothing", 1, ""),
    ("a constant that is dropped", 3, "(drop (i32.const 1))"),
    (
        "a sum that is fused",
        7,
        "(local.set 0 (i32.add (i32.add (local.get 0) (i32.const 1)) (i32.const 2)))",
    ),
    (
        "a loop",
        1 + 10 * 6 + 3,
        "(loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (nop) (nop)",
    ),
    ("an if that is taken", 6, "(if (local.get 0) (then (nop) (nop)))"),
    ("an if that is not", 3, "(if (i32.const 0) (then (nop) (nop)))"),
    ("both arms", 7, "(if (local.get 0) (then (nop) (nop)) (else (nop) (nop) (nop) (nop))) (nop)"),
    ("what follows a branch pays too", 7, "(block (br_if 0 (local.get 0)) (nop) (nop))"),
    ("what cannot be reached does not", 3, "(block (br 0) (nop) (nop) (nop))"),
    ("a return", 1, "(return) (nop)"),
    ("a trap", 1, "(unreachable) (nop)"),
    ("a table of branches", 5, "(block (block (br_table 0 1 (local.get 0))))"),
    ("a call", 5, "(call $two)"),
    ("an indirect call", 6, "(call_indirect (type $v) (i32.const 0))"),
    ("a tail call", 4, "(return_call $two)"),
    ("memory.fill", 5 + 15, "(memory.fill (i32.const 0) (i32.const 1) (i32.const 1000))"),
    ("memory.copy", 5 + 1000, "(memory.copy (i32.const 0) (i32.const 1) (i32.const 64063))"),
    ("memory.init", 5 + 1, "(memory.init $d (i32.const 0) (i32.const 1) (i32.const 66))"),
    ("memory.grow", 4 + 48, "(drop (memory.grow (i32.const 3)))"),
    ("memory.grow that fails", 4, "(drop (memory.grow (i32.const 65536)))"),
    ("table.fill", 5 + 12, "(table.fill $t (i32.const 0) (ref.null func) (i32.const 99))"),
    ("table.copy", 5 + 12, "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 99))"),
    ("table.init", 5, "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))"),
    ("table.grow", 5 + 12, "(drop (table.grow $t (ref.null func) (i32.const 100)))"),
    ("table.grow that fails", 5, "(drop (table.grow $t (ref.null func) (i32.const 9999)))"),
    ("struct.new", 4, "(drop (struct.new $small (i32.const 1)))"),
    ("struct.new_default of 72 bytes", 3 + 1, "(drop (struct.new_default $large))"),
    ("array.new_default", 4 + 12, "(drop (array.new_default $a (i32.const 400)))"),
    ("array.new", 5 + 12 + 12, "(drop (array.new $a (i32.const 7) (i32.const 400)))"),
    ("array.new_fixed", 5, "(drop (array.new_fixed $a 2 (i32.const 7) (i32.const 400)))"),
    ("array.new_data", 5 + 1 + 1, "(drop (array.new_data $a $d (i32.const 0) (i32.const 33)))"),
    (
        "array.fill",
        7 + 6,
        "(array.fill $a (array.new_default $a (i32.const 200)) (i32.const 0) (i32.const 5) (i32.const 0))",
    ),
    ("no locals", 3, "(call $none)"),
    ("100 locals", 3 + 25, "(call $hundred)"),
    ("division", 5, "(drop (i32.div_u (local.get 0) (i32.const 3)))"),
    ("vectors", 5, "(drop (i32x4.add (v128.const i64x2 1 2) (v128.const i64x2 1 2)))"),
    ("loads and stores", 6, "(i32.store (i32.const 0) (i32.load offset=4 (local.get 0))) (nop)"),
    ("an exception", 4, "(block $h (try_table (catch $x $h) (throw $x)) (nop))"),
    ("one from a function", 6, "(block $h (try_table (catch $x $h) (call $throws)) (nop))"),
    ("many clauses", 4 + 3, MANY_CLAUSES),
    ("references", 5, "(drop (ref.test i31ref (ref.i31 (i32.const 1))))"),
    ("atomics", 5, "(drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))"),
];

/// A `try_table` with 24 clauses, the last of which catches.
const MANY_CLAUSES: &str = "(block $h (try_table
    (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h)
    (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h)
    (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h) (catch $y $h)
    (catch $y $h) (catch $y $h) (catch $x $h) (throw $x)) (nop))";

fn program(body: &str) -> String {
    let locals = "i64 ".repeat(100);
    let data = "x".repeat(100);
    format!(
        r#"(module (memory 1 100) (table $t 100 1000 funcref) (elem (i32.const 0) $two)
            (type $v (func)) (type $small (struct (field i32))) (type $a (array (mut i16)))
            (type $large (struct (field i64 i64 i64 i64 i64 i64 i64 i64)))
            (tag $x) (tag $y) (data $d "{data}") (elem $e func $two $none)
            (func $two (nop) (nop)) (func $none) (func $hundred (local {locals}))
            (func $throws (throw $x))
            (func (export "run") (param i32) {body}))"#
    )
}

#[test]
fn programs_cost_what_they_always_did() {
    let mut wrong = Vec::new();
    for &(name, expected, body) in PROGRAMS {
        let program = program(body);
        for mode in
            [CompilationMode::Eager, CompilationMode::LazyTranslation, CompilationMode::Lazy]
        {
            for interruptible in [false, true] {
                let mut config = config(FuelCosts::default());
                config.compilation_mode(mode).interruptible(interruptible);
                let found = cost(&config, &program);
                if found != expected {
                    wrong.push(format!("{name} cost {found}, not {expected} ({mode:?})"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Machines with other costs run the same module, one after the other and in any order.
#[test]
fn costs_belong_to_the_machine() {
    let wat = program("(call $two) (memory.fill (i32.const 0) (i32.const 1) (i32.const 640))");
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let run = |costs: FuelCosts| {
        let mut machine = Machine::new(&config(costs));
        machine.set_fuel(100_000).unwrap();
        let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
        let run = machine.export_func(instance, "run").unwrap();
        machine.set_fuel(100_000).unwrap();
        machine.invoke(&mut NoHost, run, &mut [Value::from(10)]).unwrap();
        100_000 - machine.fuel().unwrap()
    };
    let with = |class, cost| *FuelCosts::default().set(class, cost);
    let usual = run(FuelCosts::default());
    for _ in 0..2 {
        assert_eq!(run(with(CostClass::Call, 1000)), usual + 999);
        assert_eq!(run(with(CostClass::Bytes, 50)), usual + 49 * 10);
        assert_eq!(run(with(CostClass::Bytes, 0)), usual - 10);
        assert_eq!(run(with(CostClass::Constant, 0)), usual - 3);
        assert_eq!(run(with(CostClass::Division, 7)), usual);
        assert_eq!(run(FuelCosts::default()), usual);
    }
}

/// Suspending costs in proportion to the calls that are moved, and to their locals.
#[test]
fn suspensions_cost_what_they_move() {
    let suspended = |locals: usize, depth: u32| {
        let locals = "i64 ".repeat(locals);
        let wat = format!(
            r#"(module (type $f (func)) (type $c (cont $f)) (tag $t) (elem declare func $g)
            (func $deep (param i32) (local {locals})
                (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))
                    (else (suspend $t))))
            (func $g (call $deep (i32.const {depth})))
            (func (export "run") (param i32)
                (block $on (result (ref $c))
                    (resume $c (on $t $on) (cont.new $c (ref.func $g))) (return))
                (drop)))"#
        );
        cost(&config(FuelCosts::default()), &wat)
    };
    let calls = |locals, depth| suspended(locals, depth) - suspended(locals, 0);
    // Besides 7 instructions for each call, its frame is moved twice: the header, the parameter,
    // and what lies below the argument of the next.
    assert_eq!(calls(0, 1000), 1000 * 7 + 2 * 1000 + 2 * 1000 * 32 / 64);
    // With 400 locals, entering costs too.
    assert_eq!(calls(400, 100) - calls(0, 100), 100 * 100 + 2 * 100 * 100);
}

/// Growing by nothing asks for nothing, with fuel as without it.
#[test]
fn a_table_that_may_not_grow_says_how_large_it_is() {
    let wat = r#"(module (table 10 funcref)
        (func (export "run") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))"#;
    for metered in [false, true] {
        let mut config = Config::new();
        config.consume_fuel(metered);
        let module = Module::with_config(&config, &wat::parse_str(wat).unwrap()).unwrap();
        let mut machine = Machine::new(&config);
        if metered {
            machine.set_fuel(1 << 20).unwrap();
        }
        let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
        let run = machine.export_func(instance, "run").unwrap();
        let mut grow = |delta: i32| {
            let mut values = [Value::from(delta)];
            machine.invoke(&mut Full(ResourceLimits::new().table_elements(5)), run, &mut values)?;
            Ok::<_, Error>(values[0].as_i32())
        };
        assert_eq!((grow(0).unwrap(), grow(1).unwrap(), grow(0).unwrap()), (10, -1, 10));
    }
}

/// A host with limits and no functions.
struct Full(ResourceLimits);

impl Host for Full {
    fn call(&mut self, machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        NoHost.call(machine, call)
    }

    fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        Some(&mut self.0)
    }
}
