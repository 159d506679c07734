// Not exercisable here: no SDK of OpenHarmony was at hand. Names and parameters are those of the token manager's inner kit as it is
// published (SetPermissionStatusWithPolicy, SetUserPolicy, UpdatePolicyWhiteList, GetPolicyWhiteList); check them against the release
// that the image is built from, and expect to adapt this one file.
#include "muster_calls.h"

#include <algorithm>
#include <string>
#include <vector>

#include "accesstoken_kit.h"

using namespace OHOS::Security::AccessToken;

namespace {
constexpr uint32_t FIXED_BY_ADMIN = 128;
constexpr int ALREADY_IN_LIST = 12100102;
constexpr int NOT_IN_LIST = 12100103;
constexpr int NOT_SUPPORTED = 12110000;

int SetRestricted(const char *permission, int32_t user, bool restricted)
{
    UserPolicy policy;
    policy.permissionName = permission;
    policy.isPersist = true;
    policy.userPolicyList = { { user, restricted } };
    return AccessTokenKit::SetUserPolicy({ policy });
}
} // namespace

int muster_fix(uint32_t token, const char *permission, int granted)
{
    return AccessTokenKit::SetPermissionStatusWithPolicy(
        token, { permission }, granted ? PERMISSION_GRANTED : PERMISSION_DENIED, FIXED_BY_ADMIN);
}

int muster_restrict(const char *permission, int32_t user, const uint32_t *except, size_t count)
{
    int code = SetRestricted(permission, user, true);
    if (code != 0) {
        return code;
    }
    const std::vector<uint32_t> spared(except, except + count);
    std::vector<uint32_t> listed;
    code = AccessTokenKit::GetPolicyWhiteList(permission, listed);
    if (code != 0) {
        return code;
    }
    for (uint32_t token : listed) {
        if (std::find(spared.begin(), spared.end(), token) == spared.end()) {
            code = AccessTokenKit::UpdatePolicyWhiteList(token, permission, false);
            if (code != 0 && code != NOT_IN_LIST) {
                return code;
            }
        }
    }
    for (uint32_t token : spared) {
        code = AccessTokenKit::UpdatePolicyWhiteList(token, permission, true);
        if (code != 0 && code != ALREADY_IN_LIST) {
            return code;
        }
    }
    return 0;
}

int muster_release(const char *permission, int32_t user)
{
    return SetRestricted(permission, user, false);
}

int muster_has_user_policy(void)
{
    std::vector<uint32_t> listed;
    int code = AccessTokenKit::GetPolicyWhiteList("ohos.permission.INTERNET", listed);
    return code != NOT_SUPPORTED && code != 201;
}

int muster_has_administrator(void)
{
    // An unknown token answers with another code than a caller without the right (201).
    return AccessTokenKit::SetPermissionStatusWithPolicy(
        0, { "ohos.permission.CAMERA" }, PERMISSION_DENIED, FIXED_BY_ADMIN) != 201;
}
