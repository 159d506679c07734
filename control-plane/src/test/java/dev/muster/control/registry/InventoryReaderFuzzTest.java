package dev.muster.control.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever file somebody imports: row by row it is read or said to be wrong, and it comes to an end. */
class InventoryReaderFuzzTest {
    static Stream<byte[]> good() {
        return Stream.of(
                "id,tags,meta.x\npump-1,\"a;b\",\"say \"\"hi\"\"\"\n".getBytes(StandardCharsets.UTF_8),
                "{\"id\":\"pump-1\",\"tags\":[\"a\"],\"metadata\":{\"x\":\"y\"}}\n".getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("good")
    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(byte[] bytes) throws IOException {
        for (InventoryFormat format : InventoryFormat.values()) {
            InventoryReader reader = new InventoryReader(new ByteArrayInputStream(bytes), format);
            int rows = 0;
            Optional<InventoryReader.Read> read = reader.next();
            while (read.isPresent() && !(read.get() instanceof InventoryReader.Read.Bad bad && bad.last())) {
                rows++;
                assertThat(rows).as("rows of %s bytes", bytes.length).isLessThanOrEqualTo(bytes.length + 1);
                read = reader.next();
            }
        }
    }
}
