// A text formatter: marked-up text is read line by line, broken into words and set as justified
// paragraphs, lists and headings, page by page with numbers at the foot.
// run(70) = -3675140655594914053
// run(1) = 392468174490210174
#include "../kernel.h"

enum { WIDTH = 66, LINES = 40, SOURCE = 1 << 14 };

static char source[SOURCE + 64], page[LINES + 2][WIDTH + 1], words[WIDTH + 64];
static u32 source_length, line, number, sections[3];
static u32 filled, gaps;
static u64 sum;

static u32 length_of(const char *s) {
    u32 length = 0;
    while (s[length]) length++;
    return length;
}

static void append(const char *s) {
    while (*s && source_length < SOURCE) source[source_length++] = *s++;
}

static void write_source(void) {
    static const char *const vocabulary[] = {
        "apple", "between", "clouds", "drifting", "every", "far", "garden", "has", "its", "journey",
        "keeps", "long", "memory", "never", "over", "*plain*", "quite", "_really_", "slow", "to",
        "understanding", "very", "with", "extraordinarily", "yellow", "zones", "a", "I", "is", "of",
        "no", "&",
    };
    source_length = 0;
    while (source_length < SOURCE - 1200) {
        u32 kind = random_u32() >> 6 & 7;
        append(kind == 0 ? "# " : kind == 1 ? "## " : kind < 4 ? "- " : "");
        u32 count = kind < 2 ? 3 : 20 + (random_u32() >> 9) % 60;
        for (u32 i = 0; i < count; i++) {
            append(vocabulary[random_u32() >> 11 & 31]);
            append(i % 11 == 10 && kind > 1 ? "\n" : " ");
        }
        append("\n\n");
    }
    source[source_length] = 0;
}

static char *decimal(char *to, u32 value) {
    if (value >= 10) to = decimal(to, value / 10);
    *to++ = (char)('0' + value % 10);
    return to;
}

static void end_page(void) {
    char foot[24] = "- ";
    char *end = decimal(foot + 2, ++number);
    *end++ = ' ';
    *end++ = '-';
    *end = 0;
    u32 length = length_of(foot), left = (WIDTH - length) / 2;
    for (u32 i = 0; i < WIDTH; i++) page[LINES + 1][i] = ' ';
    for (u32 i = 0; i < length; i++) page[LINES + 1][left + i] = foot[i];
    for (u32 y = 0; y < LINES + 2; y++)
        for (u32 x = 0; x < WIDTH; x++) sum = (sum ^ (u8)page[y][x]) * 1099511628211u;
    for (u32 y = 0; y < LINES + 2; y++)
        for (u32 x = 0; x < WIDTH; x++) page[y][x] = ' ';
    line = 0;
}

static char *next_line(void) {
    if (line == LINES) end_page();
    return page[line++];
}

// Sets the words gathered, spread over the width unless the paragraph ends here.
static void flush(u32 indent, int last) {
    if (!filled) return;
    char *to = next_line() + indent;
    u32 spare = last ? 0 : WIDTH - indent - filled, seen = 0;
    for (u32 i = 0; i < filled; i++) {
        *to++ = words[i];
        if (words[i] != ' ') continue;
        seen++;
        to += seen * spare / gaps - (seen - 1) * spare / gaps;
    }
    filled = gaps = 0;
}

static void add_word(const char *word, u32 length, u32 indent) {
    u32 shown = 0;
    for (u32 i = 0; i < length; i++) shown += word[i] != '_';
    if (filled && filled + 1 + shown > WIDTH - indent) flush(indent, 0);
    if (filled) words[filled++] = ' ', gaps++;
    for (u32 i = 0; i < length; i++) {
        char c = word[i];
        if (c == '_') continue;
        int loud = *word == '*' && c >= 'a' && c <= 'z';
        words[filled++] = loud ? (char)(c - 32) : c;
    }
}

static const char *block(const char *at) {
    u32 indent = 0, level = 0;
    while (*at == '#') level++, at++;
    if (level) {
        char label[16], *end = label;
        sections[level]++;
        if (level == 1) sections[2] = 0;
        for (u32 i = 1; i <= level; i++) end = decimal(end, sections[i]), *end++ = '.';
        add_word(label, (u32)(end - label), 0);
    } else if (*at == '-') {
        indent = 4;
        at++;
    }
    for (;;) {
        while (*at == ' ') at++;
        if (*at == '\n' && (at[1] == '\n' || !at[1])) break;
        if (*at == '\n') at++;
        if (!*at) break;
        const char *word = at;
        while (*at && *at != ' ' && *at != '\n') at++;
        add_word(word, (u32)(at - word), indent);
    }
    flush(indent, 1);
    next_line();
    while (*at == '\n') at++;
    return at;
}

i64 run(i32 count) {
    sum = 0;
    random_state = 4711;
    number = line = filled = gaps = 0;
    for (u32 y = 0; y < LINES + 2; y++)
        for (u32 x = 0; x < WIDTH; x++) page[y][x] = ' ';
    for (i32 i = 0; i < count; i++) {
        sections[1] = sections[2] = 0;
        write_source();
        for (const char *at = source; *at;) at = block(at);
        end_page();
    }
    return (i64)mix(sum, number);
}
