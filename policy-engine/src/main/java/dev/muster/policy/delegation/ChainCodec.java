package dev.muster.policy.delegation;

import dev.muster.policy.condition.ConditionBlock;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Writes and reads chains, version 1; little-endian. Every loop is bounded by bytes that are there, and what is read must
 * be what would be written, so there is one way to write a chain.
 */
final class ChainCodec {
    /** "MUSTERCH" as bytes in file order. */
    private static final long MAGIC = 0x48_43_52_45_54_53_55_4DL;

    private static final int VERSION = 1;

    // What a signature or digest covers begins with what it is for: none can stand for another.
    private static final String ROOT = "muster.dev/capability-root/1";
    private static final String BLOCK = "muster.dev/capability-block/1";
    private static final String PROOF = "muster.dev/capability-proof/1";

    private ChainCodec() {}

    static byte[] write(DelegationChain chain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        number(MAGIC, 8, out);
        number(VERSION, 2, out);
        root(chain.root(), out);
        out.write(chain.blocks().size());
        for (DelegationChain.Block block : chain.blocks()) {
            content(block.right(), out);
            out.writeBytes(decode(block.signature()));
        }
        if (out.size() > DelegationChain.MAX_LENGTH) {
            throw new DelegationException("chain: at most " + DelegationChain.MAX_LENGTH + " bytes expected, found "
                    + out.size() + "; hand on fewer permissions or a simpler condition");
        }
        return out.toByteArray();
    }

    static DelegationChain read(byte[] bytes) {
        if (bytes.length > DelegationChain.MAX_LENGTH) {
            throw new DelegationException(
                    "chain: at most " + DelegationChain.MAX_LENGTH + " bytes expected, found " + bytes.length);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if (in.getLong() != MAGIC) {
                throw new DelegationException("chain: `MUSTERCH` expected, found something else");
            }
            int version = in.getShort() & 0xFFFF;
            if (version != VERSION) {
                throw new DelegationException("chain: format version " + VERSION + " expected, found " + version);
            }
            DelegationChain chain = content(in);
            if (in.hasRemaining() || !Arrays.equals(chain.write(), bytes)) {
                throw new DelegationException("chain: its one way of writing expected, found another");
            }
            return chain;
        } catch (BufferUnderflowException e) {
            throw new DelegationException("chain: more bytes expected, found their end", e);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new DelegationException("chain: " + e.getMessage(), e);
        }
    }

    /** What the id of a root is the digest of. */
    static byte[] rootBytes(DelegationRoot root) {
        ByteArrayOutputStream out = domain(ROOT);
        root(root, out);
        return out.toByteArray();
    }

    /** What the holder of what has the id {@code before} signs to hand it on, and the block's id is the digest of. */
    static byte[] signed(String before, Delegation right) {
        ByteArrayOutputStream out = domain(BLOCK);
        out.writeBytes(HexFormat.of().parseHex(before));
        content(right, out);
        return out.toByteArray();
    }

    /** What the last holder of a chain signs to show that it is the asker's. */
    static byte[] proof(Claim claim, String last) {
        ByteArrayOutputStream out = domain(PROOF);
        out.writeBytes(decode(claim.nonce()));
        out.writeBytes(HexFormat.of().parseHex(last));
        text(claim.tenant(), out);
        text(claim.device(), out);
        text(claim.app().bundle(), out);
        number(claim.app().user(), 4, out);
        number(claim.app().instance(), 4, out);
        text(claim.permission(), out);
        return out.toByteArray();
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java platform", e);
        }
    }

    /** The bytes of a text in base64url; none where it is no such text, or there is another way to write them. */
    static byte[] decode(String base64) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(base64);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(base64) ? bytes : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static void root(DelegationRoot root, ByteArrayOutputStream out) {
        text(root.tenant(), out);
        text(root.capability(), out);
        out.writeBytes(root.holder().bytes());
    }

    private static void content(Delegation right, ByteArrayOutputStream out) {
        out.writeBytes(right.holder().bytes());
        out.write(right.depth());
        number(right.notBefore().getEpochSecond(), 8, out);
        number(right.notAfter().getEpochSecond(), 8, out);
        texts(right.permissions(), out);
        texts(right.bundles(), out);
        texts(right.devices(), out);
        byte[] condition = right.condition().map(ConditionBlock::write).orElse(new byte[0]);
        if (condition.length > 0xFFFF) {
            throw new DelegationException(
                    "chain: a condition of at most 65535 bytes expected, found " + condition.length);
        }
        number(condition.length, 2, out);
        out.writeBytes(condition);
    }

    private static DelegationChain content(ByteBuffer in) {
        DelegationRoot root = new DelegationRoot(text(in), text(in), HolderKey.of(bytes(HolderKey.BYTES, in)));
        int count = in.get() & 0xFF;
        if (count > DelegationChain.MOST_BLOCKS) {
            throw new DelegationException(
                    "chain: at most " + DelegationChain.MOST_BLOCKS + " blocks expected, found " + count);
        }
        List<DelegationChain.Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Delegation right = right(in);
            byte[] signature = bytes(HolderKey.SIGNATURE_BYTES, in);
            blocks.add(new DelegationChain.Block(
                    right, Base64.getUrlEncoder().withoutPadding().encodeToString(signature)));
        }
        return new DelegationChain(root, blocks);
    }

    private static Delegation right(ByteBuffer in) {
        HolderKey holder = HolderKey.of(bytes(HolderKey.BYTES, in));
        int depth = in.get() & 0xFF;
        Instant notBefore = Instant.ofEpochSecond(in.getLong());
        Instant notAfter = Instant.ofEpochSecond(in.getLong());
        NavigableSet<String> permissions = texts(in);
        NavigableSet<String> bundles = texts(in);
        NavigableSet<String> devices = texts(in);
        byte[] condition = bytes(in.getShort() & 0xFFFF, in);
        return new Delegation(
                permissions,
                bundles,
                devices,
                condition.length == 0 ? Optional.empty() : Optional.of(ConditionBlock.read(ByteBuffer.wrap(condition))),
                notBefore,
                notAfter,
                depth,
                holder);
    }

    private static ByteArrayOutputStream domain(String purpose) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(purpose, out);
        return out;
    }

    private static void texts(Collection<String> texts, ByteArrayOutputStream out) {
        out.write(texts.size());
        texts.forEach(text -> text(text, out));
    }

    private static NavigableSet<String> texts(ByteBuffer in) {
        NavigableSet<String> texts = new TreeSet<>();
        int count = in.get() & 0xFF;
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return texts;
    }

    private static void text(String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new DelegationException("chain: a name of at most 65535 bytes expected, found " + bytes.length);
        }
        number(bytes.length, 2, out);
        out.writeBytes(bytes);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = bytes(in.getShort() & 0xFFFF, in);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DelegationException("chain: a name in UTF-8 expected, found other bytes", e);
        }
    }

    private static byte[] bytes(int count, ByteBuffer in) {
        if (count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private static void number(long value, int bytes, ByteArrayOutputStream out) {
        for (int i = 0; i < bytes; i++) {
            out.write((int) (value >>> (8 * i)));
        }
    }
}
