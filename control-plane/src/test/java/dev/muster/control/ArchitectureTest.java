package dev.muster.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.muster.control.access.RequiresRole;
import dev.muster.control.access.Unguarded;
import java.time.Instant;
import java.util.Arrays;

/** What holds in this module. */
@AnalyzeClasses(packages = "dev.muster.control", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule FEATURES_HAVE_NO_CYCLES =
            slices().matching("dev.muster.control.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THREE_PACKAGES_KNOW_TELEMETRY = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.muster.control.bridges..", "dev.muster.control.roles..", "dev.muster.control.telemetry..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.muster.telemetry..");

    @ArchTest
    static final ArchRule ONLY_STORES_SPEAK_SQL = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Store")
            .and()
            .resideOutsideOfPackages("dev.muster.control.tenancy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jdbi.v3.core.statement..", "org.jdbi.v3.sqlobject..")
            .orShould()
            .callMethodWhere(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "a Handle is asked for a statement",
                    call -> call.getTargetOwner().isEquivalentTo(org.jdbi.v3.core.Handle.class)
                            && (call.getName().startsWith("create")
                                    || call.getName().startsWith("prepare")
                                    || call.getName().equals("execute")
                                    || call.getName().equals("select"))));

    /** Where secrets are looked at, bytes are compared with {@code MessageDigest.isEqual}. */
    @ArchTest
    static final ArchRule SECRETS_ARE_COMPARED_IN_CONSTANT_TIME = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.muster.control.access..",
                    "dev.muster.control.accounts..",
                    "dev.muster.control.deviceapi..",
                    "dev.muster.control.enrolment..")
            .should()
            .callMethod(Arrays.class, "equals", byte[].class, byte[].class);

    @ArchTest
    static final ArchRule ONLY_THE_LIFE_OF_TENANTS_GOES_FROM_ONE_TO_ANOTHER = noClasses()
            .that()
            .resideOutsideOfPackages("dev.muster.control.tenants..", "dev.muster.control.tenancy..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("dev.muster.control.tenancy.Passage");

    /**
     * The provider, the bucket and the server of e-mail are dialled by their libraries, at addresses that an operator set. Addresses
     * that a tenant can set, such as those of webhooks, are dialled by the guard of package {@code outbound} alone.
     */
    @ArchTest
    static final ArchRule NOTHING_DIALS_AN_ADDRESS_THAT_SOMEBODY_CHOSE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.muster.control.outbound..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.net.URLConnection.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(io.vertx.core.http.HttpClient.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.net.Socket.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.nio.channels.SocketChannel.class)
            .orShould()
            .callMethod(java.net.URL.class, "openStream");

    /** Sockets only: a client of HTTP would look the name up a second time, or follow a redirect. */
    @ArchTest
    static final ArchRule THE_GUARD_DIALS_WHAT_IT_CHECKED = noClasses()
            .that()
            .resideInAPackage("dev.muster.control.outbound..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.net.http..")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(java.net.URLConnection.class)
            .orShould()
            .callConstructor(java.net.InetSocketAddress.class, String.class, int.class)
            .orShould()
            .callMethod(java.net.URL.class, "openStream");

    @ArchTest
    static final ArchRule TIME_COMES_FROM_A_CLOCK = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule NOTHING_IS_INJECTED_INTO_FIELDS =
            noFields().should().beAnnotatedWith("jakarta.inject.Inject");

    @ArchTest
    static final ArchRule EVERY_OPERATION_NAMES_ITS_ROLE = methods()
            .that()
            .areAnnotatedWith("jakarta.ws.rs.GET")
            .or()
            .areAnnotatedWith("jakarta.ws.rs.POST")
            .or()
            .areAnnotatedWith("jakarta.ws.rs.PUT")
            .or()
            .areAnnotatedWith("jakarta.ws.rs.PATCH")
            .or()
            .areAnnotatedWith("jakarta.ws.rs.DELETE")
            .should()
            .beAnnotatedWith(RequiresRole.class)
            .orShould()
            .beAnnotatedWith(Unguarded.class);

    @ArchTest
    static final ArchRule RESOURCES_ARE_THE_ONLY_HTTP = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Resource")
            .and()
            .resideOutsideOfPackages("dev.muster.control.http..", "dev.muster.control.access..")
            .and()
            .areTopLevelClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jakarta.ws.rs..");

    @ArchTest
    static final ArchRule HTTP_KNOWS_NO_FEATURE = classes()
            .that()
            .resideInAPackage("dev.muster.control.http..")
            .should()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    "dev.muster.control.devices..",
                    "dev.muster.control.access..",
                    "dev.muster.control.tenancy..",
                    "dev.muster.control.rollouts..",
                    "dev.muster.control.permissions..");
}
