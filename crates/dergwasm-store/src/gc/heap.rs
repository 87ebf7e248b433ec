//! Allocation of objects in free lines, and what a collection makes free.
//!
//! Knows nothing of types: an object is a header and a size here.

use super::{
    GcRef, MAX_BUMP, ObjectHeader,
    mark::Outcome,
    marks::{GRANULE, LINE, MarkBits, Marks},
    policy::{MAX_HEAP, Policy},
    raw::{HeapView, HeapWord, RawHeap},
};
use core::{ops::Range, ptr::NonNull};

/// The most lines an engine gets at once to allocate from: what is zeroed stays in the cache until
/// it is used.
const RUN_LINES: usize = (32 << 10) / LINE;

/// The least by which the heap grows.
const MIN_GROWTH: usize = 1 << 20;

/// Whether an allocation may ask for a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collect {
    /// It fails with [`HeapFull::Due`] when it is time for one. The caller collects and tries again
    /// with `Never`.
    Due,
    /// The heap grows up to its limit.
    Never,
}

/// Why there is no new object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeapFull {
    /// It is time for a collection.
    #[error("a collection is due before more objects are allocated")]
    Due,
    /// A limit is reached, the limiter said no, or the system has no more memory.
    #[error("the GC heap is full; raise its limit or keep fewer objects")]
    Exhausted,
    /// The limiter wants a trap.
    #[error("the resource limiter does not let the GC heap grow")]
    Trap,
}

/// Whether the heap may grow from one length to another, in bytes.
pub(crate) type Grow<'a> = &'a mut dyn FnMut(u64, u64) -> Result<(), HeapFull>;

/// What the heap of objects has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapStats {
    /// How many collections there were.
    pub collections: u64,
    /// The bytes of all objects that were ever allocated.
    pub allocated_bytes_total: u64,
    /// The bytes of the objects that the last collection found alive.
    pub live_bytes_after_last: u64,
    /// How large the heap is.
    pub heap_bytes: u64,
    /// How many objects all collections found alive, together.
    pub objects_marked: u64,
    /// How long the last collection took, in nanoseconds; 0 without the feature `std`.
    pub last_pause_ns: u64,
    /// How long all collections took, in nanoseconds; 0 without the feature `std`.
    pub total_pause_ns: u64,
}

/// The heap of a store.
pub(crate) struct Heap {
    raw: RawHeap,
    marks: Marks,
    policy: Policy,
    stats: HeapStats,
    /// Lines from here on were never used: they are zero.
    fresh: usize,
    /// Where to look for the next free line.
    small: usize,
    /// Where to look for several free lines in a row.
    large: usize,
    /// As many lines in a row are not to be had from `large` on.
    large_missed: usize,
    /// Whether `large` was set back since the last collection.
    wrapped: bool,
    /// The run that engines allocate from, which they see only up to where they may use it.
    run: Range<u64>,
}

impl Default for Heap {
    fn default() -> Self {
        Self {
            raw: RawHeap::new(),
            marks: Marks::default(),
            policy: Policy::default(),
            stats: HeapStats::default(),
            fresh: 1,
            small: 1,
            large: 1,
            large_missed: usize::MAX,
            wrapped: false,
            run: 0..0,
        }
    }
}

impl Heap {
    pub(crate) const fn view(&self) -> NonNull<HeapView> {
        self.raw.view()
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        self.raw.bytes()
    }

    pub(crate) const fn bytes_mut(&mut self) -> &mut [u8] {
        self.raw.bytes_mut()
    }

    /// The words and the marks, for a marker.
    pub(super) const fn parts(&mut self) -> (&[HeapWord], MarkBits<'_>) {
        (self.raw.words(), self.marks.bits())
    }

    pub(crate) fn stats(&self) -> HeapStats {
        let (bump, _) = self.raw.run();
        let in_run = bump.saturating_sub(self.run.start);
        HeapStats {
            allocated_bytes_total: self.stats.allocated_bytes_total + in_run,
            heap_bytes: self.raw.len() as u64,
            ..self.stats
        }
    }

    pub(crate) fn set_limit(&mut self, bytes: u64) {
        self.policy.limit = bytes.min(MAX_HEAP);
    }

    pub(crate) fn set_stress(&mut self, stress: bool) {
        self.policy.stress = stress;
        let (bump, _) = self.raw.run();
        self.show_run(bump);
    }

    /// How many bytes there are.
    pub(crate) const fn len(&self) -> usize {
        self.raw.len()
    }

    /// Counts what a collection may free outside of the heap.
    pub(crate) const fn weigh(&mut self, bytes: u64) {
        self.policy.allocated(bytes);
    }

    /// Takes off what was weighed and is freed without a collection.
    pub(crate) const fn unweigh(&mut self, bytes: u64) {
        self.policy.freed(bytes);
    }

    /// Counts what the last collection had to look at outside of the heap, or found to be kept there.
    pub(crate) fn live_outside(&mut self, bytes: u64) {
        self.policy.live_outside(bytes);
    }

    /// What a collection has to look at, in bytes, as far as that is known.
    pub(crate) const fn work(&self) -> u64 {
        self.policy.work()
    }

    /// Whether a collection pays because something else is full that collections make room for.
    pub(crate) const fn is_due_when_other_is_full(&self) -> bool {
        self.policy.is_due_when_other_is_full()
    }

    /// Takes note that something was refused.
    pub(crate) const fn refused(&mut self) {
        self.policy.refused();
    }

    pub(crate) const fn is_due(&self) -> bool {
        self.policy.is_due()
    }

    /// A new object of `size` bytes, zeros behind the header.
    pub(crate) fn alloc(
        &mut self,
        header: ObjectHeader,
        size: u64,
        collect: Collect,
        grow: Grow<'_>,
    ) -> Result<GcRef, HeapFull> {
        let Some(size) = size.max(8).checked_next_multiple_of(8).filter(|&n| n < MAX_HEAP) else {
            return Err(HeapFull::Exhausted);
        };
        let (bump, _) = self.raw.run();
        let fits = bump + size <= self.run.end;
        if collect == Collect::Due && (self.policy.stress || !fits && self.policy.is_due()) {
            return Err(HeapFull::Due);
        }
        let place =
            if fits { Some(self.bump_from(bump, size)) } else { self.alloc_slow(size, grow)? };
        match place {
            Some(place) => Ok(self.place(place, header)),
            None if collect == Collect::Due && self.could_fit(size) => Err(HeapFull::Due),
            None => Err(HeapFull::Exhausted),
        }
    }

    /// Whether a collection might make room.
    fn could_fit(&self, size: u64) -> bool {
        size + LINE as u64 <= self.policy.largest() && self.policy.is_due_when_full(size)
    }

    /// Takes `size` bytes of the run from `bump` on, which has them.
    fn bump_from(&mut self, bump: u64, size: u64) -> u64 {
        self.show_run(bump + size);
        bump
    }

    /// Lets engines use the run from `bump` on, or nothing of it.
    fn show_run(&mut self, bump: u64) {
        let end = if self.policy.stress { bump } else { self.run.end };
        self.raw.set_run(bump, end);
    }

    /// `None` if there is no room, which a collection may change.
    fn alloc_slow(&mut self, size: u64, grow: Grow<'_>) -> Result<Option<u64>, HeapFull> {
        let Ok(lines) = usize::try_from(size.div_ceil(LINE as u64)) else { return Ok(None) };
        let run = if size <= MAX_BUMP { self.free_run(lines, grow)? } else { None };
        let Some(run) = run else {
            // An object that takes several lines may find them elsewhere.
            return if lines > 1 { self.alloc_lines(size, lines, grow) } else { Ok(None) };
        };
        self.retire_run();
        self.take(run.clone());
        self.policy.allocated((run.len() * LINE) as u64);
        self.run = (run.start * LINE) as u64..(run.end * LINE) as u64;
        Ok(Some(self.bump_from(self.run.start, size)))
    }

    /// A large object, or one for which the next free lines are too few, gets lines of its own.
    fn alloc_lines(
        &mut self,
        size: u64,
        lines: usize,
        grow: Grow<'_>,
    ) -> Result<Option<u64>, HeapFull> {
        let Some(found) = self.find_lines(lines, grow)? else { return Ok(None) };
        self.take(found.clone());
        self.policy.allocated((found.len() * LINE) as u64);
        self.stats.allocated_bytes_total += size;
        Ok(Some((found.start * LINE) as u64))
    }

    /// The next free lines, if there are at least `least`.
    fn free_run(&mut self, least: usize, grow: Grow<'_>) -> Result<Option<Range<usize>>, HeapFull> {
        if self.small < self.fresh {
            if let Some(first) = self.marks.free_line(self.small, self.fresh) {
                let len = self.marks.free_len(first, RUN_LINES, self.fresh);
                let enough = len >= least;
                self.small = if enough { first + len } else { first };
                return Ok(enough.then_some(first..first + len));
            }
            self.small = self.fresh;
        }
        if self.marks.len() < self.fresh + RUN_LINES {
            let _ = self.grow(RUN_LINES, grow)? || self.grow(least, grow)?;
        }
        let len = self.marks.len().saturating_sub(self.fresh).min(RUN_LINES);
        Ok((len >= least).then_some(self.fresh..self.fresh + len))
    }

    /// So many free lines in a row, anywhere.
    fn find_lines(
        &mut self,
        lines: usize,
        grow: Grow<'_>,
    ) -> Result<Option<Range<usize>>, HeapFull> {
        loop {
            // A number not much smaller than one that was missed is not looked for either, so that
            // the lines are not searched over and over again.
            if lines <= self.large_missed / 2 {
                let found = self.marks.free_lines(self.large, lines, self.marks.len());
                match found {
                    Some(first) if first < self.fresh => {
                        self.large = first + lines;
                        return Ok(Some(first..first + lines));
                    }
                    _ => self.large_missed = lines,
                }
            }
            if self.fresh + lines <= self.marks.len() || self.grow(lines, grow)? {
                return Ok(Some(self.fresh..self.fresh + lines));
            }
            if core::mem::replace(&mut self.wrapped, true) {
                return Ok(None);
            }
            (self.large, self.large_missed) = (1, usize::MAX);
        }
    }

    /// Makes room for so many lines behind the fresh line, if the limits, the limiter and the
    /// system allow it.
    ///
    /// # Errors
    /// The limiter wants a trap.
    fn grow(&mut self, lines: usize, allow: Grow<'_>) -> Result<bool, HeapFull> {
        let needed = self.fresh.saturating_add(lines).saturating_mul(LINE);
        let limit = usize::try_from(self.policy.limit).unwrap_or(usize::MAX) / LINE * LINE;
        if needed > limit {
            return Ok(false);
        }
        let len = self.raw.len();
        let generous = len.saturating_add(MIN_GROWTH.max(len / 4)).max(needed).min(limit);
        for wanted in [generous, needed] {
            if wanted > len {
                let answer = allow(len as u64, wanted as u64);
                self.policy.asked(len as u64, answer.is_ok());
                match answer {
                    Err(HeapFull::Trap) if wanted == needed => return Err(HeapFull::Trap),
                    Err(_) => continue,
                    Ok(()) => {}
                }
            }
            // Lines must not outnumber the bytes.
            if (wanted <= len || self.raw.grow(wanted, limit)) && self.marks.grow(wanted / LINE) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes free lines and makes them zero.
    fn take(&mut self, lines: Range<usize>) {
        self.marks.take(lines.clone());
        let used = lines.start.min(self.fresh)..lines.end.min(self.fresh);
        self.raw.bytes_mut()[used.start * LINE..used.end * LINE].fill(0);
        if lines.end > self.fresh {
            self.fresh = lines.end;
        }
    }

    fn place(&mut self, place: u64, header: ObjectHeader) -> GcRef {
        #[expect(clippy::cast_possible_truncation, reason = "inside the heap, a slice below 8 GiB")]
        let (index, reference) = (place as usize, (place / 2) as u32);
        header.write(self.raw.bytes_mut(), index);
        GcRef(reference)
    }

    /// Forgets the run and counts what was allocated in it.
    fn retire_run(&mut self) {
        let (bump, _) = self.raw.run();
        self.stats.allocated_bytes_total += bump.saturating_sub(self.run.start);
        self.run = 0..0;
        self.raw.set_run(0, 0);
    }

    /// Begins a collection: nothing is marked.
    pub(crate) fn begin_collection(&mut self) {
        self.retire_run();
        self.marks.clear();
    }

    /// Whether the last collection reached an object that was there before it, asked right after.
    pub(crate) fn was_reached(&self, object: GcRef) -> bool {
        usize::try_from(object.offset()).is_ok_and(|at| self.marks.is_taken(at / GRANULE))
    }

    /// Ends a collection: lines without marks are free.
    pub(crate) fn end_collection(&mut self, outcome: Outcome, pause_ns: u64) {
        let live = if outcome.incomplete {
            let used = self.fresh.min(self.marks.len());
            self.marks.take(0..used);
            (used * LINE) as u64
        } else {
            outcome.granules * GRANULE as u64
        };
        (self.small, self.large, self.large_missed, self.wrapped) = (1, 1, usize::MAX, false);
        self.policy.collected(live);
        self.stats.collections += 1;
        self.stats.live_bytes_after_last = live;
        self.stats.objects_marked += outcome.objects;
        self.stats.last_pause_ns = pause_ns;
        self.stats.total_pause_ns += pause_ns;
        if self.policy.stress {
            self.clear_free_lines();
        }
    }

    /// Makes free lines zero, so that a use of what was collected shows.
    fn clear_free_lines(&mut self) {
        let (mut from, end) = (1, self.fresh.min(self.marks.len()));
        while let Some(first) = self.marks.free_line(from, end) {
            let len = self.marks.free_len(first, usize::MAX, end);
            from = first + len;
            self.raw.bytes_mut()[first * LINE..from * LINE].fill(0);
        }
    }
}
