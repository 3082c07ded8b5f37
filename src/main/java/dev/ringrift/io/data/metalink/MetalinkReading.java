package dev.ringrift.io.data.metalink;

import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.RelativePath;
import dev.ringrift.core.data.Sha256;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// One reading of a document, from its first element to its last.
///
/// Hashes of other kinds than SHA-256, and pieces of a length that is no power of two, are passed
/// over: what is left may still verify the file.
final class MetalinkReading {
  private static final int PRIORITY_NONE = 999_999; // RFC 5854, section 4.2.16.1

  private final XMLStreamReader in;

  MetalinkReading(XMLStreamReader in) {
    this.in = in;
  }

  /// @throws IllegalArgumentException when it is XML and no Metalink 4
  Metalink read() throws XMLStreamException {
    List<Metalink.Entry> files = new ArrayList<>();
    boolean metalink = false;
    while (in.hasNext()) {
      if (in.next() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      if (!metalink) {
        if (!in.getLocalName().equals("metalink")
            || !MetalinkText.NAMESPACE.equals(in.getNamespaceURI())) {
          throw new IllegalArgumentException(
              "its first element is '%s' of '%s'".formatted(in.getLocalName(), namespace()));
        }
        metalink = true;
      } else if (in.getLocalName().equals("file")) {
        files.add(file());
      }
    }
    return new Metalink(files);
  }

  private Metalink.Entry file() throws XMLStreamException {
    RelativePath name = new RelativePath(attribute("name"));
    OptionalLong size = OptionalLong.empty();
    Sha256 whole = null;
    Pieces pieces = null;
    List<Url> urls = new ArrayList<>();
    while (in.next() != XMLStreamConstants.END_ELEMENT || !in.getLocalName().equals("file")) {
      if (in.getEventType() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      switch (in.getLocalName()) {
        case "size" -> size = OptionalLong.of(number(in.getElementText().strip(), Long.MAX_VALUE));
        case "hash" -> whole = ofSha256() ? Sha256.parse(in.getElementText().strip()) : whole;
        case "pieces" -> pieces = ofSha256() ? pieces() : pieces;
        case "url" -> urls.add(url());
        default -> {} // names of publishers, descriptions and the like
      }
    }
    urls.sort(Comparator.comparingInt(Url::priority));
    return new Metalink.Entry(
        name,
        size,
        Optional.ofNullable(whole),
        manifest(size, pieces),
        urls.stream().map(Url::uri).distinct().toList());
  }

  private Pieces pieces() throws XMLStreamException {
    long length = number(attribute("length"), Integer.MAX_VALUE);
    List<Sha256> hashes = new ArrayList<>();
    while (in.next() != XMLStreamConstants.END_ELEMENT || !in.getLocalName().equals("pieces")) {
      if (in.getEventType() == XMLStreamConstants.START_ELEMENT) {
        hashes.add(Sha256.parse(in.getElementText().strip()));
        if (hashes.size() > Manifest.PIECES_MAX) {
          throw new IllegalArgumentException("more than %d pieces".formatted(Manifest.PIECES_MAX));
        }
      }
    }
    return new Pieces((int) length, hashes);
  }

  private static Optional<Manifest> manifest(OptionalLong size, @Nullable Pieces pieces) {
    if (pieces == null
        || size.isEmpty()
        || pieces.length() > Manifest.PIECE_LENGTH_MAX
        || Integer.bitCount(pieces.length()) != 1) {
      return Optional.empty();
    }
    return Optional.of(new Manifest(size.getAsLong(), pieces.length(), pieces.hashes()));
  }

  private Url url() throws XMLStreamException {
    String given = in.getAttributeValue(null, "priority");
    int priority = given == null ? PRIORITY_NONE : (int) number(given, PRIORITY_NONE);
    return new Url(priority, URI.create(in.getElementText().strip()));
  }

  private boolean ofSha256() {
    return MetalinkText.SHA_256.equalsIgnoreCase(in.getAttributeValue(null, "type"));
  }

  private String attribute(String name) {
    String value = in.getAttributeValue(null, name);
    if (value == null) {
      throw new IllegalArgumentException("<%s> has no '%s'".formatted(in.getLocalName(), name));
    }
    return value.strip();
  }

  private static long number(String text, long most) {
    if (!text.matches("[0-9]{1,18}") || Long.parseLong(text) > most) {
      throw new IllegalArgumentException("'%s' is no number up to %d".formatted(text, most));
    }
    return Long.parseLong(text);
  }

  private String namespace() {
    return String.valueOf(in.getNamespaceURI());
  }

  private record Pieces(int length, List<Sha256> hashes) {}

  private record Url(int priority, URI uri) {}
}
