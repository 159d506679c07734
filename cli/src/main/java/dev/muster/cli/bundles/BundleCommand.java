package dev.muster.cli.bundles;

import dev.muster.cli.http.CliException;
import dev.muster.cli.http.ExitCode;
import dev.muster.cli.http.Url;
import dev.muster.cli.output.Show;
import dev.muster.cli.session.Session;
import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.bundle.BundleIndex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "bundle",
        headerHeading = "Example: muster bundle create --device pump-7 --out pump-7.mbundle%n%n",
        header = "Updates in a file, for devices without a link.")
public final class BundleCommand {
    private static final int MAX_INDEX_BYTES = 1 << 20;

    private final Session session;

    BundleCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "create",
            headerHeading = "Example: muster bundle create --device pump-7,pump-8 --out north.mbundle%n%n",
            header =
                    "Sign what devices must be now, and write it with all bytes into a file. On the device: muster-agent apply-bundle FILE")
    void create(
            @Option(
                            names = "--device",
                            paramLabel = "D[,D2]",
                            required = true,
                            split = ",",
                            description = "Whom it is for, at most 200.")
                    List<String> devices,
            @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where to write it.")
                    Path out) {
        session.api().download(Url.of("bundles"), Map.of("devices", devices), out);
        BundleIndex index = index(out);
        session.printer()
                .done("wrote " + out + ": " + devices(index) + ", " + index.targets() + " contents, "
                        + Show.bytes(index.bytes()) + "\nto be applied before " + index.expires()
                        + " with: muster-agent apply-bundle " + out.getFileName());
    }

    @Command(
            name = "show",
            headerHeading = "Example: muster bundle show north.mbundle%n%n",
            header = "Whom a bundle says it is for, and until when it can be applied. Needs no server.")
    void show(@Parameters(paramLabel = "FILE", description = "The bundle.") Path file) {
        BundleIndex index = index(file);
        session.printer()
                .done("tenant " + index.tenant().value() + ", made " + index.createdAt() + ", to be applied before "
                        + index.expires() + "\n" + devices(index) + "\n" + index.targets() + " contents, "
                        + Show.bytes(index.bytes()));
    }

    private static String devices(BundleIndex index) {
        return (index.devices().size() == 1 ? "device " : "devices ")
                + String.join(
                        ", ", index.devices().stream().map(Object::toString).toList());
    }

    private static BundleIndex index(Path file) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(BundleIndex.ENTRY);
            if (entry == null) {
                throw new CliException(
                        ExitCode.FAILED, "expected a bundle, found no `" + BundleIndex.ENTRY + "` in `" + file + "`");
            }
            try (InputStream in = zip.getInputStream(entry)) {
                return BundleIndex.fromJson(in.readNBytes(MAX_INDEX_BYTES));
            }
        } catch (IOException | ProtocolException e) {
            throw new CliException(
                    ExitCode.FAILED, "expected a whole bundle, found `" + file + "`: " + e.getMessage(), e);
        }
    }
}
