package dev.muster.control.ota;

import dev.muster.control.ota.OtaPackage.Component;
import dev.muster.control.packages.PackageRefused;
import dev.muster.control.packages.PackageRefused.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads {@code update.bin} once from front to end: header, component table, hashes, signature, then the bytes of every
 * component, whose digests are checked as they pass. Only the two small lists are kept. For one file and one thread.
 */
final class UpdateBin {
    private static final int MAX_COMPONENTS = 700;
    private static final int MAX_HASH_BYTES = 16 << 20;
    private static final int MAX_LIST_BYTES = 64 << 10;
    private static final int MAX_SIGNATURE_BYTES = 512;
    private static final long MAX_BYTES = 0xffffffffL;

    private final HashedInput in;
    private final long length;

    private UpdateBin(InputStream in, long length) {
        this.in = new HashedInput(in, length);
        this.length = length;
    }

    /**
     * What was read.
     *
     * @param signedDigest SHA-256 of what the signature covers, hex
     * @param signature hex; empty where the area for it is
     */
    record Content(
            boolean mini,
            long fileVersion,
            String productId,
            String softwareVersion,
            String made,
            List<Component> components,
            List<String> boards,
            List<String> versions,
            String signedDigest,
            Optional<String> signature) {}

    static Content read(InputStream in, long length) throws IOException {
        if (length > MAX_BYTES) {
            throw new PackageRefused(Code.OTA_TOO_LARGE, "`update.bin`: expected less than 4 GiB, found " + length);
        }
        return new UpdateBin(in, length).read();
    }

    private Content read() throws IOException {
        ByteBuffer headerTlv = in.read(OtaFormat.TLV_BYTES);
        int type = unsigned(headerTlv.getShort(0));
        if (type == OtaFormat.STREAMED) {
            throw new PackageRefused(
                    Code.OTA_UNSUPPORTED,
                    "`update.bin`: expected components one after the other, found the streaming form");
        }
        if (type != OtaFormat.HEADER_STANDARD && type != OtaFormat.HEADER_MINI) {
            throw invalid("expected a header of type 0x01 or 0x11, found 0x" + Integer.toHexString(type));
        }
        boolean mini = type == OtaFormat.HEADER_MINI;
        expect("header", OtaFormat.HEADER_BYTES, unsigned(headerTlv.getShort(2)));
        ByteBuffer header = in.read(OtaFormat.HEADER_BYTES);
        long infoLength = Integer.toUnsignedLong(header.getInt());
        long fileVersion = Integer.toUnsignedLong(header.getInt());
        String product = text(header, OtaFormat.TEXT_BYTES);
        String version = text(header, OtaFormat.TEXT_BYTES);
        tlv(OtaFormat.TIME, OtaFormat.TIME_BYTES);
        ByteBuffer time = in.read(OtaFormat.TIME_BYTES);
        String made = (text(time, 16) + " " + text(time, 16)).trim();
        List<Component> components = components(mini);
        text(in.read(OtaFormat.DESCRIPTOR_BYTES), OtaFormat.DESCRIPTOR_BYTES);
        if (infoLength != in.position()) {
            throw invalid("expected a header of " + in.position() + " bytes, found that it says " + infoLength);
        }
        Signed signed = signature();
        Map<String, List<String>> lists = contents(components, signed.pieces());
        String digest = signed.old() ? hex(in.digest()) : signed.digest();
        return new Content(
                mini,
                fileVersion,
                product,
                version,
                made,
                components,
                lists.getOrDefault("board_list", List.of()),
                lists.getOrDefault("version_list", List.of()),
                digest,
                signed.signature());
    }

    private List<Component> components(boolean mini) throws IOException {
        ByteBuffer tlv = in.read(OtaFormat.TLV_BYTES);
        int entry = (mini ? OtaFormat.ADDRESS_MINI : OtaFormat.ADDRESS_STANDARD) + OtaFormat.COMPONENT_REST_BYTES;
        int bytes = unsigned(tlv.getShort(2));
        if (unsigned(tlv.getShort(0)) != OtaFormat.COMPONENTS || bytes == 0 || bytes % entry != 0) {
            throw invalid("expected a table of components of " + entry + " bytes each, found " + bytes + " bytes");
        }
        if (bytes / entry > MAX_COMPONENTS) {
            throw new PackageRefused(
                    Code.OTA_TOO_LARGE,
                    "`update.bin`: expected at most " + MAX_COMPONENTS + " components, found " + bytes / entry);
        }
        List<Component> components = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < bytes / entry; i++) {
            ByteBuffer row = in.read(entry);
            String address = text(row, mini ? OtaFormat.ADDRESS_MINI : OtaFormat.ADDRESS_STANDARD);
            int id = unsigned(row.getShort());
            int resourceType = Byte.toUnsignedInt(row.get());
            int flags = Byte.toUnsignedInt(row.get());
            int kind = Byte.toUnsignedInt(row.get());
            String version = text(row, 10);
            long size = Integer.toUnsignedLong(row.getInt());
            long originalSize = Integer.toUnsignedLong(row.getInt());
            byte[] digest = new byte[OtaFormat.SHA256_BYTES];
            row.get(digest);
            if (address.isEmpty() || !addresses.add(address)) {
                throw invalid("expected components with an address of their own, found `" + address + "` again");
            }
            if (kind > 1) {
                throw invalid("component `" + address + "`: expected type 0 or 1, found " + kind);
            }
            components.add(new Component(
                    address,
                    id,
                    resourceType,
                    flags,
                    kind == 1,
                    version,
                    size,
                    originalSize,
                    HexFormat.of().formatHex(digest)));
        }
        return components;
    }

    /**
     * The signature and what it covers.
     *
     * @param digest of what it covers; of the older form, which covers all, not known yet
     */
    private record Signed(
            boolean old, String digest, Optional<String> signature, Map<String, List<ComponentInput.Piece>> pieces) {}

    private Signed signature() throws IOException {
        String soFar = hex(in.digestSoFar());
        byte[] first = in.readUnhashed(OtaFormat.LONG_TLV_BYTES);
        ByteBuffer tlv = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN);
        int type = unsigned(tlv.getShort(0));
        long size = Integer.toUnsignedLong(tlv.getInt(2));
        if (type == OtaFormat.SIGNATURE && isSignature(size)) {
            return new Signed(false, soFar, Optional.of(hex(in.readUnhashed((int) size))), Map.of());
        }
        if (type == OtaFormat.HASH_HEADER && size == OtaFormat.HASH_HEADER_BYTES) {
            in.hash(first);
            return hashed();
        }
        byte[] area = in.fill(first, OtaFormat.OLD_SIGNATURE_BYTES);
        in.hash(new byte[area.length]);
        // A key of 2048 bits uses the first part, one of 3072 the second.
        Optional<String> signature = Stream.of(
                        Arrays.copyOf(area, OtaFormat.OLD_SHA256_BYTES),
                        Arrays.copyOfRange(area, OtaFormat.OLD_SHA256_BYTES, area.length))
                .filter(part -> !isZero(part))
                .map(UpdateBin::hex)
                .findFirst();
        return new Signed(true, "", signature, Map.of());
    }

    private Signed hashed() throws IOException {
        ByteBuffer header = in.read(OtaFormat.HASH_HEADER_BYTES);
        int algorithm = unsigned(header.getShort());
        int digestSize = unsigned(header.getShort());
        int count = unsigned(header.getShort());
        if (algorithm != 1 || digestSize != OtaFormat.SHA256_BYTES) {
            throw invalid("expected SHA-256 hashes, found type " + algorithm + " of " + digestSize + " bytes");
        }
        ByteBuffer hashTlv = in.read(OtaFormat.LONG_TLV_BYTES);
        long size = Integer.toUnsignedLong(hashTlv.getInt(2));
        if (unsigned(hashTlv.getShort(0)) != OtaFormat.HASHES || size > MAX_HASH_BYTES) {
            throw invalid("expected hashes of the components, found " + size + " bytes of something else");
        }
        ByteBuffer hashes = in.read((int) size);
        Map<String, List<ComponentInput.Piece>> blocks = new HashMap<>();
        for (int i = 0; i < count; i++) {
            need(hashes, 38);
            String name = text(hashes, 32);
            int pieces = unsigned(hashes.getShort());
            hashes.getInt();
            List<ComponentInput.Piece> of = new ArrayList<>();
            for (int j = 0; j < pieces; j++) {
                need(hashes, 8 + OtaFormat.SHA256_BYTES);
                long start = Integer.toUnsignedLong(hashes.getInt());
                long end = Integer.toUnsignedLong(hashes.getInt());
                byte[] sha256 = new byte[OtaFormat.SHA256_BYTES];
                hashes.get(sha256);
                of.add(new ComponentInput.Piece(start, end, hex(sha256)));
            }
            blocks.put(name, of);
        }
        if (hashes.hasRemaining()) {
            throw invalid("expected nothing after the hashes of " + count + " components, found bytes");
        }
        String digest = hex(in.digestSoFar());
        ByteBuffer tlv =
                ByteBuffer.wrap(in.readUnhashed(OtaFormat.LONG_TLV_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        long signature = Integer.toUnsignedLong(tlv.getInt(2));
        if (unsigned(tlv.getShort(0)) != OtaFormat.SIGNATURE || !isSignature(signature)) {
            throw invalid("expected a signature after the hashes, found something else");
        }
        return new Signed(false, digest, Optional.of(hex(in.readUnhashed((int) signature))), blocks);
    }

    private Map<String, List<String>> contents(
            List<Component> components, Map<String, List<ComponentInput.Piece>> pieces) throws IOException {
        long expected = components.stream().mapToLong(Component::size).sum();
        long found = length - in.position();
        if (expected > found) {
            throw new PackageRefused(
                    Code.OTA_TRUNCATED, "`update.bin`: expected " + expected + " bytes of components, found " + found);
        }
        if (expected < found) {
            throw invalid("found " + (found - expected) + " bytes after the last component");
        }
        Map<String, List<String>> lists = new HashMap<>();
        for (Component component : components) {
            byte[] bytes = new ComponentInput(in, component, MAX_LIST_BYTES)
                    .read(pieces.getOrDefault(component.address(), List.of()));
            String name = component.address().replaceFirst("^/", "");
            if (name.equals("board_list") || name.equals("version_list")) {
                lists.put(name, lines(component, bytes));
            }
        }
        return lists;
    }

    private static List<String> lines(Component component, byte[] bytes) {
        if (component.size() > MAX_LIST_BYTES) {
            throw new PackageRefused(
                    Code.OTA_TOO_LARGE,
                    "component `" + component.address() + "`: expected at most 64 KiB, found " + component.size());
        }
        return new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", "").trim())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private void tlv(int type, int size) throws IOException {
        ByteBuffer tlv = in.read(OtaFormat.TLV_BYTES);
        if (unsigned(tlv.getShort(0)) != type) {
            throw invalid("expected a part of type " + type + ", found " + unsigned(tlv.getShort(0)));
        }
        expect("part " + type, size, unsigned(tlv.getShort(2)));
    }

    private static boolean isSignature(long size) {
        return size > 0 && size <= MAX_SIGNATURE_BYTES;
    }

    private static boolean isZero(byte[] bytes) {
        for (byte one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }

    private static void need(ByteBuffer bytes, int count) {
        if (bytes.remaining() < count) {
            throw new PackageRefused(Code.OTA_TRUNCATED, "`update.bin`: the hashes end in the middle of a component's");
        }
    }

    private static void expect(String what, int expected, int found) {
        if (expected != found) {
            throw invalid(what + ": expected " + expected + " bytes, found " + found);
        }
    }

    /** Text that ends with its first zero; whatever could disturb a log or a page is left out. */
    private static String text(ByteBuffer bytes, int size) {
        byte[] text = new byte[size];
        bytes.get(text);
        int end = 0;
        while (end < size && text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}", "")
                .trim();
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static int unsigned(short value) {
        return Short.toUnsignedInt(value);
    }

    private static PackageRefused invalid(String message) {
        return new PackageRefused(Code.OTA_INVALID, "`update.bin`: " + message);
    }
}
