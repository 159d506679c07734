package dev.muster.protocol.help;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Frames of one direction that follow each other.
 *
 * @param first number of the first; they are counted from 1 in each direction
 * @param over why there will be no more; empty while the session goes on
 */
public record HelpFrames(long first, List<HelpFrame> frames, Optional<String> over) {
    /** In one message. */
    public static final int MAX_FRAMES = 16;

    /** What a message of the most frames of the most bytes may take. */
    public static final int MAX_BYTES = 1 << 20;

    public HelpFrames {
        frames = List.copyOf(frames);
        if (first < 1 || frames.size() > MAX_FRAMES) {
            throw new ProtocolException("expected at most " + MAX_FRAMES + " frames, counted from 1, found "
                    + frames.size() + " from " + first);
        }
    }

    /** Number of the last one; before {@code first} where there is none. */
    public long last() {
        return first + frames.size() - 1;
    }

    /** Its members. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("first", first);
        map.put("frames", frames.stream().map(HelpFrame::toMap).toList());
        over.ifPresent(why -> map.put("over", why));
        return map;
    }

    public byte[] toJson() {
        return JsonObject.write(toMap());
    }

    public static HelpFrames fromJson(byte[] json) {
        return from(JsonObject.parse(json));
    }

    /** From an object that was parsed. */
    public static HelpFrames from(JsonObject object) {
        return new HelpFrames(
                object.number("first"), object.objects("frames", HelpFrame::from), object.optionalString("over"));
    }
}
