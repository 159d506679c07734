package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What a service on a device asks for, answered by a person in the browser. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class RightRequestsST {
    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    RightRequestsST(SharedProduct.Running running) {
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
    void aRequestBecomesACapabilityInTheDraftOrIsDeclined() throws IOException {
        ask("ohos.permission.LOCATION", "to tell where the pit is");
        ask("ohos.permission.MICROPHONE", "to hear the pump");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> running.product().items("capability", "requests", "list").stream()
                                .filter(row -> "sim-03".equals(row.get("device")))
                                .count()
                        == 2);
        Page page = browser.tab("/permissions?tab=requests");
        browser.login(page);
        assertThat(row(page, "LOCATION")).containsText("to tell where the pit is");
        assertThat(row(page, "MICROPHONE")).containsText("waits");
        browser.screenshot(page, "permission-requests");

        row(page, "MICROPHONE").getByText("Decline").click();
        page.locator("#request-note").fill("nobody needs to hear it");
        confirm(page, "Decline");
        assertThat(row(page, "MICROPHONE")).containsText("nobody needs to hear it");
        assertThat(row(page, "MICROPHONE").getByRole(AriaRole.BUTTON)).hasCount(0);

        row(page, "LOCATION").getByText("Grant…").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("kind: Capability");
        browser.screenshot(page, "permission-request-grant");
        confirm(page, "Put into the draft");
        page.waitForURL("**/permissions/edit/Capability/**");
        PolicyEditorPage editor = new PolicyEditorPage(page);
        assertThat(editor.text()).containsText("ohos.permission.LOCATION");
        assertThat(editor.text()).containsText("sim-03");
        assertThat(editor.marks()).hasCount(0);
        String name = page.url().substring(page.url().lastIndexOf('/') + 1);
        running.product().muster("policy", "delete", "Capability", name).mustSucceed();

        page.navigate(browser.address("/permissions?tab=requests"));
        assertThat(row(page, "LOCATION")).containsText("granted");
        assertThat(browser.complaints()).isEmpty();
    }

    private void ask(String permission, String reason) throws IOException {
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(UnixDomainSocketAddress.of(running.product().data().resolve("agents/sim-03/agent.sock")));
            String line = "{\"op\":\"request\",\"app\":\"com.example.pitcamera\",\"permission\":\"" + permission
                    + "\",\"reason\":\"" + reason + "\"}\n";
            socket.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
            socket.shutdownOutput();
            String answer = new String(Channels.newInputStream(socket).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).contains("\"requested\":true");
        }
    }

    private static void confirm(Page page, String name) {
        Locator question = page.getByRole(AriaRole.DIALOG);
        question.getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true))
                .click();
        assertThat(question).hasCount(0);
    }

    private static Locator row(Page page, String text) {
        return page.locator("main").getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }
}
