package dev.muster.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of this module. */
@AnalyzeClasses(packages = "dev.muster.simulator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule knowsTrustAndProtocolOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.muster.simulator..",
                    "dev.muster.trust..",
                    "dev.muster.protocol..",
                    "java..",
                    "javax.net.ssl..",
                    "com.sun.management..",
                    "io.netty..",
                    "picocli..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching("dev.muster.simulator.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule devicesKnowNoWire = noClasses()
            .that()
            .resideInAnyPackage("..behaviour..", "..device..", "..figures..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "java.net..", "java.nio.file..", "picocli..");

    @ArchTest
    static final ArchRule timeComesFromOutside = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess =
            noClasses().that().doNotHaveSimpleName("Main").should().callMethod(System.class, "exit", int.class);
}
