package dev.muster.control.trustrepo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.control.testing.FleetDevice;
import dev.muster.control.testing.Servers;
import dev.muster.control.testing.TestFleet;
import dev.muster.control.trustrepo.TrustFileStore.DocumentPart;
import dev.muster.protocol.json.JsonObject;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device's document in its parts: from the memory of the instance that signed it, and from the database. */
@QuarkusTest
@QuarkusTestResource(Servers.class)
class DirectorPartsIT {
    @Inject
    DirectorService director;

    @Inject
    TrustFileStore store;

    @Inject
    TenantTransactions transactions;

    @Inject
    TestFleet fleet;

    @TempDir
    Path directory;

    @Test
    void servesThePartsOfADocumentThatAnotherInstanceSigned() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "director-parts", "director-parts-1")) {
            long version = version(director.file(device.ref(), "timestamp.json").orElseThrow());
            for (DocumentPart part : DocumentPart.values()) {
                byte[] kept = transactions
                        .in(
                                device.ref().tenant(),
                                handle -> store.part(handle, device.ref().device(), version, part))
                        .orElseThrow();
                assertThat(director.file(device.ref(), part.fileName(version))).contains(kept);

                // What this instance has not signed, it does not have in memory.
                long elsewhere = version + 500;
                transactions.run(device.ref().tenant(), handle -> handle.createUpdate("""
                                insert into director_document
                                    (device, version, generation, targets, snapshot, timestamp, signed_at, expires_at)
                                select device, version + 500, generation, targets, snapshot, timestamp, signed_at, expires_at
                                  from director_document where device = :device and version = :version
                                on conflict do nothing""")
                        .bind("device", device.ref().device())
                        .bind("version", version)
                        .execute());
                assertThat(director.file(device.ref(), part.fileName(elsewhere)))
                        .contains(kept);
                assertThat(director.file(device.ref(), part.fileName(elsewhere + 1)))
                        .isEqualTo(Optional.empty());
            }
        }
    }

    @Test
    void keepsTheLastTwoDocumentsOfADevice() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "director-kept", "director-kept-1")) {
            long first = version(director.file(device.ref(), "timestamp.json").orElseThrow());
            for (int document = 0; document < 3; document++) {
                transactions.run(
                        device.ref().tenant(),
                        handle -> handle.execute(
                                "update device set generation = generation + 1 where id = 'director-kept-1'"));
                director.file(device.ref(), "timestamp.json");
            }

            assertThat(transactions.<List<Long>>in(
                            device.ref().tenant(), handle -> handle.createQuery("select version from director_document "
                                            + "where device = 'director-kept-1' order by version")
                                    .mapTo(Long.class)
                                    .list()))
                    .containsExactly(first + 2, first + 3);
        }
    }

    @Test
    void manyWhoAskAtOnceGetOneDocument() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "director-many", "director-many-1");
                ExecutorService askers = Executors.newFixedThreadPool(8)) {
            long before = version(director.file(device.ref(), "timestamp.json").orElseThrow());
            transactions.run(
                    device.ref().tenant(),
                    handle -> handle.execute(
                            "update device set generation = generation + 1 where id = 'director-many-1'"));

            List<Future<Optional<byte[]>>> asked = new ArrayList<>();
            for (int asker = 0; asker < 8; asker++) {
                asked.add(askers.submit(() -> director.file(device.ref(), "timestamp.json")));
            }

            for (Future<Optional<byte[]>> answer : asked) {
                assertThat(version(answer.get().orElseThrow())).isEqualTo(before + 1);
            }
        }
    }

    @Test
    void whoHasNoNewsToGetWaitsForNobody() throws Exception {
        try (FleetDevice device = fleet.enrol(directory, "director-quiet", "director-quiet-1");
                ExecutorService asker = Executors.newSingleThreadExecutor()) {
            byte[] known = director.file(device.ref(), "timestamp.json").orElseThrow();

            byte[] again = transactions.in(device.ref().tenant(), handle -> {
                handle.execute("select 1 from device where id = 'director-quiet-1' for update");
                try {
                    return asker.submit(() -> director.file(device.ref(), "timestamp.json"))
                            .get(1, TimeUnit.MINUTES)
                            .orElseThrow();
                } catch (InterruptedException | ExecutionException | TimeoutException e) {
                    throw new AssertionError("expected an answer while somebody else holds the row", e);
                }
            });

            assertThat(again).isEqualTo(known);
        }
    }

    private static long version(byte[] timestamp) {
        return JsonObject.parse(timestamp)
                .object("signed")
                .object("meta")
                .object("snapshot.json")
                .number("version");
    }
}
