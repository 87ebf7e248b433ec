//! Reads the instructions of a body whose validity is known.

use crate::fast_path;
// Named by what `for_each_visit_operator!` is given.
use alloc::vec::Vec;
use core::mem::{forget, needs_drop};
use wasmparser::{
    BinaryReader, FrameKind, FrameStack, Operator, Result, VisitOperator, VisitSimdOperator,
    WasmFeatures,
};

/// What uses the instructions that [`Operators`] reads.
///
/// Not a closure, which would be one piece of code for all instructions: the reader has a place of
/// its own for each, where an implementation that is inlined becomes what that instruction needs.
pub trait UseOperator<'a> {
    /// What it makes of one.
    type Output: 'a;
    /// Uses one.
    fn use_operator(&mut self, operator: &Operator<'a>) -> Self::Output;
}

/// The instructions of a valid or trusted function body, read one after the other.
///
/// Faster than [`wasmparser::OperatorsReader`], since it need not know which blocks are open: that
/// `else` stands in an `if` is known.
#[derive(Clone, Debug)]
pub struct Operators<'a> {
    bytes: &'a [u8],
    at: usize,
    base: u64,
    features: WasmFeatures,
}

impl<'a> Operators<'a> {
    /// Reads `bytes`, which begin with an instruction and stand `base` bytes into their module.
    #[must_use]
    pub fn new(bytes: &'a [u8], base: u64, features: WasmFeatures) -> Self {
        Self { bytes, at: 0, base, features }
    }

    /// The offset of the next instruction in the module, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Reads the next instruction; returns what `use_it` makes of it.
    ///
    /// # Errors
    /// If the bytes are none, or end.
    #[inline]
    pub fn next<U: UseOperator<'a>>(&mut self, use_it: &mut U) -> Result<U::Output> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let mut visitor = Visitor { use_it, frame: FrameKind::Block };
        if let Some((result, len)) = fast_path::visit_common(&mut visitor, rest) {
            self.at += len;
            return Ok(result);
        }
        // The block that a valid instruction must stand in.
        visitor.frame = match rest.first() {
            Some(0x05) => FrameKind::If,
            Some(0x07 | 0x18 | 0x19) => FrameKind::LegacyTry,
            _ => FrameKind::Block,
        };
        let mut reader = BinaryReader::new_features(rest, self.offset(), self.features);
        let result = reader.visit_operator(&mut visitor)?;
        self.at = self.bytes.len() - reader.bytes_remaining();
        Ok(result)
    }
}

/// Shows what it visits by reference: an [`Operator`] is slow to move around.
struct Visitor<'u, U> {
    use_it: &'u mut U,
    frame: FrameKind,
}

impl<U> FrameStack for Visitor<'_, U> {
    fn current_frame(&self) -> Option<FrameKind> {
        Some(self.frame)
    }
}

macro_rules! show {
    ($(@$proposal:ident $Name:ident $({ $($field:ident: $T:ty),* })? => $visit:ident $arity:tt)*) => { $(
        #[inline]
        fn $visit(&mut self $($(, $field: $T)*)?) -> U::Output {
            let operator = Operator::$Name $({ $($field),* })?;
            let result = self.use_it.use_operator(&operator);
            if const { true $($(&& !needs_drop::<$T>())*)? } {
                // Nothing to free; the compiler would look for it.
                forget(operator);
            }
            result
        }
    )* };
}

impl<'a, U: UseOperator<'a>> VisitOperator<'a> for Visitor<'_, U> {
    type Output = U::Output;

    fn simd_visitor(&mut self) -> Option<&mut dyn VisitSimdOperator<'a, Output = Self::Output>> {
        Some(self)
    }

    wasmparser::for_each_visit_operator!(show);
}

impl<'a, U: UseOperator<'a>> VisitSimdOperator<'a> for Visitor<'_, U> {
    wasmparser::for_each_visit_simd_operator!(show);
}
