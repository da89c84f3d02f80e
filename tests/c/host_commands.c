/* The words that drive the example editor, one command a line on standard input. */
#include "host.h"
#include "platform.h"

#include <stdlib.h>
#include <string.h>

/* Cuts the first word off `rest` and returns it; both end at NUL. */
static char *next_word(char **rest)
{
    char *word = *rest;
    char *end = word + strcspn(word, " ");
    *rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

/* `number` is read after the call that fills it in, which an argument by value would not promise. */
static void report_sent(const char *call, framewire_status status, const uint64_t *number)
{
    struct json *line;
    if (status != FRAMEWIRE_OK && status != FRAMEWIRE_REPLACED) {
        host_print_refusal(call, status);
        return;
    }
    line = line_begin("sent");
    json_text(line, "call", text_of(call));
    json_unsigned(line, "number", *number);
    line_end(line);
}

static void report_done(const char *call, framewire_status status)
{
    if (status != FRAMEWIRE_OK) {
        host_print_refusal(call, status);
    }
}

static void set_readiness(struct host *host, char *rest)
{
    uint32_t readiness = host_readiness_named(next_word(&rest));
    report_done("set_readiness", framewire_set_readiness(host->link, readiness, text_of(rest)));
}

static void set_endpoint(struct host *host, char *rest)
{
    framewire_error error;
    framewire_str url = text_of(next_word(&rest));
    framewire_str token = text_of(*rest != '\0' ? rest : NULL);
    report_done("set_endpoint", framewire_set_endpoint(host->link, url, token, &error));
}

static void set_hello(struct host *host, char *rest)
{
    framewire_error error;
    report_done("set_hello", framewire_set_hello(host->link, text_of(rest), &error));
}

static void call_peer(struct host *host, char *rest)
{
    framewire_str method = text_of(next_word(&rest));
    uint32_t timeout_ms = (uint32_t)strtoul(next_word(&rest), NULL, 10);
    framewire_str json = text_of(*rest != '\0' ? rest : NULL);
    uint64_t id = 0;
    framewire_status status = framewire_request(host->link, method, json, timeout_ms, &id);
    report_sent("request", status, &id);
}

static void flood(struct host *host, char *rest)
{
    uint64_t count = strtoull(next_word(&rest), NULL, 10);
    host_flood(host, count, strtoull(rest, NULL, 10));
}

static void reload(struct host *host, char *rest)
{
    host->reload_ms = strtoull(next_word(&rest), NULL, 10);
    host->reload = strcmp(next_word(&rest), "die") == 0 ? RELOAD_DIE : RELOAD_DETACH;
}

static void obey(struct host *host, char *rest)
{
    const char *word = next_word(&rest);
    uint64_t number = 0;

    if (strcmp(word, "stall") == 0) {
        line_flush();
        platform_sleep_ms(strtoull(rest, NULL, 10));
    } else if (strcmp(word, "notify") == 0) {
        framewire_str name = text_of(next_word(&rest));
        framewire_str json = text_of(*rest != '\0' ? rest : "{}");
        report_sent("notify", framewire_notify(host->link, name, json, &number), &number);
    } else if (strcmp(word, "send") == 0) {
        report_sent("send_text", framewire_send_text(host->link, text_of(rest), &number), &number);
    } else if (strcmp(word, "request") == 0) {
        call_peer(host, rest);
    } else if (strcmp(word, "flood") == 0) {
        flood(host, rest);
    } else if (strcmp(word, "cancel") == 0) {
        report_done("cancel", framewire_cancel(host->link, strtoull(rest, NULL, 10)));
    } else if (strcmp(word, "outstanding") == 0) {
        host_print_outstanding(host);
    } else if (strcmp(word, "reload") == 0) {
        reload(host, rest);
    } else if (strcmp(word, "readiness") == 0) {
        set_readiness(host, rest);
    } else if (strcmp(word, "state") == 0) {
        host_print_state(host);
    } else if (strcmp(word, "stats") == 0) {
        host_print_stats(host);
    } else if (strcmp(word, "heap") == 0) {
        struct json *line = line_begin("heap");
        json_unsigned(line, "bytes", platform_live_heap());
        line_end(line);
    } else if (strcmp(word, "frames") == 0) {
        frames_print(&host->frames);
    } else if (strcmp(word, "poll-cost") == 0) {
        frames_print_poll_cost(host, strtoull(rest, NULL, 10));
    } else if (strcmp(word, "pause") == 0) {
        report_done("pause", framewire_pause(host->link));
    } else if (strcmp(word, "resume") == 0) {
        report_done("resume", framewire_resume(host->link));
    } else if (strcmp(word, "disconnect") == 0) {
        report_done("disconnect", framewire_disconnect(host->link));
    } else if (strcmp(word, "connect") == 0) {
        report_done("connect", framewire_connect(host->link));
    } else if (strcmp(word, "renew") == 0) {
        report_done("renew_session", framewire_renew_session(host->link));
    } else if (strcmp(word, "endpoint") == 0) {
        set_endpoint(host, rest);
    } else if (strcmp(word, "hello") == 0) {
        set_hello(host, rest);
    } else if (strcmp(word, "close") == 0) {
        host_close(host);
        host_print_link_closed(host);
    } else if (strcmp(word, "quit") == 0) {
        host->quit = 1;
    } else if (*word != '\0') {
        struct json *line = line_begin("unknown_word");
        json_text(line, "word", text_of(word));
        line_end(line);
    }
}

void host_read_commands(struct host *host)
{
    char *start = host->input;
    char *end;
    long got;

    if (host->input_ended) {
        return;
    }
    got = platform_read_input(host->input + host->input_len, sizeof host->input - 1 - host->input_len);
    if (got < 0) {
        /* Nobody can say `quit` any more; without a time limit this is the end. */
        host->input_ended = 1;
        host->quit = host->quit || host->seconds <= 0.0;
        return;
    }
    host->input_len += (size_t)got;
    host->input[host->input_len] = '\0';
    while (!host->quit && (end = strchr(start, '\n')) != NULL) {
        *end = '\0';
        if (end > start && end[-1] == '\r') {
            end[-1] = '\0';
        }
        obey(host, start);
        start = end + 1;
    }
    host->input_len -= (size_t)(start - host->input);
    memmove(host->input, start, host->input_len);
    if (host->input_len == sizeof host->input - 1) {
        host->input_len = 0; /* A line that long is no command. */
    }
}
