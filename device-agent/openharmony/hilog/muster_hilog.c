/*
 * Hands the agent's lines to hilog: reads its standard input, one record a line, until the end. hilog bounds what it keeps.
 * Java has no datagram sockets of the file system, so the agent cannot write to hilog's itself.
 * The NDK's call (hilog/log.h); not exercisable here beyond the test, which puts another one in its place.
 */
#include <hilog/log.h>
#include <stdio.h>
#include <string.h>

#define DOMAIN 0x4D55
#define TAG "MusterAgent"
/* hilog cuts a record at 1024 bytes, its own words included. */
#define MAX_RECORD 900

int main(void)
{
    char line[MAX_RECORD + 1];
    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            OH_LOG_Print(LOG_APP, LOG_INFO, DOMAIN, TAG, "%{public}s", line);
        }
    }
    return 0;
}
