/* Writing JSON into a growing buffer, and reading the few parameters that the example's commands take. */
#ifndef HOST_JSON_H
#define HOST_JSON_H

#include "framewire.h"

#include <stddef.h>
#include <stdint.h>

/* A JSON object being written. Start it with json_begin; json_free gives the memory back. */
struct json {
    char *text;
    size_t len;
    size_t capacity;
};

/* A view of C text. */
framewire_str text_of(const char *text);

/* The bytes written so far, as the library takes them. Valid until the next call on `json`. */
framewire_str json_view(const struct json *json);

/* Empties the buffer, keeps its memory, and opens an object. A buffer of zeros is an empty one. */
void json_begin(struct json *json);
/* Closes the object. */
void json_end(struct json *json);
void json_free(struct json *json);

/* One member each. Text is escaped; raw text must be JSON already. */
void json_text(struct json *json, const char *key, framewire_str value);
void json_integer(struct json *json, const char *key, int64_t value);
void json_unsigned(struct json *json, const char *key, uint64_t value);
void json_number(struct json *json, const char *key, double value);
void json_boolean(struct json *json, const char *key, int value);
void json_raw(struct json *json, const char *key, framewire_str value);

/* Appends `text` as it stands: for buffers that hold no object. */
void json_append(struct json *json, const char *text);

/* Opens an object as a member; json_end closes it. */
void json_object(struct json *json, const char *key);

/* Opens a line of output: an object whose first member is "event". */
struct json *line_begin(const char *event);
/* Closes the line and prints it. Standard output is flushed at the end of the frame (line_flush). */
void line_end(struct json *line);
void line_flush(void);

/* Reads a whole number at `pointer` of `params`, at least 0; `fallback` when it is missing or none. */
uint64_t param_unsigned(framewire_str params, const char *pointer, uint64_t fallback);

/* Appends the text at `pointer` of `params`, escapes undone, to `out`, not as a member; `fallback` when there is none. */
void param_text(framewire_str params, const char *pointer, const char *fallback, struct json *out);

#endif
