//! Expressions: folded text that leaves one value of a type.
//!
//! Floating-point results are made canonical, since engines may differ in their NaNs.

use super::ty::{ARRAYS, GLOBALS, SIGNATURES, STRUCTS, TAGS, Ty};
use super::{Maker, words};
use Ty::{Any, Array, Exn, F32, F64, Func, I32, I64, Struct, V128};

const INT: &[&str] =
    &["add", "sub", "mul", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"];
const DIV: &[&str] = &["div_s", "div_u", "rem_s", "rem_u"];
const COMPARE: &[&str] =
    &["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const FLOAT: &[&str] = &["add", "sub", "mul", "div", "min", "max"];
const COMPARE_FLOAT: &[&str] = &["eq", "ne", "lt", "gt", "le", "ge"];
const LANES: &[&str] =
    &["i8x16.add", "i16x8.sub", "i32x4.mul", "i64x2.add", "v128.xor", "i8x16.swizzle", "i16x8.eq"];

/// The zero or null of a type.
pub(super) fn zero(ty: Ty) -> String {
    match ty {
        I32 | I64 | F32 | F64 => format!("({ty}.const 0)"),
        V128 => "(v128.const i64x2 0 0)".into(),
        Any => "(ref.null any)".into(),
        Struct(n) => format!("(ref.null $s{n})"),
        Array(n) => format!("(ref.null $a{n})"),
        Exn => "(ref.null exn)".into(),
        Func => "(ref.null $g0)".into(),
    }
}

impl Maker<'_> {
    /// An expression of a type, with others nested in it up to `depth`.
    pub(super) fn expression(&mut self, ty: Ty, depth: u32) -> String {
        if depth == 0 || !self.affords(1) {
            return self.leaf(ty);
        }
        let depth = depth - 1;
        match self.random.below(12) {
            0 => self.leaf(ty),
            1 => format!("(local.tee {} {})", self.local(ty), self.expression(ty, depth)),
            2 => self.choice(ty, depth),
            3 => self.called(ty, depth),
            4 => self.read(ty),
            5 if self.affords(6) => self.tried(ty, depth),
            6 if self.affords(4) => self.cast(ty, depth),
            7 => self.block(ty, depth),
            _ => self.made(ty, depth),
        }
    }

    fn leaf(&mut self, ty: Ty) -> String {
        let global = GLOBALS.iter().position(|&other| other == ty);
        match (self.random.below(5), ty, global) {
            (0, _, Some(n)) => format!("(global.get $v{n})"),
            (0 | 1, I32 | I64, _) => format!("({ty}.const {})", self.random.below(40) as i64 - 8),
            (0 | 1, F32 | F64, _) => {
                format!("({ty}.const {}.25)", self.random.below(40) as i64 - 8)
            }
            (0 | 1, V128, _) => format!("(v128.const i64x2 {} {})", self.random.below(999), 3),
            (0, ..) => zero(ty),
            (1, Any, _) => format!("(ref.i31 (i32.const {}))", self.random.below(100)),
            (1, Struct(n), _) => format!("(struct.new_default $s{n})"),
            (1, Array(n), _) => format!("(array.new_default $a{n} (i32.const {}))", 1 + n),
            _ => format!("(local.get {})", self.local(ty)),
        }
    }

    /// One of two, by a condition.
    fn choice(&mut self, ty: Ty, depth: u32) -> String {
        let (a, b) = (self.expression(ty, depth), self.expression(ty, depth));
        let condition = self.expression(I32, depth);
        match self.random.below(2) {
            0 => format!("(select (result {ty}) {a} {b} {condition})"),
            _ => format!("(if (result {ty}) {condition} (then {a}) (else {b}))"),
        }
    }

    /// The result of a call.
    fn called(&mut self, ty: Ty, depth: u32) -> String {
        let Some(callee) = self.callee(|results| results == [ty]) else {
            return self.made(ty, depth);
        };
        let signature = self.functions[callee];
        let args = self.arguments(signature, depth);
        match (self.random.below(4), signature) {
            (0, _) => {
                let n = if self.random.one_in(12) { self.random.below(9) } else { callee as u64 };
                format!("(call_indirect $table (type $g{signature}) {args} (i32.const {n}))")
            }
            (1, 0) if self.random.one_in(6) => {
                format!("(call_ref $g0 {args} {})", self.expression(Func, depth))
            }
            (1, _) => format!("(call_ref $g{signature} {args} (ref.func $f{callee}))"),
            _ => format!("(call $f{callee} {args})"),
        }
    }

    /// The arguments of a call.
    pub(super) fn arguments(&mut self, signature: usize, depth: u32) -> String {
        let params = SIGNATURES[signature].0;
        let args: Vec<String> = params.iter().map(|&ty| self.expression(ty, depth)).collect();
        args.join(" ")
    }

    /// A field or element of that type in an object that a local may hold.
    fn read(&mut self, ty: Ty) -> String {
        let depth = 1;
        let fields = STRUCTS.iter().enumerate().flat_map(|(s, (_, fields))| {
            fields.iter().enumerate().filter(|(_, f)| f.ty() == ty).map(move |(n, f)| (s, n, *f))
        });
        let fields: Vec<_> = fields.collect();
        let arrays: Vec<_> = (0..ARRAYS.len()).filter(|&n| ARRAYS[n].ty() == ty).collect();
        if !fields.is_empty() && (arrays.is_empty() || self.random.one_in(2)) {
            let (s, n, storage) = self.random.one_of(&fields);
            let object = self.local(Struct(s));
            let ending = self.random.one_of(storage.endings());
            let read = format!("(struct.get{ending} $s{s} {n} (local.get {object}))");
            return self.unless_null(&object, ty, &read, depth);
        }
        if arrays.is_empty() {
            return self.leaf(ty);
        }
        let n = self.random.one_of(&arrays);
        let object = self.local(Array(n));
        let (index, ending) = (self.index(&object, depth), self.random.one_of(ARRAYS[n].endings()));
        let read = format!("(array.get{ending} $a{n} (local.get {object}) {index})");
        self.unless_null(&object, ty, &read, depth)
    }

    /// An index into an array, seldom outside.
    pub(super) fn index(&mut self, array: &str, depth: u32) -> String {
        let index = self.expression(I32, depth);
        match self.random.below(20) {
            0 => index,
            1..6 => "(i32.const 0)".into(),
            _ => format!("(i32.rem_u {index} (array.len (local.get {array})))"),
        }
    }

    /// What `read` gives, or something else if the object is null; seldom without asking.
    fn unless_null(&mut self, object: &str, ty: Ty, read: &str, depth: u32) -> String {
        if self.random.one_in(25) {
            return read.into();
        }
        let other = self.expression(ty, depth);
        format!(
            "(if (result {ty}) (ref.is_null (local.get {object})) (then {other}) (else {read}))"
        )
    }

    /// The value of an expression that may throw, or what a catch makes of it.
    fn tried(&mut self, ty: Ty, depth: u32) -> String {
        let n = self.name();
        let tag = self.random.below(TAGS.len() as u64) as usize;
        let thrown =
            TAGS[tag].iter().map(|&ty| self.expression(ty, 1)).collect::<Vec<_>>().join(" ");
        let condition = self.expression(I32, depth);
        let throws = format!("(if {condition} (then (throw $t{tag} {thrown})))");
        let body = format!("{throws} {}", self.expression(ty, depth));
        let other = self.expression(ty, depth);
        let (clause, values, drops) = match self.random.below(4) {
            0 => (format!("catch $t{tag} $c{n}"), words(TAGS[tag]), TAGS[tag].len()),
            1 => (
                format!("catch_ref $t{tag} $c{n}"),
                words(TAGS[tag]) + "exnref",
                TAGS[tag].len() + 1,
            ),
            2 => (format!("catch_all $c{n}"), String::new(), 0),
            _ => (format!("catch_all_ref $c{n}"), "exnref".into(), 1),
        };
        let keep = if values.ends_with("exnref") {
            format!("(local.set {}) {}", self.local(Exn), "drop ".repeat(drops - 1))
        } else {
            "drop ".repeat(drops)
        };
        format!(
            "(block $x{n} (result {ty}) (block $c{n} (result {values}) \
             (br $x{n} (try_table (result {ty}) ({clause}) {body}))) {keep} {other})"
        )
    }

    /// What becomes of a reference that a cast or a test of null lets through, or another value.
    fn cast(&mut self, ty: Ty, depth: u32) -> String {
        let n = self.name();
        let reference = self.expression(Any, depth);
        let s = self.random.below(STRUCTS.len() as u64) as usize;
        let kept = self.local(Struct(s));
        let (then, other) = (self.expression(ty, 1), self.expression(ty, 1));
        let null = self.random.one_of(&["", "null "]);
        match self.random.below(5) {
            0 => format!(
                "(block $x{n} (result {ty}) (block $c{n} (result (ref {null}$s{s})) \
                 (drop (br_on_cast $c{n} anyref (ref {null}$s{s}) {reference})) (br $x{n} {other})) \
                 (local.set {kept}) {then})"
            ),
            1 => format!(
                "(block $x{n} (result {ty}) (block $c{n} (result anyref) \
                 (local.set {kept} (br_on_cast_fail $c{n} anyref (ref $s{s}) {reference})) \
                 (br $x{n} {then})) drop {other})"
            ),
            2 => {
                let kind = self.random.one_of(&["i31", "struct", "array", "eq", "none"]);
                let test = format!("(ref.test (ref {null}{kind}) {reference})");
                format!("(if (result {ty}) {test} (then {then}) (else {other}))")
            }
            3 => format!(
                "(block $x{n} (result {ty}) (block $c{n} \
                 (drop (br_on_null $c{n} {reference})) (br $x{n} {then})) {other})"
            ),
            _ => format!(
                "(block $x{n} (result {ty}) (block $c{n} (result (ref any)) \
                 (br_on_non_null $c{n} {reference}) (br $x{n} {other})) \
                 (local.set {}) {then})",
                self.local(Any)
            ),
        }
    }

    /// A block that is left in the middle, with the value.
    fn block(&mut self, ty: Ty, depth: u32) -> String {
        let n = self.name();
        let (a, b) = (self.expression(ty, depth), self.expression(ty, depth));
        let condition = self.expression(I32, depth);
        let local = self.local(ty);
        format!("(block $x{n} (result {ty}) (local.set {local} (br_if $x{n} {a} {condition})) {b})")
    }

    /// A value made of others.
    fn made(&mut self, ty: Ty, depth: u32) -> String {
        match ty {
            I32 => self.made_i32(depth),
            I64 => self.made_i64(depth),
            F32 | F64 => self.made_float(ty, depth),
            V128 => self.made_vector(depth),
            Any => match self.random.below(4) {
                0 => format!("(ref.i31 {})", self.expression(I32, depth)),
                1 => {
                    let n = self.random.below(ARRAYS.len() as u64) as usize;
                    self.expression(Array(n), depth)
                }
                2 => {
                    let any = self.expression(Any, depth);
                    format!("(any.convert_extern (extern.convert_any {any}))")
                }
                _ => {
                    let n = self.random.below(STRUCTS.len() as u64) as usize;
                    self.expression(Struct(n), depth)
                }
            },
            Struct(0) if self.random.one_in(2) => {
                let n = 1 + self.random.below(3) as usize;
                self.expression(Struct(n), depth)
            }
            Struct(n) => {
                let fields = STRUCTS[n].1.iter().map(|field| self.expression(field.ty(), depth));
                format!("(struct.new $s{n} {})", fields.collect::<Vec<_>>().join(" "))
            }
            Array(n) => self.made_array(n, depth),
            Func => match self.functions.iter().position(|&signature| signature == 0) {
                Some(n) => format!("(ref.func $f{n})"),
                None => zero(Func),
            },
            Exn => self.leaf(Exn),
        }
    }

    fn made_array(&mut self, n: usize, depth: u32) -> String {
        let element = ARRAYS[n].ty();
        let len = format!("(i32.add (i32.and {} (i32.const 7)) (i32.const 1))", self.leaf(I32));
        match self.random.below(3) {
            0 => format!("(array.new $a{n} {} {len})", self.expression(element, depth)),
            1 => format!("(array.new_default $a{n} {len})"),
            _ => {
                let count = 1 + self.random.below(4);
                let items: Vec<_> = (0..count).map(|_| self.expression(element, depth)).collect();
                format!("(array.new_fixed $a{n} {count} {})", items.join(" "))
            }
        }
    }

    fn made_i32(&mut self, depth: u32) -> String {
        let of = |this: &mut Self, ty| this.expression(ty, depth);
        match self.random.below(12) {
            0 => {
                format!("(i32.{} {} {})", self.random.one_of(COMPARE), of(self, I32), of(self, I32))
            }
            1 => {
                format!("(i64.{} {} {})", self.random.one_of(COMPARE), of(self, I64), of(self, I64))
            }
            2 => {
                let (op, ty) = (self.random.one_of(COMPARE_FLOAT), self.random.one_of(&[F32, F64]));
                format!("({ty}.{op} {} {})", of(self, ty), of(self, ty))
            }
            3 => format!("(i32.wrap_i64 {})", of(self, I64)),
            4 => {
                let a = self.random.one_of(&[Struct(0), Array(4), Struct(2)]);
                let b = self.random.one_of(&[Struct(0), Array(1)]);
                format!("(ref.eq {} {})", of(self, a), of(self, b))
            }
            5 => {
                let ty = self.random.one_of(&[Any, Struct(1), Exn, Func, Array(0)]);
                format!("(ref.is_null {})", of(self, ty))
            }
            6 => format!("(i32.load8_u (i32.and {} (i32.const 0xff)))", of(self, I32)),
            7 => format!("(i32.trunc_sat_f64_s {})", of(self, F64)),
            8 => format!("(i32x4.extract_lane {} {})", self.random.below(4), of(self, V128)),
            9 if self.random.one_in(4) => {
                let op = self.random.one_of(DIV);
                format!("(i32.{op} {} {})", of(self, I32), of(self, I32))
            }
            _ => format!("(i32.{} {} {})", self.random.one_of(INT), of(self, I32), of(self, I32)),
        }
    }

    fn made_i64(&mut self, depth: u32) -> String {
        let of = |this: &mut Self, ty| this.expression(ty, depth);
        match self.random.below(7) {
            0 => format!("(i64.extend_i32_{} {})", self.random.one_of(&["s", "u"]), of(self, I32)),
            1 => format!("(i64.load (i32.and {} (i32.const 0xff)))", of(self, I32)),
            2 => format!("(i64.trunc_sat_f32_u {})", of(self, F32)),
            3 => format!("(i64x2.extract_lane {} {})", self.random.below(2), of(self, V128)),
            4 if self.random.one_in(4) => {
                let op = self.random.one_of(DIV);
                format!("(i64.{op} {} {})", of(self, I64), of(self, I64))
            }
            _ => format!("(i64.{} {} {})", self.random.one_of(INT), of(self, I64), of(self, I64)),
        }
    }

    fn made_float(&mut self, ty: Ty, depth: u32) -> String {
        let of = |this: &mut Self, ty| this.expression(ty, depth);
        let value = match self.random.below(6) {
            0 => format!("({ty}.convert_i32_s {})", of(self, I32)),
            1 => format!("({ty}.convert_i64_u {})", of(self, I64)),
            2 if ty == F64 => format!("(f64.promote_f32 {})", of(self, F32)),
            2 => format!("(f32.demote_f64 {})", of(self, F64)),
            3 => format!("({ty}.sqrt {})", of(self, ty)),
            _ => format!("({ty}.{} {} {})", self.random.one_of(FLOAT), of(self, ty), of(self, ty)),
        };
        let looked_at = format!("(local.get ${ty})");
        format!(
            "(select ({ty}.const nan) (local.tee ${ty} {value}) ({ty}.ne {looked_at} {looked_at}))"
        )
    }

    fn made_vector(&mut self, depth: u32) -> String {
        let of = |this: &mut Self, ty| this.expression(ty, depth);
        match self.random.below(4) {
            0 => format!("(i32x4.splat {})", of(self, I32)),
            1 => format!("(i64x2.replace_lane 1 {} {})", of(self, V128), of(self, I64)),
            2 => format!("(v128.load (i32.and {} (i32.const 0xff)))", of(self, I32)),
            _ => format!("({} {} {})", self.random.one_of(LANES), of(self, V128), of(self, V128)),
        }
    }
}
