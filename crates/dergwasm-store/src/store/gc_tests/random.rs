//! Random graphs beside a model that knows what can be reached.

use super::*;

/// Numbers without order, always the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 20).unwrap() % end
    }
}

/// An object as it should be.
struct Expected {
    word: u64,
    size: u64,
    /// What a structure or an array of bytes holds.
    value: u8,
    /// The objects it leads to, by their places in the model.
    refs: Vec<Option<usize>>,
}

struct Model {
    world: World,
    random: Random,
    objects: Vec<Expected>,
    roots: Vec<Option<usize>>,
    refused: u32,
    /// How many objects could be reached at most.
    most: u64,
}

impl Model {
    fn new(seed: u64, limit: u64) -> Self {
        let mut world = World::new();
        world.store.set_heap_limit(limit);
        let (objects, roots) = (Vec::new(), vec![None; 24]);
        Self { world, random: Random(seed), objects, roots, refused: 0, most: 0 }
    }

    fn word(&self, object: Option<usize>) -> u64 {
        object.map_or(0, |object| self.objects[object].word)
    }

    fn root_words(&self) -> Vec<u64> {
        self.roots.iter().map(|&root| self.word(root)).collect()
    }

    /// Allocates something that leads nowhere yet, for a random root or object.
    fn alloc(&mut self) {
        let value = u8::try_from(self.random.below(256)).unwrap();
        let roots = self.root_words();
        let len = u32::try_from(self.random.below(40)).unwrap();
        let world = &mut self.world;
        let (word, size, refs) = match self.random.below(4) {
            0 => {
                let len = if self.random.below(10) == 0 { len * 1000 } else { len * 20 };
                let array = world.array(world.bytes, len, &roots);
                if let Ok(array) = array {
                    world.store.array_fill(gc_ref(array), 0, len, u32::from(value).into()).unwrap();
                }
                (array, (8 + u64::from(len)).next_multiple_of(8), 0)
            }
            1 => {
                let size = (8 + u64::from(len) * 4).next_multiple_of(8);
                (world.array(world.refs, len, &roots), size, len as usize)
            }
            _ => (world.node(value.into(), 0, 0, &roots), 24, 2),
        };
        match word {
            Ok(word) => {
                self.objects.push(Expected { word, size, value, refs: vec![None; refs] });
                let object = Some(self.objects.len() - 1);
                match self.walk() {
                    Some(from) if self.random.below(8) > 0 => self.set_ref(from, object),
                    _ => self.set_root(object),
                }
            }
            Err(_) => {
                self.refused += 1;
                let kept = self.roots.len() / 2;
                self.roots[kept..].fill(None);
            }
        }
    }

    /// Follows random references from a random root.
    fn walk(&mut self) -> Option<usize> {
        let mut at = self.roots[self.random.below(self.roots.len())]?;
        for _ in 0..self.random.below(6) {
            match self.objects[at].refs.as_slice() {
                [] => break,
                refs => at = refs[self.random.below(refs.len())].unwrap_or(at),
            }
        }
        Some(at)
    }

    /// Lets some object lead to another, now and then a root.
    fn link(&mut self) {
        if self.random.below(200) == 0 {
            let to = self.walk();
            self.set_root(to);
        }
        if let (Some(from), to) = (self.walk(), self.walk()) {
            self.set_ref(from, to);
        }
    }

    fn set_root(&mut self, to: Option<usize>) {
        let root = self.random.below(self.roots.len());
        self.roots[root] = to;
    }

    /// Lets an object lead to another, if it has references: mostly from one that is null.
    fn set_ref(&mut self, from: usize, to: Option<usize>) {
        let len = self.objects[from].refs.len();
        if len == 0 {
            return;
        }
        let null = self.objects[from].refs.iter().position(Option::is_none);
        let null = null.filter(|_| self.random.below(8) > 0);
        let index = null.unwrap_or_else(|| self.random.below(len));
        let word = self.word(from.into());
        let value = Value::from(self.word(to));
        if self.is_node(from) {
            self.world.set(word, 1 + index, value);
        } else {
            let index = u32::try_from(index).unwrap();
            self.world.store.array_set(gc_ref(word), index, value).unwrap();
        }
        self.objects[from].refs[index] = to;
    }

    fn is_node(&self, object: usize) -> bool {
        let object = self.world.store.object(gc_ref(self.objects[object].word)).unwrap();
        object.header().ty == self.world.node.0
    }

    /// Collects, and compares everything that can be reached with the model.
    fn check(&mut self) {
        self.world.store.collect(&self.root_words());
        let mut reached = vec![false; self.objects.len()];
        let mut todo: Vec<usize> = self.roots.iter().flatten().copied().collect();
        let (mut bytes, mut count) = (0, 0);
        while let Some(object) = todo.pop() {
            if !core::mem::replace(&mut reached[object], true) {
                self.check_object(object);
                (bytes, count) = (bytes + self.objects[object].size, count + 1);
                todo.extend(self.objects[object].refs.iter().flatten());
            }
        }
        let stats = self.world.store.heap_stats();
        assert_eq!(stats.live_bytes_after_last, bytes);
        self.most = self.most.max(count);
    }

    fn check_object(&self, object: usize) {
        let expected = &self.objects[object];
        let reference = gc_ref(expected.word);
        let store = &self.world.store;
        let found = store.object(reference).unwrap();
        assert_eq!(found.bytes().len() as u64, expected.size);
        let words = expected.refs.iter().map(|&object| self.word(object));
        if self.is_node(object) {
            assert_eq!(self.world.get(expected.word, 0), expected.value.into());
            let refs = [1, 2].map(|field| self.world.get(expected.word, field));
            assert!(words.eq(refs));
        } else if found.header().ty == self.world.refs.0 {
            let elements = (0..).zip(words).map(|(i, word)| (store.array_get(reference, i), word));
            elements.for_each(|(element, word)| assert_eq!(element.unwrap().bits(), word));
        } else {
            let elements = &found.bytes()[8..8 + found.header().len as usize];
            assert!(elements.iter().all(|&byte| byte == expected.value));
        }
    }

    fn run(&mut self, steps: u32) {
        for step in 0..steps {
            match self.random.below(5) {
                0..3 => self.alloc(),
                _ => self.link(),
            }
            if step % 500 == 0 {
                self.check();
            }
        }
        self.check();
    }
}

#[test]
fn what_can_be_reached_is_as_in_the_model() {
    for seed in 1..5 {
        let mut model = Model::new(seed * 0x9e37_79b9_7f4a, 8 << 30);
        model.run(40_000);
        assert_eq!(model.refused, 0);
        assert!(model.most > 250, "{}", model.most);
    }
}

#[test]
fn a_heap_that_is_always_nearly_full_stays_right() {
    for seed in 1..5 {
        let mut model = Model::new(seed * 0x9e37_79b9_7f4a, 100_000);
        model.run(40_000);
        assert!(model.refused > 0);
        assert!(model.most > 100, "{}", model.most);
        assert!(model.world.store.heap_stats().heap_bytes <= 100_000);
    }
}

#[test]
fn under_stress_too() {
    let mut model = Model::new(7, 8 << 30);
    model.world.store.set_gc_stress(true);
    model.run(1500);
}
