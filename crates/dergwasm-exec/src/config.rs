//! How modules are translated and machines are bounded.

use crate::FuelCosts;
use dergwasm_decode::Features;

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
    pub(crate) max_heap_bytes: u64,
    pub(crate) gc_stress: bool,
    pub(crate) superinstructions: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            features: Features::default(),
            mode: CompilationMode::default(),
            fuel: false,
            fuel_costs: FuelCosts::default(),
            interruptible: false,
            max_call_depth: 100_000,
            max_stack_bytes: None,
            max_host_depth: 100,
            parallel: cfg!(feature = "parallel"),
            max_heap_bytes: 2 << 30,
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

    /// How deep calls between WebAssembly functions may nest. Default: 100 000.
    ///
    /// Going deeper traps with
    /// [`Trap::CallStackExhausted`](dergwasm_types::Trap::CallStackExhausted). The native stack is
    /// not used by such calls, so any depth is safe that memory for the frames allows.
    pub fn max_call_depth(&mut self, calls: u32) -> &mut Self {
        self.max_call_depth = calls;
        self
    }

    /// How large the value stack may become, in bytes. Default: 1 KiB for each call of
    /// [`max_call_depth`](Self::max_call_depth), at least 16 MiB.
    ///
    /// The memory is reserved as address space and committed only when touched.
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

    /// How large the heap of structures, arrays and exceptions may become, in bytes. Default: 2 GiB.
    ///
    /// When it is full, a collection comes first; if that does not help, the allocation traps with
    /// [`Trap::HeapExhausted`](dergwasm_types::Trap::HeapExhausted). No heap is larger than 8 GiB.
    pub fn max_heap_bytes(&mut self, bytes: u64) -> &mut Self {
        self.max_heap_bytes = bytes;
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
        let for_depth = (self.max_call_depth as usize).saturating_mul(1024);
        self.max_stack_bytes.unwrap_or(for_depth.max(16 << 20))
    }
}
