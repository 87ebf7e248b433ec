//! The classes of a function's parameters and locals: in runs, as they are declared, so that a
//! function with many locals takes no longer to begin with than one with few.

use super::lists::bytes;
use crate::ir::Class;
use alloc::vec::Vec;
use core::ops::Range;

/// How many are looked up without a search.
const NEAR: usize = 256;

/// The classes of parameters and locals.
#[derive(Debug, Default)]
pub(super) struct Locals {
    /// The first ones, one by one.
    near: Vec<Class>,
    /// All of them: where each run ends.
    runs: Vec<(u32, Class)>,
}

impl Locals {
    pub(super) fn clear(&mut self) {
        self.near.clear();
        self.runs.clear();
    }

    /// Adds `count` of a class.
    pub(super) fn add(&mut self, count: u32, class: Class) {
        if count == 0 {
            return;
        }
        let near = (count as usize).min(NEAR - self.near.len());
        self.near.extend(core::iter::repeat_n(class, near));
        self.runs.push((self.len() + count, class));
    }

    /// How much memory they take.
    pub(super) fn bytes(&self) -> usize {
        bytes(&self.near) + bytes(&self.runs)
    }

    pub(super) fn len(&self) -> u32 {
        self.runs.last().map_or(0, |&(end, _)| end)
    }

    /// The class of the one at an index, which there is.
    #[inline]
    pub(super) fn class(&self, index: u32) -> Class {
        match self.near.get(index as usize) {
            Some(&class) => class,
            None => self.far(index),
        }
    }

    #[cold]
    fn far(&self, index: u32) -> Class {
        let run = self.runs.partition_point(|&(end, _)| end <= index);
        self.runs.get(run).map_or(Class::I64, |&(_, class)| class)
    }

    /// The indices of those of a class.
    pub(super) fn of_class(&self, class: Class) -> impl Iterator<Item = Range<u32>> {
        let mut start = 0;
        let runs = self
            .runs
            .iter()
            .map(move |&(end, found)| (core::mem::replace(&mut start, end)..end, found));
        runs.filter(move |&(_, found)| found == class).map(|(run, _)| run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_and_far_ones_have_the_classes_of_their_runs() {
        let mut locals = Locals::default();
        for (count, class) in
            [(3, Class::I32), (0, Class::F32), (300, Class::Ref), (5, Class::V128)]
        {
            locals.add(count, class);
        }
        assert_eq!(locals.len(), 308);
        for (index, class) in [
            (0, Class::I32),
            (2, Class::I32),
            (3, Class::Ref),
            (255, Class::Ref),
            (256, Class::Ref),
            (302, Class::Ref),
            (303, Class::V128),
            (307, Class::V128),
        ] {
            assert_eq!(locals.class(index), class, "{index}");
        }
        assert!(locals.of_class(Class::Ref).eq(core::iter::once(3..303)));
        assert!(locals.of_class(Class::F32).eq([]));
        locals.clear();
        assert_eq!(locals.len(), 0);
    }
}
