package dev.muster.benchmarks.policy.peers;

import dev.muster.benchmarks.policy.Engine;
import dev.muster.benchmarks.policy.Names;
import dev.muster.benchmarks.policy.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.casbin.jcasbin.main.CachedEnforcer;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;

/**
 * jCasbin with its role model: a policy line per role and permission, one grouping from apps to roles and one from apps to
 * the permissions they request. The cheapest comparison comes first in the matcher. Without conditions.
 */
final class Casbin implements Engine {
    private static final String MODEL = """
            [request_definition]
            r = sub, obj
            [policy_definition]
            p = sub, obj
            [role_definition]
            g = _, _
            g2 = _, _
            [policy_effect]
            e = some(where (p.eft == allow))
            [matchers]
            m = r.obj == p.obj && g(r.sub, p.sub) && g2(r.sub, r.obj)
            """;

    private final Enforcer enforcer;
    private final String[] apps;
    private final String[] permissions;

    private Casbin(Enforcer enforcer, Workload workload) {
        if (workload.kind() != Workload.Kind.W1) {
            throw new IllegalArgumentException("a workload without conditions expected, found " + workload.kind());
        }
        this.enforcer = enforcer;
        this.apps = Names.apps(workload.questions());
        this.permissions = Names.permissions(workload.questions());
        load(workload);
    }

    /** Judges every question anew. */
    static Casbin plain(Workload workload) {
        return new Casbin(new Enforcer(model()), workload);
    }

    /** Keeps every answer in its cache once given. */
    static Casbin cached(Workload workload) {
        return new Casbin(new CachedEnforcer(model()), workload);
    }

    private static Model model() {
        Model model = new Model();
        model.loadModelFromText(MODEL);
        return model;
    }

    private void load(Workload workload) {
        for (int role = 0; role < Workload.ROLES; role++) {
            String name = Names.role(role);
            enforcer.addPolicies(pairs(name, workload.grants(role)));
        }
        List<List<String>> roles = new ArrayList<>();
        List<List<String>> requests = new ArrayList<>();
        for (int token = 0; token < workload.tokens(); token++) {
            for (int role : workload.roles(token)) {
                roles.add(List.of(Names.app(token), Names.role(role)));
            }
            requests.addAll(pairs(Names.app(token), workload.requested(token)));
        }
        enforcer.addNamedGroupingPolicies("g", roles);
        enforcer.addNamedGroupingPolicies("g2", requests);
    }

    private static List<List<String>> pairs(String name, int[] permissions) {
        return IntStream.of(permissions)
                .mapToObj(permission -> List.of(name, Names.permission(permission)))
                .toList();
    }

    @Override
    public boolean isGranted(int question) {
        return enforcer.enforce(apps[question], permissions[question]);
    }
}
