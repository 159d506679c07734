package dev.muster.agent.transport;

import dev.muster.trust.TrustException;
import dev.muster.trust.client.MetadataFetcher;
import dev.muster.trust.client.MetadataFiles;
import dev.muster.trust.metadata.Timestamp;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Files of metadata over the link. The one that changes under its name, and is asked for at every look, is kept, so that the server
 * need not send it again ({@code If-None-Match}). Whoever asked verifies it all the same, every time: this spares bytes, and decides
 * nothing. One thread.
 */
public final class MetadataLink {
    private static final String TIMESTAMP = MetadataFiles.name(Timestamp.TYPE, OptionalLong.empty());

    private final Link link;
    private final Map<String, DeviceHttps.Latest> timestamps = new HashMap<>();

    /** The link of the moment; asked at every fetch, so that a renewed certificate is used. */
    @FunctionalInterface
    public interface Link {
        DeviceHttps get() throws IOException;
    }

    public MetadataLink(Link link) {
        this.link = link;
    }

    /** Files of the repository at {@code base}, a path that ends with a slash. */
    public MetadataFetcher repository(String base) {
        return (file, most) -> fetch(base + file, file, most);
    }

    private Optional<byte[]> fetch(String path, String file, long most) throws IOException {
        try {
            if (!file.equals(TIMESTAMP)) {
                return link.get().get(path, most);
            }
            Optional<DeviceHttps.Latest> latest =
                    link.get().getLatest(path, most, Optional.ofNullable(timestamps.get(path)));
            latest.ifPresent(found -> timestamps.put(path, found));
            return latest.map(DeviceHttps.Latest::content);
        } catch (DeviceHttps.TooLargeException e) {
            throw new TrustException.Length(file, most, "more");
        }
    }
}
