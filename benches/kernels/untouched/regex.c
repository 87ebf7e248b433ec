// Backtracking recursion over pointers: patterns with classes, repetition and alternation are
// searched for in lines of text; the sum is of where each match begins and ends.
// run(400) = -3675852372665441217
// run(10) = -1992844013534857488
#include "../kernel.h"

static const char *rest_of_group(const char *p);
static const char *match(const char *p, const char *s, const char *after);

// The end of the one atom at `p`.
static const char *skip(const char *p) {
    if (*p == '(') return rest_of_group(p + 1) + 1;
    if (*p == '[') { while (*p != ']') p++; return p + 1; }
    return *p == '\\' ? p + 2 : p + 1;
}

// From inside a group to its closing parenthesis.
static const char *rest_of_group(const char *p) {
    while (*p && *p != ')') p = *p == '|' ? p + 1 : skip(p);
    return p;
}

// Whether the single-character atom at `p` accepts `c`.
static int accepts(const char *p, char c) {
    if (!c) return 0;
    if (*p == '.') return 1;
    if (*p == '\\') return p[1] == 'd' ? c >= '0' && c <= '9' : p[1] == c;
    if (*p != '[') return *p == c;
    int negated = *++p == '^', found = 0;
    if (negated) p++;
    for (; *p != ']'; p++) {
        if (p[1] == '-' && p[2] != ']') { found |= c >= p[0] && c <= p[2]; p += 2; }
        else found |= c == *p;
    }
    return found != negated;
}

// Matches the alternatives of a group and then `after`.
static const char *alternatives(const char *p, const char *s, const char *after) {
    for (;;) {
        const char *end = match(p, s, after);
        if (end) return end;
        while (*p && *p != ')' && *p != '|') p = skip(p);
        if (*p != '|') return NULL;
        p++;
    }
}

// Matches from `p` to the end of its alternative and then `after`; where that ends, or null.
static const char *match(const char *p, const char *s, const char *after) {
    if (!*p || *p == ')' || *p == '|') return after ? match(after, s, NULL) : s;
    const char *next = skip(p);
    if (*p == '(') return alternatives(p + 1, s, next);
    char repeat = *next;
    if (repeat != '*' && repeat != '+' && repeat != '?')
        return accepts(p, *s) ? match(next, s + 1, after) : NULL;
    const char *most = s;
    while (accepts(p, *most) && (repeat != '?' || most == s)) most++;
    for (const char *least = repeat == '+' ? s + 1 : s; most >= least; most--) {
        const char *end = match(next + 1, most, after);
        if (end) return end;
    }
    return NULL;
}

i64 run(i32 count) {
    static const char *const patterns[] = {
        "[a-f]+\\d*x", "(ab|ba|cd)[^a]e?", "a.*b.*c", "\\d\\d\\d(k|m)", "[aeh]*[bcd]+[i-m]", "z+(y|x)?w",
    };
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789 abcabcxyzwk019";
    char line[129];
    u64 sum = 0;
    random_state = 4242;
    for (i32 i = 0; i < count; i++) {
        for (int j = 0; j < 128; j++) line[j] = letters[(random_u32() >> 8) % (sizeof letters - 1)];
        line[128] = 0;
        for (u32 j = 0; j < LENGTH(patterns); j++) {
            for (const char *s = line; *s; s++) {
                const char *end = alternatives(patterns[j], s, NULL);
                if (!end) continue;
                sum = mix(sum, (u64)(s - line) << 8 | (u64)(end - line));
                break;
            }
        }
    }
    return (i64)sum;
}
