package dev.muster.trust;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "dev.muster.trust", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    // It runs on a small device: every other library would be one too many.
    @ArchTest
    static final ArchRule needsOnlyTheJdkAndAJsonParser = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.muster.trust..",
                    "java..",
                    "javax.crypto..",
                    "javax.security.auth.x500..",
                    "com.fasterxml.jackson.core..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching("dev.muster.trust.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule theDeviceSideKnowsNothingOfTheServerSide = noClasses()
            .that()
            .resideInAnyPackage("..client..", "..uptane..", "..http..", "..metadata..", "..keys..", "..json..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..repository..");

    @ArchTest
    static final ArchRule onlyTheJsonPackageParses = noClasses()
            .that()
            .resideOutsideOfPackage("..json..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule timeIsGiven = noClasses()
            .that()
            .resideOutsideOfPackage("..tool..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Clock.class, "systemUTC");
}
