package dev.muster.control.quotas;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalLong;

/** Limits of tenants that have none of their own; what is left out is unlimited. Tenant {@code default} is bound by them too. */
@ConfigMapping(prefix = "muster.quotas")
public interface QuotaConfig {
    /** Devices that are not retired. */
    OptionalLong devices();

    /** Bytes of images and apps. */
    OptionalLong artifactBytes();

    /** Good enrolment tokens. */
    OptionalLong enrolmentTokens();

    /** Service accounts. */
    OptionalLong serviceAccounts();

    /** Rollouts of releases that run or are paused. */
    OptionalLong rolloutsInFlight();

    /** Commands to devices in an hour. */
    OptionalLong commandsPerHour();

    /** Messages of all devices of a tenant together, on each gateway. */
    OptionalLong telemetryMessagesPerSecond();

    /** Bytes of their payloads. */
    OptionalLong telemetryBytesPerSecond();

    /** The limit of a quota. */
    default OptionalLong of(Quota quota) {
        return switch (quota) {
            case DEVICES -> devices();
            case ARTIFACT_BYTES -> artifactBytes();
            case ENROLMENT_TOKENS -> enrolmentTokens();
            case SERVICE_ACCOUNTS -> serviceAccounts();
            case ROLLOUTS_IN_FLIGHT -> rolloutsInFlight();
            case COMMANDS_PER_HOUR -> commandsPerHour();
            case TELEMETRY_MESSAGES -> telemetryMessagesPerSecond();
            case TELEMETRY_BYTES -> telemetryBytesPerSecond();
        };
    }
}
