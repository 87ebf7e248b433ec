//! Indices: positions in a module's index spaces, never in a store.
//!
//! Spec: [Structure › Modules › Indices](https://webassembly.github.io/spec/core/syntax/modules.html#indices).

use core::fmt;

macro_rules! indices {
    ($( $(#[$doc:meta])* $Name:ident )*) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $Name(pub u32);

        impl $Name {
            /// The position as a number that can index a slice.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )* };
}

// Each row becomes a `u32` newtype with `index()` and `Display`.
indices! {
    /// A type of a module.
    TypeIdx
    /// A function of a module, imported ones first.
    FuncIdx
    /// A table of a module, imported ones first.
    TableIdx
    /// A memory of a module, imported ones first.
    MemIdx
    /// A global of a module, imported ones first.
    GlobalIdx
    /// A tag of a module, imported ones first.
    TagIdx
    /// An element segment of a module.
    ElemIdx
    /// A data segment of a module.
    DataIdx
    /// A local of a function, parameters first.
    LocalIdx
}
