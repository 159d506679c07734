package dev.muster.control.http;

import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The classes that answer requests of people, found where they were compiled to. */
final class ResourceClasses {
    private static final java.nio.file.Path CLASSES = java.nio.file.Path.of("target/classes");

    private ResourceClasses() {}

    static List<Class<?>> all() throws IOException, ClassNotFoundException {
        List<String> names;
        try (Stream<java.nio.file.Path> files = Files.walk(CLASSES.resolve("dev/muster/control"))) {
            names = files.map(file -> CLASSES.relativize(file).toString())
                    .filter(file -> file.endsWith("Resource.class"))
                    .map(file -> file.substring(0, file.length() - ".class".length())
                            .replace(java.io.File.separatorChar, '.'))
                    .sorted()
                    .toList();
        }
        List<Class<?>> classes = new ArrayList<>();
        for (String name : names) {
            Class<?> type = Class.forName(name, false, Thread.currentThread().getContextClassLoader());
            if (type.isAnnotationPresent(Path.class)) {
                classes.add(type);
            }
        }
        return classes;
    }
}
