// Pointer chasing and rotations by recursion: keys go into a tree balanced by random priorities,
// some leave again, and ranges are counted.
// run(9000) = -6257902751308342382
// run(300) = 2436415140929607476
#include "../kernel.h"

struct Tree {
    u32 key, priority, size;
    struct Tree *left, *right;
};

static struct Tree pool[1 << 15], *spare;
static u32 used;

static u32 size(const struct Tree *t) { return t ? t->size : 0; }
static void count(struct Tree *t) { t->size = size(t->left) + size(t->right) + 1; }

static struct Tree *turn_right(struct Tree *t) {
    struct Tree *up = t->left;
    t->left = up->right;
    up->right = t;
    count(t);
    count(up);
    return up;
}

static struct Tree *turn_left(struct Tree *t) {
    struct Tree *up = t->right;
    t->right = up->left;
    up->left = t;
    count(t);
    count(up);
    return up;
}

static struct Tree *insert(struct Tree *t, u32 key) {
    if (!t) {
        t = spare;
        if (t) spare = t->left; else t = &pool[used++];
        *t = (struct Tree){ key, random_u32(), 1, NULL, NULL };
        return t;
    }
    if (key == t->key) return t;
    if (key < t->key) {
        t->left = insert(t->left, key);
        count(t);
        return t->left->priority > t->priority ? turn_right(t) : t;
    }
    t->right = insert(t->right, key);
    count(t);
    return t->right->priority > t->priority ? turn_left(t) : t;
}

static struct Tree *erase(struct Tree *t, u32 key) {
    if (!t) return t;
    if (key < t->key) t->left = erase(t->left, key);
    else if (key > t->key) t->right = erase(t->right, key);
    else if (!t->left || !t->right) {
        struct Tree *only = t->left ? t->left : t->right;
        t->left = spare;
        spare = t;
        return only;
    } else if (t->left->priority > t->right->priority) {
        t = turn_right(t);
        t->right = erase(t->right, key);
    } else {
        t = turn_left(t);
        t->left = erase(t->left, key);
    }
    count(t);
    return t;
}

static u32 below(const struct Tree *t, u32 key) {
    u32 sum = 0;
    while (t) {
        if (key <= t->key) { t = t->left; continue; }
        sum += size(t->left) + 1;
        t = t->right;
    }
    return sum;
}

i64 run(i32 n) {
    struct Tree *root = NULL;
    u64 sum = 0;
    random_state = 2024;
    used = 0;
    spare = NULL;
    if (n > (i32)LENGTH(pool)) return -1;
    for (i32 i = 0; i < n; i++) {
        root = insert(root, random_u32() >> 12);
        if (i % 3 == 2) root = erase(root, root->key);
        if (i % 4 == 0) sum = mix(sum, below(root, random_u32() >> 12));
    }
    return (i64)mix(sum, size(root));
}
