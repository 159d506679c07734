package dev.muster.control.notices;

import dev.muster.control.outbound.Outcome;
import jakarta.inject.Singleton;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/** Sends plain e-mail by the server that the operator named. Thread-safe. */
@Singleton
class Mailer {
    private static final String TIMEOUT_MILLIS = "15000";

    private final MailConfig config;
    private final Clock clock;

    Mailer(MailConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Whether a server is set. */
    boolean canSend() {
        return config.host().isPresent();
    }

    /** Whether a text is an address of one person. */
    static boolean isAddress(String text) {
        try {
            InternetAddress address = new InternetAddress(text, true);
            return text.length() <= 254 && address.getAddress().equals(text) && text.indexOf('@') > 0;
        } catch (AddressException e) {
            return false;
        }
    }

    /** Hands the mail to the server; one that comes twice has the same Message-ID. */
    Outcome send(List<String> recipients, String subject, String text, UUID id) {
        Optional<String> host = config.host();
        if (host.isEmpty()) {
            return new Outcome.Failed("expected `muster.mail.host`, found no server for e-mail set");
        }
        try {
            MimeMessage message = new Identified(session(host.get()), id);
            message.setFrom(new InternetAddress(config.from(), true));
            for (String recipient : recipients) {
                message.addRecipient(Message.RecipientType.TO, new InternetAddress(recipient, true));
            }
            message.setSubject(subject.replaceAll("\\p{Cntrl}", " "), StandardCharsets.UTF_8.name());
            message.setText(text, StandardCharsets.UTF_8.name());
            message.setSentDate(Date.from(clock.instant()));
            message.setHeader("Auto-Submitted", "auto-generated");
            Transport.send(message);
            return new Outcome.Answered(250);
        } catch (AddressException e) {
            return new Outcome.Refused("expected addresses, found `" + e.getRef() + "`");
        } catch (SendFailedException e) {
            return new Outcome.Failed("the server refuses it: " + e.getMessage());
        } catch (MessagingException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private Session session(String host) {
        Properties properties = new Properties();
        boolean tls = config.protection() == MailConfig.Protection.TLS;
        String protocol = tls ? "smtps" : "smtp";
        properties.put("mail.transport.protocol", protocol);
        properties.put("mail.transport.protocol.rfc822", protocol);
        String prefix = "mail." + protocol + ".";
        properties.put(prefix + "host", host);
        properties.put(prefix + "port", Integer.toString(config.port()));
        properties.put(prefix + "connectiontimeout", TIMEOUT_MILLIS);
        properties.put(prefix + "timeout", TIMEOUT_MILLIS);
        properties.put(prefix + "writetimeout", TIMEOUT_MILLIS);
        boolean starttls = config.protection() == MailConfig.Protection.STARTTLS;
        properties.put(prefix + "starttls.enable", Boolean.toString(starttls));
        properties.put(prefix + "starttls.required", Boolean.toString(starttls));
        properties.put(prefix + "ssl.checkserveridentity", "true");
        if (config.username().isEmpty()) {
            return Session.getInstance(properties);
        }
        properties.put(prefix + "auth", "true");
        return Session.getInstance(properties, new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(
                        config.username().orElse(""), config.password().orElse(""));
            }
        });
    }

    /** A message whose id says which notice it is. */
    private static final class Identified extends MimeMessage {
        private final UUID id;

        Identified(Session session, UUID id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", "<" + id + "@muster>");
        }
    }
}
