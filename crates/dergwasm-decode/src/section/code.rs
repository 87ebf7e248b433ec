//! The code section: function bodies, which are located but not taken apart.
//!
//! Spec: [Binary Format › Modules › Code Section](https://webassembly.github.io/spec/core/binary/modules.html#code-section).

use core::ops::Range;
use dergwasm_types::TypeIdx;

/// A function the module defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Func {
    /// Its type.
    pub ty: TypeIdx,
    /// Where its declarations of locals and its code lie in [`Module::bytes`](crate::Module::bytes).
    pub body: Range<usize>,
}
