//! Fuel: what instructions and amounts of work cost.
//!
//! The costs depend on the WebAssembly program alone, never on how it is translated.
//! `docs/FUEL.md` is the normative table; it is generated from this file.

use wasmparser::Operator;

/// The version of the table of costs: of what costs something, and of the [default](FuelCosts)
/// costs. It changes whenever a program may need another amount of fuel than before.
pub const FUEL_VERSION: u32 = 1;

/// How many bytes make a unit of [`CostClass::Bytes`].
pub(crate) const BYTES_PER_UNIT: u64 = 64;

macro_rules! cost_classes {
    ($( $(#[doc = $doc:literal])* $Name:ident $name:literal = $cost:literal, )*) => {
        /// What fuel is paid for: a class of instructions, or an amount of work.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum CostClass { $( $(#[doc = $doc])* $Name, )* }

        impl CostClass {
            /// Every class, in the order of the table.
            pub const ALL: &[Self] = &[$( Self::$Name, )*];

            const COUNT: usize = Self::ALL.len();

            /// The name in the table.
            #[must_use]
            pub const fn name(self) -> &'static str {
                const NAMES: &[&str] = &[$( $name, )*];
                NAMES[self as usize]
            }

            /// What belongs to the class, in a sentence.
            #[must_use]
            pub const fn description(self) -> &'static str {
                const DESCRIPTIONS: &[&str] = &[$( concat!($($doc),*), )*];
                DESCRIPTIONS[self as usize]
            }

            const DEFAULTS: [u32; Self::COUNT] = [$( $cost, )*];
        }
    };
}

cost_classes! {
    /// `nop`, `block`, `loop`, `else`, `end`, `try_table`, `try`, `catch`, `catch_all`, `delegate`.
    Structure "structure" = 1,
    /// `br`, `br_if`, `br_table`, `br_on_…`, `if`, `return`, `unreachable`.
    Branch "branch" = 1,
    /// `local.get`, `local.set`, `local.tee`.
    Local "local" = 1,
    /// `global.get`, `global.set`.
    Global "global" = 1,
    /// Constants of numbers and vectors, `ref.null`, `ref.func`.
    Constant "constant" = 1,
    /// Instructions on numbers, `drop`, `select`.
    Numeric "numeric" = 1,
    /// Division, remainder and square root of numbers.
    Division "division" = 1,
    /// Instructions on vectors, but for loads and stores.
    Vector "vector" = 1,
    /// Loads from memory, also of vectors.
    Load "load" = 1,
    /// Stores to memory, also of vectors.
    Store "store" = 1,
    /// Atomic instructions.
    Atomic "atomic" = 1,
    /// `call`, `return_call`.
    Call "call" = 1,
    /// `call_indirect`, `call_ref` and their tail calls.
    CallIndirect "call_indirect" = 1,
    /// `table.get`, `table.set`, `table.size`, `memory.size`, `elem.drop`, `data.drop`.
    Table "table" = 1,
    /// Bulk instructions and `….grow`, besides what their lengths cost.
    Bulk "bulk" = 1,
    /// Instructions that make an object, besides what its size costs.
    Allocation "allocation" = 1,
    /// Reading and writing fields and elements, `array.len`.
    Object "object" = 1,
    /// Tests, casts and conversions of references.
    Reference "reference" = 1,
    /// `throw`, `throw_ref`, `rethrow`.
    Exception "exception" = 1,
    /// `cont.new`, `cont.bind`, `suspend`, `resume`, `resume_throw…`, `switch`, besides what moving
    /// frames costs.
    Continuation "continuation" = 1,
    /// 64 bytes that are copied, filled, allocated or set to zero. A rest of less costs nothing.
    Bytes "bytes" = 1,
    /// A page of 64 KiB by which a memory grows.
    Page "page" = 16,
    /// A call that a suspension moves out of the way or back, besides its bytes.
    Frame "frame" = 1,
}

/// What each [class](CostClass) of instructions or work costs. The default is the table of
/// `docs/FUEL.md`.
///
/// Machines whose costs differ can run the same [`Module`](crate::Module): its code is translated
/// for each table of costs apart.
///
/// ```
/// use dergwasm_exec::{Config, CostClass, FuelCosts};
///
/// let mut costs = FuelCosts::default();
/// costs.set(CostClass::Call, 10).set(CostClass::Division, 4);
/// let mut config = Config::new();
/// config.consume_fuel(true).fuel_costs(costs);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FuelCosts([u32; CostClass::COUNT]);

impl Default for FuelCosts {
    fn default() -> Self {
        Self(CostClass::DEFAULTS)
    }
}

impl FuelCosts {
    /// Sets what a class costs. With 0 for everything that a loop contains, fuel does not end it.
    pub fn set(&mut self, class: CostClass, fuel: u32) -> &mut Self {
        self.0[class as usize] = fuel;
        self
    }

    /// What a class costs.
    #[must_use]
    pub const fn get(&self, class: CostClass) -> u32 {
        self.0[class as usize]
    }

    /// What so many bytes cost that are copied, filled, allocated or set to zero.
    pub(crate) fn of_bytes(&self, bytes: u64) -> u64 {
        (bytes / BYTES_PER_UNIT).saturating_mul(self.get(CostClass::Bytes).into())
    }

    /// What so many clauses cost that are looked at one after the other.
    pub(crate) fn of_clauses(&self, count: usize) -> u64 {
        self.of_bytes(8 * count as u64)
    }
}

impl CostClass {
    /// The class of an instruction that has no shape.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn of_other(operator: &Operator<'_>) -> Self {
        use Operator as O;
        match operator {
            O::Nop
            | O::Block { .. }
            | O::Loop { .. }
            | O::Else
            | O::End
            | O::TryTable { .. }
            | O::Try { .. }
            | O::Catch { .. }
            | O::CatchAll
            | O::Delegate { .. } => Self::Structure,
            O::Br { .. }
            | O::BrIf { .. }
            | O::BrTable { .. }
            | O::BrOnNull { .. }
            | O::BrOnNonNull { .. }
            | O::BrOnCast { .. }
            | O::BrOnCastFail { .. }
            | O::If { .. }
            | O::Return
            | O::Unreachable => Self::Branch,
            O::LocalGet { .. } | O::LocalSet { .. } | O::LocalTee { .. } => Self::Local,
            O::GlobalGet { .. } | O::GlobalSet { .. } => Self::Global,
            O::I32Const { .. }
            | O::I64Const { .. }
            | O::F32Const { .. }
            | O::F64Const { .. }
            | O::V128Const { .. }
            | O::RefNull { .. }
            | O::RefFunc { .. } => Self::Constant,
            O::Call { .. } | O::ReturnCall { .. } => Self::Call,
            O::CallIndirect { .. }
            | O::CallRef { .. }
            | O::ReturnCallIndirect { .. }
            | O::ReturnCallRef { .. } => Self::CallIndirect,
            _ => Self::of_rare(operator),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of_rare(operator: &Operator<'_>) -> Self {
        use Operator as O;
        match operator {
            O::TableGet { .. }
            | O::TableSet { .. }
            | O::TableSize { .. }
            | O::MemorySize { .. }
            | O::ElemDrop { .. }
            | O::DataDrop { .. } => Self::Table,
            O::MemoryGrow { .. }
            | O::MemoryCopy { .. }
            | O::MemoryFill { .. }
            | O::MemoryInit { .. }
            | O::TableGrow { .. }
            | O::TableCopy { .. }
            | O::TableFill { .. }
            | O::TableInit { .. }
            | O::ArrayFill { .. }
            | O::ArrayCopy { .. }
            | O::ArrayInitData { .. }
            | O::ArrayInitElem { .. } => Self::Bulk,
            _ => Self::of_object(operator),
        }
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn of_object(operator: &Operator<'_>) -> Self {
        use Operator as O;
        match operator {
            O::StructNew { .. }
            | O::StructNewDefault { .. }
            | O::ArrayNew { .. }
            | O::ArrayNewDefault { .. }
            | O::ArrayNewFixed { .. }
            | O::ArrayNewData { .. }
            | O::ArrayNewElem { .. } => Self::Allocation,
            O::StructGet { .. }
            | O::StructGetS { .. }
            | O::StructGetU { .. }
            | O::StructSet { .. }
            | O::ArrayGet { .. }
            | O::ArrayGetS { .. }
            | O::ArrayGetU { .. }
            | O::ArraySet { .. }
            | O::ArrayLen => Self::Object,
            O::RefIsNull
            | O::RefEq
            | O::RefAsNonNull
            | O::RefI31
            | O::I31GetS
            | O::I31GetU
            | O::RefTestNonNull { .. }
            | O::RefTestNullable { .. }
            | O::RefCastNonNull { .. }
            | O::RefCastNullable { .. }
            | O::AnyConvertExtern
            | O::ExternConvertAny => Self::Reference,
            O::Throw { .. } | O::ThrowRef | O::Rethrow { .. } => Self::Exception,
            O::ContNew { .. }
            | O::ContBind { .. }
            | O::Suspend { .. }
            | O::Resume { .. }
            | O::ResumeThrow { .. }
            | O::ResumeThrowRef { .. }
            | O::Switch { .. } => Self::Continuation,
            O::AtomicFence { .. }
            | O::MemoryAtomicNotify { .. }
            | O::MemoryAtomicWait32 { .. }
            | O::MemoryAtomicWait64 { .. } => Self::Atomic,
            _ => Self::Numeric,
        }
    }
}
