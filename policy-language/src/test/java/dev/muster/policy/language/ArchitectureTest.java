package dev.muster.policy.language;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.muster.policy.language", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule usesTheEngineAndOneYamlReader = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("dev.muster.policy..", "java..", "org.yaml.snakeyaml..", "org.jspecify..");

    @ArchTest
    static final ArchRule onlyTheReaderKnowsYamlsLibrary = noClasses()
            .that()
            .doNotHaveSimpleName("YamlReader")
            .and()
            .doNotHaveSimpleName("Unreadable")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml..");

    @ArchTest
    static final ArchRule writesNoBundles =
            noClasses().should().dependOnClassesThat().resideInAnyPackage("..policy.bundle..", "..policy.compile..");
}
