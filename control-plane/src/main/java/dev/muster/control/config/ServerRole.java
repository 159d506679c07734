package dev.muster.control.config;

/** What an instance does; all by default. */
public enum ServerRole {
    API,
    DEVICE,
    GATEWAY,
    STREAMS,
    WORKER
}
