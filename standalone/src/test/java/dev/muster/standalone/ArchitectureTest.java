package dev.muster.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of this module. */
@AnalyzeClasses(packages = "dev.muster.standalone", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule usesNoOtherModuleOfOurs = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.muster.protocol..",
                    "dev.muster.trust..",
                    "dev.muster.policy..",
                    "dev.muster.agent..",
                    "dev.muster.telemetry..",
                    "dev.muster.control..",
                    "dev.muster.cli..")
            .because("it launches packaged programs and is a test dependency of theirs");

    @ArchTest
    static final ArchRule featuresHaveNoCycles =
            slices().matching("dev.muster.standalone.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyTheBrokersOwnProcessSeesKafka = noClasses()
            .that()
            .haveSimpleNameNotStartingWith("KafkaMain")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "kafka..", "scala..")
            .because("Kafka is not on the class path of those who launch it");

    @ArchTest
    static final ArchRule serversKnowNoCommandLine = noClasses()
            .that()
            .resideInAnyPackage("..process..", "..postgres..", "..kafka..", "..keycloak..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "..up..", "..seed..", "..api..");

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveSimpleName("Main")
            .and()
            .doNotHaveSimpleName("KafkaMain")
            .should()
            .callMethod(System.class, "exit", int.class);
}
