/* host_json.h. Nothing here is needed to use Framewire: an editor has its own JSON. */
#include "host_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void append(struct json *json, const char *bytes, size_t len)
{
    if (json->capacity - json->len < len) {
        size_t capacity = json->capacity < 256 ? 256 : json->capacity * 2;
        char *text;
        while (capacity - json->len < len) {
            capacity *= 2;
        }
        text = (char *)realloc(json->text, capacity);
        if (text == NULL) {
            fputs("out of memory\n", stderr);
            exit(2);
        }
        json->text = text;
        json->capacity = capacity;
    }
    if (len != 0) {
        memcpy(json->text + json->len, bytes, len);
        json->len += len;
    }
}

void json_append(struct json *json, const char *text)
{
    append(json, text, strlen(text));
}

static void append_quoted(struct json *json, framewire_str value)
{
    uint64_t i;
    uint64_t start = 0;
    append(json, "\"", 1);
    for (i = 0; i < value.len; i++) {
        unsigned char byte = (unsigned char)value.ptr[i];
        char escape[8];
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        append(json, value.ptr + start, (size_t)(i - start));
        start = i + 1;
        if (byte == '"' || byte == '\\') {
            snprintf(escape, sizeof escape, "\\%c", byte);
        } else {
            snprintf(escape, sizeof escape, "\\u%04x", byte);
        }
        json_append(json, escape);
    }
    if (value.len > start) {
        append(json, value.ptr + start, (size_t)(value.len - start));
    }
    append(json, "\"", 1);
}

/* The comma before a member that is not the first, and its key. */
static void append_key(struct json *json, const char *key)
{
    if (json->len != 0 && json->text[json->len - 1] != '{') {
        append(json, ",", 1);
    }
    append_quoted(json, text_of(key));
    append(json, ":", 1);
}

framewire_str text_of(const char *text)
{
    framewire_str view;
    view.ptr = text;
    view.len = text == NULL ? 0 : strlen(text);
    return view;
}

framewire_str json_view(const struct json *json)
{
    framewire_str view;
    view.ptr = json->text;
    view.len = json->len;
    return view;
}

void json_begin(struct json *json)
{
    json->len = 0;
    append(json, "{", 1);
}

void json_end(struct json *json)
{
    append(json, "}", 1);
}

void json_free(struct json *json)
{
    free(json->text);
    memset(json, 0, sizeof *json);
}

void json_text(struct json *json, const char *key, framewire_str value)
{
    append_key(json, key);
    append_quoted(json, value);
}

void json_integer(struct json *json, const char *key, int64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    json_raw(json, key, text_of(digits));
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
    char digits[32];
    snprintf(digits, sizeof digits, "%" PRIu64, value);
    json_raw(json, key, text_of(digits));
}

void json_number(struct json *json, const char *key, double value)
{
    char digits[40];
    /* JSON has no word for infinity or "not a number". */
    if (value != value || value - value != 0.0) {
        json_raw(json, key, text_of("null"));
        return;
    }
    /* 15 digits are free of rounding noise; 17 tell every number apart. */
    snprintf(digits, sizeof digits, "%.15g", value);
    if (strtod(digits, NULL) != value) {
        snprintf(digits, sizeof digits, "%.17g", value);
    }
    json_raw(json, key, text_of(digits));
}

void json_boolean(struct json *json, const char *key, int value)
{
    json_raw(json, key, text_of(value ? "true" : "false"));
}

void json_raw(struct json *json, const char *key, framewire_str value)
{
    append_key(json, key);
    append(json, value.ptr, (size_t)value.len);
}

void json_object(struct json *json, const char *key)
{
    append_key(json, key);
    append(json, "{", 1);
}

struct json *line_begin(const char *event)
{
    static struct json line;
    json_begin(&line);
    json_text(&line, "event", text_of(event));
    return &line;
}

void line_end(struct json *line)
{
    json_end(line);
    append(line, "\n", 1);
    fwrite(line->text, 1, line->len, stdout);
}

void line_flush(void)
{
    fflush(stdout);
}

uint64_t param_unsigned(framewire_str params, const char *pointer, uint64_t fallback)
{
    framewire_json value;
    if (framewire_json_get(params, text_of(pointer), &value, sizeof value) != FRAMEWIRE_OK
        || value.kind != FRAMEWIRE_JSON_NUMBER) {
        return fallback;
    }
    if ((value.flags & FRAMEWIRE_JSON_FLAG_INTEGER) != 0) {
        return value.integer >= 0 ? (uint64_t)value.integer : fallback;
    }
    return value.number >= 0.0 && value.number < 9e15 ? (uint64_t)value.number : fallback;
}

/* Appends a code point as UTF-8. */
static void append_code_point(struct json *json, unsigned long code)
{
    char bytes[4];
    if (code < 0x80) {
        bytes[0] = (char)code;
        append(json, bytes, 1);
    } else if (code < 0x800) {
        bytes[0] = (char)(0xC0 | (code >> 6));
        bytes[1] = (char)(0x80 | (code & 0x3F));
        append(json, bytes, 2);
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xE0 | (code >> 12));
        bytes[1] = (char)(0x80 | ((code >> 6) & 0x3F));
        bytes[2] = (char)(0x80 | (code & 0x3F));
        append(json, bytes, 3);
    } else {
        bytes[0] = (char)(0xF0 | (code >> 18));
        bytes[1] = (char)(0x80 | ((code >> 12) & 0x3F));
        bytes[2] = (char)(0x80 | ((code >> 6) & 0x3F));
        bytes[3] = (char)(0x80 | (code & 0x3F));
        append(json, bytes, 4);
    }
}

/* Four hexadecimal digits at `at`, or -1. */
static long hex4(framewire_str text, uint64_t at)
{
    long value = 0;
    uint64_t i;
    if (at + 4 > text.len) {
        return -1;
    }
    for (i = at; i < at + 4; i++) {
        const char *digits = "0123456789abcdef";
        char lower = (char)(text.ptr[i] >= 'A' && text.ptr[i] <= 'F' ? text.ptr[i] + 32 : text.ptr[i]);
        const char *digit = strchr(digits, lower);
        if (lower == '\0' || digit == NULL) {
            return -1;
        }
        value = value * 16 + (long)(digit - digits);
    }
    return value;
}

static void append_unescaped(struct json *out, framewire_str text)
{
    const char *letters = "bfnrt";
    const char *meanings = "\b\f\n\r\t";
    uint64_t i = 0;
    while (i < text.len) {
        const char *letter;
        if (text.ptr[i] != '\\' || i + 1 >= text.len) {
            append(out, text.ptr + i, 1);
            i += 1;
            continue;
        }
        if (text.ptr[i + 1] == 'u') {
            long code = hex4(text, i + 2);
            i += 6;
            if (code >= 0xD800 && code < 0xDC00 && i + 1 < text.len && text.ptr[i] == '\\' && text.ptr[i + 1] == 'u') {
                long low = hex4(text, i + 2);
                if (low >= 0xDC00 && low < 0xE000) {
                    code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
                    i += 6;
                }
            }
            /* A lone surrogate has no UTF-8: U+FFFD stands for it. */
            append_code_point(out, code < 0 || (code >= 0xD800 && code < 0xE000) ? 0xFFFDul : (unsigned long)code);
            continue;
        }
        letter = strchr(letters, text.ptr[i + 1]);
        append(out, letter != NULL ? meanings + (letter - letters) : text.ptr + i + 1, 1);
        i += 2;
    }
}

void param_text(framewire_str params, const char *pointer, const char *fallback, struct json *out)
{
    framewire_json value;
    if (framewire_json_get(params, text_of(pointer), &value, sizeof value) != FRAMEWIRE_OK
        || value.kind != FRAMEWIRE_JSON_STRING) {
        json_append(out, fallback);
        return;
    }
    append_unescaped(out, value.text);
}
