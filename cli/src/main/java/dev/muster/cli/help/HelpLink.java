package dev.muster.cli.help;

import dev.muster.cli.http.Api;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Row;
import dev.muster.protocol.help.HelpFrame;
import dev.muster.protocol.help.HelpFrames;
import dev.muster.protocol.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Our end of a session. One thread receives; any may send. */
final class HelpLink {
    private final Api api;
    private final String session;
    private long sent;
    private long received;

    HelpLink(Api api, String session) {
        this.api = api;
        this.session = session;
    }

    synchronized void send(int channel, HelpFrame.Type type, byte[] data) {
        HelpFrames frames = new HelpFrames(sent + 1, List.of(new HelpFrame(channel, type, data)), Optional.empty());
        api.post(Url.of("help-sessions", session, "down"), frames.toMap());
        sent++;
    }

    /** What comes next; may be nothing for the moment. */
    HelpFrames receive() {
        HelpFrames frames = HelpFrames.from(
                JsonObject.of(api.get(Url.of("help-sessions", session, "up").with("after", received))));
        received = Math.max(received, frames.last());
        return frames;
    }

    /** How the session stands: starting, open or over. */
    String state() {
        return new Row(api.get(Url.of("help-sessions", session))).text("state");
    }

    void end() {
        api.post(Url.of("help-sessions", session, "end"), java.util.Map.of());
    }
}
