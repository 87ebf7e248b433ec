//! Guests that wait for the world outside: an interrupt ends the wait at once, and a wait that goes
//! on later lasts no longer in all.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::sys::{Errno, Stdio, TcpConnection, TcpServer};
use dergwasm::wasi::{self, Builder, Wasi};
use dergwasm::{Config, Instance, Linker, Machine, Module, Trap, TypedResumableCall};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Functions that make one system call and return, without a call or a loop after it.
const GUEST: &[u8] = br#"(module
    (import "wasi_snapshot_preview1" "fd_read"
        (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_recv"
        (func $recv (param i32 i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_send"
        (func $send (param i32 i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 32)
    (memory $shared 1 1 shared)
    ;; Pieces of 16 bytes and of a mebibyte; a relative time of the monotonic clock, then input.
    (data (i32.const 0) "\00\10\00\00\10\00\00\00\00\10\00\00\00\00\10\00")
    (data (i32.const 64) "\01\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00")
    (data (i32.const 112) "\02\00\00\00\00\00\00\00\01")
    (func (export "read") (result i32)
        (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 512)))
    (func (export "write") (result i32)
        (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 512)))
    (func (export "input") (result i32)
        (call $poll (i32.const 112) (i32.const 600) (i32.const 1) (i32.const 512)))
    (func $clocks (param i64 i32) (result i32)
        (i64.store (i32.const 88) (local.get 0))
        (call $poll (i32.const 64) (i32.const 600) (local.get 1) (i32.const 512)))
    (func (export "sleep") (result i32) (call $clocks (i64.const 60000000000) (i32.const 1)))
    (func (export "both") (result i32) (call $clocks (i64.const 60000000000) (i32.const 2)))
    (func (export "for") (param i64) (result i32)
        (drop (call $clocks (local.get 0) (i32.const 2)))
        (i32.load (i32.const 512)))
    (func (export "accept") (result i32)
        (call $accept (i32.const 3) (i32.const 0) (i32.const 512)))
    (func (export "recv") (result i32)
        (call $recv (i32.const 3) (i32.const 0) (i32.const 1) (i32.const 0)
            (i32.const 512) (i32.const 516)))
    ;; Until the other end takes no more.
    (func (export "send") (result i32)
        (loop (br_if 0 (i32.eqz
            (call $send (i32.const 3) (i32.const 8) (i32.const 1) (i32.const 0)
                (i32.const 512)))))
        (i32.const 1))
    (func (export "wait") (result i32)
        (memory.atomic.wait32 $shared (i32.const 0) (i32.const 0) (i64.const 60000000000)))
    (func (export "fine") (result i32) (i32.const 42)))"#;

/// Input that does not come and output that nobody takes; counts how often it was asked.
#[derive(Clone, Default)]
struct Nobody(Arc<AtomicU32>);

impl Stdio for Nobody {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, Errno> {
        panic!("it would wait")
    }

    fn write(&mut self, _: &[u8]) -> Result<usize, Errno> {
        panic!("it would wait")
    }

    fn ready_to_read(&mut self) -> Option<u64> {
        self.0.fetch_add(1, Ordering::Relaxed);
        None
    }

    fn ready_to_write(&mut self) -> Option<u64> {
        None
    }
}

fn machine(world: Builder) -> (Machine<Wasi>, Instance) {
    let config = Config::new().interruptible(true).clone();
    let mut machine = Machine::with_config(&config, world.no_files().build());
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |wasi: &mut Wasi| wasi).unwrap();
    let module = Module::with_config(&config, GUEST).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    (machine, instance)
}

/// Calls a function, interrupts it, and says how long it took to stop.
fn interrupted(machine: &mut Machine<Wasi>, instance: Instance, name: &str) -> Duration {
    let func = instance.get_typed_func::<(), i32>(&*machine, name).unwrap();
    let fine = instance.get_typed_func::<(), i32>(&*machine, "fine").unwrap();
    let handle = machine.interrupt_handle_for_run();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(15));
        let now = Instant::now();
        assert!(handle.interrupt());
        now
    });
    let error = func.call(&mut *machine, ()).unwrap_err();
    let stopped = Instant::now();
    assert_eq!(error.trap(), Some(Trap::Interrupted), "{name}: {error:?}");
    assert!(!error.backtrace().unwrap().frames().is_empty(), "{name}");
    assert_eq!(fine.call(&mut *machine, ()).unwrap(), 42, "{name}: the machine is usable");
    stopped - other.join().unwrap()
}

/// Calls a function that waits, interrupts it, and checks that it stops soon.
fn stops(machine: &mut Machine<Wasi>, instance: Instance, name: &str) {
    let mut times: Vec<_> = (0..7).map(|_| interrupted(machine, instance, name)).collect();
    times.sort_unstable();
    println!("{name}: {times:?}");
    // Usually a tenth of a millisecond; threads of a busy test machine may wait for a processor.
    assert!(times[3] < Duration::from_millis(20), "{name}: {times:?}");
}

#[test]
fn an_interrupt_ends_a_wait_for_streams_and_clocks() {
    let (stdin, stdout) = (Nobody::default(), Nobody::default());
    let (mut machine, instance) = machine(Wasi::builder().stdin(stdin).stdout(stdout));
    for name in ["read", "write", "input", "sleep", "both", "wait"] {
        stops(&mut machine, instance, name);
    }
}

#[test]
fn an_interrupt_ends_a_wait_for_sockets() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let client = TcpStream::connect(address).unwrap();
    let connection = TcpConnection::new(listener.accept().unwrap().0).unwrap();
    let (mut serving, instance) =
        machine(Wasi::builder().preopen_socket(TcpServer::new(listener).unwrap()));
    stops(&mut serving, instance, "accept");
    let (mut connected, instance) = machine(Wasi::builder().preopen_socket(connection));
    stops(&mut connected, instance, "recv");
    stops(&mut connected, instance, "send");
    drop(client);
}

#[test]
fn who_waits_does_not_ask_all_the_time() {
    let stdin = Nobody::default();
    let asked = stdin.0.clone();
    let (mut machine, instance) = machine(Wasi::builder().stdin(stdin));
    let read = instance.get_typed_func::<(), i32>(&machine, "read").unwrap();
    let handle = machine.interrupt_handle_for_run();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        handle.interrupt();
    });
    read.call(&mut machine, ()).unwrap_err();
    other.join().unwrap();
    assert!(asked.load(Ordering::Relaxed) < 200, "{asked:?}");
}

#[test]
fn a_wait_that_is_interrupted_again_and_again_ends_in_time() {
    let (mut machine, instance) = machine(Wasi::builder().stdin(Nobody::default()));
    let sleep = instance.get_typed_func::<u64, i32>(&machine, "for").unwrap();
    let handle = machine.interrupt_handle();
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || {
        while ended.recv_timeout(Duration::from_millis(5)).is_err() {
            handle.interrupt();
        }
    });
    let start = Instant::now();
    let mut outcome = sleep.call_resumable(&mut machine, 60_000_000).unwrap();
    let mut pauses = 0;
    while let TypedResumableCall::Paused(paused) = outcome {
        assert_eq!(paused.reason(), Trap::Interrupted);
        pauses += 1;
        outcome = paused.resume(&mut machine).unwrap();
    }
    done.send(()).unwrap();
    other.join().unwrap();
    assert!(matches!(outcome, TypedResumableCall::Finished(1)), "one event: {outcome:?}");
    assert!(pauses > 0 && start.elapsed() >= Duration::from_millis(60), "{pauses}");
}

/// A new call is a new wait, also if it looks like one that was given up.
#[test]
fn a_wait_that_was_given_up_shortens_no_other() {
    let (mut machine, instance) = machine(Wasi::builder().stdin(Nobody::default()));
    let sleep = instance.get_typed_func::<u64, i32>(&machine, "for").unwrap();
    for resumable in [true, false] {
        let handle = machine.interrupt_handle_for_run();
        handle.interrupt();
        if resumable {
            let outcome = sleep.call_resumable(&mut machine, 30_000_000).unwrap();
            assert!(matches!(outcome, TypedResumableCall::Paused(_)));
        } else {
            sleep.call(&mut machine, 30_000_000).unwrap_err();
        }
        thread::sleep(Duration::from_millis(40));
        let start = Instant::now();
        assert_eq!(sleep.call(&mut machine, 30_000_000).unwrap(), 1);
        assert!(start.elapsed() >= Duration::from_millis(30));
    }
}
