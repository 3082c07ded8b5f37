package dev.ringrift.io.data.metalink;

import dev.ringrift.core.UserError;
import dev.ringrift.core.data.Manifest;
import dev.ringrift.core.data.Sha256;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.net.URI;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;

/// Metalink 4 as XML.
public final class MetalinkText {
  /// The media type of a document.
  public static final String MEDIA_TYPE = "application/metalink4+xml";

  /// Most bytes of a document that is read: a file with the most pieces, and some.
  public static final int BYTES_MAX = 16 << 20;

  static final String NAMESPACE = "urn:ietf:params:xml:ns:metalink";
  static final String SHA_256 = "sha-256";

  private MetalinkText() {}

  /// The document as XML.
  public static String write(Metalink metalink) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      out.writeStartDocument("UTF-8", "1.0");
      out.writeCharacters("\n");
      out.writeStartElement("metalink");
      out.writeDefaultNamespace(NAMESPACE);
      for (Metalink.Entry file : metalink.files()) {
        write(out, file);
      }
      out.writeEndElement();
      out.writeCharacters("\n");
      out.writeEndDocument();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a metalink that cannot be written", e);
    }
    return text.toString();
  }

  private static void write(XMLStreamWriter out, Metalink.Entry file) throws XMLStreamException {
    out.writeStartElement("file");
    out.writeAttribute("name", file.name().text());
    if (file.sizeBytes().isPresent()) {
      element(out, "size", "" + file.sizeBytes().getAsLong());
    }
    if (file.sha256().isPresent()) {
      hash(out, file.sha256().get(), true);
    }
    if (file.manifest().isPresent() && file.manifest().get().pieceCount() > 0) {
      Manifest manifest = file.manifest().get();
      out.writeStartElement("pieces");
      out.writeAttribute("length", "" + manifest.pieceLength());
      out.writeAttribute("type", SHA_256);
      for (Sha256 piece : manifest.pieces()) {
        hash(out, piece, false);
      }
      out.writeEndElement();
    }
    int priority = 1;
    for (URI url : file.urls()) {
      out.writeStartElement("url");
      out.writeAttribute("priority", "" + priority++);
      out.writeCharacters(url.toASCIIString());
      out.writeEndElement();
    }
    out.writeEndElement();
  }

  private static void hash(XMLStreamWriter out, Sha256 hash, boolean whole)
      throws XMLStreamException {
    out.writeStartElement("hash");
    if (whole) {
      out.writeAttribute("type", SHA_256);
    }
    out.writeCharacters(hash.toString());
    out.writeEndElement();
  }

  private static void element(XMLStreamWriter out, String name, String text)
      throws XMLStreamException {
    out.writeStartElement(name);
    out.writeCharacters(text);
    out.writeEndElement();
  }

  /// Reads a document. Nothing outside of it is looked at, whatever it names.
  ///
  /// @throws UserError when it is no Metalink 4, or a name in it leads out of a folder
  public static Metalink read(byte[] document) {
    if (document.length > BYTES_MAX) {
      throw refused("it has %d bytes, and %d are the most".formatted(document.length, BYTES_MAX));
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try {
      XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(document));
      return new MetalinkReading(in).read();
    } catch (XMLStreamException e) {
      throw refused(String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  private static UserError refused(String because) {
    return new UserError(
        "this is no metalink that can be used", because, "use a Metalink 4 document (RFC 5854)");
  }
}
