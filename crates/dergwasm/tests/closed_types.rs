//! Types that a module defines, seen from outside: what is missing can be supplied, and messages
//! spell types out.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{
    Error, ExternType, Func, Global, Linker, Machine, Memory, Module, Table, Tag, Val, ValType,
};

/// Modules whose imports refer to types that the module defines, in every way there is.
const MODULES: [&str; 9] = [
    r#"(module (type $f (func)) (type $a (array (mut i16)))
        (import "js" "f" (func (param (ref null $a)) (result i32))))"#,
    r#"(module (type $s (struct)) (type $k (func (param i32)))
        (import "js" "f" (table 1 (ref null $k))) (import "js" "t" (table 1 2 (ref null $s))))"#,
    r#"(module (type $a (array i8)) (type $s (struct (field (ref null $a))))
        (import "js" "a" (global (ref null $s))) (import "js" "b" (global (mut (ref null $a)))))"#,
    r#"(module (type $a (array i8)) (import "js" "e" (tag (param (ref null $a) i32))))"#,
    // Types of one group: what the function is called is part of what it is.
    r#"(module (rec (type $f (func (param (ref null $s)))) (type $s (struct (field (ref null $f)))))
        (import "js" "f" (func (type $f))) (import "js" "g" (func (type $f))))"#,
    r#"(module (rec (type $s (struct)) (type $f (func))) (import "js" "f" (func (type $f))))"#,
    r#"(module (rec (type $s (struct)) (type $f (func (param i32)))) (import "js" "f" (tag (type $f))))"#,
    r#"(module (type $f (sub (func))) (type $g (sub $f (func)))
        (import "js" "f" (func (type $f))) (import "js" "g" (func (type $g))))"#,
    r#"(module (type (func (param i64))) (type $f (func)) (type $k (cont $f))
        (import "js" "f" (func (param (ref null $k)))) (import "js" "m" (memory 1)))"#,
];

/// Supplies what a module lacks, with the types that the linker reports.
fn supply(
    linker: &mut Linker<()>,
    machine: &mut Machine<()>,
    module: &Module,
) -> Result<(), Error> {
    for import in linker.missing_imports(module) {
        let (module, name) = (&import.module, &import.name);
        match import.wanted {
            ExternType::Func(ty) => {
                linker.func_new(module, name, ty, |_, _, _| Ok(()))?;
            }
            ExternType::Table(ty) => {
                let null = Val::default_in(&*machine, ty.with(ValType::Ref(ty.element))).unwrap();
                let table = Table::new(&mut *machine, ty, null)?;
                linker.define(&*machine, module, name, table)?;
            }
            ExternType::Global(ty) => {
                let null = Val::default_in(&*machine, ty.with(ty.content)).unwrap();
                let global = Global::new(&mut *machine, ty, null)?;
                linker.define(&*machine, module, name, global)?;
            }
            ExternType::Memory(ty) => {
                let memory = Memory::new(&mut *machine, ty)?;
                linker.define(&*machine, module, name, memory)?;
            }
            ExternType::Tag(ty) => {
                let tag = Tag::new(&mut *machine, ty)?;
                linker.define(&*machine, module, name, tag)?;
            }
        }
    }
    Ok(())
}

#[test]
fn what_is_missing_can_be_supplied_with_the_types_that_are_reported() {
    let mut common = Machine::new(());
    for text in MODULES {
        let module = Module::new(text.as_bytes()).unwrap();
        let mut linker = Linker::new();
        supply(&mut linker, &mut common, &module).unwrap();
        linker.instantiate(&mut common, &module).unwrap();
    }
}

#[test]
fn one_linker_serves_machines_that_number_their_types_differently() {
    let modules: Vec<_> =
        MODULES.iter().map(|text| Module::new(text.as_bytes()).unwrap()).collect();
    for module in modules.iter().filter(|module| {
        let decoded = module.decoded();
        decoded.imports().iter().all(|it| matches!(decoded.import_type(it), ExternType::Func(_)))
    }) {
        let mut linker = Linker::new();
        supply(&mut linker, &mut Machine::new(()), module).unwrap();
        for before in &modules {
            let mut machine = Machine::new(());
            let mut other = Linker::new();
            supply(&mut other, &mut machine, before).unwrap();
            other.instantiate(&mut machine, before).unwrap();
            linker.instantiate(&mut machine, module).unwrap();
        }
    }
}

#[test]
fn functions_of_such_types_take_and_return_references() {
    let text = r#"(module (type $pad (func (param f32))) (type $a (array (mut i16)))
        (import "js" "same" (func $same (param (ref null $a)) (result (ref null $a))))
        (func (export "run") (result i32)
            (array.get_u $a (call $same (array.new $a (i32.const 77) (i32.const 3))) (i32.const 2))))"#;
    let module = Module::new(text.as_bytes()).unwrap();
    let mut linker = Linker::new();
    let ExternType::Func(ty) = linker.missing_imports(&module).remove(0).wanted else { panic!() };
    linker
        .func_new("js", "same", ty, |_, params, results| {
            results[0] = params[0];
            Ok(())
        })
        .unwrap();
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), i32>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap(), 77);
}

#[test]
fn the_type_of_an_export_is_good_on_another_machine() {
    let text = r#"(module (type $a (array i8)) (type $s (struct (field (ref null $a))))
        (func (export "f") (param (ref null $s)))
        (global (export "g") (ref null $s) (ref.null $s)))"#;
    let module = Module::new(text.as_bytes()).unwrap();
    let (mut one, mut other) = (Machine::new(()), Machine::new(()));
    Func::wrap(&mut one, |_: f64| ()).unwrap();
    let instance = Linker::new().instantiate(&mut one, &module).unwrap();
    for export in instance.exports(&one).unwrap() {
        let ty = export.into_extern().ty(&one).unwrap();
        let shown = ty.to_string();
        assert!(shown.contains("(ref null (struct ((ref null (array i8)))))"), "{shown}");
        let made = match ty {
            ExternType::Func(ty) => Func::new(&mut other, ty, |_, _, _| Ok(())).unwrap().into(),
            ExternType::Global(ty) => {
                Global::new(&mut other, ty, Val::AnyRef(None)).unwrap().into()
            }
            _ => panic!("{shown}"),
        };
        let made: dergwasm::Extern = made;
        assert_eq!(made.ty(&other).unwrap().to_string(), shown);
    }
}

#[test]
fn a_mismatch_spells_both_types_out() {
    let mismatch = |wanted: &str, given: &str| {
        let wanted = Module::new(wanted.as_bytes()).unwrap();
        let given = Module::new(given.as_bytes()).unwrap();
        let (mut machine, mut linker) = (Machine::new(()), Linker::new());
        let instance = linker.instantiate(&mut machine, &given).unwrap();
        linker.instance(&machine, "js", instance).unwrap();
        linker.instantiate(&mut machine, &wanted).unwrap_err().to_string()
    };
    let message = mismatch(
        r#"(module (type $a (array (mut i16))) (import "js" "f" (func (param (ref null $a)))))"#,
        r#"(module (type $a (array (mut i8))) (func (export "f") (param (ref null $a))))"#,
    );
    assert_eq!(
        message,
        "incompatible import type for `js`.`f`: wanted func ((ref null (array (mut i16)))) -> (), \
         found func ((ref null (array (mut i8)))) -> ()"
    );
    let message = mismatch(
        r#"(module (type $s (struct (field i32))) (import "js" "t" (table 1 (ref null $s))))"#,
        r#"(module (type $s (struct)) (table (export "t") 1 (ref null $s)))"#,
    );
    assert!(message.contains("wanted table 1 (ref null (struct (i32)))"), "{message}");
    assert!(message.contains("found table 1 (ref null (struct ()))"), "{message}");
    let message = mismatch(
        r#"(module (rec (type $s (struct)) (type $f (func))) (import "js" "f" (func (type $f))))"#,
        r#"(module (func (export "f")))"#,
    );
    assert!(message.contains("these differ in what is not shown"), "{message}");
}

#[test]
fn a_type_that_refers_to_itself_is_cut() {
    let text = r#"(module (rec (type $s (struct (field (mut (ref null $s))))))
        (import "js" "f" (func (param (ref $s)))))"#;
    let module = Module::new(text.as_bytes()).unwrap();
    let error = Linker::<()>::new().instantiate(Machine::new(()), &module).unwrap_err();
    let expected = "wanted func ((ref (struct ((mut (ref null …)))))) -> ()";
    assert!(error.to_string().contains(expected), "{error}");
}
