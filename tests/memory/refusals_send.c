/* Scenes in which there is no memory for what is to be sent. */
#define _GNU_SOURCE

#include "refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGE = 8 << 20, REFUSED_FROM = 1 << 20 };

/* A JSON text of `size` bytes. */
static char *large_text(size_t size)
{
    char *text = (char *)malloc(size);
    if (CHECK(text != NULL)) {
        memset(text, 'x', size);
        memcpy(text, "{\"text\":\"", 9);
        memcpy(text + size - 2, "\"}", 2);
    }
    return text;
}

void send_without_memory(void)
{
    char *text = large_text(LARGE);
    framewire_str large = framewire_str_make(text, LARGE);
    framewire_state state;
    framewire_event event;
    uint64_t id = 0;
    heap_refuse_from(REFUSED_FROM);
    CHECK_STATUS(framewire_request(bystander, str("echo"), large, 0, &id), FRAMEWIRE_NO_RESOURCES);
    CHECK_STATUS(framewire_notify(bystander, str("told"), large, NULL), FRAMEWIRE_NO_RESOURCES);
    /* What fits goes on, and nothing of the others is left: no room taken, no call open. */
    call_is_answered(bystander);
    CHECK_STATUS(framewire_get_state(bystander, &state, sizeof state), FRAMEWIRE_OK);
    CHECK(state.outbound_bytes == 0 && state.calls_open == 0);
    heap_refuse_from(0);
    CHECK_STATUS(framewire_request(bystander, str("echo"), large, 0, &id), FRAMEWIRE_OK);
    if (CHECK(wait_for_event(bystander, FRAMEWIRE_EVENT_RESPONSE, &event))) {
        CHECK(event.id == id && event.reason == FRAMEWIRE_REASON_NONE && event.data.len >= LARGE);
        framewire_release(bystander);
    }
    free(text);
}

/* A request that cannot be answered for want of memory is open still, and is answered when there is some. */
void answer_without_memory(void)
{
    enum { WAYS = 3 };
    /* Each larger than the one before, whose buffer is kept and would serve. */
    const size_t sizes[WAYS] = { 2u << 20, 4u << 20, 8u << 20 };
    framewire_event event;
    framewire_open_call calls[4];
    framewire_stats stats;
    uint64_t count = 0;
    int way;
    for (way = 0; way < WAYS; way++) {
        char *text = large_text(sizes[way]);
        framewire_str large = framewire_str_make(text, sizes[way]);
        int turn;
        /* The server is told to send one. */
        puts("ask");
        fflush(stdout);
        if (!CHECK(wait_for_event(bystander, FRAMEWIRE_EVENT_REQUEST, &event))) {
            free(text);
            break;
        }
        framewire_release(bystander);
        for (turn = 0; turn < 2; turn++) {
            framewire_status want = turn == 0 ? FRAMEWIRE_NO_RESOURCES : FRAMEWIRE_OK;
            heap_refuse_from(turn == 0 ? REFUSED_FROM : 0);
            if (way == 0) {
                CHECK_STATUS(framewire_respond(bystander, event.id, large, NULL), want);
            } else if (way == 1) {
                CHECK_STATUS(framewire_respond_attachment(bystander, event.id, str("{\"file\":\"\"}"), str("/file"), text,
                                                          sizes[way], NULL),
                             want);
            } else {
                CHECK_STATUS(framewire_respond_error(bystander, event.id, str("-1"), str("failed"), large, NULL), want);
            }
            if (turn == 0) {
                CHECK_STATUS(outstanding_soon(bystander, calls, sizeof calls[0], 4, &count), FRAMEWIRE_OK);
                CHECK(count == 1 && calls[0].id == event.id);
            }
        }
        free(text);
    }
    /* Behind the last answer, so that all have left. */
    call_is_answered(bystander);
    CHECK_STATUS(framewire_get_stats(bystander, &stats, sizeof stats), FRAMEWIRE_OK);
    CHECK(stats.answered == WAYS && stats.lost == 0 && stats.expired == 0);
}
