/* One call of each function, with good arguments, on whatever link the dice choose. */
#include "storm.h"

#include <stdio.h>
#include <string.h>

#define JSON "{\"a\":null,\"b\":[1,2,3]}"

static size_t any(struct caller *caller)
{
    return (size_t)dice(caller, LINKS);
}

static framewire_link link_at(struct caller *caller, size_t place)
{
    return atomic_load(&caller->storm->links[place]);
}

static framewire_link any_link(struct caller *caller)
{
    return link_at(caller, any(caller));
}

static framewire_str text(const char *words)
{
    return framewire_str_from(words);
}

static void keep(struct caller *caller, _Atomic uint64_t *ids, uint64_t id)
{
    atomic_store(&ids[dice(caller, KEPT_IDS)], id);
}

static uint64_t kept(struct caller *caller, _Atomic uint64_t *ids)
{
    return atomic_load(&ids[dice(caller, KEPT_IDS)]);
}

static framewire_status call_abi_version(struct caller *caller)
{
    (void)caller;
    return framewire_abi_version() == FRAMEWIRE_ABI_VERSION ? FRAMEWIRE_OK : FRAMEWIRE_INTERNAL;
}

static framewire_status call_version(struct caller *caller)
{
    (void)caller;
    return framewire_version().len != 0 ? FRAMEWIRE_OK : FRAMEWIRE_INTERNAL;
}

static framewire_status call_status_name(struct caller *caller)
{
    return framewire_status_name((framewire_status)dice(caller, 200)).len != 0 ? FRAMEWIRE_OK : FRAMEWIRE_INTERNAL;
}

static framewire_status call_now_ns(struct caller *caller)
{
    (void)caller;
    const uint64_t before = framewire_now_ns();
    return framewire_now_ns() >= before ? FRAMEWIRE_OK : FRAMEWIRE_INTERNAL;
}

static framewire_status call_config_init(struct caller *caller)
{
    framewire_config config;
    (void)caller;
    return framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION);
}

static framewire_status call_open(struct caller *caller)
{
    static const uint32_t delays[] = { 10 };
    struct storm *storm = caller->storm;
    const size_t place = any(caller);
    framewire_config config;
    framewire_link link = 0;
    framewire_error error;
    framewire_status status;
    char name[32];
    if (storm->is_reading) {
        /* Never the name of a living link: nobody attaches. */
        if (link_at(caller, place) != 0) {
            return FRAMEWIRE_EMPTY;
        }
        snprintf(name, sizeof name, "storm-%u", (unsigned)atomic_fetch_add(&storm->names, 1));
    } else {
        snprintf(name, sizeof name, "storm at %u", (unsigned)place);
    }
    framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION);
    config.name = text(name);
    config.url = text(place == 7 ? storm->nowhere : storm->url);
    config.profile = place == 7   ? FRAMEWIRE_PROFILE_GODOT_AI
                     : place >= 5 ? FRAMEWIRE_PROFILE_RAW
                                  : FRAMEWIRE_PROFILE_JSON_RPC;
    config.protocol = place == 7 ? 1 : 0;
    config.reconnect_delays_ms = delays;
    config.reconnect_delay_count = 1;
    config.request_slots = 32;
    config.outbound_count = 64;
    config.inbound_count = 64;
    config.orphan_ms = 300;
    config.stall_ms = 100;
    config.log_level = FRAMEWIRE_LOG_DEBUG;
    if (place == 0 && !storm->is_reading) {
        config.state_file = text(storm->state_file);
    }
    status = framewire_open(&config, &link, &error);
    if (status == FRAMEWIRE_OK || status == FRAMEWIRE_ATTACHED) {
        /* Whoever was there before is left to a detach, an attach or its own end. */
        const framewire_link before = atomic_exchange(&storm->links[place], link);
        if (storm->is_reading) {
            framewire_close(before, 0, NULL, 0);
        }
        return FRAMEWIRE_OK;
    }
    /* Another thread is closing the link of this name, or its state file is not let go yet. */
    return status == FRAMEWIRE_INVALID ? FRAMEWIRE_NAME_IN_USE : status;
}

static framewire_status call_connect(struct caller *caller)
{
    return framewire_connect(any_link(caller));
}

static framewire_status call_disconnect(struct caller *caller)
{
    /* Rare, and taken back: a link that is up has more to race over. */
    const framewire_link link = any_link(caller);
    const framewire_status status = dice(caller, 32) == 0 ? framewire_disconnect(link) : FRAMEWIRE_EMPTY;
    if (dice(caller, 2) == 0) {
        framewire_connect(link);
    }
    return status;
}

static framewire_status call_set_endpoint(struct caller *caller)
{
    const size_t place = any(caller);
    framewire_error error;
    return framewire_set_endpoint(link_at(caller, place), text(place == 7 ? caller->storm->nowhere : caller->storm->url),
                                  text(NULL), &error);
}

static framewire_status call_set_hello(struct caller *caller)
{
    framewire_error error;
    return framewire_set_hello(link_at(caller, (size_t)dice(caller, 5)), text("{}"), &error);
}

static framewire_status call_renew_session(struct caller *caller)
{
    return framewire_renew_session(link_at(caller, 7 - (size_t)dice(caller, 2)));
}

static framewire_status call_detach(struct caller *caller)
{
    return dice(caller, 16) == 0 ? framewire_detach(any_link(caller), FRAMEWIRE_READINESS_RELOADING) : FRAMEWIRE_EMPTY;
}

static framewire_status call_close(struct caller *caller)
{
    framewire_close_report report;
    const size_t place = any(caller);
    framewire_link link = link_at(caller, place);
    framewire_status status;
    /* Always, if it is closed already: that clears the place. */
    if (framewire_resume(link) != FRAMEWIRE_STALE && dice(caller, 16) != 0) {
        return FRAMEWIRE_EMPTY;
    }
    status = framewire_close(link, (uint32_t)dice(caller, 20), &report, sizeof report);
    /* Its handle stays for the others to find for a while: until the next close, or the next open. */
    if (status == FRAMEWIRE_STALE) {
        atomic_compare_exchange_strong(&caller->storm->links[place], &link, 0);
    }
    return status;
}

static framewire_status call_shutdown(struct caller *caller)
{
    if (caller->storm->is_reading || dice(caller, 30) != 0) {
        return FRAMEWIRE_EMPTY;
    }
    return framewire_shutdown((uint32_t)dice(caller, 20));
}

/* Reads every byte of a lent text: a sanitizer will say if somebody else has it. */
static unsigned read_all(framewire_str lent)
{
    unsigned sum = 0;
    uint64_t i;
    for (i = 0; i < lent.len; i++) {
        sum += (unsigned char)lent.ptr[i];
    }
    return sum;
}

static framewire_status call_poll(struct caller *caller)
{
    const size_t place = any(caller);
    const framewire_link link = link_at(caller, place);
    framewire_event events[8];
    uint64_t count = 0;
    uint64_t i;
    volatile unsigned sum = 0;
    const framewire_status status = framewire_poll(link, events, sizeof events[0], 8, &count);
    if (status != FRAMEWIRE_OK) {
        return status;
    }
    for (i = 0; i < count; i++) {
        if (events[i].kind == FRAMEWIRE_EVENT_REQUEST || events[i].kind == FRAMEWIRE_EVENT_REQUEST_ORPHANED) {
            keep(caller, caller->storm->requests[place], events[i].id);
        }
        if (caller->storm->is_reading) {
            sum += read_all(events[i].name) + read_all(events[i].data) + read_all(events[i].detail)
                   + read_all(events[i].note);
        }
    }
    if (caller->storm->is_reading) {
        /* Accepted on a link that was closed meanwhile, too. */
        return framewire_release(link);
    }
    return status;
}

static framewire_status call_release(struct caller *caller)
{
    return caller->storm->is_reading ? FRAMEWIRE_EMPTY : framewire_release(any_link(caller));
}

static framewire_status call_pause(struct caller *caller)
{
    return dice(caller, 16) == 0 ? framewire_pause(any_link(caller)) : FRAMEWIRE_EMPTY;
}

static framewire_status call_resume(struct caller *caller)
{
    return framewire_resume(any_link(caller));
}

static framewire_status call_wait(struct caller *caller)
{
    return framewire_wait(any_link(caller), (uint32_t)dice(caller, 3));
}

static framewire_status call_send_text(struct caller *caller)
{
    uint64_t number;
    return framewire_send_text(link_at(caller, 5 + (size_t)dice(caller, 2)), text("text"), &number);
}

static framewire_status call_send_binary(struct caller *caller)
{
    char bytes[3000];
    memset(bytes, (int)dice(caller, 256), sizeof bytes);
    return framewire_send_binary(link_at(caller, 5 + (size_t)dice(caller, 2)), bytes, dice(caller, sizeof bytes), NULL);
}

static framewire_status call_notify(struct caller *caller)
{
    return framewire_notify(any_link(caller), text("news"), text(JSON), NULL);
}

static framewire_status call_request(struct caller *caller)
{
    const size_t place = any(caller);
    uint64_t id = 0;
    const framewire_status status =
        framewire_request(link_at(caller, place), text("work"), text(JSON), 1 + (uint32_t)dice(caller, 50), &id);
    if (status == FRAMEWIRE_OK) {
        keep(caller, caller->storm->calls[place], id);
    }
    return status;
}

static framewire_status call_cancel(struct caller *caller)
{
    const size_t place = any(caller);
    return framewire_cancel(link_at(caller, place), kept(caller, caller->storm->calls[place]));
}

static framewire_status call_respond(struct caller *caller)
{
    const size_t place = any(caller);
    return framewire_respond(link_at(caller, place), kept(caller, caller->storm->requests[place]), text(JSON), NULL);
}

static framewire_status call_respond_error(struct caller *caller)
{
    const size_t place = any(caller);
    return framewire_respond_error(link_at(caller, place), kept(caller, caller->storm->requests[place]), text("-32000"),
                                   text("no"), text("{}"), NULL);
}

static framewire_status call_defer(struct caller *caller)
{
    const size_t place = any(caller);
    return framewire_defer(link_at(caller, place), kept(caller, caller->storm->requests[place]),
                           1 + (uint32_t)dice(caller, 100), text("a note"));
}

static framewire_status call_respond_attachment(struct caller *caller)
{
    static const char bytes[500] = "bytes";
    const size_t place = any(caller);
    return framewire_respond_attachment(link_at(caller, place), kept(caller, caller->storm->requests[place]), text(JSON),
                                        text("/a"), bytes, sizeof bytes, NULL);
}

static framewire_status call_set_readiness(struct caller *caller)
{
    const uint32_t readiness = (uint32_t)dice(caller, FRAMEWIRE_READINESS_FAILED + 1);
    return framewire_set_readiness(any_link(caller), readiness, text("because"));
}

static framewire_status call_restore_readiness(struct caller *caller)
{
    return framewire_restore_readiness(any_link(caller), (uint32_t)dice(caller, FRAMEWIRE_READINESS_FAILED + 1));
}

static framewire_status call_get_state(struct caller *caller)
{
    framewire_state state;
    return framewire_get_state(any_link(caller), &state, sizeof state);
}

static framewire_status call_get_stats(struct caller *caller)
{
    framewire_stats stats;
    return framewire_get_stats(any_link(caller), &stats, sizeof stats);
}

static framewire_status call_json_get(struct caller *caller)
{
    framewire_json value;
    (void)caller;
    return framewire_json_get(text(JSON), text("/b/1"), &value, sizeof value);
}

static framewire_status call_outstanding(struct caller *caller)
{
    framewire_open_call entries[4];
    uint64_t count = 0;
    return framewire_outstanding(any_link(caller), entries, sizeof entries[0], 4, &count);
}

static framewire_status call_state_file_read(struct caller *caller)
{
    framewire_record record;
    return framewire_state_file_read(text(caller->storm->state_file), &record, sizeof record);
}

static framewire_status call_state_file_wait(struct caller *caller)
{
    framewire_record record;
    return framewire_state_file_wait(text(caller->storm->state_file), (uint32_t)dice(caller, 3), 0, &record,
                                     sizeof record);
}

#define FUNCTION(name) { "framewire_" #name, call_##name }

const struct function functions[] = {
    FUNCTION(abi_version),
    FUNCTION(version),
    FUNCTION(status_name),
    FUNCTION(now_ns),
    FUNCTION(config_init),
    FUNCTION(open),
    FUNCTION(connect),
    FUNCTION(disconnect),
    FUNCTION(set_endpoint),
    FUNCTION(set_hello),
    FUNCTION(renew_session),
    FUNCTION(detach),
    FUNCTION(close),
    FUNCTION(shutdown),
    FUNCTION(poll),
    FUNCTION(release),
    FUNCTION(pause),
    FUNCTION(resume),
    FUNCTION(wait),
    FUNCTION(send_text),
    FUNCTION(send_binary),
    FUNCTION(notify),
    FUNCTION(request),
    FUNCTION(cancel),
    FUNCTION(respond),
    FUNCTION(respond_error),
    FUNCTION(defer),
    FUNCTION(respond_attachment),
    FUNCTION(set_readiness),
    FUNCTION(restore_readiness),
    FUNCTION(get_state),
    FUNCTION(get_stats),
    FUNCTION(json_get),
    FUNCTION(outstanding),
    FUNCTION(state_file_read),
    FUNCTION(state_file_wait),
};
const size_t function_count = sizeof functions / sizeof functions[0];
