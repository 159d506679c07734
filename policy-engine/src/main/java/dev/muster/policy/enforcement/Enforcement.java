package dev.muster.policy.enforcement;

import java.util.Locale;

/** How far a decision binds on a device. Every answer a person sees carries it; none says "denied" for what the OS grants. */
public sealed interface Enforcement {
    /** Stable code: {@code enforced-by-os}, {@code enforced-at-verify}, {@code observed-only} or {@code impossible}. */
    String code();

    /** One phrase for people. */
    String text();

    /** The operating system itself refuses. */
    record ByOs(Mechanism mechanism) implements Enforcement {
        @Override
        public String code() {
            return "enforced-by-os";
        }

        @Override
        public String text() {
            return "enforced by the OS: " + mechanism.text();
        }
    }

    /** Services that ask the agent's local socket are told; nobody else is stopped. */
    record AtVerify() implements Enforcement {
        @Override
        public String code() {
            return "enforced-at-verify";
        }

        @Override
        public String text() {
            return "enforced where services ask the agent";
        }
    }

    /** The difference is seen and reported, and that is all. */
    record ObservedOnly(String why) implements Enforcement {
        @Override
        public String code() {
            return "observed-only";
        }

        @Override
        public String text() {
            return "observed only: " + why;
        }
    }

    /** Nothing on this device can bring it about or even see it. */
    record Impossible(String why) implements Enforcement {
        @Override
        public String code() {
            return "impossible";
        }

        @Override
        public String text() {
            return "impossible here: " + why;
        }
    }

    /** What of the operating system does it. */
    enum Mechanism {
        /** The installer refuses by the signed profile. */
        INSTALL_ADMISSION,
        /** The app is removed or disabled. */
        APP_REMOVAL,
        /** User policy or administrator call of the privileged helper in the image. */
        PRIVILEGED_HELPER,
        /** The {@code atm} command on a debug build. */
        ATM_COMMAND;

        /** Words for people. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
