package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.system.console.Controls.button;
import static dev.muster.system.console.Controls.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.Product;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** hawkBit's clients in the console: let in on their tab, seen and stopped on the device's page. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class DdiST {
    private static final String CLIENT = "press-ddi";
    private static final int PORT = 7;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern OFFER = Pattern.compile("\"deploymentBase\":\\{\"href\":\"([^\"]*/(\\d+)\\?[^\"]*)\"");

    @TempDir
    Path folder;

    private final SharedProduct.Running running;
    private final HttpClient http = HttpClient.newHttpClient();
    private ConsoleBrowser browser;
    private String token = "";

    DdiST(SharedProduct.Running running) {
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
        http.close();
    }

    @Test
    void clientsAreLetInOnTheirTabAndTheirActionsStoppedOnTheDevicePage() throws Exception {
        Page page = browser.tab("/access?tab=ddi");
        browser.login(page);
        try {
            letIn(page);
            askedMoreOften(page);
            browser.screenshot(page, "ddi-access");
            assertThat(poll().statusCode()).isEqualTo(200);
            String action = rolledOut();

            page.navigate(browser.address("/devices/" + CLIENT));
            Locator card = page.getByRole(AriaRole.GRID, new Page.GetByRoleOptions().setName("Actions"));
            Locator row = card.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(action));
            assertThat(page.getByText("no policy and no settings")).isVisible();
            assertThat(row).containsText("Running");
            assertThat(row).containsText("image 2.0.0");
            browser.screenshot(page, "device-ddi");
            button(page, "Cancel action " + action).click();
            assertThat(row).containsText("Is asked to stop");
            assertThat(button(page, "Cancel action " + action)).hasCount(0);

            assertThat(ask("POST", "/cancelAction/" + action + "/feedback", """
                            {"status":{"execution":"closed","result":{"finished":"success"},"details":["stopped at the press"]}}""").statusCode())
                    .isEqualTo(200);
            page.reload();
            assertThat(row).containsText("Canceled");
            assertThat(row).containsText("stopped at the press");
            page.navigate(browser.address("/access?tab=ddi"));
            button(page, "End the token").click();
            within(page.getByRole(AriaRole.DIALOG), "End the token").click();
            assertThat(page.getByText("There is one")).hasCount(0);
            assertThat(poll().statusCode()).as("whose token has ended").isEqualTo(401);
            // The interval that was wrong on purpose is a 400, which Chromium logs.
            assertThat(browser.complaints())
                    .singleElement()
                    .asString()
                    .contains("status of 400")
                    .contains("/api/v1/ddi:");
        } finally {
            running.product()
                    .muster("ddi", "set", "--no-on", "--polling", "00:05:00")
                    .mustSucceed();
            running.product().muster("devices", "retire", CLIENT, "--yes");
        }
    }

    private void letIn(Page page) throws IOException, InterruptedException {
        Locator on =
                page.getByRole(AriaRole.SWITCH, new Page.GetByRoleOptions().setName("Answer clients of this tenant"));
        assertThat(on).not().isChecked();
        assertThat(poll().statusCode()).as("shut").isEqualTo(401);
        page.getByText("Answer clients of this tenant").click();
        assertThat(on).isChecked();
        button(page, "Make a new one").click();
        within(page.getByRole(AriaRole.DIALOG), "Make a new one").click();
        Locator shown = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Gateway token"));
        assertThat(shown).isVisible();
        token = shown.innerText().strip();
        assertThat(page.getByText("There is one")).isVisible();
    }

    /** A wrong interval changes nothing and says what was expected; a right one is what clients are told. */
    private void askedMoreOften(Page page) throws IOException, InterruptedException {
        button(page, "Change").click();
        page.getByLabel("Polling").fill("every minute");
        within(page.getByRole(AriaRole.DIALOG), "Save").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("every minute");
        assertThat(poll().body()).contains("\"sleep\":\"00:05:00\"");
        page.getByLabel("Polling").fill("00:01:00");
        within(page.getByRole(AriaRole.DIALOG), "Save").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        await().atMost(SOON).untilAsserted(() -> assertThat(poll().body()).contains("\"sleep\":\"00:01:00\""));
    }

    /** A rollout reaches the client, which fetches what it is offered: the action's number. */
    private String rolledOut() throws IOException {
        Product product = running.product();
        Path image = Files.writeString(folder.resolve("press.img"), "an image of the press");
        String hash = Product.text(
                product.json(
                        "artifact",
                        "upload",
                        "image",
                        image.toString(),
                        "--name",
                        "press",
                        "--version",
                        "2.0.0",
                        "--hardware",
                        "ddi",
                        "--release-counter",
                        "2"),
                "sha256");
        String release =
                Product.text(product.json("release", "create", "press-ddi", "2.0.0", "--artifact", hash), "id");
        product.json("rollout", "create", "press-ddi", "--release", release, "-q", "id==" + CLIENT);
        Matcher offer = await().atMost(SOON).until(() -> OFFER.matcher(poll().body()), Matcher::find);
        await().atMost(SOON)
                .until(() -> ask(URI.create(offer.group(1)), "GET", "").statusCode() == 200);
        return offer.group(2);
    }

    private HttpResponse<String> poll() throws IOException, InterruptedException {
        return ask("GET", "", "");
    }

    private HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return ask(
                URI.create(
                        "http://127.0.0.1:" + running.product().port(PORT) + "/DEFAULT/controller/v1/" + CLIENT + path),
                method,
                body);
    }

    private HttpResponse<String> ask(URI url, String method, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url)
                        .header("Authorization", "GatewayToken " + token)
                        .header("Content-Type", "application/json;charset=UTF-8")
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
