//! Which proposals a module may use.
//!
//! Proposals: <https://github.com/WebAssembly/proposals>. The one place where they are matched
//! with wasmparser's flags; knows nothing of what a proposal's instructions do.

use core::fmt;
use wasmparser::WasmFeatures;

/// The set of WebAssembly proposals a module may use.
///
/// The default is everything the engine runs: [`Features::supported`]. Sets are changed by value:
///
/// ```
/// use dergwasm_decode::Features;
///
/// let features = Features::WASM2.with_tail_call(true).with_simd(false);
/// assert!(features.tail_call() && !features.simd());
/// assert!(Features::supported().contains(features));
/// assert!(!Features::supported().custom_descriptors());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Features(WasmFeatures);

macro_rules! proposals {
    ($( $(#[$doc:meta])* $name:ident $with:ident $FLAG:ident )*) => {
        impl Features {
            $(
                $(#[$doc])*
                #[must_use]
                pub const fn $name(self) -> bool {
                    self.0.contains(WasmFeatures::$FLAG)
                }

                #[doc = concat!("The set with [`", stringify!($name), "`](Self::", stringify!($name), ") on or off.")]
                #[must_use]
                pub const fn $with(self, on: bool) -> Self {
                    Self(match on {
                        true => self.0.union(WasmFeatures::$FLAG),
                        false => self.0.difference(WasmFeatures::$FLAG),
                    })
                }
            )*
        }

        const PROPOSALS: &[(&str, WasmFeatures)] =
            &[$( (stringify!($name), WasmFeatures::$FLAG), )*];
    };
}

// Each row becomes a getter, a `with_` setter and an entry of `PROPOSALS`.
proposals! {
    /// Import and export of mutable globals.
    mutable_global with_mutable_global MUTABLE_GLOBAL
    /// Conversions from floats to integers that saturate instead of trapping.
    saturating_float_to_int with_saturating_float_to_int SATURATING_FLOAT_TO_INT
    /// Sign extension instructions.
    sign_extension with_sign_extension SIGN_EXTENSION
    /// References to functions and host values, several tables.
    reference_types with_reference_types REFERENCE_TYPES
    /// Blocks with parameters, functions and blocks with several results.
    multi_value with_multi_value MULTI_VALUE
    /// Bulk memory and table instructions, passive segments.
    bulk_memory with_bulk_memory BULK_MEMORY
    /// 128-bit vectors.
    simd with_simd SIMD
    /// Vector instructions whose result may differ from machine to machine.
    relaxed_simd with_relaxed_simd RELAXED_SIMD
    /// Tail calls.
    tail_call with_tail_call TAIL_CALL
    /// Arithmetic in constant expressions, and what the same version of the specification (3.0)
    /// adds to them: the value of any earlier immutable global, tables with an initializer.
    extended_const with_extended_const EXTENDED_CONST
    /// Several memories.
    multi_memory with_multi_memory MULTI_MEMORY
    /// Memories and tables with 64-bit addresses.
    memory64 with_memory64 MEMORY64
    /// Memories with pages of other sizes than 64 KiB.
    custom_page_sizes with_custom_page_sizes CUSTOM_PAGE_SIZES
    /// A shorter encoding of imports from the same module.
    compact_imports with_compact_imports COMPACT_IMPORTS
    /// 128-bit integer arithmetic.
    wide_arithmetic with_wide_arithmetic WIDE_ARITHMETIC
    /// Shared memories and atomic instructions.
    threads with_threads THREADS
    /// Typed references to functions.
    function_references with_function_references FUNCTION_REFERENCES
    /// Structures, arrays and `i31`.
    gc with_gc GC
    /// Exceptions with `try_table` and `exnref`.
    exceptions with_exceptions EXCEPTIONS
    /// Exceptions with the older `try` and `catch`.
    legacy_exceptions with_legacy_exceptions LEGACY_EXCEPTIONS
    /// Continuations.
    stack_switching with_stack_switching STACK_SWITCHING
    /// Shared everything. Not supported.
    shared_everything_threads with_shared_everything_threads SHARED_EVERYTHING_THREADS
    /// Orderings weaker than sequential consistency, `pause`. Not supported.
    acquire_release_atomics with_acquire_release_atomics ACQUIRE_RELEASE_ATOMICS
    /// Instructions that give pages back. Not supported.
    memory_control with_memory_control MEMORY_CONTROL
    /// Descriptors of structures. Not supported.
    custom_descriptors with_custom_descriptors CUSTOM_DESCRIPTORS
    /// Access to several bytes of an array at once. Not supported.
    multibyte_array_access with_multibyte_array_access MULTIBYTE_ARRAY_ACCESS
}

impl Features {
    /// WebAssembly 1.0.
    pub const WASM1: Self = Self(WasmFeatures::WASM1);
    /// WebAssembly 2.0.
    pub const WASM2: Self = Self(WasmFeatures::WASM2);

    pub(crate) const NONE: Self = Self(WasmFeatures::empty());
    pub(crate) const GC: Self = Self(WasmFeatures::GC);
    pub(crate) const FUNCTION_REFERENCES: Self = Self(WasmFeatures::FUNCTION_REFERENCES);
    pub(crate) const EXCEPTIONS: Self = Self(WasmFeatures::EXCEPTIONS);
    pub(crate) const CUSTOM_DESCRIPTORS: Self = Self(WasmFeatures::CUSTOM_DESCRIPTORS);
    pub(crate) const STACK_SWITCHING: Self = Self(WasmFeatures::STACK_SWITCHING);
    pub(crate) const SHARED_EVERYTHING_THREADS: Self =
        Self(WasmFeatures::SHARED_EVERYTHING_THREADS);

    /// Everything the engine runs: WebAssembly 3.0, exceptions as they were before it, custom page
    /// sizes, compact imports, wide arithmetic, threads.
    #[must_use]
    pub const fn supported() -> Self {
        Self::WASM2
            .with_tail_call(true)
            .with_extended_const(true)
            .with_multi_memory(true)
            .with_memory64(true)
            .with_relaxed_simd(true)
            .with_custom_page_sizes(true)
            .with_compact_imports(true)
            .with_wide_arithmetic(true)
            .with_threads(true)
            .with_function_references(true)
            .with_gc(true)
            .with_exceptions(true)
            .with_legacy_exceptions(true)
            .with_stack_switching(true)
    }

    /// Whether every proposal of `other` is in the set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0.contains(other.0)
    }

    /// The proposals of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0.union(other.0))
    }

    /// The proposals of the set that are not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0.difference(other.0))
    }

    /// The names of the proposals in the set: those of the getters.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        // A proposal counts even when only a part of it is in the set, so that the error about
        // a missing part can name the whole.
        PROPOSALS.iter().filter(move |row| self.0.intersects(row.1)).map(|row| row.0)
    }

    /// The set as wasmparser's flags.
    #[must_use]
    pub const fn wasm_features(self) -> WasmFeatures {
        self.0
    }

    /// What the bytes are read with.
    ///
    /// wasmparser's reader takes subtypes for malformed without `gc`; reading the type section
    /// refuses them for what they are.
    pub(crate) const fn reader_features(self) -> WasmFeatures {
        self.0.union(WasmFeatures::GC)
    }

    /// What the sections outside of function bodies are validated with.
    ///
    /// wasmparser ties the wider constant expressions of WebAssembly 3.0 to the proposals they
    /// came with. What else those proposals bring to sections, reading them refuses.
    pub(crate) const fn section_features(self) -> WasmFeatures {
        match self.extended_const() {
            true => self.0.union(WasmFeatures::GC).union(WasmFeatures::FUNCTION_REFERENCES),
            false => self.0,
        }
    }

    pub(crate) const fn of(flags: WasmFeatures) -> Self {
        Self(flags)
    }
}

impl Default for Features {
    fn default() -> Self {
        Self::supported()
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Features")?;
        f.debug_list().entries(self.names()).finish()
    }
}

/// A list of names as prose: `` `threads`, `gc` ``.
impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, name) in self.names().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}`{name}`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn the_default_is_what_is_supported() {
        assert_eq!(Features::default(), Features::supported());
        assert!(Features::supported().contains(Features::WASM2));
        assert!(Features::WASM2.contains(Features::WASM1));
    }

    #[test]
    fn sets_print_the_names_of_their_proposals() {
        let more = Features::WASM2.with_gc(true).with_threads(true);
        assert_eq!(more.difference(Features::WASM2).to_string(), "`threads`, `gc`");
    }

    #[test]
    fn documentation_says_which_proposals_are_not_supported() {
        let (yes, no) = PROPOSALS.split_at(Features::supported().names().count());
        assert!(yes.iter().all(|row| Features::supported().0.contains(row.1)));
        assert!(!no.iter().any(|row| Features::supported().0.contains(row.1)));
    }
}
