//! Collections while code runs: whatever code can still reach is there afterwards.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{Config, Error, Host, HostCall, Machine, MachineMut, Module, NoHost, Outcome};
use dergwasm_store::{ExternVal, HostFuncId, InstanceAddr};
use dergwasm_types::{FuncType, Trap, ValType, Value};

const LISTS: &str = r#"(module
  (type $node (sub (struct (field $value i32) (field $next (mut (ref null $node))))))
  (type $wide (sub $node (struct (field $value i32) (field $next (mut (ref null $node)))
    (field $x v128) (field $more (mut externref)))))
  (type $many (array (mut anyref)))
  (type $f (func (param anyref) (result anyref)))
  (import "host" "passes" (func $passes (param anyref externref) (result anyref)))
  (tag $thrown (param i32 anyref))
  (global $kept (mut anyref) (ref.null any))
  (global $made (ref $many) (array.new_fixed $many 2
    (struct.new $node (i32.const 3) (ref.null $node)) (ref.i31 (i32.const 4))))
  (table $t 4 anyref)
  (elem declare func $same)
  (func $same (type $f) (local.get 0))
  (func $push (param $n i32) (param $list (ref null $node)) (result (ref $node))
    (if (result (ref $node)) (i32.and (local.get $n) (i32.const 1))
      (then (struct.new $node (local.get $n) (local.get $list)))
      (else (struct.new $wide (local.get $n) (local.get $list) (v128.const i64x2 7 8)
        (extern.convert_any (struct.new $node (local.get $n) (ref.null $node)))))))
  (func $sum (param $list (ref null $node)) (result i32)
    (local $sum i32)
    (block $end
      (loop $l
        (local.set $sum (i32.add (local.get $sum)
          (struct.get $node $value (br_on_null $end (local.get $list)))))
        (local.set $list (struct.get $node $next (local.get $list)))
        (br $l)))
    (local.get $sum))
  ;; Lists in locals, on the stack below calls, in globals, tables, arrays.
  (func (export "lists") (param $n i32) (result i32)
    (local $list (ref null $node)) (local $all (ref null $many)) (local $i i32)
    (local.set $all (array.new_default $many (local.get $n)))
    (loop $l
      (local.set $list (call $push (local.get $i) (local.get $list)))
      (array.set $many (local.get $all) (local.get $i)
        (struct.new $node (local.get $i) (local.get $list)))
      (global.set $kept (struct.new $node (local.get $i) (local.get $list)))
      (table.set $t (i32.and (local.get $i) (i32.const 3)) (local.get $list))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
    (call $sum (ref.cast (ref null $node) (global.get $kept)))
    (call $sum (ref.cast (ref null $node) (table.get $t (i32.const 1))))
    (i32.add)
    (call $sum (ref.cast (ref null $node)
      (array.get $many (local.get $all) (i32.sub (local.get $n) (i32.const 1)))))
    (i32.add)
    (struct.get $node $value (ref.cast (ref $node)
      (array.get $many (global.get $made) (i32.const 0))))
    (i32.add))
  ;; References on the operand stack of every frame of a recursion.
  (func $deep (export "deep") (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (struct.new $node (local.get $n) (struct.new $node (i32.const 1) (ref.null $node)))
    (call $deep (i32.sub (local.get $n) (i32.const 1)))
    (drop)
    (drop (call_ref $f (ref.i31 (local.get $n)) (ref.func $same)))
    (call $sum)
    (i32.add (call $deep (i32.shr_u (local.get $n) (i32.const 2)))))
  ;; An exception is all that keeps a list.
  (func $thrower (param $n i32)
    (throw $thrown (local.get $n)
      (struct.new $node (local.get $n) (struct.new $node (local.get $n) (ref.null $node)))))
  (func (export "exceptions") (param $n i32) (result i32)
    (local $caught exnref) (local $sum i32)
    (loop $l
      (block $h (result i32 anyref exnref)
        (try_table (catch_ref $thrown $h) (call $thrower (local.get $n)))
        (unreachable))
      (local.set $caught)
      (drop) (drop)
      (drop (struct.new $node (i32.const 9) (ref.null $node)))
      (block $h (result i32 anyref)
        (try_table (catch $thrown $h) (throw_ref (local.get $caught)))
        (unreachable))
      (call $sum (ref.cast (ref null $node)))
      (i32.add)
      (local.set $sum (i32.add (local.get $sum)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (local.get $sum))
  (func (export "host") (param $n i32) (result i32)
    (call $sum (ref.cast (ref null $node)
      (call $passes
        (struct.new $node (local.get $n) (struct.new $node (i32.const 5) (ref.null $node)))
        (extern.convert_any (struct.new $node (i32.const 1) (ref.null $node)))))))
  (func (export "garbage") (param $n i32) (result i32)
    (loop $l
      (drop (array.new_default $many (i32.const 100)))
      (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
    (i32.const 0)))"#;

/// Collects in the middle of a host function, and gives back what it got.
struct Collects;

impl Host for Collects {
    fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        machine.gc();
        let garbage = machine.store().instances().iter().count();
        assert_eq!(garbage, 1);
        machine.gc();
        assert_ne!(call.values[0].bits(), 0);
        Ok(())
    }
}

fn machine(config: &Config) -> (Machine, InstanceAddr) {
    let module = Module::with_config(config, &wat::parse_str(LISTS).unwrap()).unwrap();
    let mut machine = Machine::new(config);
    let ty = FuncType::new([ValType::ANYREF, ValType::EXTERNREF], [ValType::ANYREF]);
    let passes = machine.alloc_host_func(&ty, HostFuncId(0)).unwrap();
    let imports = [ExternVal::Func(passes)];
    let instance = machine.instantiate(&mut Collects, &module, &imports).unwrap();
    (machine, instance)
}

fn call(machine: &mut Machine, instance: InstanceAddr, name: &str, n: u32) -> Result<i32, Error> {
    let func = machine.export_func(instance, name).unwrap();
    let mut values = [Value::from(n)];
    machine.invoke(&mut Collects, func, &mut values)?;
    Ok(values[0].as_i32())
}

/// Three lists of all numbers below `n`: two have the last number twice, the one in the table ends
/// two earlier; and the number in a structure that was there from the start.
fn lists(n: i32) -> i32 {
    let all: i32 = (0..n).sum();
    2 * (all + n - 1) + (all - (n - 1) - (n - 2)) + 3
}

fn expected(name: &str, n: i32) -> i32 {
    fn deep(n: i32) -> i32 {
        if n == 0 { 0 } else { n + 1 + deep(n / 4) }
    }
    match name {
        "deep" => deep(n),
        "exceptions" => 3 * n * (n + 1) / 2,
        _ => n + 5,
    }
}

#[test]
fn what_code_reaches_survives_a_collection_before_every_allocation() {
    for metered in [false, true] {
        let mut config = Config::new();
        config.gc_stress(true).consume_fuel(metered).interruptible(metered);
        let (mut machine, instance) = machine(&config);
        if metered {
            machine.set_fuel(u64::MAX).unwrap();
        }
        assert_eq!(call(&mut machine, instance, "lists", 40).unwrap(), lists(40));
        for name in ["deep", "exceptions", "host"] {
            let n = if name == "deep" { 12 } else { 30 };
            let found = call(&mut machine, instance, name, n).unwrap();
            assert_eq!(found, expected(name, n.cast_signed()), "{name}");
        }
        assert!(machine.heap_stats().collections > 200);
    }
}

#[test]
fn garbage_is_used_again() {
    let mut config = Config::new();
    config.max_gc_heap_bytes(16 << 20);
    let (mut machine, instance) = machine(&config);
    call(&mut machine, instance, "garbage", 500_000).unwrap();
    let stats = machine.heap_stats();
    assert!(stats.heap_bytes <= 16 << 20, "{stats:?}");
    assert!(stats.allocated_bytes_total >= 200_000_000, "{stats:?}");
}

#[test]
fn a_full_heap_traps_and_the_machine_goes_on() {
    let mut config = Config::new();
    config.max_gc_heap_bytes(1 << 20);
    let (mut machine, instance) = machine(&config);
    let error = call(&mut machine, instance, "lists", 1 << 20).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::HeapExhausted));
    assert_eq!(call(&mut machine, instance, "host", 2).unwrap(), 7);
}

#[test]
fn a_paused_run_keeps_its_objects() {
    let mut config = Config::new();
    config.consume_fuel(true);
    let (mut machine, instance) = machine(&config);
    let func = machine.export_func(instance, "lists").unwrap();
    let mut values = [Value::from(300_u32)];
    machine.set_fuel(50).unwrap();
    let mut outcome = machine.invoke_resumable(&mut NoHost, func, &mut values).unwrap();
    let mut pauses = 0;
    while let Outcome::Paused(run) = outcome {
        machine.gc();
        machine.set_fuel(1000).unwrap();
        // Other objects take the place of what was not found.
        call(&mut machine, instance, "garbage", 5).unwrap();
        machine.set_fuel(50).unwrap();
        outcome = machine.resume(&mut NoHost, run, &mut values).unwrap();
        pauses += 1;
    }
    assert!(pauses > 100, "{pauses}");
    assert_eq!(values[0].as_i32(), lists(300));
}
