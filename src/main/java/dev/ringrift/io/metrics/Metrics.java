package dev.ringrift.io.metrics;

import dev.ringrift.agent.view.NodeView;
import dev.ringrift.core.NodeId;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// The figures of one node for Prometheus, read from memory when they are asked for. Thread-safe.
public final class Metrics {
  private static final double NANOS_PER_SECOND = 1e9;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
  private final Counter requests;
  private final Histogram seconds;

  /// @param roundTrips of the links of this node, by peer
  public Metrics(NodeView view, Supplier<Map<NodeId, Duration>> roundTrips) {
    registry.register(new NodeFigures(view, roundTrips));
    requests =
        Counter.builder()
            .name("ringrift_http_requests_total")
            .help("Answered HTTP requests.")
            .labelNames("method", "status")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("ringrift_http_request_seconds")
            .help("Time from the head of a request to its answer.")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30)
            .register(registry);
  }

  /// Counts one answered request.
  public void httpAnswered(String method, int status, long nanos) {
    requests.labelValues(known(method), String.valueOf(status)).inc();
    seconds.observe(nanos / NANOS_PER_SECOND);
  }

  /// The method's name, or one for all strange ones: each label value costs memory for good.
  private static String known(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST" -> method;
      default -> "OTHER";
    };
  }

  /// The registry, for figures of other parts of the program.
  public PrometheusRegistry registry() {
    return registry;
  }

  /// All figures in the text format of Prometheus, version 0.0.4.
  public String text() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, registry.scrape(), EscapingScheme.ALLOW_UTF8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
