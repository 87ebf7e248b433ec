//! The arguments and results of imports, as a program passes them.
//!
//! A 64-bit argument may come as an `i64` or, from a program linked without `WASM_BIGINT`, as two
//! `i32`, the lower half first. A 64-bit result then goes back as an `i32` and a second half that
//! the program asks for afterwards.

use crate::{Error, emscripten::guest::Guest};
use dergwasm_types::{FuncType, ValType, Value};

/// Takes the arguments of a call one by one.
pub(super) struct Arguments<'a> {
    types: &'a [ValType],
    values: &'a [Value],
}

impl<'a> Arguments<'a> {
    pub(super) fn new(ty: &'a FuncType, values: &'a [Value]) -> Self {
        Self { types: ty.params(), values }
    }

    /// The next value, 0 after the last.
    fn value(&mut self) -> (ValType, Value) {
        let next = match (self.types.split_first(), self.values.split_first()) {
            (Some((&ty, types)), Some((&value, values))) => {
                (self.types, self.values) = (types, values);
                Some((ty, value))
            }
            _ => None,
        };
        next.unwrap_or((ValType::I32, Value::ZERO))
    }

    pub(super) fn take<A: Argument>(&mut self) -> A {
        A::take(self)
    }
}

/// How an argument may be passed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An `i32`.
    Word,
    /// An `i64` or two `i32`.
    Long,
    /// An `f64`.
    Float,
}

/// What an argument can be.
pub(super) trait Argument {
    const KIND: Kind;

    fn take(from: &mut Arguments<'_>) -> Self;
}

impl Argument for u32 {
    const KIND: Kind = Kind::Word;

    fn take(from: &mut Arguments<'_>) -> Self {
        from.value().1.as_u32()
    }
}

impl Argument for i32 {
    const KIND: Kind = Kind::Word;

    fn take(from: &mut Arguments<'_>) -> Self {
        from.value().1.as_i32()
    }
}

impl Argument for i64 {
    const KIND: Kind = Kind::Long;

    fn take(from: &mut Arguments<'_>) -> Self {
        match from.value() {
            (ValType::I64, value) => value.as_i64(),
            (_, low) => join(low.as_u32(), from.value().1.as_u32()),
        }
    }
}

impl Argument for f64 {
    const KIND: Kind = Kind::Float;

    fn take(from: &mut Arguments<'_>) -> Self {
        from.value().1.as_f64()
    }
}

/// A 64-bit number from its halves.
pub(super) fn join(low: u32, high: u32) -> i64 {
    (i64::from(high) << 32) | i64::from(low)
}

/// The halves of a 64-bit number, the lower first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "halves are meant")]
pub(super) fn split(number: i64) -> (u32, u32) {
    (number as u32, (number >> 32) as u32)
}

/// Whether a function that takes `kinds` can stand for an import of type `ty`.
pub(super) fn accepts(ty: &FuncType, kinds: &[Kind]) -> bool {
    let mut types = ty.params();
    for kind in kinds {
        types = match (kind, types) {
            (Kind::Word, [ValType::I32, rest @ ..])
            | (Kind::Long, [ValType::I64, rest @ ..] | [ValType::I32, ValType::I32, rest @ ..])
            | (Kind::Float, [ValType::F64, rest @ ..]) => rest,
            _ => return false,
        };
    }
    types.is_empty() && ty.results().len() <= 1
}

/// What a function answers.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    Nothing,
    Word(u32),
    Long(i64),
    Float(f64),
}

impl Answer {
    /// Writes the answer as the import's type wants it.
    pub(super) fn store<T>(
        self,
        guest: &mut Guest<'_, '_, T>,
        ty: &FuncType,
    ) -> Result<Value, Error> {
        let long = match self {
            Self::Nothing => 0,
            Self::Word(word) => word.into(),
            Self::Long(long) => long,
            #[expect(clippy::cast_possible_truncation, reason = "saturates")]
            Self::Float(float) => float as i64,
        };
        Ok(match (ty.results().first(), self) {
            (Some(ValType::F64), Self::Float(float)) => float.into(),
            #[expect(clippy::cast_precision_loss, reason = "as JavaScript's numbers have it")]
            (Some(ValType::F64), _) => (long as f64).into(),
            (Some(ValType::I64), _) => long.into(),
            (Some(ValType::I32), _) => {
                let (low, high) = split(long);
                if matches!(self, Self::Long(_)) {
                    guest.set_temp_ret0(high)?;
                }
                low.into()
            }
            _ => Value::ZERO,
        })
    }
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<u32> for Answer {
    fn from(word: u32) -> Self {
        Self::Word(word)
    }
}

impl From<i32> for Answer {
    fn from(word: i32) -> Self {
        Self::Word(word.cast_unsigned())
    }
}

impl From<i64> for Answer {
    fn from(long: i64) -> Self {
        Self::Long(long)
    }
}

impl From<f64> for Answer {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_comes_whole_or_in_halves() {
        let kinds = [Kind::Word, Kind::Long, Kind::Word];
        let whole = FuncType::new([ValType::I32, ValType::I64, ValType::I32], []);
        let halves = FuncType::new([ValType::I32; 4], []);
        assert!(accepts(&whole, &kinds) && accepts(&halves, &kinds));
        assert!(!accepts(&FuncType::new([ValType::I32; 3], []), &kinds));
        assert!(!accepts(&FuncType::new([ValType::I32; 5], []), &kinds));
        let values = [1_i32, -2, 3, 4].map(Value::from);
        let mut arguments = Arguments::new(&halves, &values);
        assert_eq!(arguments.take::<u32>(), 1);
        assert_eq!(arguments.take::<i64>(), 0x3_ffff_fffe);
        assert_eq!(arguments.take::<i32>(), 4);
        assert_eq!(arguments.take::<i64>(), 0);
        assert_eq!(split(join(7, 9)), (7, 9));
        assert_eq!(split(-2), (u32::MAX - 1, u32::MAX));
    }
}
