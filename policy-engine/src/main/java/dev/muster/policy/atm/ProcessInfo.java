package dev.muster.policy.atm;

import dev.muster.policy.permission.Apl;
import dev.muster.policy.token.TokenType;
import java.util.List;
import java.util.Set;

/**
 * A system process or shell, as the file of native tokens lists it.
 *
 * @param name 1 to 256 characters
 * @param type {@link TokenType#NATIVE} or {@link TokenType#SHELL}
 * @param apl its level; nothing compares it with the level of its permissions
 * @param permissions at most 1,024; it holds exactly these, as if fixed by the system
 * @param acls read and bounded as the permissions are, not enforced
 * @param dcaps at most 32 of 1,024 characters
 */
public record ProcessInfo(
        String name, TokenType type, Apl apl, Set<String> permissions, List<String> acls, List<String> dcaps) {
    private static final int MAX_PERMISSIONS = 1024;
    private static final int MAX_DCAPS = 32;
    private static final int MAX_DCAP = 1024;

    public ProcessInfo {
        permissions = Set.copyOf(permissions);
        acls = List.copyOf(acls);
        dcaps = List.copyOf(dcaps);
    }

    /** A process of the highest level with nothing but permissions. */
    public static ProcessInfo of(String name, TokenType type, Set<String> permissions) {
        return new ProcessInfo(name, type, Apl.SYSTEM_CORE, permissions, List.of(), List.of());
    }

    boolean isValid() {
        return type != TokenType.HAP
                && Admission.isName(name)
                && permissions.size() <= MAX_PERMISSIONS
                && permissions.stream().allMatch(Admission::isName)
                && acls.size() <= MAX_PERMISSIONS
                && dcaps.size() <= MAX_DCAPS
                && dcaps.stream().allMatch(dcap -> !dcap.isEmpty() && dcap.length() <= MAX_DCAP);
    }
}
