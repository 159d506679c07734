package dev.muster.benchmarks.policy.peers;

import dev.muster.benchmarks.policy.Engine;
import dev.muster.benchmarks.policy.Workload;

/** The peers by name. */
public enum Peer {
    JCASBIN("jCasbin"),
    JCASBIN_CACHED("jCasbin, cache warm"),
    AUTHZFORCE("AuthzForce"),
    SHIRO("Shiro"),
    CEL("dev.cel");

    private final String title;

    Peer(String title) {
        this.title = title;
    }

    /** The name for people. */
    public String title() {
        return title;
    }

    /** The peer with the workload's policy loaded and a request prepared for every question. */
    public Engine load(Workload workload) {
        return switch (this) {
            case JCASBIN -> Casbin.plain(workload);
            case JCASBIN_CACHED -> Casbin.cached(workload);
            case AUTHZFORCE -> new AuthzForce(workload);
            case SHIRO -> new Shiro(workload);
            case CEL -> new Cel(workload);
        };
    }
}
