package dev.muster.policy.language;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.muster.policy.language", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule usesTheEngineOneYamlReaderAndCel = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.muster.policy..",
                    "java..",
                    "org.yaml.snakeyaml..",
                    "dev.cel..",
                    "com.google.common.collect..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule onlyReaderAndWriterKnowYamlsLibrary = noClasses()
            .that()
            .haveNameNotMatching(".*\\.(YamlReader|FleetWriter)(\\$.*)?")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml..");

    @ArchTest
    static final ArchRule onlyConditionsKnowCel = noClasses()
            .that()
            .resideOutsideOfPackage("..language.condition..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.cel..", "com.google..");

    @ArchTest
    static final ArchRule onlyPolicyTestsAskTheEngineForDecisions = noClasses()
            .that()
            .resideOutsideOfPackage("..language.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..policy.bundle..", "..policy.compile..", "..policy.explain..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.muster.policy.language.(**)").should().beFreeOfCycles();
}
