package dev.muster.agent.bundle;

import dev.muster.agent.transport.DeviceHttps;
import dev.muster.agent.transport.MetadataLink;
import dev.muster.agent.update.ContentSource;
import dev.muster.trust.client.MetadataFetcher;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What brings documents and bytes: the link, or for as long as it is mounted a bundle. Everything behind it is the same for both. For
 * the loop's thread.
 */
public final class Carrier {
    private final MetadataFetcher directorLink;
    private final MetadataFetcher imagesLink;
    private final ContentSource link;
    private @Nullable BundleFile mounted;

    /**
     * Begins with the link.
     *
     * @param https asked at every fetch, so that a renewed certificate is used
     * @param link where bytes come from without a bundle
     */
    public Carrier(Supplier<DeviceHttps> https, ContentSource link) {
        MetadataLink metadata = new MetadataLink(https::get);
        this.directorLink = metadata.repository("/device/v1/director/");
        this.imagesLink = metadata.repository("/device/v1/images/");
        this.link = link;
    }

    /** Files of the director repository. */
    public MetadataFetcher director() {
        return (name, most) -> {
            BundleFile bundle = mounted;
            return (bundle == null ? directorLink : bundle.director()).fetch(name, most);
        };
    }

    /** Files of the image repository. */
    public MetadataFetcher images() {
        return (name, most) -> {
            BundleFile bundle = mounted;
            return (bundle == null ? imagesLink : bundle.images()).fetch(name, most);
        };
    }

    /** Bytes of targets. */
    public ContentSource.Part open(String sha256, long offset) throws IOException {
        BundleFile bundle = mounted;
        return bundle == null ? link.open(sha256, offset) : bundle.open(sha256, offset);
    }

    void mount(BundleFile bundle) {
        mounted = bundle;
    }

    void unmount() {
        mounted = null;
    }
}
