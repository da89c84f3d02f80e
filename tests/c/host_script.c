/* Answers from a table: --script FILE. tests/peers/README.md describes the format. */
#include "host.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum rule_kind { RULE_REPLY, RULE_DEFER, RULE_SLEEP, RULE_BIG, RULE_FAIL, RULE_ECHO, RULE_SILENT };

/* What follows the word of each kind. */
enum rule_fields { FIELDS_NONE, FIELDS_TEXT, FIELDS_NUMBER, FIELDS_CODE };

static const struct {
    const char *word;
    enum rule_kind kind;
    enum rule_fields fields;
    int needs_text;
} KINDS[] = {
    { "reply", RULE_REPLY, FIELDS_TEXT, 1 },  { "defer", RULE_DEFER, FIELDS_NUMBER, 1 },
    { "sleep", RULE_SLEEP, FIELDS_NUMBER, 0 }, { "big", RULE_BIG, FIELDS_NUMBER, 0 },
    { "fail", RULE_FAIL, FIELDS_CODE, 1 },    { "echo", RULE_ECHO, FIELDS_NONE, 0 },
    { "silent", RULE_SILENT, FIELDS_NONE, 0 },
};

/* The whole file, ended by NUL; NULL = it cannot be read. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size = -1;
    if (file == NULL) {
        return NULL;
    }
    if (fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
    }
    if (size >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        text = (char *)malloc((size_t)size + 1);
    }
    if (text != NULL && fread(text, 1, (size_t)size, file) != (size_t)size) {
        free(text);
        text = NULL;
    }
    fclose(file);
    if (text != NULL) {
        text[size] = '\0';
    }
    return text;
}

/* Cuts the first word off `rest`. */
static framewire_str cut_word(char **rest)
{
    framewire_str word;
    word.ptr = *rest;
    word.len = strcspn(*rest, " ");
    *rest += word.len;
    if (**rest == ' ') {
        *(*rest)++ = '\0';
    }
    return word;
}

static int read_rule(struct rule *rule, char *line)
{
    size_t i = 0;
    char *end;
    framewire_str word;
    rule->command = cut_word(&line);
    word = cut_word(&line);
    while (i < sizeof KINDS / sizeof *KINDS && strcmp(word.ptr, KINDS[i].word) != 0) {
        i++;
    }
    if (rule->command.len == 0 || i == sizeof KINDS / sizeof *KINDS) {
        return 0;
    }
    rule->kind = KINDS[i].kind;
    if (KINDS[i].fields == FIELDS_NUMBER) {
        word = cut_word(&line);
        rule->number = strtoull(word.ptr, &end, 10);
        if (word.len == 0 || *end != '\0') {
            return 0;
        }
    } else if (KINDS[i].fields == FIELDS_CODE) {
        rule->code = cut_word(&line);
    }
    rule->text = text_of(line);
    return KINDS[i].needs_text ? rule->text.len != 0 : KINDS[i].fields != FIELDS_NONE || rule->text.len == 0;
}

int host_script_read(struct script *script, const char *path)
{
    char *line;
    char *next;
    size_t number = 0;

    host_script_free(script);
    script->text = read_file(path);
    if (script->text == NULL) {
        fprintf(stderr, "editor_host: %s: cannot be read\n", path);
        return 0;
    }
    for (line = script->text; line != NULL; line = next) {
        struct rule *more;
        number++;
        next = strchr(line, '\n');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (*line == '\0' || *line == '#') {
            continue;
        }
        more = (struct rule *)realloc(script->rules, (script->count + 1) * sizeof *more);
        if (more == NULL) {
            fputs("out of memory\n", stderr);
            exit(2);
        }
        script->rules = more;
        memset(&more[script->count], 0, sizeof *more);
        if (!read_rule(&more[script->count], line)) {
            fprintf(stderr, "editor_host: %s:%lu: not a rule; tests/peers/README.md shows their form\n", path, (unsigned long)number);
            return 0;
        }
        script->count++;
    }
    return 1;
}

void host_script_free(struct script *script)
{
    free(script->text);
    free(script->rules);
    memset(script, 0, sizeof *script);
}

static int is_equal(framewire_str left, framewire_str right)
{
    return left.len == right.len && memcmp(left.ptr, right.ptr, (size_t)left.len) == 0;
}

/* The first rule of that name, else the one for all. */
static const struct rule *find_rule(const struct script *script, framewire_str command)
{
    const struct rule *general = NULL;
    size_t i;
    for (i = 0; i < script->count; i++) {
        const struct rule *rule = &script->rules[i];
        if (is_equal(rule->command, command)) {
            return rule;
        }
        if (general == NULL && is_equal(rule->command, text_of("*"))) {
            general = rule;
        }
    }
    return general;
}

/* The answer's JSON: the rule's text, or the request's params for `echo`. */
static framewire_str data_of(const struct rule *rule, const framewire_event *request)
{
    if (rule->kind == RULE_ECHO || is_equal(rule->text, text_of("echo"))) {
        return request->data.len != 0 ? request->data : text_of("{}");
    }
    return rule->text.len != 0 ? rule->text : text_of("{}");
}

/* {"fill":"xxx"} with as many x as the rule says, then the members of its JSON. */
static void reply_big(struct host *host, uint64_t id, const struct rule *rule)
{
    static const char open[] = "{\"fill\":\"";
    size_t head = sizeof open - 1;
    int has_members = rule->text.len > 2;
    framewire_str payload;
    char *text = (char *)malloc(head + (size_t)(rule->number + rule->text.len) + 3);
    if (text == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    memcpy(text, open, head);
    memset(text + head, 'x', (size_t)rule->number);
    payload.ptr = text;
    payload.len = head + rule->number;
    text[payload.len++] = '"';
    if (has_members) {
        /* In the place of its opening brace. */
        memcpy(text + payload.len, rule->text.ptr, (size_t)rule->text.len);
        text[payload.len] = ',';
        payload.len += rule->text.len;
    } else {
        text[payload.len++] = '}';
    }
    host_reply(host, id, payload);
    free(text);
}

int host_script_answers(struct host *host, const framewire_event *request)
{
    const struct rule *rule = find_rule(&host->script, request->name);
    if (rule == NULL) {
        return 0;
    }
    if (rule->kind != RULE_SILENT) {
        host_executed_note(host, request, "run");
    }
    switch ((enum rule_kind)rule->kind) {
    case RULE_DEFER:
        host_defer(host, request->id, rule->number, data_of(rule, request));
        break;
    case RULE_SLEEP:
        line_flush();
        platform_sleep_ms(rule->number);
        host_reply(host, request->id, data_of(rule, request));
        break;
    case RULE_BIG:
        reply_big(host, request->id, rule);
        break;
    case RULE_FAIL:
        host_reply_error(host, request->id, rule->code, rule->text);
        break;
    case RULE_SILENT:
        break;
    case RULE_REPLY:
    case RULE_ECHO:
        host_reply(host, request->id, data_of(rule, request));
        break;
    }
    return 1;
}
