//! Element segments: immutable references that can be copied into tables, and dropped for good.
//!
//! Spec: [Execution › Runtime Structure › Element Instances](https://webassembly.github.io/spec/core/exec/runtime.html#element-instances).

use alloc::vec::Vec;
use dergwasm_types::RefType;

/// An element segment of an instance.
#[derive(Clone, Debug)]
pub struct ElemInst {
    ty: RefType,
    items: Vec<u64>,
}

impl ElemInst {
    /// A segment of references, each the bits of a [`Value`](dergwasm_types::Value).
    #[must_use]
    pub const fn new(ty: RefType, items: Vec<u64>) -> Self {
        Self { ty, items }
    }

    /// The type of the references.
    #[must_use]
    pub const fn ty(&self) -> RefType {
        self.ty
    }

    /// The references; none once the segment is dropped.
    #[must_use]
    pub fn items(&self) -> &[u64] {
        &self.items
    }

    /// `elem.drop`: empties the segment for good.
    pub fn drop_(&mut self) {
        self.items = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn dropping_empties_it() {
        let mut elem = ElemInst::new(RefType::FUNC, vec![1, 0, 3]);
        assert_eq!(elem.items(), [1, 0, 3]);
        elem.drop_();
        elem.drop_();
        assert_eq!(elem.items(), []);
        assert_eq!(elem.ty(), RefType::FUNC);
    }
}
