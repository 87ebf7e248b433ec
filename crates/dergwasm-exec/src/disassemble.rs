//! WebAssembly and internal code side by side.

use crate::ir::code::Draft;
use crate::ir::{Opcode, listing};
use crate::module::Flavour;
use crate::translate;
use crate::{Config, Error, Module};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use dergwasm_decode::Validation;
use dergwasm_types::{Escaped, FuncIdx};
use wasmparser::{BinaryReader, BlockType, FunctionBody};

/// The internal code of a function, each part below the WebAssembly instruction it comes from.
///
/// An instruction of WebAssembly without internal code of its own was folded into one that follows
/// or precedes it. Slots are called `local0`, … and `s0`, … for operands by height; `acc` is the
/// accumulator of the value's class, and numbers after `->` are the places on the left.
///
/// ```
/// use dergwasm_exec::{Config, Module, disassemble};
/// use dergwasm_types::FuncIdx;
///
/// let wasm = wat::parse_str(
///     "(module (func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1))))",
/// ).unwrap();
/// let module = Module::new(&wasm)?;
/// let listing = disassemble(&Config::default(), &module, FuncIdx(0))?;
/// assert!(listing.contains("acc = i32.add local0, #1"));
/// # Ok::<(), dergwasm_exec::Error>(())
/// ```
///
/// # Errors
/// If the function is imported, does not exist or is invalid.
pub fn disassemble(config: &Config, module: &Module, func: FuncIdx) -> Result<String, Error> {
    let decoded = module.decoded();
    let imported = decoded.imported_func_count();
    let body = func.index().checked_sub(imported).and_then(|i| decoded.funcs().get(i));
    let Some(body) = body else {
        return Err(Error::usage(format!("the module defines no function {func}")));
    };
    if decoded.validation() == Validation::Deferred {
        decoded.validate_func(func)?;
    }
    let mut translator = module.translator(Flavour::of(config).options());
    let draft = translator.translate(func)?;
    let name = decoded
        .func_name(func)
        .map(|name| format!(" ${}", Escaped::name(name)))
        .unwrap_or_default();
    let mut text = format!("func {func}{name} {}\n", decoded.func_type(func));
    let reader = BinaryReader::new_features(
        &decoded.bytes()[body.body.clone()],
        body.body.start as u64,
        decoded.features().wasm_features(),
    );
    // Translation has read the same bytes, so these reads succeed.
    if let Ok(operators) = FunctionBody::new(reader).get_operators_reader() {
        side_by_side(&mut text, &draft, operators);
    }
    Ok(text)
}

fn side_by_side(
    text: &mut String,
    draft: &Draft<'_>,
    mut operators: wasmparser::OperatorsReader<'_>,
) {
    let mut lines = listing::lines(draft).into_iter().peekable();
    let mut depth = 1;
    while let Some(line) = lines.next_if(|line| line.at < draft.first) {
        text.push_str(&format!("{:22}{:5}  {}\n", "", line.at, line.text));
    }
    while !operators.eof() {
        let offset = operators.original_position();
        let Ok(operator) = operators.read() else { break };
        use wasmparser::Operator as W;
        let clause = matches!(operator, W::Else | W::Catch { .. } | W::CatchAll);
        if clause || matches!(operator, W::End | W::Delegate { .. }) {
            depth -= 1;
        }
        let indent = 2 * depth;
        text.push_str(&format!("{offset:#8x} {:indent$}{}\n", "", wasm_text(&operator)));
        let opens = matches!(
            operator,
            W::Block { .. } | W::Loop { .. } | W::If { .. } | W::Try { .. } | W::TryTable { .. }
        );
        if clause || opens {
            depth += 1;
        }
        while let Some(line) = lines.next_if(|line| u64::from(line.offset) <= offset) {
            text.push_str(&format!("{:22}{:5}  {}\n", "", line.at, line.text));
        }
    }
}

/// An instruction of WebAssembly in the words of the text format.
fn wasm_text(operator: &wasmparser::Operator<'_>) -> String {
    use wasmparser::Operator as W;
    match operator {
        W::I32Const { value } => return format!("i32.const {value}"),
        W::I64Const { value } => return format!("i64.const {value}"),
        W::F32Const { value } => return format!("f32.const {}", f32::from_bits(value.bits())),
        W::F64Const { value } => return format!("f64.const {}", f64::from_bits(value.bits())),
        W::V128Const { value } => return format!("v128.const i8x16 {:?}", value.bytes()),
        W::Block { blockty } => return format!("block{}", block_type(*blockty)),
        W::Loop { blockty } => return format!("loop{}", block_type(*blockty)),
        W::If { blockty } => return format!("if{}", block_type(*blockty)),
        W::Try { blockty } => return format!("try{}", block_type(*blockty)),
        W::TryTable { try_table } => return try_text(try_table),
        W::BrTable { targets } => {
            let depths = targets.targets().flatten().chain([targets.default()]);
            let depths: Vec<String> = depths.map(|depth| format!("{depth}")).collect();
            return format!("br_table {}", depths.join(" "));
        }
        W::AtomicFence { .. } => return "atomic.fence".into(),
        _ => {}
    }
    let debug = format!("{operator:?}");
    let (name, operands) = debug.split_once(' ').unwrap_or((&debug, ""));
    let offset = translate::memory_argument(operator).map(|arg| arg.offset);
    let offset = offset.filter(|&offset| offset != 0);
    let offset = offset.map(|offset| format!(" offset={offset}")).unwrap_or_default();
    if let Some(opcode) = Opcode::of(operator) {
        return format!("{}{offset}", opcode.mnemonic());
    }
    let mut text = instruction_name(name);
    if translate::memory_argument(operator).is_some() {
        return text + &offset;
    }
    let values = operands.trim_matches(|c| "{} ".contains(c)).split(", ");
    for value in values.filter_map(|field| Some(field.split_once(": ")?.1)) {
        text.push(' ');
        text.push_str(value);
    }
    text
}

/// The name of an instruction in the text format, from that in the parser.
fn instruction_name(name: &str) -> String {
    let mut text = String::new();
    for (i, letter) in name.char_indices() {
        if letter.is_uppercase() && i > 0 {
            let dotted = matches!(
                &name[..i],
                "Local"
                    | "Global"
                    | "Memory"
                    | "Table"
                    | "Ref"
                    | "Elem"
                    | "Data"
                    | "Atomic"
                    | "MemoryAtomic"
                    | "Struct"
                    | "Array"
                    | "I31"
                    | "Any"
                    | "Extern"
            );
            text.push(if dotted { '.' } else { '_' });
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// A `try_table` with its clauses.
fn try_text(table: &wasmparser::TryTable) -> String {
    use wasmparser::Catch;
    let mut text = format!("try_table{}", block_type(table.ty));
    for catch in &table.catches {
        text.push_str(&match catch {
            Catch::One { tag, label } => format!(" (catch {tag} {label})"),
            Catch::OneRef { tag, label } => format!(" (catch_ref {tag} {label})"),
            Catch::All { label } => format!(" (catch_all {label})"),
            Catch::AllRef { label } => format!(" (catch_all_ref {label})"),
        });
    }
    text
}

/// A block's type, with a space in front.
fn block_type(ty: BlockType) -> String {
    match ty {
        BlockType::Empty => String::new(),
        BlockType::Type(ty) => format!(" (result {ty})"),
        BlockType::FuncType(index) => format!(" (type {index})"),
    }
}
