//! What code consists of: instruction after instruction, for statistics.

#[cfg(feature = "statistics")]
mod executed;

#[cfg(feature = "statistics")]
pub(crate) use executed::Trail;
#[cfg(feature = "statistics")]
pub use executed::{Step, executed};

use crate::ir::code::Draft;
use crate::ir::{OpWord, Opcode, listing};
use crate::module::Flavour;
use crate::{Config, Error, Module};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use dergwasm_decode::Validation;
use dergwasm_types::FuncIdx;

/// An instruction of a function's internal code.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CodeInstr {
    /// What it does.
    pub opcode: Opcode,
    /// The number of its form, which says where its operands are.
    pub form: u8,
    /// The instruction as in listings, but for its slots (`_`) and numbers (`#`): instructions with
    /// the same pattern are executed in the same way.
    pub pattern: String,
    /// How many bytes of code it takes.
    pub size: usize,
    /// Whether something jumps to it.
    pub is_target: bool,
    /// Whether the next instruction can run after it without a jump.
    pub continues: bool,
}

/// The internal code of a function, instruction after instruction.
///
/// ```
/// use dergwasm_exec::{Config, Module, Opcode, instructions};
/// use dergwasm_types::FuncIdx;
///
/// let wasm = wat::parse_str(
///     "(module (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))",
/// ).unwrap();
/// let module = Module::new(&wasm)?;
/// let code = instructions(&Config::default(), &module, FuncIdx(0))?;
/// assert!(code.iter().any(|instr| instr.pattern == "acc = i32.add _, #"));
/// assert!(!code.last().unwrap().continues);
/// # Ok::<(), dergwasm_exec::Error>(())
/// ```
///
/// # Errors
/// If the function is imported, does not exist or is invalid.
pub fn instructions(
    config: &Config,
    module: &Module,
    func: FuncIdx,
) -> Result<Vec<CodeInstr>, Error> {
    let decoded = module.decoded();
    let imported = decoded.imported_func_count();
    if func.index().checked_sub(imported).and_then(|i| decoded.funcs().get(i)).is_none() {
        return Err(Error::usage(alloc::format!("the module defines no function {func}")));
    }
    if decoded.validation() == Validation::Deferred {
        decoded.validate_func(func)?;
    }
    let mut translator = module.translator(Flavour::of(config).options());
    let draft = translator.translate(func)?;
    let targets = targets(&draft);
    let lines = listing::lines(&draft).into_iter();
    let instrs = lines.map(|line| {
        let word = |i: usize| draft.words[line.at + i];
        let op = OpWord::decode(word(0));
        CodeInstr {
            opcode: op.opcode,
            form: op.form,
            pattern: pattern(&line.text),
            size: op.len(word) * size_of::<u64>(),
            is_target: targets[line.at],
            continues: !op.opcode.attributes().ends,
        }
    });
    Ok(instrs.collect())
}

/// For every word whether something jumps to it.
fn targets(draft: &Draft<'_>) -> Vec<bool> {
    let mut found = vec![false; draft.words.len() + 1];
    let mut note = |target: u64| {
        if let Some(word) = usize::try_from(target).ok().and_then(|at| found.get_mut(at)) {
            *word = true;
        }
    };
    draft.targets.iter().for_each(|&at| note(draft.words[at as usize]));
    if let Some(side) = &draft.side {
        side.handlers.targets().chain(side.resumes.targets()).for_each(|at| note(at.into()));
    }
    found
}

/// A listing's line without what differs between two instructions that are executed alike.
fn pattern(line: &str) -> String {
    let mut text = String::new();
    for (i, word) in line.split(' ').enumerate() {
        if i > 0 {
            text.push(' ');
        }
        let body = word.trim_matches(|c| "[](),:;".contains(c));
        let (before, after) = word.split_once(body).unwrap_or((word, ""));
        text.push_str(before);
        if let Some((field, value)) = body.split_once('=') {
            text.extend([field, "=", simple(value)]);
        } else {
            text.push_str(simple(body));
        }
        text.push_str(after);
    }
    text
}

/// A slot or number without its number; anything else as it is.
fn simple(word: &str) -> &str {
    let numbered = |prefix: &str| {
        let rest = word.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if numbered("local") || numbered("result") || numbered("s") {
        return "_";
    }
    let number = word.trim_start_matches(['+', '-']);
    if word.starts_with('#') || number.starts_with(|c: char| c.is_ascii_digit()) {
        "#"
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_leave_out_slots_and_numbers() {
        let expect = [
            ("acc = i32.add local0, #1", "acc = i32.add _, #"),
            ("s3 = i32.load [acc + 16]", "_ = i32.load [acc + #]"),
            ("i32.store [local12 + 4], #-7", "i32.store [_ + #], #"),
            ("br_if i32.lt_s acc, local2 -> 40", "br_if i32.lt_s acc, _ -> #"),
            ("call sp=+3, func=7", "call sp=#, func=#"),
            ("s0 = select.64 acc ? s1 : #2", "_ = select.64 acc ? _ : #"),
            ("local1 += #1; br_if i32.lt_u local1, s0 -> 9", "_ += #; br_if i32.lt_u _, _ -> #"),
        ];
        for (line, expected) in expect {
            assert_eq!(pattern(line), expected);
        }
    }

    #[test]
    fn targets_and_ends_are_known() {
        let text = "(module (func (param i32)
            (block $out (loop $again
              (br_if $out (i32.eqz (local.get 0)))
              (local.set 0 (i32.sub (local.get 0) (i32.const 3)))
              (br $again)))))";
        let module = Module::new(&wat::parse_str(text).unwrap()).unwrap();
        let code = instructions(&Config::default(), &module, FuncIdx(0)).unwrap();
        assert_eq!(code.iter().filter(|instr| instr.is_target).count(), 2, "{code:#?}");
        assert!(!code.last().unwrap().continues);
        assert!(instructions(&Config::default(), &module, FuncIdx(1)).is_err());
    }
}
