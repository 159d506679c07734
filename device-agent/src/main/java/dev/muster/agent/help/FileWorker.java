package dev.muster.agent.help;

import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpStart;
import dev.muster.protocol.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One file, in one direction; its digest travels with its end, and a file that is not whole appears nowhere. */
final class FileWorker implements Worker {
    /** The longest file, in bytes. */
    static final long MAX_FILE = 64L << 20;

    private final Uplink uplink;
    private final Runnable wake;
    private final Path file;
    private final Path part;
    private final MessageDigest digest;
    private final OutputStream out;
    private long length;
    private volatile boolean done;
    private volatile boolean closed;

    private FileWorker(Uplink uplink, Runnable wake, Path file, Path part, OutputStream out) {
        this.uplink = uplink;
        this.wake = wake;
        this.file = file;
        this.part = part;
        this.out = out;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static FileWorker get(HelpStart start, List<String> allowed, Uplink uplink, Runnable wake) throws IOException {
        Path file = HelpPaths.of(start.subject(), allowed);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new HelpEndedException("no file `" + start.subject() + "` on this device");
        }
        if (Files.size(file) > MAX_FILE) {
            throw new HelpEndedException(
                    "expected a file of at most " + MAX_FILE + " bytes, found " + Files.size(file));
        }
        FileWorker worker = new FileWorker(uplink, wake, file, file, OutputStream.nullOutputStream());
        Thread.ofPlatform().name("help-file").daemon().start(worker::read);
        return worker;
    }

    static FileWorker put(HelpStart start, List<String> allowed, Uplink uplink, Runnable wake) throws IOException {
        Path file = HelpPaths.of(start.subject(), allowed);
        Path part = file.resolveSibling(".muster-help-" + start.session());
        return new FileWorker(
                uplink,
                wake,
                file,
                part,
                Files.newOutputStream(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    private void read() {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            for (byte[] piece = next(in); piece.length > 0 && !closed; piece = next(in)) {
                count(piece);
                uplink.send(new HelpFrame(0, HelpFrame.Type.DATA, piece));
            }
            uplink.send(end());
        } catch (IOException e) {
            // The session ended under it, which whoever receives has heard as well.
        } finally {
            done = true;
            wake.run();
        }
    }

    private static byte[] next(InputStream in) throws IOException {
        return in.readNBytes(HelpFrame.MAX_DATA);
    }

    private void count(byte[] piece) throws IOException {
        length += piece.length;
        if (length > MAX_FILE) {
            throw new HelpEndedException("expected a file of at most " + MAX_FILE + " bytes, found more");
        }
        digest.update(piece);
    }

    private HelpFrame end() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("length", length);
        map.put("sha256", HexFormat.of().formatHex(digest.digest()));
        return new HelpFrame(0, HelpFrame.Type.CLOSE, JsonObject.write(map));
    }

    @Override
    public void take(HelpFrame frame) throws IOException {
        if (part.equals(file)) {
            return; // a file that is fetched takes nothing
        }
        if (frame.type() == HelpFrame.Type.DATA) {
            count(frame.data());
            out.write(frame.data());
            return;
        }
        out.close();
        JsonObject told = JsonObject.parse(frame.data());
        HelpFrame end = end();
        if (!Arrays.equals(
                JsonObject.write(Map.of("sha256", told.string("sha256"))),
                JsonObject.write(Map.of("sha256", JsonObject.parse(end.data()).string("sha256"))))) {
            throw new HelpEndedException("the file did not arrive as it was sent, and is not put in place");
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        uplink.send(end);
        done = true;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {
        closed = true;
        try {
            out.close();
            if (!part.equals(file)) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // A left-over of a session that broke off; its name says whose it is.
        }
    }
}
