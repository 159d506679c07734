package dev.muster.policy.bundle;

import dev.muster.policy.model.AppKey;
import dev.muster.policy.token.AccessTokenId;
import java.util.Arrays;
import java.util.Map;

/**
 * Which row of a bundle speaks of which token: what a device knows and a bundle, shared by many devices, cannot.
 * Immutable and thread-safe; made anew when apps come or go or another bundle is in force.
 */
public final class TokenRows {
    private final int[] tokens;
    private final int[] rows;

    private TokenRows(int[] tokens, int[] rows) {
        this.tokens = tokens;
        this.rows = rows;
    }

    /** The table for the tokens of a device; those the bundle does not speak of are left out. */
    public static TokenRows of(Bundle bundle, Map<AccessTokenId, AppKey> tokens) {
        // A power of two with at least half of it empty: searches are short and end.
        int size = Integer.highestOneBit(Math.max(1, tokens.size())) * 4;
        int[] ids = new int[size];
        int[] rows = new int[size];
        Arrays.fill(rows, -1);
        tokens.forEach((token, app) -> {
            int row = bundle.row(app);
            if (row >= 0 && token.isWellFormed() && !token.isRender()) {
                int at = home(token.value(), size);
                while (ids[at] != 0) {
                    at = (at + 1) & (size - 1);
                }
                ids[at] = token.value();
                rows[at] = row;
            }
        });
        return new TokenRows(ids, rows);
    }

    /** The row of a token for {@link Bundle#verify}, or -1 where it has none. Does not allocate. */
    public int row(int token) {
        if (token == 0) {
            return -1;
        }
        int at = home(token, tokens.length);
        while (tokens[at] != 0) {
            if (tokens[at] == token) {
                return rows[at];
            }
            at = (at + 1) & (tokens.length - 1);
        }
        return -1;
    }

    private static int home(int token, int size) {
        return ((token * 0x9E3779B1) >>> 7) & (size - 1);
    }
}
