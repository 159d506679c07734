package dev.muster.control.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Writes problems as RFC 9457 asks. */
public final class Problem {
    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private Problem() {}

    /** The members of {@code problem}, in the order people read them. */
    public static Map<String, Object> members(ProblemException problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", problem.code().title());
        members.put("status", problem.code().status());
        members.put("detail", problem.detail());
        members.put("code", problem.code().code());
        members.putAll(problem.extensions());
        return members;
    }
}
