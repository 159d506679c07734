package dev.muster.policy.delegation;

import dev.muster.policy.model.Capability;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A capability handed on: its root, then blocks, each signed by the holder of what is before it and naming the next
 * holder. A chain without blocks is what the root's own holder presents. Immutable; nothing is verified but its form.
 */
public record DelegationChain(DelegationRoot root, List<Block> blocks) {
    /** Blocks a chain has at most. */
    public static final int MOST_BLOCKS = 8;

    /** Bytes a chain has at most: in base64 it fits a line of the agent's socket. */
    public static final int MAX_LENGTH = 8 << 10;

    public DelegationChain {
        blocks = List.copyOf(blocks);
        if (blocks.size() > MOST_BLOCKS) {
            throw new DelegationException("chain: at most " + MOST_BLOCKS + " blocks expected, found " + blocks.size());
        }
    }

    /**
     * A block.
     *
     * @param signature 64 bytes in base64url without padding, by the holder of what is before it
     */
    public record Block(Delegation right, String signature) {
        public Block {
            if (ChainCodec.decode(signature).length != HolderKey.SIGNATURE_BYTES) {
                throw new DelegationException(
                        "chain: a signature of " + HolderKey.SIGNATURE_BYTES + " bytes in base64url expected");
            }
        }
    }

    /** Signs with a holder's private key, which this package never sees. */
    @FunctionalInterface
    public interface Signing {
        /** The Ed25519 signature over the message. */
        byte[] sign(byte[] message);
    }

    /** The chain without blocks. */
    public static DelegationChain of(DelegationRoot root) {
        return new DelegationChain(root, List.of());
    }

    /**
     * Reads a chain; what is written again is the same bytes.
     *
     * @throws DelegationException when it is truncated, too long, of another version, or written in any other way
     */
    public static DelegationChain read(byte[] bytes) {
        return ChainCodec.read(bytes);
    }

    /**
     * The bytes of the chain.
     *
     * @throws DelegationException when they would be more than {@link #MAX_LENGTH}
     */
    public byte[] write() {
        return ChainCodec.write(this);
    }

    /** Who holds what the chain gives: the last block's holder, or the root's. */
    public HolderKey holder() {
        return blocks.isEmpty() ? root.holder() : blocks.getLast().right().holder();
    }

    /** What the blocks hand on, in order. */
    public List<Delegation> rights() {
        return blocks.stream().map(Block::right).toList();
    }

    /**
     * Revocation ids: the root's, then each block's. A block's id is the SHA-256 of what its signature covers, which
     * begins with the id before it, so an id stands for the whole chain up to there.
     */
    public List<String> ids() {
        List<String> ids = new ArrayList<>(List.of(root.id()));
        blocks.forEach(block -> ids.add(ChainCodec.sha256(ChainCodec.signed(ids.getLast(), block.right()))));
        return ids;
    }

    /** The first block that the holder of what is before it did not sign, from 1 on; 0 where all are good. */
    int firstBadSignature() {
        List<String> ids = ids();
        HolderKey signer = root.holder();
        for (int i = 0; i < blocks.size(); i++) {
            Block block = blocks.get(i);
            if (!signer.verifies(ChainCodec.signed(ids.get(i), block.right()), ChainCodec.decode(block.signature()))) {
                return i + 1;
            }
            signer = block.right().holder();
        }
        return 0;
    }

    /** What is wrong with the chain by itself: a block that widens what it is cut from, or that another key signed. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>(Narrowing.problems(rights()));
        int bad = firstBadSignature();
        if (bad > 0) {
            problems.add("block " + bad + " is not signed by the holder of what is before it");
        }
        return problems;
    }

    /**
     * The chain with one block more, cut from the last.
     *
     * @param signing with the key of {@link #holder()}
     * @throws DelegationException when the chain is not good, the block would widen it (nothing is signed then), there is
     *     no room for it, or the key is another
     */
    public DelegationChain narrowed(Delegation next, Signing signing) {
        List<String> problems = new ArrayList<>(problems());
        if (problems.isEmpty()) {
            List<Delegation> all = new ArrayList<>(rights());
            all.add(next);
            problems.addAll(Narrowing.problems(all));
        }
        if (!problems.isEmpty()) {
            throw new DelegationException(String.join("; ", problems));
        }
        byte[] message = ChainCodec.signed(ids().getLast(), next);
        byte[] signature = signing.sign(message);
        if (!holder().verifies(message, signature)) {
            throw new DelegationException("the private key of the chain's holder `" + holder() + "` expected, found"
                    + " another: only who holds a right can hand it on");
        }
        List<Block> longer = new ArrayList<>(blocks);
        longer.add(new Block(next, Base64.getUrlEncoder().withoutPadding().encodeToString(signature)));
        DelegationChain chain = new DelegationChain(root, longer);
        chain.write();
        return chain;
    }

    /**
     * The same for a chain without blocks, held against the document of its root.
     *
     * @throws DelegationException also when the block would widen the document, or the document is not this root
     */
    public DelegationChain narrowed(Capability document, Delegation next, Signing signing) {
        List<String> problems = new ArrayList<>();
        if (!blocks.isEmpty()) {
            problems.add("the root's document is held against the first block, and there is one already");
        }
        if (!document.name().equals(root.capability())
                || !document.holder().equals(Optional.of(root.holder().text()))) {
            problems.add("the document of capability `" + root.capability() + "` with its holder key expected");
        }
        problems.addAll(Narrowing.problems(document, next));
        if (!problems.isEmpty()) {
            throw new DelegationException(String.join("; ", problems));
        }
        return narrowed(next, signing);
    }
}
