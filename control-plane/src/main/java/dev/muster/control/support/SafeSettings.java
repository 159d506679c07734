package dev.muster.control.support;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings that may be told to others: those of a list, each only in the form that it has. INVARIANT (list): what is not on the list
 * is never told, so a setting that comes later is told only once somebody put it here; and a value that does not have its
 * setting's form, such as a password that slipped into the wrong line, is not told either.
 */
final class SafeSettings {
    /** Said instead of a value that does not look as it should. */
    static final String WITHHELD = "(set, not of the expected form)";

    /** The form of a value; the group 1 is what is told of it. */
    private enum Form {
        NUMBER("(-?[0-9]{1,18}(?:\\.[0-9]{1,6})?)"),
        // ISO-8601, or the short form of Quarkus.
        SPAN("(-?P[0-9DTHMS.]{1,20}|[0-9]{1,9}(?:ms|[smhdSMHD])?)"),
        FLAG("(true|false)"),
        // Words of closed sets: roles, profiles, protocols.
        WORDS("([A-Za-z][A-Za-z0-9_-]{0,19}(?:,[A-Za-z][A-Za-z0-9_-]{0,19}){0,9})"),
        // Hosts and ports, separated by commas.
        HOSTS("((?:[A-Za-z0-9.:\\[\\]-]{1,255})(?:, ?[A-Za-z0-9.:\\[\\]-]{1,255}){0,31})"),
        NETWORKS("([0-9A-Fa-f.:/, ]{1,1000})"),
        // Neither who logs in there nor what is asked.
        URL(
                "((?:jdbc:)?[a-z][a-z0-9+]{1,15}://)(?:[^/?#@]*@)?([A-Za-z0-9.:,\\[\\]-]{1,255}(?:/[A-Za-z0-9._~/-]{0,255})?)(?:[?#].*)?"),
        // That it is set, and no more: paths name people, addresses are people.
        PRESENCE("");

        private final Pattern pattern;

        Form(String pattern) {
            this.pattern = Pattern.compile(pattern);
        }

        String told(String value) {
            if (this == PRESENCE) {
                return "(set)";
            }
            Matcher matcher = pattern.matcher(value.strip());
            if (!matcher.matches()) {
                return WITHHELD;
            }
            return this == URL ? matcher.group(1) + matcher.group(2) : matcher.group(1);
        }
    }

    private static final Map<String, Form> LIST = list();

    private SafeSettings() {}

    /** Keys on the list, sorted. */
    static Iterable<String> keys() {
        return LIST.keySet();
    }

    /** Those of the list that are set, in what {@code value} answers for their keys. */
    static Map<String, String> of(Function<String, Optional<String>> value) {
        Map<String, String> told = new TreeMap<>();
        LIST.forEach((key, form) ->
                value.apply(key).filter(text -> !text.isBlank()).ifPresent(text -> told.put(key, form.told(text))));
        return told;
    }

    private static Map<String, Form> list() {
        Map<String, Form> list = new TreeMap<>();
        add(
                list,
                Form.WORDS,
                "muster.profile muster.roles muster.gateway.tls muster.artifacts.store muster.mail.protection");
        // Words that are put together with others: an instance, a prefix, a client, a claim.
        add(
                list,
                Form.WORDS,
                "muster.oidc.audience muster.oidc.console-client muster.oidc.cli-client muster.oidc.groups-claim"
                        + " muster.oidc.name-claim muster.artifacts.s3.region muster.kafka.client.\"security.protocol\""
                        + " muster.kafka.client.\"sasl.mechanism\"");
        add(
                list,
                Form.HOSTS,
                "muster.instance muster.bind muster.kafka.bootstrap muster.external.mqtt muster.external.names");
        add(
                list,
                Form.URL,
                "muster.db.url muster.external.api-url muster.external.device-url muster.oidc.issuer muster.ddi.external-url"
                        + " muster.artifacts.s3.endpoint quarkus.oidc.auth-server-url");
        add(
                list,
                Form.NETWORKS,
                "muster.http.trusted-proxies muster.ddi.trusted-proxies muster.outbound.allowed-networks"
                        + " muster.bridges.allowed-networks");
        add(
                list,
                Form.NUMBER,
                "muster.device.port muster.gateway.port muster.ddi.port muster.mail.port muster.kafka.replication-factor"
                        + " quarkus.http.port quarkus.http.ssl-port quarkus.management.port"
                        + " muster.gateway.device-messages-per-second muster.gateway.device-bytes-per-second"
                        + " muster.gateway.tenant-messages-per-second muster.gateway.tenant-bytes-per-second"
                        + " muster.limits.requests-per-second muster.limits.requests-at-once"
                        + " muster.limits.wrong-tokens-per-second muster.limits.wrong-tokens-at-once"
                        + " muster.ddi.limits.requests-per-second muster.ddi.limits.requests-at-once"
                        + " muster.ddi.limits.wrong-tokens-per-second muster.ddi.limits.wrong-tokens-at-once"
                        + " muster.enrolment.limits.per-minute muster.enrolment.limits.wrong-secrets"
                        + " muster.uploads.max-file muster.uploads.max-device muster.uploads.max-tenant"
                        + " muster.artifacts.max-size muster.artifacts.s3.part-size muster.artifacts.uploads.max-open"
                        + " muster.deltas.threads muster.deltas.bases muster.notices.attempts muster.outbound.max-answer"
                        + " muster.help.bytes-per-second muster.help.max-transcript muster.help.max-open"
                        + " muster.oidc.leeway-seconds muster.quotas.devices muster.quotas.artifact-bytes"
                        + " muster.quotas.enrolment-tokens muster.quotas.service-accounts muster.quotas.rollouts-in-flight"
                        + " muster.quotas.commands-per-hour muster.quotas.telemetry-messages-per-second"
                        + " muster.quotas.telemetry-bytes-per-second quarkus.datasource.jdbc.max-size"
                        + " quarkus.datasource.jobs.jdbc.max-size");
        add(
                list,
                Form.FLAG,
                "muster.deltas.enabled muster.artifacts.gc.enabled muster.artifacts.s3.path-style"
                        + " muster.packages.require-signature muster.outbound.plain-http");
        add(
                list,
                Form.SPAN,
                "muster.device.renew-grace muster.enrolment.certificate-life muster.enrolment.server-certificate-life"
                        + " muster.enrolment.longest-token muster.enrolment.authority-settles muster.enrolment.limits.wrong-within"
                        + " muster.enrolment.limits.refused-for muster.enrolment.approval.keep muster.telemetry.keep.raw"
                        + " muster.telemetry.keep.minutes muster.telemetry.keep.hours muster.trust.director-validity"
                        + " muster.trust.refresh-after muster.compliance.stale-after muster.audit.unsealed-after"
                        + " muster.audit.checkpoint-every muster.audit.verify-every muster.usage.retention muster.explain.history"
                        + " muster.uploads.keep muster.artifacts.uploads.keep muster.artifacts.gc.grace"
                        + " muster.artifacts.s3.timeout muster.deltas.look-every muster.deltas.releases-of"
                        + " muster.tenants.delete-grace muster.tenants.settle muster.tenants.keep-trail muster.help.longest"
                        + " muster.help.idle muster.help.comes muster.help.begins muster.help.keep muster.alerts.settle"
                        + " muster.alerts.keep muster.notices.retry-after muster.notices.keep muster.outbound.time-limit"
                        + " muster.commands.keep muster.oidc.longest-token-life muster.oidc.keys-every");
        add(
                list,
                Form.PRESENCE,
                "muster.http.certificate muster.ddi.certificate muster.ca.pkcs11.config muster.packages.trust-anchors"
                        + " muster.outbound.trust-anchors muster.streams-state muster.artifacts.s3.bucket muster.artifacts.s3.prefix"
                        + " muster.mail.host muster.mail.from muster.bootstrap.admin-group muster.oidc.former-issuers"
                        + " muster.kafka.topic-prefix quarkus.http.tls-configuration-name");
        return list;
    }

    private static void add(Map<String, Form> list, Form form, String keys) {
        list.putAll(Arrays.stream(keys.split(" ", -1)).collect(Collectors.toMap(key -> key, key -> form)));
    }
}
