/* What the example editor prints of events: one JSON object a line. */
#include "host.h"

static const char *const REASONS[] = {
    "NONE", "RESOLVE", "REFUSED", "UNREACHABLE", "TIMEOUT", "TLS", "NOT_WEBSOCKET", "POLICY",
    "PROTOCOL_MISMATCH", "AUTHENTICATION", "HELLO", "SESSION_TAKEN", "CAPABILITY", "CLOSED_BY_PEER",
    "CLOSED_BY_HOST", "CONNECTION_LOST", "HEARTBEAT", "PEER_VIOLATION", "MESSAGE_TOO_LARGE", "OVERFLOW",
    "EXPIRED", "LOST", "BAD_JSON", "BAD_UTF8", "CANCELLED", "INTERNAL", "MALFORMED", "PEER_ERROR", "BAD_REPLY",
    "ORPHANED",
};
static const char *const EVENTS[] = {
    "unknown", "opened", "acknowledged", "connect_failed", "reconnecting", "closed", "request",
    "request_orphaned", "request_ended", "response", "notification", "text", "binary", "send_dropped",
    "dropped", "log",
};
static const char *const LEVELS[] = { "none", "error", "warn", "info", "debug", "trace" };

/* Payloads up to this length are shown. */
enum { MAX_SHOWN = 4096 };

static void print_reason(struct json *line, const framewire_event *event)
{
    json_text(line, "reason", text_of(NAME_OF(REASONS, event->reason)));
}

/* The members that count for this kind. */
static void print_fields(struct json *line, const framewire_event *event)
{
    switch (event->kind) {
    case FRAMEWIRE_EVENT_ACKNOWLEDGED:
        json_text(line, "name", event->name);
        break;
    case FRAMEWIRE_EVENT_CONNECT_FAILED:
        print_reason(line, event);
        json_unsigned(line, "code", event->code);
        json_integer(line, "os_error", event->os_error);
        json_text(line, "detail", event->detail);
        json_unsigned(line, "attempt", event->attempt);
        json_unsigned(line, "delay_ms", event->delay_ms);
        json_boolean(line, "final", (event->flags & FRAMEWIRE_EVENT_FLAG_FINAL) != 0);
        json_unsigned(line, "count", event->count);
        break;
    case FRAMEWIRE_EVENT_RECONNECTING:
        json_unsigned(line, "attempt", event->attempt);
        json_unsigned(line, "delay_ms", event->delay_ms);
        json_unsigned(line, "count", event->count);
        break;
    case FRAMEWIRE_EVENT_CLOSED:
        json_unsigned(line, "code", event->code);
        print_reason(line, event);
        json_boolean(line, "clean", (event->flags & FRAMEWIRE_EVENT_FLAG_CLEAN) != 0);
        json_boolean(line, "by_us", (event->flags & FRAMEWIRE_EVENT_FLAG_BY_US) != 0);
        json_boolean(line, "final", (event->flags & FRAMEWIRE_EVENT_FLAG_FINAL) != 0);
        json_unsigned(line, "count", event->count);
        json_unsigned(line, "settled", event->settled);
        json_unsigned(line, "unconfirmed", event->unconfirmed);
        json_unsigned(line, "skipped", event->skipped);
        json_integer(line, "os_error", event->os_error);
        json_text(line, "detail", event->detail);
        break;
    case FRAMEWIRE_EVENT_REQUEST:
        json_unsigned(line, "id", event->id);
        json_text(line, "name", event->name);
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_REQUEST_ORPHANED:
        json_unsigned(line, "id", event->id);
        json_text(line, "name", event->name);
        json_unsigned(line, "bytes", event->data.len);
        json_unsigned(line, "note_bytes", event->note.len);
        json_number(line, "age_ms", (double)event->age_ns / 1e6);
        json_unsigned(line, "count", event->count);
        json_boolean(line, "payload_gone", (event->flags & FRAMEWIRE_EVENT_FLAG_PAYLOAD_GONE) != 0);
        break;
    case FRAMEWIRE_EVENT_REQUEST_ENDED:
        json_unsigned(line, "id", event->id);
        print_reason(line, event);
        break;
    case FRAMEWIRE_EVENT_RESPONSE:
        json_unsigned(line, "id", event->id);
        json_text(line, "name", event->name);
        print_reason(line, event);
        json_integer(line, "error_code", event->error_code);
        json_text(line, "detail", event->detail);
        json_number(line, "age_ms", (double)event->age_ns / 1e6);
        json_unsigned(line, "bytes", event->data.len);
        if (event->data.len <= MAX_SHOWN) {
            json_text(line, "data", event->data);
        }
        break;
    case FRAMEWIRE_EVENT_NOTIFICATION:
        json_text(line, "name", event->name);
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_TEXT:
        json_unsigned(line, "bytes", event->data.len);
        if (event->data.len <= MAX_SHOWN) {
            json_text(line, "data", event->data);
        }
        break;
    case FRAMEWIRE_EVENT_BINARY:
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_SEND_DROPPED:
        json_unsigned(line, "first", event->first);
        json_unsigned(line, "last", event->last);
        print_reason(line, event);
        json_unsigned(line, "code", event->code);
        json_text(line, "detail", event->detail);
        break;
    case FRAMEWIRE_EVENT_DROPPED:
        print_reason(line, event);
        json_unsigned(line, "count", event->count);
        break;
    case FRAMEWIRE_EVENT_LOG:
        json_text(line, "level", text_of(NAME_OF(LEVELS, event->level)));
        json_text(line, "detail", event->detail);
        json_unsigned(line, "count", event->count);
        break;
    default:
        break;
    }
}

void host_print_event(const struct host *host, const framewire_event *event)
{
    struct json *line;
    switch (event->kind) {
    case FRAMEWIRE_EVENT_REQUEST:
    case FRAMEWIRE_EVENT_NOTIFICATION:
    case FRAMEWIRE_EVENT_TEXT:
    case FRAMEWIRE_EVENT_BINARY:
        if (!host->verbose) {
            return; /* Many: the summary counts them. */
        }
        break;
    default:
        break;
    }
    line = line_begin(NAME_OF(EVENTS, event->kind));
    json_unsigned(line, "generation", event->generation);
    print_fields(line, event);
    line_end(line);
}

void host_print_unseen(const framewire_event *event)
{
    struct json *line;
    if (event->kind != FRAMEWIRE_EVENT_OPENED && event->kind != FRAMEWIRE_EVENT_CLOSED && event->kind != FRAMEWIRE_EVENT_RESPONSE) {
        return;
    }
    line = line_begin("unseen");
    json_text(line, "name", text_of(NAME_OF(EVENTS, event->kind)));
    json_unsigned(line, "id", event->id);
    json_unsigned(line, "unconfirmed", event->unconfirmed);
    json_unsigned(line, "skipped", event->skipped);
    line_end(line);
}
