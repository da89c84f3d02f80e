/* An editor in miniature: a frame loop that serves a tool server through Framewire.
 *
 *     editor_host --url ws://127.0.0.1:9500 --profile godot_ai
 *
 * It shows all that a host does: open, poll once a frame, answer, release, close. What an editor would
 * do with its own means lies in the files beside it: host_requests.c answers the calls, host_script.c from a table,
 * host_reload.c loses the domain and comes back, host_flood.c sends more than the peer may take, host_executed.c remembers what ran, host_options.c reads the command
 * line, host_commands.c takes words from standard input, host_events.c and host_reports.c print lines
 * of JSON, host_frames.c times the frames.
 */
#include "framewire.h"

#include "host.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One thing happened. Its texts are lent to us until framewire_release. */
static void handle_event(struct host *host, const framewire_event *event)
{
    struct outgoing echo;
    host_print_event(host, event);

    switch (event->kind) {
    case FRAMEWIRE_EVENT_REQUEST:
        host->seen.requests++;
        host_answer(host, event);
        break;
    case FRAMEWIRE_EVENT_REQUEST_ORPHANED:
        host->seen.orphaned++;
        host_finish_orphan(host, event);
        break;
    case FRAMEWIRE_EVENT_RESPONSE:
        host->seen.responses++;
        break;
    case FRAMEWIRE_EVENT_REQUEST_ENDED:
        host->seen.ended++;
        host_forget(host, event->id);
        break;
    case FRAMEWIRE_EVENT_NOTIFICATION:
        host->seen.notifications++;
        break;
    case FRAMEWIRE_EVENT_TEXT:
    case FRAMEWIRE_EVENT_BINARY:
        if (event->kind == FRAMEWIRE_EVENT_TEXT) {
            host->seen.texts++;
        } else {
            host->seen.binaries++;
        }
        if (host->echo) {
            memset(&echo, 0, sizeof echo);
            echo.kind = event->kind == FRAMEWIRE_EVENT_TEXT ? OUTGOING_TEXT : OUTGOING_BINARY;
            echo.body = event->data;
            host_send(host, &echo);
        }
        break;
    case FRAMEWIRE_EVENT_OPENED:
        host->seen.opened++;
        break;
    case FRAMEWIRE_EVENT_CLOSED:
        host->seen.closed++;
        break;
    case FRAMEWIRE_EVENT_CONNECT_FAILED:
        host->seen.connect_failed++;
        break;
    default:
        /* Kinds that this program has no use for. */
        break;
    }
}

uint64_t host_take(struct host *host, uint64_t count)
{
    uint64_t i;
    uint64_t bytes = 0;
    /* A domain that dies has handled a part of what it was lent, and gives nothing back. */
    uint64_t live = host->reload == RELOAD_DIE ? count / 2 : count;
    for (i = 0; i < live; i++) {
        bytes += host->events[i].data.len;
        handle_event(host, &host->events[i]);
    }
    for (i = live; i < count; i++) {
        host_print_unseen(&host->events[i]);
    }
    if (host->reload != RELOAD_DIE) {
        /* From here on the texts of the events are the library's again. */
        framewire_release(host->link);
    }
    return bytes;
}

/* One frame's work for the link. */
static void run_frame(struct host *host)
{
    uint64_t count = 0;
    uint64_t bytes = 0;
    framewire_status status;

    frames_begin(&host->frames);
    status = framewire_poll(host->link, host->events, sizeof *host->events, host->capacity, &count);
    if (status == FRAMEWIRE_OK) {
        bytes = host_take(host, count);
    }
    if (host->reload != RELOAD_DIE) {
        host_answer_due(host);
        host_flood_on(host);
    }
    frames_end(&host->frames, count, bytes);
    host->seen.frames++;
    if (host->recovering) {
        host->recovering = 0;
        framewire_set_readiness(host->link, FRAMEWIRE_READINESS_READY, text_of(NULL));
    }

    if (status != FRAMEWIRE_OK && status != FRAMEWIRE_EMPTY && host->link != 0) {
        host_print_refusal("poll", status);
        host->failed = 1;
        host->quit = 1;
    }
    if (host->stall_ms != 0) {
        line_flush();
        platform_sleep_ms(host->stall_ms);
        host->stall_ms = 0;
    }
    if (host->reload != RELOAD_NONE && !host->quit && !host_reload(host)) {
        host->failed = 1;
        host->quit = 1;
    }
}

void host_close(struct host *host)
{
    framewire_status status;
    if (host->link == 0) {
        return;
    }
    status = framewire_close(host->link, (uint32_t)host->linger_ms, &host->report, sizeof host->report);
    if (status != FRAMEWIRE_OK) {
        host_print_refusal("close", status);
        host->failed = 1;
    }
    host->link = 0;
}

framewire_status host_open(struct host *host)
{
    framewire_error error;
    struct json *line;
    framewire_status status = framewire_open(&host->config, &host->link, &error);
    if (status == FRAMEWIRE_OK) {
        /* Until an editor says more, its server takes it to be still starting. */
        framewire_set_readiness(host->link, FRAMEWIRE_READINESS_READY, text_of(NULL));
    } else if (status == FRAMEWIRE_ATTACHED) {
        framewire_set_readiness(host->link, FRAMEWIRE_READINESS_RECOVERING, text_of("the domain was reloaded"));
        host->recovering = 1;
    } else {
        line = line_begin("open_failed");
        json_text(line, "status", framewire_status_name(status));
        json_text(line, "text", text_of(error.text));
        line_end(line);
    }
    return status;
}

int main(int argc, char **argv)
{
    /* Static, because it is large; zero is a fine beginning for every field. */
    static struct host host;
    uint64_t start = platform_now_ns();
    uint64_t next_frame = start;

    if (!host_options(&host, argc, argv)) {
        return 2;
    }
    if (host_open(&host) != FRAMEWIRE_OK) {
        line_flush();
        return 1;
    }

    while (!host.quit) {
        run_frame(&host);
        if (host.hz > 0.0 || host.seen.frames % 64 == 0) {
            host_read_commands(&host);
            line_flush();
        }

        uint64_t now = platform_now_ns();
        if (host.seconds > 0.0 && (double)(now - start) / 1e9 >= host.seconds) {
            host.quit = 1;
        } else if (host.hz > 0.0) {
            next_frame += (uint64_t)(1e9 / host.hz);
            if (next_frame > now) {
                platform_sleep_ns(next_frame - now);
            } else {
                next_frame = now; /* Late, as after a stall: the missed frames are not made up for. */
            }
        }
    }

    uint64_t unsent = host_drop_kept(&host);
    host_close(&host);
    host_print_summary(&host, unsent);
    line_flush();
    free(host.events);
    free(host.deferred);
    if (host.executed != NULL) {
        fclose(host.executed);
    }
    host_script_free(&host.script);
    json_free(&host.hello);
    json_free(&host.headers);
    json_free(&host.scratch);
    json_free(&host.scratch_code);
    return host.failed;
}
