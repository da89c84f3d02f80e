/* The header alone, twice in one program: this file and header_second.c include nothing else before it. */
#include "framewire.h"
#include "framewire.h"

int header_second(void);

int main(void)
{
    framewire_config config;
    return header_second() == 0 && framewire_config_init(&config, sizeof config, FRAMEWIRE_ABI_VERSION) == FRAMEWIRE_OK
        ? 0
        : 1;
}
