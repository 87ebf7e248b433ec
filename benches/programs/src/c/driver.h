// What the programs in C share: the argument, the digest, the check of the result.
//
// A program defines `run` and, above the include, `KNOWN`: pairs of an amount of work and the digest
// of its result, the usual amount first. It is called with an amount or without an argument.

#ifndef DRIVER_H
#define DRIVER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Does so much work and returns the digest of what came out.
static uint64_t run(long work);

static const struct {
    long work;
    uint64_t digest;
} known[] = {KNOWN};

#define DIGEST_OF_NOTHING UINT64_C(0xcbf29ce484222325)

// FNV-1a over bytes.
static inline uint64_t digest_bytes(uint64_t digest, const void *bytes, size_t length) {
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) {
        digest = (digest ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static inline uint64_t digest_number(uint64_t digest, uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) {
        digest = (digest ^ (number >> shift & 0xff)) * UINT64_C(0x100000001b3);
    }
    return digest;
}

// Numbers that look random and are the same everywhere.
static uint64_t random_state = UINT64_C(0x9e3779b97f4a7c15);

static inline uint32_t random_number(void) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint32_t folded = (uint32_t)((random_state >> 18 ^ random_state) >> 27);
    uint32_t turn = random_state >> 59;
    return folded >> turn | folded << (-turn & 31);
}

// Ends the program if something that cannot fail did.
static inline void must(int condition, const char *what) {
    if (!condition) {
        fputs(what, stderr);
        fputs(" failed\n", stderr);
        exit(2);
    }
}

static void hexadecimal(uint64_t number, char *text) {
    for (int i = 15; i >= 0; i--, number >>= 4) {
        text[i] = "0123456789abcdef"[number & 15];
    }
    text[16] = '\n';
    text[17] = 0;
}

int main(int argc, char **argv) {
    long work = argc > 1 ? strtol(argv[1], NULL, 10) : known[0].work;
    uint64_t digest = run(work);
    char text[18];
    hexadecimal(digest, text);
    fputs(text, stdout);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].work == work && known[i].digest != digest) {
            hexadecimal(known[i].digest, text);
            fputs("wrong: expected ", stderr);
            fputs(text, stderr);
            return 1;
        }
    }
    return 0;
}

#endif
