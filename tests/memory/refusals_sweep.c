/* The scene in which every call that takes something from the system is refused once, one a turn. */
#define _GNU_SOURCE

#include "refusals.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_TURNS = 200 };

struct turn {
    int refused_opens;
    int failed_dials;
    int logged;
};

/* Polls until a call can be made, counting what is told of failures. */
static void connects(framewire_link link, struct turn *turn)
{
    uint64_t end = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
    int is_open = 0;
    while (!is_open && platform_now_ns() < end) {
        framewire_event event;
        uint64_t count = 0;
        if (framewire_poll(link, &event, sizeof event, 1, &count) != FRAMEWIRE_OK) {
            platform_sleep_ms(1);
            continue;
        }
        if (event.kind == FRAMEWIRE_EVENT_CONNECT_FAILED) {
            turn->failed_dials++;
            CHECK(event.os_error != 0 && event.detail.len != 0);
        }
        turn->logged += event.kind == FRAMEWIRE_EVENT_LOG && event.level <= FRAMEWIRE_LOG_WARN;
        is_open = event.kind == FRAMEWIRE_EVENT_OPENED;
        framewire_release(link);
    }
    CHECK(is_open);
}

/* Waits for the first record, which is tried again some seconds after a failure. */
static void publishes(framewire_link link, struct turn *turn)
{
    framewire_stats stats;
    int tries;
    memset(&stats, 0, sizeof stats);
    for (tries = 0; tries < (int)PATIENCE_MS / 5 && stats.state_writes == 0; tries++) {
        CHECK_STATUS(framewire_get_stats(link, &stats, sizeof stats), FRAMEWIRE_OK);
        platform_sleep_ms(5);
    }
    CHECK(stats.state_writes > 0);
    turn->logged += stats.state_failures > 0;
}

static void play(const framewire_config *config, struct turn *turn)
{
    framewire_error error;
    framewire_link link = 0;
    framewire_status status = framewire_open(config, &link, &error);
    if (status == FRAMEWIRE_NO_RESOURCES) {
        turn->refused_opens++;
        CHECK(link == 0 && error.text[0] != '\0');
        status = framewire_open(config, &link, &error);
    }
    if (!CHECK_STATUS(status, FRAMEWIRE_OK)) {
        return;
    }
    connects(link, turn);
    call_is_answered(link);
    publishes(link, turn);
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}

void every_call_once(void)
{
    static char file[1100];
    char place[1024];
    char lock[1200];
    framewire_config config;
    int met[FAULT_CALLS] = { 0 };
    int number;
    int call;
    snprintf(place, sizeof place, "%s", path_of("made"));
    snprintf(file, sizeof file, "%s/state.json", place);
    snprintf(lock, sizeof lock, "%s.lock", file);
    for (number = 1; number < MOST_TURNS; number++) {
        struct turn turn = { 0, 0, 0 };
        framewire_record record;
        enum fault_call refused;
        server_config(&config, "swept");
        config.state_file = str(file);
        faults_refuse_nth(number);
        play(&config, &turn);
        refused = faults_refused();
        faults_end();
        if (refused == FAULT_CALLS) {
            break;
        }
        met[refused]++;
        printf("{\"number\":%d,\"call\":\"%s\",\"refused_opens\":%d,\"failed_dials\":%d,\"logged\":%d}\n", number,
               faults_name(refused), turn.refused_opens, turn.failed_dials, turn.logged);
        /* The last record is tried once: without it the one before must not be taken for true. */
        CHECK_STATUS(framewire_state_file_read(str(file), &record, sizeof record), FRAMEWIRE_OK);
        CHECK(record.verdict == FRAMEWIRE_VERDICT_STOPPED || record.verdict == FRAMEWIRE_VERDICT_STALE);
        /* The next turn makes the directory anew. */
        unlink(file);
        unlink(lock);
        CHECK(rmdir(place) == 0);
    }
    CHECK(number > 10 && number < MOST_TURNS);
    for (call = 0; call < FAULT_CALLS; call++) {
        if (!CHECK(met[call] > 0)) {
            printf("  never refused: %s\n", faults_name((enum fault_call)call));
        }
    }
}
