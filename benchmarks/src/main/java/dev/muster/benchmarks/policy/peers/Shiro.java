package dev.muster.benchmarks.policy.peers;

import dev.muster.benchmarks.policy.Engine;
import dev.muster.benchmarks.policy.Names;
import dev.muster.benchmarks.policy.Workload;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authz.AuthorizationInfo;
import org.apache.shiro.authz.SimpleAuthorizationInfo;
import org.apache.shiro.cache.MemoryConstrainedCacheManager;
import org.apache.shiro.realm.AuthorizingRealm;
import org.apache.shiro.subject.PrincipalCollection;
import org.apache.shiro.subject.SimplePrincipalCollection;
import org.jspecify.annotations.Nullable;

/**
 * Shiro with a realm that knows, per app, the permissions that it requests and one of its roles holds, in Shiro's
 * authorization cache. Without conditions, which Shiro does not have.
 */
final class Shiro implements Engine {
    private final Realm realm;
    private final PrincipalCollection[] apps;
    private final String[] permissions;

    Shiro(Workload workload) {
        if (workload.kind() != Workload.Kind.W1) {
            throw new IllegalArgumentException("a workload without conditions expected, found " + workload.kind());
        }
        this.realm = new Realm(workload);
        PrincipalCollection[] all = new PrincipalCollection[workload.tokens()];
        for (int token = 0; token < all.length; token++) {
            all[token] = new SimplePrincipalCollection(Names.app(token), realm.getName());
        }
        this.apps = IntStream.of(workload.questions().token())
                .mapToObj(token -> all[token])
                .toArray(PrincipalCollection[]::new);
        this.permissions = Names.permissions(workload.questions());
    }

    @Override
    public boolean isGranted(int question) {
        return realm.isPermitted(apps[question], permissions[question]);
    }

    private static final class Realm extends AuthorizingRealm {
        private final Map<String, Set<String>> permissions = new HashMap<>();

        Realm(Workload workload) {
            for (int i = 0; i < workload.tokens(); i++) {
                int token = i;
                permissions.put(
                        Names.app(token),
                        IntStream.of(workload.requested(token))
                                .filter(permission -> IntStream.of(workload.roles(token))
                                        .anyMatch(role -> IntStream.of(workload.grants(role))
                                                .anyMatch(held -> held == permission)))
                                .mapToObj(Names::permission)
                                .collect(Collectors.toCollection(LinkedHashSet::new)));
            }
            setName("workload");
            setCacheManager(new MemoryConstrainedCacheManager());
            setAuthorizationCachingEnabled(true);
        }

        @Override
        protected AuthorizationInfo doGetAuthorizationInfo(PrincipalCollection app) {
            SimpleAuthorizationInfo info = new SimpleAuthorizationInfo();
            info.setStringPermissions(permissions.get(app.getPrimaryPrincipal().toString()));
            return info;
        }

        @Override
        protected @Nullable AuthenticationInfo doGetAuthenticationInfo(AuthenticationToken token) {
            return null; // Nobody logs in here.
        }
    }
}
