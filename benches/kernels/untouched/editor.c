// memory.copy and memory.fill of middling sizes: a text in a buffer with a gap takes words, loses
// lines and is searched.
// run(170000) = -1527180690280002257
// run(60) = -3361004567615270916
#include "../kernel.h"

enum { SIZE = 1 << 15 };

static u8 buffer[SIZE];
static u32 gap, rest;

static void move_to(u32 at) {
    if (at < gap) {
        rest -= gap - at;
        __builtin_memmove(buffer + rest, buffer + at, gap - at);
    } else {
        __builtin_memmove(buffer + gap, buffer + rest, at - gap);
        rest += at - gap;
    }
    gap = at;
}

static u32 length(void) { return gap + SIZE - rest; }

static void insert(u8 letter, u32 count) {
    if (count > rest - gap) return;
    __builtin_memset(buffer + gap, letter, count);
    gap += count;
}

static void erase(u32 count) {
    rest += count < SIZE - rest ? count : SIZE - rest;
}

// The place of a letter after `from`, the gap stepped over.
static u32 find(u8 letter, u32 from) {
    u32 end = length();
    for (u32 at = from; at < end; at++)
        if (buffer[at < gap ? at : at + rest - gap] == letter) return at;
    return end;
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 90210;
    gap = 0;
    rest = SIZE;
    for (i32 i = 0; i < count; i++) {
        u32 r = random_u32();
        u32 at = length() ? (r >> 8) % length() : 0;
        switch (r % 8) {
        case 0:
        case 1:
            move_to(at);
            erase((r >> 20) % 160);
            break;
        case 2: {
            u32 found = find((u8)(r >> 21 & 31), at);
            sum = mix(sum, found);
            move_to(found);
            insert('\n', 1);
            break;
        }
        default:
            move_to(at);
            for (u32 w = 0; w < 3; w++) insert((u8)(r >> (21 + w) & 31), 1 + (r >> (8 + 5 * w)) % 24);
        }
    }
    move_to(length());
    for (u32 i = 0; i < gap; i++) sum = sum * 31 + buffer[i];
    return (i64)mix(sum, gap);
}
