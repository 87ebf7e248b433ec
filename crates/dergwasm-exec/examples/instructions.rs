//! Prints the instruction table as a Markdown document.

use dergwasm_exec::Opcode;

fn main() {
    println!("# Instructions of the internal code\n");
    println!("Generated from the instruction table by `cargo xtask docs`.\n");
    println!("| mnemonic | opcode | shape | what it does |\n|---|---|---|---|");
    for opcode in Opcode::ALL {
        let description = opcode.description().trim();
        println!(
            "| `{}` | {opcode:?} | {} | {description} |",
            opcode.mnemonic(),
            opcode.shape_name()
        );
    }
}
