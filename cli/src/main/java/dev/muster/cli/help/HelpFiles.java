package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files from and to a device, checked by their digest at both ends. */
final class HelpFiles {
    private final Session session;

    HelpFiles(Session session) {
        this.session = session;
    }

    static void requireReadable(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CliException(ExitCode.USAGE, "cannot read `" + file + "`: no such file, or not ours to read");
        }
    }

    void fetch(HelpLink link, Path file) {
        HelpOpening.await(link, first -> {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            MessageDigest digest = sha256();
            long length = 0;
            try {
                JsonObject told = null;
                try (OutputStream out = Files.newOutputStream(part)) {
                    for (HelpFrames frames = first; told == null; frames = told == null ? link.receive() : frames) {
                        for (HelpFrame frame : frames.frames()) {
                            if (frame.type() == HelpFrame.Type.CLOSE) {
                                told = JsonObject.parse(frame.data());
                            } else {
                                out.write(frame.data());
                                digest.update(frame.data());
                                length += frame.data().length;
                            }
                        }
                        requireGoingOn(frames, told != null);
                    }
                }
                String found = HexFormat.of().formatHex(digest.digest());
                requireSame(told, found);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
                link.end();
                done(file + ": " + length + " bytes", found);
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILED, "cannot write `" + file + "`: " + e.getMessage(), e);
            } finally {
                deleteQuietly(part);
            }
        });
    }

    void put(HelpLink link, Path file) {
        HelpOpening.await(link, first -> {
            requireGoingOn(first, false);
            MessageDigest digest = sha256();
            long length = 0;
            try (InputStream in = Files.newInputStream(file)) {
                for (byte[] piece = next(in); piece.length > 0; piece = next(in)) {
                    link.send(0, HelpFrame.Type.DATA, piece);
                    digest.update(piece);
                    length += piece.length;
                }
            } catch (IOException e) {
                throw new CliException(ExitCode.FAILED, "cannot read `" + file + "`: " + e.getMessage(), e);
            }
            String sha256 = HexFormat.of().formatHex(digest.digest());
            Map<String, Object> end = new LinkedHashMap<>();
            end.put("length", length);
            end.put("sha256", sha256);
            link.send(0, HelpFrame.Type.CLOSE, JsonObject.write(end));
            JsonObject told = null;
            while (told == null) {
                HelpFrames frames = link.receive();
                for (HelpFrame frame : frames.frames()) {
                    told = frame.type() == HelpFrame.Type.CLOSE ? JsonObject.parse(frame.data()) : told;
                }
                requireGoingOn(frames, told != null);
            }
            requireSame(told, sha256);
            done(file + " is on the device: " + length + " bytes", sha256);
        });
    }

    private static byte[] next(InputStream in) throws IOException {
        return in.readNBytes(HelpFrame.MAX_DATA);
    }

    private void done(String what, String sha256) {
        session.printer().done(what + ", sha256 " + sha256);
    }

    private static void requireGoingOn(HelpFrames frames, boolean done) {
        if (!done && frames.over().isPresent()) {
            throw new CliException(
                    ExitCode.FAILED, "the session ended: " + frames.over().get());
        }
    }

    private static void requireSame(JsonObject told, String found) {
        if (!told.string("sha256").equals(found)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "expected sha256 " + told.string("sha256") + ", found " + found + ": nothing is put in place");
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // What is left is called `.part`.
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }
}
