//! What stands beside the code of a function: where references are, and where exceptions are
//! caught. Nothing of it is looked at while code runs undisturbed.

use crate::translate::room;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::mem;
use dergwasm_store::StoreError;
use dergwasm_types::TagIdx;

/// All tables of one function.
#[derive(Debug, Default)]
pub(crate) struct SideTables {
    /// Where references are.
    pub(crate) maps: RefMaps,
    /// Where exceptions are caught.
    pub(crate) handlers: Handlers,
    /// Which suspensions are handled.
    pub(crate) resumes: Resumes,
}

impl SideTables {
    /// Those of a function that needs none.
    pub(crate) const NONE: &'static Self = &Self {
        maps: RefMaps { locals: Vec::new(), points: Vec::new(), slots: Vec::new() },
        handlers: Handlers { regions: Vec::new(), bounds: Vec::new() },
        resumes: Resumes { sites: Vec::new() },
    };

    /// Forgets everything but keeps the memory for it.
    pub(crate) fn clear(&mut self) {
        let Self { maps, handlers, resumes } = self;
        maps.points.clear();
        maps.slots.clear();
        handlers.regions.clear();
        handlers.bounds.clear();
        resumes.sites.clear();
    }

    /// The tables to keep, if anything is in them, given the slots of parameters and locals that
    /// hold references.
    ///
    /// # Errors
    /// There is no memory for them.
    pub(crate) fn finish(&mut self, locals: Vec<SlotRun>) -> Result<Option<Box<Self>>, StoreError> {
        let maps = self.maps.finish(locals)?;
        let (handlers, resumes) = (mem::take(&mut self.handlers), mem::take(&mut self.resumes));
        let empty =
            maps.points.is_empty() && handlers.regions.is_empty() && resumes.sites.is_empty();
        Ok((!empty).then(|| Box::new(Self { maps, handlers, resumes })))
    }
}

/// Which slots of a frame hold references to objects or host values, wherever a collection can
/// come.
#[derive(Debug, Default)]
pub(crate) struct RefMaps {
    /// The slots of parameters and locals, which always do.
    locals: Vec<SlotRun>,
    points: Vec<Point>,
    slots: Vec<i32>,
}

/// Slots next to each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SlotRun {
    /// The byte offset of the first.
    first: i32,
    count: i32,
}

impl SlotRun {
    /// So many from a byte offset on.
    pub(crate) fn new(first: i32, count: usize) -> Self {
        Self { first, count: i32::try_from(count).unwrap_or(i32::MAX) }
    }

    /// Their byte offsets.
    fn offsets(self) -> impl Iterator<Item = i32> {
        (0..self.count).map(move |i| self.first + 16 * i)
    }
}

/// An instruction during which a collection can come.
#[derive(Clone, Copy, Debug)]
struct Point {
    /// Where it begins, in words.
    at: u32,
    /// Its part of `slots`.
    start: u32,
    end: u32,
}

impl RefMaps {
    /// Notes the slots of operands for the instruction at word `at`, which comes after all others.
    pub(crate) fn add(&mut self, at: u32, slots: &[i32]) {
        let last = self.points.last().map_or(0..0, |last| last.start as usize..last.end as usize);
        // Most functions have no references at all.
        let range = if (slots.is_empty() && last.is_empty()) || self.slots[last.clone()] == *slots {
            last
        } else {
            self.slots.extend_from_slice(slots);
            self.slots.len() - slots.len()..self.slots.len()
        };
        let narrow = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        self.points.push(Point { at, start: narrow(range.start), end: narrow(range.end) });
    }

    /// Makes room for more.
    pub(crate) fn double(&mut self) -> Result<(), StoreError> {
        // Most functions have no references at all.
        if self.points.is_empty() {
            return Ok(());
        }
        room::double(&mut self.points)?;
        room::double(&mut self.slots)
    }

    /// How much memory it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.points.capacity() * size_of::<Point>() + self.slots.capacity() * size_of::<i32>()
    }

    /// How large the table is.
    pub(crate) fn len(&self) -> usize {
        self.points.len() + self.slots.len()
    }

    /// The slots of parameters and locals.
    pub(crate) fn locals(&self) -> impl Iterator<Item = i32> {
        self.locals.iter().flat_map(|run| run.offsets())
    }

    /// The slots of operands during the instruction that the word at `position` belongs to.
    pub(crate) fn operands(&self, position: usize) -> &[i32] {
        let after = self.points.partition_point(|point| point.at as usize <= position);
        match self.points[..after].last() {
            Some(point) => &self.slots[point.start as usize..point.end as usize],
            None => &[],
        }
    }

    /// The table for good, given the slots of parameters and locals; an empty one if no collection
    /// can find anything by it.
    fn finish(&self, locals: Vec<SlotRun>) -> Result<Self, StoreError> {
        if self.points.is_empty() || (locals.is_empty() && self.slots.is_empty()) {
            return Ok(Self::default());
        }
        let mut points = room::list(self.points.len(), "function's table of references")?;
        points.extend_from_slice(&self.points);
        let mut slots = room::list(self.slots.len(), "function's table of references")?;
        slots.extend_from_slice(&self.slots);
        Ok(Self { locals, points, slots })
    }
}

/// Where in a function exceptions are caught.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    /// In the order in which they begin.
    regions: Vec<Region>,
    /// From which word on the innermost region is another, and which.
    bounds: Vec<(u32, Option<RegionId>)>,
}

/// The number of a region.
pub(crate) type RegionId = usize;

/// Code of which exceptions are caught.
#[derive(Debug)]
struct Region {
    /// The region that what is not caught here is thrown in next.
    parent: Option<RegionId>,
    clauses: Vec<Clause>,
}

/// What catches.
#[derive(Debug)]
struct Clause {
    /// Which exceptions; all of them if there is none.
    tag: Option<TagIdx>,
    /// The word to go on at.
    at: u32,
}

impl Handlers {
    /// The words at which caught exceptions go on.
    pub(crate) fn targets(&self) -> impl Iterator<Item = u32> {
        self.regions.iter().flat_map(|region| &region.clauses).map(|clause| clause.at)
    }

    /// Begins a region at a word.
    pub(crate) fn begin(&mut self, start: u32, parent: Option<RegionId>) -> RegionId {
        let id = self.regions.len();
        self.regions.push(Region { parent, clauses: Vec::new() });
        self.bounds.push((start, Some(id)));
        id
    }

    /// Ends the innermost region before a word; `outer` is the one around it.
    pub(crate) fn end(&mut self, end: u32, outer: Option<RegionId>) {
        self.bounds.push((end, outer));
    }

    /// Makes what a region does not catch be thrown in another.
    pub(crate) fn delegate(&mut self, region: RegionId, parent: Option<RegionId>) {
        self.regions[region].parent = parent;
    }

    /// Adds a clause to a region, to go on at the word `at`; returns its number there.
    pub(crate) fn add(&mut self, region: RegionId, tag: Option<TagIdx>, at: u32) -> usize {
        let clauses = &mut self.regions[region].clauses;
        clauses.push(Clause { tag, at });
        clauses.len() - 1
    }

    /// Says where a clause goes on.
    pub(crate) fn place(&mut self, region: RegionId, clause: usize, at: u32) {
        self.regions[region].clauses[clause].at = at;
    }

    /// The innermost region around a word.
    fn around(&self, position: usize) -> Option<RegionId> {
        let after = self.bounds.partition_point(|&(word, _)| word as usize <= position);
        self.bounds[..after].last()?.1
    }

    /// Whether a word is in a region.
    pub(crate) fn is_around(&self, position: usize) -> bool {
        self.around(position).is_some()
    }

    /// The word to go on at for an exception thrown by the instruction that the word at `position`
    /// belongs to, if a tag for which `is_tag` holds or any is caught there.
    pub(crate) fn find(&self, position: usize, is_tag: impl Fn(TagIdx) -> bool) -> Option<usize> {
        let mut next = self.around(position);
        while let Some(region) = next.and_then(|id| self.regions.get(id)) {
            let catches = |clause: &&Clause| clause.tag.is_none_or(&is_tag);
            if let Some(clause) = region.clauses.iter().find(catches) {
                return Some(clause.at as usize);
            }
            next = region.parent;
        }
        None
    }
}

/// Which tags each `resume` of a function handles.
#[derive(Debug, Default)]
pub(crate) struct Resumes {
    sites: Vec<Resume>,
}

/// A `resume`.
#[derive(Debug)]
struct Resume {
    /// Its first word, and the word after the last.
    start: u32,
    end: u32,
    handlers: Vec<Handler>,
}

/// How a tag is handled.
#[derive(Debug)]
struct Handler {
    tag: TagIdx,
    /// The word to go on at; none if the tag is handled by switching.
    at: Option<u32>,
}

impl Resumes {
    /// The words at which handled suspensions go on.
    pub(crate) fn targets(&self) -> impl Iterator<Item = u32> {
        self.sites.iter().flat_map(|site| &site.handlers).filter_map(|handler| handler.at)
    }

    /// Adds the instruction at these words; returns its number.
    pub(crate) fn add(&mut self, start: u32, end: u32) -> usize {
        self.sites.push(Resume { start, end, handlers: Vec::new() });
        self.sites.len() - 1
    }

    /// Adds a tag that it handles; returns its number there.
    pub(crate) fn handle(&mut self, site: usize, tag: TagIdx, at: Option<u32>) -> usize {
        let handlers = &mut self.sites[site].handlers;
        handlers.push(Handler { tag, at });
        handlers.len() - 1
    }

    /// Says where a handler goes on.
    pub(crate) fn place(&mut self, site: usize, handler: usize, at: u32) {
        self.sites[site].handlers[handler].at = Some(at);
    }

    /// How the instruction that the word at `position` belongs to handles a tag, by a label or by
    /// switching: the word to go on at, if it does.
    pub(crate) fn find(
        &self,
        position: usize,
        switch: bool,
        is_tag: impl Fn(TagIdx) -> bool,
    ) -> Option<Option<usize>> {
        let after = self.sites.partition_point(|site| site.start as usize <= position);
        let site = self.sites[..after].last().filter(|site| position < site.end as usize)?;
        let handles = |handler: &&Handler| handler.at.is_none() == switch && is_tag(handler.tag);
        let handler = site.handlers.iter().find(handles)?;
        Some(handler.at.map(|at| at as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_region_that_catches_is_found() {
        let mut handlers = Handlers::default();
        let outer = handlers.begin(10, None);
        handlers.add(outer, None, 100);
        let inner = handlers.begin(20, Some(outer));
        handlers.add(inner, Some(TagIdx(1)), 200);
        handlers.end(30, Some(outer));
        handlers.end(40, None);
        let find = |at, tag: u32| handlers.find(at, |wanted| wanted.0 == tag);
        assert_eq!(find(25, 1), Some(200));
        assert_eq!(find(25, 2), Some(100));
        assert_eq!(find(35, 1), Some(100));
        assert_eq!(find(40, 1), None);
        assert_eq!(find(9, 1), None);
    }

    #[test]
    fn a_region_can_leave_exceptions_to_one_further_out() {
        let mut handlers = Handlers::default();
        let outer = handlers.begin(0, None);
        handlers.add(outer, None, 100);
        let middle = handlers.begin(0, Some(outer));
        handlers.add(middle, None, 200);
        let inner = handlers.begin(0, Some(middle));
        handlers.delegate(inner, Some(outer));
        for around in [Some(middle), Some(outer), None] {
            handlers.end(10, around);
        }
        assert_eq!(handlers.find(5, |_| true), Some(100));
    }

    #[test]
    fn the_slots_of_an_instruction_are_found_from_any_of_its_words() {
        let mut maps = RefMaps::default();
        maps.add(4, &[16]);
        maps.add(9, &[16]);
        maps.add(12, &[16, 32]);
        assert_eq!(maps.len(), 3 + 3);
        assert_eq!(maps.operands(3), [0; 0]);
        assert_eq!(maps.operands(4), [16]);
        assert_eq!(maps.operands(11), [16]);
        assert_eq!(maps.operands(13), [16, 32]);
        let mut tables = SideTables { maps, ..SideTables::default() };
        assert!(tables.finish(Vec::new()).is_ok_and(|tables| tables.is_some()));
        let empty = SideTables::default().finish(vec![SlotRun::new(16, 1)]);
        assert!(empty.is_ok_and(|tables| tables.is_none()));
    }
}
