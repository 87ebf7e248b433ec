//! Stack switching: what continuations do, across instances, exceptions and collections.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{Config, Error, Host, HostCall, Machine, MachineMut, Module};
use dergwasm_store::{ExternVal, HostFuncId, InstanceAddr, Resource};
use dergwasm_types::{FuncType, Trap, ValType, Value};

const PROGRAM: &str = r#"(module
  (type $void (func))
  (type $give (func (param i32) (result i32)))
  (type $gen (func))
  (type $kgen (cont $gen))
  (type $more (func (param i32) (result i32)))
  (type $kmore (cont $more))
  (type $three (func (param i32 i64 i32) (result i64)))
  (type $kthree (cont $three))
  (type $one (func (param i32) (result i64)))
  (type $kone (cont $one))
  (type $box (struct (field i32) (field (mut (ref null $box)))))
  (import "host" "twice" (func $twice (type $more)))
  (import "other" "sum" (func $other_sum (type $more)))
  (import "other" "ask" (tag $ask (param i32) (result i32)))
  (tag $yield (param i32))
  (tag $other (param i32))
  (tag $thrown (param i32))
  (tag $swap (result i32))
  (elem declare func $numbers $asks $add $outer $twice $other_sum $catches $deep $boxes $ping
    $pong $never $tail $self $across)

  ;; A generator of the numbers below 10, summed.
  (func $numbers (local $i i32)
    (loop $l
      (suspend $yield (local.get $i))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))))
  (func $drain (param $k (ref null $kgen)) (result i32) (local $sum i32)
    (loop $l
      (block $on (result i32 (ref $kgen))
        (resume $kgen (on $yield $on) (local.get $k))
        (return (local.get $sum)))
      (local.set $k)
      (local.set $sum (i32.add (local.get $sum)))
      (br $l))
    (unreachable))
  (func (export "generator") (param i32) (result i32)
    (call $drain (cont.new $kgen (ref.func $numbers))))

  ;; Values go both ways, and a result comes at the end.
  (func $asks (type $more) (local $i i32)
    (loop $l
      (local.set 0 (i32.add (local.get 0) (suspend $ask (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
    (local.get 0))
  (func $answer (param $k (ref null $kmore)) (param $first i32) (result i32)
    (local $value i32)
    (local.set $value (local.get $first))
    (loop $l
      (block $on (result i32 (ref $kmore))
        (return (resume $kmore (on $ask $on) (local.get $value) (local.get $k))))
      (local.set $k)
      (local.set $value (i32.mul (i32.const 3)))
      (br $l))
    (unreachable))
  (func (export "dialogue") (param i32) (result i32)
    (call $answer (cont.new $kmore (ref.func $asks)) (local.get 0)))

  ;; A tag that the inner `resume` does not handle goes to the outer one.
  (func $outer
    (drop (call $drain (cont.new $kgen (ref.func $tail)))))
  (func $tail (suspend $yield (i32.const 1)) (suspend $other (i32.const 5)) (suspend $yield (i32.const 2)))
  (func (export "nested") (param i32) (result i32)
    (block $on (result i32 (ref $kgen))
      (resume $kgen (on $other $on) (cont.new $kgen (ref.func $outer)))
      (return (i32.const -1)))
    (drop (block $again (param (ref $kgen)) (result i32)
      (resume $kgen) (i32.const 0)))
    (i32.add (local.get 0)))

  (func $add (type $three)
    (i64.add (i64.extend_i32_u (i32.sub (local.get 0) (local.get 2))) (local.get 1)))
  (func (export "bound") (param i32) (result i64)
    (resume $kone (local.get 0)
      (cont.bind $kthree $kone (i32.const 100) (i64.const 7)
        (cont.new $kthree (ref.func $add)))))

  ;; An exception thrown into a continuation, and one that comes out of it.
  (func $catches (type $more)
    (block $h (result i32)
      (try_table (catch $thrown $h) (drop (suspend $ask (i32.const 0))))
      (i32.const -1)))
  (func (export "into") (param $x i32) (result i32) (local $k (ref null $kmore))
    (block $on (result i32 (ref $kmore))
      (return (resume $kmore (on $ask $on) (i32.const 0) (cont.new $kmore (ref.func $catches)))))
    (local.set $k)
    (drop)
    (resume_throw $kmore $thrown (local.get $x) (local.get $k)))
  (func (export "out_of") (param $x i32) (result i32)
    (block $h (result i32)
      (try_table (catch $thrown $h)
        (drop (resume_throw $kmore $thrown (local.get $x) (cont.new $kmore (ref.func $asks)))))
      (i32.const -1)))

  ;; Many frames are suspended and resumed in another place of the stack.
  (func $deep (type $more)
    (if (result i32) (local.get 0)
      (then (i32.add (local.get 0) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
      (else (suspend $ask (i32.const 0)))))
  (func $lower (param $n i32) (param $k (ref null $kmore)) (param $x i32) (result i32)
    (if (result i32) (local.get $n)
      (then (call $lower (i32.sub (local.get $n) (i32.const 1)) (local.get $k) (local.get $x)))
      (else (resume $kmore (local.get $x) (local.get $k)))))
  (func (export "deep") (param $n i32) (result i32) (local $k (ref null $kmore))
    (block $on (result i32 (ref $kmore))
      (return (resume $kmore (on $ask $on) (local.get $n) (cont.new $kmore (ref.func $deep)))))
    (local.set $k)
    (drop)
    (call $lower (i32.const 50) (local.get $k) (i32.const 1000)))

  ;; A function of the host and one of another instance.
  (func (export "elsewhere") (param $n i32) (result i32)
    (i32.add
      (resume $kmore (local.get $n) (cont.new $kmore (ref.func $twice)))
      (i32.add
        (call $answer (cont.new $kmore (ref.func $other_sum)) (local.get $n))
        (call $answer (cont.new $kmore (ref.func $across)) (local.get $n)))))
  (func $across (type $more)
    (i32.add (call $other_sum (local.get 0)) (suspend $ask (i32.const 1))))

  ;; References in suspended frames.
  (func $boxes (type $more) (local $i i32) (local $list (ref null $box))
    (loop $l
      (struct.new $box (local.get $i) (local.get $list))
      (local.set $i (i32.add (local.get $i) (suspend $ask (local.get $i))))
      (local.set $list)
      (br_if $l (i32.lt_u (local.get $i) (local.get 0))))
    (local.set $i (i32.const 0))
    (block $end
      (loop $l
        (local.set $i (i32.add (local.get $i) (struct.get $box 0 (br_on_null $end (local.get $list)))))
        (local.set $list (struct.get $box 1 (local.get $list)))
        (br $l)))
    (local.get $i))
  (func (export "boxes") (param $n i32) (result i32) (local $k (ref null $kmore)) (local $x i32)
    (local.set $k (cont.new $kmore (ref.func $boxes)))
    (local.set $x (local.get $n))
    (loop $l
      (block $on (result i32 (ref $kmore))
        (return (resume $kmore (on $ask $on) (local.get $x) (local.get $k))))
      (local.set $k)
      (drop)
      (drop (struct.new $box (i32.const 99) (ref.null $box)))
      (local.set $x (i32.const 1))
      (br $l))
    (unreachable))

  ;; Two continuations hand over to each other.
  (rec
    (type $fswap (func (param i32 (ref null $kswap)) (result i32)))
    (type $kswap (cont $fswap)))
  (func $ping (type $fswap) (local $n i32) (local $k (ref null $kswap))
    (local.set $k (local.get 1))
    (local.set $n (local.get 0))
    (loop $l
      (if (i32.gt_u (local.get $n) (i32.const 20)) (then (return (local.get $n))))
      (switch $kswap $swap (i32.add (local.get $n) (i32.const 1)) (local.get $k))
      (local.set $k)
      (local.set $n)
      (br $l))
    (unreachable))
  (func $pong (type $fswap) (local $n i32) (local $k (ref null $kswap))
    (local.set $k (local.get 1))
    (local.set $n (local.get 0))
    (loop $l
      (switch $kswap $swap (i32.mul (local.get $n) (i32.const 2)) (local.get $k))
      (local.set $k)
      (local.set $n)
      (br $l))
    (unreachable))
  (func (export "ping_pong") (param i32) (result i32)
    (resume $kswap (on $swap switch) (local.get 0) (cont.new $kswap (ref.func $pong))
      (cont.new $kswap (ref.func $ping))))

  (func (export "twice") (param i32) (result i32) (local $k (ref null $kmore))
    (local.set $k (cont.new $kmore (ref.func $twice)))
    (drop (resume $kmore (i32.const 1) (local.get $k)))
    (resume $kmore (i32.const 1) (local.get $k)))
  (func $never (type $more) (suspend $other (i32.const 1)) (i32.const 0))
  (func (export "unhandled") (param i32) (result i32)
    (resume $kmore (i32.const 1) (cont.new $kmore (ref.func $never))))
  (func (export "null") (param i32) (result i32)
    (resume $kmore (i32.const 1) (ref.null $kmore)))
  (func $self (type $more) (resume $kmore (local.get 0) (cont.new $kmore (ref.func $self))))
  (func (export "endless") (param i32) (result i32) (call $self (i32.const 0)))
)"#;

const OTHER: &str = r#"(module
  (tag $ask (export "ask") (param i32) (result i32))
  (func $sum (export "sum") (param i32) (result i32) (local $sum i32)
    (loop $l
      (local.set $sum (i32.add (local.get $sum) (suspend $ask (local.get 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get $sum)))"#;

/// A host whose function doubles its argument, with a collection in between.
struct Twice;

impl Host for Twice {
    fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        machine.gc();
        call.values[0] = (2 * call.values[0].as_u32()).into();
        Ok(())
    }
}

fn machine(config: &Config) -> (Machine, InstanceAddr) {
    let module = |text| Module::with_config(config, &wat::parse_str(text).unwrap()).unwrap();
    let mut machine = Machine::new(config);
    if machine.fuel().is_some() {
        machine.set_fuel(u64::MAX).unwrap();
    }
    let other = machine.instantiate(&mut Twice, &module(OTHER), &[]).unwrap();
    let ty = FuncType::new([ValType::I32], [ValType::I32]);
    let twice = ExternVal::Func(machine.alloc_host_func(&ty, HostFuncId(0)).unwrap());
    let imports =
        [twice, machine.export(other, "sum").unwrap(), machine.export(other, "ask").unwrap()];
    let instance = machine.instantiate(&mut Twice, &module(PROGRAM), &imports).unwrap();
    (machine, instance)
}

fn call(machine: &mut Machine, instance: InstanceAddr, name: &str, n: u32) -> Result<i64, Error> {
    let func = machine.export_func(instance, name).unwrap();
    let mut values = [Value::from(n)];
    machine.invoke(&mut Twice, func, &mut values)?;
    Ok(match name {
        "bound" => values[0].as_i64(),
        _ => values[0].as_i32().into(),
    })
}

/// What `answer` gives a function that asks with these numbers.
fn answers(first: i64, asked: impl IntoIterator<Item = i64>) -> i64 {
    first + asked.into_iter().map(|number| 3 * number).sum::<i64>()
}

#[test]
fn continuations_come_and_go() {
    let mut stress = Config::new();
    stress.gc_stress(true);
    let mut metered = Config::new();
    metered.consume_fuel(true).interruptible(true);
    for config in [Config::new(), stress, metered] {
        let (mut machine, instance) = machine(&config);
        let cases = [
            ("generator", 0, 45),
            ("dialogue", 7, answers(7, 0..5)),
            ("nested", 9, 9 + 5),
            ("bound", 3, 100 - 3 + 7),
            ("into", 11, 11),
            ("out_of", 12, 12),
            ("deep", 100, 100 * 101 / 2 + 1000),
            ("elsewhere", 4, 8 + answers(0, 1..=4) + answers(0, [1, 2, 3, 4, 1])),
            ("boxes", 20, 19 * 20 / 2),
            ("ping_pong", 1, 22),
        ];
        for (name, argument, expected) in cases {
            for _ in 0..3 {
                let found = call(&mut machine, instance, name, argument);
                assert_eq!(found.unwrap(), expected, "{name}");
            }
        }
    }
}

#[test]
fn misuse_traps_and_leaves_the_machine_usable() {
    let mut config = Config::new();
    config.max_call_depth(1000);
    let (mut machine, instance) = machine(&config);
    for (name, trap) in [
        ("twice", Trap::ContinuationConsumed),
        ("unhandled", Trap::UnhandledTag),
        ("null", Trap::NullContinuation),
        ("endless", Trap::CallStackExhausted),
    ] {
        let error = call(&mut machine, instance, name, 1).unwrap_err();
        assert_eq!(error.trap(), Some(trap), "{name}: {error}");
        assert_eq!(call(&mut machine, instance, "generator", 0).unwrap(), 45);
    }
}

/// Continuations that are dropped are collected with their frames.
#[test]
fn dropped_continuations_are_forgotten() {
    let mut config = Config::new();
    config.max_gc_heap_bytes(1 << 20);
    let (mut machine, instance) = machine(&config);
    for _ in 0..20_000 {
        call(&mut machine, instance, "nested", 9).unwrap();
    }
    assert!(machine.heap_stats().collections > 0, "{:?}", machine.heap_stats());
}

/// A reference that the embedder makes up leads to no continuation of an instance that is gone.
#[test]
fn continuations_of_a_failed_instance_are_over() {
    let module = |text| Module::new(&wat::parse_str(text).unwrap()).unwrap();
    let failing = module(
        "(module (type $f (func)) (type $c (cont $f)) (tag $t) (elem declare func $g)
            (global $new (mut (ref null $c)) (ref.null $c))
            (global $suspended (mut (ref null $c)) (ref.null $c))
            (func $g (suspend $t))
            (func $start
                (global.set $new (cont.new $c (ref.func $g)))
                (block $caught (result (ref $c))
                    (resume $c (on $t $caught) (cont.new $c (ref.func $g)))
                    (unreachable))
                (global.set $suspended)
                (unreachable))
            (start $start))",
    );
    let user = module(
        "(module (type $f (func)) (type $c (cont $f))
            (func (export \"go\") (param (ref null $c)) (resume $c (local.get 0))))",
    );
    let mut machine = Machine::new(&Config::new());
    let user = machine.instantiate(&mut Twice, &user, &[]).unwrap();
    let before = machine.store().used_bytes(Resource::Continuation);
    let error = machine.instantiate(&mut Twice, &failing, &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
    drop(failing);
    let go = machine.export_func(user, "go").unwrap();
    let mut over = 0;
    for word in (4..4096).step_by(4) {
        let error = machine.invoke(&mut Twice, go, &mut [Value::from_bits(word)]).unwrap_err();
        match error.trap() {
            Some(Trap::ContinuationConsumed) => over += 1,
            trap => assert_eq!(trap, Some(Trap::NullContinuation), "{error}"),
        }
    }
    assert_eq!(over, 3, "all of them are still objects, but lead nowhere");
    machine.gc();
    let entries = machine.store().used_bytes(Resource::Continuation) - before;
    assert!(entries < 1000, "{entries} bytes of frames are still booked");
}
