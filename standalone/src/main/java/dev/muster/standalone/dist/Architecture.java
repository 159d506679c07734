package dev.muster.standalone.dist;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A processor that the agent is packaged for: its name in file names, in Debian, and in a JDK's file {@code release}. */
enum Architecture {
    X86_64("x86_64", "amd64"),
    AARCH64("aarch64", "arm64"),
    RISCV64("riscv64", "riscv64");

    private final String word;
    private final String debian;

    Architecture(String word, String debian) {
        this.word = word;
        this.debian = debian;
    }

    String word() {
        return word;
    }

    String debian() {
        return debian;
    }

    static Optional<Architecture> find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(one -> one.word.equals(lower) || one.debian.equals(lower))
                .findFirst();
    }

    /** Of the machine that this process runs on. */
    static Optional<Architecture> ofThisMachine() {
        return find(System.getProperty("os.arch", ""));
    }

    static String words() {
        return Arrays.stream(values()).map(one -> "`" + one.word + "`").collect(Collectors.joining(", "));
    }
}
