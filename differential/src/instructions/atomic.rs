//! Atomic instructions, run by one thread: every access of every width, with operands whose upper
//! bits must not matter, in shared and other memories, of 32-bit and 64-bit addresses.

use super::{I32, I64, Maker, Pair, Rows, Ty};
use crate::random::Random;

/// The operations that read, change and write.
const CHANGES: [&str; 7] = ["add", "sub", "and", "or", "xor", "xchg", "cmpxchg"];

/// Only so many bytes are used, at both ends of a memory, so that accesses meet.
const REGION: u64 = 64;

/// A memory of the module.
#[derive(Clone, Copy, Debug)]
struct Memory {
    shared: bool,
    memory64: bool,
}

/// The text of a module.
pub(crate) fn text(random: &mut Random) -> Pair {
    let count = 1 + random.below(3) as usize;
    let memory =
        |random: &mut Random| Memory { shared: random.one_in(2), memory64: random.one_in(3) };
    let mut atomics = Atomics { memories: (0..count).map(|_| memory(random)).collect() };
    let mut text = String::from("(module\n");
    for (n, memory) in atomics.memories.iter().enumerate() {
        // What is shared cannot be looked at from outside without `unsafe`: it has a function for that.
        let export = if memory.shared { String::new() } else { format!("(export \"m{n}\") ") };
        let (address, shared) = (memory.address(), if memory.shared { " shared" } else { "" });
        text += &format!("(memory $m{n} {export}{address} 1 2{shared})\n");
        let bytes: String = random.bytes(24).iter().map(|byte| format!("\\{byte:02x}")).collect();
        text += &format!("(data (memory $m{n}) ({address}.const 4) \"{bytes}\")\n");
        text += &sum(n, *memory);
    }
    let mut text = Pair::same(text);
    let mut maker = Maker { random };
    for n in 0..2 + maker.random.below(4) {
        text.push(&maker.function(&mut atomics, &format!("f{n}")));
    }
    text.push(&Pair::same(")"));
    text
}

/// A function that sums up what is in both regions of a memory.
fn sum(n: usize, memory: Memory) -> String {
    let address = memory.address();
    format!(
        "(func (export \"sum{n}\") (result i64) (local $i {address}) (local $sum i64)
          (loop $next
            (local.set $sum
              (i64.add
                (i64.mul (local.get $sum) (i64.const 0x100000001b3))
                (i64.add
                  (i64.load $m{n} (local.get $i))
                  (i64.load $m{n} offset={} (local.get $i)))))
            (local.set $i ({address}.add (local.get $i) ({address}.const 8)))
            (br_if $next ({address}.lt_u (local.get $i) ({address}.const {REGION}))))
          (local.get $sum))\n",
        0x1_0000 - REGION
    )
}

impl Memory {
    const fn address(self) -> Ty {
        if self.memory64 { I64 } else { I32 }
    }
}

/// What an instruction accesses.
struct Access {
    /// The memory, the offset, and the alignment that the text gives.
    words: String,
    address: Pair,
}

struct Atomics {
    memories: Vec<Memory>,
}

impl Atomics {
    /// A place of `bytes` bytes in one of the memories: a few are not aligned, or outside.
    fn access(&mut self, maker: &mut Maker<'_>, bytes: u64, depth: u32) -> Access {
        let odd = maker.random.one_in(60);
        self.place(maker, bytes, depth, odd)
    }

    /// A place; an odd one need not be aligned, nor in the memory.
    fn place(&mut self, maker: &mut Maker<'_>, bytes: u64, depth: u32, odd: bool) -> Access {
        let n = maker.random.below(self.memories.len() as u64) as usize;
        let ty = self.memories[n].address();
        let end = 0x1_0000 - REGION;
        let offset = match maker.random.below(4) {
            0 => end,
            1 if odd => 0x1_0000,
            2 if odd => bytes / 2,
            _ => bytes * maker.random.below(3),
        };
        let mask = if odd { REGION - 1 } else { (REGION - 1) & !(bytes - 1) };
        let address = match maker.random.below(3) {
            0 => Pair::same(format!("({ty}.const {})", maker.random.next() & mask)),
            _ => {
                let value = maker.expression(self, ty, depth.saturating_sub(1));
                let mask = Pair::same(format!("({ty}.const {mask})"));
                let and = format!("{ty}.and");
                Pair::fold(&and, &and, &[value, mask])
            }
        };
        Access { words: format!("$m{n} offset={offset}"), address }
    }

    /// `cmpxchg` of a place that was read just before, so that it often finds what it expects; then
    /// with other upper bits than those that were read.
    fn exchange(&mut self, maker: &mut Maker<'_>, ty: Ty, bits: u64, depth: u32) -> Pair {
        let access = self.access(maker, bits / 8, depth);
        let (name, load) = match width(ty) == bits {
            true => (format!("{ty}.atomic.rmw.cmpxchg"), format!("{ty}.atomic.load")),
            false => {
                (format!("{ty}.atomic.rmw{bits}.cmpxchg_u"), format!("{ty}.atomic.load{bits}_u"))
            }
        };
        let new = maker.expression(self, ty, depth - 1);
        let [load, name] = [load, name].map(|name| format!("{name} {}", access.words));
        let expected = match maker.random.below(4) {
            0 => maker.expression(self, ty, depth - 1),
            // The address is computed twice: nothing in it may change what it depends on.
            _ if is_simple(&access.address.ours) => {
                let read = Pair::fold(&load, &load, std::slice::from_ref(&access.address));
                let upper = if bits == width(ty) { 0 } else { maker.interesting() << bits };
                let upper = if ty == I32 { upper & 0xffff_ffff } else { upper };
                let or = format!("{ty}.or");
                Pair::fold(&or, &or, &[read, Pair::same(format!("({ty}.const {upper:#x})"))])
            }
            _ => Pair::same(maker.constant(ty)),
        };
        Pair::fold(&name, &name, &[access.address, expected, new])
    }

    fn wait(&mut self, maker: &mut Maker<'_>, depth: u32) -> Pair {
        let ty = maker.random.one_of(&[I32, I64]);
        let bits = width(ty);
        // Which trap it is that a wait ends in for two reasons, engines may choose.
        let access = self.place(maker, bits / 8, depth, false);
        let name = format!("memory.atomic.wait{bits} {}", access.words);
        // One that could wait for long does not find what it expects.
        let (expected, time) = match maker.random.below(3) {
            0 if is_simple(&access.address.ours) => {
                let load = format!("{ty}.load {}", access.words);
                let read = Pair::fold(&load, &load, std::slice::from_ref(&access.address));
                let xor = format!("{ty}.xor");
                let other = Pair::fold(&xor, &xor, &[read, Pair::same(format!("({ty}.const 4)"))]);
                (other, maker.random.one_of(&["-1", "0x7fffffffffffffff"]))
            }
            _ => (maker.expression(self, ty, depth - 1), maker.random.one_of(&["0", "1"])),
        };
        let time = Pair::same(format!("(i64.const {time})"));
        Pair::fold(&name, &name, &[access.address, expected, time])
    }
}

/// Whether an expression can be computed twice: it calls nothing and writes nothing.
fn is_simple(text: &str) -> bool {
    !text.contains("atomic")
}

const fn width(ty: Ty) -> u64 {
    if matches!(ty, I32) { 32 } else { 64 }
}

/// A width of an access whose value on the stack is of a type.
fn access_width(maker: &mut Maker<'_>, ty: Ty) -> u64 {
    if ty == I32 {
        maker.random.one_of(&[8, 16, 32])
    } else {
        maker.random.one_of(&[8, 16, 32, 64])
    }
}

impl Rows for Atomics {
    fn row(&mut self, maker: &mut Maker<'_>, ty: Ty, depth: u32) -> Option<Pair> {
        if !matches!(ty, I32 | I64) {
            return None;
        }
        let bits = access_width(maker, ty);
        Some(match maker.random.below(12) {
            0..2 => {
                let access = self.access(maker, bits / 8, depth);
                let narrow = if bits == width(ty) { String::new() } else { format!("{bits}_u") };
                let name = format!("{ty}.atomic.load{narrow} {}", access.words);
                Pair::fold(&name, &name, &[access.address])
            }
            2 if ty == I32 => {
                let access = self.access(maker, 4, depth);
                let name = format!("memory.atomic.notify {}", access.words);
                let count = maker.expression(self, I32, depth - 1);
                Pair::fold(&name, &name, &[access.address, count])
            }
            3 if ty == I32 && maker.random.one_in(3) => self.wait(maker, depth),
            _ => {
                let change = maker.random.one_of(&CHANGES);
                if change == "cmpxchg" {
                    return Some(self.exchange(maker, ty, bits, depth));
                }
                let access = self.access(maker, bits / 8, depth);
                let name = match bits == width(ty) {
                    true => format!("{ty}.atomic.rmw.{change} {}", access.words),
                    false => format!("{ty}.atomic.rmw{bits}.{change}_u {}", access.words),
                };
                let value = maker.expression(self, ty, depth - 1);
                Pair::fold(&name, &name, &[access.address, value])
            }
        })
    }

    fn statement(&mut self, maker: &mut Maker<'_>) -> Option<Pair> {
        if maker.random.one_in(8) {
            return Some(Pair::same("(atomic.fence)"));
        }
        let ty = maker.random.one_of(&[I32, I64]);
        let bits = access_width(maker, ty);
        let access = self.access(maker, bits / 8, 2);
        let narrow = if bits == width(ty) { String::new() } else { bits.to_string() };
        let name = format!("{ty}.atomic.store{narrow} {}", access.words);
        let value = maker.expression(self, ty, 2);
        Some(Pair::fold(&name, &name, &[access.address, value]))
    }
}
