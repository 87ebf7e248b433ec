//! Atomic instructions: what the official suite leaves open.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{Config, Instance, Machine, Module, Trap, TypedResumableCall};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// A machine, and an instance in it that imports nothing.
fn instantiate(config: &Config, text: &str) -> (Machine<()>, Instance) {
    let mut machine = Machine::with_config(config, ());
    let module = Module::with_config(config, text.as_bytes()).unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    (machine, instance)
}

/// An atomic instruction that reads or changes memory.
struct Access {
    name: String,
    ty: &'static str,
    /// How many bytes it accesses.
    width: u32,
    /// How many operands it has besides the address.
    operands: usize,
}

/// All of them.
fn accesses() -> Vec<Access> {
    let mut all = Vec::new();
    for (ty, whole, widths) in [("i32", 4, &[1, 2, 4][..]), ("i64", 8, &[1, 2, 4, 8])] {
        for &width in widths {
            let (digits, u) = match width == whole {
                true => (String::new(), ""),
                false => ((8 * width).to_string(), "_u"),
            };
            let mut add = |name, operands| all.push(Access { name, ty, width, operands });
            add(format!("{ty}.atomic.load{digits}{u}"), 0);
            add(format!("{ty}.atomic.store{digits}"), 1);
            for op in ["add", "sub", "and", "or", "xor", "xchg"] {
                add(format!("{ty}.atomic.rmw{digits}.{op}{u}"), 1);
            }
            add(format!("{ty}.atomic.rmw{digits}.cmpxchg{u}"), 2);
        }
    }
    all
}

/// A module with two memories and a function for each access to each, all of the same type.
fn every_access() -> String {
    let mut text =
        String::from(r#"(module (memory (export "near") 1) (memory (export "far") i64 1)"#);
    for Access { name, ty, operands, .. } in accesses() {
        let value = |i| match ty {
            "i32" => format!("(i32.wrap_i64 (local.get {i}))"),
            _ => format!("(local.get {i})"),
        };
        let values: String = (1..=operands).map(value).collect();
        for (memory, address) in [("0", "(local.get 0)"), ("1", "(i64.extend_i32_u (local.get 0))")]
        {
            let access = format!("({name} {memory} offset=16 {address} {values})");
            let body = match ty {
                _ if name.contains("store") => format!("{access} (i64.const 0)"),
                "i32" => format!("(i64.extend_i32_u {access})"),
                _ => access,
            };
            let export = format!(r#"(export "{name} {memory}")"#);
            write!(text, "(func {export} (param i32 i64 i64) (result i64) {body})").unwrap();
        }
    }
    text + ")"
}

/// What an instruction leaves in the bytes it accesses, computed with numbers of its width.
fn stored(name: &str, width: u32, old: u64, a: u64, b: u64) -> u64 {
    let mask = u64::MAX >> (64 - 8 * width);
    let (old, a, b) = (old & mask, a & mask, b & mask);
    let op = name.split('.').find_map(|part| part.strip_suffix("_u").or(Some(part)).filter(known));
    let new = match op {
        None if name.contains("store") => a,
        None => old,
        Some("add") => old.wrapping_add(a),
        Some("sub") => old.wrapping_sub(a),
        Some("and") => old & a,
        Some("or") => old | a,
        Some("xor") => old ^ a,
        Some("xchg") => a,
        Some(_) if old == a => b,
        Some(_) => old,
    };
    new & mask
}

fn known(op: &&str) -> bool {
    ["add", "sub", "and", "or", "xor", "xchg", "cmpxchg"].contains(op)
}

#[test]
fn accesses_do_the_same_in_every_memory() {
    const OLD: u64 = 0x8899_aabb_ccdd_eeff;
    let (mut machine, instance) = instantiate(&Config::default(), &every_access());
    let memories = ["near", "far"].map(|name| instance.get_memory(&machine, name).unwrap());
    for Access { name, width, .. } in accesses() {
        let mut call = |memory: usize, address: u32, a: u64, b: u64| {
            for memory in memories {
                memory.data_mut(&mut machine).unwrap()[16..40].fill(0x77);
                memory.set(&mut machine, 24, OLD).unwrap();
            }
            let name = format!("{name} {memory}");
            let f = instance.get_typed_func::<(u32, u64, u64), u64>(&machine, &name).unwrap();
            let result = f.call(&mut machine, (address, a, b)).map_err(|error| error.trap());
            let bytes = memories.map(|memory| memory.data(&machine).unwrap()[16..40].to_vec());
            (result, bytes)
        };
        let mask = u64::MAX >> (64 - 8 * width);
        let old = OLD & mask;
        // Operands have bits that a narrow access does not: the last two expect what is there.
        let operands = [(0x0123_4567_89ab_cdef, 0x55), (old, u64::MAX), (old | 1 << 33, 0)];
        let above = [(OLD, 0x0123_4567_89ab_cdef), (old | !mask, !mask | 1)];
        for (a, b) in operands.into_iter().chain(above) {
            let (result, [changed, untouched]) = call(0, 8, a, b);
            assert_eq!(result, Ok(if name.contains("store") { 0 } else { old }), "{name}");
            let new = OLD & !mask | stored(&name, width, OLD, a, b);
            assert_eq!(changed[8..16], new.to_le_bytes(), "{name} {a:x} {b:x}");
            assert_eq!(call(1, 8, a, b), (result, [untouched, changed]), "{name}");
        }
        for memory in [0, 1] {
            let end = 65536 - 16;
            assert!(call(memory, end - width, 0, 0).0.is_ok(), "{name} {memory}");
            let beyond = call(memory, end, 0, 0).0;
            assert_eq!(beyond, Err(Some(Trap::MemoryOutOfBounds)), "{name} {memory}");
            if width > 1 {
                let unaligned = call(memory, 8 + width / 2, 0, 0).0;
                assert_eq!(unaligned, Err(Some(Trap::UnalignedAtomic)), "{name} {memory}");
            }
        }
    }
}

const WAITING: &str = r#"(module
    (memory (export "memory") 1 1 shared) (memory 1) (memory i64 1 1 shared)
    (func (export "wait") (param i32 i32 i64) (result i32)
        (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "wait64") (param i32 i32 i64) (result i32)
        (memory.atomic.wait64 2 offset=8 (i64.extend_i32_u (local.get 0))
            (i64.extend_i32_s (local.get 1)) (local.get 2)))
    (func (export "unshared") (param i32 i32 i64) (result i32)
        (memory.atomic.wait32 1 (local.get 0) (local.get 1) (local.get 2)))
    (func (export "notify") (param i32 i32 i64) (result i32)
        (memory.atomic.notify (local.get 0) (local.get 1)))
    (type $s (struct (field i32)))
    (func (export "garbage") (param i32)
        (loop
            (drop (struct.new $s (i32.const -1)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (export "objects") (param i32 i32 i64) (result i32) (local $x (ref null $s))
        (local.set $x (struct.new $s (i32.const 30)))
        (struct.new $s (i32.const 10))
        (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2))
        (local.set 0)
        (struct.get $s 0)
        (i32.add (struct.get $s 0 (local.get $x)))
        (i32.add (local.get 0)))
    (func (export "between") (param i32 i32 i64) (result i32)
        (i32.add (i32.mul (local.get 1) (i32.const 3))
            (memory.atomic.wait32 (local.get 0) (local.get 1) (local.get 2)))))"#;

#[test]
fn waits_end_by_themselves_or_trap() {
    let (mut machine, instance) = instantiate(&Config::default(), WAITING);
    let mut call = |name: &str, address: u32, expected: i32, timeout: i64| {
        let f = instance.get_typed_func::<(u32, i32, i64), u32>(&machine, name).unwrap();
        f.call(&mut machine, (address, expected, timeout)).map_err(|error| error.trap())
    };
    for name in ["wait", "wait64"] {
        assert_eq!(call(name, 0, 5, -1), Ok(1), "what is there is not what was expected");
        assert_eq!(call(name, 0, 0, 0), Ok(2));
        // 292 years are not waited for in vain where nothing could end it.
        assert_eq!(call(name, 0, 0, i64::MAX), Ok(2));
        assert_eq!(call(name, 0, 0, -1), Err(Some(Trap::WaitForever)));
        assert_eq!(call(name, 2, 0, 0), Err(Some(Trap::UnalignedAtomic)));
        assert_eq!(call(name, 65536, 0, 0), Err(Some(Trap::MemoryOutOfBounds)));
    }
    assert_eq!(call("unshared", 0, 0, 0), Err(Some(Trap::ExpectedSharedMemory)));
    assert_eq!(call("notify", 65532, 5, 0), Ok(0));
    assert_eq!(call("notify", 65536, 5, 0), Err(Some(Trap::MemoryOutOfBounds)));
    assert_eq!(call("notify", 1, 5, 0), Err(Some(Trap::UnalignedAtomic)));
}

#[test]
fn a_wait_that_can_be_interrupted_takes_its_time() {
    let mut config = Config::new();
    config.interruptible(true);
    let (mut machine, instance) = instantiate(&config, WAITING);
    let wait = instance.get_typed_func::<(u32, i32, i64), u32>(&machine, "wait").unwrap();
    let start = Instant::now();
    assert_eq!(wait.call(&mut machine, (0, 0, 20_000_000)).unwrap(), 2);
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[test]
fn an_interrupted_wait_can_be_resumed() {
    let mut config = Config::new();
    config.interruptible(true);
    let (mut machine, instance) = instantiate(&config, WAITING);
    let memory = instance.get_memory(&machine, "memory").unwrap();
    let wait = instance.get_typed_func::<(u32, i32, i64), u32>(&machine, "between").unwrap();
    memory.set(&mut machine, 0, 5).unwrap();
    let handle = machine.interrupt_handle_for_run();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        handle.interrupt();
    });
    let outcome = wait.call_resumable(&mut machine, (0, 5, i64::MAX)).unwrap();
    other.join().unwrap();
    let TypedResumableCall::Paused(paused) = outcome else { panic!("nothing else ends it") };
    assert_eq!(paused.reason(), Trap::Interrupted);
    // The wait begins anew, and now finds something else.
    memory.set(&mut machine, 0, 6).unwrap();
    let outcome = paused.resume(&mut machine).unwrap();
    assert!(matches!(outcome, TypedResumableCall::Finished(16)), "{outcome:?}");
}

#[test]
fn objects_live_on_while_a_wait_is_paused() {
    let mut config = Config::new();
    config.interruptible(true);
    let (mut machine, instance) = instantiate(&config, WAITING);
    let wait = instance.get_typed_func::<(u32, i32, i64), u32>(&machine, "objects").unwrap();
    let garbage = instance.get_typed_func::<u32, ()>(&machine, "garbage").unwrap();
    let handle = machine.interrupt_handle_for_run();
    let other = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(10));
        handle.interrupt();
    });
    let outcome = wait.call_resumable(&mut machine, (0, 0, i64::MAX)).unwrap();
    other.join().unwrap();
    let TypedResumableCall::Paused(paused) = outcome else { panic!("nothing else ends it") };
    machine.core_mut().gc();
    garbage.call(&mut machine, 10_000).unwrap();
    let memory = instance.get_memory(&machine, "memory").unwrap();
    memory.set(&mut machine, 0, 1).unwrap();
    let outcome = paused.resume(&mut machine).unwrap();
    assert!(matches!(outcome, TypedResumableCall::Finished(41)), "{outcome:?}");
}

/// Slices of time that are shorter than the wait do not keep it from ending.
#[test]
fn a_wait_that_is_interrupted_again_and_again_ends() {
    let mut config = Config::new();
    config.interruptible(true);
    let (mut machine, instance) = instantiate(&config, WAITING);
    let wait = instance.get_typed_func::<(u32, i32, i64), u32>(&machine, "wait").unwrap();
    let handle = machine.interrupt_handle();
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let other = std::thread::spawn(move || {
        while ended.recv_timeout(Duration::from_millis(5)).is_err() {
            handle.interrupt();
        }
    });
    let start = Instant::now();
    let mut outcome = wait.call_resumable(&mut machine, (0, 0, 50_000_000)).unwrap();
    let mut pauses = 0;
    while let TypedResumableCall::Paused(paused) = outcome {
        pauses += 1;
        outcome = paused.resume(&mut machine).unwrap();
    }
    done.send(()).unwrap();
    other.join().unwrap();
    assert!(matches!(outcome, TypedResumableCall::Finished(2)));
    assert!(pauses > 0 && start.elapsed() >= Duration::from_millis(50), "{pauses}");
}
