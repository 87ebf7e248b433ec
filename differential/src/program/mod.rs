//! Programs rather than instructions at random: what they compute depends on what was computed
//! before, across loops, calls, exceptions caught and objects in reach.
//!
//! Knows nothing of the engines. Each program is made twice: with `try_table`, and with the older
//! `try` in its place, which has to do the same.

mod expression;
mod statement;
mod ty;

use crate::{case::FUEL, random::Random};
use std::fmt::Write;
use ty::{ARRAYS, GLOBALS, SIGNATURES, STRUCTS, TAGS, TYPES, Ty, words};

/// A program in its two forms, as text.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) newer: String,
    pub(crate) older: String,
}

impl Text {
    /// Appends a line to both forms.
    fn line(&mut self, line: impl AsRef<str>) {
        self.differ(line.as_ref(), line.as_ref());
    }

    /// Appends a line to each form.
    fn differ(&mut self, newer: impl AsRef<str>, older: impl AsRef<str>) {
        self.newer.push_str(newer.as_ref());
        self.newer.push('\n');
        self.older.push_str(older.as_ref());
        self.older.push('\n');
    }
}

/// What code can branch to.
#[derive(Clone, Debug)]
enum Label {
    /// A block or loop that takes no values.
    Plain(String),
    /// The body of a `try`, by its number: what may be delegated to.
    Body(u32),
}

/// Makes one program.
#[derive(Debug)]
struct Maker<'a> {
    random: &'a mut Random,
    text: Text,
    /// The signature of each function.
    functions: Vec<usize>,
    /// The function being made.
    function: usize,
    locals: Vec<(String, Ty)>,
    labels: Vec<Label>,
    /// How many names were made in this function.
    names: u32,
    /// How much may still be made in this function.
    budget: u32,
}

/// The text of a program.
pub(crate) fn text(random: &mut Random) -> Text {
    let count = 3 + random.below(5) as usize;
    let functions = (0..count).map(|_| random.below(SIGNATURES.len() as u64) as usize).collect();
    let mut maker = Maker {
        random,
        text: Text::default(),
        functions,
        function: 0,
        locals: Vec::new(),
        labels: Vec::new(),
        names: 0,
        budget: 0,
    };
    maker.text.line("(module");
    maker.text.line(types());
    maker.text.line(maker.others());
    for function in 0..count {
        maker.function(function);
    }
    maker.text.line(")");
    maker.text
}

fn types() -> String {
    let mut text = String::from("(rec\n");
    for (n, (supertype, fields)) in STRUCTS.iter().enumerate() {
        let supertype = supertype.map(|n| format!("$s{n} ")).unwrap_or_default();
        let fields: String = fields.iter().map(|field| format!("(field (mut {field}))")).collect();
        _ = writeln!(text, "(type $s{n} (sub {supertype}(struct {fields})))");
    }
    for (n, element) in ARRAYS.iter().enumerate() {
        _ = writeln!(text, "(type $a{n} (array (mut {element})))");
    }
    for (n, (params, results)) in SIGNATURES.iter().enumerate() {
        let (params, results) = (words(params), words(results));
        _ = writeln!(text, "(type $g{n} (func (param {params}) (result {results})))");
    }
    text + ")"
}

impl Maker<'_> {
    /// What is neither type nor function.
    fn others(&self) -> String {
        let mut text = format!("(global $fuel (export \"{FUEL}\") (mut i32) (i32.const 100))\n");
        for (n, ty) in GLOBALS.iter().enumerate() {
            let init = expression::zero(*ty);
            _ = writeln!(text, "(global $v{n} (export \"v{n}\") (mut {ty}) {init})");
        }
        for (n, params) in TAGS.iter().enumerate() {
            _ = writeln!(text, "(tag $t{n} (param {}))", words(params));
        }
        let functions: String = (0..self.functions.len()).map(|n| format!(" $f{n}")).collect();
        _ = writeln!(text, "(table $table (export \"table\") funcref (elem {functions}))");
        text + "(memory (export \"memory\") 1 2)"
    }

    fn function(&mut self, function: usize) {
        let signature = self.functions[function];
        let (params, results) = SIGNATURES[signature];
        self.function = function;
        self.names = 0;
        self.budget = self.random.one_of(&[60, 150, 300]);
        self.labels.clear();
        self.locals = params.iter().enumerate().map(|(n, &ty)| (format!("$p{n}"), ty)).collect();
        for round in 0..2 {
            let more = TYPES.iter().enumerate();
            self.locals.extend(more.map(|(n, &ty)| (format!("$l{n}x{round}"), ty)));
        }
        let header = std::mem::take(&mut self.text);
        self.pay();
        for _ in 0..3 + self.random.below(8) {
            self.statement(4);
        }
        let values: Vec<String> = results.iter().map(|&ty| self.expression(ty, 3)).collect();
        self.text.line(values.join("\n"));
        let body = std::mem::replace(&mut self.text, header);

        let named: String = self.locals[..params.len()]
            .iter()
            .map(|(name, ty)| format!("(param {name} {ty})"))
            .collect();
        let results = words(results);
        self.text.line(format!(
            "(func $f{function} (export \"f{function}\") (type $g{signature}) {named} (result {results})"
        ));
        for (name, ty) in &self.locals[params.len()..] {
            self.text.line(format!("(local {name} {ty})"));
        }
        // Counters of loops, exceptions to be thrown again, and floating-point numbers looked at.
        for n in 0..self.names {
            self.text.line(format!("(local $n{n} i32) (local $e{n} exnref)"));
        }
        self.text.line("(local $f32 f32) (local $f64 f64)");
        self.text.differ(body.newer, body.older);
        self.text.line(")");
    }

    /// Takes a unit of fuel, or traps.
    fn pay(&mut self) {
        self.text.line("(if (i32.eqz (global.get $fuel)) (then unreachable))");
        self.text.line("(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))");
    }

    /// A number for a name of its own.
    fn name(&mut self) -> u32 {
        self.names += 1;
        self.names - 1
    }

    /// A local of a type.
    fn local(&mut self, ty: Ty) -> String {
        let fitting: Vec<usize> =
            (0..self.locals.len()).filter(|&n| self.locals[n].1 == ty).collect();
        let chosen = self.random.one_of(&fitting);
        self.locals[chosen].0.clone()
    }

    /// Whether there is enough left for something large.
    fn affords(&mut self, cost: u32) -> bool {
        let affordable = self.budget >= cost;
        self.budget = self.budget.saturating_sub(cost);
        affordable
    }

    /// A function of a signature that `wanted` accepts; rather one behind this one, so that most
    /// programs end.
    fn callee(&mut self, wanted: impl Fn(&[Ty]) -> bool) -> Option<usize> {
        let from = if self.random.one_in(5) { 0 } else { self.function + 1 };
        let fitting: Vec<usize> = (from..self.functions.len())
            .filter(|&n| wanted(SIGNATURES[self.functions[n]].1))
            .collect();
        (!fitting.is_empty()).then(|| self.random.one_of(&fitting))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_well_formed_in_both_forms() {
        for seed in 0..50 {
            let text = text(&mut Random::new(seed));
            for text in [text.newer, text.older] {
                assert!(wat::parse_str(&text).is_ok(), "{text}");
            }
        }
    }
}
