//! An emulator, mos6502: machine code of the 6502 sieves primes and sums a page of bytes.

use driver::Digest;
use mos6502::cpu::CPU;
use mos6502::instruction::Nmos6502;
use mos6502::memory::{Bus, Memory};
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(1200, 0x8ad2_f722_c70f_4885), (90, 0x047e_a320_4206_7da0)];

/// Where the code stands.
const START: u16 = 0x0400;

/// Marks the numbers below 256 that are products, at 0x0300, and adds up the others at 0x10.
const CODE: &[u8] = &[
    0xa2, 0x00, // LDX #0
    0xa9, 0x00, // LDA #0
    0x9d, 0x00, 0x03, // clear: STA $0300,X
    0xe8, // INX
    0xd0, 0xfa, // BNE clear
    0x85, 0x10, // STA $10
    0x85, 0x11, // STA $11
    0xa2, 0x02, // LDX #2
    0xbd, 0x00, 0x03, // next: LDA $0300,X
    0xd0, 0x1b, // BNE skip
    0x18, // CLC
    0x8a, // TXA
    0x65, 0x10, // ADC $10
    0x85, 0x10, // STA $10
    0x90, 0x02, // BCC small
    0xe6, 0x11, // INC $11
    0x86, 0x12, // small: STX $12
    0x8a, // TXA
    0x18, // mark: CLC
    0x65, 0x12, // ADC $12
    0xb0, 0x09, // BCS skip
    0xa8, // TAY
    0xa9, 0x01, // LDA #1
    0x99, 0x00, 0x03, // STA $0300,Y
    0x98, // TYA
    0xd0, 0xf2, // BNE mark
    0xe8, // skip: INX
    0xd0, 0xdd, // BNE next
    0x02, // halt
];

fn run(work: u32) -> u64 {
    let mut digest = Digest::default();
    for turn in 0..work {
        let mut cpu = CPU::new(Memory::new(), Nmos6502);
        cpu.memory.set_bytes(START, CODE);
        cpu.registers.program_counter = START;
        let mut steps = 0;
        while cpu.memory.get_byte(cpu.registers.program_counter) != 0x02 {
            cpu.single_step();
            steps += 1;
            assert!(steps < 100_000, "the code ends");
        }
        let sum = u16::from_le_bytes([cpu.memory.get_byte(0x10), cpu.memory.get_byte(0x11)]);
        // 2 + 3 + 5 + … + 251.
        assert_eq!(sum, 6081, "the sum of the primes below 256");
        digest.number(steps + u64::from(turn));
        for address in 0x0300..0x0400 {
            digest.bytes([cpu.memory.get_byte(address)]);
        }
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
