//! Walking the stack: the frames that are active, and what code they are in.

use crate::dispatch::Stub;
use crate::handler::Scalar;
use crate::handler::call::{Header, header};
use crate::instance::{Activation, Crossing, HostCallee, InstanceBlock, Registers};
use crate::ir::code::{FuncCode, FuncEntry};
use crate::module::Flavour;
use crate::{Machine, Module};
use alloc::collections::BTreeMap;
use core::ptr;
use dergwasm_store::{InstanceAddr, TypeId};
use dergwasm_types::FuncIdx;

/// An active call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The instruction it is at.
    pub(crate) ip: *const u64,
    /// Whether that is the one after a call, which is meant.
    pub(crate) returned: bool,
    /// The base of the frame.
    pub(crate) sp: *mut u8,
    /// The instance of its code, or for a host function the one that called it.
    pub(crate) inst: *mut InstanceBlock,
    /// The type of the host function it is a call of.
    pub(crate) host: Option<TypeId>,
    /// How many calls between instances are further out.
    pub(crate) crossings: usize,
}

impl Frame {
    /// The instance of its code.
    pub(crate) fn instance(&self) -> InstanceAddr {
        // SAFETY: INV-STORE: blocks live as long as the machine.
        unsafe { (*self.inst).addr }
    }

    /// The low half of the slot at an offset that the frame's maps name, or of an argument.
    pub(crate) fn slot(&self, offset: i32) -> u64 {
        slot(self.sp, offset)
    }
}

/// The low half of the slot at an offset that the maps of the frame at `sp` name, or of an
/// argument.
pub(crate) fn slot(sp: *mut u8, offset: i32) -> u64 {
    // SAFETY: INV-FRAME: the slot belongs to the frame, or to the arguments below it.
    unsafe { u64::read(sp.offset(offset as isize)) }
}

/// The frames from an innermost one on.
#[derive(Debug)]
pub(crate) struct Frames {
    next: Registers,
    returned: bool,
    crossings: usize,
    /// How many host calls are further out; the walk ends at the first one if there are none.
    activations: usize,
    /// The type of the host function that the innermost frame is of.
    host: Option<TypeId>,
}

impl Frames {
    /// All frames from one on, also those on the other side of host functions.
    pub(crate) fn all(machine: &Machine, from: Registers, returned: bool) -> Self {
        let context = machine.context();
        let activations = context.activations.len();
        let crossings = context.crossings.len();
        Self { next: from, returned, crossings, activations, host: None }
    }

    /// The frames of the innermost run only.
    pub(crate) fn of_run(machine: &Machine, from: Registers, returned: bool) -> Self {
        Self { activations: 0, ..Self::all(machine, from, returned) }
    }

    /// The same, where the innermost frame is that of a host function if there is one.
    pub(crate) fn of_host_callee(self, callee: Option<HostCallee>) -> Self {
        Self { host: callee.map(|callee| callee.ty), ..self }
    }

    /// All frames from that of the host function on that runs now; none if no function runs.
    pub(crate) fn of_host(machine: &Machine) -> Option<Self> {
        let from = machine.context().activations.last()?.registers;
        Some(Self {
            next: Registers { ip: Stub::Finish.code(), ..from },
            ..Self::all(machine, from, true)
        })
    }

    /// The next frame further out.
    pub(crate) fn next(&mut self, machine: &Machine) -> Option<Frame> {
        let context = machine.context();
        let mut host = self.host.take();
        if self.next.ip == Stub::Finish.code() {
            // The invocation came from a host function, or from outside.
            self.activations = self.activations.checked_sub(1)?;
            let Activation { registers, func, .. } = *context.activations.get(self.activations)?;
            self.next = registers;
            host = Some(func.ty);
        }
        let Registers { ip, sp, inst, depth } = self.next;
        if !machine.stack.as_ref().is_some_and(|stack| stack.contains(sp)) {
            return None;
        }
        let crossings = self.crossings;
        let frame = Frame { ip, returned: self.returned, sp, inst, host, crossings };
        // SAFETY: INV-FRAME: every frame has a header.
        let Header { ip, sp } = unsafe { *header(sp) };
        self.next = Registers { ip, sp, inst, depth };
        if ip == Stub::CrossReturn.code() {
            self.crossings = self.crossings.checked_sub(1)?;
            let Crossing { ip, inst } = *context.crossings.get(self.crossings)?;
            self.next = Registers { ip, inst, ..self.next };
        }
        self.returned = true;
        Some(frame)
    }

    /// Passes frames around whose instructions nothing is caught, as far as that is known and they
    /// were called in their own instance; returns how many.
    ///
    /// Does the same as `next` in half the instructions. (benches: exn_deep, −17 %)
    pub(crate) fn pass_quiet(&mut self, machine: &Machine) -> u64 {
        let Some(stack) = machine.stack.as_ref() else { return 0 };
        let cross = Stub::CrossReturn.code();
        let Registers { mut ip, mut sp, .. } = self.next;
        let mut passed = 0;
        // Stubs are never quiet.
        while machine.code_index.is_quiet(ip) && stack.contains(sp) {
            // SAFETY: INV-FRAME: every frame has a header.
            let outer = unsafe { *header(sp) };
            if outer.ip == cross {
                break;
            }
            Header { ip, sp } = outer;
            passed += 1;
        }
        self.next = Registers { ip, sp, ..self.next };
        self.returned |= passed > 0;
        passed
    }
}

/// Where in a function's code an instruction is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CodePlace<'a> {
    pub(crate) func: FuncIdx,
    pub(crate) code: FuncCode<'a>,
    /// The word.
    pub(crate) position: usize,
}

/// The code of a machine's functions by address.
///
/// Functions come to it in the order in which they are translated, when a frame of one is first
/// looked at: finding many new ones takes no longer for the many that are known.
#[derive(Debug)]
pub(crate) struct CodeIndex {
    /// By where they begin.
    ranges: BTreeMap<usize, CodeRange>,
    /// The one that was found last: what throws or is suspended, does so again and again.
    last: Option<(usize, CodeRange)>,
    /// How far the functions of each table of code are known, by its address.
    tables: BTreeMap<usize, IndexedTable>,
    /// Instructions around which nothing is caught, some of them, by their address: most frames
    /// that an exception passes are soon known. (benches: exn_deep, −35 %)
    quiet: [usize; CodeIndex::QUIET],
}

/// A table of code whose functions are known, but for those translated since.
#[derive(Debug)]
struct IndexedTable {
    /// Keeps the code where it is.
    _module: Module,
    /// How many of the published functions are known.
    known: usize,
}

#[derive(Clone, Copy, Debug)]
struct CodeRange {
    end: usize,
    entry: *const FuncEntry,
}

impl Default for CodeIndex {
    fn default() -> Self {
        Self {
            ranges: BTreeMap::new(),
            last: None,
            tables: BTreeMap::new(),
            quiet: [0; Self::QUIET],
        }
    }
}

impl CodeIndex {
    const QUIET: usize = 64;

    fn place(ip: *const u64) -> usize {
        (ip.addr() / size_of::<u64>()) % Self::QUIET
    }

    /// Whether it is known that nothing is caught around an instruction.
    #[inline]
    pub(crate) fn is_quiet(&self, ip: *const u64) -> bool {
        self.quiet[Self::place(ip)] == ip.addr()
    }

    /// Remembers that nothing is caught around an instruction, which code is for good.
    pub(crate) fn set_quiet(&mut self, ip: *const u64) {
        self.quiet[Self::place(ip)] = ip.addr();
    }

    /// Forgets all code, some of which may be freed now.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    #[inline]
    fn find(&mut self, address: usize) -> Option<CodeRange> {
        match self.last {
            Some((start, range)) if start <= address && address < range.end => Some(range),
            _ => self.search(address),
        }
    }

    fn search(&mut self, address: usize) -> Option<CodeRange> {
        let (&start, &range) = self.ranges.range(..=address).next_back()?;
        if address >= range.end {
            return None;
        }
        self.last = Some((start, range));
        Some(range)
    }

    /// Adds what was translated of a module since it was last looked at.
    fn add_new(&mut self, module: &Module, flavour: Flavour) {
        let table = module.made_code(flavour);
        let indexed = self.tables.entry(ptr::from_ref(table).addr());
        let indexed = indexed.or_insert_with(|| IndexedTable { _module: module.clone(), known: 0 });
        let mut complete = true;
        for published in table.published_since(indexed.known) {
            // What another thread is about to publish is looked for again.
            complete &= published.is_some();
            indexed.known += usize::from(complete);
            if let Some((entry, code)) = published {
                let (start, end) = code.addresses();
                self.ranges.insert(start, CodeRange { end, entry });
            }
        }
    }
}

impl Machine {
    /// The place of a frame's instruction; none for a host function's.
    pub(crate) fn place_of(&mut self, frame: &Frame) -> Option<CodePlace<'static>> {
        let stubs = [Stub::CallElsewhere, Stub::CrossReturn, Stub::Finish, Stub::Translate];
        if stubs.iter().any(|stub| stub.code() == frame.ip) {
            return None;
        }
        let ip = if frame.returned { frame.ip.wrapping_sub(1) } else { frame.ip };
        let range = match self.code_index.find(ip.addr()) {
            Some(range) => range,
            None => {
                // The function was translated since.
                let module = &self.instances.get(frame.instance().index())?.module;
                self.code_index.add_new(module, self.flavour);
                self.code_index.find(ip.addr())?
            }
        };
        // SAFETY: INV-CODE: entries and bodies live as long as their module, which an instance of
        // this machine keeps; places are not kept.
        let entry = unsafe { &*range.entry };
        let code = entry.body()?;
        Some(CodePlace { func: entry.func, code, position: code.position(ip)? })
    }
}
