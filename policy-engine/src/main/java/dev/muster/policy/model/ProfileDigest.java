package dev.muster.policy.model;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;

/** The canonical form of a profile: every text with its length, every list with its size, lists sorted. */
final class ProfileDigest {
    private static final int VERSION = 2;

    private ProfileDigest() {}

    static String of(DeviceProfile profile) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(VERSION);
            DeviceAttributes attributes = profile.attributes();
            text(out, attributes.site());
            texts(out, attributes.tags());
            text(out, attributes.hardware());
            texts(out, attributes.groups());
            text(out, attributes.timeZone());
            texts(out, attributes.expressions());
            out.writeInt(profile.apps().size());
            for (AppInstance app : profile.apps()) {
                text(out, app.bundle());
                out.writeInt(app.key().user());
                out.writeInt(app.key().instance());
                out.writeInt(app.apl().value());
                texts(out, app.requested());
                texts(out, app.acls());
                text(out, app.signer());
                texts(out, app.labels());
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    private static void texts(DataOutputStream out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            text(out, text);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
