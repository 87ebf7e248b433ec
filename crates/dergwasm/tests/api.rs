//! The interface as a user meets it: instances, functions, imports, globals, tables, memories.

use dergwasm::{
    Caller, Error, ErrorKind, Extern, ExternRef, Func, FuncType, Global, GlobalType, Instance,
    LinkError, Linker, Machine, Memory, MemoryType, MissingImports, Module, RefType, Rooted, Table,
    TableType, Trap, Val, ValType,
};

/// A machine without data, and an instance in it that imports nothing.
fn instantiate(wat: &str) -> (Machine<()>, Instance) {
    let mut machine = Machine::new(());
    let module = Module::new(wat.as_bytes()).expect("valid");
    let instance = Instance::new(&mut machine, &module, &[]).expect("imports nothing");
    (machine, instance)
}

const I64: ValType = ValType::I64;

#[test]
fn typed_functions_take_and_return_every_type() {
    let (mut machine, instance) = instantiate(
        r#"(module
            (func (export "i32") (param i32) (result i32) local.get 0)
            (func (export "i64") (param i64) (result i64) local.get 0)
            (func (export "f32") (param f32) (result f32) local.get 0)
            (func (export "f64") (param f64) (result f64) local.get 0)
            (func (export "v128") (param v128) (result v128) local.get 0)
            (func (export "extern") (param externref) (result externref) local.get 0)
            (func (export "func") (param funcref) (result funcref) local.get 0))"#,
    );
    macro_rules! identity {
        ($name:literal: $T:ty = $value:expr) => {
            let f = instance.get_typed_func::<$T, $T>(&machine, $name).unwrap();
            assert_eq!(f.call(&mut machine, $value).unwrap(), $value);
        };
    }
    identity!("i32": i32 = -5);
    identity!("i32": u32 = u32::MAX);
    identity!("i64": i64 = i64::MIN);
    identity!("i64": u64 = u64::MAX - 1);
    identity!("f32": f32 = -0.5);
    identity!("f64": f64 = 1e300);
    identity!("v128": u128 = u128::MAX << 7);
    identity!("extern": Option<Rooted<ExternRef>> = None);
    let func = instance.get_func(&machine, "i32");
    identity!("func": Option<Func> = func);
    identity!("func": Option<Func> = None);
}

#[test]
fn sixteen_parameters_and_results_go_both_ways() {
    let module = r#"(module
        (type $t (func
            (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)
            (result i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)))
        (import "host" "rotate" (func $rotate (type $t)))
        (func (export "rotate") (type $t)
            local.get 0 local.get 1 local.get 2 local.get 3 local.get 4 local.get 5 local.get 6
            local.get 7 local.get 8 local.get 9 local.get 10 local.get 11 local.get 12
            local.get 13 local.get 14 local.get 15 call $rotate))"#;
    type Many = (u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, u32, i64);
    let mut linker = Linker::new();
    let rotate = |a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p: i64| -> Many {
        (b, c, d, e, f, g, h, i, j, k, l, m, n, o, a, -p)
    };
    linker.func_wrap("host", "rotate", rotate).unwrap();
    let mut machine = Machine::new(());
    let module = Module::new(module.as_bytes()).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let f = instance.get_typed_func::<Many, Many>(&machine, "rotate").unwrap();
    let params = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    // Tuples of more than 12 cannot be compared.
    let (b, c, d, e, f, g, h, i, j, k, l, m, n, o, a, p) = f.call(&mut machine, params).unwrap();
    assert!([a, b, c, d, e, f, g, h, i, j, k, l, m, n, o].into_iter().eq(0..15));
    assert_eq!(p, -15);
}

#[test]
fn untyped_calls_check_their_arguments() {
    let (mut machine, instance) = instantiate(
        r#"(module (func (export "neg") (param i64) (result i64)
            (i64.sub (i64.const 0) (local.get 0))))"#,
    );
    let neg = instance.get_func(&machine, "neg").unwrap();
    assert_eq!(neg.ty(&machine).unwrap(), FuncType::new([I64], [I64]));
    let mut results = [Val::I32(0)];
    neg.call(&mut machine, &[Val::I64(3)], &mut results).unwrap();
    assert_eq!(results, [Val::I64(-3)]);

    let mut message = |params: &[Val], results: &mut [Val]| {
        neg.call(&mut machine, params, results).unwrap_err().to_string()
    };
    let wrong_type = message(&[Val::I32(3)], &mut results);
    assert!(wrong_type.contains("parameter 0") && wrong_type.contains("i64"), "{wrong_type}");
    let too_few = message(&[], &mut results);
    assert!(too_few.contains("(i64) -> i64") && too_few.contains("0 parameters"), "{too_few}");
    message(&[Val::I64(3)], &mut []);
    message(&[Val::I64(3); 40], &mut [Val::I32(0); 40]);

    let error = neg.typed::<i32, i64>(&machine).unwrap_err().to_string();
    assert_eq!(error, "the function has type (i64) -> i64, not (i32) -> i64");
}

#[test]
fn exports_are_found_by_name() {
    let (machine, instance) = instantiate(
        r#"(module (memory (export "m") 1) (global (export "g") i32 (i32.const 1))
            (table (export "t") 1 funcref) (func (export "compute")))"#,
    );
    let names: Vec<_> = instance.exports(&machine).unwrap().map(|export| export.name()).collect();
    assert_eq!(names, ["m", "g", "t", "compute"]);
    assert!(instance.get_memory(&machine, "m").is_some());
    assert!(instance.get_global(&machine, "g").is_some());
    assert!(instance.get_table(&machine, "t").is_some());
    assert!(instance.get_func(&machine, "m").is_none());
    assert!(instance.get_export(&machine, "nothing").is_none());
    let message = |name| instance.get_typed_func::<(), ()>(&machine, name).unwrap_err().to_string();
    assert_eq!(
        message("comptue"),
        "the instance exports no function `comptue`; did you mean `compute`?"
    );
    assert_eq!(message("m"), "the export `m` is a memory, not a function");
}

#[test]
fn the_start_function_runs_once_and_may_trap() {
    let wat = br#"(module (import "host" "called" (func $called)) (start $called))"#;
    let module = Module::new(wat).unwrap();
    let mut machine = Machine::new(0);
    let called = Func::wrap(&mut machine, |mut caller: Caller<'_, i32>| *caller.data_mut() += 1);
    Instance::new(&mut machine, &module, &[called.unwrap().into()]).unwrap();
    assert_eq!(machine.into_data(), 1);

    let module = Module::new(b"(module (func $start unreachable) (start $start))").unwrap();
    let error = Instance::new(&mut Machine::new(()), &module, &[]).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Unreachable));
}

#[test]
fn missing_imports_are_listed_together() {
    let module = br#"(module
        (import "env" "logg" (func (param i32)))
        (import "env" "memory" (memory 1))
        (import "math" "sin" (func (param f64) (result f64)))
        (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32))))"#;
    let module = Module::new(module).unwrap();
    let mut linker = Linker::new();
    linker.func_wrap("env", "log", |_: i32| {}).unwrap();
    linker.func_wrap("libm", "sin", |x: f64| x).unwrap();
    let error = linker.instantiate(&mut Machine::new(()), &module).unwrap_err();
    assert_eq!(
        error.to_string(),
        "4 unknown imports; define them in the linker:
  unknown import `env`.`logg`: wanted func (i32) -> () (did you mean `env`.`log`?)
  unknown import `env`.`memory`: wanted memory 1 (`Linker::define_environment` makes one)
  unknown import `math`.`sin`: wanted func (f64) -> f64 (the module `libm` defines that name; alias it)
  unknown import `wasi_snapshot_preview1`.`fd_write`: wanted func (i32, i32, i32, i32) -> i32 (add WASI to the linker)"
    );
    let missing: MissingImports = error.downcast().unwrap();
    assert_eq!(missing.imports()[2].name, "sin");

    linker.alias("env", "log", "env", "logg").unwrap().alias_module("libm", "math").unwrap();
    assert_eq!(linker.missing_imports(&module).len(), 2);
    assert!(linker.alias("nowhere", "log", "env", "x").is_err());
    assert!(linker.alias_module("libm", "math").is_err(), "defined twice");
    linker.allow_shadowing(true).alias_module("libm", "math").unwrap();
}

#[test]
fn missing_functions_can_be_left_to_fail_when_called() {
    let module = br#"(module (import "env" "f" (func $f)) (func (export "run") (call $f)))"#;
    let module = Module::new(module).unwrap();
    let mut linker = Linker::new();
    linker.define_unknown_imports_as_traps(&module).unwrap();
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), ()>(&machine, "run").unwrap();
    let error = run.call(&mut machine, ()).unwrap_err();
    assert_eq!(error.to_string(), "trap: unknown import called: `env`.`f`");
}

#[test]
fn imports_of_the_wrong_type_are_refused() {
    let wat = br#"(module (import "env" "f" (func (param i32) (result i32))))"#;
    let module = Module::new(wat).unwrap();
    let mut machine = Machine::new(());
    let memory = Memory::new(&mut machine, MemoryType::new(1, None)).unwrap();
    let mut linker = Linker::new();
    linker.define(&machine, "env", "f", memory).unwrap();
    let error = linker.instantiate(&mut machine, &module).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Link(LinkError::Mismatch { .. })), "{error}");
    assert_eq!(
        error.to_string(),
        "incompatible import type for `env`.`f`: wanted func (i32) -> i32, found memory 1"
    );
    assert!(Instance::new(&mut machine, &module, &[]).is_err());
    let f = Func::wrap(&mut machine, |x: i32| x).unwrap();
    assert!(Instance::new(&mut machine, &module, &[f.into()]).is_ok());
    assert!(Instance::new(&mut machine, &module, &[f.into(), f.into()]).is_err());
}

#[test]
fn globals_tables_and_memories_are_shared_with_the_host() {
    let wat = br#"(module
        (import "host" "counter" (global $counter (mut i64)))
        (import "host" "table" (table $table 2 funcref))
        (import "host" "memory" (memory 1))
        (func $seven (result i32) (i32.const 7))
        (elem (table $table) (i32.const 1) func $seven)
        (func (export "step")
            (global.set $counter (i64.add (global.get $counter) (i64.const 1)))
            (i64.store (i32.const 8) (global.get $counter)))
        (func (export "call") (param i32) (result i32)
            (call_indirect (result i32) (local.get 0))))"#;
    let module = Module::new(wat).unwrap();
    let mut machine = Machine::new(());
    let ty = GlobalType { content: I64, mutable: true };
    let counter = Global::new(&mut machine, ty, Val::I64(40)).unwrap();
    let ty = TableType::new(RefType::FUNC, 2, Some(4));
    let table = Table::new(&mut machine, ty, Val::FuncRef(None)).unwrap();
    let memory = Memory::new(&mut machine, MemoryType::new(1, Some(3))).unwrap();
    let imports: [Extern; 3] = [counter.into(), table.into(), memory.into()];
    let instance = Instance::new(&mut machine, &module, &imports).unwrap();

    counter.set(&mut machine, Val::I64(41)).unwrap();
    instance.get_typed_func::<(), ()>(&machine, "step").unwrap().call(&mut machine, ()).unwrap();
    assert_eq!(counter.get(&mut machine).unwrap(), Val::I64(42));
    assert_eq!(memory.get::<u64>(&machine, 8).unwrap(), 42);
    assert_eq!(machine.heap().unwrap(), memory);

    let call = instance.get_typed_func::<u32, i32>(&machine, "call").unwrap();
    assert_eq!(call.call(&mut machine, 1).unwrap(), 7);
    let trap = |result: Result<i32, Error>| result.unwrap_err().trap();
    assert_eq!(trap(call.call(&mut machine, 0)), Some(Trap::UninitializedElement));
    assert_eq!(trap(call.call(&mut machine, 9)), Some(Trap::UndefinedElement));
    let eight = Func::wrap(&mut machine, || 8).unwrap();
    table.set(&mut machine, 0, Val::from(eight)).unwrap();
    assert_eq!(call.call(&mut machine, 0).unwrap(), 8);
    let wrong = Func::wrap(&mut machine, || 8_i64).unwrap();
    assert_eq!(table.grow(&mut machine, 1, Val::from(wrong)).unwrap(), 2);
    assert_eq!(trap(call.call(&mut machine, 2)), Some(Trap::IndirectCallTypeMismatch));
    assert!(table.grow(&mut machine, 2, Val::FuncRef(None)).is_err(), "its maximum is 4");
    assert!(table.set(&mut machine, 0, Val::I32(1)).is_err());
}

#[test]
fn memory_is_checked_at_its_bounds() {
    let (mut machine, instance) = instantiate(
        r#"(module (memory (export "memory") 1 2)
            (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
            (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#,
    );
    let memory = instance.get_memory(&machine, "memory").unwrap();
    let load = instance.get_typed_func::<u32, u32>(&machine, "load").unwrap();
    memory.write(&mut machine, 65_532, &[1, 2, 3, 4]).unwrap();
    assert_eq!(load.call(&mut machine, 65_532).unwrap(), 0x0403_0201);
    let error = load.call(&mut machine, 65_533).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds));
    assert!(memory.write(&mut machine, 65_533, &[0; 4]).is_err());
    assert!(memory.read(&machine, u64::MAX, &mut [0; 2]).is_err());
    let grow = instance.get_typed_func::<(), i32>(&machine, "grow").unwrap();
    assert_eq!(grow.call(&mut machine, ()).unwrap(), 1);
    assert_eq!(load.call(&mut machine, 65_533).unwrap(), 0x0004_0302);
    assert_eq!(memory.data_size(&machine).unwrap(), 2 * 65_536);
    assert_eq!(memory.ty(&machine).unwrap(), MemoryType::new(2, Some(2)));
    assert_eq!(grow.call(&mut machine, ()).unwrap(), -1);
    assert!(memory.grow(&mut machine, 1).is_err());
}

#[test]
fn backtraces_name_functions_and_survive_host_frames() {
    let wat = br#"(module $mod
        (import "host" "f" (func $f (param i32)))
        (func $inner (param i32) (drop (i32.div_u (i32.const 1) (local.get 0))))
        (func (export "inner") (param i32) (call $inner (local.get 0)))
        (func $outer (export "outer") (call $f (i32.const 0))))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "f", |mut caller: Caller<'_, ()>, x: i32| {
            let instance = caller.instance().expect("called from WebAssembly");
            instance.get_typed_func::<i32, ()>(&caller, "inner")?.call(&mut caller, x)
        })
        .unwrap();
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let outer = instance.get_typed_func::<(), ()>(&machine, "outer").unwrap();
    let error = outer.call(&mut machine, ()).unwrap_err();
    assert_eq!(error.to_string(), "trap: integer divide by zero");
    let frames = error.backtrace().unwrap().frames();
    assert_eq!(frames[0].func_name.as_deref(), Some("inner"));
    assert_eq!(frames[0].module.as_deref(), Some("mod"));
    assert!(frames[0].offset > 8);
    assert!(format!("{error:?}").contains("inner"));
}

/// An error of the host's own.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("the dragon is asleep")]
struct Asleep(u32);

#[test]
fn host_errors_come_back_unchanged_and_leave_the_machine_usable() {
    let wat = br#"(module (import "host" "wake" (func $wake (param i32) (result i32)))
        (func (export "run") (param i32) (result i32) (call $wake (local.get 0))))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "wake", |n: u32| match n {
            0 => Err(Error::new(Asleep(7))),
            1 => Err(Trap::IntegerOverflow.into()),
            2 => Err(Error::exit(3)),
            n => Ok(n),
        })
        .unwrap();
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let run = instance.get_typed_func::<u32, u32>(&machine, "run").unwrap();
    let error = run.call(&mut machine, 0).unwrap_err();
    assert_eq!(error.downcast_ref(), Some(&Asleep(7)));
    assert_eq!(error.downcast::<Asleep>().unwrap(), Asleep(7));
    assert_eq!(run.call(&mut machine, 1).unwrap_err().trap(), Some(Trap::IntegerOverflow));
    assert_eq!(run.call(&mut machine, 2).unwrap_err().exit_status(), Some(3));
    assert_eq!(run.call(&mut machine, 9).unwrap(), 9);
}

#[test]
fn host_and_guest_call_each_other_in_turn() {
    // Ackermann's function, whose every second call goes through the host.
    let wat = br#"(module
        (import "host" "ack" (func $ack (param i32 i32) (result i32)))
        (func (export "ack") (param i32 i32) (result i32)
            (if (result i32) (i32.eqz (local.get 0))
                (then (i32.add (local.get 1) (i32.const 1)))
                (else (call $ack (i32.sub (local.get 0) (i32.const 1))
                    (if (result i32) (i32.eqz (local.get 1))
                        (then (i32.const 1))
                        (else (call $ack (local.get 0)
                            (i32.sub (local.get 1) (i32.const 1))))))))))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "ack", |mut caller: Caller<'_, u32>, m: u32, n: u32| {
            *caller.data_mut() += 1;
            let instance = caller.instance().expect("called from WebAssembly");
            let ack = instance.get_typed_func::<(u32, u32), u32>(&caller, "ack")?;
            ack.call(&mut caller, (m, n))
        })
        .unwrap();
    let mut machine = Machine::new(0);
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let ack = instance.get_typed_func::<(u32, u32), u32>(&machine, "ack").unwrap();
    assert_eq!(ack.call(&mut machine, (2, 3)).unwrap(), 9);
    assert_eq!(*machine.data(), 43);
}

#[test]
fn host_functions_can_be_made_while_the_machine_runs() {
    let wat = br#"(module (import "host" "make" (func $make (result funcref)))
        (table 1 funcref)
        (func (export "run") (result i32)
            (table.set (i32.const 0) (call $make))
            (call_indirect (result i32) (i32.const 0))))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "make", |mut caller: Caller<'_, i32>| {
            *caller.data_mut() += 1;
            let made = *caller.data();
            Func::wrap(&mut caller, move || made * 10).map(Some)
        })
        .unwrap();
    let mut machine = Machine::new(0);
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    for expected in [10, 20, 30] {
        assert_eq!(run.call(&mut machine, ()).unwrap(), expected);
    }
}

#[test]
fn a_call_survives_that_the_list_of_functions_moves() {
    let wat = br#"(module (import "host" "add" (func $add (param i32 i32) (result i32)))
        (func (export "run") (result i32)
            (i32.mul (call $add (i32.const 3) (i32.const 4)) (i32.const 10))))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "add", |mut caller: Caller<'_, Vec<Vec<u8>>>, a: i32, b: i32| {
            for i in 0..1000 {
                Func::wrap(&mut caller, || ())?;
                // Takes the memory that was given back.
                caller.data_mut().push(vec![0xff; 32 << (i % 10)]);
            }
            Ok::<i32, Error>(a + b)
        })
        .unwrap();
    let mut machine = Machine::new(Vec::new());
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap(), 70);
}

#[test]
fn functions_of_run_time_types_are_checked() {
    let mut machine = Machine::new(());
    let ty = FuncType::new([I64, ValType::F32], [ValType::EXTERNREF, I64]);
    let f = Func::new(&mut machine, ty, |_, params, results| {
        assert_eq!(results, [Val::ExternRef(None), Val::I64(0)], "defaults");
        results[1] = params[0];
        if params[1] == Val::from(1.0_f32) {
            results[0] = Val::I32(1);
        }
        Ok(())
    })
    .unwrap();
    let f = f.typed::<(i64, f32), (Option<Rooted<ExternRef>>, i64)>(&machine).unwrap();
    assert_eq!(f.call(&mut machine, (5, 0.0)).unwrap(), (None, 5));
    let error = f.call(&mut machine, (5, 1.0)).unwrap_err();
    assert!(error.to_string().starts_with("result 0 of a host function"), "{error}");
}

#[test]
fn one_module_and_linker_serve_machines_in_many_threads() {
    let wat = br#"(module (import "host" "id" (func $id (result i32)))
        (global $sum (mut i32) (i32.const 0))
        (func (export "add") (result i32)
            (global.set $sum (i32.add (global.get $sum) (call $id)))
            (global.get $sum)))"#;
    let module = Module::new(wat).unwrap();
    let mut linker = Linker::new();
    linker.func_wrap("host", "id", |caller: Caller<'_, i32>| *caller.data()).unwrap();
    let (module, linker) = (&module, &linker);
    std::thread::scope(|scope| {
        for id in 0..8 {
            scope.spawn(move || {
                let mut machine = Machine::new(id);
                let instance = linker.instantiate(&mut machine, module).unwrap();
                let add = instance.get_typed_func::<(), i32>(&machine, "add").unwrap();
                for round in 1..=100 {
                    assert_eq!(add.call(&mut machine, ()).unwrap(), id * round);
                }
            });
        }
    });
}

#[test]
fn a_machine_moves_to_another_thread_with_its_handles() {
    let (mut machine, instance) = instantiate(
        r#"(module (global $n (mut i32) (i32.const 0)) (func (export "next") (result i32)
            (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))"#,
    );
    let next = instance.get_typed_func::<(), i32>(&machine, "next").unwrap();
    assert_eq!(next.call(&mut machine, ()).unwrap(), 1);
    let other = std::thread::spawn(move || {
        assert_eq!(next.call(&mut machine, ()).unwrap(), 2);
        machine
    });
    assert_eq!(next.call(other.join().unwrap(), ()).unwrap(), 3);
}

#[test]
fn data_need_not_live_forever() {
    let mut log = Vec::new();
    let mut machine = Machine::new(&mut log);
    let push = Func::wrap(&mut machine, |mut caller: Caller<'_, &mut Vec<i32>>, n: i32| {
        caller.data_mut().push(n);
    });
    push.unwrap().call(&mut machine, &[Val::I32(4)], &mut []).unwrap();
    drop(machine);
    assert_eq!(log, [4]);
}
