//! Layouts: where in its words an instruction has its operands. The only place that says so.
//!
//! The first word of an instruction holds its opcode and form, or the address of its handler. The words
//! behind it are drawn here as they are: `[a | dst]` is a word with two 32-bit operands, the lower one
//! first, and `[b]` a whole one. Each layout is a struct with these operands, which translation
//! [encodes](Layout::encode) and listings [decode](Layout::decode), and has the position of each as a
//! constant ([`AT`](Unary::AT)), through which handlers read it from running code. A constant or list
//! of variable length may follow; [`OpWord::len`](super::OpWord::len) says how long an instruction is
//! altogether.
//!
//! `custom` instructions have no layout here: the fields that their rows name take one word each.

use super::Pair;

/// A 32-bit operand: half a word of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Half {
    /// Which word of the instruction, its first one being 0.
    pub(crate) word: usize,
    /// Whether it is the upper half.
    pub(crate) upper: bool,
}

/// An operand that is a whole word of an instruction; its first one is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) usize);

/// Where instructions have the slot of their result that may leave it alone ([`To`](super::forms::To)).
pub(crate) const DST: Half = Half { word: 1, upper: true };

impl Half {
    /// Writes the operand of the instruction that `code` begins with.
    pub(crate) fn set(self, code: &mut [u64], value: i32) {
        let Pair(lower, upper) = Pair::decode(code[self.word]);
        let pair = if self.upper { Pair(lower, value) } else { Pair(value, upper) };
        code[self.word] = pair.encode();
    }
}

/// What a layout says of its operands.
pub(crate) trait Aspect {
    /// Of one that is half a word.
    type Half;
    /// Of one that is a whole word.
    type Word;
}

/// What they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values;

impl Aspect for Values {
    type Half = i32;
    type Word = u64;
}

/// Where they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Positions;

impl Aspect for Positions {
    type Half = Half;
    type Word = Word;
}

/// The operands of an instruction.
pub(crate) trait Layout: Sized {
    /// What it is called.
    const NAME: &'static str;
    /// How many words the instruction has, the first among them, but not what follows.
    const LEN: usize;
    /// Where what follows begins: a constant or a list.
    const END: Word = Word(Self::LEN);
    /// The word with the instruction that a branch goes to.
    const TARGET: Option<Word>;
    /// The words behind the first.
    type Words: AsRef<[u64]>;

    /// The words behind the first.
    fn encode(self) -> Self::Words;

    /// From the words of an instruction, its first one among them.
    fn decode(words: &[u64]) -> Self;
}

/// Sees to it that results have one place, so that [`Dest`](crate::handler::Dest) needs to know no other.
const fn result(at: Half) -> Half {
    assert!(at.word == DST.word && at.upper == DST.upper);
    at
}

macro_rules! layouts {
    ($(
        $(#[$doc:meta])*
        $Name:ident { $( [ $first:ident $(| $second:ident)? ] )* }
    )*) => { $(
        $(#[$doc])*
        pub(crate) struct $Name<A: Aspect = Values> { $(
            pub(crate) $first: layouts!(@type A $($second)?),
            $( pub(crate) $second: A::Half, )?
        )* }

        impl Layout for $Name {
            const NAME: &'static str = stringify!($Name);
            const LEN: usize = 1 $( + layouts!(@one $first) )*;
            const TARGET: Option<Word> = layouts!(@target (1) $( [$first] )*);
            type Words = [u64; Self::LEN - 1];

            #[inline]
            fn encode(self) -> Self::Words {
                [$( layouts!(@encode self.$first $(, self.$second)?) ),*]
            }

            #[inline]
            fn decode(words: &[u64]) -> Self {
                let mut words = words.iter().skip(1).copied();
                let mut next = || words.next().unwrap_or_default();
                $( layouts!(@decode next() => $first $(, $second)?); )*
                Self { $( $first, $( $second, )? )* }
            }
        }

        impl $Name {
            /// Where the operands are.
            pub(crate) const AT: $Name<Positions> =
                layouts!(@at $Name (1) {} $( [ $first $(| $second)? ] )*);
        }
    )* };

    (@one $field:ident) => { 1 };
    (@type $A:ident) => { $A::Word };
    (@type $A:ident $second:ident) => { $A::Half };
    (@encode $word:expr) => { $word };
    (@encode $lower:expr, $upper:expr) => { Pair($lower, $upper).encode() };
    (@decode $word:expr => $first:ident) => { let $first = $word; };
    (@decode $word:expr => $lower:ident, $upper:ident) => {
        let Pair($lower, $upper) = Pair::decode($word);
    };
    (@target ($at:expr)) => { None };
    (@target ($at:expr) [target] $($rest:tt)*) => { Some(Word($at)) };
    (@target ($at:expr) [$other:ident] $($rest:tt)*) => { layouts!(@target ($at + 1) $($rest)*) };

    (@at $Name:ident ($at:expr) { $($done:tt)* }) => { $Name { $($done)* } };
    (@at $Name:ident ($at:expr) { $($done:tt)* } [ $lower:ident | dst ] $($rest:tt)*) => {
        layouts!(@at $Name ($at + 1) {
            $($done)*
            $lower: Half { word: $at, upper: false },
            dst: result(Half { word: $at, upper: true }),
        } $($rest)*)
    };
    (@at $Name:ident ($at:expr) { $($done:tt)* } [ $lower:ident | $upper:ident ] $($rest:tt)*) => {
        layouts!(@at $Name ($at + 1) {
            $($done)*
            $lower: Half { word: $at, upper: false },
            $upper: Half { word: $at, upper: true },
        } $($rest)*)
    };
    (@at $Name:ident ($at:expr) { $($done:tt)* } [ $word:ident ] $($rest:tt)*) => {
        layouts!(@at $Name ($at + 1) { $($done)* $word: Word($at), } $($rest)*)
    };
}

layouts! {
    /// One operand.
    Unary { [a | dst] }
    /// Two operands: the slot of one, and of the other its slot or constant. That is the second operand
    /// unless the first is the constant.
    Binary { [slot | dst] [other] }
    /// A branch on two operands as of [`Binary`]. `local` is the slot of the one that is stepped before,
    /// if one is: then the step takes the place of the operand that the accumulator has.
    Branch { [slot | local] [other] [target] }
    /// Two operands of two halves each, the upper one of the second maybe in a constant that follows.
    Wide { [low | high] [a_low | a_high] [b_low | b_high] }
    /// Two operands, the second maybe in a constant that follows, and a result of two halves.
    Widening { [low | high] [a | b] }

    /// A load from memory 0. A constant address is a part of the offset.
    Load { [address | dst] [offset] }
    /// A load from any memory.
    FarLoad { [address | dst] [offset] [memory] }
    /// A store to memory 0, whose value may be in a constant that follows.
    Store { [address | value] [offset] }
    /// A store to any memory.
    FarStore { [address | value] [offset] [memory] }
    /// An atomic access with up to two more operands.
    Atomic { [address | dst] [offset] [a | b] [memory] }
    /// A load into a lane of `vector`; the mask of the lane follows.
    LaneLoad { [address | dst] [offset] [vector | memory] }

    /// A move to a slot; a constant value follows.
    Move { [src | to] }
    /// A return, which is a move to the slot of a result.
    Return { [src | dst] }
    /// Reads a global, so many bytes into the instance block.
    GlobalGet { [global | dst] }
    /// Writes one; a constant value follows.
    GlobalSet { [src | global] }
    /// Reads one and adds a constant.
    GlobalSum { [global | dst] [by] }
    /// Writes the sum of an operand and a constant to one.
    GlobalSetSum { [src | global] [by] }
    /// Chooses between two values, each with its slot or constant.
    Select { [cond | dst] [a] [b] }
    /// Jumps by an index to one of `count` targets, which follow.
    TableBranch { [index | count] }

    /// A vector instruction of one operand, or of two whose second is a constant that follows.
    Lanes { [a | dst] }
    /// A vector instruction of two or three operands.
    MoreLanes { [a | dst] [b | c] }
    /// Reads a lane, so many bytes from the frame's base.
    Extract { [lane | dst] }

    /// Makes a structure of `count` fields, which follow.
    StructNew { [count | dst] [ty | size] }
    /// Reads what is at an offset in an object.
    FieldGet { [object | dst] [offset] }
    /// Writes it; a constant value follows.
    FieldSet { [object | value] [offset] }
    /// Writes an element.
    ElementSet { [array | index] [value] }

    /// Two instructions, the first with `x` and another slot or constant `y`, the second with `c`.
    PairOf { [x | dst] [c | y] }
    /// Two instructions with a constant each.
    TwiceOf { [x | dst] [k | l] }
    /// A load from `x` and an offset, then an instruction with `c`.
    LoadedOf { [x | dst] [c | offset] }
    /// A load from the sum of `x`, `y` and an offset; `y` is a slot or constant.
    IndexedOf { [x | dst] [y | offset] }
    /// A load from `c`, a scaled `x` and an offset.
    ScaledOf { [x | dst] [c | k] [offset] }
}
