package dev.muster.benchmarks.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import dev.muster.agent.store.AtomicFiles;
import dev.muster.benchmarks.Report;
import dev.muster.benchmarks.Report.Bar;
import dev.muster.benchmarks.RunningMuster;
import dev.muster.benchmarks.rollout.BenchFleet;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * From the click to the first content of each page of the console, with few devices and with many, in one run: the system's
 * Chromium, the packaged product, its Keycloak and PostgreSQL. Devices are rows.
 */
public final class ConsoleBenchmark {
    private static final long FEW = 100;
    private static final long MANY = 100_000;
    private static final double BAR = 1.5;
    private static final int SITES = 200;
    private static final String AWAY = "/console/nowhere";

    /** Pages that show devices, or what is counted over them; then those that must not care. */
    private static final Map<String, String> PAGES = pages();

    // Until the title is that of another page, and no grey line stands where something will be.
    private static final String FIRST_CONTENT = """
            path => new Promise((resolve, reject) => {
              const before = document.querySelector('main h1');
              const begin = performance.now();
              history.pushState({}, '', path);
              dispatchEvent(new PopStateEvent('popstate'));
              const look = () => {
                const title = document.querySelector('main h1');
                const main = document.querySelector('main');
                if (title && title !== before && !document.querySelector('.muster-loading') && main.innerText.length > title.innerText.length) {
                  resolve(performance.now() - begin);
                } else if (performance.now() - begin > 60000) {
                  reject(new Error('no content of ' + path + ' within a minute'));
                } else {
                  requestAnimationFrame(look);
                }
              };
              requestAnimationFrame(look);
            })""";

    // What the page had asked for until then, the slowest first.
    private static final String REQUESTS = """
            () => performance.getEntriesByType('resource')
              .filter(entry => entry.name.includes('/api/v1/') && !entry.name.includes('/stream'))
              .sort((a, b) => b.duration - a.duration)
              .slice(0, 3)
              .map(entry => decodeURIComponent(entry.name.replace(/.*\\/api\\/v1/, '')) + ' ' + Math.round(entry.duration) + ' ms')
              .join(', ')""";

    private final PrintStream out;
    private final Path home = Path.of(System.getProperty("muster.home", "")).toAbsolutePath();

    public ConsoleBenchmark(PrintStream out) {
        this.out = out;
    }

    private static Map<String, String> pages() {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "/");
        pages.put("devices", "/devices");
        pages.put("devices of a site", "/devices?q=site%3D%3Dsite-007");
        pages.put("device", "/devices/" + BenchFleet.device(7));
        pages.put("groups", "/groups");
        pages.put("group", "/groups/all-of-them");
        pages.put("sites", "/sites");
        pages.put("alerts", "/alerts");
        pages.put("rollouts", "/rollouts");
        pages.put("commands", "/commands");
        pages.put("settings", "/settings");
        pages.put("compliance", "/permissions");
        pages.put("audit", "/audit");
        return pages;
    }

    /** Measures; exit code 0 measured, 1 not measured, 2 wrong use. */
    public int run(List<String> words) throws IOException, InterruptedException, SQLException {
        if (!words.isEmpty() && !words.equals(List.of("--quick"))) {
            out.println("bench console: expected [--quick] and nothing else, found `" + String.join(" ", words) + "`");
            return 2;
        }
        int rounds = words.isEmpty() ? 15 : 3;
        Optional<Path> chromium = chromium();
        if (chromium.isEmpty()) {
            out.println("bench console: no Chromium found on the PATH: `apt-get install -y chromium`");
            return 1;
        }
        Path directory = Files.createTempDirectory("muster-bench");
        try (RunningMuster muster = RunningMuster.start(home, directory, out);
                BenchFleet fleet = new BenchFleet(muster);
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(chromium.get())
                                .setHeadless(true)
                                .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")))) {
            Page page = browser.newPage(new Browser.NewPageOptions().setLocale("en-GB"));
            login(page, muster);
            page.evaluate(FIRST_CONTENT, AWAY);
            fill(fleet);
            Report report = new Report("console");
            Map<String, List<Double>> few = measure(page, fleet, FEW, rounds);
            Map<String, List<Double>> many = measure(page, fleet, MANY, rounds);
            few.forEach((name, millis) -> {
                List<Double> large = many.getOrDefault(name, List.of());
                report.row(name + " at " + FEW, "ms wall", millis, Bar.NONE);
                report.row(name + " at " + MANY, "ms wall", large, Bar.NONE);
                report.row(name + ", " + MANY + " to " + FEW, "x", ratios(large, millis), new Bar.AtMost(BAR));
            });
            report.note(
                    "from the click to the first content, in one tab that stays; the fleet changes nothing meanwhile");
            report.print(out);
            out.println("written to " + report.write(home));
            return 0;
        } finally {
            AtomicFiles.deleteTree(directory);
        }
    }

    private Map<String, List<Double>> measure(Page page, BenchFleet fleet, long size, int rounds) throws SQLException {
        out.println(size + " devices ...");
        grow(fleet, size);
        Map<String, List<Double>> found = new LinkedHashMap<>();
        // The first round fills caches, of the browser's compiler too.
        for (int round = -1; round < rounds; round++) {
            for (Map.Entry<String, String> shown : PAGES.entrySet()) {
                page.evaluate("() => performance.clearResourceTimings()");
                double millis = ((Number) page.evaluate(FIRST_CONTENT, "/console" + shown.getValue())).doubleValue();
                if (round == rounds - 1) {
                    out.println("  " + shown.getKey() + ": " + page.evaluate(REQUESTS));
                }
                // Away from it, so that every page begins empty.
                page.evaluate(FIRST_CONTENT, AWAY);
                if (round >= 0) {
                    found.computeIfAbsent(shown.getKey(), name -> new ArrayList<>())
                            .add(millis);
                }
            }
        }
        return found;
    }

    private static void fill(BenchFleet fleet) throws IOException, InterruptedException, SQLException {
        fleet.execute(
                "insert into site (tenant, name, latitude, longitude) select 'default', 'site-' || lpad(i::text, 3, '0'),"
                        + " 35 + i % 20, -5 + i / 8 from generate_series(1, " + SITES + ") i");
        fleet.post("/groups", Map.of("name", "all-of-them", "query", "name==bench"));
    }

    /** Devices with what the lists and counts read of them. */
    private static void grow(BenchFleet fleet, long size) throws SQLException {
        fleet.grow(size);
        fleet.execute("update device set site = 'site-' || lpad((right(id, 7)::int % " + SITES
                + " + 1)::text, 3, '0'), generation = 1 where site is null");
        fleet.execute(
                "insert into device_summary (tenant, device, reported_generation, settled, image_version)"
                        + " select tenant, id, right(id, 1)::int % 2, true, '2.' || right(id, 1) from device on conflict do nothing");
        fleet.execute("insert into device_presence (tenant, device, online, epoch, last_seen, gateway)"
                + " select tenant, id, right(id, 1) <> '3', 1, now(), 'bench' from device on conflict do nothing");
        fleet.execute("insert into device_group_member (tenant, name, device, since)"
                + " select tenant, 'all-of-them', id, now() from device on conflict do nothing");
        fleet.execute("analyze");
    }

    private static void login(Page page, RunningMuster muster) throws IOException {
        page.navigate("http://localhost:" + muster.port(0) + "/console/");
        page.locator("#username").fill("admin");
        page.locator("#password").fill(muster.secret("login.admin"));
        page.locator("#kc-login").click();
        page.locator("main h1").waitFor();
    }

    /** Each round beside the same round. */
    private static List<Double> ratios(List<Double> above, List<Double> below) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(above.size(), below.size()); i++) {
            ratios.add(above.get(i) / below.get(i));
        }
        return ratios;
    }

    private static Optional<Path> chromium() {
        String named = System.getenv("MUSTER_CHROMIUM");
        if (named != null) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
