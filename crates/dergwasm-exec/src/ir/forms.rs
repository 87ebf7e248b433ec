//! Forms: where the operands of an instruction are and where its result goes.
//!
//! An operand is in a slot of the frame, in the accumulator of its class or in the code; a result goes
//! to its slot and the accumulator, or only to the accumulator. Each form of each instruction is a
//! handler of its own. The lists here give the forms of a shape their numbers: translation asks them for
//! the number of a form, listings for the form of a number, and the handlers' tables are put in order by
//! them. Not every combination is a form: translation puts operands where there is one.

#![expect(clippy::cast_possible_truncation, reason = "no list has 256 forms")]

/// Where an operand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loc {
    /// In a slot of the frame.
    Slot,
    /// In the accumulator of its class.
    Acc,
    /// In the code: a constant.
    Code,
}

/// Where a result goes, which is the last bit of the number of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// To its slot and the accumulator.
    Slot,
    /// Only to the accumulator.
    Acc,
}

impl To {
    /// The bit of this result, for those that are in the accumulator only.
    pub(crate) const ACC_BIT: u8 = Self::Acc as u8;

    /// The result of a form.
    pub(crate) const fn of(form: u8) -> Self {
        if form & Self::ACC_BIT == 0 { Self::Slot } else { Self::Acc }
    }
}

/// Where the `N` operands of the instructions of a shape can be.
#[derive(Debug)]
pub(crate) struct Forms<const N: usize> {
    list: &'static [[Loc; N]],
    /// The place in the list, by [`key`].
    places: [u8; KEYS],
}

/// How many combinations of up to three operands there are.
const KEYS: usize = 27;

/// No place in a list.
const NONE: u8 = u8::MAX;

/// The number of a combination.
const fn key<const N: usize>(locs: [Loc; N]) -> usize {
    let (mut key, mut i) = (0, 0);
    while i < N {
        key = 3 * key + locs[i] as usize;
        i += 1;
    }
    key
}

impl<const N: usize> Forms<N> {
    const fn new(list: &'static [[Loc; N]]) -> Self {
        let (mut places, mut i) = ([NONE; KEYS], 0);
        while i < list.len() {
            let key = key(list[i]);
            assert!(places[key] == NONE, "a form is listed once");
            places[key] = i as u8;
            i += 1;
        }
        Self { list, places }
    }

    /// How many there are.
    pub(crate) const fn count(&self) -> u8 {
        self.list.len() as u8
    }

    /// Whether operands can be there.
    pub(crate) const fn has(&self, locs: [Loc; N]) -> bool {
        self.places[key(locs)] != NONE
    }

    /// The number of a form of instructions that write no result that way.
    #[inline]
    pub(crate) const fn number(&self, locs: [Loc; N]) -> u8 {
        let place = self.places[key(locs)];
        debug_assert!(place != NONE, "there is such a form");
        place
    }

    /// The number of a form.
    #[inline]
    pub(crate) const fn with_result(&self, locs: [Loc; N], to: To) -> u8 {
        2 * self.number(locs) + to as u8
    }

    /// Where the operands of the form of a [`number`](Self::number) are.
    pub(crate) const fn locs(&self, number: u8) -> [Loc; N] {
        self.list[number as usize]
    }
}

use Loc::{Acc as A, Code as K, Slot as S};

/// `Unary`.
pub(crate) const UNARY: Forms<1> = Forms::new(&[[S], [A]]);
/// `Binary`.
pub(crate) const BINARY: Forms<2> =
    Forms::new(&[[S, S], [S, K], [S, A], [A, K], [A, S], [K, S], [K, A]]);
/// `Binary` whose operands may change places, and `Compare`, which has another instruction for that.
pub(crate) const COMMUTATIVE: Forms<2> = Forms::new(&[[S, S], [S, K], [S, A], [A, K]]);
/// `Wide`: the halves of the second operand.
pub(crate) const WIDE: Forms<2> = Forms::new(&[[S, S], [S, K], [A, K]]);
/// `Copy`, `Return`, `GlobalSet`, `FieldStore`: the value.
pub(crate) const MOVE: Forms<1> = Forms::new(&[[S], [A], [K]]);
/// `Select`: the condition and both values.
pub(crate) const SELECT: Forms<3> = Forms::new(&[
    [S, S, S],
    [S, S, K],
    [S, K, S],
    [S, K, K],
    [A, S, S],
    [A, S, K],
    [A, K, S],
    [A, K, K],
]);
/// `Element`: the array and the index.
pub(crate) const ELEMENT: Forms<2> = Forms::new(&[[S, S], [S, K], [S, A]]);
/// `Lanes`: two operands. A vector goes to its slot and the accumulator in every form.
pub(crate) const LANES: Forms<2> = Forms::new(&[[S, S], [A, S], [S, K], [A, K], [S, A]]);
/// Two instructions in one: the operand `x` of the first and `c` of the second.
pub(crate) const FUSED: Forms<2> = Forms::new(&[[S, S], [A, S], [S, A], [A, A]]);
/// A load from a sum: its operands `x` and `y`.
pub(crate) const INDEXED: Forms<2> = Forms::new(&[[S, S], [A, S], [S, K], [A, K]]);

/// How an instruction reaches memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The first memory, by a 32-bit address.
    Near,
    /// The first memory, by a 64-bit address.
    Wide,
    /// Any memory, by a checked 64-bit address in a slot.
    Far,
}

/// The addresses of a `Load`, those of 64 bits behind those of 32.
const ADDRESS: Forms<1> = Forms::new(&[[S], [A], [K]]);
const WIDE_ADDRESS: Forms<1> = Forms::new(&[[S], [A]]);
/// `Store`: the address and the value.
const STORE: Forms<2> =
    Forms::new(&[[S, S], [S, A], [S, K], [A, S], [A, A], [A, K], [K, S], [K, A], [K, K]]);
const WIDE_STORE: Forms<2> = Forms::new(&[[S, S], [S, A], [S, K], [A, S], [A, A], [A, K]]);

/// The form of a load.
#[inline]
pub(crate) const fn load(reach: Reach, address: Loc, to: To) -> u8 {
    match reach {
        Reach::Near => ADDRESS.with_result([address], to),
        Reach::Wide => 2 * ADDRESS.count() + WIDE_ADDRESS.with_result([address], to),
        Reach::Far => 2 * (ADDRESS.count() + WIDE_ADDRESS.count()),
    }
}

/// How the form of a load reaches memory and where the address is.
pub(crate) const fn of_load(form: u8) -> (Reach, Loc) {
    let place = form / 2;
    if place < ADDRESS.count() {
        (Reach::Near, ADDRESS.locs(place)[0])
    } else if place < ADDRESS.count() + WIDE_ADDRESS.count() {
        (Reach::Wide, WIDE_ADDRESS.locs(place - ADDRESS.count())[0])
    } else {
        (Reach::Far, S)
    }
}

/// The form of a store.
#[inline]
pub(crate) const fn store(reach: Reach, address: Loc, value: Loc) -> u8 {
    match reach {
        Reach::Near => STORE.number([address, value]),
        Reach::Wide => STORE.count() + WIDE_STORE.number([address, value]),
        Reach::Far => STORE.count() + WIDE_STORE.count(),
    }
}

/// How the form of a store reaches memory and where the address and the value are.
pub(crate) const fn of_store(form: u8) -> (Reach, [Loc; 2]) {
    if form < STORE.count() {
        (Reach::Near, STORE.locs(form))
    } else if form < STORE.count() + WIDE_STORE.count() {
        (Reach::Wide, WIDE_STORE.locs(form - STORE.count()))
    } else {
        (Reach::Far, [S, S])
    }
}

/// The form of a vector load or store; the address of one that is not far may be in the accumulator.
#[inline]
pub(crate) const fn vector_access(reach: Reach, address: Loc) -> u8 {
    match (reach, address) {
        (Reach::Far, _) => 1,
        (_, Loc::Acc) => 2,
        _ => 0,
    }
}

/// How the form of one reaches memory and where the address is.
pub(crate) const fn of_vector_access(form: u8) -> (Reach, Loc) {
    match form {
        1 => (Reach::Far, S),
        2 => (Reach::Near, A),
        _ => (Reach::Near, S),
    }
}

/// What the form of a comparison does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// Its truth value is the result.
    Value(To),
    /// Branches if it holds, or `unless` it does.
    Branch { unless: bool },
    /// Steps the local first that is the operand in the accumulator, then branches.
    StepBranch { unless: bool },
}

/// Where the operands of a [`Condition::StepBranch`] can be.
const STEPPED: Forms<2> = Forms::new(&[[S, A], [A, K]]);

/// The form of a comparison.
#[inline]
pub(crate) const fn compare(condition: Condition, locs: [Loc; 2]) -> u8 {
    let values = 2 * COMMUTATIVE.count();
    match condition {
        Condition::Value(to) => COMMUTATIVE.with_result(locs, to),
        Condition::Branch { unless } => values + test(unless, locs),
        Condition::StepBranch { unless } => {
            let before = values + 2 * COMMUTATIVE.count() + unless as u8 * STEPPED.count();
            before + STEPPED.number(locs)
        }
    }
}

/// What the form of a comparison does and where the operands are.
pub(crate) const fn of_compare(form: u8) -> (Condition, [Loc; 2]) {
    let values = 2 * COMMUTATIVE.count();
    if form < values {
        return (Condition::Value(To::of(form)), COMMUTATIVE.locs(form / 2));
    }
    let form = form - values;
    if form < 2 * COMMUTATIVE.count() {
        let (unless, locs) = of_test(form);
        return (Condition::Branch { unless }, locs);
    }
    let form = form - 2 * COMMUTATIVE.count();
    let unless = form >= STEPPED.count();
    (Condition::StepBranch { unless }, STEPPED.locs(form % STEPPED.count()))
}

/// The form of a test, which only branches.
#[inline]
pub(crate) const fn test(unless: bool, locs: [Loc; 2]) -> u8 {
    unless as u8 * COMMUTATIVE.count() + COMMUTATIVE.number(locs)
}

/// Whether the form of a test branches unless it holds, and where the operands are.
pub(crate) const fn of_test(form: u8) -> (bool, [Loc; 2]) {
    (form >= COMMUTATIVE.count(), COMMUTATIVE.locs(form % COMMUTATIVE.count()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_back_to_their_forms() {
        for form in 0..16 {
            let (reach, [address, value]) = of_store(form);
            assert_eq!(store(reach, address, value), form);
        }
        for form in 0..11 {
            let (reach, address) = of_load(form);
            assert_eq!(load(reach, address, To::of(form)), form);
        }
        for form in 0..20 {
            let (condition, locs) = of_compare(form);
            assert_eq!(compare(condition, locs), form);
        }
        for form in 0..3 {
            let (reach, address) = of_vector_access(form);
            assert_eq!(vector_access(reach, address), form);
        }
    }

    #[test]
    fn a_form_that_is_not_listed_is_not_there() {
        assert!(BINARY.has([A, S]) && !COMMUTATIVE.has([A, S]));
        assert!(!BINARY.has([A, A]) && !BINARY.has([K, K]));
    }
}
