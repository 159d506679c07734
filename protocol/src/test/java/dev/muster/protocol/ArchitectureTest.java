package dev.muster.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.muster.protocol", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule usesTheJdkAndTwoSmallLibraries = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.muster.protocol..",
                    "java..",
                    "com.fasterxml.jackson.jr.ob..",
                    "com.fasterxml.jackson.core..",
                    "org.tukaani.xz..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule onlyTheJsonPackageKnowsTheLibrary = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.protocol.json")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.fasterxml..");

    @ArchTest
    static final ArchRule onlyTheDeltaPackageUnpacks = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.protocol.delta..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.tukaani..");

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching("dev.muster.protocol.(*)..").should().beFreeOfCycles();
}
