//! Shapes: how the operands of an instruction are laid out and in which forms it exists.
//!
//! A *form* says where an instruction's operands are: in a frame slot (`s`), an accumulator (`a`)
//! or the code itself (`k`); and where its result goes: to its slot and the accumulator (`→s`),
//! or only to the accumulator (`→a`). Each form of each instruction is a handler of its own.

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

/// The numbers of the forms. The handler tables in `handler` list forms in this order.
pub(crate) mod forms {
    /// Added to a form: the result goes only to the accumulator.
    pub(crate) const TO_ACC: u8 = 1;

    /// `Unary`: operand in a slot.
    pub(crate) const UNARY_S: u8 = 0;
    /// `Unary`: operand in the accumulator.
    pub(crate) const UNARY_A: u8 = 2;

    /// `Binary` and `Compare`: both operands in slots.
    pub(crate) const SS: u8 = 0;
    /// Slot and constant.
    pub(crate) const SK: u8 = 2;
    /// Slot and accumulator.
    pub(crate) const SA: u8 = 4;
    /// Accumulator and constant.
    pub(crate) const AK: u8 = 6;
    /// Accumulator and slot; absent from commutative instructions and comparisons, which change places.
    pub(crate) const AS: u8 = 8;
    /// Constant and slot; absent likewise.
    pub(crate) const KS: u8 = 10;
    /// Constant and accumulator; absent likewise.
    pub(crate) const KA: u8 = 12;

    /// `Compare`: the first form fused with a branch; half a value form is added.
    pub(crate) const BRANCH_IF: u8 = 8;
    /// `Compare`: the first form fused with a branch taken when the comparison is false.
    pub(crate) const BRANCH_UNLESS: u8 = 12;

    /// `Compare` of `i32`: a constant is added to a local first, which is the operand that
    /// `Binary` has in the accumulator: the form of slot and local, then of local and constant.
    pub(crate) const STEP_BRANCH_IF: u8 = 16;
    /// The same, fused with a branch taken when the comparison is false.
    pub(crate) const STEP_BRANCH_UNLESS: u8 = 18;

    /// `Wide`: all halves in slots.
    pub(crate) const WIDE_SS: u8 = 0;
    /// `Wide`: the last half, the upper one of the second operand, is a constant.
    pub(crate) const WIDE_SK: u8 = 1;
    /// `Wide`: the lower half of the second operand is in the accumulator, the upper a constant.
    /// The forms of `Widening` are half of `Binary`'s.
    pub(crate) const WIDE_AK: u8 = 2;

    /// `Load`: address in a slot, the accumulator, the code.
    pub(crate) const LOAD: [u8; 3] = [0, 2, 4];
    /// `Load` with a 64-bit address: in a slot, the accumulator.
    pub(crate) const LOAD_WIDE: [u8; 2] = [6, 8];
    /// `Load` of any memory with a checked 64-bit address: address in a slot.
    pub(crate) const LOAD_FAR: u8 = 10;

    /// `Store`: address in slot, accumulator, code (× 3), plus the value's place.
    /// With a 64-bit address: in slot, accumulator (× 3), plus the value's place.
    pub(crate) const STORE_WIDE: u8 = 9;
    /// `Store` to any memory with a checked 64-bit address: everything in slots.
    pub(crate) const STORE_FAR: u8 = 15;

    /// `Copy`, `Return`, and the parts of `Store`: from a slot.
    pub(crate) const S: u8 = 0;
    /// From the accumulator.
    pub(crate) const A: u8 = 1;
    /// From the code.
    pub(crate) const K: u8 = 2;

    /// `Select`, added: the condition is in the accumulator.
    pub(crate) const SELECT_COND_A: u8 = 8;
    /// `Select`, added: the first value is a constant.
    pub(crate) const SELECT_A_K: u8 = 4;
    /// `Select`, added: the second value is a constant.
    pub(crate) const SELECT_B_K: u8 = 2;

    /// `Field`: object in the accumulator.
    pub(crate) const FIELD_A: u8 = 2;

    /// `Fused`, added: the first instruction's operand `x` is in the accumulator.
    pub(crate) const FUSED_X_A: u8 = 2;
    /// `Fused`, added: the second's other operand `c` is. Both are only if they are of different classes.
    pub(crate) const FUSED_C_A: u8 = 4;
    /// `Indexed`, added: `x` has a constant added to it.
    pub(crate) const INDEXED_K: u8 = 4;

    /// `Lanes` with a vector as its result: all operands in slots.
    pub(crate) const LANES_SS: u8 = 0;
    /// The first operand in the accumulator.
    pub(crate) const LANES_AS: u8 = 1;
    /// The second operand in the code.
    pub(crate) const LANES_SK: u8 = 2;
    /// The first in the accumulator, the second in the code.
    pub(crate) const LANES_AK: u8 = 3;
    /// The second in the accumulator; absent from commutative instructions.
    pub(crate) const LANES_SA: u8 = 4;

    /// `VectorLoad` and `VectorStore` of any memory with a checked 64-bit address.
    pub(crate) const VECTOR_FAR: u8 = 1;
    /// `VectorLoad` without a lane: the address is in the accumulator.
    pub(crate) const VECTOR_A: u8 = 2;
}
