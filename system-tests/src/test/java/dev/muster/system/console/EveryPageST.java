package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every page of the console with something of each kind: both themes through axe-core, both languages, a tablet's width; no request
 * fails and the browser has nothing to say. Pictures are in {@code target/pictures}; with {@code -Dmuster.pictures=DIR}, below the
 * root of the project, those that the documents show are written there as well.
 */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EveryPageST {
    private static final Path AXE = Path.of(System.getProperty("muster.home", ".."))
            .resolve("control-plane/src/main/console/node_modules/axe-core/axe.min.js");
    private static final int WIDE = 1280;
    private static final int TABLET = 1024;
    private static final int HIGH = 800;

    private static final String RULE = """
            apiVersion: muster.dev/v1
            kind: AlertRule
            metadata: {name: hot-press}
            spec:
              devices: "name==sim-04"
              severity: warning
              summary: "{device} is busier than it should be"
              when:
                threshold: {metric: cpu.load, above: -1}
            """;

    private static final String BRIDGE = """
            apiVersion: muster.dev/v1
            kind: Bridge
            metadata: {name: hall-2}
            spec:
              broker: mqtt://broker.invalid
              devices: "tag==hall-2"
              mappings:
                - topic: "hall-2/{device}"
                  device: "{device}"
                  payload: json
                  values:
                    - {metric: temperature, path: $.value}
            """;

    /** A page by the name of its pictures. */
    private record Shown(String name, String path, boolean inDocuments) {
        static Shown page(String name, String path) {
            return new Shown(name, path, false);
        }

        static Shown documented(String name, String path) {
            return new Shown(name, path, true);
        }
    }

    private final SharedProduct.Running running;
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private ConsoleBrowser browser;

    EveryPageST(SharedProduct.Running running) {
        this.running = running;
    }

    @BeforeAll
    void begin() throws IOException {
        // Without a browser nothing is made either.
        ConsoleBrowser.open(running).close();
        fill();
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

    @AfterAll
    void end() {
        muster("alerts", "rules", "delete", "hot-press");
        muster("bridges", "delete", "hall-2");
        muster("groups", "delete", "presses");
        muster("freezes", "delete", "year-end");
        muster("accounts", "delete", "nightly");
        running.product().items("views", "list").forEach(view -> muster("views", "delete", text(view, "id")));
        for (int i = 1; i <= SharedProduct.DEVICES; i++) {
            muster("devices", "set", "sim-0" + i, "--site", "");
        }
        for (String site : List.of("pit", "works", "harbour")) {
            muster("sites", "delete", site);
        }
    }

    @Test
    void everyPageIsWholeInBothThemesBothLanguagesAndOnATablet() throws IOException {
        Page page = browser.tab("/");
        page.onResponse(response -> {
            if (response.status() >= 400) {
                failed.add(page.url() + ": " + response.status() + " " + response.url());
            }
        });
        browser.login(page);
        page.setViewportSize(WIDE, HIGH);
        page.evaluate(Files.readString(AXE));
        List<String> violations = new ArrayList<>();
        List<String> tooWide = new ArrayList<>();
        List<Shown> pages = pages();

        for (Shown shown : pages) {
            visit(page, shown);
            violations.addAll(axe(page, shown.name() + " light"));
            picture(page, shown.name() + "-light");
            documented(page, shown, "light");
            page.setViewportSize(TABLET, HIGH);
            tooWide.addAll(tooWide(page, shown.name()));
            page.setViewportSize(WIDE, HIGH);
            button(page, "Dark theme").click();
            violations.addAll(axe(page, shown.name() + " dark"));
            picture(page, shown.name() + "-dark");
            documented(page, shown, "dark");
            button(page, "Light theme").click();
        }
        // Whoever began the first steps sees them on the overview as well.
        page.evaluate(
                "() => Object.keys(localStorage).filter(key => key.startsWith('muster-tour')).forEach(key => localStorage.removeItem(key))");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Language: English"))
                .click();
        page.getByRole(AriaRole.MENUITEM, new Page.GetByRoleOptions().setName("中文"))
                .click();
        assertThat(ConsoleBrowser.title(page)).not().hasText("Overview");
        assertThat(page.locator("html")).hasAttribute("lang", "zh");
        for (Shown shown : pages) {
            visit(page, shown);
            picture(page, shown.name() + "-zh");
        }

        assertThat(violations).isEmpty();
        assertThat(tooWide).isEmpty();
        assertThat(failed).isEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aSlashSearchesEverythingFromTheKeyboardAlone() {
        Page page = browser.tab("/alerts");
        browser.login(page);
        page.navigate(browser.address("/alerts"));
        assertThat(ConsoleBrowser.title(page)).hasText("Alerts");

        page.keyboard().press("/");
        page.keyboard().type("SIM-0");
        Locator found = page.getByRole(AriaRole.LISTBOX).getByRole(AriaRole.OPTION);
        assertThat(found).hasCount(SharedProduct.DEVICES);
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(browser.address("/devices/sim-02"));

        page.keyboard().press("/");
        page.keyboard().type("harb");
        assertThat(found).hasCount(1);
        page.keyboard().press("Enter");
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*/devices\\?q=site.*harbour$"));
        assertThat(new FleetPage(page).rows()).hasCount(1);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aQueryIsSavedAsAViewAndFoundAgain() {
        Page page = browser.tab("/devices?q=site%3D%3Dpit%3Bname%3D%3Dsim-0*");
        browser.login(page);
        FleetPage fleet = new FleetPage(page);
        assertThat(fleet.rows()).hasCount(2);

        button(page, "Views").click();
        page.getByText("Save this query…").click();
        Locator form = page.getByRole(AriaRole.DIALOG);
        form.getByLabel("Name").fill("Presses of the pit");
        form.getByLabel("Show it to everybody of the tenant").check();
        form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Save"))
                .click();
        assertThat(form).hasCount(0);
        fleet.search("");
        assertThat(fleet.rows()).hasCount(SharedProduct.DEVICES);
        button(page, "Views").click();
        page.getByRole(AriaRole.MENUITEM)
                .filter(new Locator.FilterOptions().setHasText("Presses of the pit"))
                .first()
                .click();

        assertThat(fleet.rows()).hasCount(2);
        assertThat(page).hasURL(java.util.regex.Pattern.compile(".*q=site.*pit.*sim-0.*$"));
        assertThat(running.product().items("views", "list")).anySatisfy(view -> {
            assertThat(view).containsEntry("name", "Presses of the pit").containsEntry("shared", true);
        });
        assertThat(browser.complaints()).isEmpty();
    }

    /** Something of each kind, as an integrator would make it. */
    private void fill() throws IOException {
        Path directory = Files.createTempDirectory("every-page");
        must("sites", "create", "works", "--location", "51.48,7.22", "--time-zone", "Europe/Berlin");
        must("sites", "create", "pit", "--parent", "works", "--location", "51.36,7.02");
        must("sites", "create", "harbour", "--location", "53.54,9.97");
        must("devices", "set", "sim-01", "--site", "pit");
        must("devices", "set", "sim-02", "--site", "pit");
        must("devices", "set", "sim-03", "--site", "works");
        must("devices", "set", "sim-04", "--site", "harbour");
        must("groups", "create", "presses", "--query", "name==sim-0*");
        must(
                "freezes",
                "set",
                "year-end",
                "--from",
                "2098-12-20T00:00:00Z",
                "--to",
                "2099-01-04T00:00:00Z",
                "--reason",
                "stocktaking");
        must("accounts", "create", "nightly", "--description", "the nightly build");
        must("views", "save", "Everything in the pit", "-q", "site==pit", "--shared");
        must(
                "alerts",
                "rules",
                "apply",
                Files.writeString(directory.resolve("rule.yaml"), RULE).toString());
        must(
                "bridges",
                "create",
                Files.writeString(directory.resolve("bridge.yaml"), BRIDGE).toString());
        must("command", "run", "refresh", "--device", "sim-01");
        await().atMost(Duration.ofSeconds(90))
                .until(() -> !running.product().items("alerts", "list").isEmpty());
    }

    private List<Shown> pages() {
        String release = first("release", "list").map(row -> text(row, "id")).orElseThrow();
        String rollout = first("rollout", "list").map(row -> text(row, "id")).orElseThrow();
        String artifact =
                first("artifact", "list").map(row -> text(row, "sha256")).orElseThrow();
        String alert = first("alerts", "list").map(row -> text(row, "id")).orElseThrow();
        String command = first("command", "list").map(row -> text(row, "id")).orElseThrow();
        return List.of(
                Shown.documented("overview", "/"),
                Shown.documented("devices", "/devices"),
                Shown.documented("device", "/devices/sim-01"),
                Shown.page("groups", "/groups"),
                Shown.page("group", "/groups/presses"),
                Shown.page("sites", "/sites"),
                Shown.documented("alerts", "/alerts"),
                Shown.page("alert-rules", "/alerts?tab=rules"),
                Shown.page("alert-silences", "/alerts?tab=silences"),
                Shown.page("alert-notices", "/alerts?tab=notices"),
                Shown.page("alert-rule-new", "/alerts/rules/new"),
                Shown.page("alert-rule", "/alerts/rules/hot-press"),
                Shown.page("alert", "/alerts/" + alert),
                Shown.page("bridges", "/bridges"),
                Shown.page("bridge-new", "/bridges/new"),
                Shown.page("bridge", "/bridges/hall-2"),
                Shown.page("artifacts", "/artifacts"),
                Shown.documented("artifact", "/artifacts/" + artifact),
                Shown.page("releases", "/releases"),
                Shown.page("release-new", "/releases/new"),
                Shown.page("release", "/releases/" + release),
                Shown.page("channels", "/channels"),
                Shown.page("rollouts", "/rollouts"),
                Shown.documented("rollout-new", "/rollouts/new?release=" + release),
                Shown.documented("rollout", "/rollouts/" + rollout),
                Shown.page("commands", "/commands"),
                Shown.page("command", "/commands/" + command),
                Shown.page("settings", "/settings"),
                Shown.documented("compliance", "/permissions"),
                Shown.page("explain", "/permissions?tab=explain"),
                Shown.page("policy-documents", "/permissions?tab=documents"),
                Shown.page("policy-history", "/permissions?tab=versions"),
                Shown.page("capabilities", "/permissions?tab=capabilities"),
                Shown.page("permission-requests", "/permissions?tab=requests"),
                Shown.page("permission-usage", "/permissions?tab=usage"),
                Shown.page("permission-shadow", "/permissions?tab=shadow"),
                Shown.documented("policy-editor", "/permissions/edit/Role/camera-user"),
                Shown.page("enrolment", "/enrolment"),
                Shown.page("enrolment-waiting", "/enrolment?tab=waiting"),
                Shown.page("four-eyes", "/four-eyes"),
                Shown.documented("access", "/access"),
                Shown.page("access-accounts", "/access?tab=accounts"),
                Shown.page("access-tenants", "/access?tab=tenants"),
                Shown.page("access-ddi", "/access?tab=ddi"),
                Shown.page("access-mine", "/access?tab=mine"),
                Shown.documented("trust", "/trust"),
                Shown.documented("audit", "/audit"),
                Shown.page("no-page", "/nowhere"),
                Shown.documented("first-steps", "/?tour=open"));
    }

    /** Goes there as a link of the console would: the login and axe-core stay. */
    private void visit(Page page, Shown shown) {
        page.evaluate("""
                path => new Promise(shown => {
                  history.pushState({}, '', path);
                  dispatchEvent(new PopStateEvent('popstate'));
                  requestAnimationFrame(() => requestAnimationFrame(shown));
                })""", "/console" + shown.path());
        assertThat(ConsoleBrowser.title(page)).isVisible();
        assertThat(page.locator(".muster-loading")).hasCount(0);
        // Numbers and labels that a second answer brings.
        page.waitForFunction(
                "() => document.getAnimations().every(a => a.playState !== 'running' || a.effect?.getTiming().iterations === Infinity)");
    }

    // Colours on their way from one theme to the other are not what a person reads.
    private static void settle(Page page) {
        page.mouse().move(WIDE / 2.0, HIGH - 2.0);
        assertThat(page.locator(".pf-v6-c-tooltip")).hasCount(0);
        page.evaluate("""
                () => new Promise(settled => requestAnimationFrame(() => requestAnimationFrame(() => {
                  document.getAnimations().filter(a => a.effect?.getTiming().iterations !== Infinity).forEach(a => a.finish());
                  settled();
                })))""");
    }

    @SuppressWarnings("unchecked")
    private static List<String> axe(Page page, String where) {
        settle(page);
        List<Map<String, Object>> found = (List<Map<String, Object>>) page.evaluate("""
                async () => (await axe.run(document, {
                    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] },
                    resultTypes: ['violations'],
                  })).violations
                  .filter(one => one.impact === 'serious' || one.impact === 'critical')
                  .map(one => ({ id: one.id, nodes: one.nodes.slice(0, 3).map(node => node.target.join(' ') + ' | ' + node.html.slice(0, 200)).join('\\n  ') }))""");
        return found.stream()
                .map(one -> where + ": " + one.get("id") + "\n  " + one.get("nodes"))
                .toList();
    }

    /** What is cut off on a tablet without a way to scroll to it. */
    @SuppressWarnings("unchecked")
    private static List<String> tooWide(Page page, String where) {
        settle(page);
        List<String> found = (List<String>) page.evaluate("""
                () => {
                  const main = document.querySelector('main');
                  const all = [document.documentElement, main].filter(one => one && one.scrollWidth > one.clientWidth + 1);
                  return all.map(one => one.tagName + ' ' + one.scrollWidth + ' > ' + one.clientWidth);
                }""");
        return found.stream().map(one -> where + " at " + TABLET + ": " + one).toList();
    }

    private static void picture(Page page, String name) {
        // The page scrolls inside its frame, so the window must be as tall as the page.
        Object height = page.evaluate(
                "() => Math.min(3000, Math.max(800, (document.querySelector('main')?.scrollHeight ?? 0) + 90))");
        page.setViewportSize(WIDE, ((Number) height).intValue());
        page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target/pictures", name + ".png")));
        page.setViewportSize(WIDE, HIGH);
    }

    private static void documented(Page page, Shown shown, String theme) {
        String folder = System.getProperty("muster.pictures", "");
        if (shown.inDocuments() && !folder.isEmpty()) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(
                            System.getProperty("muster.home", ".."), folder, shown.name() + "-" + theme + ".png")));
        }
    }

    private Optional<Map<String, Object>> first(String... words) {
        return running.product().items(words).stream().findFirst();
    }

    private static String text(Map<String, Object> row, String member) {
        return String.valueOf(row.get(member));
    }

    private void must(String... words) {
        running.product().muster(words).mustSucceed();
    }

    private void muster(String... words) {
        running.product().muster(words);
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }
}
