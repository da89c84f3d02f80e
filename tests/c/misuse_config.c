/* Configurations that cannot be: each is refused with a status, the field at fault, and words that help. */
#include "misuse.h"

#include "check.h"
#include "platform.h"

#include <stdio.h>
#include <string.h>

#define FIELD(name) ((uint32_t)offsetof(framewire_config, name))
#define NO_FIELD UINT32_MAX

#define REFUSED(config, want, field) refused((config), (want), (want), (field), __LINE__, "")
#define REFUSED_OR(config, want, other, field) refused((config), (want), (other), (field), __LINE__, "")

/* Opens `config` and checks that it is refused so, with all that `framewire_error` promises. */
static void refused(const framewire_config *config, framewire_status want, framewire_status other, uint32_t field,
                    int line, const char *note)
{
    char what[512];
    framewire_error error;
    framewire_link link = 12345;
    framewire_status status;
    int holds;

    memset(&error, 0x5A, sizeof error);
    status = framewire_open(config, &link, &error);
    holds = check_status(status, want, other, __FILE__, line, note);
    if (!holds && (status == FRAMEWIRE_OK || status == FRAMEWIRE_ATTACHED)) {
        framewire_close(link, 0, NULL, 0);
        return;
    }
    snprintf(what, sizeof what, "%s: field is %u, wanted %u", note, (unsigned)error.field, (unsigned)field);
    check_true(error.field == field, __FILE__, line, what);
    snprintf(what, sizeof what, "%s: words that say what to do next", note);
    check_true(memchr(error.text, '\0', sizeof error.text) != NULL && strlen(error.text) >= 10, __FILE__, line, what);
    snprintf(what, sizeof what, "%s: error.status is the status, and no link is handed out", note);
    check_true(error.status == status && (link == 12345 || link == 0), __FILE__, line, what);
    /* Without an error to fill in, the status is the same. */
    check_status(framewire_open(config, &link, NULL), status, status, __FILE__, line, note);
}

void misuse_versions(void)
{
    static const uint32_t wrong[] = { 0, FRAMEWIRE_ABI_VERSION + 0x10000u, FRAMEWIRE_ABI_VERSION + 1, UINT32_MAX };
    const uint32_t ours = FRAMEWIRE_ABI_VERSION;
    framewire_config config;
    size_t i;
    CHECK((framewire_abi_version() >> 16) == (ours >> 16) && framewire_abi_version() >= ours);
    for (i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK_EITHER(framewire_config_init(&config, sizeof config, wrong[i]), FRAMEWIRE_UNSUPPORTED, FRAMEWIRE_INVALID);
        good_config(&config, "version");
        config.abi_version = wrong[i];
        REFUSED_OR(&config, FRAMEWIRE_UNSUPPORTED, FRAMEWIRE_INVALID, FIELD(abi_version));
    }
    check_good_call();
}

/* Each number out of its range. */
void misuse_numbers(void)
{
    static const struct {
        uint32_t field;
        uint32_t value;
    } numbers[] = {
        { FIELD(profile), 99 },
        { FIELD(flags), 0x80000000u },
        { FIELD(http_port), 70000 },
        { FIELD(reconnect), 99 },
        { FIELD(reconnect_jitter_percent), 101 },
        { FIELD(overflow), 99 },
        { FIELD(request_slots), 65537 },
        { FIELD(request_slots), 0 },
        { FIELD(log_level), 99 },
        { FIELD(reserved), 1 },
    };
    framewire_config config;
    uint32_t delays[33];
    char note[64];
    size_t i;
    for (i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        good_config(&config, "number");
        memcpy((char *)&config + numbers[i].field, &numbers[i].value, sizeof numbers[i].value);
        snprintf(note, sizeof note, "%u at offset %u", (unsigned)numbers[i].value, (unsigned)numbers[i].field);
        refused(&config, FRAMEWIRE_INVALID, FRAMEWIRE_INVALID, numbers[i].field, __LINE__, note);
    }

    good_config(&config, "number");
    config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
    config.protocol = 99;
    REFUSED_OR(&config, FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED, FIELD(protocol));

    for (i = 0; i < 33; i++) {
        delays[i] = 100;
    }
    good_config(&config, "number");
    config.reconnect_delays_ms = delays;
    config.reconnect_delay_count = 33;
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(reconnect_delay_count));
    good_config(&config, "number");
    config.reconnect_delays_ms = NULL;
    config.reconnect_delay_count = 3;
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(reconnect_delays_ms));
    check_good_call();
}

/* Each text with bytes that are no UTF-8, with a NUL inside, and with a length but no bytes. */
void misuse_texts(void)
{
    static const uint32_t fields[] = {
        FIELD(name), FIELD(owner), FIELD(url), FIELD(headers), FIELD(subprotocol), FIELD(tls_ca_file), FIELD(hello),
        FIELD(token), FIELD(capability_file),
    };
    static const char *const bad[] = { "\xFF\xFE", "a\xC3", "\xED\xA0\x80", "\xF5\x80\x80\x80" };
    framewire_config config;
    framewire_str text;
    framewire_link first;
    char long_name[66];
    char note[64];
    size_t i;
    size_t j;
    for (i = 0; i < sizeof fields / sizeof *fields; i++) {
        for (j = 0; j < sizeof bad / sizeof *bad + 2; j++) {
            if (j < sizeof bad / sizeof *bad) {
                text = str(bad[j]);
            } else if (j == sizeof bad / sizeof *bad) {
                text.ptr = "ab\0cd";
                text.len = 5;
            } else {
                text.ptr = NULL;
                text.len = 7;
            }
            good_config(&config, "text");
            memcpy((char *)&config + fields[i], &text, sizeof text);
            snprintf(note, sizeof note, "text %u at offset %u", (unsigned)j, (unsigned)fields[i]);
            refused(&config, FRAMEWIRE_INVALID, FRAMEWIRE_INVALID, fields[i], __LINE__, note);
        }
    }

    memset(long_name, 'n', sizeof long_name);
    long_name[65] = '\0';
    good_config(&config, long_name);
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(name));
    good_config(&config, "");
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(name));
    good_config(&config, NULL);
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(name));
    long_name[64] = '\0';
    first = good_link(long_name);
    good_config(&config, long_name);
    config.owner = str("somebody else");
    REFUSED(&config, FRAMEWIRE_NAME_IN_USE, FIELD(name));
    CHECK_STATUS(framewire_close(first, 1000, NULL, 0), FRAMEWIRE_OK);

    /* Headers that would break out of their line, or out of the request. */
    good_config(&config, "text");
    config.headers = str("no colon here");
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(headers));
    good_config(&config, "text");
    config.headers = str("A: b\r\n\r\nGET / HTTP/1.1");
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(headers));
    good_config(&config, "text");
    config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
    config.hello = str("[1,2]");
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(hello));
    good_config(&config, "text");
    config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
    config.hello = str("{\"godot_version\":");
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(hello));
    check_good_call();
}

void misuse_urls(void)
{
    static const char *const nonsense[] = {
        "", " ", "nonsense", "://", "ws:", "ws:/", "ws://", "ws:///path", "ws://:80/", "ws://127.0.0.1:0/",
        "ws://127.0.0.1:65536/", "ws://127.0.0.1:-1/", "ws://127.0.0.1:port/", "ws://127.0.0.1:99999999999/",
        "ws://[::1/", "ws://[zz]:80/", "ws://127.0.0.1:80/a b", "ws://127.0.0.1:80/\r\nHost: x", "ws://a b:80/",
        "ws://127.0.0.1:80\t/", "ws://127.0.0.1:80/#part", "127.0.0.1:80",
    };
    static const char *const schemes[] = {
        "http://127.0.0.1:80/", "https://127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/hosts", "javascript:alert(1)",
        "wsx://127.0.0.1:80/",
    };
    framewire_config config;
    framewire_error error;
    framewire_link link;
    char long_url[70000];
    size_t i;
    for (i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        good_config(&config, "url");
        config.url = str(nonsense[i]);
        refused(&config, FRAMEWIRE_INVALID, FRAMEWIRE_INVALID, FIELD(url), __LINE__, nonsense[i]);
    }
    for (i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        good_config(&config, "url");
        config.url = str(schemes[i]);
        refused(&config, FRAMEWIRE_INVALID, FRAMEWIRE_UNSUPPORTED, FIELD(url), __LINE__, schemes[i]);
    }
    good_config(&config, "url");
    config.url = str(NULL);
    REFUSED(&config, FRAMEWIRE_INVALID, FIELD(url));
    memset(long_url, 'a', sizeof long_url);
    memcpy(long_url, "ws://127.0.0.1:80/", 18);
    config.url.ptr = long_url;
    config.url.len = sizeof long_url;
    REFUSED_OR(&config, FRAMEWIRE_INVALID, FRAMEWIRE_TOO_LARGE, FIELD(url));

    /* The same words hold for an endpoint that is set later; the link goes on with the old one. */
    link = good_link("endpoint");
    for (i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
        memset(&error, 0x5A, sizeof error);
        if (nonsense[i][0] == '\0') {
            continue; /* Absent and empty may mean "as it was". */
        }
        check_status(framewire_set_endpoint(link, str(nonsense[i]), str(NULL), &error), FRAMEWIRE_INVALID,
                     FRAMEWIRE_INVALID, __FILE__, __LINE__, nonsense[i]);
        CHECK(error.status == FRAMEWIRE_INVALID && strlen(error.text) >= 10);
    }
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
    check_good_call();
}

/* Opens `url`, which must not be dialled: refused at once, or by CONNECT_FAILED for one of two reasons. */
static void never_connects(const char *url, uint32_t flags, uint32_t reason, uint32_t other)
{
    framewire_config config;
    framewire_event event;
    framewire_error error;
    framewire_link link = 0;
    framewire_status status;
    good_config(&config, "remote");
    config.url = str(url);
    config.flags = flags;
    status = framewire_open(&config, &link, &error);
    if (status == FRAMEWIRE_INVALID) {
        check_true(error.field == FIELD(url) && strlen(error.text) >= 10, __FILE__, __LINE__, url);
        return;
    }
    if (!check_status(status, FRAMEWIRE_OK, FRAMEWIRE_OK, __FILE__, __LINE__, url)) {
        return;
    }
    if (check_true(wait_for_event(link, FRAMEWIRE_EVENT_CONNECT_FAILED, &event), __FILE__, __LINE__, url)) {
        check_true(event.reason == reason || event.reason == other, __FILE__, __LINE__, url);
        check_true(event.detail.len >= 10, __FILE__, __LINE__, url);
        CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    }
    CHECK_STATUS(framewire_close(link, 1000, NULL, 0), FRAMEWIRE_OK);
}

void misuse_remote(void)
{
    /* 192.0.2.0/24 and 2001:db8::/32 are kept for documentation: nobody answers there (RFC 5737, RFC 3849). */
    never_connects("ws://192.0.2.1:80/", 0, FRAMEWIRE_REASON_POLICY, FRAMEWIRE_REASON_POLICY);
    never_connects("wss://192.0.2.1/", 0, FRAMEWIRE_REASON_POLICY, FRAMEWIRE_REASON_POLICY);
    never_connects("ws://[2001:db8::1]:80/", 0, FRAMEWIRE_REASON_POLICY, FRAMEWIRE_REASON_POLICY);
    never_connects("ws://0.0.0.0:80/", 0, FRAMEWIRE_REASON_POLICY, FRAMEWIRE_REASON_POLICY);
    never_connects("ws://192.0.2.1:80/", FRAMEWIRE_CONFIG_ALLOW_REMOTE, FRAMEWIRE_REASON_POLICY,
                   FRAMEWIRE_REASON_POLICY);
    /* .invalid never resolves (RFC 6761); a resolver that is out of reach takes until the deadline to say so. */
    never_connects("wss://framewire.invalid/", FRAMEWIRE_CONFIG_ALLOW_REMOTE, FRAMEWIRE_REASON_RESOLVE,
                   FRAMEWIRE_REASON_TIMEOUT);
    check_good_call();
}
