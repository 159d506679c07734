package dev.muster.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.muster.cli", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule featuresFormNoCycle =
            slices().matching("dev.muster.cli.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule outputAndHttpKnowNoCommandLine = noClasses()
            .that()
            .resideInAnyPackage("..cli.output..", "..cli.http..", "..cli.token..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "..cli.session..");

    @ArchTest
    static final ArchRule onlyTheServerIsAsked = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.apache.kafka..", "dev.muster.control..", "dev.muster.telemetry..");

    @ArchTest
    static final ArchRule timeComesFromTheShell = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");
}
