// The queue's layout in Redis and the Lua scripts that change it. Each kind has its keys in one slot, by the tag
// {jobs:KIND}; each script changes one kind as a whole.
//
//   PREFIX{jobs:KIND}:ready    stream that takers listen to, consumer group "workers": an entry, field "bell", says
//   that
//                              there may be something to take; takes remove it. Releases before owners kept the jobs
//                              themselves here, field "job": the next take gives these their places
//                    :queue    sorted set by name of the jobs that can be taken: owner, number of when it came, job,
//                              with zero bytes between
//                    :turns    sorted set, owner of whom something is in `queue` → whose turn it is: how many of its
//                    jobs
//                              run, and of equals who has waited longest since the last one (scripts.cc)
//                    :busy     hash, owner → how many of its jobs run; the library's own, "", are not counted
//                    :later    sorted set, job → when it can be taken; moved to `queue` by the next take after that.
//                    What
//                              is in `queue` is here too, for a time that is always ahead: a release before owners,
//                              after a roll-back, takes it from here
//                    :leases   sorted set, job → when its lease ends
//                    :jobs     hash, job → its record (MessagePack): subject, payload, attempts, pushed, not_before,
//                              entry in `ready` (of a release before owners), token of who has it ("name/random text"),
//                              owner, its name in `queue`
//                    :subjects hash, subject → the job that waits
//                    :waiting  sorted set, job → when it was pushed
//                    :running  hash, subject → how many jobs of it run
//                    :number   the last number that was given to a job or a turn
//                    :dead     stream, capped
//   PREFIXjobs:kinds           set of the kinds that were ever pushed
//
// Time is the callers' (ARGV[1], milliseconds), not Redis': leases and not_before
// then follow the clock that was handed in, and machines' clocks are kept in step anyway.
#pragma once

#include <string>
#include <vector>

#include "redis/cluster.h"

namespace cadre::jobs::streams {

/// All of a kind's keys, in the order that the scripts want them.
[[nodiscard]] std::vector<std::string> keys_of(const std::string& prefix, const std::string& kind);
[[nodiscard]] std::string ready_key(const std::string& prefix, const std::string& kind);
[[nodiscard]] std::string dead_key(const std::string& prefix, const std::string& kind);
[[nodiscard]] std::string kinds_key(const std::string& prefix);

// Behind each: its arguments after the time, and what it answers.
[[nodiscard]] const redis::Script&
push_script();  // subject payload not_before limit owner → 1; 0 waits already; -1 full
[[nodiscard]] const redis::Script& take_script();    // lease token consumer newcomer → {job subject payload attempt
                                                     //   not_before owner}, {when to look again}, or {}
[[nodiscard]] const redis::Script& renew_script();   // job token lease → 1; 0 another has it
[[nodiscard]] const redis::Script& done_script();    // job token → the same; 2 where others of its owner wait
[[nodiscard]] const redis::Script& retry_script();   // job token not_before attempts_less → the same
[[nodiscard]] const redis::Script& bury_script();    // job token reason dead_limit → as done
[[nodiscard]] const redis::Script& holds_script();   // subject → 1 or 0
[[nodiscard]] const redis::Script& stats_script();   // → {waiting running dead oldest or ""}
[[nodiscard]] const redis::Script& resend_script();  // entry limit → 1; 0 not there; -1 full

}  // namespace cadre::jobs::streams
