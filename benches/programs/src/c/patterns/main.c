// A matcher of regular expressions, Oniguruma: backtracking with look-around, recursion, Unicode.

#define KNOWN {6000, UINT64_C(0x90b40ceb93bbf2ee)}, {600, UINT64_C(0xcdf670fc0fb0295c)}
#include "../driver.h"
#include <oniguruma.h>

static const char *const PATTERNS[] = {
    "(\\w+)@(\\w+\\.)+(com|org)",
    "\\b(?<word>\\p{Lu}\\p{Ll}+)\\s+\\k<word>\\b",
    "(?<=\\$)\\d{1,3}(,\\d{3})*(\\.\\d\\d)?(?!\\d)",
    "(?i)drag(on|ÖN)s?",
    "\\((?:[^()]|\\g<0>)*\\)",
    "(a|ab)(c|bcd)(d*)x",
    "^(?:(\\d+)\\s*[-+*/]\\s*)+\\d+$",
    "[[:alpha:]&&[^aeiou]]{4,}",
    "(?>x+)y|z\\z",
};

static const char *const PARTS[] = {
    "smaug@lonely.mountain.org ", "Fire Fire ", "$12,345.67 ", "a DRAGÖN and dragons ", "(f (g x) (h (y))) ",
    "abcdx ", "\n12 + 7*3 - 44\n", "rhythm and strength ", "xxxxxxy ", "naïve café ", "Gold gold ", "((( ",
};

static size_t fill(char *text, long work) {
    size_t length = 0;
    for (long i = 0; i < work; i++) {
        const char *part = PARTS[random_number() % 12];
        memcpy(text + length, part, strlen(part));
        length += strlen(part);
    }
    return length;
}

static uint64_t search(uint64_t digest, const char *pattern, const OnigUChar *text, size_t length) {
    regex_t *regex;
    OnigErrorInfo error;
    const OnigUChar *start = (const OnigUChar *)pattern;
    must(onig_new(&regex, start, start + strlen(pattern), ONIG_OPTION_CAPTURE_GROUP, ONIG_ENCODING_UTF8,
                  ONIG_SYNTAX_DEFAULT, &error) == ONIG_NORMAL,
         pattern);
    OnigRegion *region = onig_region_new();
    const OnigUChar *end = text + length, *from = text;
    while (from < end && onig_search(regex, text, end, from, end, region, ONIG_OPTION_NONE) >= 0) {
        for (int group = 0; group < region->num_regs; group++) {
            digest = digest_number(digest, region->beg[group]);
            digest = digest_number(digest, region->end[group]);
        }
        from = text + (region->end[0] > region->beg[0] ? region->end[0] : region->end[0] + 1);
    }
    onig_region_free(region, 1);
    onig_free(regex);
    return digest;
}

static uint64_t run(long work) {
    char *text = malloc(work * 32);
    must(text != NULL, "malloc");
    size_t length = fill(text, work);
    OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
    must(onig_initialize(encodings, 1) == ONIG_NORMAL, "onig_initialize");
    uint64_t digest = DIGEST_OF_NOTHING;
    for (size_t i = 0; i < sizeof PATTERNS / sizeof PATTERNS[0]; i++) {
        digest = search(digest, PATTERNS[i], (const OnigUChar *)text, length);
    }
    onig_end();
    free(text);
    return digest;
}
