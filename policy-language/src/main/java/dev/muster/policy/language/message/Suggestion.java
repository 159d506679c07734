package dev.muster.policy.language.message;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word that was probably meant. */
public final class Suggestion {
    private Suggestion() {}

    /** {@code ; did you mean `x`?} where one known word is near, else nothing. */
    public static String didYouMean(String found, Collection<String> known) {
        return nearest(found, known)
                .map(word -> "; did you mean `" + word + "`?")
                .orElse("");
    }

    static Optional<String> nearest(String found, Collection<String> known) {
        int most = Math.max(1, Math.min(4, found.length() / 4));
        String wanted = found.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(word -> Math.abs(word.length() - found.length()) <= most)
                .map(word -> new Near(word, distance(wanted, word.toLowerCase(Locale.ROOT), most)))
                .filter(near -> near.distance <= most)
                .min(Comparator.comparingInt(Near::distance).thenComparing(Near::word))
                .map(Near::word);
    }

    private record Near(String word, int distance) {}

    /**
     * Edits from one word to the other: insert, delete, replace, or swap two neighbours (optimal string alignment).
     * Anything above {@code most} may be told as any number above it.
     */
    private static int distance(String a, String b, int most) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            int best = Integer.MAX_VALUE;
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : step(edits, a, b, i, j);
                best = Math.min(best, edits[i][j]);
            }
            if (best > most + 1) {
                return most + 1;
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int step(int[][] edits, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(edits[i - 1][j] + 1, edits[i][j - 1] + 1);
        best = Math.min(best, edits[i - 1][j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
            best = Math.min(best, edits[i - 2][j - 2] + 1);
        }
        return best;
    }
}
