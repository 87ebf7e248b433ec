//! The work of an instantiation that is in proportion to what a module asks for: initial elements
//! of tables, segments, and objects of constant expressions. It is paid for, and an interrupt ends
//! it between two parts.

use crate::objects::{low, trap};
use crate::parts::PART;
use crate::{Error, Machine};
use alloc::vec::Vec;
use dergwasm_store::{DataAddr, ElemAddr, GcRef, MemAddr, TableAddr};
use dergwasm_types::{Trap, Value};

/// How many bytes of work are free, so that a machine without fuel can instantiate a small module.
const FREE: u64 = 4096;

/// How many steps without a length of their own are done between two looks at the interrupt.
pub(super) const STEPS: usize = 1024;

impl Machine {
    /// Begins the account of an instantiation.
    pub(super) fn begin_work(&mut self) {
        self.instantiating = 0;
    }

    /// Pays for so many bytes of work, and looks whether to stop.
    pub(super) fn work(&mut self, bytes: u64) -> Result<(), Error> {
        self.poll()?;
        let before = self.instantiating;
        self.instantiating = before.saturating_add(bytes);
        let cost = |bytes: u64| self.config.fuel_costs.of_bytes(bytes.saturating_sub(FREE));
        self.pay(cost(self.instantiating) - cost(before))
    }

    /// Pays for an object of a constant expression, unless it is larger than any may be.
    pub(super) fn pay_for_constant(&mut self, size: u64) -> Result<(), Error> {
        if size > self.config.limits.largest_object() {
            return Err(Trap::HeapExhausted.into());
        }
        self.work(size)
    }

    /// Pays for the next part of work on `left` elements of `size` bytes; says how many it is.
    fn next_part(&mut self, left: u64, size: u64) -> Result<u64, Error> {
        let part = left.min(PART / size);
        self.work(part * size)?;
        Ok(part)
    }

    /// The items of an element segment, each made by a function.
    pub(super) fn elem_items<T>(
        &mut self,
        items: &[T],
        mut make: impl FnMut(&mut Self, &T) -> Result<Value, Error>,
    ) -> Result<Vec<u64>, Error> {
        let mut made = super::room_for(items.len())?;
        for items in items.chunks(STEPS) {
            self.work(8 * items.len() as u64)?;
            for item in items {
                made.push(make(self, item)?.bits());
            }
        }
        Ok(made)
    }

    /// Sets all elements of a new array.
    pub(super) fn set_array(&mut self, array: GcRef, len: u32, value: Value) -> Result<(), Error> {
        let size = self.store.array_elements(array, 0, len).map_err(trap)?;
        let mut at = 0;
        while at < len {
            let part = low(self.next_part((len - at).into(), size.into())?);
            self.store.array_fill(array, at, part, value).map_err(trap)?;
            at += part;
        }
        Ok(())
    }

    /// Sets all elements of a new table, which are null.
    pub(super) fn set_elements(&mut self, table: TableAddr, init: u64) -> Result<(), Error> {
        let (mut at, size) = (0, self.store.tables()[table].size());
        while at < size {
            let part = self.next_part(size - at, 8)?;
            if let (1.., Some(table)) = (init, self.store.table_mut(table)) {
                table.fill(at, init, part).map_err(Self::store_error)?;
            }
            at += part;
        }
        Ok(())
    }

    /// Whether a table has so many elements from one on.
    pub(super) fn elem_fits(&self, table: TableAddr, at: u64, len: u64) -> Result<(), Error> {
        self.store.tables()[table].slice(at, len).map(drop).map_err(Self::store_error)
    }

    /// Copies an active element segment to its place, where it [fits](Self::elem_fits).
    pub(super) fn run_elem(
        &mut self,
        table: TableAddr,
        at: u64,
        elem: ElemAddr,
    ) -> Result<(), Error> {
        let len = self.store.elems()[elem].items().len() as u64;
        let mut done = 0;
        while done < len {
            let part = self.next_part(len - done, 8)?;
            let copied = self.store.init_table(table, at + done, elem, done, part);
            copied.map_err(Self::store_error)?;
            done += part;
        }
        Ok(())
    }

    /// Copies an active data segment to its place.
    pub(super) fn run_data(
        &mut self,
        memory: MemAddr,
        at: u64,
        data: DataAddr,
    ) -> Result<(), Error> {
        let len = self.store.datas()[data].bytes().len() as u64;
        self.store.memories()[memory].slice(at, len).map_err(Self::store_error)?;
        let mut done = 0;
        while done < len {
            let part = self.next_part(len - done, 1)?;
            let copied = self.store.init_memory(memory, at + done, data, done, part);
            copied.map_err(Self::store_error)?;
            done += part;
        }
        Ok(())
    }
}
