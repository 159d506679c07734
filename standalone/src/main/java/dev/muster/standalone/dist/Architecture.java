package dev.muster.standalone.dist;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A processor that we package for: its name in file names, in Debian, and in a JDK's file {@code release}. */
public enum Architecture {
    X86_64("x86_64", "amd64"),
    AARCH64("aarch64", "arm64"),
    RISCV64("riscv64", "riscv64");

    private final String word;
    private final String debian;

    Architecture(String word, String debian) {
        this.word = word;
        this.debian = debian;
    }

    /** As Linux says it, such as {@code x86_64}. */
    public String word() {
        return word;
    }

    /** As Debian and container images say it, such as {@code amd64}. */
    public String debian() {
        return debian;
    }

    /** By either name. */
    public static Optional<Architecture> find(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(one -> one.word.equals(lower) || one.debian.equals(lower))
                .findFirst();
    }

    /** Of the machine that this process runs on. */
    public static Optional<Architecture> ofThisMachine() {
        return find(System.getProperty("os.arch", ""));
    }

    /** All, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(one -> "`" + one.word + "`").collect(Collectors.joining(", "));
    }
}
