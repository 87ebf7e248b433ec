// Pointers, tags and deep recursion: an evaluator of S-expressions reads a program, interns its
// symbols and runs it with environments that are lists; all cells come from one array.
// run(22) = 398289497828076
// run(8) = 463856469068
#include "../kernel.h"

enum Tag { NIL, INTEGER, SYMBOL, PAIR, LAMBDA };

typedef struct Cell {
    u32 tag;
    i32 number;
    const struct Cell *head, *tail;
} Cell;

static Cell cells[1 << 20];
static u32 used, names;
static struct { const char *start; u32 length; } symbols[64];
static const char *at;
static const Cell nil = { NIL, 0, NULL, NULL };

enum { QUOTE, IF, DEFINE, FN, PLUS, MINUS, LESS, CONS, HEAD, TAIL, EMPTY, BUILTINS };
static const char *const builtins[BUILTINS] = {
    "quote", "if", "define", "fn", "+", "-", "<", "cons", "head", "tail", "empty",
};

static const char program[] =
    "(define fib (fn (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))"
    "(define range (fn (n) (if (< n 1) (quote ()) (cons n (range (- n 1))))))"
    "(define map (fn (f l) (if (empty l) l (cons (f (head l)) (map f (tail l))))))"
    "(define fold (fn (f x l) (if (empty l) x (fold f (f x (head l)) (tail l)))))"
    "(define compose (fn (f g) (fn (x) (f (g x)))))"
    "(fold + 0 (map (compose (fn (x) (+ x x)) fib) (range n)))";

static const Cell *cell(u32 tag, i32 number, const Cell *head, const Cell *tail) {
    Cell *c = &cells[used++ % LENGTH(cells)];
    *c = (Cell){ tag, number, head, tail };
    return c;
}

static i32 intern(const char *start, u32 length) {
    for (u32 i = 0; i < names; i++) {
        u32 j = 0;
        if (symbols[i].length != length) continue;
        while (j < length && symbols[i].start[j] == start[j]) j++;
        if (j == length) return (i32)i;
    }
    symbols[names].start = start;
    symbols[names].length = length;
    return (i32)names++;
}

static const Cell *read(void);

static const Cell *read_list(void) {
    while (*at == ' ') at++;
    if (*at == ')') { at++; return &nil; }
    const Cell *head = read();
    return cell(PAIR, 0, head, read_list());
}

static const Cell *read(void) {
    while (*at == ' ') at++;
    if (*at == '(') { at++; return read_list(); }
    const char *start = at;
    while (*at && *at != ' ' && *at != '(' && *at != ')') at++;
    if (*start < '0' || *start > '9') return cell(SYMBOL, intern(start, (u32)(at - start)), NULL, NULL);
    i32 number = 0;
    for (const char *p = start; p < at; p++) number = number * 10 + (*p - '0');
    return cell(INTEGER, number, NULL, NULL);
}

static const Cell *globals;

static const Cell *find(i32 name, const Cell *environment) {
    for (int round = 0; round < 2; round++, environment = globals)
        for (; environment->tag == PAIR; environment = environment->tail)
            if (environment->head->head->number == name) return environment->head->tail;
    return &nil;
}

static const Cell *bind(const Cell *name, const Cell *value, const Cell *environment) {
    return cell(PAIR, 0, cell(PAIR, 0, name, value), environment);
}

static const Cell *evaluate(const Cell *e, const Cell *environment);

static const Cell *builtin(i32 which, const Cell *rest, const Cell *environment) {
    const Cell *a = evaluate(rest->head, environment);
    if (which == HEAD) return a->head;
    if (which == TAIL) return a->tail;
    if (which == EMPTY) return a->tag == NIL ? cell(INTEGER, 1, NULL, NULL) : &nil;
    const Cell *b = evaluate(rest->tail->head, environment);
    switch (which) {
    case PLUS: return cell(INTEGER, a->number + b->number, NULL, NULL);
    case MINUS: return cell(INTEGER, a->number - b->number, NULL, NULL);
    case LESS: return a->number < b->number ? cell(INTEGER, 1, NULL, NULL) : &nil;
    default: return cell(PAIR, 0, a, b);
    }
}

static const Cell *apply(const Cell *f, const Cell *rest, const Cell *environment) {
    // A lambda's head is the pair of its parameters and its body, its tail what it closes over.
    const Cell *scope = f->tail;
    for (const Cell *p = f->head->head; p->tag == PAIR; p = p->tail, rest = rest->tail)
        scope = bind(p->head, evaluate(rest->head, environment), scope);
    return evaluate(f->head->tail, scope);
}

static const Cell *evaluate(const Cell *e, const Cell *environment) {
    if (e->tag == SYMBOL)
        return e->number < BUILTINS ? e : find(e->number, environment);
    if (e->tag != PAIR) return e;
    const Cell *rest = e->tail, *f = evaluate(e->head, environment);
    if (f->tag == LAMBDA) return apply(f, rest, environment);
    switch (f->number) {
    case QUOTE: return rest->head;
    case IF: {
        const Cell *test = evaluate(rest->head, environment);
        return evaluate(test->tag == NIL ? rest->tail->tail->head : rest->tail->head, environment);
    }
    case DEFINE:
        globals = bind(rest->head, evaluate(rest->tail->head, environment), globals);
        return &nil;
    case FN: return cell(LAMBDA, 0, cell(PAIR, 0, rest->head, rest->tail->head), environment);
    default: return builtin(f->number, rest, environment);
    }
}

i64 run(i32 count) {
    used = names = 0;
    globals = &nil;
    for (u32 i = 0; i < BUILTINS; i++) {
        u32 length = 0;
        while (builtins[i][length]) length++;
        intern(builtins[i], length);
    }
    const Cell *n = cell(SYMBOL, intern("n", 1), NULL, NULL);
    globals = bind(n, cell(INTEGER, count, NULL, NULL), globals);
    at = program;
    const Cell *result = &nil;
    while (*at) result = evaluate(read(), &nil);
    return used > LENGTH(cells) ? -1 : ((i64)result->number << 32 | used);
}
