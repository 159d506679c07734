package dev.muster.policy.language;

import dev.muster.policy.model.PolicyDocument;
import dev.muster.policy.model.PolicySnapshot;
import java.util.List;

/** What came of reading policy sources. */
public sealed interface ParseResult {
    /** Everything was read: the documents in the order written. */
    record Parsed(List<ParsedDocument> documents) implements ParseResult {
        public Parsed {
            documents = List.copyOf(documents);
        }

        /**
         * All documents as one policy of the given version. Refuses, as the model does, where one names another that is
         * {@link Known} but not among them.
         */
        public PolicySnapshot snapshot(long version) {
            return PolicySnapshot.of(
                    version, documents.stream().map(ParsedDocument::document).toList());
        }
    }

    /** Nothing is used: every mistake that was found, in order of source and place. */
    record Invalid(List<PolicyError> errors) implements ParseResult {
        public Invalid {
            errors = List.copyOf(errors);
        }
    }

    /**
     * One document.
     *
     * @param source name of the source
     * @param line where it starts, from 1
     * @param yaml its own text, without the separators, comments included
     * @param places where its parts stand in the source
     */
    record ParsedDocument(PolicyDocument document, String source, int line, String yaml, Places places) {}
}
