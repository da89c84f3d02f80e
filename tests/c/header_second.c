/* The other half of header_first.c. */
#include "framewire.h"

int header_second(void);

int header_second(void)
{
    return framewire_abi_version() >= FRAMEWIRE_ABI_VERSION ? 0 : 1;
}
