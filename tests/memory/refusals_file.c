/* Scenes in which a state file cannot be written or read. */
#define _GNU_SOURCE

#include "refusals.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static char place[1024];

/* A link that publishes, and does not dial before it is told to. */
static framewire_link publisher(void)
{
    framewire_config config;
    framewire_link link = 0;
    server_config(&config, "publishes");
    snprintf(place, sizeof place, "%s", path_of("state.json"));
    config.state_file = str(place);
    config.flags |= FRAMEWIRE_CONFIG_START_DISCONNECTED;
    CHECK_STATUS(framewire_open(&config, &link, NULL), FRAMEWIRE_OK);
    return link;
}

static uint32_t verdict(framewire_record *record)
{
    CHECK_STATUS(framewire_state_file_read(str(place), record, sizeof *record), FRAMEWIRE_OK);
    return record->verdict;
}

/* The file is written after all, by itself; the link has connected and works. */
static void is_written(framewire_link link)
{
    framewire_event event;
    framewire_record record;
    framewire_stats stats;
    is_told(link, FRAMEWIRE_EVENT_LOG, 0, "written again");
    CHECK_STATUS(framewire_connect(link), FRAMEWIRE_OK);
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_OPENED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    call_is_answered(link);
    CHECK(verdict(&record) == FRAMEWIRE_VERDICT_BUSY || record.verdict == FRAMEWIRE_VERDICT_READY);
    CHECK_STATUS(framewire_get_stats(link, &stats, sizeof stats), FRAMEWIRE_OK);
    CHECK(stats.state_failures >= 1 && stats.state_writes >= 1);
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
    CHECK(verdict(&record) == FRAMEWIRE_VERDICT_STOPPED);
}

void file_without_descriptors(void)
{
    framewire_link link;
    descriptors_take(2);
    link = publisher();
    is_told(link, FRAMEWIRE_EVENT_LOG, 0, "close some");
    descriptors_give_back();
    is_written(link);
}

void file_without_helper(void)
{
    framewire_link link;
    faults_refuse_all(FAULT_THREAD, 1);
    link = publisher();
    is_told(link, FRAMEWIRE_EVENT_LOG, 0, "no thread");
    faults_end();
    is_written(link);
}

/* The largest file is 0 bytes long. A write beyond it raises SIGXFSZ, which is at its default here and would kill. */
void file_without_room(void)
{
    framewire_link link;
    CHECK(signal(SIGXFSZ, SIG_DFL) != SIG_ERR);
    limit_lower(RLIMIT_FSIZE, 0);
    link = publisher();
    is_told(link, FRAMEWIRE_EVENT_LOG, 0, "make room");
    limit_raise(RLIMIT_FSIZE);
    is_written(link);
}

void read_without_descriptors(void)
{
    framewire_record record;
    framewire_link link = publisher();
    int tries;
    for (tries = 0; tries < 2000 && verdict(&record) != FRAMEWIRE_VERDICT_BUSY; tries++) {
        platform_sleep_ms(5);
    }
    CHECK(record.verdict == FRAMEWIRE_VERDICT_BUSY);
    descriptors_take(0);
    CHECK(verdict(&record) == FRAMEWIRE_VERDICT_UNREADABLE);
    CHECK(strstr(record.advice, "Too many open files") != NULL && strstr(record.advice, "close some") != NULL);
    printf("  told: %s\n", record.advice);
    descriptors_give_back();
    CHECK(verdict(&record) == FRAMEWIRE_VERDICT_BUSY);
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}
