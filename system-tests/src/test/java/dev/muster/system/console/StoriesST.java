package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.muster.system.console.Controls.button;
import static dev.muster.system.console.Controls.confirm;
import static dev.muster.system.console.Controls.row;
import static dev.muster.system.console.Controls.within;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.FileChooser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.AgentProcess;
import dev.muster.system.Command;
import dev.muster.system.HapFile;
import dev.muster.system.Product;
import dev.muster.system.SharedProduct;
import dev.muster.system.login.KeycloakRealm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * What the four people do whom the console is for, each with their own role and login, around one new device with a real
 * agent: the operator lets it in, the release engineer brings it an app, the security officer says what that app may do and
 * proves it, the integrator joins it to what the plant has. The end of each story is asked of the agent and the API.
 */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoriesST {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String DEVICE = "story-pump";
    private static final String BUNDLE = "com.example.story";
    private static final String CAMERA = "ohos.permission.CAMERA";

    private static final String BINDING = """
            apiVersion: muster.dev/v1
            kind: Binding
            metadata:
              name: story-cameras
            spec:
              roles: [camera-user]
              apps:
                bundles: [com.example.story]
              devices: {tags: [story]}
            """;

    @TempDir
    static Path folder;

    private final SharedProduct.Running running;
    private final Product product;
    private final List<Runnable> undo = new ArrayList<>();
    private @Nullable AgentProcess pump;
    private @Nullable ConsoleBrowser browser;

    StoriesST(SharedProduct.Running running) {
        this.running = running;
        this.product = running.product();
    }

    @BeforeAll
    void needABrowser() {
        // Without one nothing is made either.
        ConsoleBrowser.open(running).close();
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @AfterAll
    void putBack() {
        if (pump != null) {
            pump.close();
        }
        product.muster("devices", "retire", DEVICE, "--yes");
        undo.reversed().forEach(Runnable::run);
    }

    @Test
    @Order(1)
    void theOperatorLetsADeviceInWatchesItAsksItAndCutsItOff() {
        Page page = loggedIn("olga", "operator");
        // First what needs an operator.
        assertThat(cards(page).first()).hasText("Alerts");

        page.navigate(console().address("/enrolment"));
        button(page, "Create a token").first().click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#token-name").fill("the pump of the story");
        form.locator("#token-tags").fill("story");
        within(form, "Create").click();
        String line = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("The line to paste"))
                .innerText()
                .strip();
        pump = new AgentProcess(folder, DEVICE);
        pump.enrol(Product.flagsOf(line));
        pump.start();
        button(page, "I have copied it").click();
        assertThat(row(page, "the pump of the story")).containsText("1 of 1");

        page.navigate(console().address("/devices?q=tag%3D%3Dstory"));
        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.row(DEVICE)).containsText("Online");
        DevicePage device = fleet.open(DEVICE);
        assertThat(device.title()).hasText(DEVICE);
        device.runDiagnostic("clock");
        assertThat(device.command("Diagnostic clock")).containsText("Done");

        button(page, "Suspend").click();
        confirm(page, "Suspend");
        assertThat(device.marks()).containsText("Suspended");
        assertThat(device.marks()).containsText("Offline");
        assertThat(product.json("devices", "show", DEVICE))
                .containsEntry("status", "suspended")
                .containsEntry("online", false);
        button(page, "Resume").click();
        confirm(page, "Resume");
        assertThat(device.marks()).containsText("Active");
        assertThat(device.marks()).containsText("Online");

        assertThat(product.json("devices", "show", DEVICE))
                .containsEntry("status", "active")
                .containsEntry("online", true)
                .containsEntry("tags", List.of("story"));
        assertThat(product.items("audit", "list", "--object", "device/" + DEVICE))
                .extracting(entry -> entry.get("verb"))
                .contains("device.suspend", "device.resume");
        assertThat(console().complaints()).isEmpty();
    }

    @Test
    @Order(2)
    void theReleaseEngineerUploadsAnAppMakesAReleaseAndRollsItOut() throws IOException {
        Path app = HapFile.write(folder.resolve("story.hap"), BUNDLE, 7, "1.7", List.of(CAMERA));
        Page page = loggedIn("rafael", "release-manager");
        assertThat(cards(page).first()).hasText("Rollouts in flight");

        page.navigate(console().address("/artifacts"));
        button(page, "Upload").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        FileChooser chooser =
                page.waitForFileChooser(() -> within(dialog, "Choose a file").click());
        chooser.setFiles(app);
        within(dialog.locator("footer"), "Upload").click();
        assertThat(dialog).containsText("It is there");
        within(dialog.locator("footer"), "Close").click();
        assertThat(dialog).hasCount(0);

        page.navigate(console().address("/releases/new"));
        page.locator("#release-name").fill("story");
        page.locator("#release-version").fill("1.7");
        row(page, BUNDLE).getByRole(AriaRole.CHECKBOX).check();
        button(page, "Create release").click();
        page.waitForURL("**/releases/*-*");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Roll out"))
                .click();
        page.getByLabel("Devices", new Page.GetByLabelOptions().setExact(true)).fill("tag==story");
        assertThat(card(page, "What it would do")).containsText("canary: 1, rest: 0");
        button(page, "Start").click();
        page.waitForURL("**/rollouts/*-*");
        assertThat(ConsoleBrowser.head(page)).containsText("Completed");

        String rollout = page.url().substring(page.url().lastIndexOf('/') + 1);
        assertThat(product.json("rollout", "show", rollout)).containsEntry("state", "completed");
        assertThat(device().installedApp(BUNDLE)).isNotEmpty();
        assertThat(product.json("devices", "show", DEVICE)).containsEntry("inSync", true);
        assertThat(String.valueOf(product.json("devices", "diff", "sim-01").get("targets")))
                .as("whom nobody named is left alone")
                .doesNotContain(BUNDLE);
        page.navigate(console().address("/devices/" + DEVICE));
        assertThat(new DevicePage(page).target("app/" + BUNDLE)).containsText("In force");
        assertThat(console().complaints()).isEmpty();
    }

    @Test
    @Order(3)
    void theSecurityOfficerGrantsAPermissionSeesWhatChangesPublishesAndProvesIt() {
        undo.add(() -> product.muster("policy", "delete", "Binding", "story-cameras"));
        assertThat(device().verify(BUNDLE, CAMERA).exit()).as("before").isEqualTo(1);
        Page page = loggedIn("samira", "security-officer");
        assertThat(cards(page).first()).hasText("Permissions");

        page.navigate(console().address("/permissions/edit"));
        PolicyEditorPage editor = new PolicyEditorPage(page);
        editor.write(BINDING);
        assertThat(editor.marks()).hasCount(0);
        editor.saveDraft();
        assertThat(editor.impact("CAMERA")).containsText("Denied → Granted");
        assertThat(editor.impact("CAMERA")).containsText(BUNDLE);
        assertThat(device().verify(BUNDLE, CAMERA).exit()).as("a draft").isEqualTo(1);
        editor.publish("the pump may film");
        assertThat(ConsoleBrowser.head(page)).containsText("Completed");

        page.navigate(console()
                .address("/permissions?tab=explain&device=" + DEVICE + "&bundle=" + BUNDLE + "&permission=" + CAMERA));
        assertThat(page.locator("main")).containsText("A binding gives the app a role with this permission.");
        assertThat(page.locator("main")).containsText("story-cameras");
        Download evidence =
                page.waitForDownload(() -> button(page, "Save evidence").click());
        Path file = folder.resolve("evidence.json");
        evidence.saveAs(file);

        Command verified = device().verify(BUNDLE, CAMERA);
        assertThat(verified.exit()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("camera-user");
        product.muster("policy", "evidence", "verify", file.toString()).mustSucceed();
        assertThat(product.json("policy", "explain", "--device", DEVICE, "--app", BUNDLE, "--permission", CAMERA))
                .containsEntry("granted", true);
        assertThat(console().complaints()).isEmpty();
    }

    @Test
    @Order(4)
    void theIntegratorJoinsTheProvidersGroupsAProgramAndThePlantsBroker() throws IOException {
        try (PlantBroker plant = PlantBroker.start(folder)) {
            plant.say("story/story-fan/temp", "{\"value\": 21.5}");
            undo.add(() -> product.muster("devices", "retire", "story-fan", "--yes"));
            undo.add(() -> product.muster("bridges", "delete", "story-hall"));
            undo.add(() -> product.muster("accounts", "delete", "story-export"));
            undo.add(() -> unbind("/story-board"));
            Page page = loggedIn("iris", "admin");
            assertThat(cards(page).first()).hasText("Waiting for a person");

            bindTheProvidersGroup(page);
            String token = makeAToken(page);
            page.navigate(console().address("/bridges/new"));
            new PolicyEditorPage(page).write(bridge(plant.port()));
            button(page, "Save").click();
            assertThat(page).hasURL(Pattern.compile("/bridges/story-hall$"));

            Command seen = product.withToken(token, "devices", "list", "-o", "json");
            assertThat(seen.mustSucceed()).contains(DEVICE).doesNotContain("sim-01");
            assertThat(product.withToken(token, "devices", "suspend", DEVICE).exit())
                    .as("it may look, and do nothing")
                    .isNotZero();
            assertThat(product.json("devices", "show", DEVICE)).containsEntry("status", "active");
            await().atMost(PATIENCE)
                    .until(() -> product.items("devices", "list", "-q", "id==story-fan;kind==foreign")
                                    .size()
                            == 1);
            assertThat(console().complaints()).isEmpty();
        }
        theBoardOfTheHallSeesItsDevices();
    }

    private static String bridge(int port) {
        return """
                apiVersion: muster.dev/v1
                kind: Bridge
                metadata: {name: story-hall}
                spec:
                  broker: mqtt://127.0.0.1:%d
                  devices: "tag==story-hall"
                  create: {tags: [story-hall]}
                  mappings:
                    - topic: story/{device}/temp
                      device: "{device}"
                      payload: json
                      values:
                        - {metric: temperature, path: $.value}
                """.formatted(port);
    }

    private void bindTheProvidersGroup(Page page) {
        page.navigate(console().address("/access"));
        button(page, "Bind a role").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#bind-subject").fill("/story-board");
        form.locator("#bind-selector").fill("tag==story");
        assertThat(form).containsText("At this moment: " + DEVICE);
        within(form, "Bind").click();
        assertThat(row(page, "story-board")).containsText("tag==story");
    }

    private String makeAToken(Page page) {
        page.navigate(console().address("/access?tab=accounts"));
        button(page, "Create an account").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.locator("#account-name").fill("story-export");
        within(form, "Create").click();
        button(page, "Bind a role").click();
        form.locator("#bind-role").selectOption("viewer");
        form.locator("#bind-selector").fill("tag==story");
        within(form, "Bind").click();
        assertThat(row(page, "story-export")).containsText("tag==story");
        page.navigate(console().address("/access?tab=accounts&account=story-export"));
        button(page, "Make a token").click();
        form.locator("#token-name").fill("nightly export");
        within(form, "Make the token").click();
        String token = page.getByRole(AriaRole.GROUP, new Page.GetByRoleOptions().setName("Token"))
                .innerText()
                .strip();
        button(page, "I have copied it").click();
        return token;
    }

    /** Somebody of whom Muster knows nothing but the group that the provider vouches for. */
    private void theBoardOfTheHallSeesItsDevices() {
        Page page = loggedIn("bao", null);
        page.navigate(console().address("/devices"));
        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.row(DEVICE)).isVisible();
        assertThat(fleet.rows()).hasCount(0);
        assertThat(console().complaints()).isEmpty();
    }

    /**
     * The first page as seen by a new person of the provider with one role everywhere; without a role they are of the
     * group {@code /story-board}.
     */
    private Page loggedIn(String name, @Nullable String role) {
        String group = role == null ? "/story-board" : "/story-" + role;
        KeycloakRealm.Person person;
        try (KeycloakRealm keycloak = KeycloakRealm.of(running)) {
            keycloak.group(group);
            person = keycloak.person(name, group);
        }
        undo.add(() -> {
            try (KeycloakRealm keycloak = KeycloakRealm.of(running)) {
                keycloak.remove(person, group);
            }
        });
        if (role != null) {
            undo.add(() -> unbind(group));
            product.muster("roles", "bind", role, "--group", group).mustSucceed();
        }
        close();
        browser = ConsoleBrowser.open(running);
        Page page = browser.tab("/");
        browser.login(page, person.name(), person.password());
        return page;
    }

    private void unbind(String subject) {
        for (Map<String, Object> binding : product.items("roles", "list")) {
            if (subject.equals(binding.get("subject"))) {
                product.muster("roles", "unbind", String.valueOf(binding.get("id")));
            }
        }
    }

    private ConsoleBrowser console() {
        return Objects.requireNonNull(browser);
    }

    private AgentProcess device() {
        return Objects.requireNonNull(pump, "the operator's story comes first");
    }

    /** Headings of the first page below how devices stand to their documents. */
    private static Locator cards(Page page) {
        return page.locator(".muster-overview h2")
                .filter(new Locator.FilterOptions()
                        .setHasText(Pattern.compile("^(Alerts|Waiting for a person|Rollouts in flight|Permissions)$")));
    }

    private static Locator card(Page page, String title) {
        return page.locator("section.pf-v6-c-card").filter(new Locator.FilterOptions().setHasText(title));
    }
}
