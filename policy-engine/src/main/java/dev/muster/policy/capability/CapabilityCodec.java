package dev.muster.policy.capability;

import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.model.AppKey;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** Writes and reads capability files, version 1; little-endian. Every loop is bounded by bytes that are there. */
final class CapabilityCodec {
    /** "MUSTERCP" as bytes in file order. */
    private static final long MAGIC = 0x50_43_52_45_54_53_55_4DL;

    private static final int VERSION = 1;
    private static final int HEADER = 16;
    private static final int AT_CRC = 12;

    private CapabilityCodec() {}

    static byte[] write(CapabilityFile file) {
        SequencedSet<Terms> conditions = new LinkedHashSet<>();
        file.capabilities().forEach(one -> conditions.add(one.condition()));
        List<Terms> numbered = List.copyOf(conditions);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(file.policyVersion(), 8, out);
        text(file.device(), out);
        byte[] block = new ConditionBlock(
                        file.conditions().timeZone(), file.conditions().facts(), numbered)
                .write();
        number(block.length, 4, out);
        out.writeBytes(block);
        number(file.capabilities().size(), 2, out);
        for (DeviceCapability one : file.capabilities()) {
            text(one.name(), out);
            number(numbered.indexOf(one.condition()), 2, out);
            text(one.holder().orElse(""), out);
            number(one.permissions().size(), 2, out);
            one.permissions().forEach(permission -> text(permission, out));
            number(one.apps().size(), 2, out);
            one.apps().forEach(app -> {
                text(app.bundle(), out);
                number(app.user(), 4, out);
                number(app.instance(), 4, out);
            });
        }
        number(file.revoked().size(), 2, out);
        file.revoked().forEach(id -> out.writeBytes(HexFormat.of().parseHex(id)));
        if (HEADER + out.size() > CapabilityFile.MAX_LENGTH) {
            throw new CapabilityException("capabilities: at most " + CapabilityFile.MAX_LENGTH
                    + " bytes expected, found " + (HEADER + out.size()));
        }
        byte[] bytes = new byte[HEADER + out.size()];
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putLong(MAGIC).putShort((short) VERSION).putShort((short) 0);
        System.arraycopy(out.toByteArray(), 0, bytes, HEADER, out.size());
        header.putInt(AT_CRC, checksum(header));
        return bytes;
    }

    static CapabilityFile read(ByteBuffer buffer) {
        ByteBuffer in = buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
        require(
                in.capacity() <= CapabilityFile.MAX_LENGTH,
                "at most " + CapabilityFile.MAX_LENGTH + " bytes",
                in.capacity());
        if (in.capacity() < HEADER || in.getLong(0) != MAGIC) {
            throw new CapabilityException("capabilities: `MUSTERCP` and a header of " + HEADER
                    + " bytes expected, found " + in.capacity() + " bytes of something else");
        }
        require(in.getShort(8) == VERSION, "format version " + VERSION, in.getShort(8) & 0xFFFF);
        require(in.getShort(10) == 0, "no features", in.getShort(10) & 0xFFFF);
        if (checksum(in) != in.getInt(AT_CRC)) {
            throw new CapabilityException("capabilities: checksum " + String.format("%08x", in.getInt(AT_CRC))
                    + " expected, found " + String.format("%08x", checksum(in)));
        }
        in.position(HEADER);
        try {
            return content(in);
        } catch (BufferUnderflowException e) {
            throw new CapabilityException("capabilities: more bytes expected, found their end", e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new CapabilityException("capabilities: " + e.getMessage(), e);
        }
    }

    private static CapabilityFile content(ByteBuffer in) {
        long policyVersion = in.getLong();
        String device = text(in);
        int length = in.getInt();
        require(length >= 0 && length <= in.remaining(), "conditions within the file", length);
        ConditionBlock block = ConditionBlock.read(in.slice(in.position(), length));
        in.position(in.position() + length);
        List<DeviceCapability> capabilities = new ArrayList<>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            DeviceCapability one = capability(in, block);
            require(
                    i == 0 || capabilities.getLast().name().compareTo(one.name()) < 0,
                    "capabilities in rising order",
                    i);
            capabilities.add(one);
        }
        NavigableSet<String> revoked = new TreeSet<>();
        int ids = in.getShort() & 0xFFFF;
        for (int i = 0; i < ids; i++) {
            byte[] id = new byte[32];
            in.get(id);
            revoked.add(HexFormat.of().formatHex(id));
        }
        require(!in.hasRemaining(), "their end", in.remaining());
        ConditionBlock facts = new ConditionBlock(block.timeZone(), block.facts(), List.of());
        return new CapabilityFile(device, policyVersion, facts, capabilities, revoked);
    }

    private static DeviceCapability capability(ByteBuffer in, ConditionBlock block) {
        String name = text(in);
        int condition = in.getShort() & 0xFFFF;
        require(condition < block.conditions().size(), "a condition that is listed", condition);
        String holder = text(in);
        NavigableSet<String> permissions = new TreeSet<>();
        int count = in.getShort() & 0xFFFF;
        for (int i = 0; i < count; i++) {
            permissions.add(text(in));
        }
        NavigableSet<AppKey> apps = new TreeSet<>();
        int instances = in.getShort() & 0xFFFF;
        for (int i = 0; i < instances; i++) {
            apps.add(new AppKey(text(in), in.getInt(), in.getInt()));
        }
        return new DeviceCapability(
                name,
                permissions,
                apps,
                block.conditions().get(condition),
                holder.isEmpty() ? Optional.empty() : Optional.of(holder));
    }

    static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, AT_CRC));
        crc.update(bytes.slice(AT_CRC + 4, bytes.capacity() - AT_CRC - 4));
        return (int) crc.getValue();
    }

    private static void text(String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new CapabilityException(
                    "capabilities: a name of at most 65535 bytes expected, found " + bytes.length);
        }
        number(bytes.length, 2, out);
        out.writeBytes(bytes);
    }

    private static String text(ByteBuffer in) {
        int length = in.getShort() & 0xFFFF;
        require(length <= in.remaining(), "a name within the file", length);
        ByteBuffer bytes = in.slice(in.position(), length);
        in.position(in.position() + length);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new CapabilityException("capabilities: a name in UTF-8 expected, found other bytes", e);
        }
    }

    private static void number(long value, int bytes, ByteArrayOutputStream out) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }

    private static void require(boolean holds, String expected, int found) {
        if (!holds) {
            throw new CapabilityException("capabilities: " + expected + " expected, found " + found);
        }
    }
}
