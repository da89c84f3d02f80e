/* Adds beyond the largest int, which C leaves undefined: a run of this must be stopped, or nobody looks for that. */
#include <limits.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    /* By a number that no compiler knows. */
    int sum = INT_MAX - 1 + argc + argc;
    (void)argv;
    printf("%d\n", sum);
    return 0;
}
