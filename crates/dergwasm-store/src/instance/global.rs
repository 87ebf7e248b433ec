//! Globals: cells that hold one untyped value each.
//!
//! Spec: [Execution › Runtime Structure › Global Instances](https://webassembly.github.io/spec/core/exec/runtime.html#global-instances).

#[expect(unsafe_code, reason = "holds the cells that INV-STORE is about")]
mod block;

pub(crate) use block::GlobalBlock;

use self::block::GlobalCell;
use core::{fmt, ptr::NonNull};
use dergwasm_types::{GlobalType, Value};

/// A global of the store.
///
/// Unsized, so that it cannot be moved out of its store (INV-STORE in the
/// [crate's invariants](crate#invariants)).
pub struct GlobalInst<Place: ?Sized = [()]> {
    ty: GlobalType,
    cell: GlobalCell,
    _place: Place,
}

impl GlobalInst<[(); 0]> {
    /// The globals of these types in the cells of `block`, which the same store must keep.
    pub(crate) fn in_block(
        block: &GlobalBlock,
        types: impl IntoIterator<Item = GlobalType>,
    ) -> impl Iterator<Item = Self> {
        types.into_iter().zip(block.cells()).map(|(ty, cell)| Self { ty, cell, _place: [] })
    }
}

impl GlobalInst {
    /// The type.
    #[must_use]
    pub const fn ty(&self) -> GlobalType {
        self.ty
    }

    /// `global.get`: the value.
    #[must_use]
    pub const fn get(&self) -> Value {
        self.cell.get()
    }

    /// `global.set`: sets the value, which must be of the global's content type.
    ///
    /// Also sets an immutable global, for engines that initialise late; whether a program may is
    /// for validation to say.
    pub const fn set(&mut self, value: Value) {
        self.cell.set(value);
    }

    /// Where the value is. It stays there (INV-STORE).
    #[must_use]
    pub const fn cell(&self) -> NonNull<Value> {
        self.cell.as_ptr()
    }
}

impl<Place: ?Sized> fmt::Debug for GlobalInst<Place> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GlobalInst")
            .field("ty", &self.ty)
            .field("value", &self.cell.get())
            .finish_non_exhaustive()
    }
}
