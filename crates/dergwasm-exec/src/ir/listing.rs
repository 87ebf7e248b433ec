//! Listings of internal code, for people.

use super::code::{Draft, FrameLayout, SlotName, slots};
use super::forms::{self, Condition, Loc, Reach, To};
use super::layout::{self, Layout};
use super::opcode::Opcode;
use super::shape::{Class, Fusion, Shape};
use super::word::{Pair, vector_of_words};
use super::{FieldInit, FieldKind, LanesOperands, OpWord};
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
        match self.op.opcode.shape() {
            Shape::Unary { .. } => self.unary(name),
            Shape::Binary { a, .. } => self.binary(name, forms::BINARY.locs(self.op.form / 2), a),
            Shape::Element { .. } => {
                self.binary(name, forms::ELEMENT.locs(self.op.form / 2), Class::I32)
            }
            Shape::Compare { a } => match forms::of_compare(self.op.form) {
                (Condition::Value(_), locs) => self.binary(name, locs, a),
                (Condition::Branch { unless }, locs) => self.branch(name, unless, locs, a),
                (Condition::StepBranch { unless }, locs) => self.step_branch(name, unless, locs),
            },
            Shape::Test { a } => {
                let (unless, locs) = forms::of_test(self.op.form);
                self.branch(name, unless, locs, a)
            }
            Shape::Wide | Shape::Widening => self.wide(name),
            Shape::Load { .. } => self.load(name),
            Shape::Store { v } => self.store(name, v),
            Shape::Atomic { operands, r } => self.atomic(name, operands, r.is_some()),
            Shape::Copy { v } | Shape::Return { v } => {
                let layout::Move { src, to } = self.read();
                let value = self.moved(src, layout::Move::LEN, v);
                format!("{} = {name} {value}", self.slot(to))
            }
            Shape::GlobalGet { .. }
            | Shape::GlobalSet { .. }
            | Shape::GlobalSum
            | Shape::GlobalSetSum => self.global(name),
            Shape::Select { v } => self.select(name, v),
            Shape::TableBranch => self.table_branch(name),
            Shape::Extract { .. } | Shape::Lanes { .. } => self.vector(name),
            Shape::VectorLoad { lane: true } => self.lane_load(name),
            Shape::VectorLoad { lane: false } => {
                let layout::Load { dst, .. } = self.read();
                format!("{} = {name} {}", self.slot(dst), self.vector_access())
            }
            Shape::VectorStore { width } => {
                let layout::Store { value, .. } = self.read();
                format!("{name} {}, {}", self.vector_access(), self.lane_of_slot(value, width))
            }
            Shape::StructNew => self.struct_new(name),
            Shape::Field { .. } | Shape::FieldStore { .. } | Shape::ElementStore => {
                self.object(name)
            }
            Shape::Fused { how, first, second } => self.fused(how, first, second),
            Shape::Custom => self.custom(name),
        }
    }

    /// The operands, in the layout that the shape has.
    fn read<L: Layout>(&self) -> L {
        L::decode(self.words)
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
        if To::of(self.op.form) == To::Acc { "acc".into() } else { self.slot(slot) }
    }

    /// An operand in a slot or the accumulator.
    fn operand(&self, loc: Loc, slot: i32) -> String {
        if loc == Loc::Acc { "acc".into() } else { self.slot(slot) }
    }

    /// An operand whose constant begins with a word.
    fn operand_or(&self, loc: Loc, slot: i32, word: usize, class: Class) -> String {
        if loc == Loc::Code { self.constant_at(word, class) } else { self.operand(loc, slot) }
    }

    /// The operand of an instruction that moves it, whose constant begins with a word.
    fn moved(&self, slot: i32, word: usize, class: Class) -> String {
        self.operand_or(forms::MOVE.locs(self.op.form)[0], slot, word, class)
    }

    /// The operands of a binary instruction or comparison.
    fn two(&self, locs: [Loc; 2], class: Class) -> String {
        let layout::Binary { slot, other, .. } = self.read();
        let (slot, k) = (self.slot(slot), constant(other, class));
        let second =
            |loc| if loc == Loc::Code { k.clone() } else { self.slot_at(other.cast_signed()) };
        match locs {
            [Loc::Code, Loc::Acc] => format!("{k}, acc"),
            [Loc::Code, _] => format!("{k}, {slot}"),
            [Loc::Acc, b] => format!("acc, {}", second(b)),
            [Loc::Slot, Loc::Acc] => format!("{slot}, acc"),
            [Loc::Slot, b] => format!("{slot}, {}", second(b)),
        }
    }

    fn unary(&self, name: &str) -> String {
        let layout::Unary { a, dst } = self.read();
        let [loc] = forms::UNARY.locs(self.op.form / 2);
        format!("{} = {name} {}", self.dst(dst), self.operand(loc, a))
    }

    fn binary(&self, name: &str, locs: [Loc; 2], class: Class) -> String {
        let layout::Binary { dst, .. } = self.read();
        format!("{} = {name} {}", self.dst(dst), self.two(locs, class))
    }

    /// A comparison fused with a branch.
    fn branch(&self, name: &str, unless: bool, locs: [Loc; 2], class: Class) -> String {
        let layout::Branch { target, .. } = self.read();
        let word = if unless { "unless" } else { "if" };
        format!("br_{word} {name} {} -> {target}", self.two(locs, class))
    }

    /// A comparison fused with a branch and the step of a local before it.
    fn step_branch(&self, name: &str, unless: bool, locs: [Loc; 2]) -> String {
        let layout::Branch { slot, local, other, target } = self.read();
        let (local, k) = (self.slot(local), constant(other, Class::I32));
        let word = if unless { "unless" } else { "if" };
        let (step, operands) = match locs {
            [Loc::Slot, _] => (k, format!("{}, {local}", self.slot(slot))),
            _ => (format!("#{slot}"), format!("{local}, {k}")),
        };
        format!("{local} += {step}; br_{word} {name} {operands} -> {target}")
    }

    /// An instruction with a result of two halves.
    fn wide(&self, name: &str) -> String {
        let layout::Wide { low, high, a_low, a_high, b_low, b_high } = self.read();
        let (a, b) = match self.op.opcode.shape() {
            Shape::Wide => {
                let [lower, upper] = forms::WIDE.locs(self.op.form);
                let upper = self.operand_or(upper, b_high, layout::Wide::LEN, Class::I64);
                let a = format!("{}, {}", self.slot(a_low), self.slot(a_high));
                (a, format!("{}, {upper}", self.operand(lower, b_low)))
            }
            _ => {
                let layout::Widening { a, b, .. } = self.read();
                let [first, second] = forms::COMMUTATIVE.locs(self.op.form);
                let second = self.operand_or(second, b, layout::Widening::LEN, Class::I64);
                (self.operand(first, a), second)
            }
        };
        format!("{}, {} = {name} {a}, {b}", self.slot(low), self.slot(high))
    }

    /// The place in memory 0 at an address and offset; a constant address is a part of the offset.
    fn place(&self, loc: Loc, address: i32, offset: u64) -> String {
        match loc {
            Loc::Code => format!("[{offset}]"),
            loc => format!("[{} + {offset}]", self.operand(loc, address)),
        }
    }

    fn load(&self, name: &str) -> String {
        let layout::FarLoad { address, dst, offset, memory } = self.read();
        match forms::of_load(self.op.form) {
            (Reach::Far, loc) => {
                let place = self.place(loc, address, offset);
                format!("{} = {name} memory{memory} {place}", self.slot(dst))
            }
            (_, loc) => format!("{} = {name} {}", self.dst(dst), self.place(loc, address, offset)),
        }
    }

    fn store(&self, name: &str, class: Class) -> String {
        let layout::FarStore { address, value, offset, memory } = self.read();
        match forms::of_store(self.op.form) {
            (Reach::Far, [loc, _]) => {
                let (place, value) = (self.place(loc, address, offset), self.slot(value));
                format!("{name} memory{memory} {place}, {value}")
            }
            (_, [loc, from]) => {
                let value = self.operand_or(from, value, layout::Store::LEN, class);
                format!("{name} {}, {value}", self.place(loc, address, offset))
            }
        }
    }

    fn atomic(&self, name: &str, operands: u8, result: bool) -> String {
        let layout::Atomic { address, dst, offset, a, b, memory } = self.read();
        let memory = match operands {
            0 => self.read::<layout::FarLoad>().memory,
            _ => memory,
        };
        let mut text = format!("{name} memory{memory} [{} + {offset}]", self.slot(address));
        for &operand in &[a, b][..usize::from(operands)] {
            text.push_str(&format!(", {}", self.slot(operand)));
        }
        if result { format!("{} = {text}", self.slot(dst)) } else { text }
    }

    fn table_branch(&self, name: &str) -> String {
        let layout::TableBranch { index, .. } = self.read();
        let targets = &self.words[layout::TableBranch::LEN..];
        let targets: Vec<String> = targets.iter().map(|target| format!("{target}")).collect();
        let [loc] = forms::UNARY.locs(self.op.form);
        format!("{name} {} -> {}", self.operand(loc, index), targets.join(" "))
    }

    /// An instruction on a global, which is so many bytes into the instance block.
    fn global(&self, name: &str) -> String {
        match self.op.opcode.shape() {
            Shape::GlobalGet { .. } => {
                let layout::GlobalGet { global, dst } = self.read();
                format!("{} = {name} +{global}", self.dst(dst))
            }
            Shape::GlobalSet { v } => {
                let layout::GlobalSet { src, global } = self.read();
                format!("{name} +{global}, {}", self.moved(src, layout::GlobalSet::LEN, v))
            }
            Shape::GlobalSum => {
                let layout::GlobalSum { global, dst, by } = self.read();
                format!("{} = {name} +{global}, {}", self.dst(dst), constant(by, Class::I32))
            }
            _ => {
                let layout::GlobalSetSum { src, global, by } = self.read();
                let x = self.operand(forms::UNARY.locs(self.op.form)[0], src);
                format!("{name} +{global}, {x}, {}", constant(by, Class::I32))
            }
        }
    }

    fn select(&self, name: &str, class: Class) -> String {
        let layout::Select { cond, dst, a, b } = self.read();
        let [test, first, second] = forms::SELECT.locs(self.op.form / 2);
        let value = |loc, word: u64| match loc {
            Loc::Code => constant(word, class),
            _ => self.slot_at(word.cast_signed()),
        };
        let (cond, a, b) = (self.operand(test, cond), value(first, a), value(second, b));
        format!("{} = {name} {cond} ? {a} : {b}", self.dst(dst))
    }

    /// A vector instruction that does not reach memory.
    fn vector(&self, name: &str) -> String {
        let layout::Lanes { a, dst } = self.read();
        match self.op.opcode.shape() {
            Shape::Extract { width, .. } => {
                format!("{} = {name} {}", self.dst(dst), self.lane_of_slot(a, width))
            }
            Shape::Lanes { r: Class::V128, .. } => {
                format!("{} = {name} {}", self.slot(dst), self.lanes(self.op.form))
            }
            _ => format!("{} = {name} {}", self.dst(dst), self.lanes(self.op.form / 2)),
        }
    }

    /// The operands and constant lanes of a vector instruction, in the form of a number.
    fn lanes(&self, form: u8) -> String {
        let Shape::Lanes { operands, b: class, lane, .. } = self.op.opcode.shape() else {
            return String::new();
        };
        let layout::MoreLanes { a, b, c, .. } = self.read();
        let [first, second] = forms::LANES.locs(form);
        let mut text = self.operand(first, a);
        let rest = match self.op.lanes_operands() {
            LanesOperands::One => layout::Lanes::LEN,
            LanesOperands::Constant => {
                text.push_str(&format!(", {}", self.constant_at(layout::Lanes::LEN, class)));
                layout::Lanes::LEN + class.code_words()
            }
            LanesOperands::More => {
                text.push_str(&format!(", {}", self.operand(second, b)));
                if operands > 2 {
                    text.push_str(&format!(", {}", self.slot(c)));
                }
                layout::MoreLanes::LEN
            }
        };
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

    fn lane_load(&self, name: &str) -> String {
        let layout::LaneLoad { address, dst, offset, vector, memory } = self.read();
        let mut place = format!("[{} + {offset}]", self.slot(address));
        if forms::of_vector_access(self.op.form).0 == Reach::Far {
            place = format!("memory{memory} {place}");
        }
        let (dst, vector) = (self.slot(dst), self.slot(vector));
        format!("{dst} = {name} {place}, {vector}, lane {}", self.lane_at(layout::LaneLoad::LEN))
    }

    fn vector_access(&self) -> String {
        let layout::FarLoad { address, offset, memory, .. } = self.read();
        let (reach, loc) = forms::of_vector_access(self.op.form);
        let place = format!("[{} + {offset}]", self.operand(loc, address));
        if reach == Reach::Far { format!("memory{memory} {place}") } else { place }
    }

    /// An instruction on a structure or array.
    fn object(&self, name: &str) -> String {
        match self.op.opcode.shape() {
            Shape::Field { .. } => {
                let layout::FieldGet { object, dst, offset } = self.read();
                let [loc] = forms::UNARY.locs(self.op.form / 2);
                format!("{} = {name} {} + {offset}", self.dst(dst), self.operand(loc, object))
            }
            Shape::FieldStore { v } => {
                let layout::FieldSet { object, value, offset } = self.read();
                let value = self.moved(value, layout::FieldSet::LEN, v);
                format!("{name} {} + {offset}, {value}", self.slot(object))
            }
            _ => {
                let layout::ElementSet { array, index, value } = self.read();
                let value = self.slot_at(value.cast_signed());
                format!("{name} {}, {}, {value}", self.slot(array), self.slot(index))
            }
        }
    }

    fn struct_new(&self, name: &str) -> String {
        let layout::StructNew { dst, ty, size, .. } = self.read();
        let mut text = format!("{} = {name} type{ty} size={size}", self.slot(dst));
        for &word in &self.words[layout::StructNew::LEN..] {
            let FieldInit { source, constant, offset, .. } = FieldInit::decode(word);
            let value = if constant { format!("#{source}") } else { self.slot(source) };
            text.push_str(&format!(", +{offset} {value}"));
        }
        text
    }

    /// Two instructions, the first in brackets.
    fn fused(&self, how: Fusion, first: Opcode, second: Opcode) -> String {
        let (first, second) = (first.mnemonic(), second.mnemonic());
        let form = self.op.form / 2;
        let layout::PairOf { x, dst, c, y } = self.read();
        let [of_x, of_c] = match how {
            Fusion::Indexed => forms::INDEXED.locs(form),
            _ => forms::FUSED.locs(form),
        };
        let (x, other) = (self.operand(of_x, x), self.operand(of_c, c));
        let operation = match how {
            Fusion::Chain => format!("{second} {other}, ({first} {x}, #{y})"),
            Fusion::Product => format!("{second} {other}, ({first} {x}, {})", self.slot(y)),
            Fusion::ProductLeft => format!("{second} ({first} {x}, {}), {other}", self.slot(y)),
            Fusion::Twice => {
                let layout::TwiceOf { k, l, .. } = self.read();
                format!("{second} ({first} {x}, #{k}), #{l}")
            }
            Fusion::Loaded | Fusion::LoadedLeft => {
                let layout::LoadedOf { offset, .. } = self.read();
                let loaded = format!("({first} [{x} + {}])", offset.cast_unsigned());
                match how {
                    Fusion::Loaded => format!("{second} {other}, {loaded}"),
                    _ => format!("{second} {loaded}, {other}"),
                }
            }
            Fusion::Indexed => {
                let layout::IndexedOf { y, offset, .. } = self.read();
                let y = if of_c == Loc::Code { format!("#{y}") } else { self.slot(y) };
                format!("{second} [({first} {x}, {y}) + {}]", offset.cast_unsigned())
            }
            Fusion::Scaled => {
                let layout::ScaledOf { k, offset, .. } = self.read();
                // The first is itself two: `sum(scale)`.
                let (sum, scale) = first.split_once('(').unwrap_or((first, ""));
                let scaled = format!("({} {x}, #{k})", scale.trim_end_matches(')'));
                format!("{second} [({sum} {other}, {scaled}) + {offset}]")
            }
        };
        format!("{} = {operation}", self.dst(dst))
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
                FieldKind::Index | FieldKind::Imm | FieldKind::Entry => format!("{word}"),
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
