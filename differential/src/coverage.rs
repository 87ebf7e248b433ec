//! Whether every instruction that Dergwasm has is made by some kind of modules.
//!
//! The list of instructions is not written here: the operators are those of the decoder, with the
//! proposal that each belongs to, and what they become are the opcodes of the instruction table.

use crate::{case::Case, profile::PROFILES};
use dergwasm::{
    Config, Features, Module,
    exec::{self, Opcode},
    types::FuncIdx,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use wasmparser::{Operator, Parser, Payload};

/// How many modules of each kind are looked at.
const SAMPLE: u64 = 150;

/// Proposals whose instructions Dergwasm refuses, so that no module may have them.
const REFUSED: &[(&str, &str)] = &[
    ("shared_everything_threads", "not supported: `Features::with_shared_everything_threads`"),
    ("memory_control", "not supported: `Features::with_memory_control`"),
    ("custom_descriptors", "not supported: `Features::with_custom_descriptors`"),
    ("acquire_release_atomics", "orderings of accesses, a part of shared-everything threads"),
];

/// Instructions that no kind makes, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "TypedSelectMulti",
    "validation refuses every `select` of a number of types other than one",
)];

/// Each operator of the decoder, with its proposal.
fn operators() -> BTreeMap<&'static str, &'static str> {
    let mut all = BTreeMap::new();
    macro_rules! list {
        ($(@$proposal:ident $Name:ident $({ $($field:ident: $T:ty),* })? => $visit:ident $arity:tt)*) => {
            $( all.insert(stringify!($Name), stringify!($proposal)); )*
        };
    }
    wasmparser::for_each_operator!(list);
    all
}

/// The name of an operator, as `operators` has it.
fn name(operator: &Operator<'_>) -> &'static str {
    macro_rules! name {
        ($(@$proposal:ident $Name:ident $({ $($field:ident: $T:ty),* })? => $visit:ident $arity:tt)*) => {
            match operator {
                $( Operator::$Name { .. } => stringify!($Name), )*
                _ => unreachable!("an operator that the list does not have"),
            }
        };
    }
    wasmparser::for_each_operator!(name)
}

/// The names of the operators in a module's functions.
fn made(wasm: &[u8], found: &mut BTreeSet<&'static str>) {
    for payload in Parser::new(0).parse_all(wasm) {
        if let Ok(Payload::CodeSectionEntry(body)) = payload {
            let operators = body.get_operators_reader().expect("generated code can be read");
            found.extend(
                operators.into_iter().map(|operator| name(&operator.expect("so can this"))),
            );
        }
    }
}

/// The modules of the sample.
fn sample() -> impl Iterator<Item = Case> {
    PROFILES
        .iter()
        .flat_map(|profile| (0..SAMPLE).filter_map(|seed| Case::new(seed, Some(profile))))
}

#[test]
fn every_instruction_is_made_by_some_kind_of_modules() {
    let mut found = BTreeSet::new();
    for case in sample() {
        made(&case.wasm, &mut found);
        case.older.iter().for_each(|wasm| made(wasm, &mut found));
    }
    let refused = |proposal: &str| REFUSED.iter().any(|(name, _)| *name == proposal);
    let excepted = |name: &str| EXCEPTIONS.iter().any(|(excepted, _)| *excepted == name);
    let missing: Vec<_> = operators()
        .into_iter()
        .filter(|(name, proposal)| !refused(proposal) && !excepted(name) && !found.contains(name))
        .collect();
    assert!(missing.is_empty(), "no kind of modules has: {missing:?}");
    let needless: Vec<_> = EXCEPTIONS.iter().filter(|(name, _)| found.contains(name)).collect();
    assert!(needless.is_empty(), "these are made, and no exceptions: {needless:?}");
}

/// What proves that the list of refused proposals is one.
#[test]
fn refused_proposals_are_refused() {
    let supported = Features::supported();
    let all = Features::default();
    for (name, with) in [
        ("shared everything", all.with_shared_everything_threads(true)),
        ("memory control", all.with_memory_control(true)),
        ("custom descriptors", all.with_custom_descriptors(true)),
    ] {
        assert!(!supported.contains(with), "{name} is supported: its instructions are to be made");
    }
    let proposals: BTreeSet<_> = operators().into_values().collect();
    for (name, _) in REFUSED {
        assert!(proposals.contains(name), "the decoder knows no proposal {name}");
    }
}

/// Opcodes of the instruction table that the sample does not lead to, each with the reason.
const OPCODES_NOT_MADE: &[(Opcode, &str)] = &[
    (Opcode::Finish, "where a call from the host returns to: no part of a function"),
    (Opcode::Translate, "stands for a function that was not called yet: no part of a function"),
    (Opcode::CallElsewhere, "what imports are called through: no part of a function"),
    (Opcode::I32Eqz, "is translated as a comparison with zero"),
    (Opcode::I64Eqz, "is translated as a comparison with zero"),
    (Opcode::CrossReturn, "where a call of another instance returns to: no part of a function"),
];

/// Every row of the instruction table, superinstructions included, is in the code of some module.
#[test]
fn every_opcode_is_in_the_code_of_some_module() {
    let mut metered = Config::default();
    metered.consume_fuel(true).interruptible(true);
    let mut found = HashSet::new();
    for case in sample() {
        for wasm in [Some(&case.wasm), case.older.as_ref()].into_iter().flatten() {
            for config in [&Config::default(), &metered] {
                compiled(wasm, config, &mut found);
            }
        }
    }
    let excepted = |opcode| OPCODES_NOT_MADE.iter().any(|(excepted, _)| *excepted == opcode);
    let missing: Vec<_> = Opcode::ALL
        .iter()
        .filter(|opcode| !found.contains(*opcode) && !excepted(**opcode))
        .collect();
    assert!(missing.is_empty(), "no module's code has: {missing:?}");
    let needless: Vec<_> =
        OPCODES_NOT_MADE.iter().filter(|(opcode, _)| found.contains(opcode)).collect();
    assert!(needless.is_empty(), "these are made, and no exceptions: {needless:?}");
}

/// The opcodes in the code of a module's functions.
fn compiled(wasm: &[u8], config: &Config, found: &mut HashSet<Opcode>) {
    let module = Module::new(wasm).expect("a valid module");
    let decoded = module.decoded();
    for func in decoded.imported_func_count()..decoded.func_count() {
        let func = FuncIdx(u32::try_from(func).expect("there are few functions"));
        let code = exec::instructions(config, &module, func).expect("the function can be read");
        found.extend(code.into_iter().map(|instr| instr.opcode));
    }
}
