package dev.muster.telemetry.bridge;

import dev.muster.telemetry.bridge.BridgeStatus.Problem;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** Why a connection failed, in words. Pure. */
record Trouble(Problem problem, String detail) {
    private static final int MOST_CAUSES = 12;

    /** Reason codes of MQTT 5 section 3.2.2.2 and 3.14.2.1. */
    static Trouble of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<Trouble> known = ofCause(cause, failure);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return switch (failure instanceof BrokerException && failure.getCause() != null
                ? failure.getCause()
                : failure) {
            case MqttException mqtt -> ofReason(mqtt.getReasonCode(), mqtt);
            case org.eclipse.paho.client.mqttv3.MqttException mqtt -> ofReturnCode(mqtt.getReasonCode(), mqtt);
            case Throwable other -> new Trouble(Problem.OTHER, words(other));
        };
    }

    /** A connection that ended, nobody says why. */
    static Trouble lost() {
        return ofReason(MqttClientException.REASON_CODE_CONNECTION_LOST, null);
    }

    /** What a return code of MQTT 3.1.1 section 3.2.2.3 says; those of the client are the same in both versions. */
    private static Trouble ofReturnCode(int code, Throwable whole) {
        return switch (code) {
            case 1 -> new Trouble(Problem.OTHER, "the broker does not speak MQTT 3.1.1");
            case 2 -> ofReason(0x85, whole);
            case 3 -> ofReason(0x88, whole);
            case 4 -> ofReason(0x86, whole);
            case 5 -> ofReason(0x87, whole);
            default -> ofReason(code, whole);
        };
    }

    private static Optional<Trouble> ofCause(Throwable cause, Throwable whole) {
        return Optional.ofNullable(
                switch (cause) {
                    case BrokerException b when b.isSubscription() -> new Trouble(Problem.SUBSCRIPTION, words(b));
                    case BridgeNetwork.ForbiddenAddress f -> new Trouble(Problem.ADDRESS, words(f));
                    case CertPathBuilderException e ->
                        new Trouble(
                                Problem.CERTIFICATE,
                                "expected a broker whose certificate is from an authority that the connection believes,"
                                        + " found another");
                    case CertificateException e when has(whole, CertPathBuilderException.class) -> null;
                    case CertificateException e ->
                        new Trouble(Problem.CERTIFICATE, "the broker's certificate does not fit: " + words(e));
                    case SSLException e when e.getCause() == null -> ofAlert(e);
                    case GeneralSecurityException e -> new Trouble(Problem.CERTIFICATE, words(e));
                    case UnknownHostException e ->
                        new Trouble(Problem.UNREACHABLE, "expected an address behind `" + words(e) + "`, found none");
                    case ConnectException e -> new Trouble(Problem.UNREACHABLE, "nobody listens there: " + words(e));
                    case NoRouteToHostException e -> new Trouble(Problem.UNREACHABLE, words(e));
                    case SocketTimeoutException e ->
                        new Trouble(Problem.UNREACHABLE, "expected an answer within seconds, found none");
                    default -> null;
                });
    }

    private static Trouble ofAlert(SSLException e) {
        String words = words(e);
        return words.contains("fatal alert")
                ? new Trouble(Problem.CREDENTIALS, "the broker refused our TLS: " + words)
                : new Trouble(Problem.CERTIFICATE, "expected TLS, found something else: " + words);
    }

    private static boolean has(Throwable whole, Class<?> type) {
        int depth = 0;
        for (Throwable cause = whole; cause != null && depth < MOST_CAUSES; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** What a reason code of the broker, or one of the client, says. */
    static Trouble ofReason(int reason, @Nullable Throwable whole) {
        return switch (reason) {
            case 0x84 -> new Trouble(Problem.OTHER, "the broker does not speak MQTT 5: `protocol: 3.1.1` may help");
            case 0x85 -> new Trouble(Problem.OTHER, "the broker refused the client id");
            case 0x86 -> new Trouble(Problem.CREDENTIALS, "the broker refused the user name or password");
            case 0x87 -> new Trouble(Problem.CREDENTIALS, "the broker says that we are not authorised");
            case 0x88 -> new Trouble(Problem.UNREACHABLE, "the broker is not available");
            case 0x89 -> new Trouble(Problem.UNREACHABLE, "the broker is busy");
            case 0x8A -> new Trouble(Problem.CREDENTIALS, "the broker banned the client");
            case 0x8B -> new Trouble(Problem.UNREACHABLE, "the broker shuts down");
            case 0x8E -> new Trouble(Problem.TAKEN_OVER, "another client came with the same client id");
            case 0x97 -> new Trouble(Problem.OTHER, "the broker's quota is exceeded");
            case 0x9F -> new Trouble(Problem.UNREACHABLE, "the broker lets nobody in so fast");
            case MqttClientException.REASON_CODE_CLIENT_TIMEOUT ->
                new Trouble(Problem.UNREACHABLE, "expected an answer of the broker, found none");
            case MqttClientException.REASON_CODE_CONNECTION_LOST ->
                new Trouble(Problem.UNREACHABLE, "the connection was lost");
            default -> new Trouble(Problem.OTHER, whole == null ? "reason code " + reason : words(whole));
        };
    }

    private static String words(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? "reason unknown" : message;
    }
}
