//! How a module is to be decoded.

use crate::Features;

/// How much of a module is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Validation {
    /// Everything, at once.
    #[default]
    Full,
    /// Everything but function bodies, which [`Module::validate_func`](crate::Module::validate_func)
    /// checks when they are needed.
    Deferred,
    /// Only what is needed to take the module apart: the bytes are trusted to be valid.
    ///
    /// Malformed sections and indices of sections that point nowhere are still errors, and
    /// nothing in this crate panics; but types and function bodies may be anything.
    None,
}

/// How a module is to be decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeOptions {
    /// The proposals the module may use.
    pub features: Features,
    /// How much of it is checked.
    pub validation: Validation,
    /// How large it may be.
    pub limits: ParseLimits,
    /// Whether several threads may validate a large module; only with the feature `parallel`.
    pub parallel: bool,
}

/// How large the parts of a module may be.
///
/// The defaults are the limits every engine agreed on for the Web, but `import_names`, which the
/// Web has not. Setting one of the others higher has no effect on modules that are validated.
///
/// These limits also bound what the validator, which is wasmparser's, allocates. Everything this crate
/// keeps of a module itself is allocated so that too little memory is
/// [`DecodeError::OutOfMemory`](crate::DecodeError::OutOfMemory).
///
/// Spec: [JavaScript API › Implementation-defined Limits](https://webassembly.github.io/spec/js-api/#limits).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseLimits {
    /// Bytes of the whole module.
    pub module_size: usize,
    /// Types.
    pub types: u32,
    /// Imports of any kind.
    pub imports: u32,
    /// Bytes of the names of the modules that imports come from, counted for each import: a group
    /// of compact imports has its name only once.
    pub import_names: usize,
    /// Functions, imported ones included.
    pub functions: u32,
    /// Tables, imported ones included.
    pub tables: u32,
    /// Memories, imported ones included.
    pub memories: u32,
    /// Globals, imported ones included.
    pub globals: u32,
    /// Tags, imported ones included.
    pub tags: u32,
    /// Exports.
    pub exports: u32,
    /// Element segments.
    pub element_segments: u32,
    /// Data segments.
    pub data_segments: u32,
    /// Bytes of one function body.
    pub function_size: usize,
}

impl ParseLimits {
    /// Limits for modules that nobody vouches for: 16 MiB in all, and no more of anything than
    /// large programs have. What decoding and instantiation allocate for a module stays
    /// proportional to its size.
    #[must_use]
    pub fn untrusted() -> Self {
        Self {
            module_size: 16 << 20,
            types: 50_000,
            imports: 10_000,
            import_names: 1 << 20,
            functions: 200_000,
            tables: 100,
            memories: 20,
            globals: 50_000,
            tags: 1_000,
            exports: 50_000,
            element_segments: 10_000,
            data_segments: 50_000,
            function_size: 2 << 20,
        }
    }
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            module_size: 1 << 30,
            types: 1_000_000,
            imports: 1_000_000,
            import_names: 1 << 26,
            functions: 1_000_000,
            tables: 100_000,
            memories: 100,
            globals: 1_000_000,
            tags: 1_000_000,
            exports: 1_000_000,
            element_segments: 100_000,
            data_segments: 100_000,
            function_size: 7_654_321,
        }
    }
}
