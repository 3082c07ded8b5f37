package dev.ringrift.io.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/// A gauge that is filled once, for one answer.
final class Gauge {
  private final GaugeSnapshot.Builder builder;

  Gauge(String name, String help) {
    builder = GaugeSnapshot.builder().name(name).help(help);
  }

  /// @param labels names and values by turns
  Gauge add(double value, String... labels) {
    builder.dataPoint(
        GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    return this;
  }

  MetricSnapshot snapshot() {
    return builder.build();
  }
}
