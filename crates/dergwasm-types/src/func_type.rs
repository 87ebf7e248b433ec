//! Function types.
//!
//! Spec: [Structure › Types › Function Types](https://webassembly.github.io/spec/core/syntax/types.html#function-types).

use crate::{TypeIdx, ValType};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;

/// The types of a function's parameters and results.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FuncType {
    /// Parameters, then results.
    types: Box<[ValType]>,
    params: usize,
}

impl FuncType {
    /// The type of functions from `params` to `results`.
    pub fn new(
        params: impl IntoIterator<Item = ValType>,
        results: impl IntoIterator<Item = ValType>,
    ) -> Self {
        let mut types: Vec<ValType> = params.into_iter().collect();
        let params = types.len();
        types.extend(results);
        Self { types: types.into_boxed_slice(), params }
    }

    /// The type of functions whose parameters are the first `params` of some types, and whose
    /// results are the others.
    ///
    /// # Panics
    /// If there are fewer than `params` types.
    #[must_use]
    pub fn from_types(types: Vec<ValType>, params: usize) -> Self {
        assert!(params <= types.len(), "{params} parameters of {} types", types.len());
        Self { types: types.into_boxed_slice(), params }
    }

    /// The types of the parameters.
    #[must_use]
    #[inline]
    pub fn params(&self) -> &[ValType] {
        &self.types[..self.params]
    }

    /// The types of the results.
    #[must_use]
    #[inline]
    pub fn results(&self) -> &[ValType] {
        &self.types[self.params..]
    }

    /// The same type with the defined types it refers to renamed.
    #[must_use]
    pub fn rename(&self, mut to: impl FnMut(TypeIdx) -> TypeIdx) -> Self {
        let types = self.types.iter().map(|ty| ty.rename(&mut to)).collect();
        Self { types, params: self.params }
    }
}

impl fmt::Debug for FuncType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::ToString, vec};

    #[test]
    fn display_shows_params_and_results() {
        assert_eq!(FuncType::new([], []).to_string(), "() -> ()");
        let ty = FuncType::new([ValType::FUNCREF], [ValType::F32, ValType::V128]);
        assert_eq!(ty.to_string(), "(funcref) -> (f32, v128)");
        assert_ne!(ty, FuncType::new([ValType::FUNCREF, ValType::F32], [ValType::V128]));
        let types = vec![ValType::FUNCREF, ValType::F32, ValType::V128];
        assert_eq!(FuncType::from_types(types, 1), ty);
    }

    #[test]
    #[should_panic(expected = "2 parameters of 1 types")]
    fn there_are_no_more_parameters_than_types() {
        let _ = FuncType::from_types(vec![ValType::I32], 2);
    }
}
