package dev.ringrift.sim;

import dev.ringrift.agent.AttemptReport;
import dev.ringrift.agent.Event;
import dev.ringrift.agent.Message;
import dev.ringrift.agent.StartOrder;
import dev.ringrift.agent.port.FenceStore;
import dev.ringrift.agent.port.Keeper;
import dev.ringrift.agent.port.Ledger;
import dev.ringrift.core.Fence;
import dev.ringrift.core.NodeId;
import dev.ringrift.core.jobs.AttemptId;
import dev.ringrift.core.jobs.JobSpec;
import dev.ringrift.core.ledger.ClusterState;
import dev.ringrift.core.ledger.Command;
import dev.ringrift.core.ledger.NodeRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// What takes one rule out of an agent each.
final class Tamperings {
  private Tamperings() {}

  /// Every fence is good enough, before and after a restart.
  static final class AnyFence extends Tampering {
    private Fence top = Fence.NONE;

    AnyFence(AgentProcess process) {
      super(process);
    }

    @Override
    FenceStore fences(FenceStore real) {
      return new FenceStore() {
        @Override
        public Fence load() {
          return Fence.NONE;
        }

        @Override
        public void store(Fence fence) {}
      };
    }

    @Override
    Message heard(NodeId from, Message message) {
      return switch (message) {
        case Message.Orders o ->
            new Message.Orders(raised(o.fence()), o.start(), o.renew(), o.stop(), o.settled());
        case Message.LeaseGrant g ->
            new Message.LeaseGrant(raised(g.fence()), g.attempt(), g.askedBootNanos());
        case Message.Relay r -> new Message.Relay(r.from(), r.to(), heard(from, r.body()));
        default -> message;
      };
    }

    private Fence raised(Fence fence) {
      top = fence.atLeast(top) ? fence : top;
      return top;
    }
  }

  /// Every program is taken for the newest.
  static final class TakesAllForUpdated extends Tampering {
    TakesAllForUpdated(AgentProcess process) {
      super(process);
    }

    @Override
    Message heard(NodeId from, Message message) {
      return switch (message) {
        case Message.Hello h ->
            new Message.Hello(
                h.instance(),
                h.addresses(),
                h.capacity(),
                h.version(),
                Upgrades.VERSION,
                h.pid(),
                h.wallMillis());
        case Message.Relay r -> new Message.Relay(r.from(), r.to(), heard(from, r.body()));
        default -> message;
      };
    }
  }

  /// Whoever was elected once believes that it leads.
  static final class AlwaysFresh extends Tampering {
    AlwaysFresh(AgentProcess process) {
      super(process);
    }

    @Override
    Optional<Ledger> ledger(Optional<Ledger> real) {
      return real.map(
          ledger ->
              new LedgerWrapper(ledger) {
                @Override
                public Standing standing() {
                  Standing s = super.standing();
                  return new Standing(s.term(), s.leader(), s.leading(), s.leading());
                }
              });
    }
  }

  /// A placement counts as committed as soon as it is proposed.
  static final class SendBeforeCommit extends Tampering {
    SendBeforeCommit(AgentProcess process) {
      super(process);
    }

    @Override
    Optional<Ledger> ledger(Optional<Ledger> real) {
      return real.map(Hasty::new);
    }

    private static final class Hasty extends LedgerWrapper {
      private Optional<ClusterState> hoped = Optional.empty();

      Hasty(Ledger real) {
        super(real);
      }

      @Override
      public <T> T read(Function<ClusterState, T> query) {
        return hoped.isPresent() ? query.apply(hoped.get()) : super.read(query);
      }

      @Override
      public void propose(Command command, Consumer<Proposal> done) {
        if (!(command instanceof Command.Place)) {
          super.propose(command, done);
          return;
        }
        ClusterState copy = ClusterState.restore(super.read(ClusterState::image));
        Proposal answer = new Proposal.Committed(0, copy.apply(command));
        hoped = Optional.of(copy);
        done.accept(answer);
        super.propose(command, _ -> hoped = Optional.empty());
      }
    }
  }

  /// A machine that was said to be gone is taken for running at its first word.
  static final class BelievesAtOnce extends Tampering {
    private Optional<Ledger> ledger = Optional.empty();

    BelievesAtOnce(AgentProcess process) {
      super(process);
    }

    @Override
    Optional<Ledger> ledger(Optional<Ledger> real) {
      ledger = real;
      return real;
    }

    @Override
    Message heard(NodeId from, Message message) {
      if (message instanceof Message.Relay relay) {
        heard(relay.from(), relay.body());
      } else if (message instanceof Message.Hello hello) {
        ledger.filter(own -> own.standing().mayAct()).ifPresent(own -> believe(own, from, hello));
      }
      return message;
    }

    private static void believe(Ledger own, NodeId node, Message.Hello hello) {
      own.read(state -> Optional.ofNullable(state.nodes().get(node)))
          .filter(written -> written.word() == NodeRecord.Word.GONE)
          .ifPresent(written -> own.propose(register(own, written, hello), _ -> {}));
    }

    private static Command register(Ledger own, NodeRecord written, Message.Hello hello) {
      return new Command.Register(
          own.standing().term(),
          written.id(),
          written.role(),
          hello.addresses(),
          hello.capacity(),
          hello.version(),
          hello.commands(),
          hello.pid(),
          hello.wallMillis());
    }
  }

  /// A node ends what it runs when a link drops.
  static final class StopsWhenCutOff extends Tampering {
    private final Set<AttemptId> started = new TreeSet<>();
    private Optional<Keeper> keeper = Optional.empty();

    StopsWhenCutOff(AgentProcess process) {
      super(process);
    }

    @Override
    Keeper keeper(Keeper real) {
      keeper = Optional.of(real);
      return new KeeperWrapper(real) {
        @Override
        public void start(StartOrder order) {
          started.add(order.attempt());
          super.start(order);
        }
      };
    }

    @Override
    void before(Event event) {
      if (event instanceof Event.LinkDown down) {
        String why = "no word from " + down.peer();
        keeper.ifPresent(k -> started.forEach(a -> k.stop(a, why, Duration.ofSeconds(1))));
        started.clear();
      }
    }
  }

  /// Proposes, as the leader, that attempts are lost.
  abstract static class GivesUp extends Tampering {
    private Optional<Ledger> ledger = Optional.empty();

    GivesUp(AgentProcess process) {
      super(process);
    }

    @Override
    Optional<Ledger> ledger(Optional<Ledger> real) {
      ledger = real;
      return real;
    }

    /// The ledger, while this agent leads and its term has begun.
    final Optional<Ledger> leading() {
      return ledger.filter(
          l -> l.standing().mayAct() && l.<Long>read(ClusterState::term) == l.standing().term());
    }

    final void giveUp(Ledger led, NodeId node, Predicate<JobSpec> which) {
      List<Command.Step> steps = new ArrayList<>();
      led.read(
          state -> {
            for (AttemptId id : state.liveOn(node)) {
              if (which.test(state.job(id.task().job()).orElseThrow().spec())) {
                steps.add(new Command.Step.Lost(id, "it is silent"));
              }
            }
            return steps.size();
          });
      if (!steps.isEmpty()) {
        long wall = process.host.clock.wallMillis();
        led.propose(new Command.Progress(led.standing().term(), steps, wall), _ -> {});
      }
    }
  }

  /// A new leader gives up whoever has not reported to it when it begins.
  static final class DeadUntilHeard extends GivesUp {
    private long begun = -1;

    DeadUntilHeard(AgentProcess process) {
      super(process);
    }

    @Override
    void tick() {
      leading()
          .filter(led -> led.standing().term() != begun)
          .ifPresent(
              led -> {
                begun = led.standing().term();
                Set<NodeId> nodes = led.read(state -> new TreeSet<>(state.nodes().keySet()));
                nodes.forEach(node -> giveUp(led, node, _ -> true));
              });
    }
  }

  /// An exclusive attempt is given up after `lost_after`, whatever lease it may hold.
  static final class GivesUpEarly extends GivesUp {
    private final Map<NodeId, Long> heard = new HashMap<>();

    GivesUpEarly(AgentProcess process) {
      super(process);
    }

    @Override
    void before(Event event) {
      if (event instanceof Event.MessageCame came) {
        heard.put(came.from(), process.host.clock.nanos());
      }
    }

    @Override
    void tick() {
      leading()
          .ifPresent(
              led -> {
                Set<NodeId> nodes = led.read(state -> new TreeSet<>(state.nodes().keySet()));
                nodes.forEach(node -> giveUp(led, node, spec -> lostNow(node, spec)));
              });
    }

    private boolean lostNow(NodeId node, JobSpec spec) {
      long now = process.host.clock.nanos();
      long silence = now - heard.computeIfAbsent(node, _ -> now);
      return spec.disconnect().exclusive() && silence > spec.disconnect().lostAfter().toNanos();
    }
  }

  /// A lease, once given, lasts.
  static final class LeaseWithoutEnd extends Tampering {
    LeaseWithoutEnd(AgentProcess process) {
      super(process);
    }

    @Override
    Keeper keeper(Keeper real) {
      return new KeeperWrapper(real) {
        @Override
        public void extendLease(AttemptId attempt, long untilBootNanos) {
          super.extendLease(attempt, untilBootNanos + 3_600 * SimWorld.SECONDS);
        }
      };
    }
  }

  /// A worker forgets an end as soon as it has heard of it.
  static final class ForgetsEarly extends Tampering {
    private Optional<Keeper> keeper = Optional.empty();

    ForgetsEarly(AgentProcess process) {
      super(process);
    }

    @Override
    Keeper keeper(Keeper real) {
      keeper = Optional.of(real);
      return real;
    }

    @Override
    void before(Event event) {
      if (event instanceof Event.KeeperReported reported) {
        reported.attempts().stream()
            .filter(report -> report.state().ended())
            .map(AttemptReport::attempt)
            .forEach(attempt -> keeper.ifPresent(k -> k.forget(attempt)));
      }
    }
  }
}
