/* What the scenes of refusals.c share. */
#define _GNU_SOURCE

#include "refusals.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const char *server_url;
const char *directory;
framewire_link bystander;

static struct rlimit lowered_from;
static int taken[4096];
static int taken_count;

void server_config(framewire_config *config, const char *name)
{
    good_config(config, name);
    config->url = str(server_url);
    config->profile = FRAMEWIRE_PROFILE_JSON_RPC;
}

void call_is_answered(framewire_link link)
{
    framewire_event event;
    uint64_t id = 0;
    CHECK_STATUS(framewire_request(link, str("echo"), str("{\"here\":1}"), 0, &id), FRAMEWIRE_OK);
    if (CHECK(wait_for_event(link, FRAMEWIRE_EVENT_RESPONSE, &event))) {
        CHECK(event.id == id && event.reason == FRAMEWIRE_REASON_NONE && event.data.len != 0);
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
}

void bystander_open(void)
{
    framewire_config config;
    framewire_event event;
    server_config(&config, "bystander");
    CHECK_STATUS(framewire_open(&config, &bystander, NULL), FRAMEWIRE_OK);
    CHECK(wait_for_event(bystander, FRAMEWIRE_EVENT_OPENED, &event));
    CHECK_STATUS(framewire_release(bystander), FRAMEWIRE_OK);
    call_is_answered(bystander);
}

void bystander_answers(void)
{
    framewire_stats stats;
    call_is_answered(bystander);
    CHECK_STATUS(framewire_get_stats(bystander, &stats, sizeof stats), FRAMEWIRE_OK);
    CHECK(stats.connections == 1 && stats.connect_failures == 0 && stats.send_dropped == 0);
}

void bystander_close(void)
{
    framewire_close_report report;
    CHECK_STATUS(framewire_close(bystander, 5000, &report, sizeof report), FRAMEWIRE_OK);
    CHECK(report.clean == 1 && report.unsent == 0);
}

void link_works(const framewire_config *config)
{
    framewire_event event;
    framewire_link link = 0;
    if (!CHECK_STATUS(framewire_open(config, &link, NULL), FRAMEWIRE_OK)) {
        return;
    }
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_OPENED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    call_is_answered(link);
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}

void open_is_refused(const framewire_config *config, const char *word)
{
    framewire_error error;
    framewire_link link = 7;
    CHECK_STATUS(framewire_open(config, &link, &error), FRAMEWIRE_NO_RESOURCES);
    CHECK(link == 0 && error.status == FRAMEWIRE_NO_RESOURCES && error.field == UINT32_MAX);
    CHECK(strstr(error.text, word) != NULL);
    printf("  told: %s\n", error.text);
}

static int holds(framewire_str text, const char *word)
{
    return text.len != 0 && memmem(text.ptr, (size_t)text.len, word, strlen(word)) != NULL;
}

void is_told(framewire_link link, uint32_t kind, uint32_t reason, const char *word)
{
    static char last[512];
    framewire_event event;
    uint64_t end = platform_now_ns() + (uint64_t)PATIENCE_MS * 1000000u;
    int found = 0;
    last[0] = '\0';
    while (!found && platform_now_ns() < end && wait_for_event(link, kind, &event)) {
        found = holds(event.detail, word) && (reason == 0 || event.reason == reason);
        snprintf(last, sizeof last, "%.*s", (int)event.detail.len, event.detail.ptr != NULL ? event.detail.ptr : "");
        framewire_release(link);
    }
    printf("  %s: %s\n", found ? "told" : "told last", last);
    check_true(found, __FILE__, __LINE__, word);
}

const char *path_of(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

void descriptors_take(int left)
{
    const int most = (int)(sizeof taken / sizeof taken[0]);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur > 512) {
        limit_lower(RLIMIT_NOFILE, 512);
    }
    while (taken_count < most && (taken[taken_count] = dup(STDERR_FILENO)) >= 0) {
        taken_count++;
    }
    while (left > 0 && taken_count > 0) {
        close(taken[--taken_count]);
        left--;
    }
}

void descriptors_give_back(void)
{
    while (taken_count > 0) {
        close(taken[--taken_count]);
    }
}

void limit_lower(int resource, uint64_t value)
{
    struct rlimit limit;
    CHECK(getrlimit(resource, &lowered_from) == 0);
    limit = lowered_from;
    limit.rlim_cur = (rlim_t)value;
    CHECK(setrlimit(resource, &limit) == 0);
}

void limit_raise(int resource)
{
    CHECK(setrlimit(resource, &lowered_from) == 0);
}
