//! What went wrong in other engines: memories that grow while somebody holds on to the old place,
//! tags of another type, references that only an exception keeps, and large tables of branches.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    Caller, Config, ExnRef, Extern, Func, FuncType, Instance, Linker, Machine, Memory, Module,
    RefType, Table, Tag, Val, ValType,
};
use std::fmt::Write;

/// The usual code, code without superinstructions, and code that can pause.
fn configs() -> [Config; 3] {
    let mut configs = [const { None }; 3].map(|_: Option<()>| Config::default());
    configs[1].superinstructions(false);
    configs[2].consume_fuel(true).interruptible(true);
    configs
}

fn machine(config: &Config) -> Machine<()> {
    let mut machine = Machine::with_config(config, ());
    if machine.fuel().is_some() {
        machine.set_fuel(u64::MAX).unwrap();
    }
    machine
}

/// Writes through the place the memory had before it grew would be lost, or worse.
const GROWING: &str = r#"(module
  (import "host" "grow" (func $host_grow))
  (import "other" "grow" (func $other_grow (result i32)))
  (import "other" "memory" (memory $shared 0 100))
  (memory $own (export "own") 0 100)
  (memory $wide i64 0 100)
  (table $t 0 1000 funcref)
  (func $grow_own (export "grow_own") (drop (memory.grow $own (i32.const 9))))
  (func $grow_shared (drop (memory.grow $shared (i32.const 9))))
  (elem declare func $grow_own)
  ;; Each: writes, lets somebody grow the memory, writes at its new end and reads both, with the
  ;; address and the memory's place in use on both sides of the growth.
  (func (export "here") (param $at i32) (result i32) (local $sum i32)
    (drop (memory.grow $own (i32.const 1)))
    (i32.store $own (local.get $at) (i32.const 11))
    (local.set $sum (i32.load $own (local.get $at)))
    (i32.store $own offset=4 (local.get $at) (memory.grow $own (i32.const 9)))
    (i32.store $own offset=589820 (i32.const 0) (i32.const 100))
    (i32.add (local.get $sum)
      (i32.add (i32.load $own (local.get $at)) (i32.load $own offset=589820 (i32.const 0)))))
  (func (export "callee") (param $at i32) (result i32)
    (drop (memory.grow $own (i32.const 1)))
    (i32.store $own (local.get $at) (i32.const 11))
    (i32.load $own (local.get $at))
    (call $grow_own)
    (i32.store $own offset=589820 (i32.const 0) (i32.const 100))
    (i32.add (i32.add (i32.load $own (local.get $at)) (i32.load $own offset=589820 (i32.const 0)))))
  (func (export "indirect callee") (param $at i32) (result i32)
    (drop (memory.grow $own (i32.const 1)))
    (drop (table.grow $t (ref.func $grow_own) (i32.const 500)))
    (i32.store $own (local.get $at) (i32.const 11))
    (i32.load $own (local.get $at))
    (call_indirect $t (i32.const 499))
    (i32.store $own offset=589820 (i32.const 0) (i32.const 100))
    (i32.add (i32.add (i32.load $own (local.get $at)) (i32.load $own offset=589820 (i32.const 0)))))
  (func (export "host") (param $at i32) (result i32)
    (drop (memory.grow $own (i32.const 1)))
    (i32.store $own (local.get $at) (i32.const 11))
    (i32.load $own (local.get $at))
    (call $host_grow)
    (i32.store $own offset=589820 (i32.const 0) (i32.const 100))
    (i32.add (i32.add (i32.load $own (local.get $at)) (i32.load $own offset=589820 (i32.const 0)))))
  (func (export "other instance") (param $at i32) (result i32)
    (drop (memory.grow $shared (i32.const 1)))
    (i32.store $shared (local.get $at) (i32.const 11))
    (i32.load $shared (local.get $at))
    (drop (call $other_grow))
    (i32.store $shared offset=589820 (i32.const 0) (i32.const 100))
    (i32.add
      (i32.add (i32.load $shared (local.get $at)) (i32.load $shared offset=589820 (i32.const 0)))))
  (func (export "for the other instance") (param $at i32) (result i32)
    (drop (memory.grow $shared (i32.const 1)))
    (i32.store $shared (local.get $at) (i32.const 11))
    (i32.load $shared (local.get $at))
    (call $grow_shared)
    (i32.store $shared offset=589820 (i32.const 0) (i32.const 100))
    (i32.add
      (i32.add (i32.load $shared (local.get $at)) (i32.load $shared offset=589820 (i32.const 0)))))
  (func (export "64 bits") (param $at i32) (result i32) (local $wide i64)
    (local.set $wide (i64.extend_i32_u (local.get $at)))
    (drop (memory.grow $wide (i64.const 1)))
    (i32.store $wide (local.get $wide) (i32.const 11))
    (i32.load $wide (local.get $wide))
    (drop (memory.grow $wide (i64.const 9)))
    (i32.store $wide offset=589820 (i64.const 0) (i32.const 100))
    (i32.add
      (i32.add (i32.load $wide (local.get $wide)) (i32.load $wide offset=589820 (i64.const 0)))))
  ;; The table, too.
  (func (export "table") (param $n i32) (result i32)
    (drop (table.grow $t (ref.null func) (i32.const 1)))
    (table.set $t (i32.const 0) (ref.func $grow_own))
    (ref.is_null (table.get $t (i32.const 0)))
    (drop (table.grow $t (ref.null func) (i32.const 900)))
    (table.set $t (i32.const 900) (ref.func $grow_own))
    (i32.add (ref.is_null (table.get $t (i32.const 0))))
    (i32.add (ref.is_null (table.get $t (i32.const 900))))
    (i32.add (i32.const 122)))
)"#;

const OTHER: &str = r#"(module
  (memory (export "memory") 0 100)
  (func (export "grow") (result i32)
    (drop (memory.grow (i32.const 9)))
    (i32.store offset=589816 (i32.const 0) (i32.const 1))
    (i32.load offset=589816 (i32.const 0))))"#;

#[test]
fn a_memory_that_grows_is_found_by_whoever_was_using_it() {
    let ways = [
        "here",
        "callee",
        "indirect callee",
        "host",
        "other instance",
        "for the other instance",
        "64 bits",
        "table",
    ];
    for config in configs() {
        for way in ways {
            let mut machine = machine(&config);
            let mut linker = Linker::new();
            let other = Module::new(OTHER.as_bytes()).unwrap();
            let other = linker.instantiate(&mut machine, &other).unwrap();
            linker.instance(&machine, "other", other).unwrap();
            linker
                .func_wrap("host", "grow", |mut caller: Caller<'_, ()>| {
                    let memory = caller.get_export("own").and_then(Extern::into_memory);
                    memory.unwrap().grow(&mut caller, 9).map(drop)
                })
                .unwrap();
            let module = Module::with_config(&config, GROWING.as_bytes()).unwrap();
            let instance = linker.instantiate(&mut machine, &module).unwrap();
            let func = instance.get_typed_func::<i32, i32>(&machine, way).unwrap();
            assert_eq!(func.call(&mut machine, 65_000).unwrap(), 122, "{way}");
        }
    }
}

/// The host's own handles, too: what it reads and writes is the memory as it is now.
#[test]
fn a_memory_that_grows_is_found_by_the_host() {
    let mut machine = Machine::new(());
    let module = Module::new(
        br#"(module (memory (export "m") 0 100) (table (export "t") 0 funcref)
        (func (export "grow") (drop (memory.grow (i32.const 50)))
          (i32.store8 (i32.const 3276799) (i32.const 7))
          (drop (table.grow (ref.null func) (i32.const 3000)))))"#,
    )
    .unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let memory: Memory = instance.get_memory(&machine, "m").unwrap();
    let table: Table = instance.get_table(&machine, "t").unwrap();
    assert_eq!((memory.data_size(&machine).unwrap(), table.size(&machine).unwrap()), (0, 0));
    instance.get_typed_func::<(), ()>(&machine, "grow").unwrap().call(&mut machine, ()).unwrap();
    assert_eq!(memory.data(&machine).unwrap()[3_276_799], 7);
    assert!(matches!(table.get(&mut machine, 2999), Ok(Val::FuncRef(None))));
    memory.write(&mut machine, 3_276_798, &[5]).unwrap();
    assert_eq!(memory.data(&machine).unwrap()[3_276_798..], [5, 7]);
}

/// If tags were compared by how large their values are, a number could become a reference.
#[test]
fn a_tag_of_another_type_is_not_imported() {
    let types = [
        vec![],
        vec![ValType::I32],
        vec![ValType::I64],
        vec![ValType::F32],
        vec![ValType::F64],
        vec![ValType::V128],
        vec![ValType::EXTERNREF],
        vec![ValType::FUNCREF],
        vec![ValType::Ref(RefType::ANY)],
        vec![ValType::Ref(RefType { nullable: false, ..RefType::ANY })],
        vec![ValType::I32, ValType::I32],
        vec![ValType::I64, ValType::I32],
    ];
    for (i, wanted) in types.iter().enumerate() {
        for (j, given) in types.iter().enumerate() {
            let words: Vec<String> = wanted.iter().map(ToString::to_string).collect();
            let text = format!(r#"(module (import "m" "t" (tag (param {}))))"#, words.join(" "));
            let mut machine = Machine::new(());
            let tag = Tag::new(&mut machine, FuncType::new(given.clone(), [])).unwrap();
            let mut linker = Linker::new();
            linker.define(&machine, "m", "t", tag).unwrap();
            let module = Module::new(text.as_bytes()).unwrap();
            let linked = linker.instantiate(&mut machine, &module);
            assert_eq!(linked.is_ok(), i == j, "{text}, given {given:?}");
        }
    }
}

/// The same for types that modules define: only those of the same recursion group are the same.
#[test]
fn a_tag_of_an_equal_looking_type_is_not_imported() {
    let exporting = r#"(module
        (rec (type $s (struct (field i32))) (type $f (func (param (ref $s)))))
        (tag (export "t") (type $f))
        (func (export "throw") (throw 0 (struct.new $s (i32.const 77)))))"#;
    let importing = |types: &str| {
        format!(
            r#"(module {types}
              (import "m" "t" (tag $t (type $f)))
              (import "m" "throw" (func $throw))
              (func (export "run") (result i32)
                (block $on (result (ref null $s))
                  (try_table (catch $t $on) (call $throw))
                  (unreachable))
                (struct.get $s 0)))"#
        )
    };
    for (types, fits) in [
        ("(rec (type $s (struct (field i32))) (type $f (func (param (ref $s)))))", true),
        ("(type $s (struct (field i32))) (type $f (func (param (ref $s))))", false),
        ("(rec (type $s (struct (field (mut i32)))) (type $f (func (param (ref $s)))))", false),
        ("(rec (type $s (sub (struct (field i32)))) (type $f (func (param (ref $s)))))", false),
        ("(rec (type $s (struct (field i32))) (type $f (func (param (ref null $s)))))", false),
        (
            "(rec (type $s (struct (field i32))) (type $f (func (param (ref $s)))) (type (func)))",
            false,
        ),
    ] {
        let mut machine = Machine::new(());
        let mut linker = Linker::new();
        let first = Module::new(exporting.as_bytes()).unwrap();
        let first = linker.instantiate(&mut machine, &first).unwrap();
        linker.instance(&machine, "m", first).unwrap();
        let second = Module::new(importing(types).as_bytes()).unwrap();
        match linker.instantiate(&mut machine, &second) {
            Ok(instance) => {
                assert!(fits, "{types}");
                let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
                assert_eq!(run.call(&mut machine, ()).unwrap(), 77);
            }
            Err(error) => assert!(!fits, "{types}: {error}"),
        }
    }
}

/// Structures that nothing but an exception, a clause or a caught value leads to, while other
/// structures are made. Legacy instructions and `try_table`, with references as values and behind
/// an `exnref`, thrown here and in a callee, rethrown, and passed through other handlers.
const ROOTS: &str = r#"(module
  (type $box (struct (field (mut i32)) (field (ref null $box))))
  (tag $t (param (ref $box) i32))
  (tag $other (param (ref null $box)))
  (import "host" "pass" (func $pass (param funcref) (result (ref null any))))
  (func $list (param $n i32) (result (ref $box)) (local $list (ref null $box))
    (loop $l
      (local.set $list (struct.new $box (local.get $n) (local.get $list)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (ref.as_non_null (local.get $list)))
  (func $sum (param $list (ref null $box)) (result i32) (local $sum i32)
    (block $end
      (loop $l
        (local.set $sum
          (i32.add (local.get $sum) (struct.get $box 0 (br_on_null $end (local.get $list)))))
        (local.set $list (struct.get $box 1 (local.get $list)))
        (br $l)))
    (local.get $sum))
  (func $garbage (drop (call $list (i32.const 20))))
  (func $throws (throw $t (call $list (i32.const 9)) (i32.const 100)))
  (func $passes
    (try_table (call $throws))
    (call $garbage))
  (elem declare func $passes)

  (func (export "caught here") (result i32)
    (block $on (result (ref $box) i32)
      (try_table (catch $t $on) (throw $t (call $list (i32.const 9)) (i32.const 100)))
      (unreachable))
    (call $garbage)
    (return_call $add))
  (func $add (param (ref $box) i32) (result i32)
    (call $garbage)
    (i32.add (call $sum (local.get 0)) (local.get 1)))
  (func (export "caught from a callee") (result i32)
    (block $no (result (ref null $box))
      (block $on (result (ref $box) i32)
        (try_table (catch $other $no) (catch $t $on) (call $passes))
        (unreachable))
      (call $garbage)
      (return_call $add))
    (return_call $sum))
  (func (export "behind an exnref") (result i32) (local $e exnref)
    (block $on (result exnref)
      (try_table (catch_all_ref $on) (call $passes))
      (unreachable))
    (local.set $e)
    (call $garbage)
    (block $again (result (ref $box) i32)
      (try_table (catch $t $again) (call $garbage) (throw_ref (local.get $e)))
      (unreachable))
    (call $garbage)
    (return_call $add))
  (func (export "local across a try") (result i32) (local $mine (ref null $box))
    (local.set $mine (call $list (i32.const 9)))
    (block $on
      (try_table (catch_all $on) (call $garbage) (call $passes)))
    (call $garbage)
    (i32.add (i32.const 100) (call $sum (local.get $mine))))
  (func (export "operand across a try") (result i32)
    (call $list (i32.const 9))
    (block $on
      (try_table (catch_all $on) (call $garbage) (call $passes)))
    (call $garbage)
    (i32.add (call $sum) (i32.const 100)))
  (func (export "through the host") (result i32)
    (return_call $add
      (ref.cast (ref $box) (call $pass (ref.func $passes))) (i32.const 100)))
  (func (export "legacy catch") (result i32)
    try (result (ref $box) i32)
      call $passes
      unreachable
    catch $t
      call $garbage
    end
    return_call $add)
  (func (export "legacy rethrow") (result i32)
    try (result (ref $box) i32)
      try
        call $passes
      catch_all
        call $garbage
        rethrow 0
      end
      unreachable
    catch $t
    end
    call $garbage
    return_call $add)
  (func (export "legacy delegate") (result i32) (local $mine (ref null $box))
    (local.set $mine (call $list (i32.const 9)))
    try
      try
        call $garbage
        call $passes
      delegate 0
    catch $t
      call $garbage
      return_call $add
    end
    unreachable)
)"#;

#[test]
fn a_reference_that_only_an_exception_keeps_survives_collections() {
    let ways = [
        "caught here",
        "caught from a callee",
        "behind an exnref",
        "local across a try",
        "operand across a try",
        "through the host",
        "legacy catch",
        "legacy rethrow",
        "legacy delegate",
    ];
    for mut config in configs() {
        config.gc_stress(true);
        let mut machine = machine(&config);
        let mut linker = Linker::new();
        // Calls a function, and gives back what the exception carries that ends it.
        let ty = FuncType::new([ValType::FUNCREF], [ValType::Ref(RefType::ANY)]);
        linker
            .func_new("host", "pass", ty, |mut caller, args, results| {
                let Val::FuncRef(Some(func)) = args[0] else { panic!("no function") };
                let error = Func::call(&func, &mut caller, &[], &mut []).unwrap_err();
                let exception = ExnRef::from_error(&mut caller, &error).unwrap();
                results[0] = exception.fields(&mut caller)?[0];
                Ok(())
            })
            .unwrap();
        let module = Module::with_config(&config, ROOTS.as_bytes()).unwrap();
        let instance = linker.instantiate(&mut machine, &module).unwrap();
        for way in ways {
            let func = instance.get_typed_func::<(), i32>(&machine, way).unwrap();
            // 9 + 8 + … + 1 and 100
            assert_eq!(func.call(&mut machine, ()).unwrap(), 145, "{way}");
        }
    }
}

/// How many targets the table has.
const TARGETS: u32 = 3000;

/// A table of branches to five blocks and the function's own label, in an order without a pattern,
/// which each carry a value and add something of their own to it.
fn br_table() -> String {
    let mut targets = String::new();
    for n in 0..TARGETS {
        _ = write!(targets, " {}", target(n));
    }
    let dispatch = |index: &str| {
        format!(
            "(block (result i64) (block (result i64) (block (result i64) (block (result i64)
               (block (result i64)
                 (br_table{targets} 1 (i64.extend_i32_u (local.get $i)) {index}))
               (return (i64.add (i64.const 10000000))))
               (return (i64.add (i64.const 20000000))))
               (return (i64.add (i64.const 30000000))))
               (return (i64.add (i64.const 40000000))))
             (i64.add (i64.const 50000000))"
        )
    };
    format!(
        "(module
          (func (export \"local\") (param $i i32) (result i64) {})
          (func (export \"computed\") (param $i i32) (result i64) {})
          (func (export \"constant\") (param $i i32) (result i64) {}))",
        dispatch("(local.get $i)"),
        dispatch("(i32.sub (i32.add (local.get $i) (i32.const 5)) (i32.const 5))"),
        dispatch("(i32.const 2999)"),
    )
}

/// Where the index leads: to one of five blocks, or out of the function.
fn target(n: u32) -> u32 {
    (n.wrapping_mul(0x9e37_79b9) >> 7) % 6
}

#[test]
fn a_large_table_of_branches_leads_where_it_says() {
    let text = br_table();
    let expected = |index: u32, carried: u32| {
        let target = if index < TARGETS { target(index) } else { 1 };
        let added = [1, 2, 3, 4, 5, 0][target as usize] * 10_000_000;
        i64::from(carried) + added
    };
    let indices = [TARGETS, TARGETS + 1, 1 << 16, 1 << 31, u32::MAX, u32::MAX - 1];
    for config in configs() {
        let mut machine = machine(&config);
        let module = Module::with_config(&config, text.as_bytes()).unwrap();
        let instance = Instance::new(&mut machine, &module, &[]).unwrap();
        for name in ["local", "computed", "constant"] {
            let func = instance.get_typed_func::<u32, i64>(&machine, name).unwrap();
            for i in (0..TARGETS).chain(indices) {
                let index = if name == "constant" { TARGETS - 1 } else { i };
                assert_eq!(func.call(&mut machine, i).unwrap(), expected(index, i), "{name} {i}");
            }
        }
    }
}
