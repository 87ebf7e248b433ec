//! Large modules, generated: whatever is not linear in an engine's start-up shows here.
//!
//! Knows nothing of engines.

use wasm_encoder::{
    BlockType, CodeSection, Function, FunctionSection, MemArg, MemArgTarget, MemorySection,
    MemoryType, Module, TypeSection, ValType,
};

/// A kind of large module that can be made in any size.
pub struct Large {
    /// The name in the tables and on the command line.
    pub name: &'static str,
    /// What `size` counts.
    pub unit: &'static str,
    /// The size to measure.
    pub size: u32,
    build: fn(u32) -> Vec<u8>,
}

impl Large {
    /// The module of some size.
    pub fn build(&self, size: u32) -> Vec<u8> {
        (self.build)(size)
    }
}

/// All kinds.
pub const LARGE: [Large; 3] = [
    Large { name: "functions", unit: "functions", size: 200_000, build: functions },
    Large { name: "body", unit: "bytes in one body", size: 5_000_000, build: body },
    Large { name: "locals", unit: "locals in deep blocks", size: 100_000, build: locals },
];

/// A module with a memory and these functions `(i32, i32) -> i32`.
fn module(bodies: impl IntoIterator<Item = Function>) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32, ValType::I32], [ValType::I32]);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for body in bodies {
        functions.function(0);
        code.function(&body);
    }
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&code);
    module.finish()
}

fn word(offset: u32) -> MemArg {
    MemArg { offset: offset.into(), align: 2, target: MemArgTarget::Memory(0), ordering: None }
}

/// Many small functions that call one another.
fn functions(count: u32) -> Vec<u8> {
    module((0..count).map(|index| {
        let mut function = Function::new([(1, ValType::I32)]);
        let callee = index.wrapping_mul(31).wrapping_add(7) % count;
        unit(&mut function, index);
        function.instructions().local_get(0).local_get(2).call(callee).end();
        function
    }))
}

/// One function with a body of about so many bytes.
fn body(bytes: u32) -> Vec<u8> {
    let mut function = Function::new([(1, ValType::I32)]);
    let mut index = 0;
    while function.byte_len() < bytes as usize {
        unit(&mut function, index);
        index += 1;
    }
    function.instructions().local_get(0).end();
    module([function])
}

/// Some arithmetic, a load, a store, a branch.
fn unit(function: &mut Function, index: u32) {
    let mut code = function.instructions();
    code.local_get(0).local_get(1).i32_add().local_tee(2);
    code.i32_const((index % 8191).cast_signed()).i32_lt_s().if_(BlockType::Empty);
    code.local_get(2).i32_load(word(index % 4096)).local_set(0);
    code.else_();
    code.local_get(1).local_get(2).i32_const(7).i32_mul().i32_store(word(index % 512));
    code.end();
}

/// How many locals a function of `locals` has: validators refuse more than 50,000.
const PER_FUNCTION: u32 = 25_000;

/// So many locals over four functions, each with a fifth as many blocks in one another.
fn locals(count: u32) -> Vec<u8> {
    let functions = 4.max(count.div_ceil(PER_FUNCTION));
    let each = count / functions;
    module((0..functions).map(|_| {
        // In turns, so that they cannot be told in one go.
        let types = [ValType::I32, ValType::I64];
        let kinds = (0..each).map(|index| (1, types[index as usize % 2]));
        let mut function = Function::new(kinds);
        let mut code = function.instructions();
        let depth = each / 5;
        for level in 0..depth {
            // Locals of type `i32` have even indices, since there are two parameters.
            let local = 2 + level * 2;
            code.block(BlockType::Empty).local_get(0).local_set(local);
            code.local_get(local).local_get(1).i32_gt_s().br_if(level / 2);
        }
        for level in 0..depth {
            code.local_get(2 + level * 2).local_set(0).end();
        }
        code.local_get(0).end();
        function
    }))
}
