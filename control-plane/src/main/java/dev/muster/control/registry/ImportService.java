package dev.muster.control.registry;

import dev.muster.control.access.Access;
import dev.muster.control.audit.AuditStore;
import dev.muster.control.devices.AwaitedDevice;
import dev.muster.control.devices.DeviceChecks;
import dev.muster.control.devices.DeviceService;
import dev.muster.control.http.ProblemCode;
import dev.muster.control.http.ProblemException;
import dev.muster.control.sites.SiteService;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.identity.DeviceId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Lets devices be known before they come. One import is one transaction: without {@code partial} a single bad row leaves
 * everything as it was. Thread-safe.
 */
@Singleton
final class ImportService {
    private static final int MAX_ROWS = 50_000;
    private static final int MAX_ERRORS = 100;

    private final DeviceService devices;
    private final SiteService sites;
    private final AuditStore audit;
    private final TenantTransactions transactions;

    ImportService(DeviceService devices, SiteService sites, AuditStore audit, TenantTransactions transactions) {
        this.devices = devices;
        this.sites = sites;
        this.audit = audit;
        this.transactions = transactions;
    }

    /**
     * What an import did.
     *
     * @param imported rows that wait for their hardware now
     * @param refused rows that changed nothing; the first {@value #MAX_ERRORS} of them are in {@code errors}
     */
    record Imported(int imported, int refused, List<RowError> errors) {
        Imported {
            errors = List.copyOf(errors);
        }
    }

    /**
     * What is wrong with a row.
     *
     * @param line where the row begins, from 1
     * @param column name of the column, empty if it is the whole row
     */
    record RowError(int line, String column, String message) {}

    Imported run(Access access, InventoryReader reader, boolean partial) {
        return transactions.in(access.tenant(), handle -> {
            Run run = new Run(handle, access);
            try {
                run.all(reader);
            } catch (IOException e) {
                throw new UncheckedIOException("the inventory could not be read to its end", e);
            }
            if (run.refused > 0 && (!partial || run.imported == 0)) {
                throw new ProblemException(
                        ProblemCode.IMPORT_INVALID,
                        "expected rows that can all be imported, found " + run.refused
                                + " that cannot, the first on line "
                                + run.errors.getFirst().line()
                                + "; nothing was changed",
                        Map.of("errors", List.copyOf(run.errors)));
            }
            devices.checkQuota(handle);
            return new Imported(run.imported, run.refused, run.errors);
        });
    }

    /** One import, on its way. */
    private final class Run {
        private final Handle handle;
        private final Access access;
        private final List<RowError> errors = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private final Set<String> hardware = new HashSet<>();
        private final Map<String, Boolean> knownSites = new HashMap<>();
        private int imported;
        private int refused;

        Run(Handle handle, Access access) {
            this.handle = handle;
            this.access = access;
        }

        void all(InventoryReader reader) throws IOException {
            for (Optional<InventoryReader.Read> read = reader.next(); read.isPresent(); read = reader.next()) {
                if (imported + refused == MAX_ROWS) {
                    throw new ProblemException(
                            ProblemCode.TOO_LARGE, "expected at most " + MAX_ROWS + " rows in one import");
                }
                switch (read.get()) {
                    case InventoryReader.Read.Bad bad -> {
                        refuse(bad.line(), bad.column(), bad.message());
                        if (bad.last()) {
                            return;
                        }
                    }
                    case InventoryReader.Read.Row row -> row(row);
                }
            }
        }

        private void row(InventoryReader.Read.Row row) {
            try {
                AwaitedDevice device = device(row);
                if (!devices.await(handle, access.tenant(), device)) {
                    throw new BadCell(
                            "id", "expected a device that has not come yet, found `" + device.id() + "`, which has");
                }
                Map<String, Object> detail = new LinkedHashMap<>();
                detail.put("line", row.line());
                row.cell("serial").ifPresent(text -> detail.put("serial", text));
                row.cell("udid").ifPresent(text -> detail.put("udid", text));
                audit.append(handle, access.caller(), "device.import", "device/" + device.id(), detail);
                imported++;
            } catch (BadCell e) {
                refuse(row.line(), e.column, e.detail);
            }
        }

        private AwaitedDevice device(InventoryReader.Read.Row row) throws BadCell {
            String id = row.cell("id").orElseThrow(() -> new BadCell("id", "expected an id, found nothing"));
            DeviceId device = id(id);
            if (!ids.add(id)) {
                throw new BadCell("id", "expected each id once, found `" + id + "` twice");
            }
            String serial = identifier(row, "serial");
            String udid = identifier(row, "udid");
            if (serial == null && udid == null) {
                throw new BadCell(
                        "serial", "expected a `serial` or a `udid`, by which the device is known when it comes");
            }
            unclaimed(device, "serial", serial, serial, null);
            unclaimed(device, "udid", udid, null, udid);
            String site = row.cell("site").orElse(null);
            if (site != null && !knownSites.computeIfAbsent(site, name -> sites.exists(handle, name))) {
                throw new BadCell("site", "no site `" + site + "`");
            }
            return new AwaitedDevice(
                    device,
                    checked("name", () -> DeviceChecks.name(row.cell("name").orElse(id))),
                    row.cell("type").isEmpty()
                            ? null
                            : checked(
                                    "type",
                                    () -> DeviceChecks.type(row.cell("type").orElse(""))),
                    row.cell("hardware").isEmpty() ? "" : text(identifier(row, "hardware")),
                    serial,
                    udid,
                    site,
                    checked("tags", () -> DeviceChecks.tags(row.tags())),
                    metadata(row));
        }

        private static String text(@Nullable String text) {
            return text == null ? "" : text;
        }

        private static Map<String, String> metadata(InventoryReader.Read.Row row) throws BadCell {
            Map<String, @Nullable String> asked = new HashMap<>(row.metadata());
            checked("metadata", () -> DeviceChecks.metadata(asked));
            if (asked.size() > DeviceChecks.MAX_METADATA) {
                throw new BadCell("metadata", "expected at most " + DeviceChecks.MAX_METADATA + " keys of metadata");
            }
            return row.metadata();
        }

        // Two devices must not wait for the same hardware, nor one for hardware that came as another device.
        private void unclaimed(
                DeviceId device, String column, @Nullable String value, @Nullable String serial, @Nullable String udid)
                throws BadCell {
            if (value == null) {
                return;
            }
            if (!hardware.add(column + " " + value)) {
                throw new BadCell(column, "expected each `" + column + "` once, found `" + value + "` twice");
            }
            Optional<DeviceId> waiting = devices.awaiting(handle, serial, udid).filter(other -> !other.equals(device));
            if (waiting.isPresent()) {
                throw new BadCell(column, "device `" + waiting.get() + "` waits for `" + value + "` already");
            }
            if (serial != null) {
                Optional<DeviceId> there = devices.bySerial(handle, serial).filter(other -> !other.equals(device));
                if (there.isPresent()) {
                    throw new BadCell(column, "`" + serial + "` came already, as device `" + there.get() + "`");
                }
            }
        }

        private void refuse(int line, String column, String message) {
            refused++;
            if (errors.size() < MAX_ERRORS) {
                errors.add(new RowError(line, column, message));
            }
        }
    }

    private static DeviceId id(String text) throws BadCell {
        try {
            DeviceId id = new DeviceId(text);
            if (text.indexOf('/') >= 0) {
                throw new BadCell("id", "expected an id without `/`, found `" + text + "`");
            }
            return id;
        } catch (IllegalArgumentException e) {
            throw new BadCell("id", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String identifier(InventoryReader.Read.Row row, String column) throws BadCell {
        Optional<String> text = row.cell(column);
        return text.isEmpty() ? null : checked(column, () -> DeviceChecks.identifier(column, text.get()));
    }

    private interface Check<T> {
        T run();
    }

    private static <T> T checked(String column, Check<T> check) throws BadCell {
        try {
            return check.run();
        } catch (ProblemException e) {
            throw new BadCell(column, e.detail());
        }
    }

    /** Ends one row, not the import. */
    private static final class BadCell extends Exception {
        private final String column;
        private final String detail;

        BadCell(String column, String detail) {
            super(detail);
            this.column = column;
            this.detail = detail;
        }
    }
}
