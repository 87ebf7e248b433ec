//! The opcodes, generated from the table.

use super::shape::{Class, Fusion, Places, Shape, forms};
// The table's macros call each other by name.
use super::table::*;
use super::{Field, FieldKind, Pair, field};
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
    (float_loaded) => {
        Fusion::Loaded
    };
    (float_loaded_left) => {
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

macro_rules! define_opcode {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt = $path:path;
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

            pub(crate) const fn fields(self) -> &'static [(&'static str, FieldKind)] {
                const FIELDS: &[&[(&str, FieldKind)]] = &[$( field_kinds!($shape $args), )*];
                FIELDS[self as usize]
            }
        }
    };
}
for_each_instr!(define_opcode);

macro_rules! define_of {
    ([] $(
        $(#[doc = $doc:literal])*
        $Name:ident $mnemonic:literal $shape:ident $args:tt = $path:path;
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
        $Name:ident $mnemonic:literal $shape:ident($First:ident, $Second:ident) = $path:path;
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

    /// What a form adds to such a word.
    pub(crate) const fn form_word(form: u8) -> u64 {
        (form as u64) << 16
    }

    /// From a word of unfinished code.
    pub(crate) fn decode(word: u64) -> Self {
        let [low, high, form, ..] = word.to_le_bytes();
        Self { opcode: Opcode::ALL[usize::from(u16::from_le_bytes([low, high]))], form }
    }

    /// The branch that jumps when this one does not.
    pub(crate) fn negated(self) -> Self {
        let bit = if self.form >= forms::STEP_BRANCH_IF {
            forms::STEP_BRANCH_IF ^ forms::STEP_BRANCH_UNLESS
        } else {
            // The forms of tests lie as far apart.
            forms::BRANCH_IF ^ forms::BRANCH_UNLESS
        };
        Self { form: self.form ^ bit, ..self }
    }

    /// How many words the instruction takes; `word` gives the words after the first.
    pub(crate) fn len(self, word: impl Fn(usize) -> u64) -> usize {
        match self.opcode.shape() {
            Shape::Unary { .. } | Shape::Extract { .. } | Shape::GlobalGet { .. } => 2,
            Shape::GlobalSum | Shape::GlobalSetSum => 3,
            Shape::Compare { .. } if self.form >= forms::BRANCH_IF => 4,
            Shape::Test { .. } => 4,
            Shape::Binary { .. } | Shape::Compare { .. } => 3,
            Shape::Wide => 4 + usize::from(self.form != forms::WIDE_SS),
            Shape::Widening => 3 + usize::from(matches!(2 * self.form, forms::SK | forms::AK)),
            Shape::Load { .. } => 3 + usize::from(self.form == forms::LOAD_FAR),
            Shape::Store { .. } if self.form == forms::STORE_FAR => 4,
            Shape::Store { v } => 3 + if self.form % 3 == forms::K { v.code_words() } else { 0 },
            Shape::Atomic { operands, .. } => 4 + usize::from(operands > 0),
            Shape::Copy { v } | Shape::Return { v } | Shape::GlobalSet { v } => {
                2 + if self.form == forms::K { v.code_words() } else { 0 }
            }
            Shape::Select { .. } => 4,
            Shape::TableBranch => 2 + Pair::decode(word(1)).1.cast_unsigned() as usize,
            Shape::Lanes { operands, b, r, lane, .. } => {
                let in_code =
                    r == Class::V128 && matches!(self.form, forms::LANES_SK | forms::LANES_AK);
                let more = match operands {
                    1 => 0,
                    _ if in_code => b.code_words(),
                    _ => 1,
                };
                2 + more + 2 * usize::from(lane)
            }
            Shape::VectorLoad { lane } => {
                3 + 3 * usize::from(lane) + usize::from(self.form == forms::VECTOR_FAR)
            }
            Shape::VectorStore { .. } => 3 + usize::from(self.form == forms::VECTOR_FAR),
            Shape::StructNew => 3 + Pair::decode(word(1)).0.cast_unsigned() as usize,
            Shape::Field { .. } | Shape::Element { .. } | Shape::ElementStore => 3,
            Shape::FieldStore { .. } => 3 + usize::from(self.form == forms::K),
            Shape::Fused { how: Fusion::Scaled, .. } => 4,
            Shape::Fused { .. } => 3,
            Shape::Custom => 1 + self.opcode.fields().len(),
        }
    }

    /// Which of the instruction's words, counted from its first, are targets in unfinished code.
    pub(crate) fn targets(self, word: impl Fn(usize) -> u64) -> Range<usize> {
        match (self.opcode, self.opcode.shape()) {
            (Opcode::Br, _) => 1..2,
            (Opcode::BrCopy, _) => 2..3,
            (Opcode::BrCopyTwo, _) => 3..4,
            (Opcode::BrOnCast | Opcode::BrOnCastFail, _) => 5..6,
            (_, Shape::Compare { .. }) if self.form >= forms::BRANCH_IF => 3..4,
            (_, Shape::Test { .. }) => 3..4,
            (_, Shape::TableBranch) => 2..2 + Pair::decode(word(1)).1.cast_unsigned() as usize,
            _ => 0..0,
        }
    }

    /// Whether the next instruction can run after this one without a jump.
    pub(crate) fn continues(self) -> bool {
        use Opcode as O;
        let ends = matches!(self.opcode.shape(), Shape::Return { .. } | Shape::TableBranch)
            || matches!(
                self.opcode,
                O::Br
                    | O::Unreachable
                    | O::Throw
                    | O::ThrowRef
                    | O::Return
                    | O::CrossReturn
                    | O::ReturnCall
                    | O::ReturnCallImport
                    | O::ReturnCallIndirect
                    | O::ReturnCallRef
            );
        !ends
    }
}
