//! Handles of one machine in another: everything that takes one refuses it, and nothing is changed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    AnyRef, ArrayRef, AsMachineMut, Caller, Config, DefinedType, Error, ExnRef, Extern, ExternRef,
    FieldType, Func, FuncType, Global, GlobalType, I31, Instance, Linker, Machine, Memory,
    MemoryType, Module, OwnedRooted, RefType, ResumableCall, Rooted, StructRef, Table, TableType,
    Tag, TypedFunc, TypedResumableCall, Val, ValType,
    guest::{ExportedAllocator, GuestAllocator, GuestMemory},
    store, wasi,
};

const GUEST: &[u8] = br#"(module
    (memory (export "memory") 1)
    (global (export "global") (mut i32) (i32.const 1))
    (global (export "reference") (mut funcref) (ref.null func))
    (table (export "table") 2 funcref)
    (tag (export "tag") (param i32))
    (func (export "double") (param i32) (result i32)
        (i32.mul (local.get 0) (i32.const 2)))
    (func (export "same") (param funcref) (result funcref) (local.get 0))
    (func (export "same_host") (param externref) (result externref) (local.get 0))
    (func (export "same_any") (param anyref) (result anyref) (local.get 0))
    (func (export "same_exn") (param exnref) (result exnref) (local.get 0))
    (func (export "malloc") (param i32) (result i32) (i32.const 8))
    (func (export "free") (param i32))
    (func (export "_start")))"#;

type Double = TypedFunc<i32, i32>;

/// A machine, and a handle of it of every kind.
struct World {
    machine: Machine<()>,
    instance: Instance,
    memory: Memory,
    global: Global,
    reference: Global,
    table: Table,
    tag: Tag,
    double: Func,
    typed: Double,
    pair: DefinedType,
    list: DefinedType,
    host: Rooted<ExternRef>,
    any: Rooted<AnyRef>,
    structure: Rooted<StructRef>,
    array: Rooted<ArrayRef>,
    exception: Rooted<ExnRef>,
    owned: OwnedRooted<ExternRef>,
}

impl World {
    /// All worlds have the same at the same addresses.
    fn new() -> Self {
        let mut config = Config::new();
        config.consume_fuel(true);
        let mut machine = Machine::with_config(&config, ());
        machine.set_fuel(1 << 30).unwrap();
        let m = &mut machine;
        let module = Module::with_config(&config, GUEST).unwrap();
        let instance = Instance::new(&mut *m, &module, &[]).unwrap();
        let double = instance.get_func(&*m, "double").unwrap();
        let tag = instance.get_tag(&*m, "tag").unwrap();
        let fields = [FieldType::mutable(ValType::FUNCREF), FieldType::mutable(ValType::ANYREF)];
        let pair = DefinedType::new_struct(&mut *m, fields).unwrap();
        let element = FieldType::mutable(ValType::FUNCREF);
        let list = DefinedType::new_array(&mut *m, element).unwrap();
        let host = ExternRef::new(&mut *m, 7_u8).unwrap();
        let null = Val::FuncRef(None);
        let structure = StructRef::new(&mut *m, &pair, &[null, Val::AnyRef(None)]).unwrap();
        Self {
            instance,
            memory: instance.get_memory(&*m, "memory").unwrap(),
            global: instance.get_global(&*m, "global").unwrap(),
            reference: instance.get_global(&*m, "reference").unwrap(),
            table: instance.get_table(&*m, "table").unwrap(),
            tag,
            double,
            typed: double.typed(&*m).unwrap(),
            pair,
            list,
            host,
            any: AnyRef::from_i31(&mut *m, I31::wrapping_i32(5)),
            structure,
            array: ArrayRef::new(&mut *m, &list, null, 2).unwrap(),
            exception: ExnRef::new(&mut *m, &tag, &[Val::I32(3)]).unwrap(),
            owned: host.to_owned_rooted(&mut *m).unwrap(),
            machine,
        }
    }

    fn externs(&self) -> [Extern; 5] {
        [
            self.double.into(),
            self.table.into(),
            self.memory.into(),
            self.global.into(),
            self.tag.into(),
        ]
    }

    /// References of each kind, and the function of the guest that takes and returns its like.
    fn references(&self) -> [(Val, &'static str); 6] {
        [
            (self.double.into(), "same"),
            (self.host.into(), "same_host"),
            (self.any.into(), "same_any"),
            (self.structure.into(), "same_any"),
            (self.array.into(), "same_any"),
            (self.exception.into(), "same_exn"),
        ]
    }

    /// Checks that nothing of it was changed.
    fn check(&mut self) {
        let m = &mut self.machine;
        assert!(self.memory.data(m).unwrap().iter().all(|&byte| byte == 0));
        assert_eq!(self.memory.size(&*m).unwrap(), 1);
        assert_eq!(self.global.get(&mut *m).unwrap(), Val::I32(1));
        assert_eq!(self.reference.get(&mut *m).unwrap(), Val::FuncRef(None));
        assert_eq!(self.table.size(&*m).unwrap(), 2);
        for index in 0..2 {
            assert_eq!(self.table.get(&mut *m, index).unwrap(), Val::FuncRef(None));
            let index = u32::try_from(index).unwrap();
            assert_eq!(self.array.get(&mut *m, index).unwrap(), Val::FuncRef(None));
        }
        let fields = [Val::FuncRef(None), Val::AnyRef(None)];
        assert_eq!(self.structure.fields(&mut *m).unwrap(), fields);
        assert_eq!(self.typed.call(&mut *m, 4).unwrap(), 8);
        assert_eq!(m.heap().unwrap(), self.memory);
    }
}

#[track_caller]
fn refused<T>(result: Result<T, Error>) {
    let Err(error) = result else { panic!("a handle of another machine was accepted") };
    let message = error.to_string();
    assert!(message.contains("belongs to another machine"), "{message}");
}

/// What takes handles of `a`, called with the machine `m` of another world, or with whatever else
/// lends that.
fn functions_and_instances(a: &World, m: &mut impl AsMachineMut<Data = ()>) {
    let results = &mut [Val::I32(0)];
    refused(a.double.call(&mut *m, &[Val::I32(1)], results));
    refused(a.double.call_resumable(&mut *m, &[Val::I32(1)], results));
    refused(a.double.ty(&*m));
    refused(a.double.defined_type(&*m));
    refused(a.double.typed::<i32, i32>(&*m));
    refused(a.double.addr(&*m));
    refused(a.typed.call(&mut *m, 1));
    refused(a.typed.call_resumable(&mut *m, 1));
    refused(a.typed.func().addr(&*m));
    refused(Func::with_type(&mut *m, &a.pair, |_, _, _| Ok(())));

    refused(a.instance.addr(&*m));
    refused(a.instance.module(&*m));
    refused(a.instance.exports(m));
    refused(a.instance.get_typed_func::<i32, i32>(&*m, "double"));
    assert!(a.instance.get_export(&*m, "double").is_none());
    assert!(a.instance.get_func(&*m, "double").is_none());
    assert!(a.instance.get_memory(&*m, "memory").is_none());
    assert!(a.instance.get_table(&*m, "table").is_none());
    assert!(a.instance.get_global(&*m, "global").is_none());
    assert!(a.instance.get_tag(&*m, "tag").is_none());
    assert!(a.instance.get_type(&*m, 0).is_none());
    refused(wasi::run(&mut *m, a.instance));
    refused(ExportedAllocator::find(&*m, a.instance));
    refused(ExportedAllocator::with_names(&*m, a.instance, "malloc", "free"));
    let allocator = ExportedAllocator::find(&a.machine, a.instance).unwrap();
    refused(allocator.alloc(&mut *m, 8, 8));
    refused(allocator.free(&mut *m, 8, 8, 8));
}

fn memories_tables_globals_and_tags(a: &World, m: &mut impl AsMachineMut<Data = ()>) {
    refused(a.memory.addr(&*m));
    refused(a.memory.ty(&*m));
    refused(a.memory.size(&*m));
    refused(a.memory.data_size(&*m));
    refused(a.memory.grow(&mut *m, 1));
    refused(a.memory.data(m));
    refused(a.memory.data_mut(m));
    refused(a.memory.data_and_state_mut(m));
    refused(a.memory.read(&*m, 0, &mut [0]));
    refused(a.memory.write(&mut *m, 0, &[1]));
    refused(a.memory.get::<u8>(&*m, 0));
    refused(a.memory.set(&mut *m, 0, 1_u8));
    refused(GuestMemory::split(a.memory, m));

    let null = Val::FuncRef(None);
    refused(a.table.addr(&*m));
    refused(a.table.ty(&*m));
    refused(a.table.size(&*m));
    refused(a.table.get(&mut *m, 0));
    refused(a.table.set(&mut *m, 0, null));
    refused(a.table.fill(&mut *m, 0, null, 1));
    refused(a.table.grow(&mut *m, 1, null));

    refused(a.global.addr(&*m));
    refused(a.global.ty(&*m));
    refused(a.global.get(&mut *m));
    refused(a.global.set(&mut *m, Val::I32(9)));

    refused(a.tag.addr(&*m));
    refused(a.tag.ty(&*m));
    refused(Tag::with_type(&mut *m, &a.pair));
    refused(ExnRef::new(&mut *m, &a.tag, &[Val::I32(1)]));
    for item in a.externs() {
        refused(item.ty(&*m));
    }
}

fn references(a: &World, m: &mut impl AsMachineMut<Data = ()>) {
    refused(a.host.data(m));
    refused(a.host.data_mut(m));
    refused(AnyRef::convert_extern(&*m, a.host));
    refused(ExternRef::convert_any(&*m, a.any));
    refused(a.host.to_owned_rooted(&mut *m));
    refused(a.owned.to_rooted(&mut *m));
    let own = AnyRef::from_i31(&mut *m, I31::wrapping_i32(5));
    refused(Rooted::ref_eq(&*m, &a.any, &own));
    refused(Rooted::ref_eq(&*m, &own, &a.any));
    refused(a.any.is_i31(&*m));
    refused(a.any.as_i31(&*m));
    refused(a.any.is_struct(&*m));
    refused(a.any.as_struct(&*m));
    refused(a.any.is_array(&*m));
    refused(a.any.as_array(&*m));
    refused(a.any.is_eqref(&*m));
    refused(a.any.as_eqref(&*m));
    refused(a.any.ty(&*m));
    refused(a.any.defined_type(&*m));
    refused(a.structure.ty(&*m));
    refused(a.structure.field(&mut *m, 0));
    refused(a.structure.fields(&mut *m));
    refused(a.structure.set_field(&mut *m, 0, Val::FuncRef(None)));
    refused(a.array.ty(&*m));
    refused(a.array.len(&*m));
    refused(a.array.is_empty(&*m));
    refused(a.array.get(&mut *m, 0));
    refused(a.array.elems(&mut *m));
    refused(a.array.to_bytes(&*m));
    refused(a.array.set(&mut *m, 0, Val::FuncRef(None)));
    refused(a.array.fill(&mut *m, 0, Val::FuncRef(None), 1));
    refused(a.exception.tag(&*m));
    refused(a.exception.fields(&mut *m));
    refused::<()>(Err(a.exception.throw(&mut *m)));

    refused(a.pair.definition(&*m));
    refused(a.pair.extends(&*m, &a.pair));
    refused(StructRef::new(&mut *m, &a.pair, &[Val::FuncRef(None), Val::AnyRef(None)]));
    refused(StructRef::new_default(&mut *m, &a.pair));
    refused(ArrayRef::new(&mut *m, &a.list, Val::FuncRef(None), 1));
    refused(ArrayRef::new_fixed(&mut *m, &a.list, &[]));
    refused(ArrayRef::from_bytes(&mut *m, &a.list, &[]));
    refused(DefinedType::new_group(&mut *m, &[a.pair], &[]));
}

#[test]
fn nothing_is_done_with_a_handle_of_another_machine() {
    let (mut a, mut b) = (World::new(), World::new());
    functions_and_instances(&a, &mut b.machine);
    memories_tables_globals_and_tags(&a, &mut b.machine);
    references(&a, &mut b.machine);
    // In a machine that has nothing at these addresses, the reason is the same.
    let empty = &mut Machine::new(());
    functions_and_instances(&a, empty);
    memories_tables_globals_and_tags(&a, empty);
    references(&a, empty);
    a.check();
    b.check();
}

#[test]
fn nothing_is_done_with_one_inside_a_host_function() {
    let (a, mut b) = (World::new(), World::new());
    let (a, memory) = (std::sync::Arc::new(a), b.memory);
    let host = Func::wrap(&mut b.machine, {
        let a = std::sync::Arc::clone(&a);
        move |mut caller: Caller<'_, ()>| {
            functions_and_instances(&a, &mut caller);
            memories_tables_globals_and_tags(&a, &mut caller);
            references(&a, &mut caller);
            assert_eq!(caller.heap().unwrap(), memory);
        }
    });
    host.unwrap().call(&mut b.machine, &[], &mut []).unwrap();
    b.check();
}

#[test]
fn references_of_another_machine_do_not_get_in() {
    let (mut a, mut b) = (World::new(), World::new());
    let m = &mut b.machine;
    for (val, same) in a.references() {
        refused(val.ty(&*m));
        refused(val.matches(&*m, ValType::FUNCREF));
        let same = b.instance.get_func(&*m, same).unwrap();
        refused(same.call(&mut *m, &[val], &mut [val]));
        refused(same.call_resumable(&mut *m, &[val], &mut [val]));
        let ty = same.ty(&*m).unwrap();
        let ValType::Ref(element) = ty.params()[0] else { panic!("a reference") };
        refused(Global::new(&mut *m, GlobalType { content: ty.params()[0], mutable: true }, val));
        refused(Table::new(&mut *m, TableType::new(element, 1, None), val));
        // As the result of a host function that is typed at run time.
        let returns = FuncType::new([], ty.results().iter().copied());
        let returns = Func::new(&mut *m, returns, move |_, _, results| {
            results[0] = val;
            Ok(())
        });
        refused(returns.unwrap().call(&mut *m, &[], &mut [val]));
    }
    let func = Val::from(a.double);
    refused(b.reference.set(&mut *m, func));
    refused(b.table.set(&mut *m, 0, func));
    refused(b.table.fill(&mut *m, 0, func, 2));
    refused(b.table.grow(&mut *m, 1, func));
    refused(b.structure.set_field(&mut *m, 0, func));
    refused(StructRef::new(&mut *m, &b.pair, &[func, Val::AnyRef(None)]));
    refused(b.array.set(&mut *m, 0, func));
    refused(b.array.fill(&mut *m, 0, func, 2));
    refused(ArrayRef::new(&mut *m, &b.list, func, 1));
    refused(ArrayRef::new_fixed(&mut *m, &b.list, &[func]));
    let tag = Tag::new(&mut *m, FuncType::new([ValType::FUNCREF], [])).unwrap();
    refused(ExnRef::new(&mut *m, &tag, &[func]));

    // Typed: as a parameter, and as the result of a host function.
    type SameFunc = TypedFunc<Option<Func>, Option<Func>>;
    let same: SameFunc = b.instance.get_typed_func(&*m, "same").unwrap();
    refused(same.call(&mut *m, Some(a.double)));
    refused(same.call_resumable(&mut *m, Some(a.double)));
    assert_eq!(same.call(&mut *m, Some(b.double)).unwrap(), Some(b.double));
    type SameHost = TypedFunc<Option<Rooted<ExternRef>>, Option<Rooted<ExternRef>>>;
    let same: SameHost = b.instance.get_typed_func(&*m, "same_host").unwrap();
    refused(same.call(&mut *m, Some(a.host)));
    let (double, host, any) = (a.double, a.host, a.any);
    let returns = Func::wrap(&mut *m, move || double).unwrap();
    refused(returns.typed::<(), Option<Func>>(&*m).unwrap().call(&mut *m, ()));
    let returns = Func::wrap(&mut *m, move || (1, Some(double))).unwrap();
    refused(returns.typed::<(), (i32, Option<Func>)>(&*m).unwrap().call(&mut *m, ()));
    let returns = Func::wrap(&mut *m, move || (Some(host), any)).unwrap();
    refused(returns.call(&mut *m, &[], &mut [Val::I32(0); 2]));
    a.check();
    b.check();
}

#[test]
fn imports_of_another_machine_are_named() {
    let (mut a, mut b) = (World::new(), World::new());
    let importer = Module::new(
        br#"(module (import "env" "f" (func (param i32) (result i32)))
            (import "env" "t" (table 2 funcref)) (import "env" "m" (memory 1))
            (import "env" "g" (global (mut i32))) (import "env" "e" (tag (param i32))))"#,
    )
    .unwrap();
    let names = ["f", "t", "m", "g", "e"];
    for (i, foreign) in a.externs().into_iter().enumerate() {
        let mut imports = b.externs();
        imports[i] = foreign;
        let error = Instance::new(&mut b.machine, &importer, &imports).unwrap_err();
        let wanted = format!("cannot link the import `env`.`{}`: this ", names[i]);
        assert!(error.to_string().starts_with(&wanted), "{error}");
        refused::<()>(Err(error));

        let mut linker = Linker::new();
        refused(linker.define(&b.machine, "env", names[i], foreign).map(drop));
        // One that serves `a` is of no use for `b`.
        for (name, item) in names.into_iter().zip(a.externs()) {
            linker.define(&a.machine, "env", name, item).unwrap();
        }
        refused(linker.get(&mut b.machine, "env", names[i]));
        refused(linker.instantiate(&mut b.machine, &importer));
        linker.instantiate(&mut a.machine, &importer).unwrap();
    }
    let externs = b.externs();
    Instance::new(&mut b.machine, &importer, &externs).unwrap();
    let mut linker = Linker::<()>::new();
    refused(linker.instance(&b.machine, "env", a.instance).map(drop));
    a.check();
    b.check();
}

#[test]
fn paused_calls_and_exceptions_stay_with_their_machine() {
    let (mut a, mut b) = (World::new(), World::new());
    a.machine.set_fuel(0).unwrap();
    let call = a.typed.call_resumable(&mut a.machine, 1).unwrap();
    let TypedResumableCall::Paused(paused) = call else { panic!("there is no fuel") };
    refused(paused.resume(&mut b.machine));
    let results = &mut [Val::I32(0)];
    let call = a.double.call_resumable(&mut a.machine, &[Val::I32(1)], results).unwrap();
    let ResumableCall::Paused(paused) = call else { panic!("there is no fuel") };
    refused(paused.resume(&mut b.machine, results));
    a.machine.set_fuel(1 << 30).unwrap();

    let error = a.exception.throw(&mut a.machine);
    assert!(ExnRef::from_error(&mut b.machine, &error).is_none());
    assert!(ExnRef::from_error(&mut a.machine, &error).is_some());
    a.check();
    b.check();
}

#[test]
fn addresses_become_handles_where_there_is_something() {
    let mut b = World::new();
    let m = &b.machine;
    let none = u32::MAX;
    assert_eq!(Func::from_addr(m, b.double.addr(m).unwrap()).unwrap(), b.double);
    assert_eq!(Table::from_addr(m, b.table.addr(m).unwrap()).unwrap(), b.table);
    assert_eq!(Memory::from_addr(m, b.memory.addr(m).unwrap()).unwrap(), b.memory);
    assert_eq!(Global::from_addr(m, b.global.addr(m).unwrap()).unwrap(), b.global);
    assert_eq!(Tag::from_addr(m, b.tag.addr(m).unwrap()).unwrap(), b.tag);
    assert_eq!(Instance::from_addr(m, b.instance.addr(m).unwrap()).unwrap(), b.instance);
    assert!(Func::from_addr(m, store::FuncAddr(none)).is_err());
    assert!(Table::from_addr(m, store::TableAddr(none)).is_err());
    assert!(Memory::from_addr(m, store::MemAddr(none)).is_err());
    assert!(Global::from_addr(m, store::GlobalAddr(none)).is_err());
    assert!(Tag::from_addr(m, store::TagAddr(none)).is_err());
    assert!(Instance::from_addr(m, store::InstanceAddr(none)).is_err());
    b.check();
}

/// Types carry no machine: one that names a type which a machine does not have is refused.
#[test]
fn types_that_a_machine_does_not_have_do_no_harm() {
    let mut b = World::new();
    let m = &mut b.machine;
    let unknown = dergwasm::HeapType::Concrete(dergwasm::TypeIdx(1_000_000));
    let unknown = RefType { nullable: true, heap: unknown };
    let content = ValType::Ref(unknown);
    for null in [Val::FuncRef(None), Val::AnyRef(None), Val::ExternRef(None), Val::ExnRef(None)] {
        assert!(Table::new(&mut *m, TableType::new(unknown, 1, None), null).is_err());
        assert!(Global::new(&mut *m, GlobalType { content, mutable: true }, null).is_err());
        assert!(!null.matches(&*m, content).unwrap());
    }
    assert_eq!(Val::default_in(&*m, content), None);
    if let Ok(func) = Func::new(&mut *m, FuncType::new([content], [content]), |_, _, _| Ok(())) {
        assert!(func.call(&mut *m, &[Val::FuncRef(None)], &mut [Val::I32(0)]).is_err());
    }
    assert!(Memory::new(&mut *m, MemoryType::new(u64::MAX, None)).is_err());
    b.check();
}

#[test]
fn handles_are_small() {
    assert_eq!([size_of::<Func>(), size_of::<Memory>(), size_of::<Option<Instance>>()], [16; 3]);
    assert!(size_of::<Double>() <= 24 && size_of::<Val>() <= 32);
}
