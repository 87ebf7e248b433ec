//! Work in parts: bulk instructions pay fuel and look for an interrupt before each part of their
//! work, so that they can stop between two and go on later.
//!
//! Ranges are checked before anything is paid. Operands of requests are listed as their handlers
//! pass them; each answers how many bytes or elements it did.

use crate::fuel::{BYTES_PER_UNIT, CostClass};
use crate::host::with_limiter;
use crate::objects::{array_bytes, low, reference, trap, value};
use crate::{Error, Machine};
use dergwasm_store::{GcRef, InstanceAddr, MemAddr, ObjectHeader, TableAddr, array_element_size};
use dergwasm_types::{StorageType, Trap};

/// How many bytes are copied or set between two looks at the interrupt: some microseconds of work.
pub(crate) const PART: u64 = 64 << 10;

/// Paying.
impl Machine {
    /// Pays fuel, if running consumes fuel.
    ///
    /// # Errors
    /// There is not enough; then nothing is paid, and the run pauses before the instruction that
    /// asked for it.
    pub(crate) fn pay(&mut self, amount: u64) -> Result<(), Error> {
        if !self.config.fuel {
            return Ok(());
        }
        let fuel = &mut self.context_mut().fuel;
        match fuel.checked_sub(amount) {
            Some(left) => *fuel = left,
            None => return Err(Error::pause(Trap::OutOfFuel, amount)),
        }
        Ok(())
    }

    /// Gives back what was paid for work that was not done.
    fn pay_back(&mut self, amount: u64) {
        if self.config.fuel {
            let fuel = &mut self.context_mut().fuel;
            *fuel = fuel.saturating_add(amount);
        }
    }

    /// Pauses the run if another thread asked for it.
    pub(crate) fn poll(&self) -> Result<(), Error> {
        if self.is_interrupted() { Err(Error::pause(Trap::Interrupted, 0)) } else { Ok(()) }
    }

    /// Pays for the next part of work on `left` elements of `size` bytes; returns how many it is.
    pub(crate) fn part(&mut self, left: u64, size: u64) -> Result<u64, Error> {
        if left == 0 {
            return Ok(0);
        }
        self.poll()?;
        let bytes = left.saturating_mul(size).min(PART);
        let cost = self.context().bytes_cost;
        if cost == 0 {
            return Ok(bytes / size);
        }
        let fuel = &mut self.context_mut().fuel;
        let (units, affordable) = (bytes / BYTES_PER_UNIT, *fuel / cost);
        if units <= affordable {
            *fuel -= units * cost;
            return Ok(bytes / size);
        }
        if affordable == 0 {
            return Err(Error::pause(Trap::OutOfFuel, cost));
        }
        *fuel -= affordable * cost;
        Ok(affordable * BYTES_PER_UNIT / size)
    }
}

/// Where the next part of a copy begins, counted from the start of what is left: copies to higher
/// places go from the end, so that no part overwrites what another is still to copy.
const fn copied_from(to: u64, from: u64, left: u64, part: u64) -> u64 {
    if to > from { left - part } else { 0 }
}

/// Memories.
impl Machine {
    pub(crate) fn fill_memory_part(
        &mut self,
        instance: InstanceAddr,
        [memory, at, value, left]: [u64; 4],
    ) -> Result<u64, Error> {
        let memory = self.memory_at(instance, memory)?;
        self.store.memories()[memory].slice(at, left).map_err(Self::store_error)?;
        let part = self.part(left, 1)?;
        if let Some(memory) = self.store.memory_mut(memory) {
            let [byte, ..] = value.to_le_bytes();
            memory.slice_mut(at, part).map_err(Self::store_error)?.fill(byte);
        }
        Ok(part)
    }

    pub(crate) fn copy_memory_part(
        &mut self,
        instance: InstanceAddr,
        [target, source, to, from, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let target = self.memory_at(instance, target)?;
        let source = self.memory_at(instance, source)?;
        let memories = self.store.memories();
        memories[source].slice(from, left).map_err(Self::store_error)?;
        memories[target].slice(to, left).map_err(Self::store_error)?;
        let part = self.part(left, 1)?;
        let at = copied_from(to, from, left, part);
        let copied = self.store.copy_memory(target, to + at, source, from + at, part);
        copied.map_err(Self::store_error)?;
        Ok(part)
    }

    pub(crate) fn init_memory_part(
        &mut self,
        instance: InstanceAddr,
        [segment, memory, to, from, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let memory = self.memory_at(instance, memory)?;
        let data = self.data_addr(instance, segment)?;
        let there = self.store.datas()[data].bytes().len() as u64;
        if from.checked_add(left).is_none_or(|end| end > there) {
            return Err(Trap::MemoryOutOfBounds.into());
        }
        self.store.memories()[memory].slice(to, left).map_err(Self::store_error)?;
        let part = self.part(left, 1)?;
        self.store.init_memory(memory, to, data, from, part).map_err(Self::store_error)?;
        Ok(part)
    }

    /// `memory.grow`, which pays for its pages unless it fails.
    pub(crate) fn grow_memory_paid(
        &mut self,
        instance: InstanceAddr,
        [memory, delta]: [u64; 2],
    ) -> Result<u64, Error> {
        let addr = self.memory_at(instance, memory)?;
        if self.store.check_memory_growth(addr, delta).is_err() {
            return self.grow_memory_of(instance, low(memory), delta);
        }
        let log2 = u32::from(self.store.memories()[addr].ty().page_size_log2);
        let pages = delta.checked_shl(log2).unwrap_or(u64::MAX) >> 16;
        let page = u64::from(self.config.fuel_costs.get(CostClass::Page));
        let cost = pages.saturating_mul(page);
        self.pay(cost)?;
        let before = self.store.memories()[addr].size();
        let answer = self.grow_memory_of(instance, low(memory), delta);
        if !matches!(answer, Ok(answer) if answer == before) {
            self.pay_back(cost);
        }
        answer
    }
}

/// Tables.
impl Machine {
    pub(crate) fn fill_table_part(
        &mut self,
        instance: InstanceAddr,
        [table, index, value, left]: [u64; 4],
    ) -> Result<u64, Error> {
        let table = self.table_at(instance, table)?;
        self.store.tables()[table].slice(index, left).map_err(Self::store_error)?;
        let part = self.part(left, 8)?;
        if let Some(table) = self.store.table_mut(table) {
            table.fill(index, value, part).map_err(Self::store_error)?;
        }
        Ok(part)
    }

    pub(crate) fn copy_table_part(
        &mut self,
        instance: InstanceAddr,
        [target, source, to, from, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let target = self.table_at(instance, target)?;
        let source = self.table_at(instance, source)?;
        let tables = self.store.tables();
        tables[source].slice(from, left).map_err(Self::store_error)?;
        tables[target].slice(to, left).map_err(Self::store_error)?;
        let part = self.part(left, 8)?;
        let at = copied_from(to, from, left, part);
        let copied = self.store.copy_table(target, to + at, source, from + at, part);
        copied.map_err(Self::store_error)?;
        Ok(part)
    }

    pub(crate) fn init_table_part(
        &mut self,
        instance: InstanceAddr,
        [segment, table, to, from, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let table = self.table_at(instance, table)?;
        let elem = self.elem_addr(instance, segment)?;
        let there = self.store.elems()[elem].items().len() as u64;
        if from.checked_add(left).is_none_or(|end| end > there) {
            return Err(Trap::TableOutOfBounds.into());
        }
        self.store.tables()[table].slice(to, left).map_err(Self::store_error)?;
        let part = self.part(left, 8)?;
        self.store.init_table(table, to, elem, from, part).map_err(Self::store_error)?;
        Ok(part)
    }

    /// `table.grow`. The new elements are set before the table grows; those that are set already
    /// stay so if the run pauses meanwhile, and the same instruction goes on behind them.
    pub(crate) fn grow_table_paid(
        &mut self,
        instance: InstanceAddr,
        [table, delta, init]: [u64; 3],
    ) -> Result<u64, Error> {
        let addr = self.table_at(instance, table)?;
        if delta == 0 {
            return Ok(self.store.tables()[addr].size());
        }
        let prepare = |machine: &mut Self, count| {
            machine.for_code(|machine, host| {
                with_limiter(host, |limiter| {
                    machine.store.prepare_table_growth(addr, delta, init, count, limiter)
                })
            })
        };
        let mut left = match prepare(self, 0) {
            Ok(left) => left,
            Err(error) if error.trap().is_some() => return Err(Self::store_error(error)),
            Err(_) => return Ok(self.failed_table_growth(addr)),
        };
        while left > 0 {
            let part = self.part(left, 8)?;
            left = prepare(self, part).map_err(Self::store_error)?;
        }
        self.store.finish_table_growth(addr).map_err(Self::store_error)
    }
}

/// Arrays.
impl Machine {
    pub(crate) fn array_fill_part(
        &mut self,
        _: InstanceAddr,
        [array, index, first, second, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let array = reference(array);
        let size = self.array_element_size(array, index, left)?;
        let part = self.part(left, size)?;
        let value = value(first, second);
        self.store.array_fill(array, low(index), low(part), value).map_err(trap)?;
        Ok(part)
    }

    pub(crate) fn array_copy_part(
        &mut self,
        _: InstanceAddr,
        [to, to_index, from, from_index, left]: [u64; 5],
    ) -> Result<u64, Error> {
        let (to, from) = (reference(to), reference(from));
        let size = self.array_element_size(to, to_index, left)?;
        self.array_element_size(from, from_index, left)?;
        let part = self.part(left, size)?;
        let at = copied_from(to_index, from_index, left, part);
        let (to_index, from_index) = (low(to_index + at), low(from_index + at));
        self.store.array_copy(to, to_index, from, from_index, low(part)).map_err(trap)?;
        Ok(part)
    }

    pub(crate) fn array_init_data_part(
        &mut self,
        instance: InstanceAddr,
        [array, index, src, left, segment]: [u64; 5],
    ) -> Result<u64, Error> {
        let (array, data) = (reference(array), self.data_addr(instance, segment)?);
        let size = self.array_element_size(array, index, left)?;
        self.check_data(instance, segment, src, left * size)?;
        let part = self.part(left, size)?;
        let (index, src) = (low(index), low(src));
        self.store.array_init_data(array, index, data, src, low(part)).map_err(trap)?;
        Ok(part)
    }

    pub(crate) fn array_init_elem_part(
        &mut self,
        instance: InstanceAddr,
        [array, index, src, left, segment]: [u64; 5],
    ) -> Result<u64, Error> {
        let (array, elem) = (reference(array), self.elem_addr(instance, segment)?);
        let size = self.array_element_size(array, index, left)?;
        self.check_elem(instance, segment, src, left)?;
        let part = self.part(left, size)?;
        let (index, src) = (low(index), low(src));
        self.store.array_init_elem(array, index, elem, src, low(part)).map_err(trap)?;
        Ok(part)
    }

    /// The size of an array's elements, if it has `len` from `index` on.
    fn array_element_size(&self, array: GcRef, index: u64, len: u64) -> Result<u64, Error> {
        self.store.array_elements(array, low(index), low(len)).map(u64::from).map_err(trap)
    }

    /// Pays for an object of `size` bytes, unless it is larger than the heap may become: that is a
    /// trap however much fuel there is.
    pub(crate) fn pay_for_object(
        &mut self,
        _: InstanceAddr,
        [size]: [u64; 1],
    ) -> Result<u64, Error> {
        if size > self.config.limits.largest_object() {
            return Err(Trap::HeapExhausted.into());
        }
        self.poll()?;
        self.pay(self.config.fuel_costs.of_bytes(size))?;
        Ok(0)
    }

    /// Makes the array of zeros that `array.new_data` is to fill, after a look at the segment.
    pub(crate) fn array_for_data(
        &mut self,
        instance: InstanceAddr,
        [ty, segment, src, len]: [u64; 4],
    ) -> Result<u64, Error> {
        let id = self.type_of(instance, ty)?;
        let element = self.store.sub_type(id).as_array();
        let size = element.map_or(1, |element| array_element_size(element.storage));
        self.check_data(instance, segment, src, u64::from(low(len)) * u64::from(size))?;
        self.new_array_paid(instance, ty, len)
    }

    /// Makes the array of nulls that `array.new_elem` is to fill, after a look at the segment.
    pub(crate) fn array_for_elem(
        &mut self,
        instance: InstanceAddr,
        [ty, segment, src, len]: [u64; 4],
    ) -> Result<u64, Error> {
        self.check_elem(instance, segment, src, u64::from(low(len)))?;
        self.new_array_paid(instance, ty, len)
    }

    fn new_array_paid(&mut self, instance: InstanceAddr, ty: u64, len: u64) -> Result<u64, Error> {
        let (ty, len) = (self.type_of(instance, ty)?, low(len));
        let element = self.store.sub_type(ty).as_array();
        let size = array_bytes(element.map_or(StorageType::I8, |element| element.storage), len);
        self.pay_for_object(instance, [size])?;
        Ok(self.make_for_code(ObjectHeader { ty: ty.0, len }, size)?.word())
    }

    /// Whether a data segment has so many bytes from `src` on.
    fn check_data(
        &self,
        instance: InstanceAddr,
        segment: u64,
        src: u64,
        bytes: u64,
    ) -> Result<(), Error> {
        let data = self.data_addr(instance, segment)?;
        let there = self.store.datas()[data].bytes().len() as u64;
        let fits = u64::from(low(src)).checked_add(bytes).is_some_and(|end| end <= there);
        if fits { Ok(()) } else { Err(Trap::MemoryOutOfBounds.into()) }
    }

    /// Whether an element segment has so many references from `src` on.
    fn check_elem(
        &self,
        instance: InstanceAddr,
        segment: u64,
        src: u64,
        len: u64,
    ) -> Result<(), Error> {
        let elem = self.elem_addr(instance, segment)?;
        let there = self.store.elems()[elem].items().len() as u64;
        let fits = u64::from(low(src)).checked_add(len).is_some_and(|end| end <= there);
        if fits { Ok(()) } else { Err(Trap::TableOutOfBounds.into()) }
    }
}

/// What an index of an instance means.
impl Machine {
    fn memory_at(&self, instance: InstanceAddr, memory: u64) -> Result<MemAddr, Error> {
        let found = self.memory_addr(instance, low(memory));
        found.ok_or_else(|| Error::usage("no such memory in this instance"))
    }

    fn table_at(&self, instance: InstanceAddr, table: u64) -> Result<TableAddr, Error> {
        let found = self.table_addr(instance, table);
        found.ok_or_else(|| Error::usage("no such table in this instance"))
    }
}
