//! Cryptography, curve25519-dalek: messages are signed by Ed25519 and checked. Products of 64 bits
//! in a field of 255 bits, and SHA-512.

use driver::Digest;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use std::process::ExitCode;

const KNOWN: &[(u32, u64)] = &[(90, 0x7e28_740f_c388_e146), (8, 0x1d37_ad65_f26e_c89d)];

fn run(work: u32) -> u64 {
    let mut digest = Digest::default();
    let mut secret = [7; 32];
    for turn in 0..work {
        let key = SigningKey::from_bytes(&secret);
        let message = turn.to_le_bytes().repeat(25);
        let signature = key.sign(&message);
        let read = Signature::from_bytes(&signature.to_bytes());
        assert!(key.verifying_key().verify(&message, &read).is_ok(), "the signature is right");
        assert!(
            key.verifying_key().verify(&message[1..], &read).is_err(),
            "not of another message"
        );
        digest.bytes(signature.to_bytes());
        secret.copy_from_slice(&signature.to_bytes()[..32]);
    }
    digest.finish()
}

fn main() -> ExitCode {
    driver::main(KNOWN, run)
}
