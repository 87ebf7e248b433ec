//! What a script consists of: directives, actions, arguments.
//!
//! Everything is owned, so that a script can be run many times and on other threads. Modules are
//! already encoded to the binary format; nothing here knows how they are decoded or run.

use crate::Pattern;

/// A parsed script.
#[derive(Clone, Debug)]
pub struct Script {
    pub(crate) directives: Vec<Directive>,
}

impl Script {
    /// The directives, in order.
    #[must_use]
    pub fn directives(&self) -> &[Directive] {
        &self.directives
    }

    /// How many directives count as an assertion: all except `register`.
    #[must_use]
    pub fn assertions(&self) -> usize {
        self.directives.iter().filter(|directive| directive.kind.is_assertion()).count()
    }
}

/// One directive and where it begins.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Line in the script, from 1.
    pub line: usize,
    /// Column in the line, from 1.
    pub column: usize,
    /// What is to be done.
    pub kind: DirectiveKind,
}

/// What a directive asks for.
#[derive(Clone, Debug)]
pub enum DirectiveKind {
    /// Decodes, validates and instantiates a module.
    Module(ModuleSource),
    /// Decodes and validates a module without instantiating it.
    ModuleDefinition(ModuleSource),
    /// Instantiates a module defined earlier.
    ModuleInstance {
        /// The name of the new instance.
        instance: Option<String>,
        /// The name of the module; the last one defined when missing.
        module: Option<String>,
    },
    /// Makes an instance's exports importable under a module name.
    Register {
        /// The module name for later imports.
        name: String,
        /// The instance; the last one when missing.
        instance: Option<String>,
    },
    /// Calls a function and ignores its results.
    Invoke(Invocation),
    /// The action succeeds with these results.
    AssertReturn {
        /// What is done.
        action: Action,
        /// One pattern for each result.
        expected: Vec<Pattern>,
    },
    /// The action traps.
    AssertTrap {
        /// What is done.
        action: Action,
        /// The message the trap has to begin with.
        message: String,
    },
    /// The call exhausts the call stack.
    AssertExhaustion {
        /// The call.
        call: Invocation,
        /// The message the trap has to begin with.
        message: String,
    },
    /// The action ends in an exception nobody catches.
    AssertException {
        /// What is done.
        action: Action,
    },
    /// The action ends in a suspension that nobody handles.
    AssertSuspension {
        /// What is done.
        action: Action,
        /// The message, which has to begin as that of the trap does.
        message: String,
    },
    /// The module cannot be decoded.
    AssertMalformed {
        /// The module.
        module: ModuleSource,
        /// The specification's reason, for a reader: other words are no failure.
        message: String,
    },
    /// The module can be decoded, but is not valid.
    AssertInvalid {
        /// The module.
        module: ModuleSource,
        /// The specification's reason, for a reader: other words are no failure.
        message: String,
    },
    /// The module cannot be instantiated because of its imports.
    AssertUnlinkable {
        /// The module.
        module: ModuleSource,
        /// The specification's reason, for a reader: other words are no failure.
        message: String,
    },
    /// A directive this runner does not carry out.
    Unsupported {
        /// The directive's keyword.
        keyword: &'static str,
        /// Why it is skipped.
        reason: &'static str,
    },
}

impl DirectiveKind {
    /// The directive's keyword in scripts.
    #[must_use]
    pub const fn keyword(&self) -> &'static str {
        match self {
            Self::Module(_) => "module",
            Self::ModuleDefinition(_) => "module definition",
            Self::ModuleInstance { .. } => "module instance",
            Self::Register { .. } => "register",
            Self::Invoke(_) => "invoke",
            Self::AssertReturn { .. } => "assert_return",
            Self::AssertTrap { .. } => "assert_trap",
            Self::AssertExhaustion { .. } => "assert_exhaustion",
            Self::AssertException { .. } => "assert_exception",
            Self::AssertSuspension { .. } => "assert_suspension",
            Self::AssertMalformed { .. } => "assert_malformed",
            Self::AssertInvalid { .. } => "assert_invalid",
            Self::AssertUnlinkable { .. } => "assert_unlinkable",
            Self::Unsupported { keyword, .. } => keyword,
        }
    }

    /// Whether the directive counts as an assertion: all do except `register`.
    #[must_use]
    pub const fn is_assertion(&self) -> bool {
        !matches!(self, Self::Register { .. })
    }
}

/// A module of a script.
#[derive(Clone, Debug)]
pub struct ModuleSource {
    /// The name later directives refer to it by, without `$`.
    pub name: Option<String>,
    /// The module in the binary format, or why its text could not be encoded.
    pub binary: Result<Vec<u8>, String>,
}

/// Something that gives results, traps or throws.
#[derive(Clone, Debug)]
pub enum Action {
    /// Calls an exported function.
    Invoke(Invocation),
    /// Reads an exported global.
    Get {
        /// The instance; the last one when missing.
        instance: Option<String>,
        /// The name of the export.
        global: String,
    },
    /// Instantiates a module.
    Instantiate(ModuleSource),
}

/// A call of an exported function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The instance; the last one when missing.
    pub instance: Option<String>,
    /// The name of the export.
    pub function: String,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `i32.const`
    I32(i32),
    /// `i64.const`
    I64(i64),
    /// `f32.const`, as bits.
    F32(u32),
    /// `f64.const`, as bits.
    F64(u64),
    /// `v128.const`, lane 0 in the lowest bits.
    V128(u128),
    /// `ref.null` of whatever type the parameter has.
    RefNull,
    /// `ref.extern`: the host value of this number.
    RefExtern(u32),
    /// `ref.host`: the host value of this number, as a reference to anything.
    RefHost(u32),
}
