/* What the example editor prints when it is asked, and at its end: one JSON object a line. */
#include "host.h"

#include <ctype.h>
#include <string.h>

static const char *const PHASES[] = {
    "DISCONNECTED", "WAITING", "RESOLVING", "CONNECTING", "SECURING", "UPGRADING", "GREETING", "ACTIVE",
    "CLOSING", "CLOSED",
};
static const char *const READINESS[] = {
    "STARTING", "COMPILING", "RELOADING", "RECOVERING", "IMPORTING", "PLAYING", "NO_SCENE", "READY",
    "STOPPING", "STOPPED", "FAILED",
};
static const char *const OPEN_CALLS[] = { "unknown", "request", "orphan", "call" };

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
    json_unsigned(line, "detached", state.detached);
    json_unsigned(line, "attaches", state.attaches);
    json_unsigned(line, "requests_orphaned", state.requests_orphaned);
    json_unsigned(line, "calls_open", state.calls_open);
    json_text(line, "published_readiness", text_of(NAME_OF(READINESS, state.published_readiness)));
    json_unsigned(line, "stalled", state.stalled);
    line_end(line);
}

void host_print_reloaded(const struct host *host, framewire_status opened, framewire_status late)
{
    framewire_state state;
    struct json *line = line_begin("reloaded");
    json_unsigned(line, "number", host->seen.reloads);
    json_text(line, "status", framewire_status_name(opened));
    json_text(line, "old_handle", framewire_status_name(late));
    if (framewire_get_state(host->link, &state, sizeof state) == FRAMEWIRE_OK) {
        json_text(line, "phase", text_of(NAME_OF(PHASES, state.phase)));
        json_unsigned(line, "generation", state.generation);
        json_text(line, "session_id", text_of(state.session_id));
        json_unsigned(line, "attaches", state.attaches);
        json_unsigned(line, "requests_waiting", state.requests_waiting);
        json_unsigned(line, "requests_orphaned", state.requests_orphaned);
    }
    line_end(line);
}

void host_print_outstanding(const struct host *host)
{
    framewire_open_call open[64];
    uint64_t count = 0;
    uint64_t i;
    struct json *line;
    framewire_status status;
    /* The link's thread may be writing the list, for moments. */
    do {
        status = framewire_outstanding(host->link, open, sizeof *open, 64, &count);
    } while (status == FRAMEWIRE_BUSY);
    if (status != FRAMEWIRE_OK) {
        host_print_refusal("outstanding", status);
        return;
    }
    for (i = 0; i < count && i < 64; i++) {
        line = line_begin("open_call");
        json_unsigned(line, "id", open[i].id);
        json_text(line, "kind", text_of(NAME_OF(OPEN_CALLS, open[i].kind)));
        json_text(line, "method", text_of(open[i].method));
        json_number(line, "age_ms", (double)open[i].age_ns / 1e6);
        json_unsigned(line, "note_bytes", open[i].note_len);
        json_unsigned(line, "deliveries", open[i].deliveries);
        line_end(line);
    }
    line = line_begin("outstanding");
    json_unsigned(line, "count", count);
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
    json_unsigned(line, "attaches", stats.attaches);
    json_unsigned(line, "orphaned", stats.orphaned);
    json_unsigned(line, "held_too_long", stats.held_too_long);
    json_unsigned(line, "calls", stats.calls);
    json_unsigned(line, "late_replies", stats.late_replies);
    json_unsigned(line, "state_writes", stats.state_writes);
    json_unsigned(line, "state_failures", stats.state_failures);
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
    json_unsigned(line, "responses", seen->responses);
    json_unsigned(line, "reloads", seen->reloads);
    json_unsigned(line, "orphaned", seen->orphaned);
    json_unsigned(line, "finished", seen->finished);
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
