//! Data segments: immutable bytes that can be copied into memories, and dropped for good.
//!
//! Spec: [Execution › Runtime Structure › Data Instances](https://webassembly.github.io/spec/core/exec/runtime.html#data-instances).

use alloc::{sync::Arc, vec::Vec};
use core::{fmt, ops::Range};

/// A data segment of an instance.
#[derive(Clone, Default)]
pub struct DataInst {
    /// Shared with the module, which usually keeps its bytes anyway.
    source: Option<Arc<Vec<u8>>>,
    range: Range<usize>,
}

impl DataInst {
    /// The segment that is the `range` of `source`; empty if `source` has no such range.
    #[must_use]
    pub fn new(source: Arc<Vec<u8>>, range: Range<usize>) -> Self {
        match source.get(range.clone()) {
            Some([]) | None => Self::default(),
            Some(_) => Self { source: Some(source), range },
        }
    }

    /// The bytes; none once the segment is dropped.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.source.as_ref().map_or(&[], |source| &source[self.range.clone()])
    }

    /// `data.drop`: empties the segment for good.
    pub fn drop_(&mut self) {
        *self = Self::default();
    }
}

impl From<Vec<u8>> for DataInst {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self::new(Arc::new(bytes), range)
    }
}

impl fmt::Debug for DataInst {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataInst({} bytes)", self.bytes().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn is_a_range_of_its_source() {
        let source: Arc<Vec<u8>> = Arc::new(vec![1, 2, 3, 4]);
        assert_eq!(DataInst::new(source.clone(), 1..3).bytes(), [2, 3]);
        assert_eq!(DataInst::new(source.clone(), 3..5).bytes(), []);
        #[expect(clippy::reversed_empty_ranges, reason = "a wrong range must not panic")]
        let backwards = 3..1;
        assert_eq!(DataInst::new(source, backwards).bytes(), []);
    }

    #[test]
    fn dropping_empties_it_and_lets_go_of_the_source() {
        let source: Arc<Vec<u8>> = Arc::new(vec![1, 2]);
        let mut data = DataInst::new(source.clone(), 0..2);
        data.drop_();
        assert_eq!(data.bytes(), []);
        assert_eq!(Arc::strong_count(&source), 1);
        data.drop_();
        assert_eq!(data.bytes(), []);
    }
}
