/* The token manager's calls that the helper makes. Every one answers with the token manager's code, 0 for done. */
#ifndef MUSTER_CALLS_H
#define MUSTER_CALLS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An administrator fixes one user_grant permission of one token (flag 128). One name a call: a list stops at its first error. */
int muster_fix(uint32_t token, const char *permission, int granted);

/* A user policy denies the permission to every app of the user but `except`, for good (persist). */
int muster_restrict(const char *permission, int32_t user, const uint32_t *except, size_t count);

/* Takes that back. */
int muster_release(const char *permission, int32_t user);

/* Whether this build has user policies, and administrator's calls, for a caller with our permissions. */
int muster_has_user_policy(void);
int muster_has_administrator(void);

#ifdef __cplusplus
}
#endif
#endif
