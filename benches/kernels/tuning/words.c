// Hashing and comparing short strings: a table with open addresses that doubles counts the words of
// a made-up language, which are then sorted by how often they occur.
// run(390000) = -531344987927856620
// run(500) = 147429942833430993
#include "../kernel.h"

struct Entry { const char *word; u32 length, count, hash; };

static struct Entry tables[2][1 << 15];
static struct Entry *table;
static char letters[1 << 18];
static u32 slots, used, end;

static u32 hash_of(const char *word, u32 length) {
    u32 hash = 2166136261u;
    for (u32 i = 0; i < length; i++) hash = (hash ^ (u8)word[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static struct Entry *place(const char *word, u32 length, u32 hash) {
    for (u32 at = hash & (slots - 1);; at = (at + 1) & (slots - 1)) {
        struct Entry *entry = &table[at];
        if (!entry->word) return entry;
        if (entry->hash != hash || entry->length != length) continue;
        u32 i = 0;
        while (i < length && entry->word[i] == word[i]) i++;
        if (i == length) return entry;
    }
}

static void grow(void) {
    struct Entry *old = table;
    u32 count = slots;
    table = old == tables[0] ? tables[1] : tables[0];
    slots *= 2;
    for (u32 i = 0; i < slots; i++) table[i].word = NULL;
    for (u32 i = 0; i < count; i++)
        if (old[i].word) *place(old[i].word, old[i].length, old[i].hash) = old[i];
}

static u32 make_word(char *to) {
    static const char syllables[] = "kalomirusentavopi";
    u32 length = 0;
    for (u32 parts = 1 + (random_u32() >> 8) % 3; parts > 0; parts--) {
        u32 at = (random_u32() >> 8) % 8 * 2;
        to[length++] = syllables[at];
        to[length++] = syllables[at + 1];
        if ((random_u32() >> 8) % 4 == 0) to[length++] = 'n';
    }
    return length;
}

static int before(const struct Entry *a, const struct Entry *b) {
    if (a->count != b->count) return a->count > b->count;
    for (u32 i = 0; i < a->length && i < b->length; i++)
        if (a->word[i] != b->word[i]) return a->word[i] < b->word[i];
    return a->length < b->length;
}

static void sort(struct Entry *from, u32 count) {
    for (u32 gap = count / 2; gap > 0; gap /= 2)
        for (u32 i = gap; i < count; i++) {
            struct Entry entry = from[i];
            u32 j = i;
            for (; j >= gap && before(&entry, &from[j - gap]); j -= gap) from[j] = from[j - gap];
            from[j] = entry;
        }
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 321;
    table = tables[0];
    slots = 16;
    used = end = 0;
    for (u32 i = 0; i < slots; i++) table[i].word = NULL;
    for (i32 i = 0; i < count; i++) {
        char *word = letters + end;
        u32 length = make_word(word), hash = hash_of(word, length);
        struct Entry *entry = place(word, length, hash);
        if (entry->word) { entry->count++; continue; }
        *entry = (struct Entry){ word, length, 1, hash };
        end += length;
        if (++used * 4 > slots * 3) grow();
    }
    u32 kept = 0;
    for (u32 i = 0; i < slots; i++) if (table[i].word) table[kept++] = table[i];
    if (kept != used) return -1;
    sort(table, kept);
    for (u32 i = 0; i < kept; i++) sum = mix(sum, (u64)table[i].hash << 20 | table[i].count);
    return (i64)sum;
}
