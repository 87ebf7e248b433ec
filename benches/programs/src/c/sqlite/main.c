// A database, SQLite: statements are parsed, planned and run on tables with indexes in memory.

#define KNOWN {2000, UINT64_C(0xb8d5759c6f302421)}, {200, UINT64_C(0x4f98e56b8b5553a8)}
#include "../driver.h"
#include <sqlite3.h>

// What SQLite asks of an operating system. Databases in memory open no file.
static int open_nothing(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out) {
    (void)vfs, (void)name, (void)file, (void)flags, (void)out;
    return SQLITE_CANTOPEN;
}

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *out) {
    (void)vfs;
    snprintf(out, size, "%s", name);
    return SQLITE_OK;
}

static int no_randomness(sqlite3_vfs *vfs, int size, char *out) {
    (void)vfs;
    memset(out, 7, size);
    return size;
}

static int no_time(sqlite3_vfs *vfs, sqlite3_int64 *milliseconds) {
    (void)vfs;
    *milliseconds = 0;
    return SQLITE_OK;
}

int sqlite3_os_init(void) {
    static sqlite3_vfs nothing = {
        .iVersion = 2, .szOsFile = sizeof(sqlite3_file), .mxPathname = 64, .zName = "nothing",
        .xOpen = open_nothing, .xFullPathname = full_path, .xRandomness = no_randomness,
        .xCurrentTimeInt64 = no_time,
    };
    return sqlite3_vfs_register(&nothing, 1);
}

int sqlite3_os_end(void) {
    return SQLITE_OK;
}

static sqlite3 *database;

static sqlite3_stmt *prepare(const char *text) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, text, -1, &statement, NULL) != SQLITE_OK) {
        fputs(sqlite3_errmsg(database), stderr);
        must(0, text);
    }
    return statement;
}

// Runs a statement and takes its rows into the digest.
static uint64_t rows(uint64_t digest, const char *text) {
    sqlite3_stmt *statement = prepare(text);
    while (sqlite3_step(statement) == SQLITE_ROW) {
        for (int column = 0; column < sqlite3_column_count(statement); column++) {
            const unsigned char *value = sqlite3_column_text(statement, column);
            digest = digest_bytes(digest, value, sqlite3_column_bytes(statement, column));
            digest = digest_number(digest, sqlite3_column_type(statement, column));
        }
    }
    must(sqlite3_finalize(statement) == SQLITE_OK, text);
    return digest;
}

static void fill(long work) {
    sqlite3_stmt *insert = prepare("insert into sale(customer, goods, amount, note) values (?, ?, ?, ?)");
    for (long i = 0; i < work; i++) {
        char note[32];
        snprintf(note, sizeof note, "note %u of %ld", random_number() % 1000, i);
        sqlite3_bind_int(insert, 1, random_number() % 40);
        sqlite3_bind_int(insert, 2, random_number() % 25);
        sqlite3_bind_int(insert, 3, random_number() % 500);
        sqlite3_bind_text(insert, 4, note, -1, SQLITE_TRANSIENT);
        must(sqlite3_step(insert) == SQLITE_DONE, "insert");
        sqlite3_reset(insert);
    }
    must(sqlite3_finalize(insert) == SQLITE_OK, "insert");
}

static uint64_t run(long work) {
    static const char *const STATEMENTS[] = {
        "create table customer(id integer primary key, name text unique, town text)",
        "create table sale(id integer primary key, customer int references customer, goods int,"
        " amount int check (amount >= 0), note text)",
        "create index by_goods on sale(goods, amount)",
        "with recursive n(i) as (select 0 union all select i + 1 from n where i < 39)"
        " insert into customer select i, printf('customer %c%02d', 65 + i % 26, i), 'town ' || (i % 7) from n",
        "begin",
        NULL,
        "commit",
        "select town, count(*), sum(amount), max(note) from sale join customer on customer.id = sale.customer"
        " where amount > 50 group by town having count(*) > 1 order by 3 desc",
        "select name, rank() over (order by total desc), total from (select name, sum(amount) total"
        " from customer left join sale on sale.customer = customer.id group by name) limit 20",
        "update sale set amount = amount + goods where goods in (select goods from sale group by goods"
        " order by sum(amount) limit 5)",
        "delete from sale where note like '%7_ of %' or amount = 499",
        "select goods, group_concat(distinct customer) from sale where amount between 100 and 140"
        " group by goods order by goods",
        "select a.id, b.id from sale a, sale b where a.goods = b.goods and a.amount = b.amount"
        " and a.id < b.id order by 1, 2 limit 50",
        "create trigger cheaper after update of amount on sale when new.amount < old.amount begin"
        " update customer set town = town || '*' where id = new.customer and length(town) < 9; end",
        "update sale set amount = amount / 2 where id % 11 = 0",
        "select count(*), avg(amount), min(substr(note, 6)), upper(max(town)) from sale, customer"
        " where customer.id = customer",
        "with recursive path(a, b, length) as (select customer, goods, 1 from sale where id < 4 union"
        " select goods, customer % 25, length + 1 from path join sale on sale.goods = path.b"
        " where length < 4) select length, count(*) from path group by length",
    };
    must(sqlite3_open(":memory:", &database) == SQLITE_OK, "opening a database");
    uint64_t digest = DIGEST_OF_NOTHING;
    for (size_t i = 0; i < sizeof STATEMENTS / sizeof STATEMENTS[0]; i++) {
        if (STATEMENTS[i] == NULL) {
            fill(work);
        } else {
            digest = rows(digest, STATEMENTS[i]);
        }
    }
    must(sqlite3_close(database) == SQLITE_OK, "closing the database");
    return digest;
}
