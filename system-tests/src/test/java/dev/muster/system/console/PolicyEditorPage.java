package dev.muster.system.console;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;

/** The console's page on which one policy document is written, checked and published. */
final class PolicyEditorPage {
    private final Page page;

    PolicyEditorPage(Page page) {
        this.page = page;
    }

    /** Replaces the whole text; the cursor stands behind it. */
    void write(String yaml) {
        text().click();
        page.keyboard().press("Control+A");
        page.keyboard().press("Delete");
        // As from the clipboard: the editor must not indent on its own.
        page.keyboard().insertText(yaml);
    }

    /** What Ctrl-Space offers at the cursor. */
    Locator completions() {
        page.keyboard().press("Control+Space");
        return page.locator(".cm-tooltip-autocomplete li");
    }

    Locator text() {
        return page.locator(".cm-content");
    }

    /** The marks in the margin, one for each line with a mistake. */
    Locator marks() {
        return page.locator(".cm-lint-marker-error");
    }

    /** What is said below the open one of the tabs Problems, Tests and Impact. */
    Locator said() {
        return page.getByRole(AriaRole.TABPANEL);
    }

    void saveDraft() {
        button("Save draft").click();
    }

    /** The row of {@code permission} under what publishing would change. */
    Locator impact(String permission) {
        page.getByRole(AriaRole.TAB, new Page.GetByRoleOptions().setName("Impact"))
                .click();
        return said().getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(permission));
    }

    /** Publishes the draft; the page then is the rollout's. */
    void publish(String why) {
        button("Review and publish").click();
        Locator dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("What changes and why").fill(why);
        dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Publish"))
                .click();
        page.waitForURL("**/rollouts/**");
        PlaywrightAssertions.assertThat(dialog).hasCount(0);
    }

    private Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }
}
