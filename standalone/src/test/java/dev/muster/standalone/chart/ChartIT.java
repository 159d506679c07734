package dev.muster.standalone.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart in {@code helm/muster}, rendered by Helm itself: no cluster is asked. */
class ChartIT {
    private static final Path HOME =
            Path.of(Objects.requireNonNull(System.getProperty("muster.home"))).toAbsolutePath();
    private static final Path CHART = HOME.resolve("helm/muster");

    /** Kinds of operators: no models of them here, so only their form as YAML is checked. */
    private static final Set<String> OF_OPERATORS = Set.of(
            "Cluster",
            "Kafka",
            "KafkaNodePool",
            "KafkaUser",
            "Keycloak",
            "PrometheusRule",
            "ServiceMonitor",
            "TLSRoute");

    private static final List<String> EXAMPLES = List.of("small", "medium", "large");

    /** What is changed of the large example, each by itself. */
    private static final List<String> CHANGES = List.of(
            "server.profile=trial",
            "autoscaling.enabled=false",
            "kafka.auth=none",
            "kafka.auth=sasl kafka.jaasSecret.name=muster-kafka",
            "kafka.auth=oauth kafka.jaasSecret.name=muster-kafka kafka.oauth.tokenUrl=https://login.example.com/token",
            "kafka.caSecret= postgres.caSecret=",
            "artifacts.store=files",
            "artifacts.s3.secret=",
            "web.mode=none",
            "web.mode=gateway web.gateway.name=public",
            "devices.serviceType=NodePort",
            "devices.serviceType=ClusterIP",
            "networkPolicy.enabled=false",
            "data.existingClaim= data.storageClass=shared",
            "image.tag=1.2.3 image.repository=registry.example.com/muster/server");

    /** Helm leaves hooks out of what it renders; under another name of the annotation they are rendered like all the rest. */
    private static final String HOOK = "rendered.example.com/hook";

    @TempDir
    static Path rendered;

    @BeforeAll
    static void copyWithHooksAsObjects() throws IOException {
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = rendered.resolve(CHART.relativize(file));
                Files.createDirectories(copy.resolveSibling(""));
                Files.writeString(copy, Files.readString(file).replace("helm.sh/hook", HOOK));
            }
        }
    }

    private final KubernetesSerialization serialization = new KubernetesSerialization();

    static List<String> everything() {
        List<String> all = new ArrayList<>(EXAMPLES);
        CHANGES.forEach(change -> all.add("large " + change));
        return all;
    }

    @Test
    void lintsWithoutAWord() {
        LintResult result = new Helm(CHART).lint().strict().quiet().call();

        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void rendersObjectsWithoutAnUnknownField(String values) {
        List<HasMetadata> objects = render(values);

        assertThat(objects).hasSizeGreaterThan(10);
        for (HasMetadata object : objects) {
            if (object instanceof GenericKubernetesResource) {
                assertThat(OF_OPERATORS).contains(object.getKind());
            } else {
                assertThat(unknown(object, object.getKind())).isEmpty();
            }
        }
        assertThat(objects.stream()
                        .map(object ->
                                object.getKind() + "/" + object.getMetadata().getName()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void runsOwnerlessReadOnlyAndWithinLimits(String values) {
        List<HasMetadata> objects = render(values);
        List<Deployment> deployments = all(objects, Deployment.class);

        assertThat(deployments).hasSize(5);
        assertThat(pods(objects)).hasSize(deployments.size() + 1).allSatisfy(ChartIT::isBound);
        for (Deployment deployment : deployments) {
            PodSpec pod = deployment.getSpec().getTemplate().getSpec();
            assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
            Container server = pod.getContainers().getFirst();
            assertThat(server.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
            assertThat(server.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
            assertThat(server.getStartupProbe()).isNotNull();
        }
    }

    private static void isBound(PodSpec pod) {
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getContainers()).hasSize(1);
        Container only = pod.getContainers().getFirst();
        assertThat(only.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(only.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(only.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(only.getResources().getLimits()).containsKeys("cpu", "memory", "ephemeral-storage");
        assertThat(only.getResources().getRequests()).containsKeys("cpu", "memory");
        assertThat(only.getImage()).matches(".+:.+").doesNotEndWith(":latest");
    }

    /** Of servers and of the job that migrates. */
    private static List<PodSpec> pods(List<HasMetadata> objects) {
        return Stream.concat(
                        all(objects, Deployment.class).stream()
                                .map(one -> one.getSpec().getTemplate().getSpec()),
                        all(objects, Job.class).stream()
                                .map(one -> one.getSpec().getTemplate().getSpec()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void oneJobMigratesAndNobodyElseKnowsTheOwner(String values) throws IOException {
        List<HasMetadata> objects = render(values);

        List<Job> jobs = all(objects, Job.class);

        assertThat(jobs).hasSize(1);
        PodSpec pod = jobs.getFirst().getSpec().getTemplate().getSpec();
        Container container = pod.getContainers().getFirst();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(container.getArgs()).containsExactly("migrate");
        assertThat(container.getImage())
                .isEqualTo(all(objects, Deployment.class)
                        .getFirst()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage());
        Map<String, EnvVar> given = container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, one -> one));
        assertThat(given).containsOnlyKeys("MUSTER_DB_URL", "MUSTER_DB_OWNER_PASSWORD");
        Map<String, String> settings = settings(objects);
        assertThat(given.get("MUSTER_DB_URL").getValue()).isEqualTo(settings.get("muster.db.url"));
        assertThat(settings).containsEntry("muster.db.migrate", "false");
        assertThat(settings.keySet()).noneMatch(key -> key.startsWith("muster.db.owner"));
        for (Deployment deployment : all(objects, Deployment.class)) {
            assertThat(serialization.asYaml(deployment)).doesNotContain("OWNER");
        }
    }

    @Test
    void migratesBeforeInstancesOfTheNewVersionStartUnlessTheDatabaseIsMadeWithThem() {
        Job before = all(render("large"), Job.class).getFirst();
        Job beside = all(render("small"), Job.class).getFirst();

        assertThat(before.getMetadata().getAnnotations())
                .containsEntry(HOOK, "pre-install,pre-upgrade")
                .containsEntry(HOOK + "-delete-policy", "before-hook-creation,hook-succeeded");
        // A hook before the first installation would wait for a database that comes after it.
        assertThat(beside.getMetadata().getAnnotations()).doesNotContainKey(HOOK);
        assertThat(beside.getMetadata().getName())
                .isNotEqualTo(before.getMetadata().getName());
    }

    @ParameterizedTest
    @MethodSource("everything")
    void keepsSecretsOutOfValuesAndSettings(String values) throws IOException {
        List<HasMetadata> objects = render(values);

        assertThat(objects).noneMatch(object -> object.getKind().equals("Secret"));
        for (PodSpec pod : pods(objects)) {
            for (EnvVar variable : pod.getContainers().getFirst().getEnv()) {
                if (secret(variable.getName())) {
                    assertThat(variable.getValue()).isNull();
                    assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                            .isNotBlank();
                    assertThat(variable.getValueFrom().getSecretKeyRef().getKey())
                            .isNotBlank();
                }
            }
        }
        settings(objects).forEach((key, value) -> {
            if (key.endsWith("password") || key.endsWith("secret-key") || key.contains("jaas")) {
                assertThat(value).matches("\\$\\{[A-Z0-9_]+}");
            }
        });
    }

    @ParameterizedTest
    @MethodSource("everything")
    void setsOnlyWhatTheServerKnowsAndTheContainerHas(String values) throws IOException {
        List<HasMetadata> objects = render(values);
        ServerKeys known = ServerKeys.of(HOME.resolve("control-plane"));

        Map<String, String> settings = settings(objects);

        assertThat(settings.keySet().stream().filter(key -> !known.knows(key))).isEmpty();
        for (Deployment deployment : all(objects, Deployment.class)) {
            Set<String> given =
                    deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                            .map(EnvVar::getName)
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(given).containsAll(asked(settings.values()));
        }
    }

    @Test
    void knowsNoKeyThatTheServerHasNot() throws IOException {
        ServerKeys known = ServerKeys.of(HOME.resolve("control-plane"));

        assertThat(known.knows("muster.db.app.password")).isTrue();
        assertThat(known.knows("muster.artifacts.s3.path-style")).isTrue();
        assertThat(known.knows("muster.kafka.client.\"sasl.mechanism\"")).isTrue();
        assertThat(known.knows("muster.kafka.bootstraps")).isFalse();
        assertThat(known.knows("muster.db.url.more")).isFalse();
    }

    @Test
    void leavesTheGatewayTimeToCloseItsSessions() {
        Deployment gateway = all(render("small"), Deployment.class).stream()
                .filter(deployment -> deployment.getMetadata().getName().endsWith("-gateway"))
                .findFirst()
                .orElseThrow();

        PodSpec pod = gateway.getSpec().getTemplate().getSpec();
        long before = pod.getContainers()
                .getFirst()
                .getLifecycle()
                .getPreStop()
                .getSleep()
                .getSeconds();
        // Sessions are closed over 30 s, the rest gets 9 s, requests under way 10 s.
        assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(before + 30 + 9 + 10);
    }

    @ParameterizedTest
    @CsvSource({
        "nobody.knows=1, nobody",
        "roles.api.replica=3, /roles/api",
        "kafka.auth=plain, /kafka/auth",
        "roles.streams.maxReplicas=13, /roles/streams/maxReplicas",
        "image.tag=latest, /image/tag",
        "postgres.url=, postgres.url is needed",
        "kafka.mtls.secret=, kafka.mtls.secret is needed"
    })
    void saysWhatIsWrongWithValues(String change, String told) {
        assertThatThrownBy(() -> text("large " + change)).hasMessageContaining(told);
    }

    private static boolean secret(String name) {
        return name.contains("PASSWORD") || name.contains("SECRET") || name.contains("JAAS") || name.contains("KEY");
    }

    private static Set<String> asked(Collection<String> values) {
        return values.stream()
                .flatMap(value -> java.util.regex.Pattern.compile("\\$\\{(\\w+)}")
                        .matcher(value)
                        .results()
                        .map(match -> match.group(1)))
                .collect(Collectors.toSet());
    }

    private static Map<String, String> settings(List<HasMetadata> objects) throws IOException {
        Properties properties = new Properties();
        for (ConfigMap map : all(objects, ConfigMap.class)) {
            if (map.getMetadata().getName().endsWith("-server")) {
                properties.load(new StringReader(map.getData().get("application.properties")));
            }
        }
        assertThat(properties).isNotEmpty();
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }

    private static <T> List<T> all(List<HasMetadata> objects, Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }

    private List<HasMetadata> render(String values) {
        return Arrays.stream(text(values).split("(?m)^---.*$"))
                .filter(document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
                .map(document -> (HasMetadata) serialization.unmarshal(document))
                .toList();
    }

    private static String text(String values) {
        String[] words = values.split(" ");
        TemplateCommand command = new Helm(rendered)
                .template()
                .withName("fleet")
                .withNamespace("muster")
                .withKubeVersion("1.31.0")
                .withValuesFile(CHART.resolve("examples/" + words[0] + ".yaml"));
        for (String change : Arrays.asList(words).subList(1, words.length)) {
            int equals = change.indexOf('=');
            command.set(change.substring(0, equals), change.substring(equals + 1));
        }
        return command.call();
    }

    /** Where Kubernetes' models had to keep what they do not know. */
    private static List<String> unknown(Object object, String place) {
        List<String> found = new ArrayList<>();
        switch (object) {
            case Collection<?> many -> many.forEach(one -> found.addAll(unknown(one, place + "[]")));
            case Map<?, ?> map -> map.forEach((key, value) -> found.addAll(unknown(value, place + "." + key)));
            case Object bean
            when bean.getClass().getName().startsWith("io.fabric8.")
                    && !bean.getClass().isEnum() -> {
                for (Class<?> type = bean.getClass(); type != null; type = type.getSuperclass()) {
                    for (Field field : type.getDeclaredFields()) {
                        if (!Modifier.isStatic(field.getModifiers())
                                && !field.getType().isPrimitive()) {
                            look(bean, field, place, found);
                        }
                    }
                }
            }
            default -> {}
        }
        return found;
    }

    private static void look(Object bean, Field field, String place, List<String> found) {
        try {
            field.setAccessible(true);
            Object value = field.get(bean);
            if (value == null) {
                return;
            }
            if (field.getName().equals("additionalProperties")) {
                ((Map<?, ?>) value).keySet().forEach(key -> found.add(place + "." + key));
            } else {
                found.addAll(unknown(value, place + "." + field.getName()));
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
