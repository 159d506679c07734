package dev.muster.control.readiness;

import java.util.List;

/** A feature that knows which of its settings are good for a trial only. Every bean of this type is asked. */
public interface ReadinessCheck {
    /**
     * One unsafe setting.
     *
     * @param setting its key, or what else can be changed
     * @param found what is there now; never a secret
     * @param instead what would be safe
     */
    record Unsafe(String setting, String found, String instead) {
        /** As an operator reads it. */
        public String text() {
            return "`" + setting + "`: found " + found + "; " + instead;
        }
    }

    /** What is unsafe, as settings and files are now; changes nothing. */
    List<Unsafe> unsafe();
}
