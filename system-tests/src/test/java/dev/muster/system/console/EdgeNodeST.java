package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A device that an operator named as a foreign Sparkplug node, on its page. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class EdgeNodeST {
    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    EdgeNodeST(SharedProduct.Running running) {
        this.running = running;
    }

    @BeforeEach
    void open() {
        browser = ConsoleBrowser.open(running);
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @Test
    void theDevicePageShowsTheNodeAndAsksForItsBirths() throws IOException {
        Path inventory = Files.writeString(folder.resolve("plc.csv"), "id,serial\nplc-41,SN-41-SPB\n");
        running.product().muster("devices", "import", inventory.toString()).mustSucceed();
        running.product()
                .muster("devices", "sparkplug", "name", "plc-41", "--group", "pit", "--node", "plc-41")
                .mustSucceed();
        try {
            Page page = browser.tab("/devices/plc-41");
            browser.login(page);

            assertThat(page.getByText("Sparkplug edge node", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            assertThat(page.getByText("pit/plc-41")).isVisible();
            assertThat(page.getByText("Not born")).isVisible();
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Ask for births"))
                    .click();
            assertThat(page.getByText("to be connected")).isVisible();
            browser.screenshot(page, "device-edge-node");
            // What a device never told is a 404, a node that is not there a 409; Chromium logs both.
            assertThat(browser.complaints())
                    .allMatch(complaint -> complaint.contains("404") || complaint.contains("409"));
        } finally {
            running.product().muster("devices", "sparkplug", "remove", "plc-41");
            running.product().muster("devices", "retire", "plc-41", "--yes");
        }
    }
}
