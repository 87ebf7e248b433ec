//! Objects as the machine makes and changes them: what instructions ask for out of line, and
//! collections, whose roots are in frames.
//!
//! Operands of requests are listed as their handlers pass them.

use crate::frames::{self, Frame, Frames};
use crate::host::with_limiter;
use crate::{Error, Host, Machine};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use dergwasm_store::{
    Collect, DataAddr, EXCEPTION_TYPE, ElemAddr, GcRef, HeapFull, HeapStats, Hold, InstanceAddr,
    ObjectError, ObjectHeader, Resource, Store, StoreError, TagAddr, TypeId, array_element_size,
};
use dergwasm_types::{StorageType, Trap, ValType, Value};

/// A reference as instructions hand it over: the low 32 bits, whatever the embedder put there.
#[expect(clippy::cast_possible_truncation, reason = "references have 32 bits")]
pub(crate) const fn reference(word: u64) -> GcRef {
    GcRef(word as u32)
}

/// An index or length, which are 32 bits.
#[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are meant")]
pub(crate) const fn low(word: u64) -> u32 {
    word as u32
}

pub(crate) fn trap(error: ObjectError) -> Error {
    error.trap().into()
}

/// The value whose halves an instruction passes.
pub(crate) fn value(low: u64, high: u64) -> Value {
    Value::from(u128::from(high) << 64 | u128::from(low))
}

/// The error that it is when there is no room for an object.
pub(crate) fn heap_full(full: HeapFull) -> Error {
    match full {
        HeapFull::Due | HeapFull::Exhausted => Trap::HeapExhausted.into(),
        HeapFull::Trap => Trap::ResourceLimit.into(),
    }
}

/// How many bytes of objects take about as long to look at as a frame.
const BYTES_PER_FRAME: u64 = 256;

/// Collections.
impl Machine {
    /// Drops the objects and host values that nothing leads to any more.
    ///
    /// Collections come by themselves; this one comes now. What the embedder keeps only as a raw
    /// value is not found: see [`Machine::hold`].
    pub fn gc(&mut self) {
        let frames = Frames::of_host(self);
        self.collect(frames);
    }

    /// Keeps what references lead to alive as long as the result or a clone of it lives.
    pub fn hold(&mut self, references: Vec<u64>) -> Hold {
        self.store.hold(references)
    }

    /// What the heap of objects has done.
    #[must_use]
    pub fn heap_stats(&self) -> HeapStats {
        self.store.heap_stats()
    }

    pub(crate) fn collect(&mut self, frames: Option<Frames>) {
        let found = frames.map_or(Ok(Default::default()), |frames| self.roots(frames));
        // Without memory for the list nothing can be freed: then the heap is as full as it was.
        let Ok((mut roots, walked)) = found else { return };
        if roots.try_reserve(self.root_list.words().count()).is_err() {
            return;
        }
        roots.extend(self.root_list.words());
        let Self { store, continuations, .. } = self;
        store.collect_and(&roots, |store| {
            continuations.sweep(store);
            store.live_outside(walked * BYTES_PER_FRAME);
        });
    }

    /// The references in frames, and how many frames there are.
    ///
    /// # Errors
    /// There is no memory for the list.
    pub(crate) fn roots(&mut self, mut frames: Frames) -> Result<(Vec<u64>, u64), Error> {
        let (mut roots, mut walked) = (Vec::new(), 0);
        while let Some(frame) = frames.next(self) {
            let found = self.roots_of(&frame);
            let reserved = roots.try_reserve(found.len());
            reserved.map_err(|_| StoreError::OutOfMemory {
                kind: "list of references in frames",
                bytes: size_of_val(&found[..]) as u64,
            })?;
            roots.extend(found);
            walked += 1;
        }
        Ok((roots, walked))
    }

    /// The references in a frame.
    pub(crate) fn roots_of(&mut self, frame: &Frame) -> Vec<u64> {
        if let Some(ty) = frame.host {
            return self.arguments_of(ty, frame.sp);
        }
        let maps = self.place_of(frame).map(|place| {
            let maps = &place.code.side.maps;
            maps.locals().chain(maps.operands(place.position).iter().copied())
        });
        maps.into_iter().flatten().map(|offset| frame.slot(offset)).collect()
    }

    /// The references among the arguments of a function of a type, whose frame is at `sp`.
    pub(crate) fn arguments_of(&self, ty: TypeId, sp: *mut u8) -> Vec<u64> {
        self.traced_arguments(ty).map(|offset| frames::slot(sp, offset)).collect()
    }

    /// Where the arguments of a function that are traced lie, from its frame's base.
    fn traced_arguments(&self, ty: TypeId) -> impl Iterator<Item = i32> {
        let ty = self.store.func_type(ty);
        let area = ty.params().len().max(ty.results().len());
        let traced = |ty: &ValType| matches!(ty, ValType::Ref(ty) if self.store.is_traced(*ty));
        let params = ty.params().iter().enumerate().filter(move |(_, ty)| traced(ty));
        params.map(move |(i, _)| i32::try_from(area + 1 - i).map_or(0, |slots| -16 * slots))
    }

    /// Allocates, after a collection if one is due that finds the running frames from `frames` on.
    ///
    /// # Errors
    /// There is no room.
    fn make(
        &mut self,
        host: &mut dyn Host,
        frames: Option<Frames>,
        header: ObjectHeader,
        size: u64,
    ) -> Result<GcRef, Error> {
        with_limiter(host, |limiter| {
            match self.store.alloc_object(header, size, Collect::Due, limiter) {
                Err(HeapFull::Due) => self.collect(frames),
                made => return made.map_err(heap_full),
            }
            self.store.alloc_object(header, size, Collect::Never, limiter).map_err(heap_full)
        })
        .inspect_err(|_| self.was_refused())
    }

    /// Allocates for the code that runs, which has left its registers in the context.
    pub(crate) fn make_for_code(
        &mut self,
        header: ObjectHeader,
        size: u64,
    ) -> Result<GcRef, Error> {
        let frames = Frames::all(self, self.context().stopped, true);
        self.for_code(|machine, host| machine.make(host, Some(frames), header, size))
    }

    /// Makes an object for the embedder; a collection may come first.
    ///
    /// All of it but the header is zeros and nulls. Put it where a collection finds it, or
    /// [`hold`](Self::hold) it, before anything else is allocated.
    ///
    /// # Errors
    /// There is no room.
    pub fn alloc_object(
        &mut self,
        host: &mut dyn Host,
        header: ObjectHeader,
        size: u64,
    ) -> Result<GcRef, Error> {
        let frames = Frames::of_host(self);
        self.make(host, frames, header, size)
    }

    /// Keeps a value of the host and returns a reference to it; a collection may come first.
    ///
    /// As with [`alloc_object`](Self::alloc_object), nothing keeps it alive yet.
    ///
    /// # Errors
    /// There is no room.
    pub fn alloc_extern(
        &mut self,
        host: &mut dyn Host,
        value: Box<dyn Any + Send + Sync>,
    ) -> Result<u64, Error> {
        let bytes = Store::extern_bytes(&*value);
        if self.store.collection_due_for(Resource::HostValue, bytes) {
            self.gc();
        }
        let made = with_limiter(host, |limiter| self.store.alloc_extern(value, limiter));
        Ok(made.inspect_err(|_| self.was_refused())?)
    }

    /// A value of the host that a reference leads to, to change it.
    pub fn extern_value_mut(&mut self, word: u64) -> Option<&mut (dyn Any + Send + Sync)> {
        self.store.extern_value_mut(word)
    }

    /// Takes note that there was no room: the next time, a collection comes first once more.
    ///
    /// Unless a guest can go on, since a host function may take the error for an answer: it could
    /// have one collection after the other.
    pub(crate) fn was_refused(&mut self) {
        if self.context().activations.is_empty() {
            self.store.note_refusal();
        }
    }

    /// Makes an object of code's; the header is a word.
    pub(crate) fn alloc_for_code(&mut self, header: u64, size: u64) -> Result<u32, Error> {
        Ok(self.make_for_code(ObjectHeader::from_word(header), size)?.0)
    }
}

/// Arrays.
impl Machine {
    pub(crate) fn type_of(&self, instance: InstanceAddr, ty: u64) -> Result<TypeId, Error> {
        let types = self.instances.get(instance.index()).map(|data| &data.types);
        let id = types.and_then(|types| types.get(low(ty) as usize).copied());
        id.ok_or_else(|| Error::usage("no such type in this instance"))
    }

    /// Makes an array of zeros for the code that runs.
    fn new_array(&mut self, ty: TypeId, len: u64) -> Result<GcRef, Error> {
        let len = low(len);
        let element = self.store.sub_type(ty).as_array();
        let size = array_bytes(element.map_or(StorageType::I8, |element| element.storage), len);
        self.make_for_code(ObjectHeader { ty: ty.0, len }, size)
    }

    pub(crate) fn array_new(
        &mut self,
        instance: InstanceAddr,
        [ty, len, first, second]: [u64; 4],
    ) -> Result<u64, Error> {
        let ty = self.type_of(instance, ty)?;
        let array = self.new_array(ty, len)?;
        self.store.array_fill(array, 0, low(len), value(first, second)).map_err(trap)?;
        Ok(array.word())
    }

    pub(crate) fn array_new_data(
        &mut self,
        instance: InstanceAddr,
        [ty, segment, src, len]: [u64; 4],
    ) -> Result<u64, Error> {
        let (ty, data) = (self.type_of(instance, ty)?, self.data_addr(instance, segment)?);
        let element = self.store.sub_type(ty).as_array();
        let element = element.map_or(1, |element| array_element_size(element.storage));
        let bytes = u64::from(low(len)) * u64::from(element);
        let there = self.store.datas()[data].bytes().len() as u64;
        if u64::from(low(src)) + bytes > there {
            return Err(Trap::MemoryOutOfBounds.into());
        }
        let array = self.new_array(ty, len)?;
        self.store.array_init_data(array, 0, data, low(src), low(len)).map_err(trap)?;
        Ok(array.word())
    }

    pub(crate) fn array_new_elem(
        &mut self,
        instance: InstanceAddr,
        [ty, segment, src, len]: [u64; 4],
    ) -> Result<u64, Error> {
        let (ty, elem) = (self.type_of(instance, ty)?, self.elem_addr(instance, segment)?);
        let there = self.store.elems()[elem].items().len() as u64;
        if u64::from(low(src)) + u64::from(low(len)) > there {
            return Err(Trap::TableOutOfBounds.into());
        }
        let array = self.new_array(ty, len)?;
        self.store.array_init_elem(array, 0, elem, low(src), low(len)).map_err(trap)?;
        Ok(array.word())
    }

    pub(crate) fn array_fill(
        &mut self,
        _: InstanceAddr,
        [array, index, first, second, len]: [u64; 5],
    ) -> Result<u64, Error> {
        let (array, value) = (reference(array), value(first, second));
        self.store.array_fill(array, low(index), low(len), value).map_err(trap)?;
        Ok(0)
    }

    pub(crate) fn array_copy(
        &mut self,
        _: InstanceAddr,
        [to, to_index, from, from_index, len]: [u64; 5],
    ) -> Result<u64, Error> {
        let (to, from) = (reference(to), reference(from));
        let (to_index, from_index) = (low(to_index), low(from_index));
        self.store.array_copy(to, to_index, from, from_index, low(len)).map_err(trap)?;
        Ok(0)
    }

    pub(crate) fn array_init_data(
        &mut self,
        instance: InstanceAddr,
        [array, index, src, len, segment]: [u64; 5],
    ) -> Result<u64, Error> {
        let (array, data) = (reference(array), self.data_addr(instance, segment)?);
        self.store.array_init_data(array, low(index), data, low(src), low(len)).map_err(trap)?;
        Ok(0)
    }

    pub(crate) fn array_init_elem(
        &mut self,
        instance: InstanceAddr,
        [array, index, src, len, segment]: [u64; 5],
    ) -> Result<u64, Error> {
        let (array, elem) = (reference(array), self.elem_addr(instance, segment)?);
        self.store.array_init_elem(array, low(index), elem, low(src), low(len)).map_err(trap)?;
        Ok(0)
    }

    pub(crate) fn data_addr(
        &self,
        instance: InstanceAddr,
        segment: u64,
    ) -> Result<DataAddr, Error> {
        let inst = self.store.instances().get(instance);
        let data = inst.and_then(|inst| inst.datas.get(low(segment) as usize).copied());
        data.ok_or_else(|| Error::usage("no such data segment in this instance"))
    }

    pub(crate) fn elem_addr(
        &self,
        instance: InstanceAddr,
        segment: u64,
    ) -> Result<ElemAddr, Error> {
        let inst = self.store.instances().get(instance);
        let elem = inst.and_then(|inst| inst.elems.get(low(segment) as usize).copied());
        elem.ok_or_else(|| Error::usage("no such element segment in this instance"))
    }
}

/// The size of an array in bytes, with its header.
pub(crate) fn array_bytes(element: StorageType, len: u32) -> u64 {
    let elements = u64::from(array_element_size(element)) * u64::from(len);
    (8 + elements).next_multiple_of(8)
}

/// Exceptions as objects.
impl Machine {
    /// Makes an exception for the embedder; a collection may come first.
    ///
    /// As with [`alloc_object`](Self::alloc_object), nothing keeps it alive yet.
    ///
    /// # Errors
    /// There is no room, the tag is not of this machine, or there are too few values.
    pub fn alloc_exception(
        &mut self,
        host: &mut dyn Host,
        tag: TagAddr,
        values: &[Value],
    ) -> Result<u64, Error> {
        let frames = Frames::of_host(self);
        self.make_exception(host, frames, tag, values)
    }

    /// Makes an exception for the code that runs.
    pub(crate) fn exception_for_code(
        &mut self,
        tag: TagAddr,
        values: &[Value],
    ) -> Result<u64, Error> {
        let frames = Frames::all(self, self.context().stopped, true);
        self.for_code(|machine, host| machine.make_exception(host, Some(frames), tag, values))
    }

    fn make_exception(
        &mut self,
        host: &mut dyn Host,
        frames: Option<Frames>,
        tag: TagAddr,
        values: &[Value],
    ) -> Result<u64, Error> {
        let layout = self.store.exception_layout(tag);
        let fields = layout.map(|layout| (layout.fields().len(), u64::from(layout.size())));
        let Some((count, size)) = fields.filter(|&(count, _)| count <= values.len()) else {
            return Err(Error::usage("no such tag in this machine, or too few values for it"));
        };
        let header = ObjectHeader { ty: EXCEPTION_TYPE | tag.0, len: 0 };
        let made = self.make(host, frames, header, size)?;
        for (i, &value) in values.iter().enumerate().take(count) {
            let field = self.store.exception_layout(tag).map(|layout| layout.field(i));
            if let Some(field) = field {
                self.store.set_field(made, field, value).map_err(trap)?;
            }
        }
        Ok(made.word())
    }

    /// An exception as the error by which a host function throws it.
    ///
    /// It is a usage error if the reference leads to no exception of this machine.
    #[must_use]
    pub fn throw(&mut self, exception: u64) -> Error {
        self.uncaught(exception)
    }

    /// The tag of an exception; none if the reference leads to none.
    #[must_use]
    pub fn exception_tag(&self, exception: u64) -> Option<TagAddr> {
        let object = self.store.object(GcRef::from_word(exception)?)?;
        let ty = object.header().ty;
        (ty & EXCEPTION_TYPE != 0).then_some(TagAddr(ty & !EXCEPTION_TYPE))
    }

    /// The values of an exception, written from the first of `to` on.
    ///
    /// # Errors
    /// The reference leads to none, or `to` is too short.
    pub fn exception_values(&self, exception: u64, to: &mut [Value]) -> Result<(), Error> {
        let find = || {
            let layout = self.store.exception_layout(self.exception_tag(exception)?)?;
            let object = self.store.object(GcRef::from_word(exception)?)?;
            (layout.fields().len() <= to.len()).then_some((object, layout))
        };
        let Some((object, layout)) = find() else {
            return Err(Error::usage("this is no exception of this machine with so few values"));
        };
        for (to, value) in to.iter_mut().zip(object.fields(layout)) {
            *to = value;
        }
        Ok(())
    }
}
