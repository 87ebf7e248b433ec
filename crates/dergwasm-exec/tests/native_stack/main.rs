//! Running code does not use the native stack: no instruction, in none of its forms, grows it.
//!
//! Every instruction of the table runs so often on a small native stack that it would overflow if
//! one run left even a return address behind.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod objects;

use dergwasm_exec::{
    CompilationMode, Config, Error, Host, HostCall, Machine, MachineMut, Module, NoHost, Opcode,
    instructions,
};
use dergwasm_store::{ExternVal, HostFuncId};
use dergwasm_types::{ExternKind, ExternType, FuncIdx};
use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;
use std::thread;

/// The size of the native stack that code runs on.
const STACK: usize = 256 << 10;

/// How often a loop runs. Without optimisation a loop runs the instructions, and the stack cannot
/// grow; that it runs at all is worth little time.
const ROUNDS: usize = if cfg!(debug_assertions) { 500 } else { 40_000 };

const TYPES: [&str; 5] = ["i32", "i64", "f32", "f64", "v128"];

/// A host whose functions do nothing.
struct Idle;

impl Host for Idle {
    fn call(&mut self, _: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
        Ok(())
    }
}

fn constant(ty: &str) -> String {
    if ty == "v128" { "(v128.const i64x2 7 9)".into() } else { format!("({ty}.const 7)") }
}

/// Expressions of a type: in a slot, in an accumulator, constant.
fn sources(ty: &str) -> Vec<String> {
    let slot = format!("(local.get ${ty})");
    let made = match ty {
        "v128" => return vec![slot],
        "i32" | "i64" => format!("({ty}.or {slot} ({ty}.const 1))"),
        _ => format!("({ty}.add {slot} ({ty}.const 1))"),
    };
    vec![slot, made, constant(ty)]
}

/// Statements that use a value: one that stores it, one that takes it from an accumulator.
fn uses(ty: &str, value: &str) -> String {
    let set = format!("(local.set $r_{ty} {value})\n");
    match ty {
        "v128" => set,
        "i32" | "i64" => format!("{set}(local.set $r_{ty} ({ty}.and {value} ({ty}.const 5)))\n"),
        _ => format!("{set}(local.set $r_{ty} ({ty}.mul {value} ({ty}.const 5)))\n"),
    }
}

/// A function that repeats statements.
fn looped(name: &str, body: &str) -> String {
    let mut locals = String::new();
    for ty in TYPES {
        write!(locals, "(local ${ty} {ty}) (local $r_{ty} {ty}) ").unwrap();
    }
    let mut begin = String::new();
    for ty in TYPES {
        write!(begin, "(local.set ${ty} {})", constant(ty)).unwrap();
    }
    format!(
        "(func (export \"{name}\") (local $n i32) {locals}
            {begin}
            (loop $l {body}
                (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1)))
                                    (i32.const {ROUNDS})))))\n"
    )
}

/// The types of operands and results of an instruction on numbers or vectors.
fn signature(name: &str) -> Option<(Vec<&'static str>, Option<&'static str>)> {
    let (prefix, op) = name.split_once('.')?;
    let ty = |name: &str| TYPES.iter().copied().find(|ty| name.starts_with(ty));
    if prefix.contains('x') || prefix == "v128" {
        return vector_signature(prefix, op);
    }
    let own = ty(prefix)?;
    if op.ends_with("128") || op.starts_with("mul_wide") {
        // Two results.
        return None;
    }
    if let Some(op) = op.strip_prefix("atomic.") {
        return atomic_signature(own, op);
    }
    let is = |names: &[&str]| names.iter().any(|name| op.starts_with(name));
    if op.starts_with("load") {
        return Some((vec!["i32"], Some(own)));
    }
    if op.starts_with("store") {
        return Some((vec!["i32", own], None));
    }
    if let Some(from) = op.split('_').find_map(ty)
        && is(&["wrap", "extend_", "trunc_", "convert", "reinterpret", "demote", "promote"])
    {
        return Some((vec![from], Some(own)));
    }
    Some(match op {
        "eqz" => (vec![own], Some("i32")),
        "clz" | "ctz" | "popcnt" | "abs" | "neg" | "ceil" | "floor" | "trunc" | "nearest"
        | "sqrt" => (vec![own], Some(own)),
        _ if op.starts_with("extend") => (vec![own], Some(own)),
        _ if is(&["eq", "ne", "lt", "gt", "le", "ge"]) => (vec![own, own], Some("i32")),
        _ => (vec![own, own], Some(own)),
    })
}

fn atomic_signature(
    own: &'static str,
    op: &str,
) -> Option<(Vec<&'static str>, Option<&'static str>)> {
    Some(match op {
        _ if op.starts_with("load") => (vec!["i32"], Some(own)),
        _ if op.starts_with("store") => (vec!["i32", own], None),
        _ if op.contains("cmpxchg") => (vec!["i32", own, own], Some(own)),
        _ => (vec!["i32", own], Some(own)),
    })
}

fn vector_signature(prefix: &str, op: &str) -> Option<(Vec<&'static str>, Option<&'static str>)> {
    let scalar = match prefix {
        "i64x2" => "i64",
        "f32x4" => "f32",
        "f64x2" => "f64",
        _ => "i32",
    };
    let is = |names: &[&str]| names.iter().any(|name| op.starts_with(name));
    const UNARY: &[&str] = &[
        "not",
        "abs",
        "neg",
        "popcnt",
        "extadd",
        "extend",
        "sqrt",
        "ceil",
        "floor",
        "trunc",
        "nearest",
        "convert",
        "demote",
        "promote",
        "relaxed_trunc",
    ];
    Some(match op {
        "const" => return None,
        "splat" => (vec![scalar], Some("v128")),
        _ if op.ends_with("_lane") && op.starts_with("load") => (vec!["i32", "v128"], Some("v128")),
        _ if op.starts_with("load") => (vec!["i32"], Some("v128")),
        _ if op.starts_with("store") => (vec!["i32", "v128"], None),
        _ if op.starts_with("extract") => (vec!["v128"], Some(scalar)),
        _ if op.starts_with("replace") => (vec!["v128", scalar], Some("v128")),
        "any_true" | "all_true" | "bitmask" => (vec!["v128"], Some("i32")),
        "bitselect" | "relaxed_laneselect" | "relaxed_madd" | "relaxed_nmadd" => {
            (vec!["v128"; 3], Some("v128"))
        }
        _ if is(&["shl", "shr"]) => (vec!["v128", "i32"], Some("v128")),
        _ if is(UNARY) => (vec!["v128"], Some("v128")),
        _ if op.contains("dot_i8x16_i7x16_add") => (vec!["v128"; 3], Some("v128")),
        _ => (vec!["v128"; 2], Some("v128")),
    })
}

/// All combinations of one expression for each operand.
fn combinations(operands: &[&str]) -> Vec<String> {
    operands.iter().fold(vec![String::new()], |sofar, ty| {
        let sources = sources(ty);
        sofar.iter().flat_map(|b| sources.iter().map(move |s| format!("{b} {s}"))).collect()
    })
}

/// The function that runs an instruction on numbers or vectors in all its forms.
fn numeric(name: &str) -> Option<String> {
    let (operands, result) = signature(name)?;
    let atomic = name.contains(".atomic.");
    let memory = atomic || name.contains(".load") || name.contains(".store");
    let lane = if name.contains("_lane") && !name.contains("select") { " 1" } else { "" };
    let lane =
        if name.contains("shuffle") { " 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15" } else { lane };
    let mut body = String::new();
    for arguments in combinations(&operands) {
        let near = match (memory, atomic) {
            (true, false) => " offset=8",
            // Addresses are 7, which is not aligned.
            (true, true) => " offset=1",
            _ => "",
        };
        let applied = format!("({name}{near}{lane} {arguments})");
        match result {
            Some(ty) => body += &uses(ty, &applied),
            None => writeln!(body, "{applied}").unwrap(),
        }
        if name == "i64.and" {
            writeln!(body, "(block (br_if 0 (i64.eqz {applied})))").unwrap();
            writeln!(body, "(if (i64.eqz {applied}) (then (nop)))").unwrap();
        }
        if result == Some("i32") {
            writeln!(body, "(block (br_if 0 {applied}))").unwrap();
            writeln!(body, "(block (br_if 0 (i32.eqz {applied})))").unwrap();
            writeln!(body, "(if {applied} (then (nop)))").unwrap();
        }
    }
    if operands == ["i32"; 2] && result == Some("i32") && !atomic {
        // Comparisons also exist with the step of a local before them.
        let step = "(local.set $r_i32 (i32.add (local.get $r_i32) (i32.const 3)))";
        for arguments in ["(local.get $i32) (local.get $r_i32)", "(local.get $r_i32) (i32.const 5)"]
        {
            let applied = format!("({name} {arguments})");
            writeln!(body, "{step} (block (br_if 0 {applied}))").unwrap();
            writeln!(body, "{step} (if {applied} (then (nop)))").unwrap();
        }
    }
    if memory {
        let values = operands[1..].iter().map(|ty| format!("(local.get ${ty})"));
        let values: String = values.collect();
        let far = format!("({name} 1{lane} (i64.const 16) {values})");
        match result {
            Some(ty) => body += &uses(ty, &far),
            None => writeln!(body, "{far}").unwrap(),
        }
    }
    Some(looped(name, &body))
}

/// The function that runs two instructions in one, in all its forms; called `second(first)`.
fn fused(name: &str) -> Option<String> {
    // What is fused with a global is among the others.
    let (second, first) =
        name.strip_suffix(')').filter(|name| !name.contains("global"))?.split_once('(')?;
    if second.contains(".load") {
        return addressed(name, second, first);
    }
    let (operands, own) = signature(first)?;
    let own = own?;
    let offset = if first.contains(".load") { " offset=8" } else { "" };
    let mut body = String::new();
    for arguments in combinations(&operands) {
        let made = format!("({first}{offset} {arguments})");
        for other in sources(own) {
            body += &uses(own, &format!("({second} {other} {made})"));
            body += &uses(own, &format!("({second} {made} {other})"));
        }
    }
    Some(looped(name, &body))
}

/// The function that runs a load from an address that another instruction or two compute.
fn addressed(name: &str, load: &str, sum: &str) -> Option<String> {
    let (_, own) = signature(load)?;
    let mut body = String::new();
    for arguments in combinations(&["i32", "i32"]) {
        let address = match sum.strip_suffix(')').and_then(|sum| sum.split_once('(')) {
            None => vec![format!("({sum} {arguments})")],
            Some((sum, scale)) => {
                let scaled = format!("({scale} {arguments})");
                sources("i32").iter().map(|base| format!("({sum} {base} {scaled})")).collect()
            }
        };
        for address in address {
            body += &uses(own?, &format!("({load} offset=8 {address})"));
        }
    }
    Some(looped(name, &body))
}

/// Sums of a global and a constant.
fn global_sums() -> String {
    let sum = "(i32.add (global.get $own_i32) (i32.const 1))";
    let mut body = uses("i32", sum);
    for value in [sum, "(local.tee $r_i32 (i32.sub (global.get $own_i32) (i32.const 8)))"] {
        write!(body, "(global.set $own_i32 {value})").unwrap();
    }
    for x in sources("i32") {
        write!(body, "(global.set $own_i32 (i32.add {x} (i32.const 8)))").unwrap();
    }
    looped("global_sums", &body)
}

/// Instructions with operands of their own kind.
fn others() -> String {
    let mut text = String::new();
    for ty in TYPES {
        let (s, k) = (format!("(local.get ${ty})"), constant(ty));
        let mut body = format!(
            "(global.set $own_{ty} {s}) (global.set $own_{ty} {k})
             (global.set $foreign_{ty} {s}) {}{}",
            uses(ty, &format!("(global.get $own_{ty})")),
            uses(ty, &format!("(global.get $foreign_{ty})")),
        );
        for (a, b) in [(&s, &s), (&s, &k), (&k, &s), (&k, &k)] {
            for condition in ["(local.get $i32)", "(i32.eqz (local.get $i32))"] {
                body += &uses(ty, &format!("(select (result {ty}) {a} {b} {condition})"));
            }
        }
        for source in sources(ty) {
            write!(body, "(local.set $r_{ty} {source}) ").unwrap();
            // Operands that a block finds and leaves.
            write!(body, "{source} (block (param {ty}) (result {ty}) (br_if 0 (local.get $n)))")
                .unwrap();
            writeln!(body, "(local.set $r_{ty})").unwrap();
        }
        text += &looped(&format!("moves_{ty}"), &body);
    }
    text += &global_sums();
    text += &looped(
        "bulk",
        "(local.set $r_i32 (memory.size)) (local.set $r_i32 (memory.grow (i32.const 0)))
         (local.set $r_i64 (memory.grow 1 (i64.const 0)))
         (memory.fill (i32.const 8) (local.get $i32) (i32.const 9))
         (memory.copy (i32.const 8) (local.get $i32) (i32.const 9))
         (memory.init $d (i32.const 8) (i32.const 0) (i32.const 0)) (data.drop $d)
         (table.set (i32.const 9) (table.get (i32.const 1)))
         (local.set $r_i32 (table.size)) (local.set $r_i32 (table.grow (ref.null func) (i32.const 0)))
         (table.fill (i32.const 5) (ref.func $nothing) (i32.const 1))
         (table.copy (i32.const 5) (i32.const 6) (i32.const 1))
         (table.init $e (i32.const 5) (i32.const 0) (i32.const 0)) (elem.drop $e)
         (local.set $r_i32 (ref.is_null (table.get (i32.const 1))))
         (block (br_if 0 (ref.is_null (ref.func $nothing))))",
    );
    text += &looped(
        "branches",
        "(block (block (block (br_table 0 1 2 (i32.and (local.get $n) (i32.const 3)))) (br 1)))
         (block (result i32) (block (result i32) (br_table 0 1 (local.get $i32) (local.get $n))))
         (local.set $r_i32)
         (if (local.get $n) (then (nop)) (else (nop)))",
    );
    text
}

/// Waiting for nobody, and waking nobody.
fn threads() -> String {
    let mut body = String::new();
    for (memory, address) in [("", "(i32.const 64)"), (" 1", "(i64.const 64)")] {
        writeln!(
            body,
            "(local.set $r_i32 (memory.atomic.notify{memory} {address} (local.get $i32)))
             (local.set $r_i32
                (memory.atomic.wait32{memory} {address} (i32.const 0) (i64.const 0)))
             (local.set $r_i32
                (memory.atomic.wait64{memory} {address} (local.get $i64) (local.get $i64)))"
        )
        .unwrap();
    }
    body += "(atomic.fence)";
    looped("threads", &body)
}

/// Instructions with a result in two halves.
fn wide() -> String {
    let mut text = String::new();
    for (name, operands) in [("add128", 4), ("sub128", 4), ("mul_wide_s", 2), ("mul_wide_u", 2)] {
        let mut body = String::new();
        for arguments in combinations(&["i64"; 4][..operands]) {
            let applied = format!("(i64.{name} {arguments})");
            writeln!(body, "{applied} (local.set $r_i64) (local.set $i64)").unwrap();
            writeln!(body, "(local.set $r_i64 (i64.xor {applied}))").unwrap();
        }
        text += &looped(name, &body);
    }
    text
}

/// Calls of all kinds, of functions that return in all ways.
fn calls() -> String {
    let mut text = String::new();
    let mut body = String::new();
    for ty in TYPES {
        for (i, source) in sources(ty).iter().enumerate() {
            let source = source.replace(&format!("${ty}"), "0");
            writeln!(text, "(func $ret_{ty}_{i} (param {ty}) (result {ty}) {source})").unwrap();
            body += &uses(ty, &format!("(call $ret_{ty}_{i} {})", constant(ty)));
        }
        let many = format!("(param {ty} i32) (result {ty} i64 {ty})");
        writeln!(
            text,
            "(func $many_{ty} {many} (local i32 i32 i32) (local.get 0) (i64.const 3) (local.get 0))
             (func $host_{ty}_ {many} (return_call $host_{ty} (local.get 0) (local.get 1)))
             (func $tail_{ty} {many} (return_call $many_{ty} (local.get 0) (local.get 1)))"
        )
        .unwrap();
        for name in ["many", "host", "tail"] {
            let suffix = if name == "host" { "_" } else { "" };
            writeln!(body, "(call ${name}_{ty}{suffix} {} (i32.const 4))", constant(ty)).unwrap();
            writeln!(body, "(local.set $r_{ty}) (local.set $r_i64) (local.set $r_{ty})").unwrap();
        }
        writeln!(body, "(call $host_{ty} (local.get ${ty}) (local.get $n)) drop drop drop")
            .unwrap();
    }
    for locals in 0..6 {
        writeln!(text, "(func $locals_{locals} {})", "(local i64)".repeat(locals)).unwrap();
        writeln!(body, "(call $locals_{locals})").unwrap();
    }
    // Moves one after the other, and with a jump and a call.
    body += "(local.set $r_i32 (local.get $i32)) (local.set $r_i64 (local.get $i64))
        (local.set $i32 (local.get $r_i32)) (local.set $i64 (local.get $r_i64))
        (if (result i32 i64) (local.get $n)
            (then (local.get $i32) (local.get $i64)) (else (i32.const 1) (i64.const 2)))
        (local.set $r_i64) (local.set $r_i32)
        (call $nothing) (call $two (local.get $i32) (local.get $i64))";
    text += "(func $nothing) (func $two (param i32 i64)) (func $vectors (local v128 i32))
        (func $again (export \"again\") (param i32) (result i32)
            (if (local.get 0)
                (then (return_call $again (i32.sub (local.get 0) (i32.const 1)))))
            (i32.const 1))
        (func $indirectly (export \"indirectly\") (param i32) (result i32)
            (if (local.get 0)
                (then (return_call_indirect (type $count)
                    (i32.sub (local.get 0) (i32.const 1)) (i32.const 2))))
            (i32.const 1))";
    body += "(call $vectors) (call_indirect (type $void) (i32.const 0))
        (call_indirect (type $void) (i32.const 1)) (local.set $r_i32 (i32.const 3))
        (call_indirect (type $void) (local.get $r_i32)) (call $idle)";
    text + &looped("calls", &body)
}

/// A module that imports functions and globals, and all the rest.
fn module() -> String {
    let mut imports = String::new();
    let mut globals = String::new();
    for ty in TYPES {
        let many = format!("(param {ty} i32) (result {ty} i64 {ty})");
        writeln!(imports, "(import \"host\" \"f\" (func $host_{ty} {many}))").unwrap();
        writeln!(imports, "(import \"host\" \"g\" (global $foreign_{ty} (mut {ty})))").unwrap();
        writeln!(globals, "(global $own_{ty} (mut {ty}) {})", constant(ty)).unwrap();
    }
    // Instructions fused in several ways have the same name.
    let names: BTreeSet<&str> = Opcode::ALL.iter().map(|op| op.mnemonic()).collect();
    let numeric: String = names
        .into_iter()
        .filter(|name| !name.ends_with(".test"))
        .filter_map(|name| if name.contains('(') { fused(name) } else { numeric(name) })
        .collect();
    format!(
        "(module (type $void (func)) (type $count (func (param i32) (result i32)))
            {imports} (import \"host\" \"idle\" (func $idle))
            (memory 1 9 shared) (memory i64 1 9 shared) (data $d \"abc\")
            (table (export \"table\") 10 20 funcref)
            (elem (i32.const 0) $nothing $idle $indirectly $vectors) (elem $e func $nothing)
            {globals} {} {} {} {} {numeric})",
        others(),
        threads(),
        wide(),
        calls()
    )
}

/// Calls an instance back and forth: by import, through its table, in tail position.
const NEIGHBOUR: &str = r#"(module
    (type $count (func (param i32) (result i32)))
    (import "first" "table" (table 10 funcref))
    (import "first" "again" (func $again (param i32) (result i32)))
    (import "first" "indirectly" (func $indirectly (param i32) (result i32)))
    (memory 1)
    (elem (i32.const 8) $back)
    (func $back (export "back") (param i32) (result i32)
        (if (local.get 0)
            (then (return_call_indirect (type $count)
                (i32.sub (local.get 0) (i32.const 1)) (i32.const 2))))
        (i32.const 1))
    (func (export "to_and_fro") (param i32) (result i32)
        (elem.drop 0)
        (table.set (i32.const 7) (table.get (i32.const 2)))
        (table.set (i32.const 2) (table.get (i32.const 8)))
        (call $indirectly (local.get 0))
        (table.set (i32.const 2) (table.get (i32.const 7))))
    (func (export "over") (param i32) (result i32)
        (loop
            (drop (call $again (i32.const 1)))
            (drop (call_indirect (type $count) (i32.const 1) (i32.const 2)))
            (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
        (return_call $again (i32.const 3))))"#;

/// Makes what a module imports from the host.
fn imports(machine: &mut Machine, module: &Module) -> Vec<ExternVal> {
    let decoded = module.decoded();
    let one = |import| match decoded.import_type(import) {
        ExternType::Func(ty) => machine.alloc_host_func(&ty, HostFuncId(0)).unwrap().into(),
        ExternType::Global(ty) => {
            ExternVal::Global(machine.alloc_global(&mut NoHost, *ty, 7_u32.into()).unwrap())
        }
        _ => panic!("only functions and globals come from the host"),
    };
    decoded.imports().iter().map(one).collect()
}

fn run_all(config: &Config, first: &Module, neighbour: &Module, objects: &Module) {
    let mut machine = Machine::new(config);
    if machine.fuel().is_some() {
        machine.set_fuel(u64::MAX).unwrap();
    }
    let from_host = imports(&mut machine, first);
    let instance = machine.instantiate(&mut Idle, first, &from_host).unwrap();
    let from_first = ["table", "again", "indirectly"];
    let from_first = from_first.map(|name| machine.export(instance, name).unwrap());
    let second = machine.instantiate(&mut Idle, neighbour, &from_first).unwrap();
    let third = machine.instantiate(&mut Idle, objects, &[]).unwrap();
    for (instance, module) in [(instance, first), (second, neighbour), (third, objects)] {
        for export in module.decoded().exports() {
            if export.kind != ExternKind::Func {
                continue;
            }
            let func = machine.export_func(instance, &export.name).unwrap();
            let mut values = [u32::try_from(ROUNDS).unwrap().into()];
            if let Err(error) = machine.invoke(&mut Idle, func, &mut values) {
                panic!("{}: {error}", export.name);
            }
        }
    }
}

/// Adds the instructions that the functions of the modules contain.
fn add_instructions(found: &mut HashSet<Opcode>, config: &Config, modules: &[&Module]) {
    for module in modules {
        let first = module.decoded().imported_func_count();
        for func in first..module.decoded().func_count() {
            let func = FuncIdx(u32::try_from(func).unwrap());
            let code = instructions(config, module, func).unwrap();
            found.extend(code.into_iter().map(|instr| instr.opcode));
        }
    }
}

#[test]
fn small_native_stack() {
    let mut found = HashSet::new();
    for metered in [false, true] {
        let mut config = Config::new();
        config.compilation_mode(CompilationMode::Eager);
        config.consume_fuel(metered).interruptible(metered);
        let first = wat::parse_str(module()).unwrap();
        let first = Module::with_config(&config, &first).unwrap();
        let neighbour = wat::parse_str(NEIGHBOUR).unwrap();
        let neighbour = Module::with_config(&config, &neighbour).unwrap();
        let objects = wat::parse_str(objects::module()).unwrap();
        let objects = Module::with_config(&config, &objects).unwrap();
        add_instructions(&mut found, &config, &[&first, &neighbour, &objects]);
        let run = move || run_all(&config, &first, &neighbour, &objects);
        thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
    } // Zero tests are translated to comparisons with zero; the others are no code of functions.
    let known = [
        "i32.eqz",
        "i64.eqz",
        "unreachable",
        "return.cross",
        "finish",
        "call.elsewhere",
        "translate",
    ];
    let missing = Opcode::ALL.iter().filter(|op| !found.contains(op)).map(|op| op.mnemonic());
    let missing: Vec<_> = missing.filter(|name| !known.contains(name)).collect();
    assert!(missing.is_empty(), "instructions that this test does not run: {missing:?}");
}
