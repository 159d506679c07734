package dev.muster.control.packages;

import dev.muster.control.packages.PackageRefused.Code;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names of entries: UTF-8 that stays inside the directory it is unpacked to, on every system. Pure. */
final class EntryName {
    private static final int MAX_CHARS = 512;

    private EntryName() {}

    static String decode(ByteBuffer bytes, int at, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(bytes.slice(at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new PackageRefused(Code.UNSAFE_ENTRY, "expected entry names in UTF-8, found other bytes", e);
        }
    }

    static void check(String name) {
        boolean unsafe = name.isEmpty()
                || name.length() > MAX_CHARS
                || name.startsWith("/")
                || name.indexOf('\\') >= 0
                || name.indexOf(':') >= 0
                || name.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
        String inside = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String part : inside.split("/", -1)) {
            unsafe |= part.isEmpty() || part.equals(".") || part.equals("..");
        }
        if (unsafe) {
            throw new PackageRefused(
                    Code.UNSAFE_ENTRY, "expected entry names that stay inside the package, found `" + name + "`");
        }
    }
}
