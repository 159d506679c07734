package dev.muster.system.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.muster.system.SharedProduct;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * The machine's own Chromium, driven by Playwright, with one person's session. Whatever the pages complain about in the
 * browser's log is kept in {@link #complaints}. One thread only.
 */
public final class ConsoleBrowser implements AutoCloseable {
    private static final String NONE = "no Chromium found on the PATH: `apt-get install -y chromium`,"
            + " or name one in the environment variable MUSTER_CHROMIUM";
    private static final List<String> FLAGS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run");

    // Patience, not a bar: pages and changes take about a second on an idle machine.
    private static final int PATIENCE_MS = 60_000;

    private static final int WIDTH = 1440;
    private static final int HEIGHT = 900;
    private static final int TALL = 1700;

    private final SharedProduct.Running running;
    private final Playwright playwright;
    private final Browser browser;
    private final BrowserContext session;
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private ConsoleBrowser(SharedProduct.Running running, Path chromium) {
        this.running = running;
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium)
                        .setHeadless(true)
                        .setArgs(FLAGS));
        this.session = browser.newContext(
                new Browser.NewContextOptions().setViewportSize(WIDTH, HEIGHT).setLocale("en-GB"));
        session.setDefaultTimeout(PATIENCE_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    /**
     * A browser without a session. Where there is none the test is skipped, or fails if {@code MUSTER_BROWSER=required}
     * says that this machine must have one (CI does).
     */
    public static ConsoleBrowser open(SharedProduct.Running running) {
        Optional<Path> chromium = find();
        if (chromium.isEmpty() && "required".equals(System.getenv("MUSTER_BROWSER"))) {
            throw new AssertionError(NONE);
        }
        Assumptions.assumeTrue(chromium.isPresent(), NONE);
        return new ConsoleBrowser(running, chromium.get());
    }

    /**
     * A tab at the console's address {@code path} below {@code /console}, after the login if one is asked for. Every tab counts as
     * seen here, so each holds up to two streams, and a browser has six connections to a server: use three tabs at most.
     */
    public Page tab(String path) {
        Page page = session.newPage();
        page.onPageError(error -> complaints.add(page.url() + ": " + error));
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(page.url() + ": " + message.text() + " (" + message.location() + ")");
            }
        });
        page.navigate(address(path));
        return page;
    }

    /** Fills in Keycloak's form, which must show on {@code page}. */
    public void login(Page page) {
        login(page, running.name(), running.password());
    }

    /** The same for somebody else. */
    public void login(Page page, String name, String password) {
        page.locator("#username").fill(name);
        page.locator("#password").fill(password);
        page.locator("#kc-login").click();
        page.waitForURL(url -> url.startsWith(address("/")));
    }

    /** The address of {@code path} below the console's root. */
    public String address(String path) {
        return "http://localhost:" + running.product().port(0) + "/console" + path;
    }

    /** The page's own title. A dialog, open or on its way out, has one too: never that. */
    static Locator title(Page page) {
        return page.locator("main h1");
    }

    /** The page's own title and the marks beside it. */
    static Locator head(Page page) {
        return title(page).locator("xpath=..");
    }

    /** Errors that the browser logged on any page, such as a refused script or a failed request. */
    public List<String> complaints() {
        return complaints;
    }

    /** Keeps what {@code page} shows as {@code name.png} for people to look at. */
    public void screenshot(Page page, String name) {
        Path folder = Path.of(System.getProperty("muster.screenshots", "target/screenshots"));
        // The page scrolls inside its frame, so the window must be as tall as the page.
        page.setViewportSize(WIDTH, TALL);
        page.screenshot(new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")));
        page.setViewportSize(WIDTH, HEIGHT);
    }

    private static Optional<Path> find() {
        String named = System.getenv("MUSTER_CHROMIUM");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(program -> Path.of(folder, program)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        session.close();
        browser.close();
        playwright.close();
    }
}
