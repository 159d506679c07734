package dev.muster.cli.help;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.session.Session;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Joins our terminal, or our standard input and output, to a shell on a device. */
final class HelpTerminal {
    private static final int PIECE = 4 << 10;

    private final Session session;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    HelpTerminal(Session session) {
        this.session = session;
    }

    /** Returns when the shell, or the session, has ended. */
    void run(HelpLink link) {
        HelpOpening.await(link, first -> {
            boolean done;
            try (RawTerminal raw = RawTerminal.begin()) {
                Thread.ofPlatform().name("help-keys").daemon().start(() -> keys(link));
                done = show(first);
                while (!done) {
                    done = show(link.receive());
                }
            }
            link.end();
        });
    }

    private boolean show(HelpFrames frames) {
        for (HelpFrame frame : frames.frames()) {
            if (frame.type() == HelpFrame.Type.CLOSE) {
                session.out().flush();
                return true;
            }
            print(frame.data());
        }
        session.out().flush();
        frames.over().ifPresent(why -> {
            throw new CliException(ExitCode.FAILED, "the session ended: " + why);
        });
        return false;
    }

    // A character may be cut in two by the frames.
    private void print(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(rest.remaining() + bytes.length)
                .put(rest)
                .put(bytes)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        rest = in.slice();
        session.out().print(out.flip());
    }

    private void keys(HelpLink link) {
        InputStream in = session.shell().in();
        byte[] buffer = new byte[PIECE];
        try {
            int count;
            while ((count = in.read(buffer)) >= 0) {
                link.send(0, HelpFrame.Type.DATA, Arrays.copyOf(buffer, count));
            }
            link.send(0, HelpFrame.Type.CLOSE, new byte[0]);
        } catch (IOException | CliException e) {
            // The session is over, which whoever shows it says.
        }
    }
}
