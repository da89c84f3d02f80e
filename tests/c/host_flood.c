/* A flood of notifications: the same few bytes again and again, numbered, as fast as the outbox takes them.
 *
 * A raw link sends them as text messages in the words of JSON-RPC. The line "flooded" at the end tells which numbers were
 * accepted: those before `next`, without a gap.
 */
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* What a frame adds at most, so that a flood costs no frame. */
enum { A_FRAME = 128, MAX_PAD = 65536 };

static char text[MAX_PAD + 256];

static framewire_status send_one(struct host *host)
{
    static char pad[MAX_PAD + 1];
    framewire_str view;
    int is_raw = host->config.profile == FRAMEWIRE_PROFILE_RAW;
    if (pad[0] == '\0') {
        memset(pad, 'x', MAX_PAD);
    }
    view.ptr = text;
    view.len = (uint64_t)snprintf(text, sizeof text, "%s{\"n\":%" PRIu64 ",\"pad\":\"%.*s\"}%s",
                                  is_raw ? "{\"jsonrpc\":\"2.0\",\"method\":\"flood\",\"params\":" : "", host->flood.next,
                                  (int)host->flood.bytes, pad, is_raw ? "}" : "");
    return is_raw ? framewire_send_text(host->link, view, NULL)
                  : framewire_notify(host->link, text_of("flood"), view, NULL);
}

static void end_flood(struct host *host, struct framewire_str why)
{
    struct json *line = line_begin("flooded");
    json_text(line, "end", why);
    json_unsigned(line, "next", host->flood.next);
    json_unsigned(line, "left", host->flood.left);
    json_unsigned(line, "blocked", host->flood.blocked);
    line_end(line);
    host->flood.left = 0;
    host->flood.blocked = 0;
}

void host_flood(struct host *host, uint64_t count, uint64_t bytes)
{
    host->flood.left += count;
    host->flood.bytes = bytes < MAX_PAD ? bytes : (uint64_t)MAX_PAD;
}

void host_flood_on(struct host *host)
{
    int sent = 0;
    while (host->flood.left != 0 && sent++ < A_FRAME) {
        framewire_status status = send_one(host);
        if (status == FRAMEWIRE_WOULD_BLOCK) {
            host->flood.blocked++;
            return; /* Go on in the next frame. */
        }
        if (status != FRAMEWIRE_OK) {
            end_flood(host, framewire_status_name(status));
            return;
        }
        host->flood.next++;
        host->flood.left--;
        if (host->flood.left == 0) {
            end_flood(host, framewire_status_name(status));
        }
    }
}

void host_flood_stop(struct host *host)
{
    if (host->flood.left != 0) {
        end_flood(host, text_of("the domain is unloaded"));
    }
}
