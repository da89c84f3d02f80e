/* Reads past the end of an allocation: a run of this must be stopped, or AddressSanitizer is not on. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    volatile char *bytes = (volatile char *)malloc(8);
    (void)argv;
    if (bytes == NULL) {
        return 2;
    }
    printf("%d\n", bytes[7 + argc]);
    free((void *)bytes);
    return 0;
}
