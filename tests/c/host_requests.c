/* The calls that this editor serves, and the sends that must wait for room in the outbox. */
#include "host.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest note that the library keeps. */
enum { MAX_NOTE = 64 << 10 };

static int is_named(framewire_str name, const char *word)
{
    return name.len == strlen(word) && memcmp(name.ptr, word, (size_t)name.len) == 0;
}

static framewire_status send_now(struct host *host, const struct outgoing *what)
{
    framewire_str none = text_of(NULL);
    switch (what->kind) {
    case OUTGOING_ANSWER:
        return framewire_respond(host->link, what->id, what->body, NULL);
    case OUTGOING_ERROR:
        return framewire_respond_error(host->link, what->id, what->code, what->body, none, NULL);
    case OUTGOING_TEXT:
        return framewire_send_text(host->link, what->body, NULL);
    case OUTGOING_PICTURE:
        return framewire_respond_attachment(host->link, what->id, text_of("{\"image\":null}"), text_of("/image"),
                                            what->body.ptr, what->body.len, NULL);
    case OUTGOING_BINARY:
    default:
        return framewire_send_binary(host->link, what->body.ptr, what->body.len, NULL);
    }
}

/* Counts how a send ended. */
static void settle(struct host *host, const struct outgoing *what, framewire_status status)
{
    int is_reply = what->kind != OUTGOING_TEXT && what->kind != OUTGOING_BINARY;
    if (is_reply && host->verbose) {
        host_print_reply(what->id, status);
    }
    switch (status) {
    case FRAMEWIRE_OK:
        if (is_reply) {
            host->seen.answered++;
            host->seen.errors += what->kind == OUTGOING_ERROR;
        }
        break;
    case FRAMEWIRE_REPLACED:
        host->seen.replaced++;
        break;
    case FRAMEWIRE_EXPIRED:
        host->seen.expired++;
        break;
    case FRAMEWIRE_LOST:
        host->seen.lost++;
        break;
    default:
        host->seen.refused++;
        host_print_refusal(is_reply ? "respond" : "send", status);
        break;
    }
}

static framewire_str copy_behind(char **to, framewire_str text)
{
    framewire_str copy;
    copy.ptr = *to;
    copy.len = text.len;
    if (text.len != 0) {
        memcpy(*to, text.ptr, (size_t)text.len);
    }
    *to += text.len;
    return copy;
}

static void keep(struct host *host, const struct outgoing *what)
{
    struct kept *kept = (struct kept *)malloc(sizeof *kept + (size_t)(what->body.len + what->code.len));
    char *texts;
    if (kept == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    texts = (char *)(kept + 1);
    kept->next = NULL;
    kept->what = *what;
    kept->what.body = copy_behind(&texts, what->body);
    kept->what.code = copy_behind(&texts, what->code);
    if (host->kept_last != NULL) {
        host->kept_last->next = kept;
    } else {
        host->kept_first = kept;
    }
    host->kept_last = kept;
}

static void drop_first_kept(struct host *host)
{
    struct kept *kept = host->kept_first;
    host->kept_first = kept->next;
    if (host->kept_first == NULL) {
        host->kept_last = NULL;
    }
    free(kept);
}

void host_send(struct host *host, const struct outgoing *what)
{
    /* What is kept goes first: texts stay in their order. */
    framewire_status status = host->kept_first == NULL ? send_now(host, what) : FRAMEWIRE_WOULD_BLOCK;
    if (status == FRAMEWIRE_WOULD_BLOCK) {
        keep(host, what);
    } else {
        settle(host, what, status);
    }
}

static void send_kept(struct host *host)
{
    while (host->kept_first != NULL) {
        framewire_status status = send_now(host, &host->kept_first->what);
        host->seen.retries++;
        if (status == FRAMEWIRE_WOULD_BLOCK) {
            return; /* Still no room: next frame. */
        }
        settle(host, &host->kept_first->what, status);
        drop_first_kept(host);
    }
}

uint64_t host_drop_kept(struct host *host)
{
    uint64_t dropped = 0;
    while (host->kept_first != NULL) {
        drop_first_kept(host);
        dropped++;
    }
    while (host->deferred_count != 0) {
        free(host->deferred[--host->deferred_count].json);
    }
    return dropped;
}

void host_reply(struct host *host, uint64_t id, framewire_str json)
{
    struct outgoing what;
    memset(&what, 0, sizeof what);
    what.kind = OUTGOING_ANSWER;
    what.id = id;
    what.body = json;
    host_send(host, &what);
}

/* JSON-RPC has numbers where the other profiles have words. */
static framewire_str number_of_code(framewire_str code)
{
    if (code.len != 0 && strchr("-0123456789", code.ptr[0]) != NULL) {
        return code;
    }
    if (is_named(code, "UNKNOWN_COMMAND")) {
        return text_of("-32601");
    }
    return text_of(is_named(code, "INVALID_PARAMS") ? "-32602" : "-32000");
}

void host_reply_error(struct host *host, uint64_t id, framewire_str code, framewire_str message)
{
    struct outgoing what;
    if (host->config.profile == FRAMEWIRE_PROFILE_JSON_RPC) {
        code = number_of_code(code);
    }
    memset(&what, 0, sizeof what);
    what.kind = OUTGOING_ERROR;
    what.id = id;
    what.code = code;
    what.body = message;
    host_send(host, &what);
}

/* Answers {"key": value}. */
static void answer_number(struct host *host, uint64_t id, const char *key, uint64_t value)
{
    json_begin(&host->scratch);
    json_unsigned(&host->scratch, key, value);
    json_end(&host->scratch);
    host_reply(host, id, json_view(&host->scratch));
}

static void serve_add(struct host *host, const framewire_event *request)
{
    framewire_json a;
    framewire_json b;
    struct json *result = &host->scratch;
    if (framewire_json_get(request->data, text_of("/a"), &a, sizeof a) != FRAMEWIRE_OK
        || framewire_json_get(request->data, text_of("/b"), &b, sizeof b) != FRAMEWIRE_OK
        || a.kind != FRAMEWIRE_JSON_NUMBER || b.kind != FRAMEWIRE_JSON_NUMBER) {
        host_reply_error(host, request->id, text_of("INVALID_PARAMS"), text_of("add takes two numbers, a and b"));
        return;
    }
    json_begin(result);
    if ((a.flags & b.flags & FRAMEWIRE_JSON_FLAG_INTEGER) != 0 && a.integer / 2 + b.integer / 2 < INT64_MAX / 2
        && a.integer / 2 + b.integer / 2 > INT64_MIN / 2) {
        json_integer(result, "sum", a.integer + b.integer);
    } else {
        json_number(result, "sum", a.number + b.number);
    }
    json_end(result);
    host_reply(host, request->id, json_view(result));
}

void host_defer(struct host *host, uint64_t id, uint64_t ms, framewire_str json)
{
    uint64_t timeout_ms = ms + 10000 < UINT32_MAX ? ms + 10000 : UINT32_MAX;
    char *to;
    struct deferred *entry;
    framewire_status status;
    if (json.ptr == NULL) {
        json_begin(&host->scratch);
        json_unsigned(&host->scratch, "deferred_ms", ms);
        json_end(&host->scratch);
        json = json_view(&host->scratch);
    }
    /* The note is for the domain after this one: the command has run, and this is its answer. */
    status = framewire_defer(host->link, id, (uint32_t)timeout_ms, json.len <= MAX_NOTE ? json : text_of(NULL));
    if (status != FRAMEWIRE_OK && status != FRAMEWIRE_WOULD_BLOCK) {
        host->seen.refused++;
        host_print_refusal("defer", status);
        return;
    }
    if (host->deferred_count == host->deferred_capacity) {
        size_t capacity = host->deferred_capacity == 0 ? 64 : host->deferred_capacity * 2;
        struct deferred *more = (struct deferred *)realloc(host->deferred, capacity * sizeof *more);
        if (more == NULL) {
            fputs("out of memory\n", stderr);
            exit(2);
        }
        host->deferred = more;
        host->deferred_capacity = capacity;
    }
    entry = &host->deferred[host->deferred_count++];
    entry->id = id;
    entry->due_ns = platform_now_ns() + ms * 1000000u;
    entry->json_len = json.len;
    to = entry->json = (char *)malloc((size_t)json.len + 1);
    if (to == NULL) {
        fputs("out of memory\n", stderr);
        exit(2);
    }
    copy_behind(&to, json);
    host->seen.deferred++;
}

/* Answers with a payload of exactly `bytes` bytes; the smallest is {"text":""}. */
static void serve_big(struct host *host, const framewire_event *request)
{
    static const char open[] = "{\"text\":\"";
    static const char close[] = "\"}";
    uint64_t least = sizeof open - 1 + sizeof close - 1;
    uint64_t bytes = param_unsigned(request->data, "/bytes", least);
    framewire_str payload;
    char *text;
    bytes = bytes < least ? least : bytes;
    text = bytes <= (uint64_t)1 << 30 ? (char *)malloc((size_t)bytes) : NULL;
    if (text == NULL) {
        host_reply_error(host, request->id, text_of("INVALID_PARAMS"), text_of("too many bytes"));
        return;
    }
    memset(text, 'x', (size_t)bytes);
    memcpy(text, open, sizeof open - 1);
    memcpy(text + bytes - (sizeof close - 1), close, sizeof close - 1);
    payload.ptr = text;
    payload.len = bytes;
    host_reply(host, request->id, payload);
    free(text);
}

/* Answers with a picture: `bytes` bytes that any test can make again, as an attachment. */
static void serve_picture(struct host *host, const framewire_event *request)
{
    struct outgoing what;
    uint64_t bytes = param_unsigned(request->data, "/bytes", 0);
    uint64_t i;
    char *picture = bytes <= (uint64_t)1 << 30 ? (char *)malloc((size_t)bytes + 1) : NULL;
    if (picture == NULL) {
        host_reply_error(host, request->id, text_of("INVALID_PARAMS"), text_of("too many bytes"));
        return;
    }
    for (i = 0; i < bytes; i++) {
        picture[i] = (char)((i * 7 + i / 251 + bytes) & 0xff);
    }
    memset(&what, 0, sizeof what);
    what.kind = OUTGOING_PICTURE;
    what.id = request->id;
    what.body.ptr = picture;
    what.body.len = bytes;
    host_send(host, &what);
    free(picture);
}

void host_answer(struct host *host, const framewire_event *request)
{
    uint64_t ms = param_unsigned(request->data, "/ms", 0);

    if (host_script_answers(host, request)) {
        return;
    }
    host_executed_note(host, request, "run");
    if (is_named(request->name, "echo")) {
        json_begin(&host->scratch);
        json_raw(&host->scratch, "echo", request->data.len != 0 ? request->data : text_of("null"));
        json_end(&host->scratch);
        host_reply(host, request->id, json_view(&host->scratch));
    } else if (is_named(request->name, "add")) {
        serve_add(host, request);
    } else if (is_named(request->name, "sleep")) {
        line_flush();
        platform_sleep_ms(ms);
        answer_number(host, request->id, "slept_ms", ms);
    } else if (is_named(request->name, "defer")) {
        host_defer(host, request->id, ms, text_of(NULL));
    } else if (is_named(request->name, "big")) {
        serve_big(host, request);
    } else if (is_named(request->name, "picture")) {
        serve_picture(host, request);
    } else if (is_named(request->name, "stall")) {
        answer_number(host, request->id, "stalled_ms", ms);
        host->stall_ms += ms; /* Once this frame's events are released. */
    } else if (is_named(request->name, "fail")) {
        host->scratch.len = 0;
        host->scratch_code.len = 0;
        param_text(request->data, "/code", "FAILED", &host->scratch_code);
        param_text(request->data, "/message", "asked to fail", &host->scratch);
        host_reply_error(host, request->id, json_view(&host->scratch_code), json_view(&host->scratch));
    } else {
        host_reply_error(host, request->id, text_of("UNKNOWN_COMMAND"),
                     text_of("this editor serves echo, add, sleep, defer, big, picture, stall and fail"));
    }
}

void host_answer_due(struct host *host)
{
    size_t i = 0;
    uint64_t now = host->deferred_count != 0 ? platform_now_ns() : 0;
    send_kept(host);
    while (i < host->deferred_count) {
        struct deferred entry = host->deferred[i];
        if (entry.due_ns > now) {
            i++;
            continue;
        }
        framewire_str json;
        host->deferred[i] = host->deferred[--host->deferred_count];
        json.ptr = entry.json;
        json.len = entry.json_len;
        host_reply(host, entry.id, json);
        free(entry.json);
    }
}

void host_forget(struct host *host, uint64_t id)
{
    size_t i;
    for (i = 0; i < host->deferred_count; i++) {
        if (host->deferred[i].id == id) {
            free(host->deferred[i].json);
            host->deferred[i] = host->deferred[--host->deferred_count];
            return;
        }
    }
}
