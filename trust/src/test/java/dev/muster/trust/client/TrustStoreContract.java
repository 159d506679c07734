package dev.muster.trust.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every {@link TrustStore} does. */
interface TrustStoreContract {
    TrustStore store();

    @Test
    default void givesBackTheExactBytes() {
        TrustStore store = store();

        store.write("targets", new byte[] {1, 0, -1});

        assertThat(store.read("targets")).hasValue(new byte[] {1, 0, -1});
    }

    @Test
    default void replacesAndForgets() {
        TrustStore store = store();
        store.write("a", new byte[] {1});

        store.write("a", new byte[] {2, 3});
        assertThat(store.read("a")).hasValue(new byte[] {2, 3});

        store.delete("a");
        store.delete("a");
        assertThat(store.read("a")).isEmpty();
    }

    @Test
    default void rolesWithStrangeNamesAreKeptApart() {
        TrustStore store = store();
        store.write("../a", new byte[] {1});
        store.write("/a", new byte[] {2});
        store.write("a", new byte[] {3});

        assertThat(store.read("../a")).hasValue(new byte[] {1});
        assertThat(store.read("/a")).hasValue(new byte[] {2});
        assertThat(store.read("a")).hasValue(new byte[] {3});
    }
}
