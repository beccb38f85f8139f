package io.heliograph.it.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The table: what was measured, how long it took, how long the bare minimum took, and the one by the other. */
final class Report {
    private record Row(String what, String ours, String raw, String ratio) {}

    private final List<Row> rows = new ArrayList<>();

    /** A row with the raw limit beside it; both in seconds. */
    void add(String what, double seconds, double rawSeconds) {
        rows.add(new Row(
                what, shown(seconds), shown(rawSeconds), String.format(Locale.ROOT, "%.1f", seconds / rawSeconds)));
    }

    /** A row without a raw limit. */
    void add(String what, String value) {
        rows.add(new Row(what, value, "", ""));
    }

    private static String shown(double seconds) {
        return seconds < 1
                ? String.format(Locale.ROOT, "%.1f ms", seconds * 1000)
                : String.format(Locale.ROOT, "%.2f s", seconds);
    }

    void print(PrintStream out) {
        out.println("| | Heliograph | raw limit | times the raw limit |");
        out.println("|---|---|---|---|");
        rows.forEach(row -> out.printf("| %s | %s | %s | %s |%n", row.what(), row.ours(), row.raw(), row.ratio()));
    }

    /** The value below which a share of them lies; they need not be sorted. */
    static double percentile(double[] values, double share) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.min(sorted.length - 1L, Math.round(Math.ceil(share * sorted.length)) - 1)];
    }
}
