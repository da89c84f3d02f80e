/* Unloading the library while a link is open: it stays mapped, its link lives, and loading it again finds both.
 *
 *     process_unload PATH-OF-THE-LIBRARY
 *
 * Not linked with the library: it is only loaded by dlopen. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "framewire.h"

#include "platform.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct library {
    void *handle;
    framewire_status (*config_init)(framewire_config *, uint64_t, uint32_t);
    framewire_status (*open)(const framewire_config *, framewire_link *, framewire_error *);
    framewire_status (*get_state)(framewire_link, framewire_state *, uint64_t);
    framewire_status (*close)(framewire_link, uint32_t, framewire_close_report *, uint64_t);
};

static int find(void *handle, const char *name, void *function)
{
    void *symbol = dlsym(handle, name);
    /* ISO C has no cast from an object pointer to a function pointer; POSIX makes them the same size. */
    memcpy(function, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int load(struct library *library, const char *path)
{
    memset(library, 0, sizeof *library);
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) {
        printf("dlopen: %s\n", dlerror());
        return 0;
    }
    return find(library->handle, "framewire_config_init", &library->config_init)
        && find(library->handle, "framewire_open", &library->open)
        && find(library->handle, "framewire_get_state", &library->get_state)
        && find(library->handle, "framewire_close", &library->close);
}

static int fail(const char *what)
{
    printf("failed: %s\n", what);
    return 1;
}

int main(int argc, char **argv)
{
    static const uint32_t delays[] = { 20 };
    struct library library;
    framewire_config config;
    framewire_state before;
    framewire_state after;
    framewire_link link = 0;
    char url[64];
    int tries;

    if (argc != 2 || !load(&library, argv[1])) {
        return fail("loading the library");
    }
    if (library.config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION) != FRAMEWIRE_OK) {
        return fail("config_init");
    }
    snprintf(url, sizeof url, "ws://127.0.0.1:%u/", platform_unused_port());
    config.name.ptr = "unload";
    config.name.len = 6;
    config.url.ptr = url;
    config.url.len = strlen(url);
    config.reconnect_delays_ms = delays;
    config.reconnect_delay_count = 1;
    if (library.open(&config, &link, NULL) != FRAMEWIRE_OK) {
        return fail("open");
    }
    if (library.get_state(link, &before, sizeof before) != FRAMEWIRE_OK) {
        return fail("get_state before dlclose");
    }

    if (dlclose(library.handle) != 0) {
        return fail("dlclose");
    }
    platform_sleep_ms(300); /* The I/O thread goes on dialling; were its code gone, the process would be too. */

    if (!load(&library, argv[1])) {
        return fail("loading the library again");
    }
    /* The dials went on while nobody held the library. */
    for (tries = 0; tries < 2000; tries++) {
        if (library.get_state(link, &after, sizeof after) != FRAMEWIRE_OK) {
            return fail("the link was not found again");
        }
        if (after.attempt > before.attempt) {
            break;
        }
        platform_sleep_ms(10);
    }
    if (after.attempt <= before.attempt) {
        return fail("the link did not dial on");
    }
    if (library.close(link, 1000, NULL, 0) != FRAMEWIRE_OK) {
        return fail("close");
    }
    dlclose(library.handle);
    puts("passed");
    return 0;
}
