package dev.muster.cli.output;

/** What {@code -o} can ask for. */
public enum Format {
    /** Aligned columns for people, made to fit their terminal. */
    table(Shape.PEOPLE),
    /** The same with nothing cut. */
    wide(Shape.PEOPLE),
    /** The columns as RFC 4180 has them. */
    csv(Shape.PEOPLE),
    /** The server's answer, whole. */
    json(Shape.WHOLE),
    /** The same as YAML. */
    yaml(Shape.WHOLE),
    /** One id per line, for pipes. */
    name(Shape.NAME);

    private final Shape shape;

    Format(Shape shape) {
        this.shape = shape;
    }

    /** What verbs that print in their own way have to tell apart. */
    public Shape shape() {
        return shape;
    }

    /** How much of an answer is printed. */
    public enum Shape {
        /** What a person wants to see of it. */
        PEOPLE,
        /** All of it, for programs. */
        WHOLE,
        /** What names it. */
        NAME
    }
}
