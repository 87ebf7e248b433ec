//! Modules made of seeds.
//!
//! Knows nothing of the engines.

use crate::{
    profile::{self, Make, PROFILES, Profile},
    program,
    random::Random,
};
use arbitrary::Unstructured;
use wasm_smith::Module;
use wasmparser::{Parser, Payload};

/// The name under which modules export how many loops and calls they may still begin.
pub(crate) const FUEL: &str = "differential.fuel";

/// Loops and calls that the start function may begin.
const FUEL_OF_START: u32 = 300;

/// A module, and the seed of what is done with it.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) seed: u64,
    pub(crate) profile: &'static Profile,
    pub(crate) wasm: Vec<u8>,
    /// The same with the older instructions for exceptions, for kinds that have it.
    pub(crate) older: Option<Vec<u8>>,
    /// The same as other engines get it, where the specification leaves a result open.
    others: Option<Vec<u8>>,
}

impl Case {
    /// The module of a seed, of the kind `profile` or of the kind whose turn it is.
    ///
    /// `None` for the few seeds that make no module.
    pub(crate) fn new(seed: u64, profile: Option<&'static Profile>) -> Option<Self> {
        let turn = (seed % PROFILES.len() as u64) as usize;
        let profile = profile.unwrap_or(&PROFILES[turn]);
        let mut random = Random::new(seed);
        let (mut older, mut others) = (None, None);
        let wasm = match profile.make {
            Make::Smith(choose) => generated(choose, &mut random)?,
            Make::SmithBytePages(choose) => {
                let mut made = (0..20).filter_map(|_| generated(choose, &mut random));
                made.find(|wasm| has_byte_pages(wasm))?
            }
            Make::Program => {
                let text = program::text(&mut random);
                older = Some(assembled(seed, &text.older));
                assembled(seed, &text.newer)
            }
            Make::Text(make) => {
                let text = make(&mut random);
                others = (text.ours != text.theirs).then(|| assembled(seed, &text.theirs));
                assembled(seed, &text.ours)
            }
        };
        Some(Self { seed, profile, wasm, older, others })
    }

    /// The module as other engines get it.
    pub(crate) fn for_others(&self) -> &[u8] {
        self.others.as_deref().unwrap_or(&self.wasm)
    }

    /// The names of the exports, in order.
    pub(crate) fn exports(&self) -> Vec<String> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(&self.wasm) {
            if let Ok(Payload::ExportSection(exports)) = payload {
                names.extend(exports.into_iter().flatten().map(|export| export.name.to_owned()));
            }
        }
        names
    }
}

/// A module made by wasm-smith.
fn generated(choose: fn(&mut wasm_smith::Config), random: &mut Random) -> Option<Vec<u8>> {
    let config = profile::config(choose, random);
    let len = random.one_of(&[1 << 10, 1 << 12, 1 << 14]);
    let bytes = random.bytes(len);
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    let fuel = module.ensure_termination(FUEL_OF_START).ok()?;
    with_global_export(&module.to_bytes(), fuel)
}

/// Whether a module defines a memory whose pages are single bytes.
fn has_byte_pages(wasm: &[u8]) -> bool {
    Parser::new(0).parse_all(wasm).any(|payload| match payload {
        Ok(Payload::MemorySection(memories)) => {
            memories.into_iter().flatten().any(|memory| memory.page_size_log2 == Some(0))
        }
        _ => false,
    })
}

fn assembled(seed: u64, text: &str) -> Vec<u8> {
    match wat::parse_str(text) {
        Ok(wasm) => wasm,
        Err(error) => panic!("the program of seed {seed} is malformed: {error}"),
    }
}

/// The module with its global number `index` exported as [`FUEL`]; `None` if it exports nothing.
fn with_global_export(wasm: &[u8], index: u32) -> Option<Vec<u8>> {
    const EXPORTS: u8 = 7;
    let mut at = 8;
    loop {
        let (&id, start) = (wasm.get(at)?, at);
        let (size, body) = read_leb(wasm, at + 1)?;
        at = body + size as usize;
        if id != EXPORTS {
            continue;
        }
        let (count, entries) = read_leb(wasm, body)?;
        let mut section = Vec::new();
        write_leb(&mut section, count + 1);
        section.extend(&wasm[entries..at]);
        write_leb(&mut section, FUEL.len() as u32);
        section.extend(FUEL.as_bytes());
        section.push(3);
        write_leb(&mut section, index);

        let mut changed = wasm[..start].to_vec();
        changed.push(EXPORTS);
        write_leb(&mut changed, section.len() as u32);
        changed.extend(section);
        changed.extend(&wasm[at..]);
        return Some(changed);
    }
}

/// The number at an offset in the binary format, and where it ends.
fn read_leb(bytes: &[u8], mut at: usize) -> Option<(u32, usize)> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(at)?;
        at += 1;
        number |= u32::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some((number, at));
        }
    }
    None
}

fn write_leb(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_makes_the_same_module() {
        for profile in PROFILES {
            let made = |seed| Case::new(seed, Some(profile)).map(|case| case.wasm);
            let seed = (0..100).find(|&seed| made(seed).is_some()).expect("a module");
            assert_eq!(made(seed), made(seed), "{}", profile.name);
        }
    }

    #[test]
    fn an_export_is_added() {
        let case = Case::new(1, Some(&PROFILES[0])).expect("a module");
        let text = wasmprinter::print_bytes(&case.wasm).expect("a valid module");
        assert!(text.contains(FUEL));
    }
}
