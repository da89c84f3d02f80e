/* Many links in one process: opens them all, polls each once a frame, and answers every request with its own number.
 *
 *     links --url ws://127.0.0.1:9500 --links 256
 *
 * Words on standard input: mark, stats, heap, frames, quit. It prints a line of JSON for each, and one whenever all links
 * are acknowledged. With --bare or --bare-one it opens no link, and only what the threads or sockets of so many weigh.
 */
#include "links.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 64 };

static int by_time(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

/* All are connected: how long it took since the mark, and how many came within the same 10 ms. */
static void print_connected(const struct links *all)
{
    static uint64_t times[MOST_LINKS];
    struct json *line = line_begin("connected");
    size_t busiest = 0;
    size_t from = 0;
    size_t i;
    for (i = 0; i < all->count; i++) {
        times[i] = all->links[i].active_ns > all->mark_ns ? all->links[i].active_ns - all->mark_ns : 0;
    }
    qsort(times, all->count, sizeof times[0], by_time);
    for (i = 0; i < all->count; i++) {
        while (times[i] - times[from] > 10000000u) {
            from++;
        }
        busiest = i - from + 1 > busiest ? i - from + 1 : busiest;
    }
    json_unsigned(line, "count", all->count);
    json_number(line, "first_ms", (double)times[0] / 1e6);
    json_number(line, "p50_ms", (double)times[all->count / 2] / 1e6);
    json_number(line, "last_ms", (double)times[all->count - 1] / 1e6);
    json_unsigned(line, "busiest_10ms", busiest);
    json_number(line, "opening_ms", (double)all->opening_ns / 1e6);
    line_end(line);
}

static void answer(struct links *all, size_t index, const framewire_event *request)
{
    framewire_status status;
    json_begin(&all->scratch);
    json_unsigned(&all->scratch, "link", index);
    json_raw(&all->scratch, "params", request->data.len != 0 ? request->data : text_of("null"));
    json_end(&all->scratch);
    status = framewire_respond(all->links[index].handle, request->id, json_view(&all->scratch), NULL);
    if (status != FRAMEWIRE_OK) {
        struct json *line = line_begin("refused");
        json_text(line, "status", framewire_status_name(status));
        line_end(line);
    } else {
        all->answered++;
    }
}

static void handle(struct links *all, size_t index, const framewire_event *event)
{
    struct link *link = &all->links[index];
    if (event->kind == FRAMEWIRE_EVENT_REQUEST) {
        answer(all, index, event);
    } else if (event->kind == FRAMEWIRE_EVENT_ACKNOWLEDGED) {
        link->active_ns = event->time_ns;
        link->is_active = 1;
        if (++all->active == all->count) {
            print_connected(all);
        }
    } else if (event->kind == FRAMEWIRE_EVENT_CLOSED && link->is_active) {
        link->is_active = 0;
        all->active--;
    }
}

static void run_frame(struct links *all)
{
    static framewire_event events[CAPACITY];
    uint64_t start = platform_thread_cpu_ns();
    size_t i;
    for (i = 0; i < all->count; i++) {
        uint64_t count = 0;
        uint64_t at;
        if (framewire_poll(all->links[i].handle, events, sizeof *events, CAPACITY, &count) != FRAMEWIRE_OK) {
            continue;
        }
        for (at = 0; at < count; at++) {
            handle(all, i, &events[at]);
        }
        framewire_release(all->links[i].handle);
    }
    costs_add(&all->costs, platform_thread_cpu_ns() - start);
}

static int open_all(struct links *all, const char *url)
{
    uint64_t start = platform_now_ns();
    size_t i;
    all->mark_ns = framewire_now_ns();
    for (i = 0; i < all->count; i++) {
        framewire_config config;
        framewire_error error;
        char name[32];
        char hello[160];
        if (framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION) != FRAMEWIRE_OK) {
            return 0;
        }
        snprintf(name, sizeof name, "link-%lu", (unsigned long)i);
        snprintf(hello, sizeof hello, "{\"godot_version\":\"4.7\",\"project_path\":\"/projects/%lu/\",\"plugin_version\":\"1\"}",
                 (unsigned long)i);
        config.name = text_of(name);
        config.url = text_of(url);
        config.hello = text_of(hello);
        config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
        config.protocol = 1;
        config.reconnect_jitter_percent = all->jitter_percent;
        config.heartbeat_interval_ms = all->heartbeat_ms;
        if (all->queue != 0) {
            config.inbound_count = all->queue;
            config.outbound_count = all->queue;
            config.request_slots = all->queue;
        }
        if (framewire_open(&config, &all->links[i].handle, &error) != FRAMEWIRE_OK) {
            fprintf(stderr, "links: link %lu: %s\n", (unsigned long)i, error.text);
            return 0;
        }
        framewire_set_readiness(all->links[i].handle, FRAMEWIRE_READINESS_READY, text_of(NULL));
    }
    all->opening_ns = platform_now_ns() - start;
    return 1;
}

static void print_stats(const struct links *all)
{
    struct json *line = line_begin("stats");
    framewire_stats sum;
    size_t i;
    memset(&sum, 0, sizeof sum);
    for (i = 0; i < all->count; i++) {
        framewire_stats stats;
        if (framewire_get_stats(all->links[i].handle, &stats, sizeof stats) == FRAMEWIRE_OK) {
            sum.wakeups += stats.wakeups;
            sum.requests += stats.requests;
            sum.answered += stats.answered;
            sum.connections += stats.connections;
            sum.connect_failures += stats.connect_failures;
        }
    }
    json_unsigned(line, "wakeups", sum.wakeups);
    json_unsigned(line, "requests", sum.requests);
    json_unsigned(line, "answered", sum.answered);
    json_unsigned(line, "connections", sum.connections);
    json_unsigned(line, "connect_failures", sum.connect_failures);
    json_unsigned(line, "active", all->active);
    line_end(line);
}

static void obey(struct links *all, const char *word)
{
    if (strcmp(word, "mark") == 0) {
        all->mark_ns = framewire_now_ns();
    } else if (strcmp(word, "stats") == 0) {
        print_stats(all);
    } else if (strcmp(word, "heap") == 0) {
        struct json *line = line_begin("heap");
        json_unsigned(line, "bytes", platform_live_heap());
        line_end(line);
    } else if (strcmp(word, "frames") == 0) {
        costs_print(&all->costs);
    } else if (strcmp(word, "quit") == 0) {
        all->quit = 1;
    }
}

/* Words are short: what is read at once ends at an end of line. */
static void read_words(struct links *all)
{
    char input[4096];
    long got = platform_read_input(input, sizeof input - 1);
    char *word;
    if (got < 0) {
        all->quit = 1;
        return;
    }
    input[got] = '\0';
    for (word = strtok(input, "\n"); word != NULL; word = strtok(NULL, "\n")) {
        obey(all, word);
    }
}

static void run(struct links *all)
{
    uint64_t next = platform_now_ns();
    costs_begin(&all->costs);
    while (!all->quit) {
        uint64_t now;
        run_frame(all);
        read_words(all);
        line_flush();
        now = platform_now_ns();
        next += (uint64_t)(1e9 / all->hz);
        if (next > now) {
            platform_sleep_ns(next - now);
        } else {
            next = now;
        }
    }
}

static void close_all(struct links *all)
{
    struct json *line;
    uint64_t start = platform_now_ns();
    framewire_status status = framewire_shutdown(3000);
    line = line_begin("closed");
    json_text(line, "status", framewire_status_name(status));
    json_number(line, "ms", (double)(platform_now_ns() - start) / 1e6);
    json_unsigned(line, "answered", all->answered);
    line_end(line);
    line_flush();
}

int main(int argc, char **argv)
{
    static struct links all;
    const char *url = NULL;
    size_t bare = 0;
    size_t one = 0;
    int i;
    all.hz = 60.0;
    all.heartbeat_ms = 20000;
    for (i = 1; i + 1 < argc; i += 2) {
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--url") == 0) {
            url = value;
        } else if (strcmp(argv[i], "--links") == 0) {
            all.count = (size_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--jitter") == 0) {
            all.jitter_percent = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--heartbeat-ms") == 0) {
            all.heartbeat_ms = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--queue") == 0) {
            all.queue = (uint32_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--hz") == 0) {
            all.hz = strtod(value, NULL);
        } else if (strcmp(argv[i], "--bare") == 0) {
            bare = (size_t)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--bare-one") == 0) {
            one = (size_t)strtoul(value, NULL, 10);
        }
    }
    if (bare != 0 || one != 0) {
        return bare_threads(bare != 0 ? bare : one, bare == 0);
    }
    if (url == NULL || all.count == 0 || all.count > MOST_LINKS || all.hz <= 0.0) {
        fputs("usage: links --url URL --links N [--jitter PERCENT] [--heartbeat-ms N] [--hz N] [--queue N]\n"
              "       links --bare N | --bare-one N\n",
              stderr);
        return 2;
    }
    /* Before anything of the library's is there: to be weighed, until a line comes in. */
    puts("{\"event\":\"base\"}");
    fflush(stdout);
    if (getchar() == EOF) {
        return 1;
    }
    if (!open_all(&all, url)) {
        return 1;
    }
    run(&all);
    close_all(&all);
    json_free(&all.scratch);
    return 0;
}
