package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.muster.system.SharedProduct;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Artifacts are uploaded in the browser, over a connection that breaks, looked at, and put together to a release. */
@ExtendWith(SharedProduct.class)
@Execution(ExecutionMode.SAME_THREAD)
class ArtifactsST {
    private static final String BUNDLE = "com.example.artifactsst";

    private final SharedProduct.Running running;
    private ConsoleBrowser browser;

    @TempDir
    Path folder;

    ArtifactsST(SharedProduct.Running running) {
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
    void anUploadThatBreaksGoesOnAndBecomesARelease() throws IOException {
        Page page = browser.tab("/artifacts");
        browser.login(page);
        Path app = app(folder.resolve("artifactsst.hap"));

        button(page, "Upload").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        chooseFile(page, dialog, app);
        assertThat(dialog.getByLabel("What it is")).hasValue("app");
        // The second piece never arrives, until the person tries again.
        AtomicInteger pieces = new AtomicInteger();
        page.route("**/api/v1/artifacts/uploads/*", route -> {
            if (route.request().method().equals("PATCH") && pieces.incrementAndGet() > 1) {
                route.abort();
            } else {
                route.resume(new Route.ResumeOptions());
            }
        });
        dialogButton(dialog, "Upload").click();
        assertThat(dialog.getByRole(AriaRole.PROGRESSBAR).first()).isVisible();
        assertThat(dialog).containsText("The connection broke");
        browser.screenshot(page, "artifact-upload-broken");
        dialogButton(dialog, "Cancel").click();
        assertThat(dialog).hasCount(0);
        Locator unfinished =
                page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("artifactsst.hap"));
        assertThat(unfinished).containsText("4.2 MB of 6.3 MB");
        browser.screenshot(page, "artifacts-unfinished");
        page.unroute("**/api/v1/artifacts/uploads/*");

        page.reload();
        button(page, "Upload").click();
        chooseFile(page, dialog, app);
        dialogButton(dialog, "Upload").click();
        assertThat(dialog).containsText("It is there");
        dialogButton(dialog, "Close").last().click();
        assertThat(dialog).hasCount(0);
        assertThat(unfinished).hasCount(0);
        Locator row = page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(BUNDLE));
        assertThat(row).containsText("Not signed");
        assertThat(row).containsText("nothing");
        browser.screenshot(page, "artifacts");

        row.getByRole(AriaRole.LINK).first().click();
        assertThat(ConsoleBrowser.title(page)).containsText(BUNDLE + " 1.4");
        assertThat(page.locator("main")).containsText("at least 12, made for 12");
        assertThat(page.locator("main")).containsText("LOCATION");
        assertThat(page.locator("main")).containsText("Nothing needs it");
        browser.screenshot(page, "artifact");

        page.navigate(browser.address("/releases/new"));
        page.locator("#release-name").fill("artifactsst");
        page.locator("#release-version").fill("4");
        page.getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText(BUNDLE))
                .getByRole(AriaRole.CHECKBOX)
                .check();
        page.locator("#absent").fill("com.example.old");
        Locator look = page.locator("section.pf-v6-c-card")
                .filter(new Locator.FilterOptions().setHasText("What each board gets"));
        assertThat(look).containsText("app/" + BUNDLE);
        assertThat(look).containsText("app/com.example.old");
        browser.screenshot(page, "release-new");
        button(page, "Create release").click();
        page.waitForURL("**/releases/*-*");
        assertThat(ConsoleBrowser.head(page)).containsText("Offered");
        assertThat(page.locator("main")).containsText("No rollout hands it out yet.");
        browser.screenshot(page, "release");

        button(page, "Withdraw").click();
        dialogButton(dialog, "Withdraw").click();
        assertThat(dialog).hasCount(0);
        assertThat(ConsoleBrowser.head(page)).containsText("Withdrawn");
        page.navigate(browser.address("/releases"));
        assertThat(page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText("artifactsst")))
                .containsText("Withdrawn");
        browser.screenshot(page, "releases");
        org.assertj.core.api.Assertions.assertThat(browser.complaints())
                .allMatch(complaint -> complaint.contains("ERR_FAILED"));
    }

    @Test
    void whatIsRefusedSaysWhyAndLeavesNothing() throws IOException {
        Page page = browser.tab("/artifacts");
        browser.login(page);

        button(page, "Upload").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        chooseFile(page, dialog, Files.writeString(folder.resolve("refused.hap"), "this is no package"));
        dialogButton(dialog, "Upload").click();

        assertThat(dialog).containsText("expected");
        browser.screenshot(page, "artifact-refused");
        dialogButton(dialog, "Cancel").click();
        assertThat(dialog).hasCount(0);
        page.reload();
        assertThat(ConsoleBrowser.title(page)).hasText("Artifacts");
        assertThat(page.getByText("refused.hap")).hasCount(0);
        page.navigate(browser.address("/artifacts/" + "0".repeat(64)));
        assertThat(page.getByText("There is no such thing")).isVisible();
        browser.screenshot(page, "artifact-none");
    }

    private static void chooseFile(Page page, Locator dialog, Path file) {
        com.microsoft.playwright.FileChooser chooser = page.waitForFileChooser(
                () -> dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Choose a file"))
                        .click());
        chooser.setFiles(file);
    }

    private static Locator dialogButton(Locator dialog, String name) {
        return dialog.locator("footer")
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** An app of more than one piece of an upload. */
    private static Path app(Path file) throws IOException {
        byte[] noise = new byte[6 << 20];
        new Random(11).nextBytes(noise);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            put(zip, "module.json", """
                    {"app":{"bundleName":"%s","bundleType":"app","versionCode":4,"versionName":"1.4",
                     "minAPIVersion":12,"targetAPIVersion":12,"apiReleaseType":"Release","debug":false,"vendor":"example"},
                     "module":{"name":"entry","type":"entry","deviceTypes":["default"],"deliveryWithInstall":true,
                     "installationFree":false,"mainElement":"EntryAbility","requestPermissions":[
                       {"name":"ohos.permission.LOCATION","reason":"$string:reason",
                        "usedScene":{"abilities":["EntryAbility"],"when":"inuse"}}]}}
                    """.formatted(BUNDLE).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            put(zip, "pack.info", """
                    {"summary":{"app":{"bundleName":"%s","version":{"code":4,"name":"1.4"}},"modules":[]},
                     "packages":[{"name":"entry-default","moduleType":"entry","deviceType":["default"],
                     "deliveryWithInstall":true}]}
                    """.formatted(BUNDLE).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            put(zip, "ets/modules.abc", noise);
        }
        return file;
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }
}
