package dev.ringrift.agent.data;

import dev.ringrift.core.data.ObjectId;
import dev.ringrift.core.jobs.AttemptId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cluster's files on this node: which it holds and which it fetches. What is asked for is
/// begun and not waited for; what comes of it is in `fetches`. Thread-safe; nothing here blocks.
public interface Depot {
  /// A node that holds nothing and fetches nothing.
  Depot NONE = new NoDepot();

  /// Most files that a node tells of.
  int HELD_MAX = 10_000;

  /// Most copies that it offers to give up.
  int SPARE_MAX = 1_000;

  /// Most fetches that are told of, running ones first.
  int FETCHES_MAX = 64;

  /// A file is of use now: of the copies that can be given up it is the last one to go.
  void used(ObjectId id);

  /// The files that are whole here; at most `HELD_MAX`. The same object while nothing changes.
  Set<ObjectId> whole();

  /// Where a whole file lies.
  Optional<Path> file(ObjectId id);

  /// Begins to take files out of the folder of an attempt that has ended; once for each attempt.
  void collect(CollectOrder order);

  /// What was collected, until `settled`.
  List<Collected> collected();

  /// What was collected or saved of this attempt is no longer asked for.
  void settled(AttemptId attempt);

  /// Saves these files now and then, until `settled`; asked again it takes what has changed.
  void save(List<SaveOrder> orders);

  /// The newest checkpoint of each attempt.
  List<Saved> saved();

  /// Fetches that run, and those that have ended lately, newest first; at most `FETCHES_MAX`.
  List<FetchReport> fetches();

  /// Copies that can be given up, least lately used first; at most `SPARE_MAX`.
  List<Spare> spare();

  /// By how many bytes its files are more than it is to hold; 0 when they are not.
  long overBytes();

  /// Sees to it that this file is here under that name. One that is being fetched already is told
  /// of the sources; one that failed begins again; one that is here is done at once.
  void fetch(CopyOrder order);

  /// Gives a file up, whole or not: it is held no more when this returns. A file that a person put
  /// into the folder stays.
  void remove(ObjectId id);

  /// A copy that is here because it was fetched or published, and not a person's own file.
  record Spare(ObjectId id, long sizeBytes) {}
}
