package io.heliograph.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows in columns as wide as their widest cell. Cells are made harmless. */
final class Table {

    private enum Colour {
        BOLD("1"),
        RED("31"),
        GREEN("32"),
        YELLOW("33");

        private final String code;

        Colour(String code) {
            this.code = code;
        }

        String around(String text) {
            return "\u001b[" + code + "m" + text + "\u001b[0m";
        }
    }

    /** Words of our own in the columns that say how something is; everywhere else a word is somebody's name. */
    private static final Map<String, Colour> STATES = Map.of(
            "up", Colour.GREEN,
            "yes", Colour.GREEN,
            "leader", Colour.BOLD,
            "down", Colour.RED,
            "unreachable", Colour.RED,
            "does not answer", Colour.RED,
            "fenced", Colour.YELLOW,
            "parked", Colour.YELLOW,
            "not yet", Colour.YELLOW);

    private final List<String> columns;
    private final List<String> stateColumns;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * @param stateColumns those whose words may get colours
     */
    Table(List<String> columns, String... stateColumns) {
        this.columns = columns;
        this.stateColumns = List.of(stateColumns);
    }

    /** Adds a row with a cell for each column. */
    void row(String... cells) {
        List<String> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(Harmless.line(cell));
        }
        rows.add(row);
    }

    /**
     * The lines, without trailing blanks.
     *
     * @param isColoured whether a terminal shows them
     */
    List<String> lines(boolean isColoured) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = columns.get(i).length();
            for (List<String> row : rows) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        String header = line(columns, widths, false);
        lines.add(isColoured ? Colour.BOLD.around(header) : header);
        rows.forEach(row -> lines.add(line(row, widths, isColoured)));
        return lines;
    }

    private String line(List<String> row, int[] widths, boolean isColoured) {
        StringBuilder line = new StringBuilder();
        int blanks = 0;
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            if (!cell.isEmpty()) {
                Colour colour = isColoured && stateColumns.contains(columns.get(i)) ? STATES.get(cell) : null;
                line.append(" ".repeat(blanks)).append(colour == null ? cell : colour.around(cell));
                blanks = 0;
            }
            blanks += widths[i] - cell.length() + 2;
        }
        return line.toString();
    }
}
