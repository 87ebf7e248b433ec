//! Programs with continuations: functions that suspend, throw, call and resume each other, drivers
//! that answer, throw back, keep for later or forget, and functions that switch to each other.
//!
//! Knows nothing of the engines.

use crate::{case::FUEL, instructions::Pair, random::Random};
use std::fmt::Write;

/// What every program has.
///
/// `$c…` are bodies of continuations, `$w…` such that have an argument more, which is bound, `$s…` such
/// that switch, `$d…` drivers.
const HEADER: &str = r#"
  (type $box (struct (field (mut i32)) (field (ref null $box))))
  (type $t (func (param i32) (result i32)))
  (type $k (cont $t))
  (type $tw (func (param i64 i32) (result i32)))
  (type $kw (cont $tw))
  (rec
    (type $ts (func (param i32 (ref null $ks)) (result i32)))
    (type $ks (cont $ts)))
  (tag $a (param i32) (result i32))
  (tag $b (param i32 i64) (result i32))
  (tag $e (param i32))
  (tag $sw (result i32))
  (memory (export "memory") 1 2)
  (table $slots 4 8 (ref null $k))
  (global $g (export "g") (mut i32) (i32.const 0))
  (global $h (export "h") (mut i64) (i64.const 1))
  (func $pay
    (if (i32.eqz (global.get $fuel)) (then (unreachable)))
    (global.set $fuel (i32.sub (global.get $fuel) (i32.const 1))))
  (func $exception (param i32) (result exnref) (local $r exnref)
    (block $on (result i32 exnref)
      (try_table (catch_ref $e $on) (throw $e (local.get 0)))
      (unreachable))
    (local.set $r)
    (drop)
    (local.get $r))
  ;; What is in a slot, which is empty then.
  (func $take (param i32) (result (ref null $k))
    (table.get $slots (local.get 0))
    (table.set $slots (local.get 0) (ref.null $k)))
"#;

/// The text of a program.
pub(crate) fn text(random: &mut Random) -> Pair {
    let mut maker = Maker {
        random,
        text: format!("(module\n(global $fuel (export \"{FUEL}\") (mut i32) (i32.const 100))"),
        bodies: 0,
        bound: 0,
        drivers: 0,
        labels: 0,
        budget: 0,
        switches: false,
    };
    maker.text.push_str(HEADER);
    maker.bodies = 2 + maker.random.below(4);
    maker.bound = 1 + maker.random.below(2);
    maker.drivers = 1 + maker.random.below(3);
    let switchers = maker.random.below(3);
    let names = |prefix: &str, count| (0..count).map(|n| format!(" ${prefix}{n}")).collect();
    let bodies: String = names("c", maker.bodies);
    _ = writeln!(maker.text, "(table $funcs (export \"funcs\") funcref (elem{bodies}))");
    let (bound, switching): (String, String) = (names("w", maker.bound), names("s", switchers));
    _ = writeln!(maker.text, "(elem declare func{bound}{switching})");
    for n in 0..maker.bodies {
        // Outside of a continuation most of them come to a suspension that nobody handles.
        let export = if n == 0 { "(export \"c\") " } else { "" };
        maker.body(&format!("$c{n} {export}(type $t) (param $x i32) (result i32)"));
    }
    for n in 0..maker.bound {
        maker.body(&format!("$w{n} (type $tw) (param $l i64) (param $x i32) (result i32)"));
    }
    for n in 0..switchers {
        maker.switches = true;
        let params = "(param $x i32) (param $other (ref null $ks)) (result i32)";
        maker.body(&format!("$s{n} (type $ts) {params}"));
        maker.switches = false;
    }
    (0..maker.drivers).for_each(|n| maker.driver(n));
    for n in 0..2 + maker.random.below(3) {
        maker.entry(n, switchers);
    }
    maker.text.push(')');
    let text = maker.text;
    Pair { theirs: text.clone(), ours: text }
}

struct Maker<'a> {
    random: &'a mut Random,
    text: String,
    bodies: u64,
    bound: u64,
    drivers: u64,
    labels: u32,
    /// How many statements may still be made in this function.
    budget: u32,
    /// Whether the function has a continuation that it can switch to, in `$other`.
    switches: bool,
}

impl Maker<'_> {
    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    fn label(&mut self) -> u32 {
        self.labels += 1;
        self.labels
    }

    fn body(&mut self, header: &str) {
        self.line(format!("(func {header}"));
        for (local, ty) in
            [("l", "i64"), ("y", "i32"), ("z", "i32"), ("f", "f64"), ("r", "(ref null $box)")]
        {
            if !header.contains(&format!("${local} ")) {
                self.line(format!("(local ${local} {ty})"));
            }
        }
        let locals = self.text.len();
        self.labels = 0;
        self.budget = self.random.one_of(&[8, 15, 30]);
        self.line("(call $pay)");
        for _ in 0..2 + self.random.below(6) {
            self.statement(3);
        }
        match self.random.below(6) {
            0 => {
                let (value, n) = (self.number(2), self.random.below(self.bodies));
                self.line(format!("(return_call $c{n} {value})"));
            }
            1 => {
                let (value, n) = (self.number(2), self.random.below(self.bodies));
                self.line(format!("(return_call_ref $t {value} (ref.func $c{n}))"));
            }
            _ => {
                let value = self.number(2);
                self.line(format!("(i32.add {value} (i32.trunc_sat_f64_s (local.get $f)))"));
            }
        }
        // Counters of loops.
        let counters: String = (1..=self.labels).map(|n| format!("(local $n{n} i32)")).collect();
        self.text.insert_str(locals, &counters);
        self.line(")");
    }

    /// A number of 32 bits.
    fn number(&mut self, depth: u32) -> String {
        if depth > 0 && self.random.one_in(2) {
            let [a, b] = [(); 2].map(|()| self.number(depth - 1));
            let op = self.random.one_of(&["add", "xor", "mul", "rotl", "sub", "lt_s"]);
            return format!("(i32.{op} {a} {b})");
        }
        match self.random.below(8) {
            0 => format!("(i32.const {})", self.random.next() as i32),
            1 | 2 => format!("(i32.const {})", self.random.below(9)),
            3 => "(global.get $g)".into(),
            4 => format!("(i32.load (i32.const {}))", self.random.below(8) * 4),
            5 => "(i32.wrap_i64 (local.get $l))".into(),
            _ => format!("(local.get {})", self.local()),
        }
    }

    fn local(&mut self) -> &'static str {
        self.random.one_of(&["$x", "$y", "$z"])
    }

    /// A continuation that has not begun.
    fn continuation(&mut self) -> String {
        let body = self.random.below(self.bodies);
        let new = format!("(cont.new $k (ref.func $c{body}))");
        match self.random.below(6) {
            0 => format!("(cont.bind $k $k {new})"),
            1 | 2 => {
                let (bound, number) = (self.random.below(self.bound), self.number(1));
                format!(
                    "(cont.bind $kw $k (i64.extend_i32_s {number})
                       (cont.new $kw (ref.func $w{bound})))"
                )
            }
            _ => new,
        }
    }

    fn block(&mut self, depth: u32) {
        for _ in 0..1 + self.random.below(3) {
            self.statement(depth);
        }
    }

    fn statement(&mut self, depth: u32) {
        if self.budget == 0 {
            return;
        }
        self.budget -= 1;
        let (local, value) = (self.local(), self.number(2));
        match self.random.below(20) {
            0..4 => self.line(format!("(local.set {local} (suspend $a {value}))")),
            4 | 5 => {
                self.line(format!("(local.set {local} (suspend $b {value} (local.get $l)))"));
            }
            6 | 7 => {
                let (driver, cont) = (self.random.below(self.drivers), self.continuation());
                self.line(format!("(local.set {local} (call $d{driver} {value} {cont}))"));
            }
            8 => {
                let n = self.random.below(self.bodies);
                self.line(format!("(local.set {local} (call $c{n} {value}))"));
            }
            9 => {
                let cont = self.continuation();
                self.line(format!("(local.set {local} (resume $k {value} {cont}))"));
            }
            10 => self.slot(local, &value),
            11 if self.switches => self.switch(&value),
            11 | 12 => self.other(local, &value),
            13 if depth > 0 => self.catch(local, depth),
            14 if depth > 0 => self.repeat(depth),
            15 if depth > 0 => {
                self.line(format!("(if (i32.and {value} (i32.const 1)) (then"));
                self.block(depth - 1);
                self.line(") (else");
                self.block(depth - 1);
                self.line("))");
            }
            16 => self.line(format!(
                "(if (i32.eq (i32.and {value} (i32.const 7)) (i32.const 3))
                   (then (throw $e (local.get {local}))))"
            )),
            _ => self.line(format!("(local.set {local} {value})")),
        }
    }

    /// Something with memory, globals, and objects.
    fn other(&mut self, local: &str, value: &str) {
        match self.random.below(8) {
            0 => {
                let at = self.random.below(8) * 4;
                self.line(format!("(i32.store (i32.const {at}) {value})"));
            }
            1 => self.line(format!("(global.set $g {value})")),
            2 => self.line("(local.set $f (f64.add (local.get $f) (f64.const 1.5)))"),
            3 => self.line(format!(
                "(local.set $l (i64.mul (i64.extend_i32_u {value}) (global.get $h)))"
            )),
            4 => self.line("(global.set $h (i64.add (local.get $l) (i64.const 7)))"),
            5 => self.line(format!("(local.set $r (struct.new $box {value} (local.get $r)))")),
            6 => self.line(format!(
                "(if (i32.eqz (ref.is_null (local.get $r)))
                   (then (local.set {local} (struct.get $box 0 (local.get $r)))
                     (local.set $r (struct.get $box 1 (local.get $r)))))"
            )),
            _ => self.line(format!("(local.set {local} (memory.grow (i32.const 1)))")),
        }
    }

    /// Puts a continuation somewhere for later, or goes on with one that lies there.
    fn slot(&mut self, local: &str, value: &str) {
        let slot = self.random.below(5);
        match self.random.below(4) {
            0 => {
                let cont = self.continuation();
                self.line(format!("(table.set $slots (i32.const {slot}) {cont})"));
            }
            // It stays there, and the next one who uses it traps.
            1 if self.random.one_in(4) => self.line(format!(
                "(local.set {local}
                   (call $d0 {value} (table.get $slots (i32.const {slot}))))"
            )),
            _ => {
                let slot = self.random.below(4);
                let driver = self.random.below(self.drivers);
                self.line(format!(
                    "(if (i32.eqz (ref.is_null (table.get $slots (i32.const {slot}))))
                       (then (local.set {local}
                         (call $d{driver} {value} (call $take (i32.const {slot}))))))"
                ));
            }
        }
    }

    fn switch(&mut self, value: &str) {
        self.line(format!(
            "(call $pay)
             (if (i32.eqz (ref.is_null (local.get $other)))
               (then (switch $ks $sw {value} (local.get $other))
                 (local.set $other) (local.set $y)))"
        ));
    }

    fn catch(&mut self, local: &str, depth: u32) {
        let label = self.label();
        self.line(format!(
            "(block $caught{label} (result i32) (try_table (result i32) (catch $e $caught{label})"
        ));
        self.block(depth - 1);
        self.line(format!("(local.get {local}))) (local.set {local})"));
    }

    fn repeat(&mut self, depth: u32) {
        let (label, times) = (self.label(), 1 + self.random.below(4));
        self.line(format!("(local.set $n{label} (i32.const {times})) (loop $again{label}"));
        self.line("(call $pay)");
        self.block(depth - 1);
        self.line(format!(
            "(br_if $again{label}
               (local.tee $n{label} (i32.sub (local.get $n{label}) (i32.const 1)))))"
        ));
    }

    /// A function that goes on with a continuation, and answers what that asks.
    fn driver(&mut self, n: u64) {
        let both = !self.random.one_in(4);
        let on = if both { "(on $b $on_b) (on $a $on_a)" } else { "(on $a $on_a)" };
        let throws = self.random.below(4);
        self.line(format!(
            "(func $d{n} (param $x i32) (param $c (ref null $k)) (result i32)
               (local $y i32) (local $z i32) (local $l i64) (local $how i32)
             (loop $next (call $pay)"
        ));
        let how = match throws {
            0 => format!("(resume_throw $k $e {on} (local.get $x) (local.get $c))"),
            1 => format!(
                "(resume_throw_ref $k {on} (call $exception (local.get $x)) (local.get $c))"
            ),
            2 => "(resume $k (local.get $x) (local.get $c))".into(),
            _ => format!("(resume $k {on} (local.get $x) (cont.bind $k $k (local.get $c)))"),
        };
        if both {
            self.line("(block $on_b (result i32 i64 (ref $k))");
        }
        let result = self.number(1);
        self.line(format!(
            "(block $on_a (result i32 (ref $k))
               (if (result i32) (i32.eq (local.get $how) (i32.const 5))
                 (then {how})
                 (else (resume $k {on} (local.get $x) (local.get $c))))
               (return (i32.add {result})))"
        ));
        self.line("(local.set $c) (local.set $y)");
        self.answer();
        if both {
            self.line(") (local.set $c) (local.set $l) (local.set $y)");
            self.answer();
        }
        self.line(") (unreachable))");
    }

    /// What a driver does with a continuation in `$c` and a number in `$y`.
    fn answer(&mut self) {
        let (value, slot) = (self.number(2), self.random.below(4));
        let [mask, how] = [self.random.one_of(&[3, 7, 15]), self.random.one_of(&[7, 15])];
        match self.random.below(4) {
            0 => self.line(format!(
                "(if (i32.eqz (i32.and (local.get $y) (i32.const {mask})))
                   (then (table.set $slots (i32.const {slot}) (local.get $c)) (return {value})))"
            )),
            1 => self.line(format!(
                "(if (i32.eqz (i32.and (local.get $y) (i32.const {mask}))) (then (return {value})))"
            )),
            _ => {}
        }
        self.line(format!(
            "(local.set $how (i32.and (local.get $y) (i32.const {how})))
             (local.set $z (i32.add (local.get $z) (local.get $y)))
             (local.set $x {value})
             (br $next)"
        ));
    }

    /// An exported function that begins with continuations.
    fn entry(&mut self, n: u64, switchers: u64) {
        self.line(format!(
            "(func (export \"e{n}\") (param $x i32) (param $y i32) (result i32)
               (local $z i32) (local $l i64)
             (call $pay)"
        ));
        let value = self.number(2);
        if switchers > 0 && self.random.one_in(2) {
            let [a, b] = [(); 2].map(|()| self.random.below(switchers));
            let on = self.random.one_of(&["", "(on $a $on)"]);
            self.line(format!(
                "(block $on (result i32 (ref $k))
                   (return (resume $ks {on} (on $sw switch) {value}
                     (cont.new $ks (ref.func $s{a})) (cont.new $ks (ref.func $s{b})))))
                 (return_call $d0))"
            ));
        } else {
            let (driver, cont) = (self.random.below(self.drivers), self.continuation());
            self.line(format!("(call $d{driver} {value} {cont}))"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_valid() {
        for seed in 0..100 {
            let text = text(&mut Random::new(seed)).ours;
            let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let mut validator =
                wasmparser::Validator::new_with_features(wasmparser::WasmFeatures::all());
            let valid = validator.validate_all(&wasm).map(drop).map_err(|error| error.to_string());
            assert!(valid.is_ok(), "{valid:?}\n{text}");
        }
    }
}
