//! What running code reaches: the instance block, the context, and functions as they are called.

use crate::interrupt::InterruptState;
use crate::ir::code::FuncEntry;
use crate::{Error, Host, Machine};
use alloc::vec::Vec;
use core::ptr::{self, NonNull};
use dergwasm_store::{FuncAddr, HeapView, InstanceAddr, MemoryView, TableView, TypeId, TypeRow};
use dergwasm_types::{FuncType, Value};

/// The part of an instance that code reaches through one register.
///
/// It is the prefix of the store's block of the instance's own globals, so that these are at
/// constant offsets from the register. Right in front of it are the arrays of its memories, tables
/// and imported globals, one behind the other.
#[derive(Debug)]
#[repr(C, align(16))]
pub(crate) struct InstanceBlock {
    /// What belongs to the machine as a whole.
    pub(crate) context: *mut Context,
    /// The objects of the machine.
    pub(crate) heap: NonNull<HeapView>,
    /// Memory 0, or an empty memory.
    pub(crate) memory0: NonNull<MemoryView>,
    /// The memories, by index.
    memories: *const NonNull<MemoryView>,
    /// The tables, by index.
    tables: *const NonNull<TableView>,
    /// The functions, by index.
    funcs: *const FuncAddr,
    /// The imported globals, by index.
    globals: *const NonNull<Value>,
    /// The types, by index.
    types: *const TypeId,
    /// Whose block it is.
    pub(crate) addr: InstanceAddr,
}

impl InstanceBlock {
    /// How many bytes the block takes in front of the globals.
    pub(crate) const SIZE: usize = size_of::<Self>();

    /// How many bytes it takes in front of itself for `pointers` pointers.
    pub(crate) const fn size_of_arrays(pointers: usize) -> usize {
        (pointers * size_of::<NonNull<()>>()).next_multiple_of(align_of::<Self>())
    }

    /// Writes the block to `to` and its arrays in front of it.
    ///
    /// # Safety
    /// INV-STORE: `to` is aligned, and is followed by [`InstanceBlock::SIZE`] bytes and preceded by
    /// [`InstanceBlock::size_of_arrays`] for all pointers, which nobody else uses.
    pub(crate) unsafe fn write(
        to: NonNull<Self>,
        machine: &Machine,
        addr: InstanceAddr,
        types: &[TypeId],
        imported_globals: usize,
    ) {
        let store = &machine.store;
        let inst = &store.instances()[addr];
        let globals = &inst.globals[..imported_globals];
        let count = inst.memories.len() + inst.tables.len() + globals.len();
        let memories = inst.memories.iter().map(|&addr| store.memories()[addr].view().cast());
        let tables = inst.tables.iter().map(|&addr| store.tables()[addr].view().cast());
        let globals = globals.iter().map(|&addr| store.globals()[addr].cell().cast());
        // SAFETY: INV-STORE: there are as many pointers before the block.
        let first = unsafe { to.cast::<NonNull<()>>().sub(count) };
        for (i, pointer) in memories.chain(tables).chain(globals).enumerate() {
            // SAFETY: INV-STORE: one of the pointers before the block.
            unsafe { first.add(i).write(pointer) }
        }
        // SAFETY: INV-STORE: those of memories and tables are some of them.
        let (tables, globals) = unsafe {
            let tables = first.add(inst.memories.len());
            (tables, tables.add(inst.tables.len()))
        };
        let block = Self {
            context: machine.context.as_ptr(),
            heap: store.heap_view(),
            memory0: match *inst.memories {
                [memory, ..] => store.memories()[memory].view(),
                [] => machine.no_memory(),
            },
            memories: first.cast().as_ptr(),
            tables: tables.cast().as_ptr(),
            funcs: inst.funcs.as_ptr(),
            globals: globals.cast().as_ptr(),
            types: types.as_ptr(),
            addr,
        };
        // SAFETY: INV-STORE: it is aligned and ours.
        unsafe { to.write(block) }
    }

    /// # Safety
    /// INV-STORE; the instance has a memory of this index.
    #[inline(always)]
    pub(crate) unsafe fn memory(&self, index: usize) -> &MemoryView {
        // SAFETY: INV-STORE: views live as long as the store.
        unsafe { (*self.memories.add(index)).as_ref() }
    }

    /// # Safety
    /// INV-STORE; the instance has a table of this index.
    #[inline(always)]
    pub(crate) unsafe fn table(&self, index: usize) -> &TableView {
        // SAFETY: INV-STORE: views live as long as the store.
        unsafe { (*self.tables.add(index)).as_ref() }
    }

    /// # Safety
    /// INV-STORE; the instance has a function of this index.
    #[inline(always)]
    pub(crate) unsafe fn func(&self, index: usize) -> FuncAddr {
        // SAFETY: from the caller.
        unsafe { *self.funcs.add(index) }
    }

    /// # Safety
    /// INV-STORE; the instance has an imported global of this index.
    #[inline(always)]
    pub(crate) unsafe fn imported_global(&self, index: usize) -> *mut u8 {
        // SAFETY: from the caller.
        unsafe { (*self.globals.add(index)).as_ptr().cast() }
    }

    /// # Safety
    /// INV-STORE; the instance has a type of this index.
    #[inline(always)]
    pub(crate) unsafe fn type_id(&self, index: usize) -> TypeId {
        // SAFETY: from the caller.
        unsafe { *self.types.add(index) }
    }

    /// The base of memory 0.
    ///
    /// # Safety
    /// INV-STORE.
    #[inline(always)]
    pub(crate) unsafe fn memory_base(&self) -> *mut u8 {
        // SAFETY: INV-STORE: views live as long as the store.
        unsafe { self.memory0.as_ref().base }
    }
}

/// A function as a call needs it, found by its address.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Callee {
    /// Its instance; null for a host function.
    pub(crate) inst: *mut InstanceBlock,
    /// Its code; null for a host function.
    pub(crate) entry: *const FuncEntry,
    /// Its type in the store.
    pub(crate) ty: TypeId,
    /// How many slots its parameters or results take, the more of both.
    pub(crate) values: u32,
    /// For a host function: which.
    pub(crate) host: u32,
    /// For a host function: what a call of it costs besides. For another: how many results it has,
    /// here so that the list of callees stays small.
    pub(crate) fuel_or_results: u32,
}

impl Callee {
    /// A function of this type that has no code yet.
    pub(crate) fn new(ty: TypeId, func: &FuncType, host: u32) -> Self {
        let values = func.params().len().max(func.results().len());
        Self {
            inst: ptr::null_mut(),
            entry: ptr::null(),
            ty,
            values: u32::try_from(values).unwrap_or(u32::MAX),
            host,
            fuel_or_results: 0,
        }
    }
}

/// What belongs to a machine as a whole and running code needs.
#[derive(Debug)]
pub(crate) struct Context {
    /// The end of the value stack.
    pub(crate) stack_end: *mut u8,
    /// What is left of the fuel.
    pub(crate) fuel: u64,
    /// Whether another thread asked the run to stop.
    pub(crate) interrupt: *const InterruptState,
    /// The functions, by address.
    pub(crate) callees: *const Callee,
    /// How the types of the machine are subtypes of each other, by id.
    pub(crate) types: *const TypeRow,
    /// How many types there are.
    pub(crate) type_count: usize,
    /// What the accumulator is to be where code goes on: the exception that is caught.
    pub(crate) thrown: u64,
    /// The values that come with a suspension.
    pub(crate) passed: Vec<Value>,
    /// Where calls into other instances return to, innermost last.
    pub(crate) crossings: Vec<Crossing>,
    /// The host calls that are active, innermost last.
    pub(crate) activations: Vec<Activation>,
    /// The registers when code stopped.
    pub(crate) stopped: Registers,
    /// Why, if the reason is more than a trap.
    pub(crate) error: Option<Error>,
    /// The host function that code stopped in, to be called again when it goes on.
    pub(crate) waiting: Option<HostCallee>,
    /// What a wait that is repeated left of itself when it was interrupted; only until the wait
    /// takes it.
    pub(crate) progress: Option<u64>,
    /// What a host function panicked with.
    #[cfg(feature = "std")]
    pub(crate) panic: Option<alloc::boxed::Box<dyn core::any::Any + Send>>,
    /// How many functions there are.
    pub(crate) callee_count: usize,
    /// How much fuel is needed to go on where a run stopped for want of it.
    pub(crate) fuel_needed: u64,
    /// What [`BYTES_PER_UNIT`](crate::fuel::BYTES_PER_UNIT) bytes of bulk work cost; 0 if running
    /// does not consume fuel.
    pub(crate) bytes_cost: u64,
    /// The function whose translation was interrupted, to be repeated when code goes on.
    pub(crate) untranslated: *const FuncEntry,
    /// The machine that runs; valid while code runs.
    pub(crate) machine: *mut Machine,
    /// Its host; valid while code runs.
    pub(crate) host: Option<NonNull<dyn Host>>,
}

impl Context {
    /// That of a machine without functions, whose runs look at `interrupt`.
    pub(crate) fn new(interrupt: &InterruptState) -> Self {
        Self {
            stack_end: ptr::null_mut(),
            fuel: 0,
            interrupt,
            callees: ptr::null(),
            types: ptr::null(),
            type_count: 0,
            thrown: 0,
            passed: Vec::new(),
            crossings: Vec::new(),
            activations: Vec::new(),
            stopped: Registers {
                ip: ptr::null(),
                sp: ptr::null_mut(),
                inst: ptr::null_mut(),
                depth: 0,
            },
            error: None,
            waiting: None,
            progress: None,
            #[cfg(feature = "std")]
            panic: None,
            callee_count: 0,
            fuel_needed: 0,
            bytes_cost: 0,
            untranslated: ptr::null(),
            machine: ptr::null_mut(),
            host: None,
        }
    }
}

/// Where a call into another instance returns to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crossing {
    /// The instruction after the call.
    pub(crate) ip: *const u64,
    /// The instance that called.
    pub(crate) inst: *mut InstanceBlock,
}

/// Where code is that waits for a host function.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activation {
    /// Its registers; the base of the frame is where the stack is free.
    pub(crate) registers: Registers,
    /// Which host function it is.
    pub(crate) func: HostCallee,
    /// The fuel before the host function was called.
    pub(crate) fuel: u64,
}

/// A host function that code waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostCallee {
    /// Its type.
    pub(crate) ty: TypeId,
    /// Which it is, as the host knows it.
    pub(crate) host: u32,
}

/// The registers that make up where code is; accumulators are dead at a stop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Registers {
    pub(crate) ip: *const u64,
    pub(crate) sp: *mut u8,
    pub(crate) inst: *mut InstanceBlock,
    pub(crate) depth: u64,
}
