package dev.muster.telemetry.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class BoundedRocksDbTest {
    private static final int BOUND = 16 * 1024 * 1024;
    private static final int STORES = 40;
    private static final int VALUE = 4_096;

    @TempDir
    Path directory;

    @Test
    void allStoresTogetherUseNoMoreThanTheBoundHoweverMuchTheyHold() throws RocksDBException {
        BoundedRocksDb settings = new BoundedRocksDb();
        List<Options> options = new ArrayList<>();
        List<RocksDB> stores = new ArrayList<>();
        long most = 0;
        try (BoundedRocksDb.Memory memory = new BoundedRocksDb.Memory(BOUND)) {
            for (int store = 0; store < STORES; store++) {
                Options one = new Options().setCreateIfMissing(true);
                one.setTableFormatConfig(new BlockBasedTableConfig());
                settings.setConfig("s" + store, one, Map.of(BoundedRocksDb.MEMORY, memory));
                options.add(one);
                stores.add(RocksDB.open(one, directory.resolve("s" + store).toString()));
            }
            byte[] value = new byte[VALUE];
            Random random = new Random(1);
            // Twice the bound, into all of them by turns and as fast as it goes, then read back.
            for (int i = 0; i < 2 * BOUND / VALUE; i++) {
                random.nextBytes(value);
                stores.get(i % STORES).put(key(i), value);
                most = Math.max(most, memory.usedBytes());
            }
            try (FlushOptions flush = new FlushOptions()) {
                for (RocksDB store : stores) {
                    store.flush(flush);
                }
            }
            for (int i = 0; i < 2 * BOUND / VALUE; i++) {
                assertThat(stores.get(i % STORES).get(key(i))).hasSize(VALUE);
                most = Math.max(most, memory.usedBytes());
            }
            stores.forEach(RocksDB::close);
            options.forEach(Options::close);
        }

        // With buffers of the usual size a fast writer fills all of them before the first is on disk.
        assertThat(most).isGreaterThan(BOUND / 4).isLessThanOrEqualTo(BOUND);
    }

    @Test
    void aStoreWithoutTheSharedMemoryIsRefused() {
        try (Options options = new Options()) {
            assertThatThrownBy(() -> new BoundedRocksDb().setConfig("s", options, Map.of()))
                    .hasMessageContaining("expected the shared memory");
        }
    }

    private static byte[] key(int i) {
        return ("key " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
