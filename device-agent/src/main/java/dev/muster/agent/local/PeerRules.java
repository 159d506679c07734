package dev.muster.agent.local;

import dev.muster.protocol.ProtocolException;
import dev.muster.protocol.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Who on this device may ask what: the agent's own user and root everything, others what the signed settings say in
 * {@code agent.local.allow}. Pure.
 *
 * <pre>{@code
 * {"agent": {"local": {"allow": [{"user": "pump", "ops": ["verify", "publish"]}, {"group": "services", "ops": ["verify"]}]}}}
 * }</pre>
 */
public record PeerRules(List<Rule> rules) {
    /** The agent's own user and root alone. */
    public static final PeerRules OWNER = new PeerRules(List.of());

    private static final String ROOT = "root";

    /**
     * One line.
     *
     * @param user empty where it is for a group
     * @param group a primary group; empty where it is for a user
     */
    public record Rule(String user, String group, Set<LocalOp> ops) {
        public Rule {
            ops = Set.copyOf(ops);
        }

        private boolean isFor(Peer peer) {
            return user.isEmpty() ? group.equals(peer.group()) : user.equals(peer.user());
        }
    }

    public PeerRules {
        rules = List.copyOf(rules);
    }

    /** The rules in member {@code agent} of a settings document; a {@link ProtocolException} where they cannot be read. */
    public static PeerRules in(JsonObject agent) {
        return agent.optionalObject("local")
                .filter(local -> local.has("allow"))
                .map(local -> new PeerRules(local.objects("allow", PeerRules::rule)))
                .orElse(OWNER);
    }

    private static Rule rule(JsonObject json) {
        String user = json.optionalString("user").orElse("");
        String group = json.optionalString("group").orElse("");
        if (user.isEmpty() == group.isEmpty()) {
            throw new ProtocolException("expected one of `user` and `group` in `agent.local.allow`, found "
                    + (user.isEmpty() ? "neither" : "both"));
        }
        Set<LocalOp> ops = EnumSet.noneOf(LocalOp.class);
        for (String word : json.strings("ops")) {
            ops.add(LocalOp.find(word)
                    .orElseThrow(() ->
                            new ProtocolException("expected one of " + LocalOp.words() + ", found `" + word + "`")));
        }
        if (ops.isEmpty()) {
            throw new ProtocolException("expected `ops` in every line of `agent.local.allow`, found none");
        }
        if (ops.contains(LocalOp.VERIFY)) {
            ops.add(LocalOp.NONCE);
        }
        return new Rule(user, group, ops);
    }

    /**
     * Whether the peer may ask it.
     *
     * @param owner user that the agent runs as
     */
    public boolean allows(Peer peer, LocalOp op, String owner) {
        return peer.user().equals(owner)
                || peer.user().equals(ROOT)
                || rules.stream()
                        .anyMatch(rule -> rule.isFor(peer) && rule.ops().contains(op));
    }
}
