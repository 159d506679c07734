package dev.muster.policy.language;

import dev.muster.policy.language.YamlNode.Field;
import dev.muster.policy.language.YamlNode.Style;
import dev.muster.policy.language.message.Quote;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.DocumentEndEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingEndEvent;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceEndEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;

/**
 * Reads the documents of one source as trees with places. Anchors, aliases and tags are refused: a policy says what it
 * means where it says it, and nothing can grow beyond what was written. Nesting and length are bounded.
 */
final class YamlReader {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_CODE_POINTS = 4_000_000;
    private static final int MAX_DOCUMENTS = 10_000;
    private static final int MAX_NODES = 500_000;

    private final PolicySource source;
    private final Errors errors;
    private final Iterator<Event> events;
    private final CodePoints points;
    private int nodes;

    private YamlReader(PolicySource source, Errors errors) {
        this.source = source;
        this.errors = errors;
        this.points = new CodePoints(source.text());
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_CODE_POINTS);
        this.events = new Yaml(options).parse(new StringReader(source.text())).iterator();
    }

    /**
     * One document: its tree and its own text.
     *
     * @param start index in the source where what lies between the separators begins
     * @param end where that ends
     */
    record Document(YamlNode root, String text, int start, int end) {}

    /** The documents that could be read; stops at the first syntax error of the source. */
    static List<Document> read(PolicySource source, Errors errors) {
        List<Document> documents = new ArrayList<>();
        try {
            new YamlReader(source, errors).documents(documents);
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark();
            Place place = mark == null ? new Place(1, 1) : place(mark);
            String context = e.getContext() == null ? "" : e.getContext() + ": ";
            errors.add(source, place, "no valid YAML: " + Quote.line(context + e.getProblem()));
        } catch (YAMLException e) {
            errors.add(source, new Place(1, 1), "no valid YAML: " + Quote.line(String.valueOf(e.getMessage())));
        } catch (Unreadable e) {
            errors.add(source, e.place, e.problem);
        }
        return documents;
    }

    private void documents(List<Document> documents) {
        int start = 0;
        Optional<YamlNode> pending = Optional.empty();
        while (events.hasNext()) {
            Event event = events.next();
            if (event instanceof DocumentStartEvent begin) {
                if (begin.getExplicit()) {
                    keep(documents, pending, start, begin.getStartMark().getIndex());
                    start = begin.getEndMark().getIndex();
                }
                pending = Optional.of(node(events.next(), 0));
            } else if (event instanceof DocumentEndEvent end && end.getExplicit()) {
                keep(documents, pending, start, end.getStartMark().getIndex());
                pending = Optional.empty();
                start = end.getEndMark().getIndex();
            }
        }
        keep(documents, pending, start, Integer.MAX_VALUE);
    }

    private void keep(List<Document> documents, Optional<YamlNode> root, int start, int end) {
        if (root.isPresent() && !(root.get() instanceof YamlNode.Scalar scalar && scalar.isEmpty())) {
            if (documents.size() == MAX_DOCUMENTS) {
                throw new Unreadable(root.get().at(), "at most " + MAX_DOCUMENTS + " documents expected, found more");
            }
            int from = points.index(start);
            int to = points.index(end);
            documents.add(
                    new Document(root.get(), source.text().substring(from, to).strip() + "\n", from, to));
        }
    }

    private YamlNode node(Event event, int depth) {
        Place place = place(event.getStartMark());
        if (event instanceof AliasEvent alias) {
            throw new Unreadable(
                    place,
                    "a value expected, found the alias " + Quote.of("*" + alias.getAnchor())
                            + ": anchors and aliases are not supported, write the value out");
        }
        if (event instanceof NodeEvent anchored && anchored.getAnchor() != null) {
            throw new Unreadable(
                    place,
                    "a value expected, found the anchor " + Quote.of("&" + anchored.getAnchor())
                            + ": anchors and aliases are not supported, write the value out");
        }
        if (++nodes > MAX_NODES) {
            throw new Unreadable(place, "at most " + MAX_NODES + " values expected, found more");
        }
        if (depth > MAX_DEPTH) {
            throw new Unreadable(place, "at most " + MAX_DEPTH + " levels expected, found more");
        }
        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(place, scalar.getTag());
                yield new YamlNode.Scalar(
                        place,
                        scalar.getValue(),
                        style(scalar.getScalarStyle()),
                        scalar.getStartMark().getIndex(),
                        scalar.getEndMark().getIndex());
            }
            case SequenceStartEvent sequence -> {
                refuseTag(place, sequence.getTag());
                yield sequence(place, depth);
            }
            case MappingStartEvent mapping -> {
                refuseTag(place, mapping.getTag());
                yield mapping(place, depth);
            }
            default -> throw new Unreadable(place, "a value expected, found " + event.getEventId());
        };
    }

    private YamlNode sequence(Place place, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
            items.add(node(event, depth + 1));
        }
        return new YamlNode.Sequence(place, items);
    }

    private YamlNode mapping(Place place, int depth) {
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
            YamlNode key = node(event, depth + 1);
            YamlNode value = node(events.next(), depth + 1);
            if (!(key instanceof YamlNode.Scalar name)) {
                errors.add(source, key.at(), "the name of a field expected, found " + key.describe());
            } else if (!names.add(name.text())) {
                errors.add(source, key.at(), "field " + Quote.of(name.text()) + " expected once, found it again");
            } else {
                fields.add(new Field(key.at(), name.text(), value));
            }
        }
        return new YamlNode.Mapping(place, fields);
    }

    private static void refuseTag(Place place, @Nullable String tag) {
        if (tag != null) {
            throw new Unreadable(place, "a value without a tag expected, found " + Quote.of(tag));
        }
    }

    private static Style style(ScalarStyle style) {
        return switch (style) {
            case PLAIN -> Style.PLAIN;
            case SINGLE_QUOTED -> Style.SINGLE_QUOTED;
            case DOUBLE_QUOTED, JSON_SCALAR_STYLE -> Style.DOUBLE_QUOTED;
            case LITERAL, FOLDED -> Style.BLOCK;
        };
    }

    private static Place place(Mark mark) {
        return new Place(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** Indices of a text by code points asked for in rising order, in one walk over it. */
    private static final class CodePoints {
        private final String text;
        private int point;
        private int index;

        CodePoints(String text) {
            this.text = text;
        }

        /** The index of a code point; the text's end for one beyond it. */
        int index(int wanted) {
            while (point < wanted && index < text.length()) {
                index += Character.charCount(text.codePointAt(index));
                point++;
            }
            return index;
        }
    }

    /** The rest of the source cannot be read. */
    private static final class Unreadable extends RuntimeException {
        private final transient Place place;
        private final String problem;

        Unreadable(Place place, String problem) {
            super(problem);
            this.place = place;
            this.problem = problem;
        }
    }
}
