//! Listings of internal code, for people.

use super::code::{Draft, FrameLayout, SlotName, slots};
use super::opcode::Opcode;
use super::shape::{Class, Fusion, Shape, forms};
use super::word::{Pair, vector_of_words};
use super::{FieldInit, FieldKind, OpWord};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use dergwasm_types::Value;

/// One instruction of a listing.
#[derive(Debug)]
pub(crate) struct Line {
    /// Where it begins, in words.
    pub(crate) at: usize,
    /// The wasm offset it comes from.
    pub(crate) offset: u32,
    /// The instruction.
    pub(crate) text: String,
}

/// The instructions of a draft.
pub(crate) fn lines(draft: &Draft<'_>) -> Vec<Line> {
    let line = |&(at, offset): &(u32, u32)| {
        let at = at as usize;
        let op = OpWord::decode(draft.words[at]);
        let len = op.len(|i| draft.words[at + i]);
        let writer = Writer { frame: draft.frame, op, words: &draft.words[at..at + len] };
        Line { at, offset, text: writer.text() }
    };
    draft.offsets.iter().map(line).collect()
}

/// Writes one instruction: `result = name operands`.
struct Writer<'a> {
    frame: FrameLayout,
    op: OpWord,
    words: &'a [u64],
}

impl Writer<'_> {
    fn text(&self) -> String {
        let name = self.op.opcode.mnemonic();
        let Pair(first, second) = self.words.get(1).map_or(Pair(0, 0), |&word| Pair::decode(word));
        let form = self.op.form;
        match self.op.opcode.shape() {
            Shape::Unary { .. } => {
                let operand = self.operand(form & 2 != 0, first);
                format!("{} = {name} {operand}", self.dst(second))
            }
            Shape::Binary { a, .. } => {
                format!("{} = {name} {}", self.dst(second), self.two(form & !1, a))
            }
            Shape::Compare { a } if form < forms::BRANCH_IF => {
                format!("{} = {name} {}", self.dst(second), self.two(form & !1, a))
            }
            Shape::Compare { .. } if form >= forms::STEP_BRANCH_IF => self.step_branch(name),
            Shape::Compare { a } => self.branch(name, form - forms::BRANCH_IF, a),
            Shape::Test { a } => self.branch(name, form, a),
            Shape::Wide | Shape::Widening => {
                format!("{}, {} = {name} {}", self.slot(first), self.slot(second), self.wide())
            }
            Shape::Load { .. } => self.load(name, first, second),
            Shape::Store { v } => self.store(name, first, second, v),
            Shape::Atomic { operands, r } => {
                let text = self.atomic(name, first, operands);
                if r.is_some() { format!("{} = {text}", self.slot(second)) } else { text }
            }
            Shape::Copy { v } | Shape::Return { v } => {
                format!("{} = {name} {}", self.slot(second), self.three(form, first, 2, v))
            }
            Shape::GlobalGet { .. }
            | Shape::GlobalSet { .. }
            | Shape::GlobalSum
            | Shape::GlobalSetSum => self.global(name, first, second),
            Shape::Select { v } => self.select(name, first, second, v),
            Shape::TableBranch => self.table_branch(name, first),
            Shape::Extract { .. } | Shape::Lanes { .. } => self.vector(name, first, second),
            Shape::VectorLoad { .. } | Shape::VectorStore { .. } => {
                self.vector_transfer(name, first, second)
            }
            Shape::StructNew
            | Shape::Field { .. }
            | Shape::FieldStore { .. }
            | Shape::Element { .. }
            | Shape::ElementStore => self.object(name, first, second),
            Shape::Fused { how, first, second: last } => {
                format!("{} = {}", self.dst(second), self.fused(how, first, last))
            }
            Shape::Custom => self.custom(name),
        }
    }

    fn slot(&self, offset: i32) -> String {
        self.slot_at(offset.into())
    }

    fn slot_at(&self, offset: i64) -> String {
        match self.frame.name(offset) {
            SlotName::Local(index) => format!("local{index}"),
            SlotName::Result(index) => format!("result{index}"),
            SlotName::Operand(height) => format!("s{height}"),
        }
    }

    /// A result that goes to the accumulator and, unless the form says otherwise, to a slot.
    fn dst(&self, slot: i32) -> String {
        if self.op.form & forms::TO_ACC != 0 { "acc".into() } else { self.slot(slot) }
    }

    fn operand(&self, in_acc: bool, slot: i32) -> String {
        if in_acc { "acc".into() } else { self.slot(slot) }
    }

    /// An operand in slot, accumulator or code.
    fn three(&self, place: u8, slot: i32, word: usize, class: Class) -> String {
        match place {
            forms::S => self.slot(slot),
            forms::A => "acc".into(),
            _ => self.constant_at(word, class),
        }
    }

    /// The operands of a binary instruction or comparison.
    fn two(&self, form: u8, class: Class) -> String {
        let Pair(first, _) = Pair::decode(self.words[1]);
        let third = self.words[2];
        let (a, b) = (self.slot(first), self.slot_at(third.cast_signed()));
        let k = constant(third, class);
        match form {
            forms::SS => format!("{a}, {b}"),
            forms::SK => format!("{a}, {k}"),
            forms::SA => format!("{a}, acc"),
            forms::AK => format!("acc, {k}"),
            forms::AS => format!("acc, {b}"),
            forms::KS => format!("{k}, {a}"),
            _ => format!("{k}, acc"),
        }
    }

    /// A comparison fused with a branch.
    fn branch(&self, name: &str, form: u8, class: Class) -> String {
        let unless = form >= forms::BRANCH_UNLESS - forms::BRANCH_IF;
        let word = if unless { "unless" } else { "if" };
        let operands = self.two(2 * form % forms::BRANCH_IF, class);
        format!("br_{word} {name} {operands} -> {}", self.words[3])
    }

    /// The operands of an instruction with a result of two halves.
    fn wide(&self) -> String {
        let pair = |word: usize| {
            let Pair(first, second) = Pair::decode(self.words[word]);
            (self.slot(first), self.slot(second))
        };
        let (a, b) = pair(2);
        let k = |word: usize| constant(self.words[word], Class::I64);
        match (self.op.opcode.shape(), self.op.form) {
            (Shape::Wide, forms::WIDE_SS) => {
                let (low, high) = pair(3);
                format!("{a}, {b}, {low}, {high}")
            }
            (Shape::Wide, forms::WIDE_SK) => format!("{a}, {b}, {}, {}", pair(3).0, k(4)),
            (Shape::Wide, _) => format!("{a}, {b}, acc, {}", k(4)),
            (_, form) => match 2 * form {
                forms::SS => format!("{a}, {b}"),
                forms::SK => format!("{a}, {}", k(3)),
                forms::SA => format!("{a}, acc"),
                _ => format!("acc, {}", k(3)),
            },
        }
    }

    /// A comparison fused with a branch and the step of a local before it.
    fn step_branch(&self, name: &str) -> String {
        let Pair(first, local) = Pair::decode(self.words[1]);
        let (third, local) = (self.words[2], self.slot(local));
        let word = if self.op.form >= forms::STEP_BRANCH_UNLESS { "unless" } else { "if" };
        let (step, operands) = if self.op.form & 1 == 0 {
            (constant(third, Class::I32), format!("{}, {local}", self.slot(first)))
        } else {
            (format!("#{first}"), format!("{local}, {}", constant(third, Class::I32)))
        };
        format!("{local} += {step}; br_{word} {name} {operands} -> {}", self.words[3])
    }

    fn load(&self, name: &str, address: i32, dst: i32) -> String {
        let offset = self.words[2];
        if self.op.form == forms::LOAD_FAR {
            let (dst, address) = (self.slot(dst), self.slot(address));
            return format!("{dst} = {name} memory{} [{address} + {offset}]", self.words[3]);
        }
        let address = match self.op.form / 2 {
            0 | 3 => format!("{} + ", self.slot(address)),
            1 | 4 => "acc + ".into(),
            _ => String::new(),
        };
        format!("{} = {name} [{address}{offset}]", self.dst(dst))
    }

    fn store(&self, name: &str, address: i32, value: i32, class: Class) -> String {
        let offset = self.words[2];
        if self.op.form == forms::STORE_FAR {
            let (address, value) = (self.slot(address), self.slot(value));
            return format!("{name} memory{} [{address} + {offset}], {value}", self.words[3]);
        }
        let address = match self.op.form / 3 {
            0 | 3 => format!("{} + ", self.slot(address)),
            1 | 4 => "acc + ".into(),
            _ => String::new(),
        };
        format!("{name} [{address}{offset}], {}", self.three(self.op.form % 3, value, 3, class))
    }

    fn atomic(&self, name: &str, address: i32, operands: u8) -> String {
        let memory = self.words[self.words.len() - 1];
        let mut text =
            format!("{name} memory{memory} [{} + {}]", self.slot(address), self.words[2]);
        if operands > 0 {
            let Pair(a, b) = Pair::decode(self.words[3]);
            text.push_str(&format!(", {}", self.slot(a)));
            if operands > 1 {
                text.push_str(&format!(", {}", self.slot(b)));
            }
        }
        text
    }

    fn table_branch(&self, name: &str, index: i32) -> String {
        let targets: Vec<String> =
            self.words[2..].iter().map(|target| format!("{target}")).collect();
        format!("{name} {} -> {}", self.operand(self.op.form != 0, index), targets.join(" "))
    }

    /// An instruction on a global, which is so many bytes into the instance block.
    fn global(&self, name: &str, first: i32, second: i32) -> String {
        match self.op.opcode.shape() {
            Shape::GlobalGet { .. } => format!("{} = {name} +{first}", self.dst(second)),
            Shape::GlobalSet { v } => {
                format!("{name} +{second}, {}", self.three(self.op.form, first, 2, v))
            }
            Shape::GlobalSum => {
                let by = constant(self.words[2], Class::I32);
                format!("{} = {name} +{first}, {by}", self.dst(second))
            }
            _ => {
                let x = self.operand(self.op.form == forms::A, first);
                format!("{name} +{second}, {x}, {}", constant(self.words[2], Class::I32))
            }
        }
    }

    fn select(&self, name: &str, cond: i32, dst: i32, class: Class) -> String {
        let form = self.op.form;
        let cond = self.operand(form & forms::SELECT_COND_A != 0, cond);
        let value = |constant_bit: u8, word: usize| match form & constant_bit {
            0 => self.slot_at(self.words[word].cast_signed()),
            _ => constant(self.words[word], class),
        };
        let (a, b) = (value(forms::SELECT_A_K, 2), value(forms::SELECT_B_K, 3));
        format!("{} = {name} {cond} ? {a} : {b}", self.dst(dst))
    }

    /// A vector instruction that does not reach memory.
    fn vector(&self, name: &str, first: i32, second: i32) -> String {
        match self.op.opcode.shape() {
            Shape::Extract { width, .. } => {
                format!("{} = {name} {}", self.dst(second), self.lane_of_slot(first, width))
            }
            Shape::Lanes { r: Class::V128, .. } => {
                format!("{} = {name} {}", self.slot(second), self.lanes())
            }
            _ => format!("{} = {name} {}", self.dst(second), self.lanes()),
        }
    }

    /// The operands and constant lanes of a vector instruction.
    fn lanes(&self) -> String {
        let Shape::Lanes { operands, b: class, r, lane, .. } = self.op.opcode.shape() else {
            return String::new();
        };
        let form = if r == Class::V128 { self.op.form } else { self.op.form / forms::UNARY_A };
        let Pair(a, _) = Pair::decode(self.words[1]);
        let mut text = self.operand(matches!(form, forms::LANES_AS | forms::LANES_AK), a);
        let mut rest = 2;
        if operands > 1 && matches!(form, forms::LANES_SK | forms::LANES_AK) {
            text.push_str(&format!(", {}", self.constant_at(2, class)));
            rest += class.code_words();
        } else if operands > 1 {
            let Pair(b, c) = Pair::decode(self.words[2]);
            text.push_str(&format!(", {}", self.operand(form == forms::LANES_SA, b)));
            if operands > 2 {
                text.push_str(&format!(", {}", self.slot(c)));
            }
            rest += 1;
        }
        if self.op.opcode == Opcode::I8x16Shuffle {
            text.push_str(&format!(", lanes {:?}", self.bytes_at(rest)));
        } else if lane {
            text.push_str(&format!(", lane {}", self.lane_at(rest)));
        }
        text
    }

    /// The bytes of the constant vector that begins with a word.
    fn bytes_at(&self, word: usize) -> [u8; 16] {
        vector_of_words([self.words[word], self.words[word + 1]])
    }

    /// The lane that the constant vector with ones in its place says.
    fn lane_at(&self, word: usize) -> usize {
        let bytes = self.bytes_at(word);
        let width = bytes.iter().filter(|&&byte| byte != 0).count();
        bytes.iter().take_while(|&&byte| byte == 0).count() / width.max(1)
    }

    /// A lane in the slot of a vector.
    fn lane_of_slot(&self, offset: i32, width: usize) -> String {
        let within = offset.rem_euclid(slots(1));
        format!("{}, lane {}", self.slot(offset - within), within as usize / width)
    }

    /// The constant that begins with a word.
    fn constant_at(&self, word: usize, class: Class) -> String {
        match class {
            Class::V128 => format!("#{:?}", self.bytes_at(word)),
            _ => constant(self.words[word], class),
        }
    }

    fn vector_transfer(&self, name: &str, first: i32, second: i32) -> String {
        let access = self.vector_access(first);
        match self.op.opcode.shape() {
            Shape::VectorStore { width } => {
                format!("{name} {access}, {}", self.lane_of_slot(second, width))
            }
            Shape::VectorLoad { lane: true } => {
                let (Pair(operand, _), lane) = (Pair::decode(self.words[3]), self.lane_at(4));
                let (dst, operand) = (self.slot(second), self.slot(operand));
                format!("{dst} = {name} {access}, {operand}, lane {lane}")
            }
            _ => format!("{} = {name} {access}", self.slot(second)),
        }
    }

    fn vector_access(&self, address: i32) -> String {
        let address = self.operand(self.op.form == forms::VECTOR_A, address);
        let place = format!("[{address} + {}]", self.words[2]);
        match (self.op.form, self.words.last()) {
            (forms::VECTOR_FAR, Some(memory)) => format!("memory{memory} {place}"),
            _ => place,
        }
    }

    /// An instruction on structures or arrays.
    fn object(&self, name: &str, first: i32, second: i32) -> String {
        let form = self.op.form;
        match self.op.opcode.shape() {
            Shape::StructNew => self.struct_new(name, second),
            Shape::Field { .. } => {
                let object = self.operand(form & forms::FIELD_A != 0, first);
                format!("{} = {name} {object} + {}", self.dst(second), self.words[2])
            }
            Shape::FieldStore { v } => {
                let (object, value) = (self.slot(first), self.three(form, second, 3, v));
                format!("{name} {object} + {}, {value}", self.words[2])
            }
            Shape::Element { .. } => {
                format!("{} = {name} {}", self.dst(second), self.two(form & !1, Class::I32))
            }
            _ => {
                let value = self.slot_at(self.words[2].cast_signed());
                format!("{name} {}, {}, {value}", self.slot(first), self.slot(second))
            }
        }
    }

    fn struct_new(&self, name: &str, dst: i32) -> String {
        let Pair(ty, size) = Pair::decode(self.words[2]);
        let mut text = format!("{} = {name} type{ty} size={size}", self.slot(dst));
        for &word in &self.words[3..] {
            let FieldInit { source, constant, offset, .. } = FieldInit::decode(word);
            let value = if constant { format!("#{source}") } else { self.slot(source) };
            text.push_str(&format!(", +{offset} {value}"));
        }
        text
    }

    /// Two instructions, the first in brackets.
    fn fused(&self, how: Fusion, first: Opcode, second: Opcode) -> String {
        let (first, second) = (first.mnemonic(), second.mnemonic());
        let (Pair(x, _), Pair(c, word)) =
            (Pair::decode(self.words[1]), Pair::decode(self.words[2]));
        let x = self.operand(self.op.form & forms::FUSED_X_A != 0, x);
        let other = self.operand(self.op.form & forms::FUSED_C_A != 0, c);
        let by_constant = format!("({first} {x}, #{word})");
        let by_slot = format!("({first} {x}, {})", self.slot(word));
        let loaded = format!("({first} [{x} + {}])", word.cast_unsigned());
        match how {
            Fusion::Chain => format!("{second} {other}, {by_constant}"),
            Fusion::Twice => format!("{second} ({first} {x}, #{c}), #{word}"),
            Fusion::Product => format!("{second} {other}, {by_slot}"),
            Fusion::ProductLeft => format!("{second} {by_slot}, {other}"),
            Fusion::Loaded => format!("{second} {other}, {loaded}"),
            Fusion::LoadedLeft => format!("{second} {loaded}, {other}"),
            Fusion::Indexed => {
                let in_code = self.op.form & forms::INDEXED_K != 0;
                let y = if in_code { format!("#{c}") } else { self.slot(c) };
                format!("{second} [({first} {x}, {y}) + {}]", word.cast_unsigned())
            }
            Fusion::Scaled => {
                // The first is itself two: `sum(scale)`.
                let (sum, scale) = first.split_once('(').unwrap_or((first, ""));
                let scaled = format!("({} {x}, #{word})", scale.trim_end_matches(')'));
                format!("{second} [({sum} {other}, {scaled}) + {}]", self.words[3])
            }
        }
    }

    fn custom(&self, name: &str) -> String {
        let mut text = String::from(name);
        for (i, (&(field, kind), &word)) in
            self.op.opcode.fields().iter().zip(&self.words[1..]).enumerate()
        {
            let separator = if i == 0 { " " } else { ", " };
            let value = match kind {
                // A frame's base, not a slot.
                FieldKind::Slot if field == "sp" => format!("{:+}", word.cast_signed() / 16),
                FieldKind::Slot => self.slot_at(word.cast_signed()),
                FieldKind::Target => format!("-> {word}"),
                FieldKind::Index | FieldKind::Imm => format!("{word}"),
                FieldKind::SlotCopy => {
                    let Pair(src, dst) = Pair::decode(word);
                    let [src, dst] = [src, dst].map(|slot| self.slot_at(slot.into()));
                    text.push_str(&format!("{separator}{dst} = {src}"));
                    continue;
                }
            };
            text.push_str(&format!("{separator}{field}={value}"));
        }
        text
    }
}

/// A constant of a class.
fn constant(bits: u64, class: Class) -> String {
    match class {
        Class::I32 => format!("#{}", Value::from_bits(bits).as_i32()),
        Class::I64 | Class::Ref | Class::V128 => format!("#{}", bits.cast_signed()),
        Class::F32 => format!("#{}", Value::from_bits(bits).as_f32()),
        Class::F64 => format!("#{}", f64::from_bits(bits)),
    }
}
