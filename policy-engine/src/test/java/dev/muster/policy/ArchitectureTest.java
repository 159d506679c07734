package dev.muster.policy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(packages = "dev.muster.policy", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule usesTheJdkOnly = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.muster.policy..", "java..", "org.jspecify..");

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching("dev.muster.policy.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule whatTheDeviceRunsKnowsNoCompiler = noClasses()
            .that()
            .resideInAnyPackage("..bundle..", "..decision..", "..lease..", "..model..", "..permission..", "..token..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..compile..", "..explain..");

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");
}
