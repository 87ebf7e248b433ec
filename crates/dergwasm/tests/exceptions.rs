//! Exceptions between hosts and guests: thrown, caught, and let through on both sides.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    Caller, Config, Error, ExnRef, ExternRef, Func, FuncType, Global, GlobalType, Instance, Linker,
    Machine, Module, RootScope, Rooted, Tag, Trap, Val, ValType,
};

/// A machine that collects at every allocation.
fn stressed<T>(data: T) -> Machine<T> {
    let mut config = Config::new();
    config.gc_stress(true);
    Machine::with_config(&config, data)
}

fn message<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "no error".into(),
        Err(error) => error.to_string(),
    }
}

const THROWING: &str = r#"(module $thrower
    (import "host" "tag" (tag $tag (param i32 externref)))
    (import "host" "call" (func $call (param i32 externref)))
    (func $throw (export "throw") (param i32 externref)
        (throw $tag (local.get 0) (local.get 1)))
    (func $through (export "through") (param i32 externref)
        (call $call (local.get 0) (local.get 1)))
    (func (export "catch") (param i32 externref) (result i32 externref)
        (block $caught (result i32 externref)
            (try_table (catch $tag $caught) (call $call (local.get 0) (local.get 1)))
            (i32.const -1) (ref.null extern)))
    (func (export "catch_ref") (param i32 externref) (result exnref)
        (block $caught (result exnref)
            (try_table (catch_all_ref $caught) (call $call (local.get 0) (local.get 1)))
            (ref.null exn))))"#;

/// What a host function of these tests does.
type Behaviour = fn(&mut Caller<'_, Thrown>, i32, Option<Rooted<ExternRef>>) -> Result<(), Error>;

struct Thrown {
    tag: Option<Tag>,
    behaviour: Behaviour,
}

fn throwing(behaviour: Behaviour) -> (Machine<Thrown>, Instance, Tag) {
    let mut machine = stressed(Thrown { tag: None, behaviour });
    let ty = FuncType::new([ValType::I32, ValType::EXTERNREF], []);
    let tag = Tag::new(&mut machine, &ty).unwrap();
    machine.data_mut().tag = Some(tag);
    let mut linker = Linker::new();
    linker.define(&machine, "host", "tag", tag).unwrap();
    linker
        .func_wrap(
            "host",
            "call",
            |mut caller: Caller<'_, Thrown>, n: i32, value: Option<Rooted<ExternRef>>| {
                (caller.data().behaviour)(&mut caller, n, value)
            },
        )
        .unwrap();
    let module = Module::new(THROWING.as_bytes()).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    (machine, instance, tag)
}

/// Calls the guest again, which throws.
fn call_guest(
    caller: &mut Caller<'_, Thrown>,
    n: i32,
    value: Option<Rooted<ExternRef>>,
) -> Result<(), Error> {
    let guest = caller.instance().unwrap();
    let throw = guest.get_func(&*caller, "throw").unwrap();
    throw.call(&mut *caller, &[Val::I32(n), Val::from(value)], &mut [])
}

/// Catches what the guest throws, and throws another exception with its values.
fn catch_and_throw(
    caller: &mut Caller<'_, Thrown>,
    n: i32,
    value: Option<Rooted<ExternRef>>,
) -> Result<(), Error> {
    let error = call_guest(caller, n, value).unwrap_err();
    let caught = ExnRef::from_error(&mut *caller, &error).unwrap();
    drop(error);
    caller.gc();
    let tag = caught.tag(&*caller)?;
    let mut fields = caught.fields(&mut *caller)?;
    fields[0] = Val::I32(n + 1);
    let other = ExnRef::new(&mut *caller, &tag, &fields)?;
    Err(other.throw(&mut *caller))
}

fn number(val: Val, machine: &Machine<Thrown>) -> u64 {
    *val.externref().unwrap().data(machine).unwrap().unwrap().downcast_ref().unwrap()
}

#[test]
fn exceptions_reach_the_host_with_tag_values_and_backtrace() {
    let (mut machine, instance, tag) = throwing(call_guest);
    let value = ExternRef::new(&mut machine, 77_u64).unwrap();
    let args = [Val::I32(5), Val::from(value)];
    for (name, frames) in [("throw", &["throw"][..]), ("through", &["throw", "through"])] {
        let error = {
            let mut scope = RootScope::new(&mut machine);
            let func = instance.get_func(&scope, name).unwrap();
            func.call(&mut scope, &args, &mut []).unwrap_err()
        };
        // The error holds the exception across collections.
        machine.gc();
        ExternRef::new(&mut machine, 0_u64).unwrap();
        assert!(error.to_string().contains("(i32 5, externref)"), "{error}");
        let names: Vec<_> = error
            .backtrace()
            .unwrap()
            .frames()
            .iter()
            .map(|f| f.func_name.clone().unwrap())
            .collect();
        assert_eq!(names, frames);
        let caught = ExnRef::from_error(&mut machine, &error).unwrap();
        drop(error);
        machine.gc();
        assert_eq!(caught.tag(&machine).unwrap(), tag);
        let fields = caught.fields(&mut machine).unwrap();
        assert_eq!(fields[0], Val::I32(5));
        assert_eq!(number(fields[1], &machine), 77);
        assert!(ExnRef::from_error(&mut stressed(()), &caught.throw(&mut machine)).is_none());
    }
    let trap = Error::from(Trap::Unreachable);
    assert!(ExnRef::from_error(&mut machine, &trap).is_none());
}

#[test]
fn exceptions_pass_through_host_functions_both_ways() {
    let behaviours: [(Behaviour, i32); 2] = [(call_guest, 5), (catch_and_throw, 6)];
    for (behaviour, expected) in behaviours {
        let (mut machine, instance, tag) = throwing(behaviour);
        let value = ExternRef::new(&mut machine, 78_u64).unwrap();
        let args = [Val::I32(5), Val::from(value)];
        let mut results = [Val::I32(0); 2];
        let catch = instance.get_func(&machine, "catch").unwrap();
        for _ in 0..20 {
            catch.call(&mut machine, &args, &mut results).unwrap();
            assert_eq!(results[0], Val::I32(expected));
            assert_eq!(number(results[1], &machine), 78);
        }
        let catch = instance.get_func(&machine, "catch_ref").unwrap();
        catch.call(&mut machine, &args, &mut results[..1]).unwrap();
        let caught = results[0].exnref().unwrap();
        assert_eq!(caught.tag(&machine).unwrap(), tag);
        assert_eq!(caught.fields(&mut machine).unwrap()[0], Val::I32(expected));
    }
}

#[test]
fn errors_of_the_host_are_no_exceptions() {
    let (mut machine, instance, _) = throwing(|_, _, _| Err(Error::msg("not for guests")));
    let catch = instance.get_func(&machine, "catch_ref").unwrap();
    let args = [Val::I32(5), Val::ExternRef(None)];
    let error = catch.call(&mut machine, &args, &mut [Val::I32(0)]).unwrap_err();
    assert_eq!(error.to_string(), "not for guests");
    assert!(error.exception().is_none());
}

#[test]
fn exceptions_are_checked_when_they_are_made_and_thrown() {
    let (mut machine, instance, tag) = throwing(call_guest);
    let wrong = ExnRef::new(&mut machine, &tag, &[Val::I32(1)]);
    assert!(message(wrong).contains("was given 1 values"));
    let wrong = ExnRef::new(&mut machine, &tag, &[Val::I32(1), Val::AnyRef(None)]);
    assert!(message(wrong).starts_with("value 1 of an exception: expected a value of type extern"));
    let mut other = stressed(());
    assert!(ExnRef::new(&mut other, &tag, &[]).is_err(), "the other machine has no tags");
    let exception = ExnRef::new(&mut machine, &tag, &[Val::I32(1), Val::ExternRef(None)]).unwrap();
    let error = exception.throw(&mut other);
    assert!(error.exception().is_none() && error.to_string().contains("another machine"));
    let exn = GlobalType { content: ValType::EXNREF, mutable: true };
    let global = Global::new(&mut machine, exn, Val::from(exception)).unwrap();
    assert!(global.get(&mut machine).unwrap().exnref().is_some());
    assert!(global.set(&mut machine, Val::AnyRef(None)).is_err());
    assert_eq!(instance.get_tag(&machine, "throw"), None);
    // One that a host function of one machine takes from another stays an error.
    let foreign = exception.throw(&mut machine);
    let returned = std::sync::Mutex::new(Some(foreign));
    let fails = Func::wrap(&mut other, move || -> Result<(), Error> {
        Err(returned.lock().unwrap().take().unwrap())
    })
    .unwrap();
    let error = fails.call(&mut other, &[], &mut []).unwrap_err();
    assert!(error.exception().is_some());
    assert!(ExnRef::from_error(&mut other, &error).is_none());
}
