//! What machines take that run nothing. Alone in its process, since it counts address space.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that fails here says enough")]

use dergwasm::{Instance, Machine, Module};

/// The address space of this process, in bytes.
fn address_space() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    status.split(' ').next().unwrap().parse::<u64>().unwrap() * 4096
}

#[test]
fn idle_machines_have_no_stack() {
    let module = Module::new(b"(module (func (export \"f\") (result i32) (i32.const 1)))").unwrap();
    let before = address_space();
    let machines: Vec<_> = (0..1000)
        .map(|_| {
            let mut machine = Machine::new(());
            let instance = Instance::new(&mut machine, &module, &[]).unwrap();
            let f = instance.get_typed_func::<(), i32>(&machine, "f").unwrap();
            assert_eq!(f.call(&mut machine, ()).unwrap(), 1);
            machine
        })
        .collect();
    let grown = address_space().saturating_sub(before);
    // The one stack that is lent is 64 MiB.
    assert!(grown < 100 << 20, "{} machines took {grown} bytes of address space", machines.len());
}
