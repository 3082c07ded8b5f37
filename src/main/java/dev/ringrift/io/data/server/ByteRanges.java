package dev.ringrift.io.data.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a `Range` header asks for (RFC 9110, section 14.2).
sealed interface ByteRanges {
  /// Most parts of one answer; who asks for more gets the whole.
  int PARTS_MAX = 8;

  /// Everything: there is no such header, or none that is understood.
  record Whole() implements ByteRanges {}

  /// Nothing that there is.
  record Beyond() implements ByteRanges {}

  /// @param spans at least one, in rising order, with gaps between them
  record Parts(List<Span> spans) implements ByteRanges {
    public Parts {
      spans = List.copyOf(spans);
    }
  }

  /// What is meant of a file of this size.
  static ByteRanges parse(Optional<String> header, long sizeBytes) {
    String text = header.orElse("").strip();
    if (text.length() > Grammar.CHARS_MAX
        || !text.toLowerCase(Locale.ROOT).startsWith(Grammar.UNIT)) {
      return new Whole();
    }
    List<Span> spans = new ArrayList<>();
    for (String part : text.substring(Grammar.UNIT.length()).split(",", -1)) {
      Matcher match = Grammar.PART.matcher(part.strip());
      if (!match.matches() || !Grammar.add(match, sizeBytes, spans)) {
        return new Whole();
      }
    }
    if (spans.isEmpty()) {
      return new Beyond();
    }
    List<Span> joined = Grammar.join(spans);
    return joined.size() > PARTS_MAX ? new Whole() : new Parts(joined);
  }

  /// How the header is read.
  final class Grammar {
    private static final int CHARS_MAX = 1_024;
    private static final String UNIT = "bytes=";
    private static final Pattern PART = Pattern.compile("(\\d{0,18})-(\\d{0,18})");

    private Grammar() {}

    /// Adds what of it there is; false when it has no meaning.
    private static boolean add(Matcher part, long sizeBytes, List<Span> spans) {
      String from = part.group(1);
      String to = part.group(2);
      if (from.isEmpty() && to.isEmpty()) {
        return false;
      }
      long first = from.isEmpty() ? sizeBytes - Long.parseLong(to) : Long.parseLong(from);
      long last = from.isEmpty() || to.isEmpty() ? sizeBytes - 1 : Long.parseLong(to);
      if (!from.isEmpty() && !to.isEmpty() && last < first) {
        return false;
      }
      if (first < sizeBytes && sizeBytes > 0) {
        spans.add(new Span(Math.max(0, first), Math.min(last, sizeBytes - 1)));
      }
      return true;
    }

    /// Bytes that are asked for twice are sent once.
    private static List<Span> join(List<Span> spans) {
      List<Span> joined = new ArrayList<>();
      for (Span span : spans.stream().sorted(Comparator.comparingLong(Span::first)).toList()) {
        Span before = joined.isEmpty() ? span : joined.getLast();
        if (!joined.isEmpty() && span.first() <= before.last() + 1) {
          joined.removeLast();
          joined.add(new Span(before.first(), Math.max(before.last(), span.last())));
        } else {
          joined.add(span);
        }
      }
      return joined;
    }
  }
}
