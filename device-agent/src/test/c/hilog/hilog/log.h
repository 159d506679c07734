/* The NDK's call, for the test of muster_hilog: every record is a line on standard output. */
#ifndef HILOG_LOG_H
#define HILOG_LOG_H

#include <stdio.h>

#define LOG_APP 0
#define LOG_INFO 4
#define OH_LOG_Print(type, level, domain, tag, format, text) \
    printf("%d %d %x %s %s %s\n", (type), (level), (unsigned)(domain), (tag), (format), (text))

#endif
