//! What can be seen of a run, in words that belong to no engine, and how two runs differ.

use std::fmt;

/// How deep objects are looked into.
pub(crate) const DEPTH: u32 = 3;

/// How many elements of an array are looked at.
pub(crate) const ELEMENTS: u32 = 8;

/// A value as the outside sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    V128(u128),
    Null,
    Func,
    /// A value of the host: its number.
    Host(u32),
    I31(i32),
    /// A structure: its fields.
    Struct(Vec<Value>),
    /// An array: how many elements it has, and the first.
    Array(u32, Vec<Value>),
    /// An exception: what it carries.
    Exception(Vec<Value>),
    /// Something inside of so many objects that it is not looked at.
    Deep,
    /// Something of the guest's passed off as a value of the host, or the other way round.
    Converted,
}

/// How a call or an instantiation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Values(Vec<Value>),
    /// A trap, by its kind.
    Trap(&'static str),
    /// An exception that nothing caught: what it carried.
    Exception(Vec<Value>),
    /// There was no argument of the type that the function takes.
    NotCalled,
    /// The engine refused; why is its own way of putting it.
    Refused(String),
    /// The engine met a limit of its own: nothing can be compared from here on.
    Limit(String),
    /// The engine's code failed, which is wrong in any case.
    Broken(String),
}

/// What is done with an instance, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) what: String,
    pub(crate) end: End,
    /// The fuel left after it.
    pub(crate) fuel: Option<Value>,
}

/// Something that lasts, as it is after the last step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Global(Value),
    /// Size in bytes, and a hash of the contents.
    Memory(u64, u64),
    Table(Vec<Value>),
}

/// All that was seen of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Observation {
    pub(crate) steps: Vec<Step>,
    pub(crate) state: Vec<(String, Item)>,
}

/// What comparing two runs says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Same,
    /// A limit of one engine ended the comparison early: which.
    Unknown(String),
    /// What differs.
    Different(String),
}

impl Observation {
    /// Compares with another run of the same module.
    pub(crate) fn compare(&self, other: &Self) -> Verdict {
        for (a, b) in self.steps.iter().zip(&other.steps) {
            match (&a.end, &b.end) {
                (End::Broken(_), _) | (_, End::Broken(_)) => {}
                (End::Limit(why), _) | (_, End::Limit(why)) => {
                    return Verdict::Unknown(why.clone());
                }
                _ => {}
            }
            if a.what != b.what || a.end != b.end || a.fuel != b.fuel {
                return Verdict::Different(format!("{a}\n{b}"));
            }
        }
        if self.steps.len() != other.steps.len() {
            let lengths = (self.steps.len(), other.steps.len());
            return Verdict::Different(format!("{} steps\n{} steps", lengths.0, lengths.1));
        }
        for (a, b) in self.state.iter().zip(&other.state) {
            if a != b {
                return Verdict::Different(format!("{}: {:?}\n{}: {:?}", a.0, a.1, b.0, b.1));
            }
        }
        match self.state.len() == other.state.len() {
            true => Verdict::Same,
            false => Verdict::Different("they export different things".into()),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}, fuel {:?}", self.what, self.end, self.fuel)
    }
}

/// FNV-1a.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(end: End) -> Observation {
        let step = Step { what: "f()".into(), end, fuel: None };
        Observation { steps: vec![step], state: Vec::new() }
    }

    #[test]
    fn a_difference_is_noticed_and_a_limit_is_none() {
        let one = run(End::Values(vec![Value::I32(1)]));
        let limit = run(End::Limit("stack".into()));
        assert_eq!(one.compare(&one), Verdict::Same);
        assert!(matches!(one.compare(&run(End::Trap("unreachable"))), Verdict::Different(_)));
        assert_eq!(one.compare(&limit), Verdict::Unknown("stack".into()));
        assert!(matches!(limit.compare(&run(End::Broken(String::new()))), Verdict::Different(_)));
        assert!(matches!(one.compare(&Observation::default()), Verdict::Different(_)));
    }
}
