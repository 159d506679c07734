package dev.muster.control.config;

/** For what an installation is. */
public enum ServerProfile {
    /** To try it out. */
    TRIAL,

    /** For devices that matter: refuses to start with an unsafe setting. */
    PRODUCTION
}
