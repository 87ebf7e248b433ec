//! Exceptions and continuations: programs that throw, catch, suspend and resume at random, run in
//! several ways that have to agree.

use crate::observe;
use arbitrary::Unstructured;
use std::fmt::Write as _;

/// How many functions a program has.
const FUNCS: u32 = 4;

/// Tags for exceptions, and a tag of which `$drive` is the handler.
const HEAD: &str = "(module
  (type $f (func (param i32) (result i32)))
  (type $k (cont $f))
  (tag $t0 (param i32)) (tag $t1 (param i32))
  (tag $y (param i32) (result i32))
  (global $fuel (mut i32) (i32.const 300))
  (memory (export \"memory\") 1)
  (elem declare func $f0 $f1 $f2 $f3)
  (func $drive (param $k (ref null $k)) (param $a i32) (param $turns i32) (result i32)
    (loop $next
      (block $on (result i32 (ref $k))
        (return (resume $k (on $y $on) (local.get $a) (local.get $k))))
      (local.set $k)
      (local.set $a (i32.add (i32.const 7)))
      (br_if $next
        (i32.gt_s (local.tee $turns (i32.sub (local.get $turns) (i32.const 1))) (i32.const 0))))
    (if (i32.and (local.get $a) (i32.const 1))
      (then (return (resume_throw $k $t0 (local.get $a) (local.get $k)))))
    (local.get $a))
";

/// Runs the program that the input makes.
///
/// # Panics
/// If two ways of running it do not agree, or the program is malformed.
pub fn run(data: &[u8]) {
    observe::agree(&program(data));
}

/// What is seen of the program that the input makes.
#[must_use]
pub fn observed(data: &[u8]) -> String {
    observe::plain(&program(data))
}

fn program(data: &[u8]) -> Vec<u8> {
    let mut input = Unstructured::new(data);
    let mut text = String::from(HEAD);
    for index in 0..FUNCS {
        let _ = write!(
            text,
            "(func $f{index} (export \"f{index}\") (type $f) (local $e exnref) (local $i i32)
              (if (i32.le_s (global.get $fuel) (i32.const 0)) (then (return (local.get 0))))
              (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))"
        );
        statements(&mut input, &mut text, 0);
        text.push_str("(local.get 0))\n");
    }
    text.push(')');
    match wat::parse_str(&text) {
        Ok(wasm) => wasm,
        Err(error) => panic!("the program is malformed: {error}\n{text}"),
    }
}

fn statements(input: &mut Unstructured<'_>, text: &mut String, depth: u32) {
    for _ in 0..input.int_in_range(1..=4).unwrap_or(0) {
        statement(input, text, depth);
    }
}

fn statement(input: &mut Unstructured<'_>, text: &mut String, depth: u32) {
    let number = input.arbitrary::<i16>().unwrap_or(0);
    let callee = number.unsigned_abs() % FUNCS as u16;
    let tag = number & 1;
    let nested = |input: &mut Unstructured<'_>, text: &mut String| {
        if depth < 4 {
            statements(input, text, depth + 1);
        }
    };
    // Writing to a string cannot fail.
    let _ = match input.int_in_range(0..=10).unwrap_or(0) {
        0 => write!(text, "(local.set 0 (i32.add (local.get 0) (i32.const {number})))"),
        1 => write!(
            text,
            "(i32.store (i32.and (local.get 0) (i32.const 0xfffc)) (i32.const {number}))"
        ),
        2 => write!(text, "(local.set 0 (call $f{callee} (local.get 0)))"),
        3 => write!(
            text,
            "(if (i32.and (local.get 0) (i32.const 3)) (then (throw $t{tag} (local.get 0))))"
        ),
        4 => {
            text.push_str("(local.set 0 (block $h (result i32) (try_table (catch $t0 $h)");
            nested(input, text);
            write!(text, ") (local.get 0)))")
        }
        5 => {
            text.push_str("(block $out (block $h (result exnref) (try_table (catch_all_ref $h)");
            nested(input, text);
            write!(text, ") (br $out)) (local.set $e))")
        }
        6 => write!(
            text,
            "(if (ref.is_null (local.get $e)) (then) (else (throw_ref (local.get $e))))"
        ),
        7 => write!(text, "(local.set 0 (suspend $y (local.get 0)))"),
        8 | 9 => write!(
            text,
            "(local.set 0 (call $drive (cont.new $k (ref.func $f{callee})) (local.get 0) \
             (i32.const {})))",
            number & 7
        ),
        _ => {
            let _ = write!(text, "(local.set $i (i32.const {})) (loop $l", number & 3);
            nested(input, text);
            write!(
                text,
                "(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))
                 (local.set $i (i32.sub (local.get $i) (i32.const 1)))
                 (br_if $l (i32.and (i32.gt_s (local.get $i) (i32.const 0))
                   (i32.gt_s (global.get $fuel) (i32.const 0)))))"
            )
        }
    };
}
