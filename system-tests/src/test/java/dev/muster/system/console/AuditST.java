package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.Database;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The trail of a product that runs: verified by the server, offline from an export, and in the browser. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class AuditST {
    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private @Nullable ConsoleBrowser browser;

    AuditST(SharedProduct.Running running) {
        this.running = running;
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theTrailOfARunningProductIsSoundHereAndInAnExportThatNobodyTouched() throws IOException {
        String kept = folder.resolve("kept.json").toString();
        Path trail = folder.resolve("trail.ndjson");

        running.product().muster("audit", "checkpoint", "--out", kept).mustSucceed();
        assertThat(running.product()
                        .muster("audit", "verify", "--checkpoint", kept)
                        .mustSucceed())
                .contains("sound");
        running.product().muster("audit", "export", "--out", trail.toString()).mustSucceed();
        String file = trail.toString();
        running.product()
                .muster("audit", "verify", "--file", file, "--checkpoint", kept)
                .mustSucceed();

        List<String> lines = Files.readAllLines(trail);
        Files.write(trail, lines.subList(0, 3));
        assertThat(running.product()
                        .json("audit", "list", "--verb", "audit.*", "--limit", "5")
                        .toString())
                .contains("audit.export", "audit.checkpoint", "audit.verify");
        assertThat(running.product()
                        .muster("audit", "verify", "--file", file, "--checkpoint", kept)
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void aPersonFiltersTheTrailOpensARowVerifiesTheChainAndTakesItAlong() throws IOException {
        browser = ConsoleBrowser.open(running);
        Page page = browser.tab("/audit");
        browser.login(page);
        page.navigate(browser.address("/audit"));
        assertThat(ConsoleBrowser.title(page)).hasText("Audit");
        Locator chain =
                page.locator("section.pf-v6-c-card").filter(new Locator.FilterOptions().setHasText("Sealed to"));
        assertThat(chain).containsText(Pattern.compile("position [0-9]"));

        button(page, "Verify now").click();
        assertThat(chain.getByText("Sound", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        browser.screenshot(page, "audit");

        page.getByLabel("Did", new Page.GetByLabelOptions().setExact(true)).fill("audit.*");
        button(page, "Show").click();
        Locator rows = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Audit"));
        assertThat(rows).containsText("audit.verify");
        assertThat(page).hasURL(Pattern.compile("verb=audit"));
        rows.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Details"))
                .first()
                .click();
        assertThat(rows).containsText("Identity");
        browser.screenshot(page, "audit-filtered");

        Download taken = page.waitForDownload(() -> button(page, "Export CEF").click());
        assertThat(Files.readAllLines(taken.path()))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("CEF:0|Muster|Muster|") && line.contains("|audit."));

        page.getByLabel("Who", new Page.GetByLabelOptions().setExact(true)).fill("nobody-of-that-name");
        button(page, "Show").click();
        assertThat(page.getByText("Nothing matches")).isVisible();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aRowThatSomebodyAlteredByHandIsNamedInRedUntilItIsWhatItWas() throws SQLException {
        browser = ConsoleBrowser.open(running);
        Page page = browser.tab("/audit");
        browser.login(page);
        Database database = new Database(running);
        String row = database.text("select audit_id from audit_seal where tenant = 'default' and position = 3");
        String detail = database.text("select detail from audit where id = ?::bigint", row);
        String finding = "row " + row + " is not what was sealed";

        database.change("update audit set detail = '{\"altered\": true}' where id = ?::bigint", row);
        try {
            button(page, "Verify now").click();

            Locator alert = page.locator(".pf-v6-c-alert.pf-m-danger");
            assertThat(alert).containsText("The trail is not what was sealed: 1 finding");
            assertThat(alert).containsText("altered: " + finding);
            assertThat(page.getByText("Not sound", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            Locator named = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Findings"))
                    .locator("tbody tr");
            assertThat(named).hasCount(1);
            assertThat(named).containsText(new String[] {"Altered"});
            assertThat(named.locator("td").nth(1)).hasText("3");
            assertThat(named.locator("td").nth(2)).hasText(row);
            // Red as people see it, not only by name: more red than green and blue together.
            assertThat(alert.locator(".pf-v6-c-alert__icon").evaluate("icon => getComputedStyle(icon).color"))
                    .asString()
                    .satisfies(AuditST::isRed);
            Locator newest = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Audit"))
                    .locator("tbody")
                    .first();
            assertThat(newest).containsText("audit.verify");
            assertThat(newest).containsText("failed");
            browser.screenshot(page, "audit-broken");

            // Whoever comes later is told as well.
            page.reload();
            assertThat(alert).containsText(finding);
        } finally {
            database.change("update audit set detail = ?::jsonb where id = ?::bigint", detail, row);
        }
        button(page, "Verify now").click();
        assertThat(page.getByText("Sound", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        assertThat(page.locator(".pf-v6-c-alert.pf-m-danger")).hasCount(0);
        assertThat(browser.complaints()).isEmpty();
    }

    private static void isRed(String colour) {
        int[] parts = Pattern.compile("[^0-9.]+")
                .splitAsStream(colour)
                .filter(part -> !part.isEmpty())
                .mapToInt(part -> (int) Double.parseDouble(part))
                .toArray();
        assertThat(parts[0]).as(colour).isGreaterThan(parts[1] + parts[2]);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
