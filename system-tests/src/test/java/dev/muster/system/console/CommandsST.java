package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Commands to packaged agents, what they send back, and what they refuse; from the command line and in the browser. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class CommandsST {
    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private @Nullable ConsoleBrowser browser;

    CommandsST(SharedProduct.Running running) {
        this.running = running;
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void anAgentRunsDiagnosticsAndTheOperatorDownloadsTheArchive() throws IOException {
        String id = String.valueOf(running.product()
                .json("command", "run", "collect-logs", "--device", "sim-01")
                .get("id"));
        running.product().muster("command", "wait", id).mustSucceed();
        Path file = folder.resolve("logs.zip");

        running.product()
                .muster("command", "download", id, "sim-01", "--out", file.toString())
                .mustSucceed();

        try (ZipFile zip = new ZipFile(file.toFile())) {
            List<String> names = new ArrayList<>();
            zip.entries().asIterator().forEachRemaining(entry -> names.add(entry.getName()));
            assertThat(names)
                    .contains(
                            "agent.log",
                            "journal.json",
                            "facts.json",
                            "diagnostics/network.txt",
                            "diagnostics/storage.txt",
                            "diagnostics/processes.txt",
                            "diagnostics/clock.txt");
            String log =
                    new String(zip.getInputStream(zip.getEntry("agent.log")).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(log).contains("connected");
        }
        assertThat(running.product().items("audit", "list", "--object", "upload/" + upload(id)))
                .anySatisfy(row -> assertThat(row).containsEntry("verb", "upload.download"));
    }

    @Test
    void anAgentRefusesAKindThatItsSignedAllowListDoesNotName() {
        running.product()
                .muster("settings", "set", "device", "sim-02", "commands.kinds=[\"refresh\"]")
                .mustSucceed();
        try {
            rollOut();

            Map<String, Object> refused = run("reboot", "sim-02");
            Map<String, Object> done = run("refresh", "sim-02");

            assertThat(refused).containsEntry("rejected", 1);
            assertThat(String.valueOf(refused.get("causes"))).contains("not-allowed");
            assertThat(done).containsEntry("done", 1);
        } finally {
            running.product()
                    .muster("settings", "set", "device", "sim-02", "commands=")
                    .mustSucceed();
            rollOut();
        }
        assertThat(run("diagnostic", "sim-02", "--name", "clock")).containsEntry("done", 1);
    }

    @Test
    void aPersonRunsACommandOnTheDevicesPageAndSeesTheAnswerAppear() {
        browser = ConsoleBrowser.open(running);
        Page page = browser.tab("/devices/sim-03");
        browser.login(page);
        page.navigate(browser.address("/devices/sim-03"));
        DevicePage device = new DevicePage(page);
        assertThat(device.title()).hasText("sim-03");

        device.runDiagnostic("clock");

        assertThat(device.command("Diagnostic clock")).containsText("Done");
        assertThat(device.command("Diagnostic clock")).containsText("powered on");
        browser.screenshot(page, "device-commands");
        device.openCommand("Diagnostic clock");
        assertThat(device.title()).hasText("Diagnostic clock");
        assertThat(page.getByText("No device failed or refused.")).isVisible();
        browser.screenshot(page, "command");
        page.navigate(browser.address("/commands"));
        assertThat(page.getByText("Diagnostic clock").first()).isVisible();
        browser.screenshot(page, "commands");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aPersonSeesWhatADraftOfSettingsWouldChangeBeforeItIsRolledOut() {
        running.product()
                .muster("settings", "set", "device", "sim-04", "agent.sampleSeconds=7")
                .mustSucceed();
        try {
            browser = ConsoleBrowser.open(running);
            Page page = browser.tab("/settings");
            browser.login(page);
            page.navigate(browser.address("/settings"));

            SettingsPage settings = new SettingsPage(page);
            assertThat(settings.change("agent.sampleSeconds")).containsText("7");
            assertThat(settings.document("sim-04")).isVisible();
            settings.edit("sim-04");
            settings.save("{\"agent\": {\"sampleSeconds\": \"often\"}}");
            assertThat(page.getByText("expected a whole number from 1 to 3600").first())
                    .isVisible();
            settings.save("{\"agent\": {\"sampleSeconds\": 9}}");
            assertThat(settings.change("agent.sampleSeconds")).containsText("9");
            browser.screenshot(page, "settings");

            page.navigate(browser.address("/devices/sim-04"));
            assertThat(page.getByText("A rollout is due").first()).isVisible();
            browser.screenshot(page, "device-settings");
            // The refused document is a 400, which Chromium logs.
            assertThat(browser.complaints()).allMatch(complaint -> complaint.contains("400"));
        } finally {
            running.product()
                    .muster("settings", "set", "device", "sim-04", "agent=")
                    .mustSucceed();
        }
    }

    private void rollOut() {
        running.product()
                .muster("settings", "rollout", "-q", "id==sim-02", "--wait")
                .mustSucceed();
    }

    /** The command as it ended; whether it was done is what the tests ask. */
    private Map<String, Object> run(String... words) {
        List<String> all = new ArrayList<>(List.of("command", "run", words[0], "--device", words[1]));
        all.addAll(List.of(words).subList(2, words.length));
        String id = String.valueOf(
                running.product().json(all.toArray(String[]::new)).get("id"));
        running.product().muster("command", "wait", id);
        return running.product().json("command", "show", id);
    }

    private String upload(String command) {
        Map<String, Object> row =
                running.product().items("command", "devices", command).getFirst();
        Map<?, ?> upload = (Map<?, ?>) Objects.requireNonNull(row.get("upload"));
        return String.valueOf(upload.get("id"));
    }
}
