/*
 * The privileged helper of Muster's agent on OpenHarmony: one line of JSON asks, one answers; see docs/reference/openharmony-helper.md.
 * It holds the two permissions that the agent does not, and does nothing but what the agent asks: it knows no policy and no network.
 *
 * Not exercisable here on a device: none was at hand, nor an SDK. HelperProgramIT builds this file with the compiler of a PC and speaks the
 * contract with it, over calls that only take notes. With MUSTER_HELPER_CHECK the libraries of the system are declared instead of included,
 * so that any compiler can look at the syntax.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "muster_calls.h"

#ifdef MUSTER_HELPER_CHECK
typedef struct cJSON {
    struct cJSON *next;
    double valuedouble;
    char *valuestring;
} cJSON;
cJSON *cJSON_Parse(const char *text);
cJSON *cJSON_GetObjectItemCaseSensitive(const cJSON *object, const char *name);
cJSON *cJSON_GetArrayItem(const cJSON *array, int index);
int cJSON_GetArraySize(const cJSON *array);
int cJSON_IsString(const cJSON *item);
int cJSON_IsNumber(const cJSON *item);
int cJSON_IsBool(const cJSON *item);
int cJSON_IsTrue(const cJSON *item);
int cJSON_IsArray(const cJSON *item);
void cJSON_Delete(cJSON *item);
int GetControlSocket(const char *name);
#else
#include "cJSON.h"
#include "init_socket.h"
#endif

#define VERSION 1
#define MAX_LINE (64 * 1024)
#define MAX_TOKENS 1024
#define MAX_NAME 256
#define SECONDS 10
#define PARAM_INVALID 12100001
#ifndef AGENT_USER
#define AGENT_USER "muster"
#endif

static int string_of(const cJSON *question, const char *name, const char **value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(question, name);
    if (!cJSON_IsString(item) || item->valuestring == NULL || item->valuestring[0] == '\0' ||
        strlen(item->valuestring) > MAX_NAME) {
        return 0;
    }
    *value = item->valuestring;
    return 1;
}

static int number_of(const cJSON *item, double max, double *value)
{
    if (!cJSON_IsNumber(item) || item->valuedouble < 0 || item->valuedouble > max) {
        return 0;
    }
    *value = item->valuedouble;
    return 1;
}

static int fix(const cJSON *question)
{
    const char *permission;
    double token;
    const cJSON *granted = cJSON_GetObjectItemCaseSensitive(question, "granted");
    if (!string_of(question, "permission", &permission) || !cJSON_IsBool(granted) ||
        !number_of(cJSON_GetObjectItemCaseSensitive(question, "token"), 4294967295.0, &token)) {
        return PARAM_INVALID;
    }
    return muster_fix((uint32_t)token, permission, cJSON_IsTrue(granted));
}

static int restrict_others(const cJSON *question)
{
    const char *permission;
    double user;
    uint32_t except[MAX_TOKENS];
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(question, "except");
    if (!string_of(question, "permission", &permission) || !cJSON_IsArray(list) ||
        !number_of(cJSON_GetObjectItemCaseSensitive(question, "user"), 2147483647.0, &user) ||
        cJSON_GetArraySize(list) > MAX_TOKENS) {
        return PARAM_INVALID;
    }
    int count = cJSON_GetArraySize(list);
    for (int i = 0; i < count; i++) {
        double token;
        if (!number_of(cJSON_GetArrayItem(list, i), 4294967295.0, &token)) {
            return PARAM_INVALID;
        }
        except[i] = (uint32_t)token;
    }
    return muster_restrict(permission, (int32_t)user, except, (size_t)count);
}

static int release(const cJSON *question)
{
    const char *permission;
    double user;
    if (!string_of(question, "permission", &permission) ||
        !number_of(cJSON_GetObjectItemCaseSensitive(question, "user"), 2147483647.0, &user)) {
        return PARAM_INVALID;
    }
    return muster_release(permission, (int32_t)user);
}

static void answer(const char *line, char *text, size_t size)
{
    cJSON *question = cJSON_Parse(line);
    const char *op = "";
    int code = PARAM_INVALID;
    if (question != NULL && string_of(question, "op", &op)) {
        if (strcmp(op, "probe") == 0) {
            snprintf(text, size, "{\"code\":0,\"version\":%d,\"userPolicy\":%s,\"administrator\":%s}\n", VERSION,
                muster_has_user_policy() ? "true" : "false", muster_has_administrator() ? "true" : "false");
            cJSON_Delete(question);
            return;
        }
        if (strcmp(op, "fix") == 0) {
            code = fix(question);
        } else if (strcmp(op, "restrict") == 0) {
            code = restrict_others(question);
        } else if (strcmp(op, "release") == 0) {
            code = release(question);
        }
    }
    cJSON_Delete(question);
    snprintf(text, size, "{\"code\":%d}\n", code);
}

/* Nobody but the agent is answered, whatever the socket's mode says. */
static int is_agent(int connection)
{
    struct ucred peer;
    socklen_t size = sizeof(peer);
    const struct passwd *agent = getpwnam(AGENT_USER);
    return agent != NULL && getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
        peer.uid == agent->pw_uid;
}

static void serve(int connection)
{
    static char line[MAX_LINE];
    char text[MAX_NAME];
    size_t have = 0;
    struct timeval patience = { SECONDS, 0 };
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    while (have < sizeof(line) - 1) {
        ssize_t count = read(connection, line + have, sizeof(line) - 1 - have);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return;
        }
        have += (size_t)count;
        line[have] = '\0';
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
            answer(line, text, sizeof(text));
            size_t sent = 0;
            while (sent < strlen(text)) {
                ssize_t written = write(connection, text + sent, strlen(text) - sent);
                if (written <= 0) {
                    return;
                }
                sent += (size_t)written;
            }
            return;
        }
    }
}

int main(void)
{
    /* init made the socket and gave it the name in muster_agent.cfg. */
    int listening = GetControlSocket("muster_helper");
    if (listening < 0 || listen(listening, 4) != 0) {
        perror("muster_helper: no socket from init");
        return EXIT_FAILURE;
    }
    for (;;) {
        int connection = accept(listening, NULL, NULL);
        if (connection < 0) {
            if (errno == EINTR) {
                continue;
            }
            perror("muster_helper: accept");
            return EXIT_FAILURE;
        }
        if (is_agent(connection)) {
            serve(connection);
        }
        close(connection);
    }
}
