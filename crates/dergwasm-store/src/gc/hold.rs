//! Holds: words that stay roots as long as someone outside keeps them.

use alloc::{
    boxed::Box,
    sync::{Arc, Weak},
    vec::Vec,
};

/// Keeps what its words lead to alive in the store that made it, as long as it or a clone lives.
///
/// Can be dropped anywhere and at any time, also after its store.
#[derive(Clone, Debug)]
pub struct Hold {
    words: Arc<Box<[u64]>>,
}

impl Hold {
    /// The words, as they were given to the store.
    #[must_use]
    pub fn words(&self) -> &[u64] {
        &self.words
    }
}

/// The holds of a store.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    holds: Vec<Weak<Box<[u64]>>>,
    /// From how many holds on to look for those that were dropped.
    crowded: usize,
}

impl Holds {
    pub(crate) fn hold(&mut self, words: Vec<u64>) -> Hold {
        if self.holds.len() >= self.crowded {
            self.prune();
            self.crowded = (self.holds.len() * 2).max(16);
        }
        let words = Arc::new(words.into_boxed_slice());
        self.holds.push(Arc::downgrade(&words));
        Hold { words }
    }

    /// Forgets the holds that were dropped.
    pub(crate) fn prune(&mut self) {
        self.holds.retain(|hold| hold.strong_count() > 0);
    }

    /// The words of all holds.
    pub(crate) fn words(&self) -> impl Iterator<Item = Arc<Box<[u64]>>> {
        self.holds.iter().filter_map(Weak::upgrade)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn dropped_holds_are_forgotten() {
        let mut holds = Holds::default();
        let kept = holds.hold(vec![1, 2]);
        let clone = kept.clone();
        drop(kept);
        for i in 0..10_000 {
            drop(holds.hold(vec![i]));
            assert!(holds.holds.len() <= 16);
        }
        holds.prune();
        let words: Vec<_> = holds.words().flat_map(|words| words.to_vec()).collect();
        assert_eq!((words, clone.words()), (vec![1, 2], &[1, 2][..]));
        drop(clone);
        assert_eq!(holds.words().count(), 0);
    }
}
