package dev.muster.telemetry.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * All stores of one application share one cache, and index blocks and write buffers are charged to it: RocksDB's memory
 * is a number we chose, not the number of partitions times its defaults.
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {
    /** Streams property that carries the {@link Memory}. */
    static final String MEMORY = "muster.rocksdb.memory";

    /** Seven stores with twelve partitions each, the rules, and some room. */
    private static final int STORES = 96;

    /** RocksDB takes no smaller one. */
    private static final long LEAST_BUFFER_BYTES = 64L * 1024;

    private static final int BUFFERS = 2;

    /** For Kafka Streams, which makes one per store. */
    public BoundedRocksDb() {}

    /** What the stores of one application share; closed after them. */
    static final class Memory implements AutoCloseable {
        private final Cache cache;
        private final WriteBufferManager buffers;
        private final long bufferBytes;

        /** {@code bytes} is kept where a 96th of its half is two of the least buffers, 64 KiB: 24 MiB and more. */
        Memory(long bytes) {
            // A cache alone does not load RocksDB's native part.
            RocksDB.loadLibrary();
            cache = new LRUCache(bytes, -1, false, 0.1);
            // The manager asks for flushes and does not wait for them (to wait could be for ever: others may hold the
            // memory, and
            // write no more). So what all stores can fill until they themselves have to wait is no more than the half.
            buffers = new WriteBufferManager(bytes / 2, cache);
            bufferBytes = Math.max(LEAST_BUFFER_BYTES, bytes / 2 / STORES / BUFFERS);
        }

        /** What all stores use of it now; 0 once it is closed. */
        long usedBytes() {
            return cache.isOwningHandle() ? cache.getUsage() : 0;
        }

        @Override
        public void close() {
            buffers.close();
            cache.close();
        }
    }

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        if (!(configs.get(MEMORY) instanceof Memory memory)) {
            throw new IllegalStateException("expected the shared memory at `" + MEMORY + "`, found none");
        }
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.cache);
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(memory.buffers);
        options.setWriteBufferSize(memory.bufferBytes);
        options.setMaxWriteBufferNumber(BUFFERS);
    }

    @Override
    public void close(String store, Options options) {
        // The memory is shared: its owner closes it.
    }
}
