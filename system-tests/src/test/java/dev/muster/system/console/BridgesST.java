package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A bridge to a real broker, written in the console, and a device of that broker. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class BridgesST {
    private final SharedProduct.Running running;

    @TempDir
    Path directory;

    private @Nullable ConsoleBrowser browser;
    private @Nullable PlantBroker broker;

    BridgesST(SharedProduct.Running running) {
        this.running = running;
    }

    @BeforeEach
    void open() throws IOException {
        broker = PlantBroker.start(directory);
        browser = ConsoleBrowser.open(running);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
        running.product().muster("bridges", "delete", "st-hall");
        running.product().muster("devices", "retire", "st-press");
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void aBridgeIsPreviewedSavedAndBringsAForeignDevice() {
        ConsoleBrowser open = java.util.Objects.requireNonNull(browser);
        PlantBroker plant = java.util.Objects.requireNonNull(broker);
        plant.say("st/7/st-press/temp", "{\"value\": 21.5}");
        plant.say("st/7/st-robot/temp", "{\"worth\": 3}");
        Page page = open.tab("/bridges");
        open.login(page);
        page.navigate(open.address("/bridges"));
        assertThat(page.getByText("No bridges")).isVisible();
        button(page, "New bridge").click();

        PolicyEditorPage editor = new PolicyEditorPage(page);
        editor.write(yaml(plant.port(), "$.*"));
        button(page, "Listen now").click();
        assertThat(editor.marks()).hasCount(1);
        editor.write(yaml(plant.port(), "$.value"));
        button(page, "Listen now").click();
        Locator preview = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Preview"));
        assertThat(preview).containsText("21.5", new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
        assertThat(preview).containsText("would be made");
        assertThat(preview).containsText("expected a value at $.value, found none");
        open.screenshot(page, "bridge-preview");
        assertThat(running.product().items("devices", "list", "-q", "id==st-press"))
                .isEmpty();

        button(page, "Save").click();
        assertThat(page).hasURL(Pattern.compile("/bridges/st-hall$"));
        assertThat(page.getByText("connected", new Page.GetByTextOptions().setExact(true)))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
        await().atMost(Duration.ofSeconds(60))
                .until(() -> running.product()
                                .items("devices", "list", "-q", "id==st-press")
                                .size()
                        == 1);
        open.screenshot(page, "bridge");

        page.navigate(open.address("/bridges"));
        assertThat(page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Bridges")))
                .containsText("st-hall");
        open.screenshot(page, "bridges");
        page.navigate(open.address("/devices/st-press"));
        assertThat(page.getByText("Foreign: others speak for it")).isVisible();
        assertThat(page.getByText("Its messages come by bridge st-hall.")).isVisible();
        open.screenshot(page, "device-foreign");
        // What was half written is a 400, which Chromium logs.
        assertThat(open.complaints()).allMatch(complaint -> complaint.contains("400"));
    }

    private static String yaml(int port, String path) {
        return """
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: st-hall}
                spec:
                  broker: mqtt://127.0.0.1:%d
                  devices: "tag==st-hall"
                  create: {tags: [st-hall]}
                  mappings:
                    - topic: st/{line}/{device}/temp
                      device: "{device}"
                      payload: json
                      values:
                        - {metric: temperature, path: %s}
                """.formatted(port, path);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
