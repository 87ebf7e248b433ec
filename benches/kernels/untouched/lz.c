// Bytes, hash chains and copies: text is compressed by references to earlier text, unpacked again
// and compared. The sum is of the packed bytes; -1 if the text came back changed.
// run(24) = 6137078481021702923
// run(1) = -3804787403102174485
#include "../kernel.h"

enum { SIZE = 32768, SLOTS = 4096, LEAST = 4, MOST = 131 };

static u8 text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static i32 heads[SLOTS], previous[SIZE];

static void write_text(void) {
    static const char *const words[] = {
        "lantern", "of", "the", "river", "and", "seven", "stones", "under", "grey", "harbour",
        "wind", "a", "quietly", "turning", "mill", "beyond",
    };
    u32 at = 0;
    while (at < SIZE) {
        const char *word = words[random_u32() >> 7 & random_u32() >> 9 & 15];
        while (*word && at < SIZE) text[at++] = (u8)*word++;
        if (at < SIZE) text[at++] = (random_u32() & 15) ? ' ' : '\n';
    }
}

static u32 slot_of(const u8 *p) {
    u32 word = p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
    return word * 2654435761u >> 20;
}

static u32 length_of_match(const u8 *a, const u8 *b, u32 limit) {
    u32 length = 0;
    while (length < limit && a[length] == b[length]) length++;
    return length;
}

static u32 pack(void) {
    u32 at = 0, out = 0;
    for (u32 i = 0; i < SLOTS; i++) heads[i] = -1;
    while (at < SIZE) {
        u32 best = 0, from = 0;
        u32 limit = SIZE - at < MOST ? SIZE - at : MOST;
        if (limit >= LEAST) {
            i32 candidate = heads[slot_of(text + at)];
            for (int tries = 12; candidate >= 0 && tries > 0; tries--) {
                u32 length = length_of_match(text + candidate, text + at, limit);
                if (length > best) best = length, from = (u32)candidate;
                candidate = previous[candidate];
            }
        }
        u32 step = best >= LEAST ? best : 1;
        if (best >= LEAST) {
            u32 distance = at - from;
            packed[out++] = (u8)(0x80 | (best - LEAST));
            packed[out++] = (u8)distance;
            packed[out++] = (u8)(distance >> 8);
        } else {
            packed[out++] = text[at];
        }
        for (; step > 0; step--, at++) {
            if (SIZE - at < LEAST) continue;
            u32 slot = slot_of(text + at);
            previous[at] = heads[slot];
            heads[slot] = (i32)at;
        }
    }
    return out;
}

static u32 unpack(u32 size) {
    u32 out = 0;
    for (u32 in = 0; in < size;) {
        u8 head = packed[in++];
        if (head < 0x80) {
            unpacked[out++] = head;
            continue;
        }
        u32 distance = packed[in] | (u32)packed[in + 1] << 8;
        in += 2;
        for (u32 length = (head & 0x7f) + LEAST; length > 0; length--, out++)
            unpacked[out] = unpacked[out - distance];
    }
    return out;
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 1977;
    for (i32 i = 0; i < count; i++) {
        write_text();
        u32 size = pack();
        if (unpack(size) != SIZE) return -1;
        for (u32 j = 0; j < SIZE; j++) if (text[j] != unpacked[j]) return -1;
        for (u32 j = 0; j < size; j += 7) sum = mix(sum, packed[j]);
        sum = mix(sum, size);
    }
    return (i64)sum;
}
