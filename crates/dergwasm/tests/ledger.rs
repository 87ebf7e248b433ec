//! What a guest can make a machine keep, and who may say no.

#![expect(clippy::unwrap_used, reason = "a test that fails here says enough")]

use dergwasm::{
    Caller, Config, Decision, ErrorKind, ExternRef, Instance, Linker, Machine, Memory, MemoryType,
    Module, Resource, ResourceLimiter, Trap, store::StoreError,
};

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

/// Calls the export `run` of a module in a machine that may keep little; whatever comes of it, the
/// machine keeps no more and can be used afterwards.
fn run(wat: &str) -> Result<i32, dergwasm::Error> {
    let mut machine = Machine::with_config(&limited(), ());
    let other =
        Module::new(b"(module (func (export \"run\") (result i32) (i32.const 7)))").unwrap();
    let other = Instance::new(&mut machine, &other, &[]).unwrap();
    let other = other.get_typed_func::<(), i32>(&machine, "run").unwrap();
    let result = Module::with_config(&limited(), wat.as_bytes())
        .and_then(|module| Instance::new(&mut machine, &module, &[]))
        .and_then(|instance| {
            instance.get_typed_func::<(), i32>(&machine, "run")?.call(&mut machine, ())
        });
    assert!(total(&machine) <= LIMIT, "{} bytes are kept", total(&machine));
    assert_eq!(other.call(&mut machine, ()).unwrap(), 7);
    result
}

fn refused(wat: &str) {
    let error = run(wat).unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Store(StoreError::TotalLimit { .. })),
        "{wat}: {error}"
    );
    assert!(error.to_string().contains("max_total_bytes"), "{error}");
}

#[test]
fn what_instantiation_builds_counts_together() {
    let func = r#"(func (export "run") (result i32) (i32.const 1))"#;
    assert_eq!(run(&format!("(module (memory 200) {func})")).unwrap(), 1);
    refused(&format!("(module (memory 256) {func})"));
    refused(&format!("(module (memory 100) (memory 100) (memory 100) {func})"));
    refused(&format!("(module (memory 200) (table 1000000 funcref) {func})"));
    refused(&format!("(module (table 10000000 funcref (ref.func 0)) {func})"));
    let globals = "(global i64 (i64.const 0))".repeat(40_000);
    refused(&format!("(module (memory 230) {globals} {func})"));
    let items = "(ref.null func)".repeat(100_000);
    refused(&format!("(module (memory 230) (elem funcref {items}) {func})"));
    let funcs = "(func)".repeat(30_000);
    refused(&format!("(module (memory 230) {func} {funcs})"));
    // An object of a constant expression.
    let error = run(&format!(
        "(module (type $a (array i8))
            (global (ref $a) (array.new_default $a (i32.const 16000000))) {func})"
    ));
    assert_eq!(error.unwrap_err().trap(), Some(Trap::HeapExhausted));
}

#[test]
fn memories_and_tables_grow_from_the_same_total() {
    let wat = r#"(module (memory $m 1) (memory $n 1) (table $t 0 externref)
        (func $pages (result i32) (local $pages i32)
            (loop $more
                (if (i32.ne (memory.grow $m (i32.const 1)) (i32.const -1))
                    (then (local.set $pages (i32.add (local.get $pages) (i32.const 1)))
                        (br $more))))
            (local.get $pages))
        (func (export "run") (result i32)
            (if (i32.eq (memory.grow $n (i32.const 100)) (i32.const -1)) (then unreachable))
            (if (i32.eq (table.grow $t (ref.null extern) (i32.const 500000)) (i32.const -1))
                (then unreachable))
            (call $pages)))"#;
    // 16 MiB less 1 MiB of stack, 102 pages, and 4 000 000 bytes.
    let left = (LIMIT - (1 << 20) - 102 * 65536 - 4_000_000) / 65536;
    assert_eq!(u64::try_from(run(wat).unwrap()), Ok(left));
}

#[test]
fn the_gc_heap_grows_from_the_same_total() {
    let wat = r#"(module (memory 100) (type $a (array i8)) (type $l (struct (field (ref null $l) (ref $a))))
        (global $list (mut (ref null $l)) (ref.null $l))
        (func (export "run") (result i32)
            (loop $more
                (global.set $list (struct.new $l (global.get $list)
                    (array.new_default $a (i32.const 10000))))
                (br $more))
            (unreachable)))"#;
    let error = run(wat).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::HeapExhausted), "{error}");
    // What is dropped makes room again, however little that is.
    let wat = r#"(module (memory 100) (type $a (array i8))
        (func (export "run") (result i32) (local $i i32) (local $a (ref null $a))
            (loop $more
                (local.set $a (array.new_default $a (i32.const 3000000)))
                (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
                    (i32.const 100))))
            (array.len (local.get $a))))"#;
    assert_eq!(run(wat).unwrap(), 3_000_000);
}

/// Suspends a function with many locals, again and again; `keep` is what becomes of continuations.
fn suspend(keep: &str) -> String {
    let locals = "i64 ".repeat(5_000);
    format!(
        "(module (type $f (func)) (type $c (cont $f)) (tag $t) (elem declare func $g)
            (table $kept 0 (ref null $c))
            (func $g (local {locals}) (suspend $t))
            (func (export \"run\") (result i32) (local $i i32) (local $c (ref null $c))
                (loop $next
                    (block $caught (result (ref $c))
                        (resume $c (on $t $caught) (cont.new $c (ref.func $g)))
                        (unreachable))
                    (local.set $c)
                    {keep}
                    (br_if $next (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))
                (local.get $i)))"
    )
}

#[test]
fn suspended_continuations_count_and_are_collected() {
    // 2000 of them would take 160 MB.
    assert_eq!(run(&suspend("")).unwrap(), 2000);
    let keep = "(drop (table.grow $kept (local.get $c) (i32.const 1)))";
    let error = run(&suspend(keep)).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::ResourceLimit));
    assert!(error.to_string().contains("suspended continuations"), "{error}");
}

/// Links a million structures, holds `held` suspended functions with many locals, grows a memory until
/// nothing is left, ends those that are held, and suspends such a function 200 times.
fn suspend_in_a_full_store(held: u32) -> String {
    let locals = "i64 ".repeat(20_000);
    format!(
        r#"(module (type $f (func)) (type $c (cont $f)) (tag $t) (elem declare func $g)
            (type $node (struct (field (ref null $node))))
            (memory 0) (table $held {held} (ref null $c)) (global $list (mut (ref null $node)) (ref.null $node))
            (func $g (local {locals}) (suspend $t))
            (func $suspended (result (ref $c))
                (block $caught (result (ref $c))
                    (resume $c (on $t $caught) (cont.new $c (ref.func $g)))
                    (unreachable)))
            (func (export "run") (result i32) (local $i i32)
                (loop $more
                    (global.set $list (struct.new $node (global.get $list)))
                    (br_if $more (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000))))
                (local.set $i (i32.const 0))
                (loop $more
                    (table.set $held (local.get $i) (call $suspended))
                    (br_if $more (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {held}))))
                (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
                (local.set $i (i32.const 0))
                (loop $more
                    (resume $c (table.get $held (local.get $i)))
                    (br_if $more (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {held}))))
                (local.set $i (i32.const 0))
                (loop $next
                    (drop (call $suspended))
                    (br_if $next (i32.lt_u
                        (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 200))))
                (local.get $i)))"#
    )
}

/// How often a program collects in a store of 64 MiB, and how it ends.
fn collections_of(wat: &str) -> (u64, Result<i32, dergwasm::Error>) {
    let mut config = Config::new();
    config.max_total_bytes(64 << 20).max_stack_bytes(1 << 20);
    let mut machine = Machine::with_config(&config, ());
    let module = Module::with_config(&config, wat.as_bytes()).unwrap();
    let instance = Linker::new().instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    let result = run.call(&mut machine, ());
    (machine.heap_stats().collections, result)
}

/// No fuel pays for looking at a million structures at each suspension.
#[test]
fn a_full_store_is_not_collected_at_every_suspension() {
    // With room for some garbage the program runs.
    let (collections, result) = collections_of(&suspend_in_a_full_store(8));
    assert_eq!(result.unwrap(), 200);
    assert!(collections < 50, "{collections} collections in 200 suspensions");
    // With room for none it ends.
    let (collections, result) = collections_of(&suspend_in_a_full_store(1));
    assert_eq!(result.unwrap_err().trap(), Some(Trap::ResourceLimit));
    assert!(collections < 8, "{collections} collections before the store was full");
}

#[test]
fn continuations_that_were_never_started_count() {
    let wat = r#"(module (type $f (func)) (type $c (cont $f)) (elem declare func $g) (func $g)
        (table $kept 0 (ref null $c))
        (func (export "run") (result i32)
            (loop $next
                (br_if $next (i32.ne (i32.const -1)
                    (table.grow $kept (cont.new $c (ref.func $g)) (i32.const 1)))))
            (table.size $kept)))"#;
    match run(wat) {
        Ok(kept) => assert!(kept > 10_000, "{kept}"),
        Err(error) => {
            assert!(matches!(error.trap(), Some(Trap::ResourceLimit | Trap::HeapExhausted)));
        }
    }
}

#[test]
fn host_values_count_and_make_collections_come() {
    let mut machine = Machine::with_config(&limited(), ());
    let mut most = 0;
    for i in 0..100_000_u32 {
        let mut scope = dergwasm::RootScope::new(&mut machine);
        ExternRef::new(&mut scope, i).unwrap();
        drop(scope);
        let used = machine.core().store().used_bytes(Resource::HostValue);
        most = most.max(used);
    }
    assert!(most < 100_000, "{most} bytes of dead host values stood at once");
    // Held ones are refused at the limit.
    let mut kept = Vec::new();
    let error = loop {
        match ExternRef::new(&mut machine, [0_u8; 4096]) {
            Ok(value) => kept.push(value),
            Err(error) => break error,
        }
        assert!(total(&machine) <= LIMIT && kept.len() < 4096);
    };
    assert!(kept.len() > 3000, "{}", kept.len());
    assert!(error.to_string().contains("host values"), "{error}");
}

/// What the host makes for a guest does not make the machine look at all objects each time either.
#[test]
fn a_full_store_is_not_collected_at_every_host_value() {
    let wat = r#"(module (type $node (struct (field (ref null $node))))
        (memory (export "memory") 0) (global $list (mut (ref null $node)) (ref.null $node))
        (func (export "run") (local $i i32)
            (loop $more
                (global.set $list (struct.new $node (global.get $list)))
                (br_if $more (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000))))
            (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))))"#;
    let mut config = Config::new();
    config.max_total_bytes(64 << 20).max_stack_bytes(1 << 20);
    let mut machine = Machine::with_config(&config, ());
    let module = Module::with_config(&config, wat.as_bytes()).unwrap();
    let instance = Linker::new().instantiate(&mut machine, &module).unwrap();
    instance.get_typed_func::<(), ()>(&machine, "run").unwrap().call(&mut machine, ()).unwrap();
    let before = machine.heap_stats().collections;
    let mut made = 0_u64;
    for i in 0..20_000_u32 {
        let mut scope = dergwasm::RootScope::new(&mut machine);
        made += u64::from(ExternRef::new(&mut scope, i).is_ok());
    }
    let collections = machine.heap_stats().collections - before;
    assert!(made > 10_000, "only {made} of 20000 could be made, though all before were dead");
    assert!(collections * 50 < made, "{collections} collections for {made} values");
}

/// A value of the host that panics where it is dropped, once.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "dropped");
    }
}

#[test]
fn a_host_value_that_panics_where_it_is_dropped_leaves_the_books_true() {
    let mut machine = Machine::with_config(&limited(), ());
    let module = Module::new(suspend("").as_bytes()).unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap(), 2000);
    {
        let mut scope = dergwasm::RootScope::new(&mut machine);
        for i in 0..10_u32 {
            ExternRef::new(&mut scope, i).unwrap();
        }
        ExternRef::new(&mut scope, Bomb).unwrap();
        for i in 0..10_u32 {
            ExternRef::new(&mut scope, i).unwrap();
        }
    }
    let used = |machine: &Machine<()>, resource| machine.core().store().used_bytes(resource);
    let full = used(&machine, Resource::HostValue);
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| machine.gc()));
    assert!(panicked.is_err());
    // The dead continuations went first, and so did the values before.
    assert!(used(&machine, Resource::Continuation) < 1 << 20);
    let left = used(&machine, Resource::HostValue);
    assert!(0 < left && left < full, "{left} of {full}");
    machine.gc();
    assert_eq!(used(&machine, Resource::HostValue), 0);
    assert_eq!(run.call(&mut machine, ()).unwrap(), 2000);
}

/// Types stay in a machine for good, whether their modules can be instantiated or not.
#[test]
fn ever_new_types_fill_a_machine() {
    let mut config = limited();
    config.max_total_bytes(2 << 20).max_stack_bytes(1 << 16);
    let mut machine = Machine::with_config(&config, ());
    let linker = Linker::new();
    let mut refused = 0;
    for i in 0..100 {
        let fields = |j: usize| "(field i64)".repeat((i * 37 + j) % 101) + &"(field i32)".repeat(j);
        let types: String = (0..40).map(|j| format!("(type (struct {}))", fields(j))).collect();
        let module = Module::new(format!("(module {types})").as_bytes()).unwrap();
        match linker.instantiate(&mut machine, &module) {
            Ok(_) => assert_eq!(refused, 0, "what is full stays full"),
            Err(error) => {
                assert!(error.to_string().contains("max_total_bytes"), "{error}");
                refused += 1;
            }
        }
        // The last module that fits may exceed the limit by its own types.
        assert!(total(&machine) < (2 << 20) + (1 << 18), "{}", total(&machine));
    }
    assert!(refused > 0);
}

/// Counts what it is asked, and answers by what the embedder's data says.
#[derive(Default)]
struct Tenant {
    answer: Option<Decision>,
    asked: Vec<(&'static str, u64)>,
}

impl Tenant {
    fn decide(&mut self, what: &'static str, desired: u64) -> Decision {
        self.asked.push((what, desired));
        self.answer.unwrap_or(Decision::Allow)
    }
}

impl ResourceLimiter for Tenant {
    fn memory_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> Decision {
        self.decide("memory", desired)
    }

    fn table_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> Decision {
        self.decide("table", desired)
    }

    fn resource_growing(&mut self, resource: Resource, _: u64, desired: u64) -> Decision {
        self.decide(resource.name(), desired)
    }
}

const GROW: &str = r#"(module (import "host" "answer" (func $answer (param i32)))
    (type $a (array i8)) (memory 1) (table $t 1 funcref)
    (func (export "memory") (param i32) (result i32) (call $answer (local.get 0))
        (memory.grow (i32.const 1)))
    (func (export "table") (param i32) (result i32) (call $answer (local.get 0))
        (table.grow $t (ref.null func) (i32.const 1)))
    (func (export "object") (param i32) (result i32) (call $answer (local.get 0))
        (array.len (array.new_default $a (i32.const 4000000)))))"#;

#[test]
fn a_limiter_reads_the_embedders_data_and_sees_every_kind() {
    let mut machine = Machine::new(Tenant::default());
    machine.limiter(|tenant| tenant);
    let mut linker = Linker::new();
    let answer = |mut caller: Caller<'_, Tenant>, answer: i32| {
        caller.data_mut().answer = Some(match answer {
            0 => Decision::Allow,
            1 => Decision::Deny,
            _ => Decision::Trap,
        });
    };
    linker.func_wrap("host", "answer", answer).unwrap();
    let module = Module::new(GROW.as_bytes()).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let f = |name| instance.get_typed_func::<i32, i32>(&machine, name).unwrap();
    let (memory, table, object) = (f("memory"), f("table"), f("object"));
    assert_eq!(memory.call(&mut machine, 1).unwrap(), -1);
    assert_eq!(table.call(&mut machine, 1).unwrap(), -1);
    let error = object.call(&mut machine, 1).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::HeapExhausted));
    for func in [&memory, &table, &object] {
        let error = func.call(&mut machine, 2).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::ResourceLimit));
    }
    assert_eq!(memory.call(&mut machine, 0).unwrap(), 1);
    assert_eq!(table.call(&mut machine, 0).unwrap(), 1);
    assert_eq!(object.call(&mut machine, 0).unwrap(), 4_000_000);
    let asked = &machine.data().asked;
    for what in ["memory", "table", "globals", "instances", "the GC heap"] {
        assert!(asked.iter().any(|(asked, _)| *asked == what), "{what} is not in {asked:?}");
    }
    // The embedder's own growth asks as well.
    machine.data_mut().answer = Some(Decision::Deny);
    Memory::new(&mut machine, MemoryType::new(1, None)).unwrap_err();
    machine.heap().unwrap().grow(&mut machine, 1).unwrap_err();
    ExternRef::new(&mut machine, 1).unwrap_err();
    linker.instantiate(&mut machine, &module).unwrap_err();
}

#[test]
fn a_limiter_that_panics_leaves_the_machine_usable() {
    struct Panics;
    impl ResourceLimiter for Panics {
        fn memory_growing(&mut self, current: u64, _: u64, _: Option<u64>) -> Decision {
            assert_eq!(current, 0, "the limiter panics");
            Decision::Allow
        }
        fn table_growing(&mut self, _: u64, _: u64, _: Option<u64>) -> Decision {
            Decision::Allow
        }
    }
    let mut machine = Machine::new(());
    machine.set_limiter(Panics);
    let module = Module::new(
        br#"(module (memory 1) (func (export "grow") (result i32) (memory.grow (i32.const 1)))
            (func (export "size") (result i32) (memory.size)))"#,
    )
    .unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let f = |name| instance.get_typed_func::<(), i32>(&machine, name).unwrap();
    let (grow, size) = (f("grow"), f("size"));
    let call = std::panic::AssertUnwindSafe(|| grow.call(&mut machine, ()));
    assert!(std::panic::catch_unwind(call).is_err());
    assert_eq!(size.call(&mut machine, ()).unwrap(), 1);
}
