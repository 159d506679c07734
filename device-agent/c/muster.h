/*
 * Asks the Muster agent of this device. One header, no allocation, nothing to link: C99 and POSIX.
 *
 *     int fd = muster_open("/run/muster/agent.sock");
 *     if (muster_verify(fd, "com.example.pump", "ohos.permission.CAMERA", 100, 0) == 1) { ... granted ... }
 *
 * INVARIANT (fails closed): anything but 1 from muster_verify is a denial, no answer among it.
 * A descriptor is for one thread at a time. Keep it open: a connection per question costs more. After -1 close it and open
 * another. The protocol: docs/reference/local-socket.md.
 */
#ifndef MUSTER_H
#define MUSTER_H

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/** The longest question and answer that this header handles, in bytes. */
#define MUSTER_MAX 4096

/** Connects; -1 with errno where no agent listens or this user may not open the socket. */
static inline int muster_open(const char *path) {
    struct sockaddr_un address;
    size_t length = strlen(path);
    int fd;
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(&address, 0, sizeof address);
    address.sun_family = AF_UNIX;
    memcpy(address.sun_path, path, length + 1);
    fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        int cause = errno;
        close(fd);
        errno = cause;
        return -1;
    }
    return fd;
}

/** Ends the connection. */
static inline void muster_close(int fd) { close(fd); }

/** Sends one line (without its end) and reads one; the answer is ended with a zero. Its length, or -1. */
static inline int muster_ask(int fd, const char *line, char *answer, size_t size) {
    size_t length = strlen(line), done = 0;
    while (done <= length) {
        char end = '\n';
        /* No signal where the agent went away: the caller hears -1. */
        ssize_t count = done < length ? send(fd, line + done, length - done, MSG_NOSIGNAL)
                                      : send(fd, &end, 1, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return -1;
        done += (size_t)count;
    }
    for (done = 0; done + 1 < size;) {
        ssize_t count = recv(fd, answer + done, size - done - 1, 0);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return -1;
        done += (size_t)count;
        if (answer[done - 1] == '\n') {
            answer[--done] = 0;
            return (int)done;
        }
    }
    errno = EMSGSIZE;
    return -1;
}

/** Where the value of a member of the outermost object begins, or null. */
static inline const char *muster_member(const char *json, const char *name) {
    size_t length = strlen(name);
    int depth = 0;
    const char *at = json;
    while (*at) {
        if (*at == '"') {
            const char *text = ++at;
            while (*at && *at != '"') at += *at == '\\' && at[1] ? 2 : 1;
            if (!*at) return NULL;
            if (depth == 1 && (size_t)(at - text) == length && memcmp(text, name, length) == 0 && at[1] == ':')
                return at + 2;
        } else if (*at == '{' || *at == '[') {
            depth++;
        } else if (*at == '}' || *at == ']') {
            depth--;
        }
        at++;
    }
    return NULL;
}

/** Whether a member of the outermost object is true: 1, 0 where it is anything else, -1 where there is none. */
static inline int muster_flag(const char *json, const char *name) {
    const char *value = muster_member(json, name);
    return value == NULL ? -1 : strncmp(value, "true", 4) == 0;
}

/** Appends text as a JSON string, escaped; where it does not fit, or is not plain text, the line can no longer be sent. */
static inline int muster_quote(char *line, size_t size, const char *text) {
    size_t at = strlen(line);
    if (at + 2 >= size) return -1;
    line[at++] = '"';
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20) return -1;
        if (at + 4 >= size) return -1;
        if (*text == '"' || *text == '\\') line[at++] = '\\';
        line[at++] = *text;
    }
    line[at++] = '"';
    line[at] = 0;
    return 0;
}

static inline int muster_add(char *line, size_t size, const char *text) {
    size_t at = strlen(line), length = strlen(text);
    if (at + length >= size) return -1;
    memcpy(line + at, text, length + 1);
    return 0;
}

static inline int muster_question(
    char *line, size_t size, const char *op, const char *app, const char *permission, int user, int instance) {
    char numbers[64];
    line[0] = 0;
    snprintf(numbers, sizeof numbers, ",\"user\":%d,\"instance\":%d", user, instance);
    return muster_add(line, size, "{\"op\":\"") || muster_add(line, size, op) || muster_add(line, size, "\",\"app\":")
                   || muster_quote(line, size, app) || muster_add(line, size, ",\"permission\":")
                   || muster_quote(line, size, permission) || muster_add(line, size, numbers)
               ? -1
               : 0;
}

/**
 * Whether an app may use a permission now: 1 granted, 0 denied, -1 no answer.
 * user is 100 where the device has one user, instance 0 for the app itself and above that for its clones.
 */
static inline int muster_verify(int fd, const char *app, const char *permission, int user, int instance) {
    char line[MUSTER_MAX], answer[MUSTER_MAX];
    if (muster_question(line, sizeof line, "verify", app, permission, user, instance) || muster_add(line, sizeof line, "}")
        || muster_ask(fd, line, answer, sizeof answer) < 0)
        return -1;
    return muster_flag(answer, "granted");
}

/** Puts one number into the device's telemetry, as local.<user>.<name>: 0 taken in, 1 refused, -1 no answer. */
static inline int muster_publish(int fd, const char *name, double value) {
    char line[MUSTER_MAX], answer[MUSTER_MAX], number[64];
    line[0] = 0;
    if (value != value || value - value != 0) return 1;
    snprintf(number, sizeof number, ":%.17g}}", value);
    if (muster_add(line, sizeof line, "{\"op\":\"publish\",\"metrics\":{") || muster_quote(line, sizeof line, name)
        || muster_add(line, sizeof line, number))
        return 1;
    if (muster_ask(fd, line, answer, sizeof answer) < 0) return -1;
    return muster_member(answer, "published") == NULL;
}

/** Asks people for a right that an app lacks, and says why: 0 passed on, 1 not (had, asked before, refused), -1 no answer. */
static inline int muster_request(
    int fd, const char *app, const char *permission, int user, int instance, const char *reason) {
    char line[MUSTER_MAX], answer[MUSTER_MAX];
    if (muster_question(line, sizeof line, "request", app, permission, user, instance)
        || muster_add(line, sizeof line, ",\"reason\":") || muster_quote(line, sizeof line, reason)
        || muster_add(line, sizeof line, "}"))
        return 1;
    if (muster_ask(fd, line, answer, sizeof answer) < 0) return -1;
    return muster_flag(answer, "requested") != 1;
}

#endif
