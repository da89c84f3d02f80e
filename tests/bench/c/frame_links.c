/* Links that stand: how quiet, how small, and how soon back. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "frame_bench.h"
#include "link.h"
#include "measure.h"

enum { SETTLE_US = 1000000, QUIET_US = 15000000, LINKS = 32, LARGEST = 64 << 10, RECONNECT_DELAY_MS = 100 };

/* The number behind `field` in a file of /proc; fails when it is not there. */
static uint64_t proc_number(const char *path, const char *field) {
    char line[256];
    FILE *file = fopen(path, "r");
    size_t length = strlen(field);
    if (file == NULL) fail("cannot read %s", path);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, field, length) == 0) {
            fclose(file);
            return strtoull(line + length, NULL, 10);
        }
    }
    fclose(file);
    fail("no %s in %s", field, path);
}

/* How often the I/O threads (`fw:...`) have left their core of their own will. */
static uint64_t link_thread_switches(void) {
    DIR *tasks = opendir("/proc/self/task");
    struct dirent *task;
    uint64_t switches = 0, threads = 0;
    if (tasks == NULL) fail("cannot list the threads");
    while ((task = readdir(tasks)) != NULL) {
        char path[300], name[32] = "";
        FILE *file;
        snprintf(path, sizeof path, "/proc/self/task/%s/comm", task->d_name);
        file = fopen(path, "r");
        if (file == NULL) continue;
        if (fgets(name, sizeof name, file) != NULL && strncmp(name, "fw:", 3) == 0) {
            snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
            switches += proc_number(path, "voluntary_ctxt_switches:");
            threads++;
        }
        fclose(file);
    }
    closedir(tasks);
    if (threads == 0) fail("no thread is named fw:...");
    return switches;
}

void bench_quiet(uint16_t port) {
    framewire_link link = open_peer(port, FRAMEWIRE_PROFILE_RAW);
    uint64_t wakeups, switches;
    sleep_us(SETTLE_US);
    wakeups = stats_of(link).wakeups;
    switches = link_thread_switches();
    /* Shorter than the heartbeat, which is due every 20 s. */
    sleep_us(QUIET_US);
    figure("wakeups", (double)(stats_of(link).wakeups - wakeups));
    figure("switches", (double)(link_thread_switches() - switches));
    close_link(link);
}

/* A link that has carried messages of all sizes up to 64 KiB both ways. */
static framewire_link open_used(uint16_t port, int number, const char *payload) {
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_RAW);
    framewire_link link;
    char name[32];
    uint64_t size;
    snprintf(name, sizeof name, "bench%d", number);
    config.name = text_of(name);
    link = open_active(&config);
    for (size = 64; size <= LARGEST; size *= 4) {
        framewire_event event;
        uint64_t start = wall_ns(), sent;
        framewire_status status = framewire_send_binary(link, payload, size, &sent);
        if (status != FRAMEWIRE_OK) fail("framewire_send_binary: status %" PRIu32, status);
        while (poll_events(link, &event, 1) == 0) be_patient(start, "an echo");
        framewire_release(link);
    }
    return link;
}

void bench_memory(uint16_t port) {
    char *payload = calloc(1, LARGEST);
    framewire_link links[LINKS], first;
    uint64_t before;
    int index;
    if (payload == NULL) fail("no memory for a message");
    memset(payload, 'x', LARGEST);
    /* The first link pays for what the process needs once. */
    first = open_used(port, LINKS, payload);
    before = proc_number("/proc/self/status", "VmRSS:");
    for (index = 0; index < LINKS; index++) links[index] = open_used(port, index, payload);
    figure("bytes_per_link", (double)(proc_number("/proc/self/status", "VmRSS:") - before) * 1024.0 / LINKS);
    for (index = 0; index < LINKS; index++) close_link(links[index]);
    close_link(first);
    free(payload);
}

/* Waits through the end of a connection and the next acknowledgement; the driver restarts the server meanwhile. */
void bench_reconnect(uint16_t port) {
    static const uint32_t DELAYS[] = {RECONNECT_DELAY_MS};
    framewire_config config = peer_config(port, FRAMEWIRE_PROFILE_GODOT_AI);
    framewire_link link;
    uint64_t start = wall_ns(), scheduled_ns = 0, delay_ns = 0, acknowledged_ns = 0;
    config.reconnect_delays_ms = DELAYS;
    config.reconnect_delay_count = sizeof DELAYS / sizeof *DELAYS;
    config.reconnect_jitter_percent = 0;
    link = open_active(&config);
    while (acknowledged_ns == 0) {
        framewire_event event;
        if (poll_events(link, &event, 1) == 0) {
            be_patient(start, "the link to come back");
            continue;
        }
        if (event.kind == FRAMEWIRE_EVENT_CONNECT_FAILED) {
            delay_ns = (uint64_t)event.delay_ms * 1000000u;
            /* The age of the event carries its time over to the clock that the driver and the server use. */
            scheduled_ns = wall_ns() - (framewire_now_ns() - event.time_ns) + delay_ns;
        } else if (event.kind == FRAMEWIRE_EVENT_ACKNOWLEDGED) {
            acknowledged_ns = wall_ns() - (framewire_now_ns() - event.time_ns);
        }
        framewire_release(link);
    }
    if (delay_ns == 0) fail("no dial failed while the server was down");
    figure("acknowledged_ns", (double)acknowledged_ns);
    figure("scheduled_ns", (double)scheduled_ns);
    figure("delay_ns", (double)delay_ns);
    close_link(link);
}
