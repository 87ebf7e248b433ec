//! Continuations: frames that were moved off the stack, to go on later.
//!
//! A reference to one is an object of the store's heap that has the continuation's references, so
//! that a collection finds them; the frames are kept here. Since guests see addresses only, moving
//! frames means linking them anew.
//!
//! Proposal: [Stack switching](https://github.com/WebAssembly/stack-switching).

#![expect(clippy::cast_possible_truncation, reason = "addresses of the stack go as words")]

use crate::dispatch::Stub;
use crate::frames::{Frame, Frames};
use crate::handler::SlotHalf;
use crate::handler::call::{Header, header};
use crate::host::with_limiter;
use crate::instance::{Crossing, InstanceBlock, Registers};
use crate::{CostClass, Error, Machine};
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::ptr;
use dergwasm_store::{
    CONTINUATION_TYPE, FieldLayout, FuncAddr, GcRef, HEADER_SIZE, InstanceAddr, ObjectHeader,
    Resource, Store, StoreError, TagAddr, TypeId,
};
use dergwasm_types::{CompositeType, StorageType, Trap, ValType, Value};

/// The continuations of a machine, by number.
#[derive(Debug, Default)]
pub(crate) struct Continuations {
    entries: Vec<Entry>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Entry {
    object: GcRef,
    state: State,
}

/// What an entry takes, with its place in the list of free ones, and spare room of both lists.
const ENTRY_BYTES: usize = 2 * (size_of::<Entry>() + size_of::<u32>());

/// How far a continuation is.
#[derive(Debug)]
enum State {
    /// It went on.
    Consumed,
    /// It is to begin with a function, whose first arguments may be known.
    New { func: FuncAddr, bound: Vec<Value> },
    /// It was suspended; the first values it waits for may be known.
    Suspended { frames: Box<Frozen>, bound: Vec<Value> },
}

impl State {
    /// How many bytes it keeps.
    fn bytes(&self) -> u64 {
        let (words, bound) = match self {
            Self::Consumed => return 0,
            Self::New { bound, .. } => (0, bound),
            Self::Suspended { frames, bound } => (size_of_val(&frames.words[..]), bound),
        };
        (words + size_of_val(&bound[..])) as u64
    }
}

fn no_memory(bytes: usize) -> Error {
    StoreError::OutOfMemory { kind: "suspended continuation", bytes: bytes as u64 }.into()
}

/// Frames off the stack, with addresses as they were on it.
#[derive(Debug)]
struct Frozen {
    words: Vec<SlotHalf>,
    /// Where the words began: at the parameters of the outermost frame.
    base: usize,
    /// The base of the outermost frame, and its instance.
    bottom: usize,
    bottom_inst: *mut InstanceBlock,
    /// Where code goes on.
    registers: Registers,
    crossings: Vec<Crossing>,
    /// How many calls there are.
    depth: u64,
    /// The slot for the first of the values it waits for.
    awaited: usize,
}

/// The frames inside a `resume` that handles a tag.
struct Inside {
    /// The frame with the `resume`.
    outer: Frame,
    /// The outermost frame inside it.
    bottom: Frame,
    count: u64,
    /// The word to go on at, unless the tag is handled by switching.
    pad: Option<*const u64>,
    roots: Vec<u64>,
}

/// Where a continuation's frames go: they take the place of a callee's.
struct Place {
    /// Where its parameters would be.
    area: *mut u8,
    /// The frame it returns to, and where in it.
    sp: *mut u8,
    ip: *const u64,
    inst: *mut InstanceBlock,
    depth: u64,
}

impl Machine {
    /// The instance whose code asks for something out of line.
    pub(crate) fn running_instance(&self) -> InstanceAddr {
        // SAFETY: INV-STORE: blocks live as long as the machine, and code runs.
        unsafe { (*self.context().stopped.inst).addr }
    }

    pub(crate) fn cont_new(&mut self, [func, ..]: [u64; 4]) -> Result<u64, Error> {
        let addr = func.checked_sub(1).and_then(|addr| u32::try_from(addr).ok()).map(FuncAddr);
        let Some(func) = addr.filter(|addr| self.store.funcs().get(*addr).is_some()) else {
            return Err(Trap::NullFunction.into());
        };
        self.new_continuation(State::New { func, bound: Vec::new() }, &[])
    }

    pub(crate) fn cont_bind(&mut self, cont: u64, values: &[Value]) -> Result<u64, Error> {
        let number = self.continuation(cont)?;
        let mut roots = self.references_of(cont);
        self.pay(self.config.fuel_costs.of_bytes(4 * roots.len() as u64))?;
        // Which of them are references does not matter: others lead nowhere, or keep too much.
        roots.extend(values.iter().map(|value| value.bits()));
        let bytes = size_of_val(values);
        self.make_room(bytes)?;
        let made = self.new_continuation(State::Consumed, &roots)?;
        let mut state = self.take(number)?;
        // It goes on weighing what it did.
        let kept = state.bytes();
        if let State::New { bound, .. } | State::Suspended { bound, .. } = &mut state {
            let reserved = bound.try_reserve(values.len());
            reserved.map_err(|_| no_memory(bytes))?;
            bound.extend_from_slice(values);
        }
        self.store.weigh(kept);
        self.set_state(made, state)?;
        Ok(made)
    }

    /// Suspends the code that runs; `awaited` is where its results go when it is resumed.
    pub(crate) fn suspend(
        &mut self,
        tag: TagAddr,
        mut payload: Vec<Value>,
        awaited: u64,
    ) -> Result<(), Error> {
        let inside = self.find_resume(tag, false)?;
        let Some(pad) = inside.pad else { return Err(Trap::UnhandledTag.into()) };
        self.pay_for_frames(&inside)?;
        let (made, outer) = self.freeze(&inside, awaited)?;
        payload.push(Value::from_bits(made));
        let context = self.context_mut();
        context.stopped = Registers { ip: pad, sp: outer.sp, inst: outer.inst, depth: outer.depth };
        context.passed = payload;
        Ok(())
    }

    pub(crate) fn resume_cont(&mut self, [sp, cont, ty, _]: [u64; 4]) -> Result<(), Error> {
        let number = self.continuation(cont)?;
        let (place, values) = self.place_of_callee(sp, ty)?;
        self.go_on_with(number, &place, values)
    }

    pub(crate) fn resume_throw(
        &mut self,
        [sp, cont, ty, exception]: [u64; 4],
    ) -> Result<(), Error> {
        let number = self.continuation(cont)?;
        if exception == 0 {
            return Err(Trap::NullException.into());
        }
        let (place, _) = self.place_of_callee(sp, ty)?;
        match self.take(number)? {
            // It has no frame yet that could catch.
            State::New { .. } | State::Consumed => {}
            State::Suspended { frames, .. } => self.thaw(&frames, &place, &[])?,
        }
        self.unwind(exception)
    }

    /// Suspends the code that runs and goes on with a continuation in its place.
    pub(crate) fn switch(
        &mut self,
        tag: TagAddr,
        cont: u64,
        mut values: Vec<Value>,
        awaited: u64,
    ) -> Result<(), Error> {
        let number = self.continuation(cont)?;
        let inside = self.find_resume(tag, true)?;
        self.pay_for_frames(&inside)?;
        let (made, place) = self.freeze(&inside, awaited)?;
        values.push(Value::from_bits(made));
        self.go_on_with(number, &place, values)
    }

    /// The frames up to the innermost `resume` that handles a tag, by a label or by switching.
    fn find_resume(&mut self, tag: TagAddr, switch: bool) -> Result<Inside, Error> {
        let mut frames = Frames::of_run(self, self.context().stopped, true);
        let mut bottom: Option<Frame> = None;
        let (mut count, mut roots) = (0, Vec::new());
        while let Some(frame) = frames.next(self) {
            let place = self.place_of(&frame);
            if let (Some(place), Some(bottom)) = (place, bottom) {
                let instance = frame.instance();
                let is_tag = |index| self.tag_of(instance, index).is_ok_and(|found| found == tag);
                let resumes = &place.code.side.resumes;
                if let Some(pad) = resumes.find(place.position, switch, is_tag) {
                    let pad = pad.map(|pad| place.code.at(pad));
                    return Ok(Inside { outer: frame, bottom, count, pad, roots });
                }
            }
            roots.extend(self.roots_of(&frame));
            bottom = Some(frame);
            count += 1;
        }
        Err(Trap::UnhandledTag.into())
    }

    /// Pays for moving frames off the stack, and for moving them back: they go on once at most.
    fn pay_for_frames(&mut self, inside: &Inside) -> Result<(), Error> {
        if !self.config.fuel {
            return Ok(());
        }
        let area = self.area_of(&inside.bottom);
        let top = self.context().stopped.sp.wrapping_add(self.frame_size());
        let bytes = self.config.fuel_costs.of_bytes((top.addr() - area.addr()) as u64);
        let frame = u64::from(self.config.fuel_costs.get(CostClass::Frame));
        self.pay(bytes.saturating_add(frame.saturating_mul(inside.count)).saturating_mul(2))
    }

    /// Moves the frames inside a `resume` off the stack; returns a reference to the continuation
    /// they are, and the place they had.
    fn freeze(&mut self, inside: &Inside, awaited: u64) -> Result<(u64, Place), Error> {
        let registers = self.context().stopped;
        let area = self.area_of(&inside.bottom);
        let top = registers.sp.wrapping_add(self.frame_size());
        let bytes = top.addr() - area.addr();
        self.make_room(bytes)?;
        let made = self.new_continuation(State::Consumed, &inside.roots)?;
        let count = bytes / size_of::<SlotHalf>();
        let mut words = Vec::new();
        words.try_reserve_exact(count).map_err(|_| no_memory(bytes))?;
        // SAFETY: INV-FRAME: the stack holds everything from the parameters to the frame's end.
        words.extend((0..count).map(|i| unsafe { *area.cast::<SlotHalf>().add(i) }));
        // SAFETY: INV-FRAME: every frame has a header.
        let link = unsafe { *header(inside.bottom.sp) };
        let mut crossings = self.context_mut().crossings.split_off(inside.outer.crossings);
        let crosses = link.ip == Stub::CrossReturn.code() && !crossings.is_empty();
        let ip = if crosses { crossings.remove(0).ip } else { link.ip };
        let frames = Frozen {
            words,
            base: area.addr(),
            bottom: inside.bottom.sp.addr(),
            bottom_inst: inside.bottom.inst,
            registers,
            crossings,
            depth: inside.count,
            awaited: awaited as usize,
        };
        let state = State::Suspended { frames: Box::new(frames), bound: Vec::new() };
        self.set_state(made, state)?;
        let Frame { sp, inst, .. } = inside.outer;
        let depth = registers.depth + inside.count;
        Ok((made, Place { area, sp, ip, inst, depth }))
    }

    /// Goes on with a continuation that gets these values.
    fn go_on_with(&mut self, number: u32, place: &Place, values: Vec<Value>) -> Result<(), Error> {
        match self.take(number)? {
            State::New { func, mut bound } => {
                bound.extend(values);
                self.begin_with(func, place, &bound)
            }
            State::Suspended { frames, mut bound } => {
                bound.extend(values);
                self.thaw(&frames, place, &bound)
            }
            State::Consumed => Err(Trap::ContinuationConsumed.into()),
        }
    }

    /// Calls the function that a continuation begins with.
    fn begin_with(&mut self, func: FuncAddr, place: &Place, args: &[Value]) -> Result<(), Error> {
        let callee = &self.callees[func.index()];
        let slots = callee.values as usize + 1;
        let sp = self.room(place, 16 * slots, 1)?;
        let callee = &self.callees[func.index()];
        let (ip, acc) = if callee.inst == place.inst {
            // SAFETY: INV-CODE: entries live as long as their module, which the instance keeps.
            (unsafe { (*callee.entry).code() }, callee.entry.expose_provenance())
        } else {
            (Stub::CallElsewhere.code(), ptr::from_ref(callee).expose_provenance())
        };
        // SAFETY: INV-FRAME: there is room for the arguments and a header.
        unsafe {
            for (i, &value) in args.iter().enumerate().take(slots - 1) {
                place.area.cast::<Value>().add(i).write(value);
            }
            *header(sp) = Header { ip: place.ip, sp: place.sp };
        }
        let context = self.context_mut();
        context.stopped = Registers { ip, sp, inst: place.inst, depth: place.depth - 1 };
        context.thrown = acc as u64;
        Ok(())
    }

    /// Puts frames back onto the stack, with the values they wait for.
    fn thaw(&mut self, frames: &Frozen, place: &Place, values: &[Value]) -> Result<(), Error> {
        self.room(place, size_of_val(&frames.words[..]), frames.depth)?;
        let here = |at: usize| place.area.wrapping_add(at - frames.base);
        let (bottom, innermost) = (here(frames.bottom), here(frames.registers.sp.addr()));
        let crosses = frames.bottom_inst != place.inst;
        // SAFETY: INV-FRAME: there is room; frames are linked down to the outermost, and the slots
        // for the values belong to the innermost.
        unsafe {
            for (i, &word) in frames.words.iter().enumerate() {
                place.area.cast::<SlotHalf>().add(i).write(word);
            }
            let mut sp = innermost;
            while sp != bottom {
                (*header(sp)).sp = here((*header(sp)).sp.addr());
                sp = (*header(sp)).sp;
            }
            let ip = if crosses { Stub::CrossReturn.code() } else { place.ip };
            *header(bottom) = Header { ip, sp: place.sp };
            for (i, &value) in values.iter().enumerate() {
                here(frames.awaited).cast::<Value>().add(i).write(value);
            }
        }
        let context = self.context_mut();
        if crosses {
            context.crossings.push(Crossing { ip: place.ip, inst: place.inst });
        }
        context.crossings.extend_from_slice(&frames.crossings);
        let depth = place.depth - frames.depth;
        context.stopped = Registers { sp: innermost, depth, ..frames.registers };
        Ok(())
    }

    /// Whether there is room for so many bytes and calls; where the bytes end.
    fn room(&self, place: &Place, bytes: usize, calls: u64) -> Result<*mut u8, Error> {
        let room = self.context().stack_end.addr().saturating_sub(place.area.addr());
        match bytes <= room && calls <= place.depth {
            true => Ok(place.area.wrapping_add(bytes)),
            false => Err(Trap::CallStackExhausted.into()),
        }
    }

    /// The place of the frame at `sp` that a continuation of a type of the running instance gets,
    /// and the values that are there for it.
    fn place_of_callee(&self, sp: u64, ty: u64) -> Result<(Place, Vec<Value>), Error> {
        let Registers { ip, sp: own, inst, depth } = self.context().stopped;
        let id = self.type_of(self.running_instance(), ty)?;
        let CompositeType::Cont(func) = self.store.sub_type(id).composite else {
            return Err(Error::usage("no type of continuations"));
        };
        let ty = self.store.func_type(TypeId(func.0));
        let (params, area) = (ty.params().len(), ty.params().len().max(ty.results().len()));
        let area =
            ptr::with_exposed_provenance_mut::<u8>(sp as usize).wrapping_sub(16 * (area + 1));
        // SAFETY: INV-FRAME: the operands of the instruction lie there.
        let values = (0..params).map(|i| unsafe { *area.cast::<Value>().add(i) }).collect();
        Ok((Place { area, sp: own, ip, inst, depth }, values))
    }

    /// Where the parameters of a frame are.
    fn area_of(&mut self, frame: &Frame) -> *mut u8 {
        let func = self.place_of(frame).map(|place| place.func);
        let module = self.instances.get(frame.instance().index());
        let ty = func.and_then(|func| Some(module?.module.decoded().func_type(func)));
        let slots = ty.map_or(0, |ty| ty.params().len().max(ty.results().len()));
        frame.sp.wrapping_sub(16 * (slots + 1))
    }
}

/// Continuations as objects.
impl Machine {
    /// Makes a reference to a continuation that has these references.
    fn new_continuation(&mut self, state: State, roots: &[u64]) -> Result<u64, Error> {
        let len = u32::try_from(roots.len() + 1).map_err(|_| Trap::HeapExhausted)?;
        let header = ObjectHeader { ty: CONTINUATION_TYPE, len };
        let size = crate::objects::array_bytes(REFERENCE, len);
        if self.continuations.free.is_empty() {
            self.make_room(ENTRY_BYTES)?;
            let Continuations { entries, free } = &mut self.continuations;
            let room = entries.try_reserve(1).and(free.try_reserve(entries.len() + 1));
            room.map_err(|_| no_memory(ENTRY_BYTES))?;
        }
        let object = self.make_for_code(header, size)?;
        let entry = Entry { object, state };
        let all = &mut self.continuations;
        let number = match all.free.pop() {
            Some(number) => {
                all.entries[number as usize] = entry;
                number
            }
            None => {
                // The list never becomes shorter.
                self.store.book(Resource::Continuation, ENTRY_BYTES as u64);
                all.entries.push(entry);
                u32::try_from(all.entries.len() - 1).map_err(|_| Trap::HeapExhausted)?
            }
        };
        // The number comes first, in the form of an integer, which a collection takes no notice of.
        let words = [u64::from(number) << 1 | 1].into_iter().chain(roots.iter().copied());
        for (i, word) in (0..).zip(words) {
            let field = FieldLayout { offset: HEADER_SIZE + 4 * i, storage: REFERENCE };
            let set = self.store.set_field(object, field, Value::from_bits(word));
            set.map_err(|error| Error::from(error.trap()))?;
        }
        Ok(object.word())
    }

    /// The number of the continuation that a reference leads to.
    fn continuation(&self, reference: u64) -> Result<u32, Error> {
        let Some(object) = GcRef::from_word(reference).filter(|object| !object.is_null()) else {
            return Err(Trap::NullContinuation.into());
        };
        let field = FieldLayout { offset: HEADER_SIZE, storage: REFERENCE };
        let number = self.store.object(object).and_then(|object| object.field(field));
        let number = number.map_or(u32::MAX, |number| number.as_u32() >> 1);
        match self.continuations.entries.get(number as usize) {
            Some(entry) if entry.object == object => Ok(number),
            _ => Err(Trap::NullContinuation.into()),
        }
    }

    fn references_of(&self, reference: u64) -> Vec<u64> {
        let object = GcRef::from_word(reference).and_then(|object| self.store.object(object));
        let words = object.into_iter().flat_map(|object| {
            (1..object.header().len).filter_map(move |i| {
                let field = FieldLayout { offset: HEADER_SIZE + 4 * i, storage: REFERENCE };
                Some(object.field(field)?.bits())
            })
        });
        words.collect()
    }

    /// Takes what a continuation is; it can be used once.
    fn take(&mut self, number: u32) -> Result<State, Error> {
        let state = &mut self.continuations.entries[number as usize].state;
        match core::mem::replace(state, State::Consumed) {
            State::Consumed => Err(Trap::ContinuationConsumed.into()),
            state => {
                self.store.release(Resource::Continuation, state.bytes());
                self.store.unweigh(state.bytes());
                Ok(state)
            }
        }
    }

    /// Keeps what the continuation is that a reference leads to.
    fn set_state(&mut self, reference: u64, state: State) -> Result<(), Error> {
        let number = self.continuation(reference)?;
        self.store.book(Resource::Continuation, state.bytes());
        self.continuations.entries[number as usize].state = state;
        Ok(())
    }

    /// Makes sure that continuations may keep `bytes` more, if need be after a collection.
    fn make_room(&mut self, bytes: usize) -> Result<(), Error> {
        let bytes = bytes as u64;
        self.store.weigh(bytes);
        if self.store.collection_due_for(Resource::Continuation, bytes) {
            let frames = Frames::all(self, self.context().stopped, true);
            self.collect(Some(frames));
        }
        let charged = self.for_code(|machine, host| {
            with_limiter(host, |limiter| {
                machine.store.charge(Resource::Continuation, bytes, limiter)
            })
        });
        if let Err(error) = charged {
            self.store.unweigh(bytes);
            self.was_refused();
            return Err(Error::from(Trap::ResourceLimit).about(error.to_string()));
        }
        // It is booked once it is kept.
        self.store.release(Resource::Continuation, bytes);
        Ok(())
    }

    /// Ends the continuations of an instance that is to be taken back, whose functions and
    /// instances are those from these numbers on: the embedder may still make up references to
    /// them.
    ///
    /// Nothing but its own start function made them, so that all their frames are its own.
    pub(crate) fn end_continuations(&mut self, funcs: usize, instances: usize) {
        let Self { continuations, store, .. } = self;
        for entry in &mut continuations.entries {
            let ends = match &entry.state {
                State::Consumed => false,
                State::New { func, .. } => func.index() >= funcs,
                State::Suspended { frames, .. } => {
                    // SAFETY: INV-STORE: blocks live as long as the machine; those that are to be
                    // taken back are still there.
                    unsafe { (*frames.bottom_inst).addr.index() >= instances }
                }
            };
            if ends {
                store.release(Resource::Continuation, entry.state.bytes());
                store.unweigh(entry.state.bytes());
                entry.state = State::Consumed;
            }
        }
    }
}

impl Continuations {
    /// Forgets the continuations that the collection just done has not reached.
    pub(crate) fn sweep(&mut self, store: &mut Store) {
        for (number, entry) in (0..).zip(&mut self.entries) {
            if !entry.object.is_null() && !store.was_reached(entry.object) {
                store.release(Resource::Continuation, entry.state.bytes());
                *entry = Entry { object: GcRef::NULL, state: State::Consumed };
                // There is room for the numbers of all entries.
                self.free.push(number);
            }
        }
        store.live_outside(store.used_bytes(Resource::Continuation));
    }
}

/// How references lie in objects.
const REFERENCE: StorageType = StorageType::Val(ValType::ANYREF);
