package dev.muster.policy.delegation;

import dev.muster.policy.Fixtures;
import dev.muster.policy.capability.CapabilityFile;
import dev.muster.policy.capability.DeviceCapability;
import dev.muster.policy.condition.ConditionBlock;
import dev.muster.policy.condition.FactTable;
import dev.muster.policy.condition.Lowering;
import dev.muster.policy.condition.Situation;
import dev.muster.policy.condition.Terms;
import dev.muster.policy.model.AppSelector;
import dev.muster.policy.model.Capability;
import dev.muster.policy.model.Condition;
import dev.muster.policy.model.DeviceSelector;
import dev.muster.policy.model.FactKind;
import dev.muster.policy.model.PolicySnapshot;
import dev.muster.policy.model.UserSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A machine builder holds capability {@code maintenance} of device {@code drill-7}, hands it to a service company, and that
 * one to a technician's tablet for a shift. Part of the golden chain: do not change.
 */
public final class Chains {
    public static final Holder BUILDER = Holder.of(1);
    public static final Holder COMPANY = Holder.of(2);
    public static final Holder TABLET = Holder.of(3);
    public static final Instant START = Instant.parse("2026-03-02T00:00:00Z");
    public static final Instant SHIFT = Instant.parse("2026-03-02T06:00:00Z");
    public static final String DEVICE = "drill-7";
    public static final String NONCE =
            Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[Claim.NONCE_BYTES]);
    public static final DelegationRoot ROOT = new DelegationRoot("default", "maintenance", BUILDER.key());

    private Chains() {}

    /** Camera and location for the drill and the lamp, for a month. */
    public static Capability document() {
        return new Capability(
                "maintenance",
                "",
                new TreeSet<>(Set.of(Fixtures.CAMERA, Fixtures.LOCATION)),
                AppSelector.bundles("com.example.*"),
                new DeviceSelector.Ids(new TreeSet<>(Set.of(DEVICE, "drill-8"))),
                UserSelector.ALL,
                Condition.ALWAYS,
                Optional.empty(),
                START.plus(Duration.ofDays(30)),
                Optional.of(BUILDER.key().text()));
    }

    /** The device's file with the capability under a condition. */
    public static CapabilityFile file(Condition when, String... revoked) {
        FactTable facts = FactTable.of(List.of(when), PolicySnapshot.empty(0));
        Condition whole = Condition.both(when, new Condition.Until(document().notAfter()));
        return new CapabilityFile(
                DEVICE,
                8,
                new ConditionBlock("", facts, List.of()),
                List.of(new DeviceCapability(
                        "maintenance",
                        document().permissions(),
                        new TreeSet<>(Set.of(Fixtures.DRILL, Fixtures.LAMP)),
                        (Terms) Lowering.lower(whole, facts),
                        document().holder())),
                new TreeSet<>(Set.of(revoked)));
    }

    /** Both permissions to the company for a week. */
    public static Delegation toCompany() {
        return new Delegation(
                document().permissions(),
                new TreeSet<>(),
                new TreeSet<>(),
                Optional.empty(),
                START,
                START.plus(Duration.ofDays(7)),
                1,
                COMPANY.key());
    }

    /** The camera of the drill on this device to the tablet for one shift, while it is docked. */
    public static Delegation toTablet() {
        return new Delegation(
                new TreeSet<>(Set.of(Fixtures.CAMERA)),
                new TreeSet<>(Set.of("com.example.dr*")),
                new TreeSet<>(Set.of(DEVICE)),
                Delegation.condition(new Condition.Fact(FactKind.STATE, "docked"), PolicySnapshot.empty(0), ""),
                SHIFT,
                SHIFT.plus(Duration.ofHours(8)),
                0,
                TABLET.key());
    }

    public static DelegationChain company() {
        return DelegationChain.of(ROOT).narrowed(document(), toCompany(), BUILDER);
    }

    /** The whole chain. */
    public static DelegationChain tablet() {
        return company().narrowed(toTablet(), COMPANY);
    }

    public static Claim claim() {
        return new Claim(NONCE, "default", DEVICE, Fixtures.DRILL, Fixtures.CAMERA);
    }

    /** In the shift, docked. */
    public static Situation docked() {
        return new Situation(
                SHIFT.plusSeconds(60),
                Optional.empty(),
                new TreeSet<>(),
                new TreeSet<>(),
                new TreeSet<>(Set.of("docked")),
                Optional.empty());
    }
}
