//! How modules are translated and machines are bounded.

use crate::FuelCosts;
use dergwasm_decode::{Features, ParseLimits};
use dergwasm_store::{Resource, Store};

/// When functions are validated and translated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompilationMode {
    /// Everything when the module is made.
    Eager,
    /// Validation when the module is made, translation at a function's first call.
    #[default]
    LazyTranslation,
    /// Validation and translation at a function's first call: an invalid function is found only
    /// when it is called, as an error of that call.
    Lazy,
}

/// What a module accepts and how a machine is bounded.
///
/// A `Config` is used twice: by [`Module::with_config`](crate::Module::with_config) for what is
/// accepted and when it is translated, and by [`Machine::new`](crate::Machine::new) for limits,
/// fuel and interruption. A module can serve machines of different configurations: code with and
/// without fuel is translated separately, on demand.
///
/// ```
/// use dergwasm_exec::{CompilationMode, Config};
///
/// let mut config = Config::new();
/// config.compilation_mode(CompilationMode::Eager).consume_fuel(true).max_call_depth(500);
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) features: Features,
    pub(crate) mode: CompilationMode,
    pub(crate) fuel: bool,
    pub(crate) fuel_costs: FuelCosts,
    pub(crate) interruptible: bool,
    pub(crate) max_call_depth: u32,
    pub(crate) max_stack_bytes: Option<usize>,
    pub(crate) max_host_depth: u32,
    pub(crate) parallel: bool,
    pub(crate) limits: Limits,
    pub(crate) parse_limits: ParseLimits,
    pub(crate) gc_stress: bool,
    pub(crate) superinstructions: bool,
}

/// How much a machine may hold, in bytes.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    total: u64,
    memory: u64,
    table: u64,
    gc_heap: u64,
}

impl Limits {
    /// No object can be larger than this.
    pub(crate) fn largest_object(&self) -> u64 {
        self.gc_heap.min(self.total)
    }

    pub(crate) fn apply(&self, store: &mut Store) {
        store.set_max_total_bytes(self.total);
        store.set_max_bytes(Resource::Memory, self.memory);
        store.set_max_bytes(Resource::Table, self.table);
        store.set_heap_limit(self.gc_heap);
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            features: Features::default(),
            mode: CompilationMode::default(),
            fuel: false,
            fuel_costs: FuelCosts::default(),
            interruptible: false,
            max_call_depth: if cfg!(feature = "std") { 100_000 } else { 1_000 },
            max_stack_bytes: None,
            max_host_depth: 100,
            parallel: cfg!(feature = "parallel"),
            limits: Limits { total: 1 << 30, memory: u64::MAX, table: u64::MAX, gc_heap: u64::MAX },
            parse_limits: ParseLimits::default(),
            gc_stress: false,
            superinstructions: true,
        }
    }
}

impl Config {
    /// The default configuration.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits for code that nobody vouches for: a small module cannot take more than 256 MiB, nor
    /// be larger than 16 MiB itself, and can be interrupted.
    ///
    /// | setting | value |
    /// |---|---|
    /// | [`max_total_bytes`](Self::max_total_bytes) | 256 MiB |
    /// | [`max_stack_bytes`](Self::max_stack_bytes) | 1 MiB |
    /// | [`max_call_depth`](Self::max_call_depth) | 10 000 |
    /// | [`max_host_depth`](Self::max_host_depth) | 20 |
    /// | [`interruptible`](Self::interruptible) | yes |
    /// | [`parse_limits`](Self::parse_limits) | [`ParseLimits::untrusted`] |
    ///
    /// It bounds space. To bound time, let another thread [interrupt](crate::InterruptHandle) the
    /// machine, or [consume fuel](Self::consume_fuel). Each setting can still be changed.
    ///
    /// ```
    /// use dergwasm_exec::Config;
    ///
    /// let mut config = Config::untrusted();
    /// config.consume_fuel(true).max_total_bytes(16 << 20);
    /// ```
    #[must_use]
    pub fn untrusted() -> Self {
        let mut config = Self::default();
        config.max_total_bytes(256 << 20).max_stack_bytes(1 << 20).max_call_depth(10_000);
        config.max_host_depth(20).interruptible(true).parse_limits(ParseLimits::untrusted());
        config
    }

    /// Which proposals modules may use. Default: all that this version runs.
    pub fn features(&mut self, features: Features) -> &mut Self {
        self.features = features;
        self
    }

    /// When functions are validated and translated. Default: [`CompilationMode::LazyTranslation`].
    pub fn compilation_mode(&mut self, mode: CompilationMode) -> &mut Self {
        self.mode = mode;
        self
    }

    /// Whether running consumes fuel, so that a run can be bounded exactly. Default: no.
    ///
    /// A run out of fuel stops with [`Trap::OutOfFuel`](dergwasm_types::Trap::OutOfFuel).
    pub fn consume_fuel(&mut self, enable: bool) -> &mut Self {
        self.fuel = enable;
        self
    }

    /// What running costs, where it [consumes fuel](Self::consume_fuel). Default: the table of
    /// `docs/FUEL.md`.
    pub fn fuel_costs(&mut self, costs: FuelCosts) -> &mut Self {
        self.fuel_costs = costs;
        self
    }

    /// Whether another thread can stop the machine through an
    /// [`InterruptHandle`](crate::InterruptHandle). Default: no.
    ///
    /// Only then `memory.atomic.wait` lets the time pass that it is given.
    pub fn interruptible(&mut self, enable: bool) -> &mut Self {
        self.interruptible = enable;
        self
    }

    /// Whether another thread can stop the machine.
    #[must_use]
    pub fn is_interruptible(&self) -> bool {
        self.interruptible
    }

    /// How deep calls between WebAssembly functions may nest. Default: 100 000, without the feature
    /// `std` 1 000.
    ///
    /// Going deeper traps with
    /// [`Trap::CallStackExhausted`](dergwasm_types::Trap::CallStackExhausted). The native stack is
    /// not used by such calls, so any depth is safe that memory for the frames allows.
    pub fn max_call_depth(&mut self, calls: u32) -> &mut Self {
        self.max_call_depth = calls;
        self
    }

    /// How large the value stack may become, in bytes. Default: 1 KiB for each call of
    /// [`max_call_depth`](Self::max_call_depth), at least 16 MiB, but no more than a quarter of
    /// [`max_total_bytes`](Self::max_total_bytes); without the feature `std` 64 KiB.
    ///
    /// A machine has a stack only while it runs, so there are as many as machines that run at the
    /// same time. The memory is address space and committed only when touched.
    pub fn max_stack_bytes(&mut self, bytes: usize) -> &mut Self {
        self.max_stack_bytes = Some(bytes);
        self
    }

    /// How deep host functions may nest that call back into WebAssembly. Default: 100.
    ///
    /// Each such level uses native stack.
    pub fn max_host_depth(&mut self, levels: u32) -> &mut Self {
        self.max_host_depth = levels;
        self
    }

    /// How much a machine may hold in all, in bytes. Default: 1 GiB.
    ///
    /// Everything that a guest can make the machine keep counts: memories, tables, globals, what
    /// instantiation builds, the GC heap, host values, suspended continuations, and the value
    /// stack with [its largest size](Self::max_stack_bytes). Memories count with their size, also
    /// where nothing was written yet. What cannot grow any more answers as at any other limit:
    /// `memory.grow` and `table.grow` with -1, instantiation with an error, allocation with
    /// [`Trap::HeapExhausted`](dergwasm_types::Trap::HeapExhausted), and suspending with
    /// [`Trap::ResourceLimit`](dergwasm_types::Trap::ResourceLimit).
    pub fn max_total_bytes(&mut self, bytes: u64) -> &mut Self {
        self.limits.total = bytes;
        self
    }

    /// How large all memories of a machine may be together, in bytes. Default: only the
    /// [total](Self::max_total_bytes) counts.
    pub fn max_memory_bytes(&mut self, bytes: u64) -> &mut Self {
        self.limits.memory = bytes;
        self
    }

    /// How many elements all tables of a machine may have together. Default: only the
    /// [total](Self::max_total_bytes) counts, to which an element adds 8 bytes.
    pub fn max_table_elements(&mut self, elements: u64) -> &mut Self {
        self.limits.table = elements.saturating_mul(8);
        self
    }

    /// How large the GC heap of structures, arrays and exceptions may become, in bytes. Default:
    /// only the [total](Self::max_total_bytes) counts.
    ///
    /// When it is full, a collection comes first; if that does not help, the allocation traps with
    /// [`Trap::HeapExhausted`](dergwasm_types::Trap::HeapExhausted). No heap is larger than 8 GiB.
    pub fn max_gc_heap_bytes(&mut self, bytes: u64) -> &mut Self {
        self.limits.gc_heap = bytes;
        self
    }

    /// How large modules may be. Default: the limits of the Web.
    pub fn parse_limits(&mut self, limits: ParseLimits) -> &mut Self {
        self.parse_limits = limits;
        self
    }

    /// Whether a collection comes before every allocation, which is slow but shows at once where a
    /// reference is not found. For tests. Default: no.
    pub fn gc_stress(&mut self, enable: bool) -> &mut Self {
        self.gc_stress = enable;
        self
    }

    /// Whether the internal code may do in one instruction what several WebAssembly instructions say,
    /// which is faster. Default: yes.
    ///
    /// Without it every WebAssembly instruction is translated for itself, as if execution arrived
    /// from elsewhere before each: results are in the slots of their operands or locals and in no
    /// accumulator, and loops are not inverted. Such code is a few times slower and has to do the
    /// same. For tests, which compare the two.
    pub fn superinstructions(&mut self, enable: bool) -> &mut Self {
        self.superinstructions = enable;
        self
    }

    /// Whether several threads may validate and, in [`CompilationMode::Eager`], translate a large
    /// module. Default: yes with the crate's feature `parallel`; without it this has no effect.
    ///
    /// The threads end before the module is returned. The result is the same in any case.
    pub fn parallel(&mut self, enable: bool) -> &mut Self {
        self.parallel = enable;
        self
    }

    /// The size of the value stack in bytes.
    pub(crate) fn stack_bytes(&self) -> usize {
        let default = if cfg!(feature = "std") {
            let most = usize::try_from(self.limits.total / 4).unwrap_or(usize::MAX);
            (self.max_call_depth as usize).saturating_mul(1024).max(16 << 20).min(most)
        } else {
            64 << 10
        };
        self.max_stack_bytes.unwrap_or(default)
    }
}
