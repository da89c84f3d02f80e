/* The command line of the example editor. */
#include "host.h"
#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char USAGE[] =
    "usage: editor_host --url URL [option ...]\n"
    "  --profile raw|json_rpc|godot_ai|unity_mcp   --name NAME   --project PATH   --godot-version V\n"
    "  --hello JSON   --token T   --capability-file F   --protocol N   --http-port N\n"
    "  --flags allow-remote,allow-insecure-remote,start-disconnected   --ca FILE   --header 'A: b'\n"
    "  --reconnect none|forever|N   --reconnect-delays-ms A,B,C   --overflow pause|drop|close\n"
    "  --capacity N (events a poll)   --budget BYTES   --slots N   --inbound BYTES   --outbound BYTES\n"
    "  --max-message BYTES   --peer-max BYTES   --log-level 1..5   --heartbeat-ms INTERVAL,TIMEOUT\n"
    "  --connect-timeout-ms N   --close-timeout-ms N\n"
    "  --script FILE (answers, tests/peers/README.md)   --session-id ID   --executed FILE (ids of what ran)\n"
    "  --owner TEXT   --hold-ms N   --orphan-ms N   --stall-ms N   --state-file FILE   --publish (in the project)\n"
    "  --hz N (0 = spin)   --seconds N (then quit)   --linger MS   --verbose   --echo\n"
    "words on standard input: reload MS [die], stall MS, notify NAME JSON, send TEXT, flood COUNT BYTES,\n"
    "  request METHOD TIMEOUT_MS JSON, cancel ID, readiness WORD [REASON], state, stats, outstanding, frames, heap, poll-cost N, pause, resume,\n"
    "  disconnect, connect, renew, endpoint URL [TOKEN], hello JSON, close, quit\n";

/* An option that only fills one place. */
struct place {
    const char *option;
    framewire_str *text;
    uint32_t *word;
    uint64_t *wide;
    double *number;
};

struct choice {
    const char *word;
    uint32_t value;
};

static const struct choice PROFILES[] = {
    { "raw", FRAMEWIRE_PROFILE_RAW },
    { "json_rpc", FRAMEWIRE_PROFILE_JSON_RPC },
    { "godot_ai", FRAMEWIRE_PROFILE_GODOT_AI },
    { "unity_mcp", FRAMEWIRE_PROFILE_UNITY_MCP },
    { NULL, 0 },
};
static const struct choice FLAGS[] = {
    { "allow-remote", FRAMEWIRE_CONFIG_ALLOW_REMOTE },
    { "allow-insecure-remote", FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE },
    { "start-disconnected", FRAMEWIRE_CONFIG_START_DISCONNECTED },
    { NULL, 0 },
};
static const struct choice OVERFLOWS[] = {
    { "pause", FRAMEWIRE_OVERFLOW_PAUSE },
    { "drop", FRAMEWIRE_OVERFLOW_DROP_NEWEST },
    { "close", FRAMEWIRE_OVERFLOW_CLOSE },
    { NULL, 0 },
};

/* Reads words parted by commas; adds up their values. 0 = one is unknown. */
static int read_choices(const struct choice *choices, const char *words, uint32_t *value)
{
    *value = 0;
    while (*words != '\0') {
        size_t len = strcspn(words, ",");
        const struct choice *choice = choices;
        while (choice->word != NULL && (strlen(choice->word) != len || strncmp(choice->word, words, len) != 0)) {
            choice++;
        }
        if (choice->word == NULL) {
            return 0;
        }
        *value |= choice->value;
        words += len + (words[len] == ',');
    }
    return 1;
}

/* Reads whole numbers parted by commas; returns how many, or 0. */
static size_t read_numbers(const char *text, uint32_t *numbers, size_t capacity)
{
    size_t count = 0;
    for (;;) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);
        if (end == text || count == capacity) {
            return 0;
        }
        numbers[count++] = (uint32_t)value;
        if (*end != ',') {
            return *end == '\0' ? count : 0;
        }
        text = end + 1;
    }
}

static int read_reconnect(framewire_config *config, const char *value)
{
    config->reconnect = FRAMEWIRE_RECONNECT_FOREVER;
    if (strcmp(value, "none") == 0) {
        config->reconnect = FRAMEWIRE_RECONNECT_NONE;
    } else if (strcmp(value, "forever") != 0) {
        config->reconnect = FRAMEWIRE_RECONNECT_LIMITED;
        return read_numbers(value, &config->reconnect_limit, 1) == 1;
    }
    return 1;
}

/* Options that need more than a place to be put. 1 = taken, 0 = wrong, -1 = none of these. */
static int read_special(struct host *host, const char *option, const char *value)
{
    framewire_config *config = &host->config;
    uint32_t beat[2];
    if (strcmp(option, "--profile") == 0) {
        return read_choices(PROFILES, value, &config->profile);
    }
    if (strcmp(option, "--script") == 0) {
        return host_script_read(&host->script, value);
    }
    if (strcmp(option, "--executed") == 0) {
        return host_executed_open(host, value);
    }
    if (strcmp(option, "--flags") == 0) {
        return read_choices(FLAGS, value, &config->flags);
    }
    if (strcmp(option, "--overflow") == 0) {
        return read_choices(OVERFLOWS, value, &config->overflow);
    }
    if (strcmp(option, "--reconnect") == 0) {
        return read_reconnect(config, value);
    }
    if (strcmp(option, "--reconnect-delays-ms") == 0) {
        config->reconnect_delays_ms = host->delays;
        config->reconnect_delay_count = read_numbers(value, host->delays, 32);
        return config->reconnect_delay_count != 0;
    }
    if (strcmp(option, "--heartbeat-ms") == 0) {
        if (read_numbers(value, beat, 2) != 2) {
            return 0;
        }
        config->heartbeat_interval_ms = beat[0];
        config->heartbeat_timeout_ms = beat[1];
        return 1;
    }
    if (strcmp(option, "--header") == 0) {
        json_append(&host->headers, host->headers.len != 0 ? "\n" : "");
        json_append(&host->headers, value);
        config->headers = json_view(&host->headers);
        return 1;
    }
    return -1;
}

static int read_place(const struct place *place, const char *value)
{
    char *end;
    if (place->text != NULL) {
        *place->text = text_of(value);
        return 1;
    }
    if (place->number != NULL) {
        *place->number = strtod(value, &end);
    } else {
        unsigned long long number = strtoull(value, &end, 10);
        if (place->wide != NULL) {
            *place->wide = number;
        } else {
            *place->word = (uint32_t)number;
        }
    }
    return end != value && *end == '\0';
}

/* What a Godot plugin tells its server about itself. */
static void write_hello(struct host *host, framewire_str project, framewire_str godot_version, framewire_str session_id)
{
    json_begin(&host->hello);
    json_text(&host->hello, "godot_version", godot_version);
    json_text(&host->hello, "project_path", project);
    json_text(&host->hello, "plugin_version", framewire_version());
    json_integer(&host->hello, "editor_pid", platform_process_id());
    json_text(&host->hello, "server_launch_mode", text_of("unknown"));
    if (session_id.len != 0) {
        json_text(&host->hello, "session_id", session_id);
    }
    json_end(&host->hello);
    host->config.hello = json_view(&host->hello);
}

int host_options(struct host *host, int argc, char **argv)
{
    framewire_config *config = &host->config;
    framewire_str project = text_of("/projects/demo/");
    framewire_str godot_version = text_of("4.7.1-stable (official)");
    framewire_str session_id = text_of(NULL);
    const struct place places[] = {
        { "--url", &config->url, NULL, NULL, NULL },
        { "--name", &config->name, NULL, NULL, NULL },
        { "--owner", &config->owner, NULL, NULL, NULL },
        { "--state-file", &config->state_file, NULL, NULL, NULL },
        { "--project", &project, NULL, NULL, NULL },
        { "--godot-version", &godot_version, NULL, NULL, NULL },
        { "--session-id", &session_id, NULL, NULL, NULL },
        { "--hello", &config->hello, NULL, NULL, NULL },
        { "--token", &config->token, NULL, NULL, NULL },
        { "--capability-file", &config->capability_file, NULL, NULL, NULL },
        { "--ca", &config->tls_ca_file, NULL, NULL, NULL },
        { "--protocol", NULL, &config->protocol, NULL, NULL },
        { "--http-port", NULL, &config->http_port, NULL, NULL },
        { "--slots", NULL, &config->request_slots, NULL, NULL },
        { "--hold-ms", NULL, &config->hold_ms, NULL, NULL },
        { "--orphan-ms", NULL, &config->orphan_ms, NULL, NULL },
        { "--stall-ms", NULL, &config->stall_ms, NULL, NULL },
        { "--connect-timeout-ms", NULL, &config->connect_timeout_ms, NULL, NULL },
        { "--close-timeout-ms", NULL, &config->close_timeout_ms, NULL, NULL },
        { "--log-level", NULL, &config->log_level, NULL, NULL },
        { "--budget", NULL, NULL, &config->budget_bytes, NULL },
        { "--max-message", NULL, NULL, &config->max_message, NULL },
        { "--peer-max", NULL, NULL, &config->peer_max_message, NULL },
        { "--inbound", NULL, NULL, &config->inbound_bytes, NULL },
        { "--outbound", NULL, NULL, &config->outbound_bytes, NULL },
        { "--capacity", NULL, NULL, &host->capacity, NULL },
        { "--linger", NULL, NULL, &host->linger_ms, NULL },
        { "--hz", NULL, NULL, NULL, &host->hz },
        { "--seconds", NULL, NULL, NULL, &host->seconds },
    };
    int publish = 0;
    int i;

    host->hz = 60.0;
    host->capacity = 64;
    host->linger_ms = 1000;
    if (framewire_config_init(config, sizeof *config, FRAMEWIRE_ABI_VERSION) != FRAMEWIRE_OK) {
        fputs("this library speaks another ABI than this program was compiled for\n", stderr);
        return 0;
    }
    config->name = text_of("editor");

    for (i = 1; i < argc; i++) {
        const struct place *place = places;
        int taken;
        if (strcmp(argv[i], "--verbose") == 0) {
            host->verbose = 1;
            continue;
        }
        if (strcmp(argv[i], "--echo") == 0) {
            host->echo = 1;
            continue;
        }
        if (strcmp(argv[i], "--publish") == 0) {
            publish = 1;
            continue;
        }
        taken = i + 1 < argc ? read_special(host, argv[i], argv[i + 1]) : 0;
        if (taken < 0) {
            while (place < places + sizeof places / sizeof *places && strcmp(place->option, argv[i]) != 0) {
                place++;
            }
            taken = place < places + sizeof places / sizeof *places && read_place(place, argv[i + 1]);
        }
        if (!taken) {
            fprintf(stderr, "editor_host: %s: unknown, or its value is missing or wrong\n%s", argv[i], USAGE);
            return 0;
        }
        i++;
    }
    if (publish || config->state_file.ptr != NULL) {
        config->project = project;
    }
    if (config->url.len == 0) {
        fputs(USAGE, stderr);
        return 0;
    }
    if (config->hello.ptr == NULL && config->profile == FRAMEWIRE_PROFILE_GODOT_AI) {
        write_hello(host, project, godot_version, session_id);
    }
    host->events = (framewire_event *)malloc((size_t)(host->capacity != 0 ? host->capacity : 1) * sizeof *host->events);
    if (host->events == NULL) {
        fputs("out of memory\n", stderr);
        return 0;
    }
    return 1;
}
