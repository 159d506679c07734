package dev.muster.policy.bundle;

/** One rule's condition has more parts than a bundle holds, whatever the device. */
public final class RuleTooComplex extends BundleException {
    private static final long serialVersionUID = 1;

    private final String rule;
    private final String reason;

    /**
     * A rule is too complex.
     *
     * @param rule name of the binding, guard rail or capability
     * @param reason what was expected and found
     */
    public RuleTooComplex(String rule, String reason) {
        super("`" + rule + "`: " + reason);
        this.rule = rule;
        this.reason = reason;
    }

    public String rule() {
        return rule;
    }

    public String reason() {
        return reason;
    }
}
