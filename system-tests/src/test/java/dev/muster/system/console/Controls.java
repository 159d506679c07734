package dev.muster.system.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;

/** Finds what people press, by role and name as a screen reader says it. */
final class Controls {
    private Controls() {}

    /** The button of exactly this name. */
    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The same within a part of the page. */
    static Locator within(Locator part, String name) {
        return part.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    /** The rows of tables that have the text. */
    static Locator row(Page page, String text) {
        return page.locator("main").getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
    }

    /** Says yes, and waits for the end of the question: behind it nothing is found by its role. */
    static void confirm(Page page, String name) {
        Locator question = page.getByRole(AriaRole.DIALOG);
        within(question, name).click();
        assertThat(question).hasCount(0);
    }
}
