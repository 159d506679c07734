package dev.muster.cli.http;

/** One server-sent event: its name ({@code message} if unnamed) and its data, lines joined by a newline. */
public record ServerEvent(String name, String data) {}
