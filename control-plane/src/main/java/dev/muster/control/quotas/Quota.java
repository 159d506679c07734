package dev.muster.control.quotas;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a tenant may have a limited number of. */
public enum Quota {
    /** Devices that are not retired; those that wait for their hardware count. */
    DEVICES("devices", "devices"),
    /** Bytes of images and apps; what the server makes of policies and settings does not count. */
    ARTIFACT_BYTES("artifactBytes", "bytes of artifacts"),
    /** Enrolment tokens that are good. */
    ENROLMENT_TOKENS("enrolmentTokens", "good enrolment tokens"),
    SERVICE_ACCOUNTS("serviceAccounts", "service accounts"),
    /** Rollouts of releases that run or are paused; nothing holds up policies and settings. */
    ROLLOUTS_IN_FLIGHT("rolloutsInFlight", "rollouts of releases that run or are paused"),
    /** Commands of the last hour, each as often as there are devices it is for. */
    COMMANDS_PER_HOUR("commandsPerHour", "commands to devices in an hour"),
    /** What its devices send over MQTT together, through each gateway, which is who counts. */
    TELEMETRY_MESSAGES("telemetryMessagesPerSecond", "messages of devices in a second"),
    /** The same in bytes of payload. */
    TELEMETRY_BYTES("telemetryBytesPerSecond", "bytes of messages of devices in a second");

    private final String text;
    private final String things;

    Quota(String text, String things) {
        this.text = text;
        this.things = things;
    }

    /** Its name on the wire. */
    public String text() {
        return text;
    }

    /** Whether gateways keep it and count: nobody here knows how much is used. */
    public boolean isOfGateways() {
        return this == TELEMETRY_MESSAGES || this == TELEMETRY_BYTES;
    }

    /** The least limit that means something; who is to send nothing is suspended. */
    public long least() {
        return isOfGateways() ? 1 : 0;
    }

    /** What is counted, for people. */
    String things() {
        return things;
    }

    /** The quota of a name on the wire. */
    public static Optional<Quota> parse(String text) {
        return Arrays.stream(values()).filter(quota -> quota.text.equals(text)).findFirst();
    }

    /** All names, for messages. */
    public static String names() {
        return Arrays.stream(values()).map(Quota::text).collect(Collectors.joining(", "));
    }
}
