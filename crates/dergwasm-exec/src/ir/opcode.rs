//! The opcodes, generated from the table.

use super::forms::{Loc, Reach, To};
use super::layout::{self, Layout, Word};
use super::shape::{Class, Fusion, Places, Shape};
// The table's macros call each other by name.
use super::table::*;
use super::{Field, FieldKind, field, forms};
use crate::fuel::CostClass;
use crate::handler::Scalar;
use crate::numeric::vector::V128;
use core::ops::Range;

/// Turns the shape of a row into a [`Shape`].
macro_rules! shape {
    (unary($A:ty => $R:ty)) => {
        Shape::Unary { a: <$A as Scalar>::CLASS, r: <$R as Scalar>::CLASS }
    };
    (partial_unary $args:tt) => { shape!(unary $args) };
    (commutative($A:ty, $B:ty => $R:ty)) => {
        Shape::Binary { a: <$A as Scalar>::CLASS, r: <$R as Scalar>::CLASS, commutative: true }
    };
    (binary($A:ty, $B:ty => $R:ty)) => {
        Shape::Binary { a: <$A as Scalar>::CLASS, r: <$R as Scalar>::CLASS, commutative: false }
    };
    (partial $args:tt) => { shape!(binary $args) };
    (compare($A:ty, $B:ty)) => { Shape::Compare { a: <$A as Scalar>::CLASS } };
    (test($A:ty)) => { Shape::Test { a: <$A as Scalar>::CLASS } };
    (wide($A:ty, $B:ty)) => { Shape::Wide };
    (widening($A:ty, $B:ty)) => { Shape::Widening };
    (load($M:ty => $R:ty)) => { Shape::Load { r: <$R as Scalar>::CLASS } };
    (store($V:ty => $M:ty)) => { Shape::Store { v: <$V as Scalar>::CLASS } };
    (atomic_load($M:ty => $R:ty)) => {
        Shape::Atomic { operands: 0, r: Some(<$R as Scalar>::CLASS) }
    };
    (atomic_store($V:ty => $M:ty)) => { Shape::Atomic { operands: 1, r: None } };
    (rmw($V:ty, $M:ty)) => { Shape::Atomic { operands: 1, r: Some(<$V as Scalar>::CLASS) } };
    (cmpxchg($V:ty, $M:ty)) => { Shape::Atomic { operands: 2, r: Some(<$V as Scalar>::CLASS) } };
    (copy($V:ty)) => { Shape::Copy { v: <$V as Scalar>::CLASS } };
    (return_value($V:ty)) => { Shape::Return { v: <$V as Scalar>::CLASS } };
    (global_get($V:ty)) => { Shape::GlobalGet { v: <$V as Scalar>::CLASS } };
    (global_set($V:ty)) => { Shape::GlobalSet { v: <$V as Scalar>::CLASS } };
    (global_sum($write:literal)) => { Shape::GlobalSum };
    (global_set_sum()) => { Shape::GlobalSetSum };
    (select($V:ty)) => { Shape::Select { v: <$V as Scalar>::CLASS } };
    (table_branch()) => { Shape::TableBranch };
    (vector_unary($A:ty => $R:ty)) => { shape!(@lanes 1, u32, $R, false, Places::First) };
    (vector_reduce $args:tt) => { shape!(vector_unary $args) };
    (vector_binary($A:ty, $B:ty => $R:ty)) => { shape!(@lanes 2, $B, $R, false, Places::Slots) };
    (vector_two($A:ty, $B:ty => $R:ty)) => {
        shape!(@lanes 2, $B, $R, false, Places::Two { commutative: false })
    };
    (vector_commutative($A:ty, $B:ty => $R:ty)) => {
        shape!(@lanes 2, $B, $R, false, Places::Two { commutative: true })
    };
    (vector_ternary($A:ty, $B:ty, $C:ty => $R:ty)) => {
        shape!(@lanes 3, $B, $R, false, Places::Slots)
    };
    (vector_shuffle($A:ty, $B:ty => $R:ty)) => {
        shape!(@lanes 2, $B, $R, true, Places::Slots)
    };
    (vector_extract($M:ty => $R:ty)) => {
        Shape::Extract { width: size_of::<$M>(), r: <$R as Scalar>::CLASS }
    };
    (vector_replace($A:ty, $B:ty => $R:ty)) => {
        shape!(@lanes 2, $B, $R, true, Places::Slots)
    };
    (@lanes $operands:literal, $B:ty, $R:ty, $lane:literal, $places:expr) => {
        Shape::Lanes {
            operands: $operands,
            b: <$B as Scalar>::CLASS,
            r: <$R as Scalar>::CLASS,
            lane: $lane,
            places: $places,
        }
    };
    (vector_load($n:literal => $R:ty)) => { Shape::VectorLoad { lane: false } };
    (vector_load_lane($n:literal)) => { Shape::VectorLoad { lane: true } };
    (vector_store_lane($n:literal)) => { Shape::VectorStore { width: $n } };
    (struct_new()) => { Shape::StructNew };
    (field($M:ty => $R:ty)) => { Shape::Field { r: <$R as Scalar>::CLASS } };
    (array_field $args:tt) => { shape!(field $args) };
    (field_store($V:ty => $M:ty)) => { Shape::FieldStore { v: <$V as Scalar>::CLASS } };
    (element($M:ty => $R:ty)) => { Shape::Element { r: <$R as Scalar>::CLASS } };
    (element_store($V:ty => $M:ty)) => { Shape::ElementStore };
    (custom $fields:tt) => { Shape::Custom };
    ($fused:ident($First:ident, $Second:ident)) => {
        Shape::Fused { how: fusion!($fused), first: Opcode::$First, second: Opcode::$Second }
    };
}

/// What the table's word for two fused instructions says.
macro_rules! fusion {
    (chain) => {
        Fusion::Chain
    };
    (twice) => {
        Fusion::Twice
    };
    (product) => {
        Fusion::Product
    };
    (product_left) => {
        Fusion::ProductLeft
    };
    (loaded) => {
        Fusion::Loaded
    };
    (loaded_left) => {
        Fusion::LoadedLeft
    };
    (indexed) => {
        Fusion::Indexed
    };
    (scaled) => {
        Fusion::Scaled
    };
}

/// The names and kinds of a custom row's fields.
macro_rules! field_kinds {
    (custom { $($field:ident: $T:ident),* $(,)? }) => {
        &[$( (stringify!($field), <field::$T as Field>::KIND) ),*]
    };
    ($shape:ident $args:tt) => { &[] };
}

/// What rows say of their instructions besides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attributes {
    /// The comparison that holds exactly when this one does not; floats have few, because of NaN.
    pub(crate) inverse: Option<Opcode>,
    /// The comparison that holds of `(b, a)` exactly when this one does of `(a, b)`.
    pub(crate) swapped: Option<Opcode>,
    /// How many bytes the lane has that the instruction is about, or 0.
    pub(crate) lane: u8,
    /// What kind of work fuel is paid for, if not what all of the shape do.
    pub(crate) cost: Option<CostClass>,
    /// The next instruction cannot run after this one without a jump.
    pub(crate) ends: bool,
    /// A custom instruction that may be in the beginning of a loop that is emitted again.
    pub(crate) repeatable: bool,
}

impl Attributes {
    const NONE: Self =
        Self { inverse: None, swapped: None, lane: 0, cost: None, ends: false, repeatable: false };
}

macro_rules! attributes {
    ($($name:ident $(: $value:tt)?),*) => {
        Attributes { $( $name: attributes!(@ $name $($value)?), )* ..Attributes::NONE }
    };
    (@ lane $bytes:literal) => { $bytes };
    (@ cost $value:ident) => { Some(CostClass::$value) };
    (@ $comparison:ident $value:ident) => { Some(Opcode::$value) };
    (@ $flag:ident) => { true };
}

macro_rules! define_opcode {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        /// An instruction of the internal code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u16)]
        #[non_exhaustive]
        pub enum Opcode { $( $(#[doc = $doc])* $Name, )* }

        impl Opcode {
            /// Every opcode, in the order of the table.
            pub const ALL: &[Self] = &[$( Self::$Name, )*];

            /// The name in listings; for WebAssembly's instructions that of the text format.
            #[must_use]
            pub const fn mnemonic(self) -> &'static str {
                const MNEMONICS: &[&str] = &[$( $mnemonic, )*];
                MNEMONICS[self as usize]
            }

            /// What the instruction does, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                const DESCRIPTIONS: &[&str] = &[$( concat!($($doc),*), )*];
                DESCRIPTIONS[self as usize]
            }

            /// The table's word for the instruction's shape.
            #[must_use]
            pub const fn shape_name(self) -> &'static str {
                const NAMES: &[&str] = &[$( stringify!($shape), )*];
                NAMES[self as usize]
            }

            pub(crate) const fn shape(self) -> Shape {
                const SHAPES: &[Shape] = &[$( shape!($shape $args), )*];
                SHAPES[self as usize]
            }

            pub(crate) const fn attributes(self) -> Attributes {
                const ATTRIBUTES: &[Attributes] = &[$( attributes!($($($attribute)*)?), )*];
                ATTRIBUTES[self as usize]
            }

            pub(crate) const fn fields(self) -> &'static [(&'static str, FieldKind)] {
                const FIELDS: &[&[(&str, FieldKind)]] = &[$( field_kinds!($shape $args), )*];
                FIELDS[self as usize]
            }
        }
    };
}
for_each_instr!(define_opcode);

impl Opcode {
    /// Whether the instruction may be emitted again where a loop that begins with it jumps back.
    pub(crate) const fn is_repeatable(self) -> bool {
        match self.shape() {
            Shape::Unary { .. }
            | Shape::Binary { .. }
            | Shape::Compare { .. }
            | Shape::Load { .. }
            | Shape::Copy { .. }
            | Shape::GlobalGet { .. }
            | Shape::Fused { .. } => true,
            _ => self.attributes().repeatable,
        }
    }

    /// What kind of work fuel is paid for, of a WebAssembly instruction with a shape.
    #[inline(always)]
    pub(crate) const fn cost_class(self) -> CostClass {
        if let Some(class) = self.attributes().cost {
            return class;
        }
        match self.shape() {
            Shape::Load { .. } | Shape::VectorLoad { .. } => CostClass::Load,
            Shape::Store { .. } | Shape::VectorStore { .. } => CostClass::Store,
            Shape::Atomic { .. } => CostClass::Atomic,
            Shape::Lanes { .. } | Shape::Extract { .. } => CostClass::Vector,
            _ => CostClass::Numeric,
        }
    }

    /// How many words a custom instruction takes.
    pub(crate) const fn custom_len(self) -> usize {
        1 + self.fields().len()
    }

    /// The word of a custom instruction that holds the field of a name, which it has.
    pub(crate) const fn word_named(self, name: &str) -> Word {
        let (fields, name, mut i) = (self.fields(), name.as_bytes(), 0);
        while i < fields.len() {
            let (field, mut k) = (fields[i].0.as_bytes(), 0);
            while k < name.len() && k < field.len() && name[k] == field[k] {
                k += 1;
            }
            if k == name.len() && k == field.len() {
                return Word(1 + i);
            }
            i += 1;
        }
        panic!("the instruction has such a field")
    }

    /// The word of a custom instruction that holds the first field of a kind.
    pub(crate) const fn word_of(self, kind: FieldKind) -> Option<Word> {
        let (fields, mut i) = (self.fields(), 0);
        while i < fields.len() {
            if fields[i].1 as u8 == kind as u8 {
                return Some(Word(1 + i));
            }
            i += 1;
        }
        None
    }

    /// The word that holds a function of the module, if the instruction calls one.
    #[inline]
    pub(crate) const fn entry_word(self) -> Option<Word> {
        const WORDS: [Option<Word>; Opcode::ALL.len()] = {
            let (mut words, mut i) = ([None; Opcode::ALL.len()], 0);
            while i < words.len() {
                words[i] = Opcode::ALL[i].word_of(FieldKind::Entry);
                i += 1;
            }
            words
        };
        WORDS[self as usize]
    }
}

macro_rules! define_of {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt $(= $path:path)? $([$($attribute:tt)*])?;
    )*) => {
        impl Opcode {
            /// The opcode of a WebAssembly instruction, if the table gives its shape.
            #[cfg_attr(not(debug_assertions), inline(always))]
            pub(crate) fn of(operator: &wasmparser::Operator<'_>) -> Option<Self> {
                Some(match operator {
                    $( wasmparser::Operator::$Name { .. } => Self::$Name, )*
                    _ => return None,
                })
            }
        }
    };
}
for_each_shaped_instr!(define_of);

macro_rules! define_fused {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident($First:ident, $Second:ident);
    )*) => {
        impl Fusion {
            /// The instruction that is two, if the table has it.
            pub(crate) fn of(self, first: Opcode, second: Opcode) -> Option<Opcode> {
                Some(match (self, first, second) {
                    $( (fusion!($shape), Opcode::$First, Opcode::$Second) => Opcode::$Name, )*
                    _ => return None,
                })
            }
        }
    };
}
fused! { [define_fused] }

/// How the operands of a vector instruction are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LanesOperands {
    /// [`layout::Lanes`].
    One,
    /// The same, and the second operand follows.
    Constant,
    /// [`layout::MoreLanes`].
    More,
}

/// What is known of a [`Layout`] by its name.
struct LayoutOf {
    name: &'static str,
    len: usize,
    target: Option<Word>,
}

/// The first word of an instruction before its code is finished: opcode and form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpWord {
    /// What it does.
    pub(crate) opcode: Opcode,
    /// Where its operands are.
    pub(crate) form: u8,
}

impl OpWord {
    /// As a word of unfinished code.
    pub(crate) fn encode(self) -> u64 {
        u64::from(self.opcode as u16) | u64::from(self.form) << 16
    }

    /// Makes an instruction whose result goes to its slot leave it in the accumulator only.
    pub(crate) fn leave_in_acc(word: &mut u64) {
        *word |= u64::from(To::ACC_BIT) << 16;
    }

    /// From a word of unfinished code.
    pub(crate) fn decode(word: u64) -> Self {
        let [low, high, form, ..] = word.to_le_bytes();
        Self { opcode: Opcode::ALL[usize::from(u16::from_le_bytes([low, high]))], form }
    }

    /// The branch that jumps when this one does not.
    pub(crate) fn negated(self) -> Self {
        use forms::Condition::{Branch, StepBranch, Value};
        if let Shape::Test { .. } = self.opcode.shape() {
            let (unless, locs) = forms::of_test(self.form);
            return Self { form: forms::test(!unless, locs), ..self };
        }
        let (condition, locs) = forms::of_compare(self.form);
        let condition = match condition {
            Value(to) => Value(to),
            Branch { unless } => Branch { unless: !unless },
            StepBranch { unless } => StepBranch { unless: !unless },
        };
        Self { form: forms::compare(condition, locs), ..self }
    }

    /// Whether it is a comparison or test that branches.
    fn branches(self) -> bool {
        match self.opcode.shape() {
            Shape::Compare { .. } => {
                !matches!(forms::of_compare(self.form).0, forms::Condition::Value(_))
            }
            Shape::Test { .. } => true,
            _ => false,
        }
    }

    /// How the operands of an instruction with a shape are laid out.
    fn layout(self) -> Option<LayoutOf> {
        use layout::*;
        const fn of<L: Layout>() -> LayoutOf {
            LayoutOf { name: L::NAME, len: L::LEN, target: L::TARGET }
        }
        let far_load = |reach| if reach == Reach::Far { of::<FarLoad>() } else { of::<Load>() };
        let far_store = |reach| if reach == Reach::Far { of::<FarStore>() } else { of::<Store>() };
        Some(match self.opcode.shape() {
            Shape::Unary { .. } => of::<Unary>(),
            Shape::Compare { .. } | Shape::Test { .. } if self.branches() => of::<Branch>(),
            Shape::Binary { .. } | Shape::Compare { .. } | Shape::Test { .. } => of::<Binary>(),
            Shape::Wide => of::<Wide>(),
            Shape::Widening => of::<Widening>(),
            Shape::Load { .. } => far_load(forms::of_load(self.form).0),
            Shape::Store { .. } => far_store(forms::of_store(self.form).0),
            Shape::Atomic { operands: 0, .. } => of::<FarLoad>(),
            Shape::Atomic { .. } => of::<Atomic>(),
            Shape::Copy { .. } => of::<Move>(),
            Shape::Return { .. } => of::<Return>(),
            Shape::GlobalGet { .. } => of::<GlobalGet>(),
            Shape::GlobalSet { .. } => of::<GlobalSet>(),
            Shape::GlobalSum => of::<GlobalSum>(),
            Shape::GlobalSetSum => of::<GlobalSetSum>(),
            Shape::Select { .. } => of::<Select>(),
            Shape::TableBranch => of::<TableBranch>(),
            Shape::Lanes { .. } if self.lanes_operands() == LanesOperands::More => {
                of::<MoreLanes>()
            }
            Shape::Lanes { .. } => of::<Lanes>(),
            Shape::Extract { .. } => of::<Extract>(),
            Shape::VectorLoad { lane: true } => of::<LaneLoad>(),
            Shape::VectorLoad { lane: false } => far_load(forms::of_vector_access(self.form).0),
            Shape::VectorStore { .. } => far_store(forms::of_vector_access(self.form).0),
            Shape::StructNew => of::<StructNew>(),
            Shape::Field { .. } => of::<FieldGet>(),
            Shape::FieldStore { .. } => of::<FieldSet>(),
            Shape::Element { .. } => of::<Binary>(),
            Shape::ElementStore => of::<ElementSet>(),
            Shape::Fused { how, .. } => match how {
                Fusion::Chain | Fusion::Product | Fusion::ProductLeft => of::<PairOf>(),
                Fusion::Twice => of::<TwiceOf>(),
                Fusion::Loaded | Fusion::LoadedLeft => of::<LoadedOf>(),
                Fusion::Indexed => of::<IndexedOf>(),
                Fusion::Scaled => of::<ScaledOf>(),
            },
            Shape::Custom => return None,
        })
    }

    /// Whether the operands of the instruction are laid out so.
    pub(crate) fn has_layout<L: Layout>(self) -> bool {
        self.layout().is_some_and(|layout| layout.name == L::NAME)
    }

    /// How many words of constants or of a list follow the operands.
    fn more(self, word: impl Fn(usize) -> u64) -> usize {
        let constant = |loc, class: Class| if loc == Loc::Code { class.code_words() } else { 0 };
        match self.opcode.shape() {
            Shape::Wide => constant(forms::WIDE.locs(self.form)[1], Class::I64),
            Shape::Widening => constant(forms::COMMUTATIVE.locs(self.form)[1], Class::I64),
            Shape::Store { v } => match forms::of_store(self.form) {
                (Reach::Far, _) => 0,
                (_, [_, value]) => constant(value, v),
            },
            Shape::Copy { v }
            | Shape::Return { v }
            | Shape::GlobalSet { v }
            | Shape::FieldStore { v } => constant(forms::MOVE.locs(self.form)[0], v),
            Shape::Lanes { b, lane, .. } => {
                let second = self.lanes_operands() == LanesOperands::Constant;
                let second = if second { b.code_words() } else { 0 };
                second + if lane { Class::V128.code_words() } else { 0 }
            }
            Shape::VectorLoad { lane: true } => Class::V128.code_words(),
            Shape::TableBranch => {
                let layout::TableBranch { count, .. } = Layout::decode(&[0, word(1)]);
                count.cast_unsigned() as usize
            }
            Shape::StructNew => {
                let layout::StructNew { count, .. } = Layout::decode(&[0, word(1)]);
                count.cast_unsigned() as usize
            }
            _ => 0,
        }
    }

    /// How many words the instruction takes; `word` gives the words after the first.
    pub(crate) fn len(self, word: impl Fn(usize) -> u64) -> usize {
        match self.layout() {
            Some(layout) => layout.len + self.more(word),
            None => self.opcode.custom_len(),
        }
    }

    /// How the operands of a vector instruction are laid out.
    pub(crate) fn lanes_operands(self) -> LanesOperands {
        match self.opcode.shape() {
            Shape::Lanes { operands: 2.., places: Places::Two { .. }, .. }
                if forms::LANES.locs(self.form)[1] == Loc::Code =>
            {
                LanesOperands::Constant
            }
            Shape::Lanes { operands: 2.., .. } => LanesOperands::More,
            _ => LanesOperands::One,
        }
    }

    /// Which of the instruction's words, counted from its first, are targets in unfinished code.
    pub(crate) fn targets(self, word: impl Fn(usize) -> u64) -> Range<usize> {
        let target = match self.layout() {
            Some(layout) if self.opcode.shape() == Shape::TableBranch => {
                return layout.len..self.len(word);
            }
            Some(layout) => layout.target,
            None => self.opcode.word_of(FieldKind::Target),
        };
        target.map_or(0..0, |Word(at)| at..at + 1)
    }
}
