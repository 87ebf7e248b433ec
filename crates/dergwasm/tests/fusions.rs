//! Code with superinstructions does what code without them does: for every pair of instructions of
//! which the second takes the result of the first, with operands in every kind of place, and
//! whatever uses the result.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{Config, Func, Instance, Machine, Module, Trap, Val};

/// Instructions with two operands of a type, and comparisons.
struct Numeric {
    ty: &'static str,
    binary: &'static [&'static str],
    compare: &'static [&'static str],
    /// Instructions that load a value of the type.
    loads: &'static [&'static str],
    constants: [&'static str; 2],
}

const INTEGER: &[&str] = &[
    "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s",
    "shr_u", "rotl", "rotr",
];
const ORDER: &[&str] =
    &["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const FLOAT: &[&str] = &["add", "sub", "mul", "div", "min", "max", "copysign"];
const FLOAT_ORDER: &[&str] = &["eq", "ne", "lt", "gt", "le", "ge"];

const TYPES: &[Numeric] = &[
    Numeric {
        ty: "i32",
        binary: INTEGER,
        compare: ORDER,
        loads: &["load", "load8_s", "load8_u", "load16_s", "load16_u"],
        constants: ["3", "-2"],
    },
    Numeric {
        ty: "i64",
        binary: INTEGER,
        compare: ORDER,
        loads: &["load", "load8_u", "load16_s", "load32_s", "load32_u"],
        constants: ["5", "0x1_0000_0001"],
    },
    Numeric {
        ty: "f32",
        binary: FLOAT,
        compare: FLOAT_ORDER,
        loads: &["load"],
        constants: ["1.5", "-0"],
    },
    Numeric {
        ty: "f64",
        binary: FLOAT,
        compare: FLOAT_ORDER,
        loads: &["load"],
        constants: ["0.1", "-3"],
    },
];

/// What the functions work on.
const SURROUNDINGS: &str = r#"
    (memory 1) (data (i32.const 0) "\01\fe\03\80\ff\ff\ff\7f\00\00\f8\7f\11")
    (global $g (mut i32) (i32.const 8))"#;

/// What uses a condition.
const CONDITIONAL: &[&str] = &[
    "(if (result i32) {} (then (i32.const 1)) (else (i32.const 2)))",
    "(block (br_if 0 {}) (return (i32.const 3))) (i32.const 4)",
    "(block (br_if 0 (i32.eqz {})) (return (i32.const 5))) (i32.const 6)",
    "(select (i32.const 7) (local.get $n) {})",
    "(loop (result i32) (local.set $n (i32.add (local.get $n) (i32.const 1)))
       (br_if 0 (i32.lt_s (local.get $n) (i32.const 9))) {})",
];

/// The functions of a type whose first instruction is this one.
#[expect(clippy::too_many_lines, reason = "a list")]
fn functions(numeric: &Numeric, first: &str) -> Vec<String> {
    let Numeric { ty, binary, compare, loads, constants } = numeric;
    let mut functions = Vec::new();
    let mut function = |result: &str, body: &str| {
        let (name, params) =
            (functions.len(), format!("(param $x {ty}) (param $y {ty}) (param $n i32)"));
        functions.push(format!("(func (export \"{name}\") {params} (result {result}) {body})"));
    };
    let (x, y) = ("(local.get $x)", "(local.get $y)");
    let constant = |n: usize| format!("({ty}.const {})", constants[n]);
    let firsts = match loads.contains(&first) {
        true => vec![
            format!("({ty}.{first} offset=1 (local.get $n))"),
            format!("({ty}.{first} (i32.add (local.get $n) (i32.const 2)))"),
            format!(
                "({ty}.{first} offset=4 (i32.add (local.get $n) (i32.shl (local.get $n) (i32.const 3))))"
            ),
            format!("({ty}.{first} (i32.add (local.get $n) (local.get $n)))"),
        ],
        false => vec![
            format!("({ty}.{first} {x} {})", constant(0)),
            format!("({ty}.{first} {x} {y})"),
            format!("({ty}.{first} {} {y})", constant(1)),
            format!("({ty}.{first} (local.tee $x ({ty}.{first} {y} {x})) {})", constant(1)),
        ],
    };
    let others = [x.to_owned(), constant(0), format!("({ty}.load (i32.const 4))")];
    for made in &firsts {
        for (n, other) in others.iter().enumerate() {
            for second in binary.iter() {
                function(ty, &format!("({ty}.{second} {made} {other})"));
                function(ty, &format!("({ty}.{second} {other} {made})"));
            }
            for (m, second) in compare.iter().enumerate() {
                let use_it = CONDITIONAL[(m + n) % CONDITIONAL.len()];
                let condition = format!("({ty}.{second} {made} {other})");
                function("i32", &use_it.replace("{}", &condition));
                function("i32", &format!("(i32.eqz ({ty}.{second} {other} {made}))"));
            }
        }
        // The result goes to a local that the first instruction reads, or that is read once more.
        function(ty, &format!("(local.set $x {made}) ({ty}.{} {x} {x})", binary[2]));
        function(ty, &format!("{x} (local.set $x {made}) {x} {made} drop {ty}.{}", binary[0]));
        if *ty == "i32" {
            function(
                "i32",
                &format!("(global.set $g (i32.add (global.get $g) {made})) (global.get $g)"),
            );
            function(
                "i32",
                &format!("(global.set $g (i32.add {made} (i32.const 12))) (global.get $g)"),
            );
            function(
                "i32",
                &format!("(if (result i32) (i32.and {made} (i32.const 6)) (then {x}) (else {y}))"),
            );
        }
    }
    functions
}

/// Arguments: pairs that divide, overflow, shift far, compare equal, and are no numbers.
fn arguments(ty: &str) -> Vec<[Val; 2]> {
    match ty {
        "i32" => [(7, -3), (i32::MIN, -1), (0x1234_5678, 33), (-1, 0)]
            .map(|(x, y)| [Val::I32(x), Val::I32(y)])
            .into(),
        "i64" => [(7, -3), (i64::MIN, -1), (0x1234_5678_9abc_def0, 65), (0xffff_ffff, 0)]
            .map(|(x, y)| [Val::I64(x), Val::I64(y)])
            .into(),
        "f32" => [(1.5, -0.0), (f32::INFINITY, 0.1), (f32::NAN, 1.0)]
            .map(|(x, y): (f32, f32)| [Val::F32(x.to_bits()), Val::F32(y.to_bits())])
            .into(),
        _ => [(1.5, -0.0), (f64::INFINITY, 0.1), (f64::NAN, 1.0)]
            .map(|(x, y): (f64, f64)| [Val::F64(x.to_bits()), Val::F64(y.to_bits())])
            .into(),
    }
}

/// What a call gives: a value, with no difference between NaNs, or a trap.
fn outcome(machine: &mut Machine<()>, func: Func, args: &[Val]) -> Result<String, Trap> {
    let mut results = [Val::I32(0)];
    func.call(machine, args, &mut results).map_err(|error| error.trap().unwrap())?;
    Ok(match results[0] {
        Val::F32(bits) if f32::from_bits(bits).is_nan() => "nan".into(),
        Val::F64(bits) if f64::from_bits(bits).is_nan() => "nan".into(),
        val => format!("{val:?}"),
    })
}

/// Debug builds look at some of the functions only: they are slow, and their handlers the same.
const STEP: usize = if cfg!(debug_assertions) { 11 } else { 1 };

#[test]
fn every_pair_of_instructions_does_the_same_with_and_without_superinstructions() {
    let mut unfused = Config::default();
    unfused.superinstructions(false);
    let configs = [Config::default(), unfused];
    for numeric in TYPES {
        for first in numeric.binary.iter().chain(numeric.loads) {
            let functions = functions(numeric, first);
            let text = format!("(module {SURROUNDINGS} {})", functions.join("\n"));
            let module = Module::new(text.as_bytes()).unwrap();
            let mut runs = configs.each_ref().map(|config| {
                let mut machine = Machine::with_config(config, ());
                let instance = Instance::new(&mut machine, &module, &[]).unwrap();
                (machine, instance)
            });
            for (n, function) in functions.iter().enumerate().step_by(STEP) {
                let name = n.to_string();
                let funcs = runs.each_ref().map(|(machine, it)| it.get_func(machine, &name));
                for (i, [x, y]) in arguments(numeric.ty).into_iter().enumerate() {
                    // The third place is far outside of the memory.
                    let place = if i == 2 { 70_000 } else { i32::try_from(i).unwrap() };
                    let args = [x, y, Val::I32(place)];
                    let fused = outcome(&mut runs[0].0, funcs[0].unwrap(), &args);
                    let plain = outcome(&mut runs[1].0, funcs[1].unwrap(), &args);
                    assert_eq!(fused, plain, "{args:?}\n{function}");
                }
            }
        }
    }
}
