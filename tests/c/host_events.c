/* What the example editor prints: one JSON object a line. */
#include "host.h"

#include <ctype.h>
#include <string.h>

static const char *const REASONS[] = {
    "NONE", "RESOLVE", "REFUSED", "UNREACHABLE", "TIMEOUT", "TLS", "NOT_WEBSOCKET", "POLICY",
    "PROTOCOL_MISMATCH", "AUTHENTICATION", "HELLO", "SESSION_TAKEN", "CAPABILITY", "CLOSED_BY_PEER",
    "CLOSED_BY_HOST", "CONNECTION_LOST", "HEARTBEAT", "PEER_VIOLATION", "MESSAGE_TOO_LARGE", "OVERFLOW",
    "EXPIRED", "LOST", "BAD_JSON", "BAD_UTF8", "CANCELLED", "INTERNAL", "MALFORMED",
};
static const char *const PHASES[] = {
    "DISCONNECTED", "WAITING", "RESOLVING", "CONNECTING", "SECURING", "UPGRADING", "GREETING", "ACTIVE",
    "CLOSING", "CLOSED",
};
static const char *const READINESS[] = {
    "STARTING", "COMPILING", "RELOADING", "RECOVERING", "IMPORTING", "PLAYING", "NO_SCENE", "READY",
    "STOPPING", "STOPPED", "FAILED",
};
static const char *const EVENTS[] = {
    "unknown", "opened", "acknowledged", "connect_failed", "reconnecting", "closed", "request",
    "request_orphaned", "request_ended", "response", "notification", "text", "binary", "send_dropped",
    "dropped", "log",
};
static const char *const LEVELS[] = { "none", "error", "warn", "info", "debug", "trace" };

#define NAME_OF(table, number) ((number) < sizeof(table) / sizeof *(table) ? (table)[number] : "unknown")

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
    case FRAMEWIRE_EVENT_REQUEST_ORPHANED:
        json_unsigned(line, "id", event->id);
        json_text(line, "name", event->name);
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_REQUEST_ENDED:
    case FRAMEWIRE_EVENT_RESPONSE:
        json_unsigned(line, "id", event->id);
        print_reason(line, event);
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_NOTIFICATION:
        json_text(line, "name", event->name);
        json_unsigned(line, "bytes", event->data.len);
        break;
    case FRAMEWIRE_EVENT_TEXT:
        json_unsigned(line, "bytes", event->data.len);
        if (event->data.len <= 4096) {
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

void host_print_state(const struct host *host)
{
    framewire_state state;
    framewire_status status = framewire_get_state(host->link, &state, sizeof state);
    struct json *line;
    if (status != FRAMEWIRE_OK) {
        host_print_refusal("get_state", status);
        return;
    }
    line = line_begin("state");
    json_text(line, "phase", text_of(NAME_OF(PHASES, state.phase)));
    json_text(line, "readiness", text_of(NAME_OF(READINESS, state.readiness)));
    json_unsigned(line, "generation", state.generation);
    json_unsigned(line, "attempt", state.attempt);
    json_unsigned(line, "protocol", state.protocol);
    json_unsigned(line, "poll_age_ns", state.poll_age_ns);
    json_unsigned(line, "requests_open", state.requests_open);
    json_unsigned(line, "requests_waiting", state.requests_waiting);
    json_unsigned(line, "inbound_bytes", state.inbound_bytes);
    json_unsigned(line, "outbound_bytes", state.outbound_bytes);
    json_unsigned(line, "pause_depth", state.pause_depth);
    json_text(line, "session_id", text_of(state.session_id));
    json_text(line, "server_version", text_of(state.server_version));
    line_end(line);
}

void host_print_stats(const struct host *host)
{
    framewire_stats stats;
    framewire_status status = framewire_get_stats(host->link, &stats, sizeof stats);
    struct json *line;
    if (status != FRAMEWIRE_OK) {
        host_print_refusal("get_stats", status);
        return;
    }
    line = line_begin("stats");
    json_unsigned(line, "polls", stats.polls);
    json_unsigned(line, "events", stats.events);
    json_unsigned(line, "connections", stats.connections);
    json_unsigned(line, "connect_failures", stats.connect_failures);
    json_unsigned(line, "messages_in", stats.messages_in);
    json_unsigned(line, "bytes_in", stats.bytes_in);
    json_unsigned(line, "messages_out", stats.messages_out);
    json_unsigned(line, "bytes_out", stats.bytes_out);
    json_unsigned(line, "requests", stats.requests);
    json_unsigned(line, "answered", stats.answered);
    json_unsigned(line, "expired", stats.expired);
    json_unsigned(line, "lost", stats.lost);
    json_unsigned(line, "dropped_unseen", stats.dropped_unseen);
    json_unsigned(line, "refused_busy", stats.refused_busy);
    json_unsigned(line, "dropped_full", stats.dropped_full);
    json_unsigned(line, "malformed", stats.malformed);
    json_unsigned(line, "send_dropped", stats.send_dropped);
    json_unsigned(line, "budget_stops", stats.budget_stops);
    json_unsigned(line, "wakeups", stats.wakeups);
    json_unsigned(line, "wakes_sent", stats.wakes_sent);
    line_end(line);
}

static void print_report(struct json *line, const framewire_close_report *report)
{
    json_unsigned(line, "unsent", report->unsent);
    json_unsigned(line, "unconfirmed", report->unconfirmed);
    json_unsigned(line, "unanswered", report->unanswered);
    json_unsigned(line, "undelivered", report->undelivered);
    json_unsigned(line, "code", report->code);
    json_boolean(line, "clean", report->clean != 0);
}

void host_print_link_closed(const struct host *host)
{
    struct json *line = line_begin("link_closed");
    print_report(line, &host->report);
    line_end(line);
}

void host_print_summary(const struct host *host, uint64_t unsent)
{
    const struct counters *seen = &host->seen;
    struct json *line = line_begin("summary");
    json_unsigned(line, "frames", seen->frames);
    json_unsigned(line, "requests", seen->requests);
    json_unsigned(line, "answered", seen->answered);
    json_unsigned(line, "errors", seen->errors);
    json_unsigned(line, "deferred", seen->deferred);
    json_unsigned(line, "replaced", seen->replaced);
    json_unsigned(line, "expired", seen->expired);
    json_unsigned(line, "lost", seen->lost);
    json_unsigned(line, "refused", seen->refused);
    json_unsigned(line, "ended", seen->ended);
    json_unsigned(line, "retries", seen->retries);
    json_unsigned(line, "unsent", unsent);
    json_unsigned(line, "notifications", seen->notifications);
    json_unsigned(line, "texts", seen->texts);
    json_unsigned(line, "binaries", seen->binaries);
    json_unsigned(line, "opened", seen->opened);
    json_unsigned(line, "closed", seen->closed);
    json_unsigned(line, "connect_failed", seen->connect_failed);
    json_object(line, "report");
    print_report(line, &host->report);
    json_end(line);
    line_end(line);
}

void host_print_reply(uint64_t id, framewire_status status)
{
    struct json *line = line_begin("responded");
    json_unsigned(line, "id", id);
    json_text(line, "status", framewire_status_name(status));
    line_end(line);
}

void host_print_refusal(const char *call, framewire_status status)
{
    struct json *line = line_begin("refused");
    json_text(line, "call", text_of(call));
    json_text(line, "status", framewire_status_name(status));
    line_end(line);
}

uint32_t host_readiness_named(const char *word)
{
    uint32_t number;
    for (number = 0; number < sizeof READINESS / sizeof *READINESS; number++) {
        const char *name = READINESS[number];
        size_t i = 0;
        while (name[i] != '\0' && toupper((unsigned char)word[i]) == name[i]) {
            i++;
        }
        if (name[i] == '\0' && word[i] == '\0') {
            return number;
        }
    }
    return UINT32_MAX;
}
