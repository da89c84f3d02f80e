/* Opens and closes links over and over, and tells what the process holds at a quarter, half and the end.
 *
 *     churn idle COUNT               links that never dial
 *     churn json_rpc COUNT URL       each dials, is upgraded, calls `echo`, and closes
 *     churn godot_ai COUNT URL       each dials, greets, is acknowledged, and closes
 *
 * A further word makes it lose something a hundred times on its way, which must be seen: `lose-heap`,
 * `lose-descriptor`, `lose-thread`. The links end in turn in every way there is: plain, after a detach and an attach,
 * with an event lent over the close, and by a shutdown. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "check.h"
#include "gauge.h"
#include "platform.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct churn {
    framewire_config config;
    int dials;
    uint32_t awaited;
    long long unclean;
};

static void *rest(void *nothing)
{
    for (;;) {
        platform_sleep_ms(1000000);
    }
    return nothing;
}

static void lose(const char *what)
{
    if (strcmp(what, "lose-heap") == 0) {
        /* Through a pointer that no compiler sees through. */
        void *(*volatile allocate)(size_t) = malloc;
        CHECK(allocate(64) != NULL);
    } else if (strcmp(what, "lose-descriptor") == 0) {
        CHECK(dup(STDOUT_FILENO) >= 0);
    } else if (strcmp(what, "lose-thread") == 0) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, rest, NULL) == 0);
    }
}

/* Calls the server and waits for its answer. */
static int is_answered(framewire_link link)
{
    framewire_event event;
    uint64_t id = 0;
    int holds = CHECK_STATUS(framewire_request(link, str("echo"), str("{\"text\":\"again\"}"), 0, &id), FRAMEWIRE_OK)
                && CHECK(wait_for_event(link, FRAMEWIRE_EVENT_RESPONSE, &event)) && CHECK(event.id == id)
                && CHECK(event.reason == FRAMEWIRE_REASON_NONE);
    framewire_release(link);
    return holds;
}

static int open_and_close(struct churn *churn, long long turn)
{
    framewire_event event;
    framewire_close_report report;
    framewire_link link = 0;
    int is_lent = 0;
    if (!CHECK_STATUS(framewire_open(&churn->config, &link, NULL), FRAMEWIRE_OK)) {
        return 0;
    }
    if (churn->dials) {
        if (!CHECK(wait_for_event(link, churn->awaited, &event))) {
            return 0;
        }
        is_lent = turn % 4 == 2;
        if (!is_lent) {
            framewire_release(link);
        }
        if (churn->config.profile == FRAMEWIRE_PROFILE_JSON_RPC && !is_lent && !is_answered(link)) {
            return 0;
        }
    }
    if (turn % 4 == 1) {
        CHECK_STATUS(framewire_detach(link, FRAMEWIRE_READINESS_RELOADING), FRAMEWIRE_OK);
        if (!CHECK_STATUS(framewire_open(&churn->config, &link, NULL), FRAMEWIRE_ATTACHED)) {
            return 0;
        }
    }
    if (turn % 4 == 3) {
        return CHECK_STATUS(framewire_shutdown(2000), FRAMEWIRE_OK);
    }
    if (!CHECK_STATUS(framewire_close(link, PATIENCE_MS, &report, sizeof report), FRAMEWIRE_OK)) {
        return 0;
    }
    churn->unclean += churn->dials && !report.clean;
    if (is_lent) {
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
    return 1;
}

static int run(struct churn *churn, long long count, const char *loss)
{
    struct gauge gauge;
    long long turn;
    for (turn = 1; turn <= count; turn++) {
        if (!open_and_close(churn, turn)) {
            return check_finish();
        }
        if (count >= 100 && turn % (count / 100) == 0) {
            lose(loss);
        }
        if (turn == count / 4 || turn == count / 2 || turn == count) {
            /* What a lost thread would leave is not waited for. */
            gauge = gauge_read(strcmp(loss, "lose-thread") == 0 ? 1000 : 1);
            gauge_print(turn == count ? "end" : turn == count / 2 ? "half" : "quarter", turn, &gauge);
        }
    }
    CHECK_STATUS(framewire_shutdown(2000), FRAMEWIRE_OK);
    CHECK(churn->unclean == 0);
    return check_finish();
}

int main(int argc, char **argv)
{
    /* Or standard output would take a block of the heap in between. */
    static char output[1024];
    static struct churn churn;
    const char *kind = argc > 1 ? argv[1] : "";
    long long count = argc > 2 ? atoll(argv[2]) : 0;
    int last = 3;
    setvbuf(stdout, output, _IOLBF, sizeof output);
    if (count < 4) {
        fputs("usage: churn idle COUNT | json_rpc COUNT URL | godot_ai COUNT URL [lose-WHAT]\n", stderr);
        return 2;
    }
    CHECK_STATUS(framewire_config_init(&churn.config, sizeof churn.config, FRAMEWIRE_ABI_VERSION), FRAMEWIRE_OK);
    churn.config.name = str("churn");
    /* Under a checker everything takes its time. */
    churn.config.close_timeout_ms = PATIENCE_MS;
    churn.config.url = str("ws://127.0.0.1:9/");
    churn.config.flags = FRAMEWIRE_CONFIG_START_DISCONNECTED;
    if (strcmp(kind, "idle") != 0 && argc > 3) {
        int greets = strcmp(kind, "godot_ai") == 0;
        last = 4;
        churn.dials = 1;
        churn.config.url = str(argv[3]);
        churn.config.flags = 0;
        churn.config.profile = greets ? FRAMEWIRE_PROFILE_GODOT_AI : FRAMEWIRE_PROFILE_JSON_RPC;
        churn.config.hello = greets ? str("{\"project_path\":\"/project\"}") : str(NULL);
        churn.awaited = greets ? FRAMEWIRE_EVENT_ACKNOWLEDGED : FRAMEWIRE_EVENT_OPENED;
    }
    return run(&churn, count, argc > last ? argv[last] : "");
}
