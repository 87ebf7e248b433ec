//! The same steps for every engine: which functions are called with what.
//!
//! Knows no engine; each is a [`Subject`].

use crate::{
    case::Case,
    observation::{End, Item, Observation, Step, Value},
    random::Random,
};

/// What a function takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Param {
    I32,
    I64,
    F32,
    F64,
    V128,
    Ref { nullable: bool, given: Given },
}

/// What can be made for a parameter that takes references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// Nothing but null, or something that an earlier call returned.
    Earlier,
    /// A value of the host.
    Host,
    /// A number in a reference.
    I31,
    /// One of the functions that the instance exports.
    Func,
}

/// An argument.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Arg {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    Null,
    Host(u32),
    I31(i32),
    /// An exported function, counted round.
    Func(usize),
    /// The first reference that fits of those that were returned, from this one on, counted round.
    Earlier(usize),
}

/// An instance of a module on some engine.
pub(crate) trait Subject {
    /// The exported functions and what they take.
    fn functions(&mut self) -> Vec<(String, Vec<Param>)>;

    /// Calls an exported function.
    fn call(&mut self, name: &str, args: &[Arg]) -> End;

    fn set_fuel(&mut self, fuel: i32);

    fn fuel(&mut self) -> Option<Value>;

    /// The exported globals, memories and tables.
    fn state(&mut self) -> Vec<(String, Item)>;
}

/// Loops and calls that each call may begin.
const FUEL_OF_A_CALL: i32 = 300;

/// How often each function is called.
const ROUNDS: u64 = 3;

/// Runs a case: makes the instance by `start` and calls its functions.
pub(crate) fn observe<S: Subject>(
    case: &Case,
    start: impl FnOnce() -> Result<S, End>,
) -> Observation {
    let mut observation = Observation::default();
    let what = String::from("instantiate");
    let mut subject = match start() {
        Ok(subject) => subject,
        Err(end) => {
            observation.steps.push(Step { what, end, fuel: None });
            return observation;
        }
    };
    let (end, fuel) = (End::Values(Vec::new()), subject.fuel());
    observation.steps.push(Step { what, end, fuel });

    let functions = subject.functions();
    let mut random = Random::new(!case.seed);
    for round in 0..ROUNDS {
        for (name, params) in &functions {
            let Some(args) = arguments(params, round, &mut random) else { continue };
            subject.set_fuel(FUEL_OF_A_CALL);
            let end = subject.call(name, &args);
            let over = matches!(end, End::Limit(_) | End::Broken(_));
            let (what, fuel) = (format!("{name:?}{args:?}"), subject.fuel());
            observation.steps.push(Step { what, end, fuel });
            if over {
                return observation;
            }
        }
    }
    observation.state = subject.state();
    observation
}

/// Arguments for `params`; `None` if there are none.
fn arguments(params: &[Param], round: u64, random: &mut Random) -> Option<Vec<Arg>> {
    params.iter().map(|&param| argument(param, round, random)).collect()
}

fn argument(param: Param, round: u64, random: &mut Random) -> Option<Arg> {
    Some(match param {
        Param::I32 => Arg::I32(integer(random) as i32),
        Param::I64 => Arg::I64(integer(random)),
        Param::F32 => Arg::F32((float(random) as f32).to_bits()),
        Param::F64 => Arg::F64(float(random).to_bits()),
        Param::V128 => Arg::V128(u128::from(random.next()) << 64 | u128::from(random.next())),
        Param::Ref { nullable: true, .. } if random.one_in(3) => Arg::Null,
        Param::Ref { given: Given::Earlier, nullable } if round == 0 => {
            return nullable.then_some(Arg::Null);
        }
        Param::Ref { .. } if round > 0 && random.one_in(2) => Arg::Earlier(random.next() as usize),
        Param::Ref { given: Given::Earlier, .. } => Arg::Earlier(random.next() as usize),
        Param::Ref { given: Given::Host, .. } => Arg::Host(random.below(100) as u32),
        Param::Ref { given: Given::I31, .. } => Arg::I31((integer(random) as i32) << 1 >> 1),
        Param::Ref { given: Given::Func, .. } => Arg::Func(random.next() as usize),
    })
}

fn integer(random: &mut Random) -> i64 {
    match random.below(5) {
        0 => random.next().cast_signed(),
        1 => random.one_of(&[0, 1, -1, i64::MIN, i64::MAX, i32::MIN.into(), i32::MAX.into()]),
        2 => random.one_of(&[0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x8000_0000]),
        _ => random.below(300).cast_signed() - 20,
    }
}

/// No NaN other than the canonical one, since engines may change the others.
fn float(random: &mut Random) -> f64 {
    match random.below(4) {
        0 => random.one_of(&[0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]),
        1 => random.one_of(&[f64::MIN_POSITIVE, f64::MAX, 4294967296.0, -2147483649.0, 1e300]),
        _ => random.below(20_000) as f64 / 16.0 - 500.0,
    }
}
