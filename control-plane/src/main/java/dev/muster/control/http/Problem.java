package dev.muster.control.http;

import java.util.LinkedHashMap;
import java.util.Map;

/** Writes problems as RFC 9457 asks. */
public final class Problem {
    /** The media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** A detail quotes what it found; what somebody sent by the megabyte is not sent back. */
    private static final int LONGEST_DETAIL = 4_000;

    private Problem() {}

    /** The members of {@code problem}, in the order people read them. */
    public static Map<String, Object> members(ProblemException problem) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", problem.code().title());
        members.put("status", problem.code().status());
        members.put("detail", shortened(problem.detail()));
        members.put("code", problem.code().code());
        members.putAll(problem.extensions());
        return members;
    }

    private static String shortened(String detail) {
        if (detail.length() <= LONGEST_DETAIL) {
            return detail;
        }
        int half = LONGEST_DETAIL / 2;
        return detail.substring(0, half) + " ... (" + detail.length() + " characters) ... "
                + detail.substring(detail.length() - half);
    }
}
