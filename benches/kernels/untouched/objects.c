// Calls through tables of functions: shapes with methods behind pointers, kept in a list that is
// walked, sorted by area and transformed.
// run(3300) = -2036925264247075713
// run(5) = -7613899063394214393
#include "../kernel.h"

struct Shape;

struct Class {
    i32 (*area)(const struct Shape *);
    i32 (*outline)(const struct Shape *);
    void (*grow)(struct Shape *, i32);
};

struct Shape {
    const struct Class *class;
    struct Shape *next;
    i32 a, b, c;
};

static i32 area_of_box(const struct Shape *s) { return s->a * s->b; }
static i32 outline_of_box(const struct Shape *s) { return 2 * (s->a + s->b); }
static void grow_box(struct Shape *s, i32 by) { s->a = (s->a + by) % 97, s->b = (s->b + 2 * by) % 89; }

static i32 area_of_disc(const struct Shape *s) { return s->a * s->a * 355 / 113; }
static i32 outline_of_disc(const struct Shape *s) { return s->a * 710 / 113; }
static void grow_disc(struct Shape *s, i32 by) { s->a = (s->a + by) % 61; }

static i32 area_of_solid(const struct Shape *s) {
    return 2 * (s->a * s->b + s->b * s->c + s->c * s->a);
}
static i32 outline_of_solid(const struct Shape *s) { return 4 * (s->a + s->b + s->c); }
static void grow_solid(struct Shape *s, i32 by) {
    i32 a = s->a;
    s->a = s->b, s->b = s->c, s->c = (a + by) % 53;
}

static const struct Class classes[] = {
    { area_of_box, outline_of_box, grow_box },
    { area_of_disc, outline_of_disc, grow_disc },
    { area_of_solid, outline_of_solid, grow_solid },
};

typedef i32 Measure(const struct Shape *);

// Sorts a list by merging, by what `measure` says.
static struct Shape *sort(struct Shape *list, u32 count, Measure *measure) {
    if (count < 2) {
        if (list) list->next = NULL;
        return list;
    }
    struct Shape *second = list, *sorted = NULL, **tail = &sorted;
    for (u32 i = 0; i < count / 2; i++) second = second->next;
    second = sort(second, count - count / 2, measure);
    list = sort(list, count / 2, measure);
    while (list && second) {
        struct Shape **least = measure(second) < measure(list) ? &second : &list;
        *tail = *least;
        *least = (*least)->next;
        tail = &(*tail)->next;
    }
    *tail = list ? list : second;
    return sorted;
}

static i32 area(const struct Shape *s) { return s->class->area(s); }

i64 run(i32 count) {
    static struct Shape shapes[256];
    struct Shape *list = NULL;
    u64 sum = 0;
    random_state = 12;
    for (u32 i = 0; i < LENGTH(shapes); i++) {
        u32 r = random_u32();
        shapes[i] = (struct Shape){
            &classes[(r >> 4) % 3], list, (i32)(r >> 9 & 31), (i32)(r >> 15 & 31), (i32)(r >> 21 & 31),
        };
        list = &shapes[i];
    }
    for (i32 i = 0; i < count; i++) {
        for (struct Shape *s = list; s; s = s->next) {
            s->class->grow(s, i % 7);
            sum += (u64)s->class->outline(s);
        }
        if (i % 8 == 0) list = sort(list, LENGTH(shapes), area);
        sum = mix(sum, (u64)list->class->area(list));
    }
    return (i64)sum;
}
