//! Functions that several threads translate at once, in every order of events that loom finds; run
//! by `cargo xtask ci loom`.

use crate::module::Flavour;
use crate::{Config, Module};
use alloc::sync::Arc;
use loom::thread::{Builder, JoinHandle};

/// The stack of a thread in words: translation needs more than loom gives.
const STACK: usize = 1 << 16;

fn spawn<R: Send + 'static>(body: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    Builder::new().stack_size(STACK).spawn(body).unwrap()
}

/// Runs `body` in every order of events.
fn model(body: impl Fn() + Send + Sync + 'static) {
    let body = Arc::new(body);
    loom::model(move || {
        let body = Arc::clone(&body);
        spawn(move || body()).join().unwrap();
    });
}

fn module() -> Module {
    let wasm = wat::parse_str("(module (func (call 1 (i32.const 1))) (func (param i32)))").unwrap();
    let mut config = Config::new();
    config.parallel(false);
    Module::with_config(&config, &wasm).unwrap()
}

fn flavour() -> Flavour {
    Flavour::of(&Config::new())
}

/// Translates the first function, unless it is; returns where its code and the next function's
/// entry are.
fn translate(module: &Module) -> (usize, usize) {
    let entries = module.code(flavour()).unwrap().entries();
    module.translate(flavour(), &entries[0], None).unwrap();
    let body = entries[0].body().expect("it is translated");
    let (start, end) = body.addresses();
    assert!(start < end && start == entries[0].code().addr(), "the code is whole");
    (start, core::ptr::from_ref(&entries[1]).addr())
}

#[test]
fn all_threads_get_the_same_code() {
    model(|| {
        let module = module();
        let other = module.clone();
        let translating = spawn(move || translate(&other));
        let here = translate(&module);
        assert_eq!(here, translating.join().unwrap());
        let published = module.code(flavour()).unwrap().published_since(0).count();
        assert_eq!(published, 1, "a function is noted once");
    });
}

#[test]
fn a_reader_sees_whole_code_or_none() {
    model(|| {
        let module = module();
        let other = module.clone();
        let entry = &module.code(flavour()).unwrap().entries()[0];
        let translating = spawn(move || {
            translate(&other);
        });
        let seen = entry.body().map(|body| {
            let (start, end) = body.addresses();
            assert!(start < end, "the length is that of the code");
            start
        });
        // Whoever sees the code finds its function by it.
        if let Some(start) = seen {
            let mut known = module.code(flavour()).unwrap().published_since(0);
            let found =
                known.any(|known| known.is_some_and(|(_, code)| code.addresses().0 == start));
            assert!(found, "code that can run is among the published");
        }
        translating.join().unwrap();
        assert!(entry.is_translated());
    });
}

#[test]
fn a_flavour_has_one_table() {
    model(|| {
        let module = module();
        let other = module.clone();
        let table = |module: &Module| core::ptr::from_ref(module.code(flavour()).unwrap()).addr();
        let there = spawn(move || table(&other));
        let mut config = Config::new();
        let metered = Flavour::of(config.consume_fuel(true));
        let another = core::ptr::from_ref(module.code(metered).unwrap()).addr();
        let here = table(&module);
        assert_eq!(here, there.join().unwrap());
        assert_ne!(here, another);
    });
}
