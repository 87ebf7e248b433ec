//! Structures, arrays, references, exceptions.

use super::{TYPES, looped, sources, uses};
use std::fmt::Write;

/// The types of fields, and those of their values.
const STORAGES: [(&str, &str); 7] = [
    ("i8", "i32"),
    ("i16", "i32"),
    ("i32", "i32"),
    ("i64", "i64"),
    ("f32", "f32"),
    ("f64", "f64"),
    ("v128", "v128"),
];

/// A module of its own that runs the instructions on objects.
pub(super) fn module() -> String {
    let mut text = String::from(
        "(module (type $f (func (param i32) (result i32)))
         (type $top (sub (struct (field i32)))) (type $leaf (sub $top (struct (field i32 i32))))
         (type $refs (array (mut anyref))) (tag $none) (tag $some (param i32 v128 anyref))
         (table 4 funcref) (elem $funcs func $down) (elem declare func $down $down_ref)
         (elem $nulls anyref (ref.null any) (ref.null any)) (data $bytes \"0123456789abcdef\")\n",
    );
    for (storage, ty) in STORAGES {
        writeln!(text, "(type $s_{storage} (struct (field (mut {storage}))))").unwrap();
        writeln!(text, "(type $a_{storage} (array (mut {storage})))").unwrap();
        text += &fields(storage, ty);
    }
    text + &references() + &exceptions() + &continuations() + ")"
}

/// The reading and writing of a kind of field and element in all forms.
fn fields(storage: &str, ty: &str) -> String {
    let gets: &[&str] = if storage == ty { &["get"] } else { &["get_s", "get_u"] };
    let mut body = String::new();
    for value in sources(ty) {
        writeln!(body, "(local.set $s (struct.new $s_{storage} {value}))").unwrap();
        writeln!(body, "(struct.set $s_{storage} 0 (local.get $s) {value})").unwrap();
        writeln!(body, "(array.set $a_{storage} (local.get $a) (i32.const 1) {value})").unwrap();
        writeln!(body, "(local.set $a (array.new_fixed $a_{storage} 2 {value} {value}))").unwrap();
        writeln!(body, "(local.set $a (array.new $a_{storage} {value} (i32.const 20)))").unwrap();
        writeln!(
            body,
            "(array.fill $a_{storage} (local.get $a) (i32.const 1) {value} (i32.const 3))"
        )
        .unwrap();
    }
    for get in gets {
        for object in ["(local.get $s)", "(struct.new_default $s_NAME)"] {
            let object = object.replace("NAME", storage);
            body += &uses(ty, &format!("(struct.{get} $s_{storage} 0 {object})"));
        }
        for index in
            ["(local.get $i32)", "(i32.const 3)", "(i32.or (local.get $i32) (i32.const 1))"]
        {
            body += &uses(ty, &format!("(array.{get} $a_{storage} (local.get $a) {index})"));
        }
    }
    writeln!(
        body,
        "(array.copy $a_{storage} $a_{storage} (local.get $a) (i32.const 1) (local.get $a)
             (i32.const 2) (i32.const 3))
         (array.init_data $a_{storage} $bytes (local.get $a) (i32.const 0) (i32.const 0)
             (i32.const 1))
         (local.set $a (array.new_data $a_{storage} $bytes (i32.const 0) (i32.const 1)))
         (local.set $a (array.new_default $a_{storage} (i32.const 9)))
         (local.set $r_i32 (array.len (local.get $a)))
         (local.set $r_i32 (array.len (array.new_default $a_{storage} (i32.const 2))))"
    )
    .unwrap();
    let locals = format!(
        "(local $s (ref null $s_{storage})) (local $a (ref null $a_{storage}))
         (local.set $s (struct.new_default $s_{storage}))
         (local.set $a (array.new_default $a_{storage} (i32.const 9)))"
    );
    with_locals(&looped(&format!("fields_{storage}"), &body), &locals)
}

/// A function with more locals, and what sets them.
fn with_locals(func: &str, locals: &str) -> String {
    let (declared, set): (Vec<&str>, Vec<&str>) =
        locals.split_inclusive('\n').partition(|line| line.trim_start().starts_with("(local $"));
    let declared = format!("{} (local $n i32)", declared.concat());
    let last = format!("(local.set ${} ", TYPES[0]);
    func.replacen("(local $n i32)", &declared, 1).replacen(&last, &(set.concat() + &last), 1)
}

fn references() -> String {
    let mut body = String::from(
        "(local.set $x (ref.i31 (local.get $n))) (local.set $x (ref.i31 (i32.or (local.get $n) (i32.const 1))))
         (drop (ref.as_non_null (local.get $x)))
         (local.set $refs (array.new_elem $refs $nulls (i32.const 0) (i32.const 2)))
         (array.init_elem $refs $nulls (local.get $refs) (i32.const 0) (i32.const 0) (i32.const 2))
         (local.set $r_i32 (call_ref $f (i32.const 2) (ref.func $down)))
         (local.set $r_i32 (call_ref $f (i32.const 2) (ref.func $down_ref)))
         (block $l (result anyref) (br_on_non_null $l (local.get $x)) (ref.null any)) (drop)
         (block $l (drop (br_on_null $l (local.get $x))))
         (local.set $r_i32 (ref.eq (ref.cast i31ref (local.get $x)) (ref.cast eqref (local.get $x))))",
    );
    for i31 in ["(local.get $i)", "(ref.i31 (local.get $n))"] {
        body += &uses("i32", &format!("(i31.get_s {i31})"));
        body += &uses("i32", &format!("(i31.get_u {i31})"));
    }
    for ty in ["(ref $leaf)", "(ref null $top)", "(ref i31)", "structref", "arrayref", "eqref"] {
        for object in ["$x", "$o"] {
            let object = format!("(local.get {object})");
            body += &uses("i32", &format!("(ref.test {ty} {object})"));
            writeln!(
                body,
                "(drop (block $l (result anyref) (br_on_cast $l anyref {ty} {object})))
                 (drop (block $l (result anyref) (br_on_cast_fail $l anyref {ty} {object})))"
            )
            .unwrap();
        }
    }
    body +=
        "(drop (ref.cast (ref $leaf) (local.get $o))) (drop (ref.cast (ref $top) (local.get $o)))
        (drop (ref.cast (ref $f) (ref.func $down))) (drop (ref.cast structref (local.get $o)))
        (local.set $r_i32 (ref.test (ref $f) (ref.func $down)))";
    let locals =
        "(local $x anyref) (local $i i31ref) (local $o anyref) (local $refs (ref null $refs))
        (local.set $i (ref.i31 (i32.const 5))) (local.set $o (struct.new_default $leaf))
        (local.set $x (local.get $i))";
    let down = "(func $down (type $f) (if (local.get 0)
            (then (return_call $down (i32.sub (local.get 0) (i32.const 1))))) (i32.const 1))
        (func $down_ref (export \"down_ref\") (type $f) (if (local.get 0)
            (then (return_call_ref $f (i32.sub (local.get 0) (i32.const 1)) (ref.func $down_ref))))
            (i32.const 1))";
    down.to_owned() + &with_locals(&looped("references", &body), locals)
}

fn exceptions() -> String {
    let body = "(block $h (try_table (catch $none $h) (throw $none)))
        (block $h (try_table (catch_all $h) (call $throws)))
        (block $h (result exnref) (try_table (catch_all_ref $h) (call $throws)) (unreachable))
        (local.set $e)
        (block $h (result i32 v128 anyref exnref)
            (try_table (catch_ref $some $h) (throw_ref (local.get $e))) (unreachable))
        (drop) (drop) (drop) (drop)
        (block $h (result i32 v128 anyref)
            (try_table (catch $some $h) (call $throws)) (unreachable))
        (drop) (drop) (drop)
        try call $throws catch $none catch $some drop drop drop end
        try try call $throws delegate 0 catch_all end
        try try call $throws catch_all rethrow 0 end catch_all end";
    let throws = "(func $throws
        (throw $some (i32.const 3) (v128.const i64x2 1 2) (struct.new_default $leaf)))";
    throws.to_owned() + &with_locals(&looped("exceptions", body), "(local $e exnref)\n")
}

fn continuations() -> String {
    let text = "(type $k (cont $f)) (type $two (func (param i64 i32) (result i32)))
        (type $k2 (cont $two))
        (rec (type $swap (func (param i32 (ref null $ks)) (result i32))) (type $ks (cont $swap)))
        (tag $ask (param i32) (result i32)) (tag $over (result i32)) (tag $stop (param i32))
        (elem declare func $asks $second $hands_over)
        (func $asks (type $f) (block $h (result i32)
            (try_table (catch $stop $h) (return (suspend $ask (local.get 0)))) (unreachable)))
        (func $second (type $two) (local.get 1))
        (func $hands_over (type $swap)
            (switch $ks $over (i32.const 1) (local.get 1)) (drop))
        (func $suspended (result (ref $k))
            (block $on (result i32 (ref $k))
                (resume $k (on $ask $on) (i32.const 3) (cont.new $k (ref.func $asks)))
                (unreachable))
            (local.set $0) (drop) (ref.as_non_null (local.get $0)))";
    let text = text.replace(
        "(func $suspended (result (ref $k))",
        "(func $suspended (result (ref $k)) (local $0 (ref null $k))",
    );
    let body = "(drop (resume $k (i32.const 4) (call $suspended)))
        (drop (resume_throw $k $stop (i32.const 4) (call $suspended)))
        (block $h (result i32 exnref)
            (try_table (catch_ref $stop $h) (throw $stop (i32.const 1))) (unreachable))
        (local.set $e) (drop)
        (drop (resume_throw_ref $k (local.get $e) (call $suspended)))
        (drop (resume $k (i32.const 1)
            (cont.bind $k2 $k (i64.const 2) (cont.new $k2 (ref.func $second)))))
        (drop (resume $ks (on $over switch) (i32.const 1) (cont.new $ks (ref.func $hands_over))
            (cont.new $ks (ref.func $hands_over))))";
    text + &with_locals(&looped("continuations", body), "(local $e exnref)\n")
}
