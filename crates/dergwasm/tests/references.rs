//! References to objects, host values and exceptions as a user meets them, and their misuse.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    AnyRef, ArrayRef, Caller, Config, DefinedType, EqRef, Error, ExternRef, FieldType, Func,
    FuncType, Global, GlobalType, HeapType, I31, Instance, Linker, Machine, Module, OwnedRooted,
    RefType, RootScope, Rooted, StorageType, StructRef, SubType, Table, TableType, Tag, Trap, Val,
    ValType,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// A machine that collects at every allocation.
fn stressed<T>(data: T) -> Machine<T> {
    let mut config = Config::new();
    config.gc_stress(true);
    Machine::with_config(&config, data)
}

fn instantiate(text: &str) -> (Machine<()>, Instance) {
    let mut machine = stressed(());
    let module = Module::new(text.as_bytes()).unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    (machine, instance)
}

const PAIRS: &str = r#"(module
    (type $pair (struct (field $first (mut i32)) (field $second (ref null $pair))))
    (type $text (array i8))
    (func (export "make") (param i32 (ref null $pair)) (result (ref $pair))
        (struct.new $pair (local.get 0) (local.get 1)))
    (func (export "first") (param (ref null $pair)) (result i32)
        (struct.get $pair $first (local.get 0)))
    (func (export "sum") (param $at (ref null $pair)) (result i32) (local $sum i32)
        (loop $next (result i32)
            (if (result i32) (ref.is_null (local.get $at))
                (then (local.get $sum))
                (else
                    (local.set $sum (i32.add (local.get $sum)
                        (struct.get $pair $first (local.get $at))))
                    (local.set $at (struct.get $pair $second (local.get $at)))
                    (br $next)))))
    (func (export "same") (param anyref) (result anyref) (local.get 0))
    (func (export "len") (param (ref $text)) (result i32) (array.len (local.get 0)))
    (global (export "g") (mut (ref null $pair)) (ref.null $pair))
    (table (export "t") 2 (ref null $pair)))"#;

/// The word that drops leave behind.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn message<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "no error".into(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn structures_go_both_ways() {
    let (mut machine, instance) = instantiate(PAIRS);
    let make = instance
        .get_typed_func::<(i32, Option<Rooted<StructRef>>), Rooted<StructRef>>(&machine, "make")
        .unwrap();
    let sum = instance.get_typed_func::<Option<Rooted<AnyRef>>, i32>(&machine, "sum").unwrap();
    let one = make.call(&mut machine, (1, None)).unwrap();
    let ty = instance.get_type(&machine, 0).unwrap();
    assert_eq!(one.ty(&machine).unwrap(), ty);
    let two = StructRef::new(&mut machine, &ty, &[Val::I32(2), Val::from(one)]).unwrap();
    let three = make.call(&mut machine, (3, Some(two))).unwrap();
    assert_eq!(sum.call(&mut machine, Some(three.into())).unwrap(), 6);
    two.set_field(&mut machine, 0, Val::I32(20)).unwrap();
    assert_eq!(sum.call(&mut machine, Some(three.into())).unwrap(), 24);
    assert_eq!(sum.call(&mut machine, None).unwrap(), 0);
    let second = three.field(&mut machine, 1).unwrap().anyref().unwrap();
    assert!(Rooted::ref_eq(&machine, &second, &two).unwrap());
    assert!(!Rooted::ref_eq(&machine, &second, &one).unwrap());
    assert_eq!(two.fields(&mut machine).unwrap().len(), 2);
    let zero = StructRef::new_default(&mut machine, &ty).unwrap();
    assert_eq!(zero.fields(&mut machine).unwrap(), [Val::I32(0), Val::AnyRef(None)]);

    assert!(message(one.set_field(&mut machine, 1, Val::AnyRef(None))).contains("immutable"));
    assert!(message(one.set_field(&mut machine, 2, Val::I32(0))).contains("has 2 fields"));
    assert!(one.field(&mut machine, usize::MAX).is_err());
    let error = message(one.set_field(&mut machine, 0, Val::I64(0)));
    assert_eq!(error, "field 0: expected a value of type i32, found 0");
    let error = message(StructRef::new(&mut machine, &ty, &[Val::I32(0)]));
    assert_eq!(error, "a structure of 2 fields was given 1 values");
    let other = DefinedType::new_struct(&mut machine, []).unwrap();
    let other = StructRef::new(&mut machine, &other, &[]).unwrap();
    let error = message(StructRef::new(&mut machine, &ty, &[Val::I32(0), Val::from(other)]));
    assert!(error.starts_with("field 1: expected a value of type (ref null "), "{error}");
    assert!(error.contains("struct ((mut i32), (ref null"), "{error}");
    let error = message(sum.call(&mut machine, Some(other.into())));
    assert!(error.starts_with("parameter 0 of a call: expected a reference of type"), "{error}");
}

#[test]
fn arrays_go_both_ways() {
    let (mut machine, instance) = instantiate(PAIRS);
    let len = instance.get_typed_func::<Rooted<ArrayRef>, u32>(&machine, "len").unwrap();
    let text = instance.get_type(&machine, 1).unwrap();
    let array = ArrayRef::from_bytes(&mut machine, &text, b"\xff12").unwrap();
    assert_eq!(len.call(&mut machine, array).unwrap(), 3);
    assert_eq!(array.get(&mut machine, 0).unwrap(), Val::I32(0xff));
    assert!(message(array.get(&mut machine, 3)).contains("has 3 elements"));
    assert!(message(array.set(&mut machine, 0, Val::I32(0))).contains("immutable"));
    let any = Rooted::<AnyRef>::from(array);
    assert!(any.is_array(&machine).unwrap() && !any.is_struct(&machine).unwrap());

    let words = FieldType::mutable(StorageType::I16);
    let words = DefinedType::new_array(&mut machine, words).unwrap();
    let array = ArrayRef::new(&mut machine, &words, Val::I32(0x1_2345), 4).unwrap();
    array.fill(&mut machine, 1, Val::I32(-1), 2).unwrap();
    let expected = [0x2345, 0xffff, 0xffff, 0x2345].map(Val::I32);
    assert_eq!(array.elems(&mut machine).unwrap(), expected);
    assert_eq!(array.to_bytes(&machine).unwrap(), *b"\x45\x23\xff\xff\xff\xff\x45\x23");
    let empty = ArrayRef::new_fixed(&mut machine, &words, &[]).unwrap();
    assert!(empty.to_bytes(&machine).unwrap().is_empty() && empty.is_empty(&machine).unwrap());
    for (index, len) in [(3, 2), (4, 1), (u32::MAX, 2), (2, u32::MAX)] {
        assert!(array.fill(&mut machine, index, Val::I32(0), len).is_err());
    }
    array.fill(&mut machine, u32::MAX, Val::I32(0), 0).unwrap_err();
    array.fill(&mut machine, 4, Val::I32(0), 0).unwrap();
    assert!(message(len.call(&mut machine, array)).contains("(ref (array i8))"));
    assert!(ArrayRef::from_bytes(&mut machine, &words, b"odd").is_err());
    let error = ArrayRef::new(&mut machine, &words, Val::I32(0), u32::MAX).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::HeapExhausted));

    let refs = FieldType::mutable(ValType::ANYREF);
    let refs = DefinedType::new_array(&mut machine, refs).unwrap();
    let number = AnyRef::from_i31(&mut machine, I31::wrapping_i32(-3));
    let elements = [Val::from(number), Val::from(array), Val::AnyRef(None)];
    let array = ArrayRef::new_fixed(&mut machine, &refs, &elements).unwrap();
    assert!(ArrayRef::from_bytes(&mut machine, &refs, &[0; 8]).is_err());
    assert!(array.to_bytes(&machine).is_err());
    let first = array.get(&mut machine, 0).unwrap().anyref().unwrap();
    assert_eq!(first.as_i31(&machine).unwrap().map(I31::get_i32), Some(-3));
    let second = array.get(&mut machine, 1).unwrap().anyref().unwrap();
    assert_eq!(second.defined_type(&machine).unwrap(), Some(words));
    let error = ArrayRef::new_fixed(&mut machine, &refs, &[Val::ExternRef(None)]).unwrap_err();
    assert!(error.to_string().starts_with("element 0: expected a value of type anyref"));
}

#[test]
fn handles_end_with_their_scope_and_never_lead_elsewhere() {
    let mut machine = stressed(());
    let mut scope = RootScope::new(&mut machine);
    let stale = ExternRef::new(&mut scope, 1).unwrap();
    let owned = stale.to_owned_rooted(&mut scope).unwrap();
    drop(scope);
    let other = ExternRef::new(&mut machine, 2).unwrap();
    assert!(message(stale.data(&machine)).contains("its scope has ended"));
    assert!(stale.to_owned_rooted(&mut machine).is_err());
    assert!(Rooted::ref_eq(&machine, &stale, &other).is_err());
    assert!(ExternRef::new(&mut machine, Val::from(stale)).is_ok(), "it is a value like any");
    let ty = GlobalType { content: ValType::EXTERNREF, mutable: true };
    assert!(Global::new(&mut machine, ty, Val::from(stale)).is_err());
    machine.gc();
    let back = owned.to_rooted(&mut machine).unwrap();
    assert_eq!(back.data(&machine).unwrap().unwrap().downcast_ref(), Some(&1));
    *back.data_mut(&mut machine).unwrap().unwrap().downcast_mut().unwrap() = 5;
    assert_eq!(back.data(&machine).unwrap().unwrap().downcast_ref(), Some(&5));

    // A scope left open by force only roots for longer.
    let mut scope = RootScope::new(&mut machine);
    let leaked = ExternRef::new(&mut scope, 3).unwrap();
    std::mem::forget(scope);
    assert!(leaked.data(&machine).is_ok());
}

#[test]
fn host_values_are_dropped_when_nothing_leads_to_them() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let counted = || Counted(Arc::clone(&dropped));
    let count = || dropped.load(Ordering::Relaxed);
    let mut machine = Machine::new(());
    let ty = TableType::new(RefType::EXTERN, 1, None);
    let table = Table::new(&mut machine, ty, Val::ExternRef(None)).unwrap();
    let owned = {
        let mut scope = RootScope::new(&mut machine);
        let in_table = ExternRef::new(&mut scope, counted()).unwrap();
        table.set(&mut scope, 0, Val::from(in_table)).unwrap();
        let owned = ExternRef::new(&mut scope, counted()).unwrap();
        ExternRef::new(&mut scope, counted()).unwrap();
        scope.gc();
        assert_eq!(count(), 0, "the scope roots them");
        owned.to_owned_rooted(&mut scope).unwrap()
    };
    machine.gc();
    assert_eq!(count(), 1);
    table.set(&mut machine, 0, Val::ExternRef(None)).unwrap();
    let clone = owned.clone();
    drop(owned);
    machine.gc();
    assert_eq!(count(), 2);
    drop(clone);
    machine.gc();
    assert_eq!(count(), 3);
    assert!(machine.heap_stats().collections >= 4);
    ExternRef::new(&mut machine, counted()).unwrap();
    drop(machine);
    assert_eq!(count(), 4, "a machine takes its values along");
}

#[test]
fn references_of_another_machine_are_refused_everywhere() {
    let (mut other, instance) = instantiate(PAIRS);
    let foreign_type = instance.get_type(&other, 0).unwrap();
    let foreign = StructRef::new_default(&mut other, &foreign_type).unwrap();
    let owned: OwnedRooted<StructRef> = foreign.to_owned_rooted(&mut other).unwrap();
    let (mut machine, instance) = instantiate(PAIRS);
    let own_type = instance.get_type(&machine, 0).unwrap();
    let own = StructRef::new_default(&mut machine, &own_type).unwrap();
    let says = |result: String| {
        assert!(result.contains("belongs to another machine"), "{result}");
    };
    let val = Val::from(foreign);
    let global = instance.get_global(&machine, "g").unwrap();
    let table = instance.get_table(&machine, "t").unwrap();
    says(message(global.set(&mut machine, val)));
    says(message(table.set(&mut machine, 0, val)));
    says(message(table.grow(&mut machine, 1, val)));
    says(message(table.fill(&mut machine, 0, val, 1)));
    says(message(StructRef::new(&mut machine, &own_type, &[Val::I32(0), val])));
    says(message(foreign.field(&mut machine, 0)));
    says(message(owned.to_rooted(&mut machine)));
    says(message(foreign_type.definition(&machine)));
    says(message(StructRef::new(&mut machine, &foreign_type, &[])));
    says(message(DefinedType::new_group(&mut machine, &[foreign_type], &[])));
    says(message(Rooted::<AnyRef>::from(foreign).is_struct(&machine)));
    says(message(val.ty(&machine)));
    let first = instance.get_func(&machine, "first").unwrap();
    says(message(first.call(&mut machine, &[val], &mut [Val::I32(0)])));
    let typed = first.typed::<Option<Rooted<StructRef>>, i32>(&machine).unwrap();
    says(message(typed.call(&mut machine, Some(foreign))));
    let returns = Func::wrap(&mut machine, move || foreign).unwrap();
    says(message(returns.call(&mut machine, &[], &mut [Val::I32(0)])));
    says(message(ExternRef::convert_any(&machine, foreign.into())));
    assert_eq!(typed.call(&mut machine, Some(own)).unwrap(), 0, "nothing is broken");
}

#[test]
fn wrong_types_and_nulls_are_refused_everywhere() {
    let (mut machine, instance) = instantiate(PAIRS);
    let global = instance.get_global(&machine, "g").unwrap();
    let table = instance.get_table(&machine, "t").unwrap();
    let host = ExternRef::new(&mut machine, ()).unwrap();
    let host_as_any = AnyRef::convert_extern(&machine, host).unwrap();
    let number = AnyRef::from_i31(&mut machine, I31::wrapping_i32(1));
    let func = instance.get_func(&machine, "len").unwrap();
    let wrong = [
        Val::from(host),
        Val::from(host_as_any),
        Val::from(number),
        Val::from(func),
        Val::FuncRef(None),
        Val::ExternRef(None),
        Val::ExnRef(None),
        Val::I32(4),
    ];
    for val in wrong {
        assert!(message(global.set(&mut machine, val)).contains("expected a value of type (ref"));
        assert!(table.set(&mut machine, 0, val).is_err());
        assert!(table.grow(&mut machine, 1, val).is_err());
        assert!(table.fill(&mut machine, 0, val, 0).is_err());
    }
    global.set(&mut machine, Val::AnyRef(None)).unwrap();
    assert_eq!(global.get(&mut machine).unwrap(), Val::AnyRef(None));
    let len = func.call(&mut machine, &[Val::AnyRef(None)], &mut [Val::I32(0)]);
    assert!(message(len).contains("found null anyref"));
    // A null function's type may be written as any part of its hierarchy, but no other's.
    assert!(Val::FuncRef(None).matches(&machine, ValType::FUNCREF).unwrap());
    assert!(!Val::FuncRef(None).matches(&machine, ValType::ANYREF).unwrap());
    assert!(Val::from(number).matches(&machine, ValType::ANYREF).unwrap());
    let i31 = ValType::Ref(RefType { nullable: false, heap: HeapType::I31 });
    assert_eq!(Val::from(number).ty(&machine).unwrap(), i31);
    assert!(!Val::from(host_as_any).matches(&machine, i31).unwrap());
    assert!(instance.get_typed_func::<Rooted<ExternRef>, i32>(&machine, "first").is_err());
    assert!(instance.get_typed_func::<Option<Rooted<AnyRef>>, I31>(&machine, "same").is_err());
    // The type of a function's result is wider than what is asked for.
    assert!(
        instance
            .get_typed_func::<Option<Rooted<AnyRef>>, Option<Rooted<EqRef>>>(&machine, "same")
            .is_err()
    );
}

#[test]
fn conversions_between_hosts_and_guests_values_lose_nothing() {
    let (mut machine, instance) = instantiate(PAIRS);
    let same = instance
        .get_typed_func::<Option<Rooted<AnyRef>>, Option<Rooted<AnyRef>>>(&machine, "same")
        .unwrap();
    let host = ExternRef::new(&mut machine, "host").unwrap();
    let any = AnyRef::convert_extern(&machine, host).unwrap();
    let back = same.call(&mut machine, Some(any)).unwrap().unwrap();
    assert!(!back.is_eqref(&machine).unwrap() && back.ty(&machine).unwrap() == HeapType::Any);
    let back = ExternRef::convert_any(&machine, back).unwrap();
    assert_eq!(back.data(&machine).unwrap().unwrap().downcast_ref(), Some(&"host"));
    let number = AnyRef::from_i31(&mut machine, I31::wrapping_i32(9));
    let number = ExternRef::convert_any(&machine, number).unwrap();
    assert!(number.data(&machine).unwrap().is_none());
    assert!(number.data_mut(&mut machine).unwrap().is_none());
    let number = AnyRef::convert_extern(&machine, number).unwrap();
    assert_eq!(number.as_i31(&machine).unwrap().map(I31::get_i32), Some(9));
    assert!(number.as_eqref(&machine).unwrap().unwrap().is_i31(&machine).unwrap());
}

#[test]
fn host_functions_make_garbage_while_collections_happen() {
    let module = Module::new(
        br#"(module
            (type $node (struct (field i32) (field (ref null $node))))
            (import "host" "cons" (func $cons
                (param i32 (ref null $node)) (result (ref $node))))
            (func (export "run") (param i32) (result (ref null $node))
                (local $list (ref null $node))
                (loop $next
                    (local.set $list (call $cons (local.get 0) (local.get $list)))
                    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
                    (br_if $next (local.get 0)))
                (local.get $list)))"#,
    )
    .unwrap();
    let mut machine = stressed(());
    let next = RefType { nullable: true, heap: HeapType::Concrete(dergwasm::TypeIdx(0)) };
    let fields = [ValType::I32, ValType::Ref(next)].map(FieldType::immutable).into();
    let node = dergwasm::CompositeType::Struct(dergwasm::StructType { fields });
    let node = DefinedType::new_group(&mut machine, &[], &[SubType::plain(node)]).unwrap()[0];
    let ty = FuncType::new(
        [ValType::I32, ValType::Ref(node.ref_type(true))],
        [ValType::Ref(node.ref_type(false))],
    );
    let cons = Func::new(&mut machine, ty, move |mut caller, params, results| {
        for _ in 0..3 {
            StructRef::new_default(&mut caller, &node)?;
            ExternRef::new(&mut caller, String::from("garbage"))?;
        }
        caller.gc();
        results[0] = Val::from(StructRef::new(&mut caller, &node, params)?);
        StructRef::new_default(&mut caller, &node)?;
        Ok(())
    })
    .unwrap();
    let instance = Instance::new(&mut machine, &module, &[cons.into()]).unwrap();
    let run = instance.get_typed_func::<i32, Option<Rooted<StructRef>>>(&machine, "run").unwrap();
    let mut list = run.call(&mut machine, 20).unwrap();
    let mut found = Vec::new();
    while let Some(node) = list {
        let fields = node.fields(&mut machine).unwrap();
        found.extend(fields[0].i32());
        list = fields[1].anyref().and_then(|next| next.as_struct(&machine).unwrap());
    }
    assert_eq!(found, (1..=20).collect::<Vec<_>>());
    assert!(machine.heap_stats().live_bytes_after_last < 64 * 1024, "{:?}", machine.heap_stats());
}

#[test]
fn handles_of_a_host_function_end_with_its_call() {
    let mut machine = stressed(None::<Rooted<ExternRef>>);
    let keep = Func::wrap(
        &mut machine,
        |mut caller: Caller<'_, Option<Rooted<ExternRef>>>, value: Rooted<ExternRef>| {
            *caller.data_mut() = Some(value);
            value
        },
    )
    .unwrap();
    let value = ExternRef::new(&mut machine, 7).unwrap();
    let keep = keep.typed::<Rooted<ExternRef>, Rooted<ExternRef>>(&machine).unwrap();
    let back = keep.call(&mut machine, value).unwrap();
    assert!(Rooted::ref_eq(&machine, &back, &value).unwrap());
    let kept = machine.data().unwrap();
    assert!(message(kept.data(&machine)).contains("its scope has ended"));
}

#[test]
fn types_are_equal_across_modules_and_the_host_and_checked() {
    let (mut machine, instance) = instantiate(
        r#"(module
            (rec (type $a (sub (struct (field i32)))) (type $b (sub $a (struct (field i32 i64))))))"#,
    );
    let (a, b) = (instance.get_type(&machine, 0).unwrap(), instance.get_type(&machine, 1).unwrap());
    assert_eq!(instance.get_type(&machine, 2), None);
    assert!(b.extends(&machine, &a).unwrap() && !a.extends(&machine, &b).unwrap());
    let base = b.definition(&machine).unwrap();
    assert_eq!(base.supertype, Some(a.index()));
    // A type of the host that extends one of a module.
    let extend = |fields: &[ValType], supertype: DefinedType| SubType {
        is_final: true,
        supertype: Some(supertype.index()),
        composite: dergwasm::CompositeType::Struct(dergwasm::StructType {
            fields: fields.iter().map(|&ty| FieldType::immutable(ty)).collect(),
        }),
    };
    let c = extend(&[ValType::I32, ValType::I64, ValType::F32], b);
    let c = DefinedType::new(&mut machine, c).unwrap();
    assert!(c.extends(&machine, &a).unwrap());
    for wrong in [
        extend(&[ValType::I32], b),
        extend(&[ValType::I64, ValType::I64], b),
        extend(&[ValType::I32; 4], c),
    ] {
        assert!(message(DefinedType::new(&mut machine, wrong)).contains("supertype"));
    }
    let unknown = RefType { nullable: true, heap: HeapType::Concrete(dergwasm::TypeIdx(99)) };
    let unknown = FieldType::mutable(ValType::Ref(unknown));
    assert!(DefinedType::new_struct(&mut machine, [unknown]).is_err());
    let func = DefinedType::new_func(&mut machine, FuncType::new([], [])).unwrap();
    assert!(message(StructRef::new(&mut machine, &func, &[])).contains("no type of structures"));
    assert!(message(ArrayRef::new_fixed(&mut machine, &a, &[])).contains("no type of arrays"));
    let large = vec![FieldType::mutable(ValType::V128); 100_000];
    let large = DefinedType::new_struct(&mut machine, large);
    assert!(large.and_then(|ty| StructRef::new_default(&mut machine, &ty)).is_err());
}

#[test]
fn host_functions_can_have_types_of_a_group() {
    let (mut machine, types) = instantiate(
        r#"(module
            (rec (type $s (struct (field i32))) (type $f (func (param (ref $s)) (result funcref))))
            (rec (type (struct)) (type (func (param (ref $s)))))
            (func (export "f") (type $f) (ref.func 0))
            (global (export "g") (ref null $f) (ref.null $f)))"#,
    );
    let [s, f, other] = [0, 1, 3].map(|index| types.get_type(&machine, index).unwrap());
    let module = br#"(module
        (rec (type $s (struct (field i32))) (type $f (func (param (ref $s)) (result funcref))))
        (import "host" "f" (func $f (type $f)))
        (func (export "run") (param i32) (result funcref)
            (call $f (struct.new $s (local.get 0)))))"#;
    let module = Module::new(module).unwrap();
    let host = Func::with_type(&mut machine, &f, |mut caller, params, results| {
        let structure = params[0].anyref().unwrap().as_struct(&caller)?.unwrap();
        if structure.field(&mut caller, 0)? == Val::I32(7) {
            results[0] =
                Val::FuncRef(caller.get_export("run").and_then(dergwasm::Extern::into_func));
        }
        Ok(())
    })
    .unwrap();
    assert_eq!(host.defined_type(&machine).unwrap(), f);
    let ty = host.ty(&machine).unwrap();
    let alike = Func::new(&mut machine, ty, |_, _, _| Ok(())).unwrap();
    assert_ne!(alike.defined_type(&machine).unwrap(), f, "it is defined alone");
    assert!(Instance::new(&mut machine, &module, &[alike.into()]).is_err());
    let instance = Instance::new(&mut machine, &module, &[host.into()]).unwrap();
    let run = instance.get_typed_func::<i32, Option<Func>>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, 6).unwrap(), None);
    let found = run.call(&mut machine, 7).unwrap().unwrap();
    assert_eq!(Some(found), instance.get_func(&machine, "run"));

    // A function whose type is narrower than `funcref` is looked at when it is passed.
    let takes = FuncType::new([ValType::Ref(f.ref_type(false))], []);
    let takes = Func::new(&mut machine, takes, |_, _, _| Ok(())).unwrap();
    let takes = takes.typed::<Func, ()>(&machine).unwrap();
    takes.call(&mut machine, host).unwrap();
    assert!(message(takes.call(&mut machine, found)).contains("expected a reference of type"));
    assert!(Func::from_addr(&machine, dergwasm::store::FuncAddr(u32::MAX)).is_err());
    let error = Func::with_type(&mut machine, &s, |_, _, _| Ok(())).unwrap_err();
    assert!(error.to_string().contains("is no type of functions"), "{error}");
    assert!(host.typed::<Rooted<StructRef>, Option<Func>>(&machine).is_ok());
    assert!(host.typed::<Rooted<ExternRef>, Option<Func>>(&machine).is_err());
    assert!(Tag::with_type(&mut machine, &s).is_err() && Tag::with_type(&mut machine, &f).is_ok());
    assert!(Tag::with_type(&mut machine, &other).is_ok());
}

/// A host value that cannot be dropped in peace.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("not in peace");
        }
    }
}

#[test]
fn a_value_that_panics_when_it_is_dropped_leaves_the_machine_usable() {
    let mut config = Config::new();
    config.gc_stress(true);
    let mut machine = Machine::with_config(&config, ());
    let module =
        Module::new(br#"(module (type $s (struct)) (func (export "f") (drop (struct.new $s))))"#)
            .unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let f = instance.get_typed_func::<(), ()>(&machine, "f").unwrap();
    for by_guest in [true, false] {
        let mut scope = RootScope::new(&mut machine);
        ExternRef::new(&mut scope, Panics).unwrap();
        drop(scope);
        let collects = std::panic::AssertUnwindSafe(|| match by_guest {
            true => f.call(&mut machine, ()),
            false => {
                machine.gc();
                Ok(())
            }
        });
        std::panic::catch_unwind(collects).unwrap_err();
        f.call(&mut machine, ()).unwrap();
        let value = ExternRef::new(&mut machine, 3).unwrap();
        machine.gc();
        assert_eq!(value.data(&machine).unwrap().unwrap().downcast_ref(), Some(&3));
    }
}

#[test]
fn imports_of_unknown_functions_may_name_types_of_the_module() {
    let module = Module::new(
        br#"(module
            (rec (type $s (struct)) (type $f (func (param (ref null $s)) (result (ref $s)))))
            (import "host" "f" (func $f (type $f)))
            (func (export "run") (drop (call $f (ref.null $s)))))"#,
    )
    .unwrap();
    let mut linker = Linker::new();
    linker.define_unknown_imports_as_traps(&module).unwrap();
    for _ in 0..2 {
        let mut machine = stressed(());
        DefinedType::new_struct(&mut machine, []).unwrap();
        let instance = linker.instantiate(&mut machine, &module).unwrap();
        let run = instance.get_typed_func::<(), ()>(&machine, "run").unwrap();
        let error = run.call(&mut machine, ()).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::UnknownImport));
        assert!(error.to_string().contains("`host`.`f`"), "{error}");
    }
}
