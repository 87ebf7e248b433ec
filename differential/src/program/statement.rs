//! Statements: text that leaves no value.

use super::ty::{ARRAYS, GLOBALS, SIGNATURES, STRUCTS, TAGS, TYPES, Ty};
use super::{Label, Maker, words};
use Ty::{Array, Exn, I32, I64, Struct, V128};

/// A clause of a `try`.
#[derive(Clone, Copy, Debug)]
enum Clause {
    Tag(usize),
    All,
}

impl Maker<'_> {
    /// A statement with others nested in it up to `depth`.
    pub(super) fn statement(&mut self, depth: u32) {
        if !self.affords(3) {
            return;
        }
        let nests = depth > 0;
        match self.random.below(20) {
            0 | 1 if nests => self.try_(depth - 1),
            2 | 3 if nests => self.loop_(depth - 1),
            4 if nests => self.if_(depth - 1),
            5 if nests => self.block_statement(depth - 1),
            6 => self.set_global(),
            7 => self.set_field(),
            8 => self.set_element(),
            9 => self.throw(),
            10 => self.throw_again(),
            11 => self.call(),
            12 => self.branch(),
            13 => self.store(),
            14 => self.copy(),
            15 if self.random.one_in(3) => self.leave(),
            16 if nests => self.delegate(depth - 1),
            _ => {
                let ty = self.random.one_of(TYPES);
                let line = format!("(local.set {} {})", self.local(ty), self.expression(ty, 4));
                self.text.line(line);
            }
        }
    }

    fn statements(&mut self, depth: u32) {
        for _ in 0..1 + self.random.below(4) {
            self.statement(depth);
        }
    }

    fn if_(&mut self, depth: u32) {
        let condition = self.expression(I32, 3);
        self.text.line(format!("{condition} if"));
        self.statements(depth);
        if self.random.one_in(2) {
            self.text.line("else");
            self.statements(depth);
        }
        self.text.line("end");
    }

    fn loop_(&mut self, depth: u32) {
        let n = self.name();
        self.text.line(format!("(local.set $n{n} (i32.const 0)) loop $x{n}"));
        self.pay();
        self.labels.push(Label::Plain(format!("$x{n}")));
        self.statements(depth);
        self.labels.pop();
        let count = 1 + self.random.below(9);
        let counted = format!("(local.tee $n{n} (i32.add (local.get $n{n}) (i32.const 1)))");
        self.text.line(format!("(br_if $x{n} (i32.lt_u {counted} (i32.const {count}))) end"));
    }

    fn block_statement(&mut self, depth: u32) {
        let n = self.name();
        self.text.line(format!("block $x{n}"));
        self.labels.push(Label::Plain(format!("$x{n}")));
        self.statements(depth);
        self.labels.pop();
        self.text.line("end");
    }

    /// A branch out of a block or back to a loop, on a condition.
    fn branch(&mut self) {
        let plain = |label: &Label| match label {
            Label::Plain(name) => Some(name.clone()),
            Label::Body(_) => None,
        };
        let names: Vec<String> = self.labels.iter().filter_map(plain).collect();
        if names.is_empty() {
            return;
        }
        let mut one = || names[self.random.below(names.len() as u64) as usize].clone();
        let (a, b, c) = (one(), one(), one());
        let condition = self.expression(I32, 3);
        let line = match self.random.below(3) {
            0 => format!("block $out {condition} br_table $out {a} {b} $out {c} $out end"),
            1 => format!("{condition} if br {a} end"),
            _ => format!("(br_if {a} {condition})"),
        };
        self.text.line(line);
    }

    fn set_global(&mut self) {
        let n = self.random.below(GLOBALS.len() as u64) as usize;
        let value = self.expression(GLOBALS[n], 3);
        self.text.line(format!("(global.set $v{n} {value})"));
    }

    fn set_field(&mut self) {
        let s = self.random.below(STRUCTS.len() as u64) as usize;
        let n = self.random.below(STRUCTS[s].1.len() as u64) as usize;
        let (object, value) = (self.local(Struct(s)), self.expression(STRUCTS[s].1[n].ty(), 3));
        let set = format!("(struct.set $s{s} {n} (local.get {object}) {value})");
        self.unless_null_do(&object, &set);
    }

    fn set_element(&mut self) {
        let n = self.random.below(ARRAYS.len() as u64) as usize;
        let array = self.local(Array(n));
        let (index, value) = (self.index(&array, 2), self.expression(ARRAYS[n].ty(), 3));
        let set = match self.random.below(5) {
            0 => format!("(array.fill $a{n} (local.get {array}) {index} {value} (i32.const 1))"),
            _ => format!("(array.set $a{n} (local.get {array}) {index} {value})"),
        };
        self.unless_null_do(&array, &set);
    }

    /// Does something with the object in a local if there is one; seldom without asking.
    fn unless_null_do(&mut self, object: &str, action: &str) {
        if self.random.one_in(25) {
            return self.text.line(action);
        }
        let there = format!("(i32.eqz (ref.is_null (local.get {object})))");
        self.text.line(format!("(if {there} (then {action}))"));
    }

    /// Copies within memory, or between arrays.
    fn copy(&mut self) {
        let n = self.random.below(ARRAYS.len() as u64) as usize;
        let (from, to) = (self.local(Array(n)), self.local(Array(n)));
        let line = match self.random.below(4) {
            0 => "(memory.copy (i32.const 40) (i32.const 3) (i32.const 90))".into(),
            1 => "(memory.fill (i32.const 9) (i32.const 7) (i32.const 20))".into(),
            _ => format!(
                "(if (i32.eqz (i32.or (ref.is_null (local.get {from})) \
                 (ref.is_null (local.get {to})))) (then (array.copy $a{n} $a{n} (local.get {to}) \
                 (i32.const 0) (local.get {from}) (i32.const 0) (i32.const 1))))"
            ),
        };
        self.text.line(line);
    }

    fn store(&mut self) {
        let (op, ty) = self.random.one_of(&[
            ("i32.store", I32),
            ("i32.store8", I32),
            ("i64.store", I64),
            ("i64.store16", I64),
            ("v128.store", V128),
        ]);
        let (address, value) = (self.expression(I32, 2), self.expression(ty, 3));
        self.text.line(format!("({op} (i32.and {address} (i32.const 0xff)) {value})"));
    }

    fn throw(&mut self) {
        let tag = self.random.below(TAGS.len() as u64) as usize;
        let condition = self.expression(I32, 2);
        let values: Vec<String> = TAGS[tag].iter().map(|&ty| self.expression(ty, 2)).collect();
        self.text.line(format!("(if {condition} (then (throw $t{tag} {})))", values.join(" ")));
    }

    /// Throws an exception that was caught before.
    fn throw_again(&mut self) {
        let (exception, condition) = (self.local(Exn), self.expression(I32, 2));
        let there = format!("(i32.eqz (ref.is_null (local.get {exception})))");
        let throw = format!("(throw_ref (local.get {exception}))");
        self.text.line(format!("(if (i32.and {condition} {there}) (then {throw}))"));
    }

    /// A call whose results go to locals.
    fn call(&mut self) {
        let Some(callee) = self.callee(|_| true) else { return };
        let signature = self.functions[callee];
        let args = self.arguments(signature, 3);
        self.text.line(format!("{args} call $f{callee}"));
        for &ty in SIGNATURES[signature].1.iter().rev() {
            let line = format!("local.set {}", self.local(ty));
            self.text.line(line);
        }
    }

    /// Returns, or calls a function in place of this one, on a condition.
    fn leave(&mut self) {
        let results = SIGNATURES[self.functions[self.function]].1;
        let condition = self.expression(I32, 3);
        let callee = self.callee(|other| other == results).filter(|_| self.random.one_in(2));
        let leave = match callee {
            Some(callee) => {
                let signature = self.functions[callee];
                let args = self.arguments(signature, 2);
                match self.random.below(3) {
                    0 => format!("{args} (return_call_ref $g{signature} (ref.func $f{callee}))"),
                    1 => {
                        let n = format!("(i32.const {callee})");
                        format!("{args} (return_call_indirect $table (type $g{signature}) {n})")
                    }
                    _ => format!("{args} return_call $f{callee}"),
                }
            }
            None => {
                let values: Vec<String> =
                    results.iter().map(|&ty| self.expression(ty, 2)).collect();
                format!("{} return", values.join(" "))
            }
        };
        self.text.line(format!("{condition} if {leave} end"));
    }

    /// A body and clauses that catch what it throws; some throw it again.
    fn try_(&mut self, depth: u32) {
        let n = self.name();
        let mut clauses: Vec<Clause> = (0..self.random.below(3))
            .map(|_| Clause::Tag(self.random.below(TAGS.len() as u64) as usize))
            .collect();
        if clauses.is_empty() || self.random.one_in(2) {
            clauses.push(Clause::All);
        }
        let mut newer = format!("block $x{n}\n");
        for (i, clause) in clauses.iter().enumerate().rev() {
            let values = clause.values();
            newer += &format!("block $c{n}x{i} (result {} exnref)\n", words(values));
        }
        newer += "try_table";
        for (i, clause) in clauses.iter().enumerate() {
            newer += &match clause {
                Clause::Tag(tag) => format!(" (catch_ref $t{tag} $c{n}x{i})"),
                Clause::All => format!(" (catch_all_ref $c{n}x{i})"),
            };
        }
        // Where what is delegated to this block is thrown.
        newer += &format!("\nblock $y{n} block $z{n} (result exnref)");
        self.text.differ(newer, format!("try $x{n}"));
        self.labels.push(Label::Plain(format!("$x{n}")));
        self.labels.push(Label::Body(n));
        self.statements(depth);
        self.labels.pop();
        self.text.differ(format!("br $y{n} end throw_ref end end br $x{n}"), "");
        for (i, &clause) in clauses.iter().enumerate() {
            self.handler(n, clause, i + 1 == clauses.len(), depth);
        }
        self.labels.pop();
        self.text.line("end");
    }

    /// What a clause of `try` number `n` does.
    fn handler(&mut self, n: u32, clause: Clause, last: bool, depth: u32) {
        let older = match clause {
            Clause::Tag(tag) => format!("catch $t{tag}"),
            Clause::All => "catch_all".into(),
        };
        self.text.differ(format!("end local.set $e{n}"), older);
        for &ty in clause.values().iter().rev() {
            let line = format!("local.set {}", self.local(ty));
            self.text.line(line);
        }
        self.statements(depth);
        if self.random.one_in(4) {
            let condition = self.expression(I32, 2);
            self.text.line(format!("{condition} if"));
            self.text.differ(format!("local.get $e{n} throw_ref"), format!("rethrow $x{n}"));
            self.text.line("end");
        }
        if !last {
            self.text.differ(format!("br $x{n}"), "");
        }
    }

    /// A body that leaves what it throws to a block further out.
    fn delegate(&mut self, depth: u32) {
        let bodies = self.labels.iter().filter_map(|label| match label {
            Label::Body(n) => Some(*n),
            Label::Plain(_) => None,
        });
        let bodies: Vec<u32> = bodies.collect();
        if bodies.is_empty() {
            return;
        }
        let (to, n) = (self.random.one_of(&bodies), self.name());
        let newer =
            format!("block $x{n} block $c{n} (result exnref) try_table (catch_all_ref $c{n})");
        self.text.differ(newer, format!("try $x{n}"));
        self.statements(depth);
        self.text.differ(format!("end br $x{n} end br $z{to} end"), format!("delegate $x{to}"));
    }
}

impl Clause {
    fn values(self) -> &'static [Ty] {
        match self {
            Self::Tag(tag) => TAGS[tag],
            Self::All => &[],
        }
    }
}
