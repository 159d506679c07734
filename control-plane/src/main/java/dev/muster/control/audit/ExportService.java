package dev.muster.control.audit;

import dev.muster.control.access.Access;
import dev.muster.control.tenancy.TenantTransactions;
import dev.muster.protocol.audit.ExportedRow;
import dev.muster.protocol.identity.TenantId;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The trail as a file: sealed rows in the order of the chain, then what waits for its seal. Thread-safe. */
@Singleton
final class ExportService {
    private static final int ROWS = 1_000;

    private final SealStore seals;
    private final AuditStore audit;
    private final TenantTransactions transactions;
    private final String version;

    ExportService(
            SealStore seals,
            AuditStore audit,
            TenantTransactions transactions,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.seals = seals;
        this.audit = audit;
        this.transactions = transactions;
        this.version = version;
    }

    /** Writes down who takes what, before a byte of it is handed out. */
    void announce(Access access, AuditFilter filter, ExportFormat format) {
        Map<String, String> detail = new LinkedHashMap<>(filter.told());
        detail.put("format", format.text());
        transactions.run(
                access.tenant(),
                handle -> audit.append(handle, access.caller(), "audit.export", AuditStore.TRAIL, detail));
    }

    /** Writes all of it, page by page; never more than one page is in memory, and each is one short transaction. */
    void write(TenantId tenant, AuditFilter filter, ExportFormat format, OutputStream out) throws IOException {
        SealStore.Slice slice = new SealStore.Slice(List.of(), 0, Long.MIN_VALUE, true);
        while (slice.more()) {
            SealStore.Slice before = slice;
            slice = transactions.in(
                    tenant, handle -> seals.exported(handle, filter, before.last(), before.lastRow(), ROWS));
            write(slice, format, out);
        }
        do {
            SealStore.Slice before = slice;
            slice = transactions.in(
                    tenant, handle -> seals.exportedRest(handle, filter, before.last(), before.lastRow(), ROWS));
            write(slice, format, out);
        } while (slice.more());
    }

    private void write(SealStore.Slice slice, ExportFormat format, OutputStream out) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (ExportedRow row : slice.rows()) {
            text.writeBytes(
                    switch (format) {
                        case NDJSON -> row.toJson();
                        case CEF -> CefLine.of(row, version).getBytes(StandardCharsets.UTF_8);
                    });
            text.write('\n');
        }
        text.writeTo(out);
    }
}
