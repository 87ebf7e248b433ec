//! Where a machine is full, nothing that a guest can repeat makes a collection come each time: the
//! last one has to be paid for first, by what was allocated since.
//!
//! Collections are counted, not measured.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{Config, Error, Host, HostCall, Machine, MachineMut, Module};
use dergwasm_store::{EXCEPTION_TYPE, ExternVal, HostFuncId, ObjectHeader, Resource};
use dergwasm_types::{FuncType, Trap, ValType, Value};

/// What everything may take together.
const TOTAL: u64 = 32 << 20;

/// `run` keeps a list of 600,000 structures, fills the rest of what the machine may keep with memory
/// but for what `held` holds, lets go of that, and then does `again` 500 times.
fn full(held: &str, let_go: &str, again: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
          (type $f (func)) (type $c (cont $f))
          (type $f3 (func (param i64 i64 i64))) (type $c3 (cont $f3))
          (type $node (struct (field (ref null $node))))
          (type $bytes (array i8))
          (import "host" "value" (func $value (result externref)))
          (import "host" "object" (func $object (result anyref)))
          (import "host" "values" (func $values))
          (import "host" "let_go" (func $let_go))
          (tag $t) (tag $e (param i64))
          (memory 0)
          (elem declare func $large $three)
          (global $list (mut (ref null $node)) (ref.null $node))
          (global $held (mut (ref null $c)) (ref.null $c))
          (func $large (local {locals}) (suspend $t))
          (func $three (type $f3))
          (func $suspended (result (ref null $c))
            (block $caught (result (ref $c))
              (resume $c (on $t $caught) (cont.new $c (ref.func $large)))
              (unreachable)))
          (func (export "run") (local $i i32)
            (loop $l
              (global.set $list (struct.new $node (global.get $list)))
              (br_if $l (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 600000))))
            {held}
            (loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
            {let_go}
            (local.set $i (i32.const 0))
            (loop $l
              {again}
              (br_if $l (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 500))))))"#,
        locals = "i64 ".repeat(10_000),
    );
    wat::parse_str(text).unwrap()
}

/// Gives guests host values and objects, or null if there is no room.
#[derive(Default)]
struct Gives {
    held: Vec<dergwasm_store::Hold>,
}

impl Host for Gives {
    fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        match call.id.0 {
            0 => {
                let made = machine.alloc_extern(self, Box::new([0_u8; 4000]));
                call.values[0] = Value::from_bits(made.unwrap_or(0));
            }
            1 => {
                let header = ObjectHeader { ty: EXCEPTION_TYPE, len: 0 };
                let made = machine.alloc_object(self, header, 8);
                call.values[0] = Value::from_bits(made.map_or(0, dergwasm_store::GcRef::word));
            }
            2 => {
                for _ in 0..100 {
                    let made = machine.alloc_extern(self, Box::new([0_u8; 4000]))?;
                    self.held.push(machine.hold(vec![made]));
                }
            }
            _ => self.held.clear(),
        }
        Ok(())
    }
}

/// How many collections there were, and how it ended.
fn collections(wasm: &[u8]) -> (u64, Result<(), Error>) {
    let mut config = Config::new();
    config.max_total_bytes(TOTAL).max_stack_bytes(1 << 20).consume_fuel(true);
    let module = Module::with_config(&config, wasm).unwrap();
    let mut machine = Machine::new(&config);
    machine.set_fuel(u64::MAX).unwrap();
    let mut host = Gives::default();
    let results: [&[ValType]; 4] = [&[ValType::EXTERNREF], &[ValType::ANYREF], &[], &[]];
    let imports: Vec<_> = (0..)
        .zip(results)
        .map(|(id, results)| {
            let ty = FuncType::new([], results.iter().copied());
            ExternVal::Func(machine.alloc_host_func(&ty, HostFuncId(id)).unwrap())
        })
        .collect();
    let instance = machine.instantiate(&mut host, &module, &imports).unwrap();
    let run = machine.export_func(instance, "run").unwrap();
    let result = machine.invoke(&mut host, run, &mut [Value::ZERO]);
    assert!(machine.store().total_bytes() <= TOTAL);
    assert!(machine.store().used_bytes(Resource::GcHeap) > 8 << 20);
    (machine.heap_stats().collections, result)
}

#[test]
fn a_full_machine_does_not_collect_again_and_again() {
    // A continuation of 160 KB that is let go of leaves room for one more.
    let (hold, resume) = ("(global.set $held (call $suspended))", "(resume $c (global.get $held))");
    let cases = [
        ("suspend", hold, resume, "(drop (call $suspended))"),
        ("cont.new", "", "", "(drop (cont.new $c (ref.func $large)))"),
        (
            "cont.bind",
            "",
            "",
            "(drop (cont.bind $c3 $c (i64.const 1) (i64.const 2) (i64.const 3)
               (cont.new $c3 (ref.func $three))))",
        ),
        ("struct.new", "", "", "(drop (struct.new $node (ref.null $node)))"),
        ("array.new", "", "", "(drop (array.new_default $bytes (i32.const 3000)))"),
        (
            "throw",
            "",
            "",
            "(block $h (result i64) (try_table (catch $e $h) (throw $e (i64.const 1)))
               (unreachable)) (drop)",
        ),
        ("a host value", "(call $values)", "(call $let_go)", "(drop (call $value))"),
        ("an object of the host", "", "", "(drop (call $object))"),
    ];
    for (what, held, let_go, again) in cases {
        let (before, _) = collections(&full(held, let_go, "(nop)"));
        let (after, result) = collections(&full(held, let_go, again));
        // Arrays and host values are two megabytes together; a collection looks at ten.
        assert!(after <= before + 4, "{what}: {} collections, {result:?}", after - before);
        if let Err(error) = result {
            assert_eq!(error.trap(), Some(Trap::ResourceLimit), "{what}: {error}");
        }
    }
}
