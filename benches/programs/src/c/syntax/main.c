// A parser, tree-sitter with its grammar of C: generated code is parsed, edited and parsed again,
// the tree walked and queried.

#define KNOWN {250, UINT64_C(0xcca8d73c4d932fa1)}, {25, UINT64_C(0xc2195a288dd6de73)}
#include "../driver.h"
#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_c(void);

static const char *const LINES[] = {
    "static int f%u(struct node *n, const char *text) {\n    for (int i = 0; i < %u; i++) {\n        if (n->next[i] && text[i] != '\\n')\n            n = n->next[i];\n        else break;\n    }\n    return n ? n->value * %u : -1;\n}\n",
    "#define LIMIT_%u (1 << %u)\nenum color%u { RED, GREEN = 4, BLUE };\n",
    "typedef struct node { int value; struct node *next[8]; } node_%u;\n/* A comment about %u and %u. */\n",
    "double g%u(double x, double y) {\n    // Newton\n    do { x -= (x * x - y) / (2.0 * x + 1e-%u); } while (fabs(x) > %u);\n    switch ((int)x) { case 1: return y; default: goto out; }\nout:\n    return sizeof(x) > 4 ? x : (double)(int)y;\n}\n",
    "unsigned char table%u[] = { 0x1f, %u, 'a', \"text\\x41\"[1], %u };\n",
};

static size_t fill(char *text, size_t size, long work) {
    size_t length = 0;
    for (long i = 0; i < work && length + 600 < size; i++) {
        const char *line = LINES[random_number() % 5];
        unsigned name = random_number() % 1000, small = random_number() % 16;
        length += snprintf(text + length, size - length, line, name, small, random_number() % 100);
    }
    return length;
}

static uint64_t walk(uint64_t digest, const TSTree *tree) {
    TSTreeCursor cursor = ts_tree_cursor_new(ts_tree_root_node(tree));
    for (;;) {
        TSNode node = ts_tree_cursor_current_node(&cursor);
        digest = digest_number(digest, ts_node_symbol(node));
        digest = digest_number(digest, ts_node_start_byte(node));
        if (ts_tree_cursor_goto_first_child(&cursor)) {
            continue;
        }
        while (!ts_tree_cursor_goto_next_sibling(&cursor)) {
            if (!ts_tree_cursor_goto_parent(&cursor)) {
                ts_tree_cursor_delete(&cursor);
                return digest;
            }
        }
    }
}

static uint64_t matches(uint64_t digest, const TSTree *tree) {
    static const char QUERY[] =
        "(function_definition declarator: (function_declarator declarator: (identifier) @name))"
        "(call_expression function: (identifier) @called)"
        "(if_statement condition: (_) @condition)";
    uint32_t offset;
    TSQueryError error;
    TSQuery *query = ts_query_new(tree_sitter_c(), QUERY, sizeof QUERY - 1, &offset, &error);
    must(query != NULL, "the query");
    TSQueryCursor *cursor = ts_query_cursor_new();
    ts_query_cursor_exec(cursor, query, ts_tree_root_node(tree));
    TSQueryMatch match;
    while (ts_query_cursor_next_match(cursor, &match)) {
        digest = digest_number(digest, match.pattern_index);
        digest = digest_number(digest, ts_node_end_byte(match.captures[0].node));
    }
    ts_query_cursor_delete(cursor);
    ts_query_delete(query);
    return digest;
}

static uint64_t run(long work) {
    size_t size = work * 500 + 1000;
    char *text = malloc(size);
    must(text != NULL, "malloc");
    size_t length = fill(text, size, work);
    TSParser *parser = ts_parser_new();
    must(ts_parser_set_language(parser, tree_sitter_c()), "the language");
    TSTree *tree = ts_parser_parse_string(parser, NULL, text, length);
    must(!ts_node_has_error(ts_tree_root_node(tree)), "parsing");
    uint64_t digest = matches(walk(DIGEST_OF_NOTHING, tree), tree);
    for (int edits = 0; edits < 8; edits++) {
        uint32_t at = random_number() % length;
        text[at] = ";x{)"[edits % 4];
        TSInputEdit edit = {.start_byte = at, .old_end_byte = at + 1, .new_end_byte = at + 1};
        ts_tree_edit(tree, &edit);
        TSTree *next = ts_parser_parse_string(parser, tree, text, length);
        ts_tree_delete(tree);
        tree = next;
        digest = digest_number(digest, ts_node_descendant_count(ts_tree_root_node(tree)));
    }
    ts_tree_delete(tree);
    ts_parser_delete(parser);
    return digest;
}
