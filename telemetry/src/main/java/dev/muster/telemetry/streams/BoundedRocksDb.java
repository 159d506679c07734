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

    private static final long WRITE_BUFFER_BYTES = 2L * 1024 * 1024;

    /** For Kafka Streams, which makes one per store. */
    public BoundedRocksDb() {}

    /** What the stores of one application share; closed after them. */
    static final class Memory implements AutoCloseable {
        private final Cache cache;
        private final WriteBufferManager buffers;

        Memory(long bytes) {
            // A cache alone does not load RocksDB's native part.
            RocksDB.loadLibrary();
            cache = new LRUCache(bytes, -1, false, 0.1);
            buffers = new WriteBufferManager(bytes / 2, cache);
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
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String store, Options options) {
        // The memory is shared: its owner closes it.
    }
}
