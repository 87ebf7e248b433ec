//! Wide arithmetic: results in two places stay what they are, whatever is done with them next.
//!
//! Programs made at random are compared with an evaluation of the same instructions on a stack.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{Instance, Machine, Module};
use std::fmt::Write as _;

const LOCALS: usize = 4;

/// Xorshift: numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }
}

/// A program, and what evaluating it yields.
#[derive(Default)]
struct Program {
    text: String,
    locals: [u64; LOCALS],
    stack: Vec<u64>,
}

impl Program {
    fn pop(&mut self) -> u64 {
        self.stack.pop().unwrap()
    }

    fn pop_wide(&mut self) -> u128 {
        let high = self.pop();
        u128::from(high) << 64 | u128::from(self.pop())
    }

    #[expect(clippy::cast_possible_truncation, reason = "the halves")]
    fn push_wide(&mut self, value: u128) {
        self.stack.extend([value as u64, (value >> 64) as u64]);
    }

    /// Adds an instruction; where the stack lacks operands, one that pushes.
    #[expect(clippy::too_many_lines, reason = "an arm for each instruction")]
    fn step(&mut self, numbers: &mut Numbers) {
        let local = numbers.below(LOCALS);
        let what = match (self.stack.len(), numbers.below(20)) {
            (0..=1, _) => 0,
            (2..=3, what @ 16..) => what - 10,
            (12.., what) => 4 + what % 16,
            (_, what) => what,
        };
        let text = match what {
            0..=2 => {
                self.stack.push(self.locals[local]);
                format!("(local.get {local})")
            }
            3 => {
                let constant = [0, 1, u64::MAX, numbers.next()][numbers.below(4)];
                self.stack.push(constant);
                format!("(i64.const {})", constant.cast_signed())
            }
            4..=7 => {
                self.locals[local] = self.pop();
                format!("(local.set {local})")
            }
            8 => {
                self.locals[local] = *self.stack.last().unwrap();
                format!("(local.tee {local})")
            }
            9 => {
                self.pop();
                "(drop)".into()
            }
            10 => {
                let (b, a) = (self.pop(), self.pop());
                self.stack.push(a.wrapping_add(b));
                "(i64.add)".into()
            }
            11 => {
                let (b, a) = (self.pop(), self.pop());
                self.stack.push(a.wrapping_sub(b));
                "(i64.sub)".into()
            }
            12 | 13 => {
                let (b, a) = (self.pop(), self.pop());
                self.push_wide(u128::from(a) * u128::from(b));
                "(i64.mul_wide_u)".into()
            }
            14 | 15 => {
                let (b, a) = (self.pop().cast_signed(), self.pop().cast_signed());
                self.push_wide((i128::from(a) * i128::from(b)).cast_unsigned());
                "(i64.mul_wide_s)".into()
            }
            16 | 17 => {
                let (b, a) = (self.pop_wide(), self.pop_wide());
                self.push_wide(a.wrapping_add(b));
                "(i64.add128)".into()
            }
            _ => {
                let (b, a) = (self.pop_wide(), self.pop_wide());
                self.push_wide(a.wrapping_sub(b));
                "(i64.sub128)".into()
            }
        };
        writeln!(self.text, "{text}").unwrap();
    }
}

#[test]
fn programs_made_at_random_compute_what_their_instructions_say() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..if cfg!(debug_assertions) { 400 } else { 5000 } {
        let mut program = Program::default();
        let arguments: [u64; LOCALS] = std::array::from_fn(|_| numbers.next());
        program.locals = arguments;
        for _ in 0..30 {
            program.step(&mut numbers);
        }
        // What is left, and the locals, all in one number.
        while program.stack.len() > 1 {
            let (b, a) = (program.pop(), program.pop());
            program.stack.push(a.rotate_left(7) ^ b);
            program.text += "(local.set 4) (i64.rotl (i64.const 7)) (i64.xor (local.get 4))\n";
        }
        let mut tail = String::new();
        let mut expected = program.stack.pop().unwrap_or_else(|| {
            tail += "(i64.const 0)";
            0
        });
        for (i, local) in program.locals.iter().enumerate() {
            expected = expected.rotate_left(7) ^ local;
            write!(tail, "(i64.rotl (i64.const 7)) (i64.xor (local.get {i}))").unwrap();
        }
        let text = format!(
            r#"(module (func (export "f") (param i64 i64 i64 i64) (result i64) (local i64)
            {} {tail}))"#,
            program.text
        );
        let module = Module::new(text.as_bytes()).unwrap();
        let mut machine = Machine::new(());
        let instance = Instance::new(&mut machine, &module, &[]).unwrap();
        let f = instance.get_typed_func::<(u64, u64, u64, u64), u64>(&machine, "f").unwrap();
        let [a, b, c, d] = arguments;
        assert_eq!(f.call(&mut machine, (a, b, c, d)).unwrap(), expected, "{text}");
    }
}
