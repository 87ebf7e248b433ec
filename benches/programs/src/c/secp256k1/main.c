// Cryptography, libsecp256k1: keys, Schnorr and ECDSA signatures and a shared secret on one curve.

#define KNOWN {30, UINT64_C(0x713e2b1f05b5a767)}, {3, UINT64_C(0x155e47c0d95136ab)}
#include "../driver.h"
#include <secp256k1.h>
#include <secp256k1_ecdh.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_schnorrsig.h>

// The crate puts its version before the names of the library.
#define SECP(name) rustsecp256k1_v0_14_##name

static uint64_t run(long work) {
    void *room = malloc(SECP(context_preallocated_size)(SECP256K1_CONTEXT_NONE));
    must(room != NULL, "malloc");
    SECP(context) *context = SECP(context_preallocated_create)(room, SECP256K1_CONTEXT_NONE);
    unsigned char secret[32], message[32], seed[32];
    memset(secret, 3, sizeof secret);
    for (size_t i = 0; i < sizeof seed; i++) {
        seed[i] = random_number();
    }
    must(SECP(context_randomize)(context, seed), "blinding");
    uint64_t digest = DIGEST_OF_NOTHING;
    for (long turn = 0; turn < work; turn++) {
        for (size_t i = 0; i < sizeof message; i++) {
            message[i] = random_number();
        }
        SECP(pubkey) key;
        must(SECP(ec_pubkey_create)(context, &key, secret), "making a key");

        SECP(ecdsa_signature) signature;
        unsigned char bytes[64];
        must(SECP(ecdsa_sign)(context, &signature, message, secret, NULL, NULL), "signing");
        must(SECP(ecdsa_verify)(context, &signature, message, &key), "verifying");
        must(SECP(ecdsa_signature_serialize_compact)(context, bytes, &signature), "writing");
        digest = digest_bytes(digest, bytes, sizeof bytes);

        SECP(keypair) pair;
        SECP(xonly_pubkey) half;
        must(SECP(keypair_create)(context, &pair, secret), "making a pair");
        must(SECP(keypair_xonly_pub)(context, &half, NULL, &pair), "halving a key");
        must(SECP(schnorrsig_sign32)(context, bytes, message, &pair, NULL), "signing by Schnorr");
        must(SECP(schnorrsig_verify)(context, bytes, message, 32, &half), "verifying by Schnorr");
        digest = digest_bytes(digest, bytes, sizeof bytes);
        message[0] ^= 1;
        must(!SECP(schnorrsig_verify)(context, bytes, message, 32, &half), "refusing");

        unsigned char shared[32];
        must(SECP(ecdh)(context, shared, &key, message, NULL, NULL), "agreeing");
        digest = digest_bytes(digest, shared, sizeof shared);
        memcpy(secret, shared, sizeof secret);
    }
    SECP(context_preallocated_destroy)(context);
    free(room);
    return digest;
}

// What the library calls where it was used wrongly.
void SECP(default_illegal_callback_fn)(const char *text, void *data) {
    (void)data;
    must(0, text);
}

void SECP(default_error_callback_fn)(const char *text, void *data) {
    (void)data;
    must(0, text);
}
