/* Reads past the end of an allocation: a run of this must be stopped, or the checker that it runs under is not on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    char copy[64] = { 0 };
    char *bytes = (char *)calloc(8, 1);
    (void)argv;
    if (bytes == NULL) {
        return 2;
    }
    /* By a length that no compiler knows, or it would refuse to build this. */
    memcpy(copy, bytes, (size_t)(argc < 50 ? argc : 50) + 8);
    printf("%d\n", copy[0]);
    free(bytes);
    return 0;
}
