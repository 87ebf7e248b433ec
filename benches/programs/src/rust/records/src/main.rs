//! Serialisation by serde: generated records go through JSON, MessagePack and postcard and come
//! back the same.

use driver::{Digest, Random};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(400, 0x5aec_938b_28a1_66e7), (25, 0x859c_d206_1b4e_f051)];

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Dragon {
    name: String,
    age: u64,
    size: f64,
    place: Option<(i32, i32)>,
    kind: Kind,
    hoard: Vec<Treasure>,
    notes: BTreeMap<String, i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Wingless,
    Fire { heat: f32, colours: Vec<u8> },
    Ice(i16, bool),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Treasure {
    what_it_is: String,
    worth: u32,
    #[serde(default)]
    is_cursed: bool,
}

fn text(random: &mut Random) -> String {
    (0..3 + random.below(9))
        .map(|_| char::from_u32(32 + random.below(400)).unwrap_or('?'))
        .collect()
}

fn dragon(random: &mut Random) -> Dragon {
    Dragon {
        name: text(random),
        age: u64::from(random.next()) << random.below(32),
        size: f64::from(random.next()) / 1024.0,
        place: (random.below(3) != 0).then(|| (random.next().cast_signed(), -5)),
        kind: match random.below(3) {
            0 => Kind::Wingless,
            1 => Kind::Fire { heat: random.fraction(), colours: text(random).into_bytes() },
            _ => Kind::Ice(random.next() as i16, random.below(2) == 0),
        },
        hoard: (0..random.below(6))
            .map(|_| Treasure {
                what_it_is: text(random),
                worth: random.next() >> random.below(32),
                is_cursed: random.below(9) == 0,
            })
            .collect(),
        notes: (0..random.below(4))
            .map(|_| (text(random), i64::from(random.next()) - 99))
            .collect(),
    }
}

fn run(work: u32) -> u64 {
    let mut random = Random::new(19);
    let mut digest = Digest::default();
    for _ in 0..work {
        let dragons: Vec<Dragon> = (0..10).map(|_| dragon(&mut random)).collect();
        let json = serde_json::to_string_pretty(&dragons).expect("JSON");
        let packed = rmp_serde::to_vec_named(&dragons).expect("MessagePack");
        let small = postcard::to_allocvec(&dragons).expect("postcard");
        for bytes in [json.as_bytes(), &packed, &small] {
            digest.bytes(bytes);
        }
        assert!(serde_json::from_str::<Vec<Dragon>>(&json).expect("JSON") == dragons, "JSON");
        assert!(
            rmp_serde::from_slice::<Vec<Dragon>>(&packed).expect("MessagePack") == dragons,
            "MessagePack"
        );
        assert!(
            postcard::from_bytes::<Vec<Dragon>>(&small).expect("postcard") == dragons,
            "postcard"
        );
        let mut tree: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        tree[3]["hoard"] = serde_json::json!([{"whatItIs": "nothing", "worth": 0}]);
        digest.bytes(tree.to_string());
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
