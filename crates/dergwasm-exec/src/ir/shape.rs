//! Shapes: what operands and results an instruction has. From its shape follow the
//! [layouts](super::layout) and [forms](super::forms) of an instruction.

use super::Opcode;

/// The class of a value: which accumulator holds it and how wide it is in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// 32-bit integers, kept zero-extended.
    I32,
    /// 64-bit integers and references that lead to no object: to functions, for example.
    I64,
    /// References to objects and host values, which a collection has to find. Like `I64` otherwise.
    Ref,
    /// 32-bit floats.
    F32,
    /// 64-bit floats.
    F64,
    /// Vectors.
    V128,
}

impl Class {
    /// How many words of code a constant takes.
    pub(crate) fn code_words(self) -> usize {
        if self == Self::V128 { 2 } else { 1 }
    }

    /// Whether values of both classes share an accumulator.
    pub(crate) fn shares_accumulator(self, other: Self) -> bool {
        let int = |class| matches!(class, Self::I32 | Self::I64 | Self::Ref);
        self == other || int(self) && int(other)
    }
}

/// The shape of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One operand, one result.
    Unary { a: Class, r: Class },
    /// Two operands, one result; `commutative` ones have fewer forms.
    Binary { a: Class, r: Class, commutative: bool },
    /// Two operands of one class, a truth value; also exists fused with a conditional branch.
    Compare { a: Class },
    /// A branch taken if two operands have a 1 at the same place, or if they have not; the forms are
    /// `Compare`'s that branch, counted from 0.
    Test { a: Class },
    /// Operands and result of two 64-bit halves each.
    Wide,
    /// Two 64-bit operands that may be exchanged, a result of two halves.
    Widening,
    /// Reads memory.
    Load { r: Class },
    /// Writes memory.
    Store { v: Class },
    /// Reads or writes memory at an aligned address, or both: `operands` besides the address.
    Atomic { operands: u8, r: Option<Class> },
    /// Moves a value to a slot.
    Copy { v: Class },
    /// Returns a value.
    Return { v: Class },
    /// Reads a global of the instance's own: where it is, the result.
    GlobalGet { v: Class },
    /// Writes one: the value in the forms of `Copy`, where it is.
    GlobalSet { v: Class },
    /// Reads one and adds a constant.
    GlobalSum,
    /// Writes a sum to one: the operand in the forms `S` and `A`, where it is, a constant.
    GlobalSetSum,
    /// Chooses one of two values.
    Select { v: Class },
    /// Jumps by an index.
    TableBranch,
    /// Up to three operands of which the second is a `b`, then with `lane` a constant vector that says
    /// which lanes. A vector goes to its slot and the accumulator in every form.
    Lanes { operands: u8, b: Class, r: Class, lane: bool, places: Places },
    /// Reads a lane of so many bytes from a vector in a slot.
    Extract { width: usize, r: Class },
    /// Reads memory into a vector; with `lane`, replaces a lane of a vector operand.
    VectorLoad { lane: bool },
    /// Writes a lane of so many bytes of a vector in a slot to memory.
    VectorStore { width: usize },
    /// Makes a structure: a count, a result, a type and a size, then for each field where its value is and
    /// where it goes (see [`FieldInit`](super::FieldInit)).
    StructNew,
    /// Reads a field of an object in a slot or accumulator.
    Field { r: Class },
    /// Writes a field of an object in a slot.
    FieldStore { v: Class },
    /// Reads an element of an array in a slot.
    Element { r: Class },
    /// Writes an element of an array; everything in slots.
    ElementStore,
    /// Two instructions, the second of which takes the first one's result.
    Fused { how: Fusion, first: Opcode, second: Opcode },
    /// Operands as the table's row names them.
    Custom,
}

/// Where the operands of a vector instruction can be other than in slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Places {
    /// Nowhere.
    Slots,
    /// The only one in the accumulator.
    First,
    /// One of two in the accumulator, the second one in the code.
    Two { commutative: bool },
}

/// What two instructions have that are fused: the first one's operand is called `x`, the second one's
/// other operand `c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fusion {
    /// The first has a constant; its result is the second's right operand.
    Chain,
    /// Both have a constant.
    Twice,
    /// The first has another slot; its result is the second's right operand.
    Product,
    /// Its result is the left operand.
    ProductLeft,
    /// The first loads from `x` and an offset; its result is the second's right operand.
    Loaded,
    /// Its result is the left operand.
    LoadedLeft,
    /// The first adds a slot or constant to `x`; the second loads from there and an offset.
    Indexed,
    /// The first is a `Chain`; the second loads from there and an offset.
    Scaled,
}
