// String building: numbers are written in several bases, joined, padded, reversed and read back;
// -1 if one comes back changed.
// run(32000) = 5342610352880287859
// run(100) = -8175689508233269643
#include "../kernel.h"

struct Buffer { u32 length; char text[4096]; };

static struct Buffer joined, line;

static void push(struct Buffer *to, char c) { to->text[to->length++] = c; }

static void append(struct Buffer *to, const struct Buffer *from) {
    for (u32 i = 0; i < from->length; i++) push(to, from->text[i]);
}

static void reverse(struct Buffer *b, u32 from) {
    for (u32 i = from, j = b->length; i + 1 < j; i++) {
        char c = b->text[i];
        b->text[i] = b->text[--j];
        b->text[j] = c;
    }
}

static void number(struct Buffer *to, u32 value, u32 base, u32 width) {
    u32 from = to->length;
    do push(to, "0123456789abcdefghijklmnopqrstuvwxyz"[value % base]); while (value /= base);
    while (to->length < from + width) push(to, '.');
    reverse(to, from);
}

static u32 read(const struct Buffer *from, u32 *at, u32 base) {
    u32 value = 0;
    while (from->text[*at] == '.') ++*at;
    for (; *at < from->length && from->text[*at] != ' '; ++*at) {
        char c = from->text[*at];
        value = value * base + (u32)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    ++*at;
    return value;
}

i64 run(i32 count) {
    static const u8 bases[] = { 10, 2, 16, 36, 7 };
    u64 sum = 0;
    random_state = 65537;
    joined.length = 0;
    for (i32 i = 0; i < count; i++) {
        u32 value = random_u32() >> (i & 15), at = 0;
        line.length = 0;
        for (u32 j = 0; j < LENGTH(bases); j++) {
            number(&line, value + j, bases[j], 12);
            push(&line, ' ');
        }
        for (u32 j = 0; j < LENGTH(bases); j++)
            if (read(&line, &at, bases[j]) != value + j) return -1;
        if (joined.length + line.length > sizeof joined.text) {
            for (u32 j = 0; j < joined.length; j++) sum = (sum ^ (u8)joined.text[j]) * 1099511628211u;
            joined.length = 0;
        }
        append(&joined, &line);
    }
    return (i64)mix(sum, joined.length);
}
