/* Scenes in which a link is open and cannot dial. */
#define _GNU_SOURCE

#include "refusals.h"

#include <stdio.h>
#include <string.h>

/* The link has come through, by itself. */
static void comes_through(framewire_link link)
{
    framewire_event event;
    CHECK(wait_for_event(link, FRAMEWIRE_EVENT_OPENED, &event));
    CHECK_STATUS(framewire_release(link), FRAMEWIRE_OK);
    call_is_answered(link);
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}

static framewire_link opened(const framewire_config *config)
{
    framewire_link link = 0;
    CHECK_STATUS(framewire_open(config, &link, NULL), FRAMEWIRE_OK);
    return link;
}

void dial_without_descriptors(void)
{
    framewire_config config;
    framewire_link link;
    server_config(&config, "dials");
    descriptors_take(2);
    link = opened(&config);
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_UNREACHABLE, "Too many open files");
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_UNREACHABLE, "close some");
    descriptors_give_back();
    comes_through(link);
}

/* A record of a capability that cannot be opened must not be taken for one that is not there. */
void dial_without_record(void)
{
    framewire_config config;
    framewire_link link;
    FILE *record;
    char path[1024];
    server_config(&config, "dials");
    config.profile = FRAMEWIRE_PROFILE_GODOT_AI;
    config.hello = str("{\"project_path\":\"/project\"}");
    snprintf(path, sizeof path, "%s", path_of("record.json"));
    config.capability_file = str(path);
    record = fopen(path, "w");
    CHECK(record != NULL && fclose(record) == 0);
    /* Two for the link, one for its socket, none for the record. */
    descriptors_take(3);
    link = opened(&config);
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_CAPABILITY, "Too many open files");
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_CAPABILITY, "close some");
    descriptors_give_back();
    /* From here on the record is read, and what is wrong is that it is open to others, or empty. */
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_CAPABILITY, "record");
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}

void dial_without_certificates(void)
{
    framewire_config config;
    framewire_link link;
    FILE *file;
    char path[1024];
    char url[256];
    server_config(&config, "dials");
    snprintf(url, sizeof url, "wss%s", server_url + strlen("ws"));
    snprintf(path, sizeof path, "%s", path_of("ca.pem"));
    config.url = str(url);
    config.tls_ca_file = str(path);
    file = fopen(path, "w");
    CHECK(file != NULL && fclose(file) == 0);
    descriptors_take(2);
    link = opened(&config);
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_TLS, "Too many open files");
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_TLS, "close some");
    descriptors_give_back();
    /* From here on it is read, and what is wrong is that it is empty. */
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_TLS, "certificate");
    CHECK_STATUS(framewire_close(link, 5000, NULL, 0), FRAMEWIRE_OK);
}

/* The link has its thread, and the one that looks names up is refused. */
void dial_without_helper(void)
{
    framewire_config config;
    framewire_link link;
    server_config(&config, "dials");
    config.url = str("ws://a-name-that-nobody-has.invalid:1/");
    config.flags |= FRAMEWIRE_CONFIG_ALLOW_INSECURE_REMOTE;
    faults_refuse_all(FAULT_THREAD, 1);
    link = opened(&config);
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_RESOLVE, "no thread");
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_RESOLVE, "end what uses so many");
    faults_end();
    is_told(link, FRAMEWIRE_EVENT_CONNECT_FAILED, FRAMEWIRE_REASON_RESOLVE, "was not found");
    CHECK_STATUS(framewire_set_endpoint(link, str(server_url), str(NULL), NULL), FRAMEWIRE_OK);
    comes_through(link);
}
