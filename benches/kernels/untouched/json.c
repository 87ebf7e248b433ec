// Recursive descent over bytes: documents are written by a generator, parsed into nodes of a pool
// and folded into a sum.
// run(180) = -7902280695658492302
// run(2) = -4880116575958333321
#include "../kernel.h"

enum Kind { NUL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };

struct Node {
    enum Kind kind;
    i64 number;
    const char *start;
    u32 length;
    struct Node *key, *child, *next;
};

static char text[1 << 16];
static u32 end;
static struct Node pool[1 << 13];
static u32 used;
static const char *at;

static void put(const char *s) { while (*s) text[end++] = *s++; }

static void put_number(i32 n) {
    char digits[12];
    int length = 0;
    u32 rest = n < 0 ? -(u32)n : (u32)n;
    do digits[length++] = (char)('0' + rest % 10); while (rest /= 10);
    if (n < 0) text[end++] = '-';
    while (length) text[end++] = digits[--length];
}

static void put_value(int depth) {
    u32 choice = random_u32() >> 5;
    if (depth > 0 && choice % 8 < 5) {
        int object = choice % 2;
        put(object ? "{ " : "[");
        for (int i = 0; i < 5; i++) {
            if (i) put(",\n ");
            if (object) { put("\"key \\u0041"); put_number(i); put("\": "); }
            put_value(depth - 1);
        }
        put(object ? "}" : " ]");
        return;
    }
    switch (choice % 5) {
    case 0: put("null"); break;
    case 1: put("true"); break;
    case 2: put("false"); break;
    case 3: put_number((i32)random_u32()); break;
    default: put("\"some \\\"quoted\\\" text\\n\"");
    }
}

static void blanks(void) { while (*at == ' ' || *at == '\n' || *at == '\t') at++; }

static struct Node *node(enum Kind kind) {
    struct Node *n = &pool[used++ % LENGTH(pool)];
    *n = (struct Node){ .kind = kind };
    return n;
}

static struct Node *string(void) {
    struct Node *n = node(STRING);
    n->start = ++at;
    for (; *at && *at != '"'; at++, n->length++) {
        if (*at != '\\') continue;
        at++;
        if (*at == 'u') at += 4;
    }
    if (*at) at++;
    return n;
}

static int word(const char *w) {
    const char *p = at;
    while (*w) if (*p++ != *w++) return 0;
    at = p;
    return 1;
}

static struct Node *value(void) {
    blanks();
    if (*at == '"') return string();
    if (*at == '[' || *at == '{') {
        int object = *at++ == '{';
        char close = object ? '}' : ']';
        struct Node *n = node(object ? OBJECT : ARRAY), **tail = &n->child;
        for (blanks(); *at && *at != close; blanks()) {
            struct Node *key = NULL;
            if (object) {
                key = value();
                if (!key) return NULL;
                blanks();
                if (*at++ != ':') return NULL;
            }
            struct Node *item = value();
            if (!item) return NULL;
            item->key = key;
            *tail = item;
            tail = &item->next;
            blanks();
            if (*at == ',') at++;
        }
        at++;
        return n;
    }
    if (*at == '-' || (*at >= '0' && *at <= '9')) {
        struct Node *n = node(NUMBER);
        int negative = *at == '-';
        if (negative) at++;
        while (*at >= '0' && *at <= '9') n->number = n->number * 10 + (*at++ - '0');
        if (negative) n->number = -n->number;
        return n;
    }
    if (word("null")) return node(NUL);
    if (word("true")) return node(TRUE);
    if (word("false")) return node(FALSE);
    return NULL;
}

static u64 fold(const struct Node *n) {
    u64 sum = mix((u64)n->kind, (u64)n->number + n->length);
    for (u32 i = 0; i < n->length; i++) sum = sum * 31 + (u8)n->start[i];
    if (n->key) sum = mix(sum, fold(n->key));
    for (const struct Node *child = n->child; child; child = child->next)
        sum = mix(sum, fold(child));
    return sum;
}

i64 run(i32 count) {
    u64 sum = 0;
    random_state = 99;
    for (i32 i = 0; i < count; i++) {
        end = used = 0;
        put("[");
        for (int j = 0; j < 8; j++) { if (j) put(", "); put_value(4); }
        put("]");
        text[end] = 0;
        at = text;
        struct Node *root = value();
        if (!root || *at) return -1;
        sum = mix(sum, fold(root));
    }
    return (i64)sum;
}
