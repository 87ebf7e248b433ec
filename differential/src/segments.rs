//! Segments, and what they are copied to: memories, tables, and arrays of every type of elements,
//! with ranges that mostly fit.
//!
//! Knows nothing of the engines.

use crate::{instructions::Pair, random::Random};
use std::fmt::Write;

/// The types of elements, the instruction that reads one as an `i64`, and a value.
const ELEMENTS: &[(&str, &[&str], &str, &str)] = &[
    ("i8", &["get_s", "get_u"], "(i64.extend_i32_s {})", "(local.get $i)"),
    ("i16", &["get_s", "get_u"], "(i64.extend_i32_s {})", "(local.get $j)"),
    ("i32", &["get"], "(i64.extend_i32_u {})", "(i32.wrap_i64 (local.get $sum))"),
    ("i64", &["get"], "{}", "(local.get $sum)"),
    ("f32", &["get"], "(i64.trunc_sat_f32_s {})", "(f32.convert_i32_s (local.get $i))"),
    ("f64", &["get"], "(i64.trunc_sat_f64_s {})", "(f64.convert_i64_s (local.get $sum))"),
    ("v128", &["get"], "(i64x2.extract_lane 1 {})", "(i32x4.splat (local.get $j))"),
    ("funcref", &["get"], "(i64.extend_i32_u (ref.is_null {}))", "(ref.func $f0)"),
];

/// Which of them is no number.
const FUNCREF: usize = 7;

/// The lengths of the segments of data and of elements.
const DATA: &[u64] = &[64, 40, 3];
const ELEMS: &[u64] = &[9, 4, 1];

/// The text of a module.
pub(crate) fn text(random: &mut Random) -> Pair {
    let mut text = String::from("(module (memory (export \"memory\") 1 2)\n");
    for (n, (element, ..)) in ELEMENTS.iter().enumerate() {
        _ = writeln!(text, "(type $a{n} (array (mut {element})))");
    }
    text.push_str("(table $t (export \"t\") 12 20 funcref) (table $u (export \"u\") 8 funcref)\n");
    for (n, &len) in DATA.iter().enumerate() {
        let bytes = random.bytes(len as usize);
        let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        _ = writeln!(text, "(data $d{n} \"{bytes}\")");
    }
    for (n, &len) in ELEMS.iter().enumerate() {
        let item = |_| random.one_of(&["(ref.func $f0)", "(ref.null func)", "(ref.func $f1)"]);
        let items: String = (0..len).map(item).collect();
        _ = writeln!(text, "(elem $e{n} funcref {items})");
    }
    let mut maker = Maker { random, text };
    let count = 2 + maker.random.below(4);
    (0..count).for_each(|n| maker.function(n));
    maker.text.push(')');
    Pair { theirs: maker.text.clone(), ours: maker.text }
}

struct Maker<'a> {
    random: &'a mut Random,
    text: String,
}

impl Maker<'_> {
    fn function(&mut self, n: u64) {
        let params = "(param $i i32) (param $j i32) (result i64) (local $sum i64)";
        _ = write!(self.text, "(func $f{n} (export \"f{n}\") {params}");
        for n in 0..ELEMENTS.len() {
            _ = write!(self.text, " (local $a{n} (ref null $a{n}))");
        }
        self.text.push('\n');
        for n in 0..ELEMENTS.len() {
            if !self.random.one_in(30) {
                self.create(n);
            }
        }
        for _ in 0..4 + self.random.below(12) {
            match self.random.below(3) {
                0 => self.bulk(),
                _ => self.array(),
            }
        }
        self.text.push_str("(local.get $sum))\n");
    }

    /// A range of something that is this long, which sometimes does not fit.
    fn range(&mut self, len: u64) -> [u64; 2] {
        let start = self.random.below(len + 1);
        let rest = len - start + u64::from(self.random.one_in(30));
        [start, self.random.below(rest + 1)]
    }

    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Makes an array of a type.
    fn create(&mut self, n: usize) {
        let (element, _, _, value) = ELEMENTS[n];
        // Most are longer than the indices that are used.
        let len =
            if self.random.one_in(12) { self.random.below(3) } else { 5 + self.random.below(9) };
        let made = match self.random.below(4) {
            0 => format!("(array.new $a{n} {value} (i32.const {len}))"),
            1 => format!("(array.new_default $a{n} (i32.const {len}))"),
            2 => {
                let values = [value; 5].join(" ");
                format!("(array.new_fixed $a{n} 5 {values})")
            }
            _ if n == FUNCREF => {
                let start = self.random.below(4);
                let len = 5 + u64::from(self.random.one_in(12));
                format!("(array.new_elem $a{n} $e0 (i32.const {start}) (i32.const {len}))")
            }
            _ => {
                let start = self.random.below(4);
                let len = ((DATA[0] - start) / width(element)).min(9);
                let len = len + u64::from(self.random.one_in(12)) * 20;
                format!("(array.new_data $a{n} $d0 (i32.const {start}) (i32.const {len}))")
            }
        };
        self.line(format!("(local.set $a{n} {made})"));
    }

    fn array(&mut self) {
        let n = self.random.below(ELEMENTS.len() as u64) as usize;
        let (element, gets, convert, value) = ELEMENTS[n];
        let a = format!("(local.get $a{n})");
        let (i, j) = (self.random.below(3), self.random.below(3));
        match self.random.below(9) {
            0 => self.create(n),
            1 => self.line(format!("(array.set $a{n} {a} (i32.const {i}) {value})")),
            2 => self.line(format!(
                "(local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u (array.len {a}))))"
            )),
            3 => {
                self.line(format!("(array.fill $a{n} {a} (i32.const {i}) {value} (i32.const {j}))"))
            }
            4 => self.line(format!(
                "(array.copy $a{n} $a{n} {a} (i32.const {i}) {a} (i32.const {j}) (i32.const 2))"
            )),
            5 if n == FUNCREF => self.line(format!(
                "(array.init_elem $a{n} $e0 {a} (i32.const {i}) (i32.const {j}) (i32.const 2))"
            )),
            5 => {
                let bytes = width(element) * j;
                self.line(format!(
                    "(array.init_data $a{n} $d0 {a} (i32.const {i}) (i32.const {bytes}) (i32.const 2))"
                ));
            }
            _ => {
                let get = self.random.one_of(gets);
                let read =
                    convert.replace("{}", &format!("(array.{get} $a{n} {a} (i32.const {i}))"));
                self.line(format!(
                    "(local.set $sum (i64.add (i64.rotl (local.get $sum) (i64.const 7)) {read}))"
                ));
            }
        }
    }

    fn bulk(&mut self) {
        let to = self.random.below(200);
        let [data, elem] = [DATA, ELEMS].map(|of| self.random.below(of.len() as u64) as usize);
        let [from, len] = self.range(DATA[data]);
        let [first, count] = self.range(ELEMS[elem]);
        let (table, place) = (self.random.one_of(&["$t", "$u"]), self.random.below(6));
        let line = match self.random.below(16) {
            0..3 => format!("(memory.init $d{data} (i32.const {to}) (i32.const {from}) (i32.const {len}))"),
            3 if self.random.one_in(3) => format!("(data.drop $d{})", data.max(1)),
            3 | 4 => format!("(memory.copy (i32.const {to}) (i32.const {from}) (i32.const {len}))"),
            5 => format!("(memory.fill (i32.const {to}) (local.get $i) (i32.const {len}))"),
            6 => "(local.set $sum (i64.xor (local.get $sum) (i64.load (i32.const 100))))".into(),
            7 => format!(
                "(local.set $sum (i64.add (local.get $sum) (i64.extend_i32_s
                   (memory.grow (i32.const {})))))",
                place / 5
            ),
            8 | 9 => format!(
                "(table.init {table} $e{elem} (i32.const {place}) (i32.const {first}) (i32.const {count}))"
            ),
            10 if self.random.one_in(3) => format!("(elem.drop $e{})", elem.max(1)),
            10 | 11 => format!(
                "(table.copy {table} $t (i32.const {place}) (i32.const {first}) (i32.const {count}))"
            ),
            12 => format!("(table.fill {table} (i32.const {place}) (ref.func $f1) (i32.const {count}))"),
            13 => format!("(table.set {table} (i32.const {place}) (ref.null func))"),
            14 => format!("(drop (table.grow $t (table.get $u (i32.const {place})) (i32.const {first})))"),
            _ => format!(
                "(local.set $sum (i64.add (local.get $sum) (i64.extend_i32_u
                   (i32.add (table.size {table}) (ref.is_null (table.get $t (i32.const {place})))))))"
            ),
        };
        self.line(line);
    }
}

/// The bytes of an element.
fn width(element: &str) -> u64 {
    match element {
        "i8" => 1,
        "i16" => 2,
        "i32" | "f32" => 4,
        "i64" | "f64" => 8,
        _ => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_valid() {
        for seed in 0..100 {
            let text = text(&mut Random::new(seed)).ours;
            let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let valid = wasmparser::validate(&wasm).map(drop).map_err(|error| error.to_string());
            assert!(valid.is_ok(), "{valid:?}\n{text}");
        }
    }
}
