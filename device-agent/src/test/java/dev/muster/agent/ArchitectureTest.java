package dev.muster.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;

@AnalyzeClasses(packages = "dev.muster.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule featuresFormNoCycles =
            slices().matching("dev.muster.agent.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyEntryPointsEndTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(Main.class.getName())
            .and()
            .doNotHaveFullyQualifiedName("dev.muster.agent.fleet.FleetMain")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("many agents share one process");

    @ArchTest
    static final ArchRule onlyThePlatformTouchesTheOperatingSystem = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.agent.platform..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ProcessBuilder.class.getName())
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ProcessHandle.class.getName())
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.management..");

    @ArchTest
    static final ArchRule theMqttClientKnowsNothingOfMuster = noClasses()
            .that()
            .resideInAPackage("dev.muster.agent.transport.mqtt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.muster.protocol..");

    @ArchTest
    static final ArchRule theUpdateMachineKnowsNoNetwork = noClasses()
            .that()
            .resideInAPackage("dev.muster.agent.update..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.muster.agent.transport..", "dev.muster.agent.reconcile..", "java.net..");

    @ArchTest
    static final ArchRule timeComesFromOutside = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule noStaticState = ArchRuleDefinition.fields()
            .that()
            .areStatic()
            .and()
            .doNotHaveName("$VALUES")
            .should()
            .haveModifier(JavaModifier.FINAL)
            .because("many agents share one process");
}
