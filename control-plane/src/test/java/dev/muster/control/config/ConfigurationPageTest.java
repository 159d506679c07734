package dev.muster.control.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference/configuration.md} is what the interfaces of the configuration and their comments say;
 * {@code -Dmuster.docs.write=true} writes it anew.
 */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "configuration.md");
    private static final Path SOURCES = Path.of("src", "main", "java");
    // A comment, annotations, and the interface or the method without parameters that follows.
    private static final Pattern COMMENT = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@\\w+(?:\\([^)]*\\))?\\s*)*"
                    + "(?:public\\s+)?(?:interface\\s+(\\w+)|[\\w<>, .?\\[\\]@]+?\\s(\\w+)\\(\\))",
            Pattern.DOTALL);

    @Test
    void saysWhatTheInterfacesSay() throws IOException, ReflectiveOperationException {
        String page = page();
        if (Boolean.getBoolean("muster.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("`mvn -pl control-plane -am test -Dtest=ConfigurationPageTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dmuster.docs.write=true` writes it anew")
                .isEqualTo(page);
    }

    private static String page() throws IOException, ReflectiveOperationException {
        StringBuilder page = new StringBuilder("""
                <!-- Made from the sources by ConfigurationPageTest; do not edit. -->
                # Configuration of the server

                As in every Quarkus program: a line of `application.properties`, a system property `-Dmuster.device.port=7401` or an
                environment variable `MUSTER_DEVICE_PORT`. `./muster up` sets what it needs by itself; the chart has [values of its
                own](../guides/kubernetes.md). A value that cannot be read ends the start, with its name. Durations are ISO 8601 (`PT30S`,
                `P7D`). *none*: unset unless you set it. **required**: no default.
                """);
        for (Map.Entry<String, Class<?>> section : sections().entrySet()) {
            Map<String, String> comments = comments(section.getValue());
            page.append("\n## ").append(section.getKey()).append("\n\n");
            page.append(comments.getOrDefault(section.getValue().getSimpleName(), ""))
                    .append("\n\n| property | default | what |\n|---|---|---|\n");
            rows(section.getKey(), section.getValue(), comments, page);
        }
        return page.toString();
    }

    private static Map<String, Class<?>> sections() throws IOException, ReflectiveOperationException {
        Map<String, Class<?>> sections = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    files.filter(file -> file.toString().endsWith(".java")).toList()) {
                if (Files.readString(file).contains("@ConfigMapping(")) {
                    String name = SOURCES.relativize(file).toString();
                    Class<?> section = Class.forName(
                            name.substring(0, name.length() - ".java".length()).replace('/', '.'));
                    sections.put(section.getAnnotation(ConfigMapping.class).prefix(), section);
                }
            }
        }
        return sections;
    }

    private static void rows(String prefix, Class<?> type, Map<String, String> comments, StringBuilder page) {
        List<Method> methods = new ArrayList<>(List.of(type.getDeclaredMethods()));
        methods.removeIf(method -> method.isDefault() || method.isSynthetic());
        methods.sort(Comparator.comparing(Method::getName));
        for (Method method : methods) {
            String name = method.isAnnotationPresent(WithParentName.class) ? prefix : prefix + "." + name(method);
            Class<?> returned = method.getReturnType();
            if (returned.isInterface() && returned.getName().startsWith("dev.muster.")) {
                rows(name, returned, comments, page);
                continue;
            }
            page.append("| `").append(name).append("` | ").append(value(method)).append(" | ");
            page.append(cell(comments.getOrDefault(type.getSimpleName() + "." + method.getName(), "")))
                    .append(" |\n");
        }
    }

    private static String value(Method method) {
        WithDefault value = method.getAnnotation(WithDefault.class);
        if (value != null) {
            return "`" + cell(value.value()) + "`";
        }
        String type = method.getReturnType().getName();
        return type.startsWith("java.util.") ? "*none*" : "**required**";
    }

    private static String name(Method method) {
        WithName name = method.getAnnotation(WithName.class);
        return name != null
                ? name.value()
                : method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    /** By {@code Interface} and {@code Interface.method}. */
    private static Map<String, String> comments(Class<?> section) throws IOException {
        String source = Files.readString(SOURCES.resolve(section.getName().replace('.', '/') + ".java"));
        Map<String, String> comments = new TreeMap<>();
        String within = "";
        Matcher matcher = COMMENT.matcher(source);
        while (matcher.find()) {
            String text = matcher.group(1)
                    .replaceAll("\\n\\s*\\* ?", " ")
                    .replaceAll("\\s+", " ")
                    .strip()
                    .replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`");
            if (matcher.group(2) != null) {
                within = matcher.group(2);
                comments.put(within, text);
            } else {
                comments.put(within + "." + matcher.group(3), text);
            }
        }
        return comments;
    }
}
