//! Programs that are run in slices.

use super::{After, Slices, check, config, run};
use dergwasm_types::Trap;

/// Checks a function body that yields an `i64` in a module of these other parts.
fn check_body(parts: &str, body: &str) -> After {
    check(&format!(r#"(module {parts} (func (export "run") (result i64) {body}))"#))
}

/// Runs a function body in one piece.
fn whole(parts: &str, body: &str) -> After {
    let program = format!(r#"(module {parts} (func (export "run") (result i64) {body}))"#);
    run(&config(|_| {}), &program, Slices::One)
}

#[test]
fn loops_calls_and_branches() {
    let whole = check_body(
        r"(func $fib (param i32) (result i64)
            (if (result i64) (i32.lt_u (local.get 0) (i32.const 2))
                (then (i64.extend_i32_u (local.get 0)))
                (else (i64.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                               (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
        (func $pick (param i32) (result i64)
            (block $a (block $b (block $c (br_table $a $b $c (local.get 0)))
                (return (i64.const 30))) (return (i64.const 20)))
            (i64.const 10))",
        "(local $i i32) (local $sum i64)
        (loop $again
            (local.set $sum (i64.add (local.get $sum) (call $pick (local.get $i))))
            (br_if $again (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10))))
        (i64.add (call $fib (i32.const 10)) (local.get $sum))",
    );
    assert_eq!(whole.result, Ok(55 + 10 + 20 + 8 * 30));
}

/// Fills 300 bytes with their numbers, copies 200 of them by one more place, by 70 and by 199, in
/// both directions, and a whole page and more.
#[test]
fn overlapping_copies_of_memory() {
    let copies: String = [(51, 50), (50, 51), (120, 50), (50, 120), (249, 50), (50, 249), (50, 50)]
        .map(|(to, from)| {
            format!("(memory.copy (i32.const {to}) (i32.const {from}) (i32.const 200))")
        })
        .concat();
    let whole = check_body(
        "(memory 4) (global $g (mut i32) (i32.const 5))",
        &format!(
            "(local $i i32)
            (loop $again
                (i32.store8 (local.get $i) (i32.mul (local.get $i) (i32.const 7)))
                (br_if $again (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300))))
            {copies}
            (local.set $i (i32.const 131))
            (memory.fill (local.get $i) (local.get $i) (i32.const 70000))
            (memory.copy (i32.add (local.get $i) (i32.const 9)) (i32.const 0) (i32.const 140000))
            (memory.copy (i32.const 3) (local.get $i) (i32.const 140000))
            (global.set $g (local.get $i))
            (i64.load (i32.const 77))"
        ),
    );
    assert!(whole.result.is_ok());
    assert_eq!(whole.memories[0][131 + 9 + 131], 131);
    assert_eq!(whole.globals, [131]);
}

#[test]
fn two_memories_and_segments() {
    check_body(
        r#"(memory $a 1) (memory $b i64 1)
        (data $d "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789abcdefghijklmnopqrstuvwxyz")"#,
        "(memory.init $a $d (i32.const 7) (i32.const 3) (i32.const 90))
        (memory.fill $b (i64.const 1) (i32.const 300) (i64.const 1000))
        (memory.copy $b $a (i64.const 40) (i32.const 0) (i32.const 500))
        (memory.copy $a $b (i32.const 400) (i64.const 20) (i32.const 900))
        (data.drop $d)
        (memory.init $a $d (i32.const 7) (i32.const 0) (i32.const 0))
        (drop (memory.grow $b (i64.const 3)))
        (i64.add (memory.grow $b (i64.const 1000000000000)) (memory.size $b))",
    );
}

#[test]
fn tables() {
    let whole = check_body(
        "(type $f (func)) (func $x) (func $y) (func $z)
        (table $t 40 200 funcref) (table $u 100 funcref)
        (elem $e func $x $y $z $x $y $z $x $y $z $x $y $z $x $y $z $x $y $z $x $y $z $x $y $z)",
        "(table.init $t $e (i32.const 1) (i32.const 2) (i32.const 21))
        (table.copy $t $t (i32.const 3) (i32.const 0) (i32.const 30))
        (table.copy $t $t (i32.const 0) (i32.const 5) (i32.const 30))
        (table.fill $u (i32.const 50) (ref.func $z) (i32.const 33))
        (table.copy $u $t (i32.const 9) (i32.const 0) (i32.const 40))
        (drop (table.grow $t (ref.func $y) (i32.const 90)))
        (drop (table.grow $t (ref.null func) (i32.const 9)))
        (i64.extend_i32_s (i32.add
            (table.grow $t (ref.func $y) (i32.const 900)) (table.size $t)))",
    );
    assert_eq!(whole.result, Ok(138));
    assert_eq!(whole.tables[0].len(), 139);
    assert!(whole.tables[0][40..130].iter().all(|&element| element == 2));
    assert!(whole.tables[0][130..].iter().all(|&element| element == 0));
}

/// A growth that is not finished does not show in one that comes in between.
#[test]
fn a_growth_that_is_given_up_leaves_nulls() {
    use dergwasm_exec::{Machine, Module, NoHost, Outcome};
    let wat = r#"(module (table $t 1 funcref) (func $f (export "f") (param i32)
        (drop (table.grow $t (ref.func $f) (local.get 0)))))"#;
    let config = config(|_| {});
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(&config);
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let f = machine.export_func(instance, "f").unwrap();
    machine.set_fuel(20).unwrap();
    let outcome = machine.invoke_resumable(&mut NoHost, f, &mut [1000.into()]).unwrap();
    let Outcome::Paused(paused) = outcome else { panic!("20 units are not enough") };
    let table = machine.store().instances()[instance].tables[0];
    assert_eq!(machine.store().tables()[table].size(), 1);
    machine.grow_table(&mut NoHost, table, 100, 0).unwrap();
    assert!(machine.store().tables()[table].elements().iter().all(|&element| element == 0));
    machine.set_fuel(10_000).unwrap();
    let outcome = machine.resume(&mut NoHost, paused, &mut []).unwrap();
    assert!(matches!(outcome, Outcome::Finished));
    let elements = machine.store().tables()[table].elements();
    assert_eq!(elements.len(), 1101);
    assert!(elements[..101].iter().all(|&element| element == 0));
    assert!(elements[101..].iter().all(|&element| element == 1));
}

/// Sums the elements of an array of numbers of some width after every bulk instruction on it.
#[test]
fn arrays_of_numbers() {
    let numbers = "0123456789abcdefghijklmnopqrstuvwxyz".repeat(40);
    for (ty, get, number) in [
        ("i8", "array.get_u $a", "i32"),
        ("i16", "array.get_s $a", "i32"),
        ("i32", "array.get $a", "i32"),
        ("i64", "array.get $a", "i64"),
    ] {
        let wide = if number == "i32" { "i64.extend_i32_s" } else { "i64.add (i64.const 0)" };
        check_body(
            &format!(
                r#"(type $a (array (mut {ty}))) (data $d "{numbers}")
                (func $sum (param (ref $a)) (result i64) (local i64 i32)
                    (loop $again
                        (local.set 1 (i64.add (i64.rotl (local.get 1) (i64.const 7))
                            ({wide} ({get} (local.get 0) (local.get 2)))))
                        (br_if $again (i32.lt_u
                            (local.tee 2 (i32.add (local.get 2) (i32.const 1)))
                            (array.len (local.get 0)))))
                    (local.get 1))"#
            ),
            &format!(
                "(local $x (ref null $a)) (local $s i64)
                (local.set $x (array.new_data $a $d (i32.const 3) (i32.const 150)))
                (local.set $s (call $sum (ref.as_non_null (local.get $x))))
                (array.copy $a $a (local.get $x) (i32.const 1)
                    (local.get $x) (i32.const 0) (i32.const 149))
                (array.copy $a $a (local.get $x) (i32.const 0)
                    (local.get $x) (i32.const 5) (i32.const 130))
                (array.init_data $a $d (local.get $x) (i32.const 9) (i32.const 5) (i32.const 90))
                (array.fill $a (local.get $x) (i32.const 100) ({number}.const -5) (i32.const 50))
                (local.set $s (i64.add (local.get $s)
                    (call $sum (ref.as_non_null (local.get $x)))))
                (local.set $s (i64.add (local.get $s)
                    (call $sum (array.new $a ({number}.const 77) (i32.const 333)))))
                (i64.add (local.get $s) (call $sum (array.new_default $a (i32.const 500))))"
            ),
        );
    }
}

#[test]
fn arrays_of_vectors_and_references() {
    check_body(
        "(type $v (array (mut v128))) (type $r (array (mut (ref null any))))
        (type $n (array (mut (ref i31)))) (type $s (struct (field i32)))
        (elem $e (ref null any) (item (ref.i31 (i32.const 1))) (item (ref.i31 (i32.const 2)))
            (item (struct.new $s (i32.const 3))) (item (ref.i31 (i32.const 4)))
            (item (array.new $r (ref.i31 (i32.const 5)) (i32.const 50))))
        (func $count (param (ref $r)) (result i64) (local i64 i32)
            (loop $again
                (local.set 1 (i64.add (i64.shl (local.get 1) (i64.const 1)) (i64.extend_i32_u
                    (ref.test (ref $s) (array.get $r (local.get 0) (local.get 2))))))
                (br_if $again (i32.lt_u
                    (local.tee 2 (i32.add (local.get 2) (i32.const 1)))
                    (array.len (local.get 0)))))
            (local.get 1))",
        "(local $x (ref null $r)) (local $v (ref null $v))
        (local.set $v (array.new $v (v128.const i64x2 5 6) (i32.const 99)))
        (array.copy $v $v (local.get $v) (i32.const 4) (local.get $v) (i32.const 0) (i32.const 50))
        (array.fill $v (local.get $v) (i32.const 3) (v128.const i64x2 7 8) (i32.const 33))
        (local.set $x (array.new $r (struct.new $s (i32.const 9)) (i32.const 64)))
        (array.copy $r $r (local.get $x) (i32.const 20)
            (array.new_default $r (i32.const 100)) (i32.const 9) (i32.const 30))
        (array.init_elem $r $e (local.get $x) (i32.const 30) (i32.const 1) (i32.const 4))
        (array.copy $r $r (local.get $x) (i32.const 1) (local.get $x) (i32.const 0) (i32.const 60))
        (array.copy $r $n (local.get $x) (i32.const 3)
            (array.new $n (ref.i31 (i32.const 5)) (i32.const 40)) (i32.const 4) (i32.const 17))
        (i64.add
            (i64.xor (call $count (ref.as_non_null (local.get $x)))
                (call $count (array.new_elem $r $e (i32.const 0) (i32.const 5))))
            (i64x2.extract_lane 1 (array.get $v (local.get $v) (i32.const 20))))",
    );
}

/// Operands below those of the instruction that stops, in all their classes and places.
#[test]
fn operands_under_a_pause() {
    let whole = check_body(
        r#"(memory 2) (type $a (array (mut i8)))
        (func $number (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))"#,
        "(local $i i32) (local $x i64) (local $f f64)
        (local.set $i (i32.const 4)) (local.set $x (i64.const 5)) (local.set $f (f64.const 6))
        (local.get $x)
        (i64.const 100)
        (i64.extend_i32_u (call $number (local.get $i)))
        (array.new $a (local.get $i) (i32.mul (local.get $i) (i32.const 300)))
        (f64.add (local.get $f) (f64.const 1))
        (f32.const 2.5)
        (memory.fill (local.get $i) (local.get $i) (i32.const 2000))
        (local.set $i (i32.const 1)) (local.set $x (i64.const 1)) (local.set $f (f64.const 1))
        (memory.copy (local.get $i) (i32.const 100) (i32.const 900))
        (f64.promote_f32) (f64.add) (i64.trunc_f64_s) (local.set $x)
        (array.len) (i64.extend_i32_u) (i64.add (local.get $x))
        (i64.add) (i64.add) (i64.add)",
    );
    assert_eq!(whole.result, Ok(5 + 100 + 12 + 1200 + 9));
}

#[test]
fn exceptions_and_structures() {
    let whole = check_body(
        "(tag $e (param i64)) (type $s (struct (field (mut i64)) (field (ref null $s))))
        (func $down (param i32 (ref null $s)) (result i64)
            (if (i32.eqz (local.get 0)) (then
                (throw $e (struct.get $s 0 (local.get 1)))))
            (call $down (i32.sub (local.get 0) (i32.const 1)) (struct.new $s
                (i64.add (i64.extend_i32_u (local.get 0)) (struct.get $s 0 (local.get 1)))
                (local.get 1))))",
        "(block $h (result i64)
            (try_table (result i64) (catch $e $h)
                (call $down (i32.const 40) (struct.new $s (i64.const 1) (ref.null $s)))))",
    );
    assert_eq!(whole.result, Ok(41 * 20 + 1));
}

#[test]
fn continuations() {
    let whole = check_body(
        "(type $f (func (param i64) (result i64))) (type $c (cont $f))
        (tag $yield (param i64) (result i64)) (elem declare func $gen)
        (func $deep (param i64 i32) (result i64)
            (if (result i64) (local.get 1)
                (then (i64.add (local.get 0)
                    (call $deep (local.get 0) (i32.sub (local.get 1) (i32.const 1)))))
                (else (suspend $yield (local.get 0)))))
        (func $gen (param i64) (result i64)
            (loop (result i64)
                (local.set 0 (call $deep (local.get 0) (i32.const 20)))
                (br_if 0 (i64.lt_s (local.get 0) (i64.const 100000)))
                (local.get 0)))",
        "(local $k (ref null $c)) (local $v i64)
        (local.set $k (cont.new $c (ref.func $gen))) (local.set $v (i64.const 1))
        (loop $again (result i64)
            (block $on (result i64 (ref $c))
                (br 1 (resume $c (on $yield $on) (local.get $v) (local.get $k)))
                (unreachable))
            (local.set $k) (local.set $v)
            (br $again))",
    );
    let _ = whole;
}

/// What is out of bounds or too large, and what it traps with.
const OUT_OF_BOUNDS: &[(&str, Trap)] = &[
    ("(memory.fill (i32.const 0) (i32.const 7) (i32.const -1))", Trap::MemoryOutOfBounds),
    ("(memory.copy (i32.const 0) (i32.const 7) (i32.const -1))", Trap::MemoryOutOfBounds),
    ("(memory.copy (i32.const -1) (i32.const 0) (i32.const 65536))", Trap::MemoryOutOfBounds),
    ("(memory.init $d (i32.const 0) (i32.const 0) (i32.const -1))", Trap::MemoryOutOfBounds),
    ("(table.fill $t (i32.const 9) (ref.null func) (i32.const -1))", Trap::TableOutOfBounds),
    ("(table.copy $t $t (i32.const 1) (i32.const 0) (i32.const -1))", Trap::TableOutOfBounds),
    ("(table.init $t $e (i32.const 0) (i32.const 0) (i32.const -1))", Trap::TableOutOfBounds),
    (
        "(array.fill $a (global.get $x) (i32.const 0) (i32.const 1) (i32.const -1))",
        Trap::ArrayOutOfBounds,
    ),
    (
        "(array.copy $a $a (global.get $x) (i32.const 1)
                (global.get $x) (i32.const 0) (i32.const -1))",
        Trap::ArrayOutOfBounds,
    ),
    (
        "(array.init_data $a $d (global.get $x) (i32.const 0) (i32.const 0) (i32.const -1))",
        Trap::ArrayOutOfBounds,
    ),
    (
        "(array.init_data $a $d (global.get $x) (i32.const 0) (i32.const 0) (i32.const 5))",
        Trap::MemoryOutOfBounds,
    ),
    (
        "(array.init_elem $r $e (global.get $y) (i32.const 0) (i32.const 0) (i32.const 5))",
        Trap::TableOutOfBounds,
    ),
    ("(drop (array.new_data $a $d (i32.const 0) (i32.const -1)))", Trap::MemoryOutOfBounds),
    ("(drop (array.new_elem $r $e (i32.const 0) (i32.const -1)))", Trap::TableOutOfBounds),
    ("(drop (array.new_default $a (i32.const -1)))", Trap::HeapExhausted),
    ("(drop (array.new $a (i32.const 1) (i32.const -1)))", Trap::HeapExhausted),
    ("(array.fill $a (ref.null $a) (i32.const 0) (i32.const 1) (i32.const 9))", Trap::NullArray),
];

/// Out of bounds is the truth, however little fuel there is.
#[test]
fn bounds_come_before_fuel() {
    let parts = r#"(memory 1) (table $t 10 funcref) (data $d "abc") (elem $e func $f) (func $f)
        (type $a (array (mut i8))) (type $r (array (mut funcref)))
        (global $x (ref $a) (array.new_default $a (i32.const 5)))
        (global $y (ref $r) (array.new_default $r (i32.const 5)))"#;
    for &(body, trap) in OUT_OF_BOUNDS {
        let whole = check_body(parts, &format!("{body} (i64.const 0)"));
        assert_eq!(whole.result, Err(trap), "{body}");
        assert!(whole.fuel < 20, "{body}: {} units", whole.fuel);
    }
    // What cannot grow costs nothing either.
    let whole = check_body(
        "(memory 1 10) (table $t 10 20 funcref)",
        "(i64.add
            (i64.extend_i32_s (memory.grow (i32.const 60000)))
            (i64.extend_i32_s (table.grow $t (ref.null func) (i32.const 0x8000000))))",
    );
    assert_eq!(whole.result, Ok((-2_i64).cast_unsigned()));
    assert!(whole.fuel < 20, "{}", whole.fuel);
}

/// Fuel is paid in proportion to lengths.
#[test]
fn lengths_cost() {
    let parts = "(memory 40) (table $t 10000 funcref) (type $a (array (mut i8)))";
    for (body, least) in [
        ("(memory.fill (i32.const 0) (i32.const 7) (i32.const 640000))", 10_000),
        ("(memory.copy (i32.const 0) (i32.const 7) (i32.const 640000))", 10_000),
        ("(table.fill $t (i32.const 0) (ref.null func) (i32.const 8000))", 1000),
        ("(table.copy $t $t (i32.const 0) (i32.const 9) (i32.const 8000))", 1000),
        ("(drop (table.grow $t (ref.null func) (i32.const 80000)))", 10_000),
        ("(drop (memory.grow (i32.const 10)))", 100),
        ("(drop (array.new_default $a (i32.const 640000)))", 10_000),
        ("(drop (array.new $a (i32.const 3) (i32.const 640000)))", 10_000),
    ] {
        let whole = whole(parts, &format!("{body} (i64.const 0)"));
        assert!(whole.fuel > least && whole.fuel < 2 * least + 100, "{body}: {}", whole.fuel);
    }
    let locals = "i64 ".repeat(6400);
    let entered =
        whole(&format!("(func $f (local {locals}))"), "(call $f) (call $f) (i64.const 0)");
    assert!(entered.fuel > 2 * 1600, "{}", entered.fuel);
}
