/* The token manager's calls, and init's socket, for the test of the helper: every call is a line in a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "init_socket.h"
#include "muster_calls.h"

static FILE *begin(void)
{
    return fopen(getenv("CALLS"), "a");
}

int muster_fix(uint32_t token, const char *permission, int granted)
{
    FILE *file = begin();
    fprintf(file, "fix %u %s %s\n", token, permission, granted ? "granted" : "denied");
    fclose(file);
    return strstr(permission, "LOCATION") != NULL ? 12100001 : 0;
}

int muster_restrict(const char *permission, int32_t user, const uint32_t *except, size_t count)
{
    FILE *file = begin();
    fprintf(file, "restrict %s %d", permission, user);
    for (size_t i = 0; i < count; i++) {
        fprintf(file, " %u", except[i]);
    }
    fprintf(file, "\n");
    fclose(file);
    return 0;
}

int muster_release(const char *permission, int32_t user)
{
    FILE *file = begin();
    fprintf(file, "release %s %d\n", permission, user);
    fclose(file);
    return 0;
}

int muster_has_user_policy(void)
{
    return 1;
}

int muster_has_administrator(void)
{
    return 0;
}

int GetControlSocket(const char *name)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int made = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", getenv("SOCKETS"), name);
    return bind(made, (struct sockaddr *)&address, sizeof(address)) == 0 ? made : -1;
}
