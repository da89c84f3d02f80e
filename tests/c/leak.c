/* Loses a block of memory: whoever looks for leaks at the end of a program must tell of it, or does not look. */
#include <stdlib.h>
#include <string.h>

/* Through pointers that no compiler sees through. */
static void *(*volatile allocate)(size_t) = malloc;
static void *volatile held;

int main(void)
{
    held = allocate(1000);
    if (held == NULL) {
        return 2;
    }
    memset(held, 1, 1000);
    held = NULL;
    return 0;
}
